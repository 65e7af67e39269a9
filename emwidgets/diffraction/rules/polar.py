"""Polar resampling as one sparse matrix: what lies at one distance from the centre comes to lie in a row."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import sparse

ANGLES = 128
#: Centres are rounded to this many px, so that the frames of a scan share their matrices.
_GRID = 0.25


def to_polar(image: np.ndarray, centre: tuple[float, float], angles: int = ANGLES) -> np.ndarray:
    """An image over radius and angle.

    Parameters
    ----------
    image : (rows, columns) array
    centre : (row, column) in px
    angles : int

    Returns
    -------
    (radii, angles) float32 array
        Row *i* lies at i + ½ px from the centre, column *j* at 360° j / `angles` from the columns' axis towards the
        rows'. 0 outside the image.
    """
    matrix = _matrix(image.shape, _rounded(centre), angles)
    return (matrix @ image.astype(np.float32, copy=False).ravel()).reshape(-1, angles)


def radii(shape: tuple[int, int]) -> int:
    """Number of radii that frames of a shape are resampled to: to the corners, seen from the middle."""
    return int(np.ceil(np.hypot(*shape) / 2))


def _rounded(centre):
    return tuple(round(float(c) / _GRID) * _GRID for c in centre)


@lru_cache(maxsize=64)
def _matrix(shape, centre, angles):
    """Bilinear interpolation on a polar grid, (radii · angles, rows · columns)."""
    rows, columns = shape
    radius = np.arange(radii(shape)) + 0.5
    angle = 2 * np.pi * np.arange(angles) / angles
    y = (centre[0] + radius[:, None] * np.sin(angle)).ravel()
    x = (centre[1] + radius[:, None] * np.cos(angle)).ravel()
    top, left = np.floor(y).astype(np.int32), np.floor(x).astype(np.int32)
    down, right = (y - top).astype(np.float32), (x - left).astype(np.float32)
    entries = []
    for row, column, weight in (
        (top, left, (1 - down) * (1 - right)),
        (top, left + 1, (1 - down) * right),
        (top + 1, left, down * (1 - right)),
        (top + 1, left + 1, down * right),
    ):
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        point = np.flatnonzero(inside).astype(np.int32)
        entries.append((weight[inside], point, row[inside] * columns + column[inside]))
    weights, points, pixels = (np.concatenate(part) for part in zip(*entries, strict=True))
    return sparse.csr_array((weights, (points, pixels)), shape=(len(y), rows * columns), dtype=np.float32)
