"""Rule by Hough transform: pixels vote for the circles that they may lie on.

A full circle transform of 512² px takes seconds. Here the steepest pixels vote, each with the direction of its
gradient, for circles about centres next to the one that was found; the crests then say whether what lies on the circle
runs along it, as a ring does, or stands there alone, as a reflection does.
"""

from __future__ import annotations

import numpy as np

from .centre import BEAM
from .pattern import Pattern
from .verdict import Evidence, Weighed, conclude, round_circles

#: Centres up to this far from the one found take part, px.
_OFF = 2
#: A gradient votes for a centre when it points there within this cosine (20°).
_POINTS = 0.94
#: So much of the visible circle must have voted to make a ring.
_CONFIRMED = 0.35

#: As ``python -m emwidgets.diffraction.rules.weigh`` found them.
WEIGHED = Weighed((6.4117, 4.5364, -1.7207, -2.393, -5.6055, -1.5725), 4.4665)


def judge(pattern: Pattern) -> Evidence:
    """Ring or spot by how much of a circle votes for it.

    Parameters
    ----------
    pattern : Pattern
    """
    share = votes(pattern)
    strength = np.array([share[max(0, int(r) - 2) : int(r) + 3].max(initial=0) for r in pattern.candidates])
    keep = strength > _CONFIRMED
    circles = round_circles(pattern, pattern.candidates[keep], strength[keep])
    return conclude("hough", pattern, evidence_numbers(pattern), WEIGHED, circles)


def evidence_numbers(pattern: Pattern) -> np.ndarray:
    """What the rule weighs.

    Returns
    -------
    (6,) array
        How far the gradients point to the centre, on the whole and at the best distance; share of the circle that votes
        for the best radius and, on average, for the best five; how much the crests run across their circle; how
        peaked the heights are.
    """
    share = np.sort(votes(pattern))[::-1]
    return np.array(
        [
            pattern.radial,
            _best_distance(pattern),
            share[0],
            share[:5].mean(),
            pattern.across,
            pattern.peaked,
        ]
    )


def votes(pattern: Pattern) -> np.ndarray:
    """Share of the visible circle that votes for each radius, the best over centres around the one found.

    Returns
    -------
    (radii,) array
    """
    places, directions = pattern.slopes.place, pattern.slopes.direction
    share = pattern.visible.mean(axis=1)
    length = 2 * np.pi * (np.arange(len(share)) + 0.5) * share
    off = np.mgrid[-_OFF : _OFF + 1, -_OFF : _OFF + 1].reshape(2, -1).T
    arm = places[None] - (np.asarray(pattern.centre) + off)[:, None].astype(np.float32)
    distance = np.hypot(arm[..., 0], arm[..., 1])
    cosine = np.abs(arm[..., 0] * directions[:, 0] + arm[..., 1] * directions[:, 1]) / np.maximum(distance, 1e-3)
    radius = distance.astype(np.int32)
    counts = (cosine > _POINTS) & (radius < len(share))
    cell = radius + len(share) * np.arange(len(off))[:, None]
    found = np.bincount(cell[counts], minlength=len(off) * len(share)).reshape(len(off), -1).max(axis=0)
    enough = (share > 0.25) & (np.arange(len(share)) >= BEAM)
    return np.where(enough, np.minimum(found / np.maximum(length, 1), 1), 0)


def _best_distance(pattern: Pattern):
    """How far the gradients point to the centre at the distance at which they do so most."""
    distance, cosine = pattern.slopes.from_centre(pattern.centre)
    weight = pattern.slopes.steepness
    ring = np.minimum(distance / 4, 40).astype(int)
    beyond = distance > BEAM
    total = np.bincount(ring[beyond], weight[beyond], minlength=41)
    along = np.bincount(ring[beyond], (weight * (2 * cosine**2 - 1))[beyond], minlength=41)
    return float(np.max(along / (total + 0.02)))
