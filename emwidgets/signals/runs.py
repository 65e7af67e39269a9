"""What a kernel finds in every frame of a signal: in threads where it is in memory, block by block where it is lazy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from emwidgets.signals.axes import Calibration
from emwidgets.signals.batches import batch_size, flat_frames, in_threads


class Run(NamedTuple):
    """Frames that follow each other: number of the first, how many, and what was found in them, or dask's promise."""

    first: int
    length: int
    found: Any


def in_runs(function: Callable, signal, where: Calibration, joined: Callable[[Iterable], Any]) -> tuple[Run, ...]:
    """What a function finds in the frames of a signal, batch by batch.

    Parameters
    ----------
    function : callable
        ``function(frames, first)`` takes frames as they are in the signal, (n, rows, columns), and the number of the
        first of them. For a lazy signal it must be able to travel to another process.
    signal : HyperSpy signal with two signal axes
    where : Calibration
        Of this signal.
    joined : callable
        Makes one of what `function` gave for batches that follow each other.

    Returns
    -------
    tuple of Run
        Of a signal in memory one, worked out in as many threads as there are processors. Of a lazy one a dask object
        for each block of frames; nothing is computed yet.
    """
    size = batch_size(where)
    frames = flat_frames(signal, where)
    if not where.lazy:
        parts = in_threads(lambda n: function(frames[n : n + size], n), range(0, len(where), size))
        return (Run(0, len(where), joined(parts)),)
    import dask

    first, runs, of_block = 0, [], dask.delayed(_of_block)
    for length, block in zip(frames.chunks[0], frames.to_delayed().ravel(), strict=True):
        runs.append(Run(first, length, of_block(block, first, function, size, joined)))
        first += length
    return tuple(runs)


def computed(runs: Iterable[Run], where: Calibration, joined: Callable[[Iterable], Any]):
    """What was found in all frames; of a lazy signal in one computation."""
    parts = [run.found for run in runs]
    if where.lazy:
        import dask

        parts = dask.compute(*parts)
    return joined(parts)


def _of_block(block, first: int, function: Callable, size: int, joined: Callable):
    """Batch after batch: dask has its own threads."""
    return joined(function(block[n : n + size], first + n) for n in range(0, len(block), size))
