"""What networks are taught by: decibels, of blurred and sharp parts each, and the width of the blur."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

#: Mean squares near which less is gained, of blurred and sharp parts: without them the steepest slopes would be those
#: of what is nearly perfect.
_BLURRED, _SHARP = 2e-4, 3e-5
#: What a decibel of the sharp parts counts beside one of the blurred ones.
SHARE = 0.25
#: Widths between which an image begins to count as blurred, px.
FADE = (0.35, 0.65)


@keras.saving.register_keras_serializable("emwidgets")
def decibels(wanted, restored):
    """Mean over images of minus their peak signal-to-noise ratio, of sharp and blurred parts each.

    `wanted` (n, rows, columns, 2) holds what should come out, and how far each pixel is blurred, 0 to 1. In decibels,
    images with much and with little noise count alike (Chen et al. 2022, doi:10.1007/978-3-031-20071-7_2).
    """
    target, blurred = wanted[..., :1], wanted[..., 1:]
    error = ops.square(ops.cast(restored, "float32") - target)
    return _part(error, blurred, _BLURRED) + SHARE * _part(error, 1 - blurred, _SHARP)


def _part(error, weight, least):
    total = ops.sum(weight, axis=(1, 2, 3))
    mean = ops.sum(error * weight, axis=(1, 2, 3)) / ops.maximum(total, 1.0)
    pixels = error.shape[1] * error.shape[2] if error.shape[1] else ops.shape(error)[1] * ops.shape(error)[2]
    there = ops.minimum(20 * total / ops.cast(pixels, "float32"), 1.0)  # a part of a twentieth counts whole
    return there * 10 * ops.log(mean + least) / np.log(10)


@keras.saving.register_keras_serializable("emwidgets")
def widths_loss(wanted, answer):
    """Cross entropy of the probabilities of widths; `wanted` (n, rows, columns, 1 + levels) sums to 1."""
    return -ops.mean(ops.sum(wanted * ops.log_softmax(answer[..., :-1], axis=-1), axis=-1), axis=(1, 2))


@keras.saving.register_keras_serializable("emwidgets")
def sharp_loss(blurred, answer):
    """Cross entropy of the probability that a pixel is sharp; `blurred` (n, rows, columns, 1) is from 0 to 1.

    Without it a network that has once found out that leaving all alone is not bad never learns otherwise.
    """
    logit = answer[..., :1] - ops.logsumexp(answer[..., 1:-1], axis=-1, keepdims=True)
    return ops.mean(ops.softplus(logit) - (1 - blurred) * logit, axis=(1, 2, 3))


def blurredness(sigma: np.ndarray) -> np.ndarray:
    """How far a width counts as blurred, from 0 (sharp, to be left alone) to 1."""
    part = np.clip((np.asarray(sigma) - FADE[0]) / (FADE[1] - FADE[0]), 0, 1)
    return (part * part * (3 - 2 * part)).astype(np.float32)


def chances(sigma: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Widths as probabilities of "sharp" and of the levels beside them: (…, 1 + levels) float32."""
    blurred = blurredness(sigma)
    place = np.interp(np.log(np.maximum(sigma, 1e-3)), np.log(levels), np.arange(len(levels)))
    between = np.clip(1 - np.abs(place[..., None] - np.arange(len(levels))), 0, 1)
    return np.concatenate([1 - blurred[..., None], blurred[..., None] * between], axis=-1).astype(np.float32)
