"""Where an image is blurred, and how much: masks from 0 (least) to 1 (most), as specimens out of focus have them."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

_TERRACES = (2, 4)  # least and most heights of a stepped specimen
_EDGE = 1.5  # px; standard deviation of the rim between terraces: a cliff is not steeper than the beam is wide
_HILLS = 0.18  # correlation length of a random mask, as a fraction of the longer side


def smooth_mask(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A mask of one kind, drawn at random.

    Parameters
    ----------
    kind : str
        "tilt": a tilted plane, in focus along a line somewhere in the image and less so with the distance from it;
        "step": terraces at two to four heights with straight edges; "random": hills and valleys.
    shape : (rows, columns)
    rng : Generator

    Returns
    -------
    (rows, columns) float32 array
        From 0 to 1, both of which occur where the image has more than one pixel; of a single pixel 1.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    if kind not in MASKS:
        raise ValueError(f"mask is {kind!r}: expected one of {', '.join(MASKS)}")
    if min(shape) < 1:
        raise ValueError(f"shape is {tuple(shape)}: expected at least one row and one column")
    return _stretched(MASKS[kind](tuple(shape), rng)).astype(np.float32)


def box_mask(shape: tuple[int, int], box: tuple[int, int, int, int]) -> np.ndarray:
    """1 in a box (row0, row1, column0, column1), whose ends are left out, and 0 around it; float32."""
    top, bottom, left, right = box
    mask = np.zeros(shape, np.float32)
    mask[top:bottom, left:right] = 1
    return mask


def _tilt(shape, rng) -> np.ndarray:
    along = _along(shape, rng.uniform(0, 2 * np.pi))
    focus = rng.uniform(np.min(along), np.max(along))
    return np.abs(along - focus)


def _step(shape, rng) -> np.ndarray:
    along = _along(shape, rng.uniform(0, 2 * np.pi))
    number = int(rng.integers(_TERRACES[0], _TERRACES[1] + 1))
    # terraces between evenly spaced edges that are moved by up to a third of their distance: none vanishes
    edges = (np.arange(1, number) + rng.uniform(-1 / 3, 1 / 3, number - 1)) / number
    heights = rng.permutation(np.linspace(0, 1, number))
    span = np.ptp(along) or 1.0
    stepped = heights[np.searchsorted(edges, (along - along.min()) / span)]
    return ndimage.gaussian_filter(stepped, _EDGE, mode="nearest")


def _random(shape, rng) -> np.ndarray:
    # on a coarse grid of half a correlation length: the cost does not grow with the hills
    length = max(_HILLS * max(shape), 1.0)
    coarse = [int(np.ceil(2 * n / length)) + 6 for n in shape]
    hills = ndimage.gaussian_filter(rng.standard_normal(coarse), 2.0, mode="nearest")
    places = [3 + np.arange(n) * 2 / length for n in shape]
    return ndimage.map_coordinates(hills, np.meshgrid(*places, indexing="ij"), order=3, mode="nearest")


#: How each kind of mask is drawn.
MASKS = {"tilt": _tilt, "step": _step, "random": _random}


def _along(shape, angle: float) -> np.ndarray:
    """Coordinate in a direction, px."""
    rows, columns = np.indices(shape, dtype=float)
    return columns * np.cos(angle) + rows * np.sin(angle)


def _stretched(mask: np.ndarray) -> np.ndarray:
    low, high = mask.min(), mask.max()
    # rounding alone tells the pixels of a flat mask apart
    return (mask - low) / (high - low) if high - low > 1e-9 else np.ones(mask.shape)
