"""What a network's answer says of the width of the blur."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.special import softmax

from .bank import MULTIPLE


def width(logits: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Width of the blur that probabilities of widths amount to.

    Parameters
    ----------
    logits : (…, 1 + levels) array
        Of "sharp" and of each width.
    levels : tuple of float
        Widths, px.

    Returns
    -------
    (…) float32 array
        px: 0 where it is more likely sharp than not; else the mean of the widths, by their probabilities.
    """
    chances = softmax(logits, axis=-1)
    blurred = 1 - chances[..., 0]
    mean = (chances[..., 1:] * np.asarray(levels, np.float32)).sum(axis=-1) / np.maximum(blurred, 1e-6)
    return np.where(blurred > 0.5, mean, 0).astype(np.float32)


def likely_width(logits: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Width of the blur if there is any, smoothed over what surrounds each place.

    Parameters
    ----------
    logits : (rows, columns, 1 + levels) array
        Of "sharp" and of each width.
    levels : tuple of float
        Widths, px.

    Returns
    -------
    (MULTIPLE * rows, MULTIPLE * columns) float32 array
        px: the geometric mean of the widths, by their probabilities.
    """
    chances = softmax(logits[..., 1:], axis=-1)
    mean = ndimage.gaussian_filter(chances @ np.log(levels), 2, mode="nearest")
    return np.exp(enlarged(mean)).astype(np.float32)


def enlarged(coarse: np.ndarray) -> np.ndarray:
    """A map of squares of `MULTIPLE` pixels as one of pixels."""
    return ndimage.zoom(coarse, MULTIPLE, order=1, grid_mode=True, mode="nearest")
