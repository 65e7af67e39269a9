"""Small pictures of patterns for the gallery: equalised, so that faint patterns are seen beside bright ones."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.frontend.wire import array_payload
from emwidgets.signals.reading import readable, some

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

    from emwidgets.signals import Calibration

#: Rows and columns of a small picture.
SIZE = 64
#: Pictures that are kept, 4 kB each.
KEPT = 2048


class Thumbnails:
    """Small pictures of the patterns of a signal, made when they are asked for.

    Parameters
    ----------
    signal : Signal2D
        Lazy or not.
    where : Calibration
        Of the signal.
    """

    def __init__(self, signal: Signal2D, where: Calibration):
        self._signal, self._where = signal, where
        self._made: OrderedDict[int, np.ndarray] = OrderedDict()
        self._making = threading.Lock()  # a page may be written while the gallery asks

    def payload(self, numbers: Sequence[int], checkpoint: Callable[[str, float], None]) -> dict:
        """Small pictures as they go over the wire: flat indices, and uint8 (n, 64, 64).

        Parameters
        ----------
        numbers : sequence of int
            Flat indices of the patterns.
        checkpoint : callable
            Called after each pattern; it raises if nobody waits any more.
        """
        with self._making:
            missing = [number for number in numbers if number not in self._made]
            for done, (number, frame) in enumerate(some(self._signal, self._where, missing)):
                checkpoint("Small pictures", done / len(missing))
                self._made[number] = small(readable(frame, self._where.name_of(number))[0])
            pictures = [self._made[number] for number in numbers]
            for number in numbers:
                self._made.move_to_end(number)
            while len(self._made) > max(KEPT, len(numbers)):
                self._made.popitem(last=False)
        stack = np.stack(pictures) if pictures else np.empty((0, SIZE, SIZE), np.uint8)
        return {"indices": [int(number) for number in numbers], "pixels": array_payload(stack)}


def small(frame: np.ndarray) -> np.ndarray:
    """A pattern, filled up to a square, as a small picture with an even histogram.

    Parameters
    ----------
    frame : (rows, columns) float32 array
        Without missing pixels.

    Returns
    -------
    (64, 64) uint8 array
        Black where the frame is constant.
    """
    from ..contrast import equalized
    from ..networks.normalise import on_grid

    square = on_grid(frame, SIZE)
    if np.ptp(square) == 0:
        return np.zeros(square.shape, np.uint8)
    return np.clip(np.rint(255 * equalized(square[None])[0]), 0, 255).astype(np.uint8)
