"""Frames of a stack, piece by piece: only what is asked for is read, and never more than fits in memory at ease."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.signals.pixels import clean, real_pixels

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

    from emwidgets.signals import Calibration

#: Bytes as float32 that are read together.
PIECE = 64 * 2**20
#: Bytes up to which a chunk of a file is read as a whole, as a part of it costs as much.
LARGEST_CHUNK = 256 * 2**20


def pieces(signal: Signal2D, where: Calibration) -> Iterator[tuple[np.ndarray, Callable[[], np.ndarray]]]:
    """All frames of a signal, in the pieces in which they lie in memory or in their file, none of them read yet.

    Parameters
    ----------
    signal : Signal2D
        Lazy or not.
    where : Calibration
        Of the signal.

    Yields
    ------
    numbers : (n,) int array
        Flat indices of the frames, in C order of the navigation shape.
    read : callable
        Gives the frames as they are in the signal, (n, rows, columns).
    """
    numbers = np.arange(len(where)).reshape(where.navigation_shape)
    for part in _parts(signal.data, where):
        yield numbers[part].reshape(-1), partial(_read, signal.data[part], where)


def _read(frames, where: Calibration) -> np.ndarray:
    frames = frames.compute() if where.lazy else frames
    return frames.reshape(-1, *where.frame_shape)


def some(signal: Signal2D, where: Calibration, numbers: Sequence[int]) -> Iterator[tuple[int, np.ndarray]]:
    """Number and pixels of some frames; those of one chunk of a file are read together."""
    at_once = max(1, PIECE // _size(where))
    for start in range(0, len(numbers), at_once):
        these = numbers[start : start + at_once]
        places = [
            np.unravel_index(number, where.navigation_shape) if where.navigation_shape else () for number in these
        ]
        frames = [signal.data[place] for place in places]
        if where.lazy:
            import dask

            frames = dask.compute(*frames)
        yield from zip(these, frames, strict=True)


def readable(frame: np.ndarray, name: str) -> tuple[np.ndarray, str]:
    """A frame as float32, missing pixels filled, and what is wrong with it: "" if nothing is.

    One that cannot be analysed can still be looked at.
    """
    try:
        return clean(frame, name)[0], ""
    except ValueError as error:
        return np.nan_to_num(real_pixels(frame)), str(error)


def _parts(data, where: Calibration) -> Iterator[tuple[slice, ...]]:
    """Slices of the navigation axes that cover all of them."""
    shape = where.navigation_shape
    if not shape:
        yield ()
        return
    chunks = _joined(data.chunks[: len(shape)], where) if where.lazy else [(size,) for size in shape]
    at_once = max(1, (LARGEST_CHUNK if where.lazy else PIECE) // _size(where))
    for steps in product(*map(_slices, chunks)):
        yield from _split(steps, at_once)


def _joined(chunks, where: Calibration) -> list[list[int]]:
    """Chunks of the navigation axes, small ones taken together: each piece that is read has its price."""
    joined = [list(sizes) for sizes in chunks]
    for axis in reversed(range(len(joined))):
        others = int(np.prod([max(sizes) for i, sizes in enumerate(joined) if i != axis]))
        most = PIECE // _size(where) // others
        whole: list[int] = []
        for size in joined[axis]:
            if whole and whole[-1] + size <= most:
                whole[-1] += size
            else:
                whole.append(size)
        joined[axis] = whole
    return joined


def _slices(sizes: Sequence[int]) -> list[slice]:
    ends = np.cumsum(sizes).tolist()
    return [slice(end - size, end) for size, end in zip(sizes, ends, strict=True)]


def _split(part: tuple[slice, ...], at_once: int) -> Iterator[tuple[slice, ...]]:
    """Parts of a part with at most so many frames; the last axes, whose frames lie together, stay whole longest."""
    sizes = [step.stop - step.start for step in part]
    if np.prod(sizes) <= at_once:
        yield part
        return
    axis = next(i for i, size in enumerate(sizes) if size > 1)
    below = int(np.prod(sizes[axis + 1 :]))
    step = max(1, at_once // below)
    for start in range(part[axis].start, part[axis].stop, step):
        piece = slice(start, min(start + step, part[axis].stop))
        yield from _split((*part[:axis], piece, *part[axis + 1 :]), at_once)


def _size(where: Calibration) -> int:
    """Bytes of a frame as float32."""
    return 4 * where.frame_shape[0] * where.frame_shape[1]
