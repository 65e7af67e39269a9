"""Many frames at once, for kernels that answer batches faster than single frames, in constant memory."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from emwidgets.signals.axes import Calibration
from emwidgets.signals.mapping import navigation_chunks, well_chunked

_BATCH = 16  # frames that a network answers at once
_BATCH_BYTES = 16 * 2**20  # of them as float32: large frames go in smaller batches
_MOST_THREADS = 8  # each of them holds a batch and what is made of it


def flat_frames(signal, where: Calibration):
    """The frames of a signal as they are, (n, rows, columns), without reading or copying them.

    Parameters
    ----------
    signal : HyperSpy signal with two signal axes
    where : Calibration
        Of this signal.

    Returns
    -------
    array
        A view of an array in memory or mapped into it; of a lazy signal a dask array in chunks of whole frames, of 16
        to 64 MB as float32 where the shapes allow it.
    """
    pixels = signal.data
    if where.lazy:
        if not well_chunked(pixels):
            pixels = pixels.rechunk((*navigation_chunks(where.navigation_shape, where.frame_shape), -1, -1))
        return pixels.reshape((len(where), *where.frame_shape), merge_chunks=False)
    return pixels.reshape((len(where), *where.frame_shape))


def batch_size(where: Calibration) -> int:
    """Frames of this size that a network is given at once."""
    return max(1, min(_BATCH, _BATCH_BYTES // (4 * math.prod(where.frame_shape))))


def in_threads(function: Callable, items: Iterable) -> Iterator:
    """Results of a function, in the order of the items, computed in as many threads as there are processors.

    Items are taken as results are: no more than one in each thread and one that waits are in memory, however many
    there are. Where the function raises, the error is raised here, and nothing further is begun.
    """
    threads = processors()
    items = iter(items)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="emwidgets")
    waiting = deque()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def processors() -> int:
    """Processors that this process may use, at most eight."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_THREADS)
