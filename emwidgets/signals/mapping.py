"""A function on every frame, through HyperSpy's own ``map``: in memory or lazy, one adaptor for all analyses."""

from __future__ import annotations

import numpy as np

from emwidgets.signals.axes import Calibration, calibration
from emwidgets.signals.frames import signal_of, to_signal
from emwidgets.signals.pixels import clean, real_pixels

SMALLEST_CHUNK, LARGEST_CHUNK = 16 * 2**20, 64 * 2**20  # bytes of float32


def map_frames(
    function,
    signal,
    *,
    shape: tuple[int, ...] | None = None,
    dtype=np.float32,
    kind: str | None = None,
    pixel_size: float | None = None,
    title: str | None = None,
    quantity: str = "",
    provenance=None,
    problems: dict[int, str] | None = None,
    **parameters,
):
    """Result of a function of one frame for every frame of a signal.

    Parameters
    ----------
    function : callable
        Takes a (rows, columns) float32 array without missing pixels, and `parameters`; returns an array of `shape`.
        A kernel for stacks is ``lambda frame: kernel(frame[None])[0]``.
    signal : HyperSpy signal with two signal axes, any navigation shape, lazy or not
    shape : tuple of int, optional
        Shape of what `function` returns: () for a number, (k,) for k of them; default that of a frame.
    dtype : data-type
        Of what `function` returns.
    kind, pixel_size
        As in `calibration`.
    title, quantity, provenance
        As in `to_signal`.
    problems : dict, optional
        Given, a frame that cannot be read becomes NaN instead of an error, and why is put here by its number; for a
        lazy signal not before that frame is computed.
    **parameters
        Given to `function`.

    Returns
    -------
    HyperSpy signal
        With the navigation axes of `signal`; lazy when `signal` is. Frame-shaped results have its signal axes, too,
        in nm or 1/nm; those of another shape have plain ones.

    Raises
    ------
    TypeError, ValueError
        As in `calibrated_frames`, naming the frame; for a lazy signal when that frame is computed.
    """
    where = calibration(signal, kind, pixel_size)
    shape = where.frame_shape if shape is None else tuple(shape)
    source = _source(signal, where)
    numbers = _frame_numbers(where)

    def on_frame(pixels, number):
        number = int(np.ravel(number)[0])
        try:
            filled = clean(pixels, where.name_of(number))[0]
        except ValueError as error:
            if problems is None or not np.size(pixels):  # dask asks with nothing in it what will come
                raise
            problems[number] = str(error)
            return np.full(shape, np.nan, dtype)
        return function(filled, **parameters)

    mapped = source.map(
        on_frame,
        number=numbers,
        inplace=False,
        show_progressbar=False,
        output_signal_size=shape,
        output_dtype=np.dtype(dtype),
        silence_warnings=True,
    )
    array = mapped.data.reshape(where.navigation_shape + shape)
    if shape == where.frame_shape:
        return to_signal(array, where, title=title, quantity=quantity, provenance=provenance)
    axes = [*(dict(axis) for axis in where.navigation_axes), *({"size": size} for size in shape)]
    return signal_of(array, axes, where.title if title is None else title, quantity, provenance)


def navigation_chunks(navigation_shape: tuple[int, ...], frame_shape: tuple[int, int]) -> tuple[int, ...]:
    """How many frames along each navigation axis make one chunk.

    A chunk holds whole frames, between 16 and 64 MB of them as float32 where the shapes allow it: large enough
    that dask's overhead per task does not count, small enough that several fit in memory at once. It grows along
    the last axes first, in which neighbouring frames lie together in the file.

    Parameters
    ----------
    navigation_shape, frame_shape : tuple of int
        In array order.

    Examples
    --------
    >>> navigation_chunks((100, 200), (256, 256))
    (1, 200)
    >>> navigation_chunks((100,), (4096, 4096))
    (1,)
    """
    frames_left = max(1, LARGEST_CHUNK // (4 * frame_shape[0] * frame_shape[1]))
    chunks = []
    for size in reversed(navigation_shape):
        chunks.append(min(size, frames_left))
        frames_left = max(1, frames_left // chunks[-1])
    return tuple(reversed(chunks))


def _source(signal, where: Calibration):
    """The pixels as a plain signal that HyperSpy can map: no masks (it drops them), chunks by the policy.

    A plain signal, because the classes of other packages may bring a ``map`` of their own.
    """
    pixels = signal.data
    if where.lazy:
        chunks = (*navigation_chunks(where.navigation_shape, where.frame_shape), -1, -1)
        pixels = pixels if well_chunked(pixels) else pixels.rechunk(chunks)
        if np.ma.isMaskedArray(pixels._meta):
            pixels = pixels.map_blocks(real_pixels, dtype=np.float32, meta=np.empty((0,) * pixels.ndim, np.float32))
    elif np.ma.isMaskedArray(pixels):
        pixels = real_pixels(pixels)
    axes = [{"size": size, "navigate": index < pixels.ndim - 2} for index, size in enumerate(pixels.shape)]
    return signal_of(pixels, axes, where.title)


def well_chunked(pixels) -> bool:
    """Whether a dask array already follows the policy: moving pixels between chunks costs more than it brings."""
    whole = pixels.chunksize[-2:] == pixels.shape[-2:]
    size = 4 * np.prod(pixels.chunksize, dtype=float)
    return whole and (pixels.npartitions == 1 or size >= SMALLEST_CHUNK) and size <= LARGEST_CHUNK


def _frame_numbers(where: Calibration):
    """Number of every frame as a signal over the navigation axes, for ``map`` to walk along with the frames."""
    if not where.navigation_shape:
        return 0
    numbers = np.arange(len(where)).reshape(where.navigation_shape)
    return signal_of(numbers, [{"size": size, "navigate": True} for size in numbers.shape], "frame number")
