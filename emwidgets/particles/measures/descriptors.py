"""Measurements of a particle as numbers that know neither its size nor how it lies: what the baseline learns from."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import map_coordinates, maximum_filter

from . import polygon
from .measure import Measured

#: Sides of the polygon, and places where something is odd, that have numbers of their own: the largest of them.
SIDES, PLACES = 10, 5

#: Quantiles of the thickness.
QUANTILES = (0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95)

#: Rings about the centre, radii of gyration, and waves round each of them.
RINGS, WAVES = (0.4, 0.7, 1.0, 1.25, 1.5), 8

NAMES = (
    "sides",
    "compactness",
    "elongation",
    "area to gyration",
    "signal elongation",
    "signal gyration to outline",
    "thickest to mean",
    *(f"thickness quantile {quantile:.0%}" for quantile in QUANTILES),
    "unlike polygon",
    "unpaired sides",
    "odd outline",
    *(f"side {n}" for n in range(1, SIDES + 1)),
    *(f"turn {n}" for n in range(1, SIDES + 1)),
    *(f"slope {n}" for n in range(1, SIDES + 1)),
    "asymmetry",
    "oddest place over noise",
    "odd over noise",
    "odd places",
    *(f"odd place {n} {what}" for n in range(1, PLACES + 1) for what in ("height", "radius")),
    *(f"odd places 1 and {n} apart" for n in range(2, PLACES + 1)),
    *(f"wave {wave} at {ring} radii" for ring in RINGS for wave in range(WAVES + 1)),
)


def descriptors(measured: Measured) -> np.ndarray:
    """The numbers that `NAMES` names, (len(NAMES),)."""
    numbers = np.concatenate([_form(measured), _polygon(measured), _odd(measured), _waves(measured)])
    return np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0)


def _form(measured: Measured) -> list[float]:
    """Of outline and thickness as a whole."""
    vertices = measured.outline.vertices
    area, moment = polygon.moments(vertices)
    own = np.linalg.eigvalsh(measured.moments)
    flat = np.linalg.eigvalsh(moment)
    mean = measured.signal.mean()
    return [
        len(vertices),
        4 * np.pi * area / polygon.sides(vertices).sum() ** 2,
        np.sqrt(flat[0] / flat[1]),
        area / flat.sum(),
        np.sqrt(max(own[0], 0) / own[1]),
        np.sqrt(own.sum() / flat.sum()),
        measured.thickest / mean,
        *(np.quantile(measured.signal, QUANTILES) / mean),
        measured.outline.misfit / measured.frame.gyration,
    ]


def _polygon(measured: Measured) -> np.ndarray:
    """Of its sides: the longest first, what they turn by, how steep the signal is there, and which have no partner."""
    vertices = measured.outline.vertices
    sides = np.roll(vertices, -1, axis=0) - vertices
    lengths = np.hypot(*sides.T)
    ways = sides / lengths[:, None]
    before = np.roll(ways, 1, axis=0)
    turns = np.arctan2(before[:, 0] * ways[:, 1] - before[:, 1] * ways[:, 0], (before * ways).sum(axis=1))
    partner = np.where(ways @ ways.T < -0.985, np.minimum(lengths, lengths[:, None]), 0).max(axis=1)
    points = measured.outline.points - np.array(measured.inversion.centre)
    radii = np.hypot(*points.T)
    angles = np.arctan2(points[:, 1], points[:, 0])
    opposite = np.interp(angles + np.pi, np.sort(angles), radii[np.argsort(angles)], period=2 * np.pi)
    slopes = measured.outline.slopes / measured.signal.mean() * measured.frame.gyration
    columns = [lengths / measured.frame.gyration, turns, np.minimum(slopes, 20)]
    return np.concatenate(
        [
            [1 - partner.sum() / lengths.sum(), np.std(radii - opposite) / radii.mean()],
            *(_largest(column, SIDES) for column in columns),
        ]
    )


def _odd(measured: Measured) -> np.ndarray:
    """Of what is not the same when the picture is turned by 180°: how much, and where its peaks are."""
    found = measured.inversion
    size = np.abs(found.odd) / found.noise
    middle = (len(size) - 1) / 2
    radius = np.hypot(*(np.indices(size.shape) - middle)) * found.step / measured.frame.gyration
    # each place has its counterpart with the other sign: those where signal is missing are taken
    peak = (maximum_filter(size, 5) == size) & (found.odd < 0) & (size > 3)
    rows, columns = np.nonzero(peak)
    order = np.argsort(-size[rows, columns], kind="stable")[:PLACES]
    rows, columns = rows[order], columns[order]
    each = np.zeros((PLACES, 2))
    each[: len(rows), 0] = size[rows, columns]
    each[: len(rows), 1] = radius[rows, columns]
    apart = np.zeros(PLACES - 1)
    if len(rows) > 1:
        distances = np.hypot(rows[1:] - rows[0], columns[1:] - columns[0])
        apart[: len(rows) - 1] = distances * found.step / measured.frame.gyration
    spread = np.sqrt(np.mean(size[radius < 1.5] ** 2))
    return np.concatenate([[found.asymmetry, size.max(), spread, np.count_nonzero(peak)], each.ravel(), apart])


def _waves(measured: Measured) -> np.ndarray:
    """Strength of the waves of the odd and even signal along rings about the centre: the same however it is turned."""
    even = measured.inversion.picture
    middle = (len(even) - 1) / 2
    angles = np.arange(64) * 2 * np.pi / 64
    radii = np.array(RINGS)[:, None] * measured.frame.gyration / measured.inversion.step
    values = map_coordinates(even, [middle + radii * np.sin(angles), middle + radii * np.cos(angles)], order=1)
    strength = np.abs(np.fft.rfft(values, axis=1))[:, : WAVES + 1] / 64
    return np.sqrt(strength).ravel()


def _largest(values, count: int) -> np.ndarray:
    """The largest values, largest first, zeros after them."""
    found = np.zeros(count)
    kept = np.sort(values)[::-1][:count]
    found[: len(kept)] = kept
    return found
