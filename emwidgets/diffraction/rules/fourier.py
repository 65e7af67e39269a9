"""Rule by Fourier transform: over radius and angle a ring is a straight line, and a straight line has one frequency.

The pattern is resampled over radius and angle. At a radius where a ring lies, the angular power spectrum is all in
order 0; where reflections lie, it spreads over all orders. How the power is shared between them is the rule.
"""

from __future__ import annotations

import numpy as np

from .pattern import Pattern
from .verdict import Evidence, Weighed, conclude, round_circles

#: Sectors that have to agree about a ring.
SECTORS = 16
#: Orders besides 0 in which rings about a centre that is slightly off, and ellipses, have their power.
_LOW_ORDERS = 2
#: So much of the power at a radius in order 0 makes a ring.
_CONFIRMED = 0.25

#: As ``python -m emwidgets.diffraction.rules.weigh`` found them.
WEIGHED = Weighed((0.4189, 0.2517, 2.1028, 1.5055, -3.0859, 1.6698, -2.0658, -0.9345, 0.0916, -3.2825, 7.3967), 7.835)


def judge(pattern: Pattern) -> Evidence:
    """Ring or spot by how the angular power is shared.

    Parameters
    ----------
    pattern : Pattern
    """
    strength = np.array([share_at(pattern, radius) for radius in pattern.candidates])
    keep = strength > _CONFIRMED
    circles = round_circles(pattern, pattern.candidates[keep], strength[keep])
    return conclude("fourier", pattern, evidence_numbers(pattern), WEIGHED, circles)


def evidence_numbers(pattern: Pattern) -> np.ndarray:
    """What the rule weighs.

    Returns
    -------
    (11,) array
        Logarithm of the share of order 0 in the angular power, by the mean and by the median over angles; share of the
        low orders; how alike the radial profiles of sectors are, on the whole and at the best radius; logarithms of the
        brightest excess over the median at a radius in units of the spread, root mean square and largest; logarithm of
        the kurtosis; skewness; how much the crests run across the line instead of along it; how far the gradients are
        at right angles to it.
    """
    polar, radius = pattern.polar, pattern.rows + np.float32(0.5)
    weight = np.sqrt(radius)
    weight /= weight.sum()
    known = np.isfinite(polar)
    share = known.mean(axis=1)
    filled = np.where(known, polar, np.float32(0))
    orders = np.abs(np.fft.rfft(filled, axis=1) / known.sum(axis=1, keepdims=True)) ** 2
    total = np.sum(weight * share * (filled**2).sum(axis=1) / known.sum(axis=1)) + 1e-20
    straight = np.sum(weight * share * orders[:, 0]) / total
    bent = 2 * np.sum(weight * share * orders[:, 1 : 1 + _LOW_ORDERS].sum(axis=1)) / total
    middle, spread, highest = pattern.levels
    alike = np.sum(weight * share * middle**2) / total
    above = (highest - middle) / spread
    whole, best = sectors_agree(filled / spread[:, None], known, weight)
    flat = filled[known] / np.sqrt(np.mean(filled[known] ** 2) + 1e-20)
    return np.array(
        [
            np.log(straight + 1e-3),
            np.log(alike + 1e-3),
            bent,
            whole,
            best,
            np.log(np.sqrt(np.sum(weight * above**2)) + 0.1),
            np.log(above.max() + 0.1),
            pattern.peaked,
            np.mean(flat**3),
            pattern.across,
            pattern.radial,
        ]
    )


def share_at(pattern: Pattern, radius: float) -> float:
    """Share of order 0 in the angular power of the even relief at a radius."""
    row = int(np.flatnonzero(pattern.rows + 0.5 == radius)[0])
    near = slice(max(0, row - 1), row + 2)
    seen = pattern.visible[pattern.rows][near]
    values = pattern.even_polar[near]
    n = np.maximum(seen.sum(axis=1), 1)
    return float(np.max((values.sum(axis=1) / n) ** 2 / np.maximum((values**2).sum(axis=1) / n, 1e-6)))


def sectors_agree(polar: np.ndarray, known: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Correlation of the radial profiles of sectors: unlike a mean square it is not raised by noise.

    Parameters
    ----------
    polar : (radii, angles) array
        0 where `known` is False.
    known : (radii, angles) bool array
    weight : (radii,) array

    Returns
    -------
    whole, best : float
        Covariance over variance, over all radii and at the best one.
    """
    n = known.reshape(len(known), SECTORS, -1).sum(axis=2)
    profile = np.clip(polar, -4, 4).reshape(len(known), SECTORS, -1).sum(axis=2) / np.maximum(n, 1)
    present = np.maximum((n > 0).sum(axis=1), 2)
    square = (profile**2).sum(axis=1)
    between = (profile.sum(axis=1) ** 2 - square) / (present * (present - 1))
    own = square / present
    whole = np.sum(between * weight) / (np.sum(own * weight) + 1e-12)
    return float(whole), float(np.max(between / (own + 0.1 * own.mean() + 1e-12)))
