"""Images whose pixels are longer one way than the other, brought to square ones: a form is only seen on equal axes."""

from __future__ import annotations

import numpy as np

#: Sides of a pixel that differ by less are taken as equal; over a particle of 100 px it is a tenth of a pixel.
_EQUAL = 1e-3


def squared(image: np.ndarray, scale: tuple[float, float]) -> tuple[np.ndarray, float]:
    """An image with square pixels of the area of the given ones.

    Parameters
    ----------
    image : (rows, columns) float32 array
    scale : (down, across)
        Sides of a pixel, in any one unit.

    Returns
    -------
    image : (rows, columns) float32 array
        The same one where its pixels are square; otherwise about as many pixels, linearly interpolated where they get
        smaller, averaged where they get larger. The middle stays the middle.
    side : float
        Of a pixel, in that unit.
    """
    down, across = scale
    if abs(down / across - 1) <= _EQUAL:
        return image, float(across)
    side = float(np.sqrt(down * across))
    rows, columns = (_resampling(size, side / own) for size, own in zip(image.shape, scale, strict=True))
    return rows @ image @ columns.T, side


def _resampling(size: int, step: float) -> np.ndarray:
    """Matrix of weighted means around places `step` px apart, symmetric about the middle of an axis of `size` px."""
    number = max(int(size / step), 1)
    places = (size - 1) / 2 + (np.arange(number) - (number - 1) / 2) * step
    weights = np.maximum(1 - np.abs(np.arange(size) - places[:, None]) / max(step, 1.0), 0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
