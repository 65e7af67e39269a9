"""Class-activation maps of networks that end in global average pooling and one dense layer: exact, and free.

The logit of class *c* of such a network is the mean over the last feature map of Σₖ wₖc fₖ(row, column), plus a bias.
The sum under the mean is the map: how much each place adds to the class, without any approximation [1]_. It costs one
product of what the network gives anyway, so it needs neither gradients nor Keras. Grad-CAM of that layer is the same
map: the gradient of the mean is wₖc over the number of places.

References
----------
.. [1] B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba, "Learning deep features for discriminative
   localization", CVPR 2016, doi:10.1109/CVPR.2016.319
"""

from __future__ import annotations

import functools

import numpy as np
from scipy import ndimage


def class_asked(logits: np.ndarray, classes: tuple[str, ...], target: str | None) -> np.ndarray:
    """Number of the class whose map is made, for each row of logits; without a target, the likelier of ring and spot.

    Parameters
    ----------
    logits : (n, classes) array
    classes : tuple of str
        What they stand for.
    target : str or None

    Raises
    ------
    ValueError
        If there is no such class.
    """
    if target is None:
        two = [classes.index("ring"), classes.index("spot")]
        return np.take(two, logits[:, two].argmax(axis=1))
    if target not in classes:
        raise ValueError(f"target is {target!r}: expected one of {', '.join(classes)}, or None for the predicted one")
    return np.full(len(logits), classes.index(target))


def class_activation(features: np.ndarray, head_weights: np.ndarray, target) -> np.ndarray:
    """What each place of the last feature map adds to the logit of a class; its mean is the logit less the bias.

    Parameters
    ----------
    features : (n, rows, columns, channels) array
        Last feature map, before global average pooling.
    head_weights : (channels, classes) array
        Of the dense layer.
    target : int, or (n,) int array
        Class of all, or of each.

    Returns
    -------
    (n, rows, columns) float32 array
        Positive where the place speaks for the class, negative where it speaks against.
    """
    chosen = np.asarray(head_weights, np.float32)[:, np.broadcast_to(target, len(features))]
    return np.einsum("nyxk,kn->nyx", features, chosen, optimize=True).astype(np.float32)


def positive_part(maps: np.ndarray) -> np.ndarray:
    """Maps in [0, 1]: what speaks for the class, over the largest of it; all zero where nothing does.

    Parameters
    ----------
    maps : (n, rows, columns) array
    """
    speaking = np.maximum(np.asarray(maps, np.float32), 0)
    largest = speaking.max(axis=(1, 2), keepdims=True, initial=0)
    return np.divide(speaking, largest, out=np.zeros_like(speaking), where=largest > 0)


def on_frame(maps: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Maps drawn smoothly over the frame that the network saw.

    Cubic splines, whose overshoot is cut at the range of the map. The network sees a frame filled up to a square
    (`normalise.prepared`): of the map of that square this is the part that is the frame.

    Parameters
    ----------
    maps : (n, rows, columns) array
    shape : (int, int)
        Rows and columns of the frame.

    Returns
    -------
    (n, *shape) float32 array
    """
    maps = np.asarray(maps, np.float32)
    side = max(shape)
    rows, columns = (
        _spline((side - length) // 2, length, side, size) for length, size in zip(shape, maps.shape[1:], strict=True)
    )
    drawn = rows @ maps @ columns.T
    lowest, highest = (extreme(maps, axis=(1, 2), keepdims=True) for extreme in (np.min, np.max))
    return drawn.clip(lowest, highest)


@functools.lru_cache(maxsize=16)  # the frames of a stack have one shape
def _spline(start: int, length: int, side: int, size: int) -> np.ndarray:
    """Cubic spline along one axis as a (length, size) matrix: from cells to pixels, where both fill the same square."""
    places = (start + np.arange(length) + 0.5) * (size / side) - 0.5
    lines = [ndimage.map_coordinates(cell, places[None], order=3, mode="nearest") for cell in np.eye(size)]
    return np.stack(lines, axis=1).astype(np.float32)
