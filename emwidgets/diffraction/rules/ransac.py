"""Rule by RANSAC: circles and ellipses through crests that were picked at random, and how far around they are held.

At each radius at which there may be a ring, three crests make a circle, many times over; the circle with the most
crests on it is fitted again, as an ellipse, to all of those (M. A. Fischler, R. C. Bolles, Commun. ACM 24 (1981) 381,
doi:10.1145/358669.358692). A ring holds its ellipse at all angles; reflections of one spacing hold it at a few.
"""

from __future__ import annotations

import numpy as np

from .centre import BEAM
from .pattern import Pattern
from .verdict import Evidence, Weighed, conclude

#: Circles that are tried at each radius.
_TRIES = 48
#: Crests this far from a radius, relative to it and in px, may belong to its ring.
_BAND, _LEAST_BAND = 0.12, 2.5
#: A crest lies on a circle when it is this close, px.
_CLOSE = 1.2
#: Sectors whose share tells how far around a circle is held.
SECTORS = 48
#: Axes of an ellipse that is still the picture of a circle.
_MOST_ELLIPTIC = 1.35
#: So much more of the circle must be held than chance would to make a ring.
_CONFIRMED = 0.4

#: As ``python -m emwidgets.diffraction.rules.weigh`` found them.
WEIGHED = Weighed((0.4674, 3.8145, -5.2961, 5.3053, -1.2277, -8.5006, -1.5587), 7.2262)


def judge(pattern: Pattern) -> Evidence:
    """Ring or spot by how far around ellipses are held by crests.

    Parameters
    ----------
    pattern : Pattern
    """
    found = ellipses(pattern)
    circles = found[found[:, 5] > _CONFIRMED] if len(found) else np.zeros((0, 6))
    return conclude("ransac", pattern, evidence_numbers(pattern, found), WEIGHED, circles)


def evidence_numbers(pattern: Pattern, found: np.ndarray | None = None) -> np.ndarray:
    """What the rule weighs.

    Returns
    -------
    (7,) array
        How far around the best ellipse is held, the second best, and all on average; share of the crests that lie on
        the ellipses; how much those run across their circle, median, and how much all crests do; how peaked the heights
        are.
    """
    found = ellipses(pattern) if found is None else found
    strength = np.sort(found[:, 5])[::-1] if len(found) else np.zeros(0)
    strength = np.pad(strength, (0, max(0, 2 - len(strength))))
    distance, across = pattern.crests.crosswise(pattern.centre)
    beyond = distance > BEAM
    near = np.zeros(len(distance), bool)
    for row, column, major, minor, angle, held in found:
        near |= np.abs(_off(pattern.crests.place, row, column, major, minor, angle)) < _CLOSE if held > 0.2 else False
    on = near & beyond
    return np.array(
        [
            strength[0],
            strength[1],
            strength.mean(),
            on.sum() / max(beyond.sum(), 1),
            np.median(across[on]) if on.sum() > 8 else 0.5,
            pattern.across,
            pattern.peaked,
        ]
    )


def ellipses(pattern: Pattern) -> np.ndarray:
    """The best ellipse at each candidate radius, as rows of `Evidence.circles` in working pixels.

    The same pattern always gives the same: the random numbers start from a fixed seed.
    """
    rng = np.random.default_rng(0)
    found = [_at_radius(pattern, radius, rng) for radius in pattern.candidates]
    return np.array([one for one in found if one is not None], float).reshape(-1, 6)


def _at_radius(pattern: Pattern, radius, rng):
    place = pattern.crests.place.astype(float)
    arm = place - pattern.centre
    distance = np.hypot(*arm.T)
    near = np.abs(distance - radius) < max(_BAND * radius, _LEAST_BAND)
    points = place[near]
    if len(points) < 12:
        return None
    centres, sizes = _circles_through(points, rng)
    sane = (np.hypot(*(centres - pattern.centre).T) < 4 + 0.05 * radius) & (np.abs(sizes / radius - 1) < 0.2)
    centres = np.concatenate([np.array(pattern.centre)[None], centres[sane]])
    sizes = np.concatenate([[radius], sizes[sane]])
    off = np.abs(np.hypot(*(points[None] - centres[:, None]).transpose(2, 0, 1)) - sizes[:, None])
    best = int(np.argmax((off < _CLOSE).sum(axis=1)))
    row = (*centres[best], sizes[best], sizes[best], 0.0)
    fitted = _ellipse(points[off[best] < 2 * _CLOSE], row)
    held = max(((_held(pattern, points, one), one) for one in (row, fitted) if one is not None), key=lambda one: one[0])
    return (*held[1], held[0])


def _circles_through(points, rng):
    """Centres and radii of circles through three points each."""
    a, b, c = points[rng.integers(len(points), size=(3, _TRIES))]
    (by, bx), (cy, cx) = (b - a).T, (c - a).T
    double = 2 * (by * cx - bx * cy)
    good = np.abs(double) > 1.0
    double = np.where(good, double, 1.0)
    bb, cc = bx * bx + by * by, cx * cx + cy * cy
    y, x = (cx * bb - bx * cc) / double, (by * cc - cy * bb) / double
    return (a + np.column_stack([y, x]))[good], np.hypot(y, x)[good]


def _ellipse(points, circle):
    """Least-squares ellipse; None where it is no picture of a ring."""
    from skimage.measure import EllipseModel

    if len(points) < 12:
        return None
    row, column, radius = circle[:3]
    try:
        with np.errstate(divide="ignore", invalid="ignore"):  # of a circle it looks for the angle of the major axis
            model = EllipseModel.from_estimate((points - (row, column))[:, ::-1] / radius)
    except TypeError:  # where its eigenvectors are complex, as of points that no ellipse fits
        return None
    if not model:
        return None
    (x, y), (a, b), theta = model.center, model.axis_lengths, model.theta
    if b > a:
        a, b, theta = b, a, theta + np.pi / 2
    if not (a < _MOST_ELLIPTIC * b and 0.8 < np.sqrt(a * b) < 1.25 and np.hypot(x, y) < 0.15):
        return None
    return row + y * radius, column + x * radius, a * radius, b * radius, float(np.degrees(theta) % 180)


def _off(points, row, column, major, minor, angle):
    """Distance of points from an ellipse, along the line to its centre, px."""
    y, x = (points - (row, column)).T
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    along, across = x * cosine + y * sine, y * cosine - x * sine
    ratio = np.hypot(along / major, across / minor)
    return np.hypot(along, across) * (1 - 1 / np.maximum(ratio, 1e-6))


def _held(pattern: Pattern, points, ellipse):
    """Share of the visible sectors in which crests lie on the ellipse, less what chance would give."""
    row, column, major, minor, _ = ellipse
    y, x = (points - (row, column)).T
    on = np.abs(_off(points, *ellipse)) < _CLOSE
    radius = int(np.sqrt(major * minor))
    sectors = np.minimum(SECTORS, max(12, int(2 * np.pi * radius / 3)))  # sectors of at least 3 px
    sector = ((np.arctan2(y, x) / (2 * np.pi)) % 1 * sectors).astype(int) % sectors
    if radius >= len(pattern.visible):
        return 0.0
    angles = pattern.visible.shape[1]
    seen = np.bincount(np.arange(angles) * sectors // angles, pattern.visible[radius], minlength=sectors) > 0
    total = np.count_nonzero(seen)
    if total < sectors / 4:
        return 0.0
    held = np.count_nonzero((np.bincount(sector[on], minlength=sectors) > 0) & seen) / total
    # crests cover a known share of the frame; by chance a sector would hold one so often
    density = len(pattern.crests.place) / max(np.count_nonzero(pattern.relief.seen), 1)
    chance = 1 - (1 - density) ** (2 * _CLOSE * 2 * np.pi * radius / sectors)
    return float(max(0.0, (held - chance) / (1 - chance)))
