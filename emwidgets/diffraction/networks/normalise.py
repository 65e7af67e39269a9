"""A recorded frame as the networks take it: square, small, and the same however its grey values were displayed.

Linear, logarithmic and gamma displays of one pattern differ by a monotone function of the intensity alone. What such
a function leaves untouched is the order of the pixels, so each pixel is replaced by its rank, and the rank by its log
odds: these spread the brightest pixels, which are few and make the pattern, and the darkest ones as much, which make it
on a film negative.
"""

from __future__ import annotations

import numpy as np

from emwidgets.signals.pixels import constant

from ..simulation.record import resized

#: Rows and columns of what the networks take.
SIZE = 128
#: Share of the pixels that all count as brightest, or darkest: hot pixels do not come to stand for the pattern.
_EXTREME = 0.002
_LEVELS = 1 << 14


def prepared(frames: np.ndarray, size: int = SIZE) -> np.ndarray:
    """Frames on a square grid, the ranks of their pixels in [0, 1].

    Any increasing linear function of the intensity gives the same; any increasing function, nearly so.

    Parameters
    ----------
    frames : (n, rows, columns) array
        As recorded. Pixels that are not finite count as the median of the frame; what lacks to a square is filled with
        the median of the frame's border.
    size : int
        Rows and columns of the result.

    Returns
    -------
    (n, size, size) float32 array

    Raises
    ------
    ValueError
        If the frames are no stack, or one of them is constant or has no finite pixel: "frame 3 …".
    """
    frames = np.asarray(frames)
    if frames.ndim != 3:
        raise ValueError(
            f"frames has {frames.ndim} dimensions: expected a stack (n, rows, columns); one frame is n = 1"
        )
    result = np.empty((len(frames), size, size), np.float32)
    for number, frame in enumerate(frames):
        trouble = unusable(frame)
        if trouble:
            raise ValueError(f"frame {number} {trouble}: there is no pattern to read; leave it out")
        result[number] = ranked(on_grid(frame, size))
    return result


def unusable(frame: np.ndarray) -> str | None:
    """Why a frame cannot be prepared, as the end of a sentence about it; None if it can be."""
    low, high = frame.min(), frame.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = frame[np.isfinite(frame)]
        if not finite.size:
            return "has no finite pixel"
        low, high = finite.min(), finite.max()
    return f"is {constant(float(low), 'g')}" if low == high else None


def on_grid(frame: np.ndarray, size: int) -> np.ndarray:
    """One frame, filled up to a square and averaged or interpolated to (size, size) float32."""
    frame = np.asarray(frame, np.float32)
    finite = np.isfinite(frame)
    if not finite.all():
        frame = np.where(finite, frame, np.median(frame[finite]))
    rows, columns = frame.shape
    if rows != columns:
        border = np.concatenate([frame[0], frame[-1], frame[:, 0], frame[:, -1]])
        square = np.full((max(rows, columns),) * 2, np.median(border), np.float32)
        top, left = (len(square) - rows) // 2, (len(square) - columns) // 2
        square[top : top + rows, left : left + columns] = frame
        frame = square
    return resized(frame, (size, size))


def ranked(image: np.ndarray) -> np.ndarray:
    """Log odds of the ranks of the pixels of an image that is not constant, scaled to [0, 1]; equal pixels stay equal.

    With u the share of darker pixels (and half of the equal ones) the log odds are log(u / (1 - u)).
    """
    image = np.asarray(image, np.float32)
    low, high = _extremes(image)
    level = np.clip((image - low) * (_LEVELS / (high - low)), 0, _LEVELS).astype(np.intp)
    count = np.bincount(level.ravel(), minlength=_LEVELS + 1)
    share = ((np.cumsum(count) - 0.5 * count) / image.size).clip(_EXTREME, 1 - _EXTREME).astype(np.float32)
    odds = np.log(share / (1 - share)) / np.float32(np.log(1 / _EXTREME - 1))
    return (0.5 + 0.5 * odds).clip(0, 1)[level]  # float32 rounds past the ends


def _extremes(image) -> tuple[float, float]:
    """Range of the levels: without the few extreme pixels, unless they are all there is."""
    few = round(_EXTREME * image.size)
    ends = np.sort(image, axis=None)  # several times as fast as np.partition, which no processor does many at a time
    low, high = float(ends[few]), float(ends[-1 - few])
    rounding = 1e-6 * max(abs(low), abs(high))  # of equal pixels that were resampled
    return (low, high) if high - low > rounding else (float(image.min()), float(image.max()))
