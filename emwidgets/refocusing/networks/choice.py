"""What a network's answer makes of the bank: the restored image, and the width of the blur."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax


def chosen(bank: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """The image, or one of its restorations, at each pixel.

    Parameters
    ----------
    bank : (rows, columns, channels) array
        As `emwidgets.refocusing.networks.bank.bank` makes it.
    answer : (rows, columns, 1 + levels + 1) array
        Logits of "sharp" and of each width, and what a restoration lacks.

    Returns
    -------
    (rows, columns) float32 array
        The same as the network's layer `Choose`.
    """
    chances = softmax(answer[..., :-1], axis=-1)
    return (chances * bank[..., : chances.shape[-1]]).sum(axis=-1) + (1 - chances[..., 0]) * answer[..., -1]


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
