"""An image of any size in pieces that a network can hold, and what it made of them put together without a seam."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .networks.bank import MULTIPLE

#: Pixels beyond a tile that its answer is computed from, to each side: farther ones hardly change it.
MARGIN = 64
#: Pixels over which the answers of neighbouring tiles pass into each other.
BLEND = 16


class Tile(NamedTuple):
    """A piece of an image.

    `rows`, `columns` : slices of the padded image that are computed; `inside` : of them, what is used;
    `at` : where that lies in the image; `weight` : (rows, columns) of it, with which answers that overlap are added.
    """

    window: tuple[slice, slice]
    inside: tuple[slice, slice]
    at: tuple[slice, slice]
    weight: np.ndarray


def padded(image: np.ndarray) -> np.ndarray:
    """The image with its mirror image around it, rows and columns multiples of `MULTIPLE`."""
    after = [MARGIN + -n % MULTIPLE for n in image.shape]
    return np.pad(image, [(MARGIN, end) for end in after], mode="symmetric")


def tiles(shape: tuple[int, int], size: int) -> Iterator[Tile]:
    """Tiles of an image.

    Parameters
    ----------
    shape : (rows, columns)
        Of the image.
    size : int
        Rows and columns of what is computed at a time, margins included.

    Yields
    ------
    Tile
        Line by line; the weights of all of them add up to one everywhere.
    """
    core = max((size - 2 * MARGIN) // MULTIPLE * MULTIPLE, MULTIPLE)
    down, along = (list(_spans(n, core)) for n in shape)
    for top, bottom, fall in down:
        for left, right, rise in along:
            window = tuple(
                slice(first, last + 2 * MARGIN + -(last - first) % MULTIPLE)
                for first, last in ((top, bottom), (left, right))
            )
            inside = slice(MARGIN, MARGIN + bottom - top), slice(MARGIN, MARGIN + right - left)
            yield Tile(window, inside, (slice(top, bottom), slice(left, right)), fall[:, None] * rise[None, :])


def _spans(length: int, core: int) -> Iterator[tuple[int, int, np.ndarray]]:
    """First and last of each piece of an axis, and its weights: they overlap by `BLEND`."""
    firsts = list(range(0, max(length - BLEND, 1), core - BLEND if core > 2 * BLEND else core))
    overlap = BLEND if core > 2 * BLEND else 0
    for number, first in enumerate(firsts):
        last = length if number == len(firsts) - 1 else first + core
        weight = np.ones(last - first, np.float32)
        ramp = (np.arange(overlap, dtype=np.float32) + 0.5) / max(overlap, 1)
        if number and overlap:
            weight[:overlap] = ramp
        if number < len(firsts) - 1 and overlap:
            weight[-overlap:] = ramp[::-1]
        yield first, last, weight
