"""A kernel over all frames, in memory and lazy."""

import dask.array as da
import numpy as np
import pytest

from emwidgets.signals import calibration
from emwidgets.signals.runs import Run, computed, in_runs


def sums(frames, first):
    """Number and sum of every frame."""
    return [(first + index, float(frame.sum())) for index, frame in enumerate(frames)]


def joined(parts):
    return [one for part in parts for one in part]


@pytest.fixture
def expected(stack):
    return [(number, float(frame.sum())) for number, frame in enumerate(stack.data.reshape(6, 24, 32))]


def test_frames_in_memory_are_one_run_in_order(stack, expected):
    where = calibration(stack)
    (run,) = in_runs(sums, stack, where, joined)
    assert run == Run(0, 6, expected)
    assert computed([run], where, joined) == expected


def test_frames_go_to_the_function_in_batches(stack, expected, monkeypatch):
    monkeypatch.setattr("emwidgets.signals.runs.batch_size", lambda where: 4)
    lengths = []

    def noted(frames, first):
        lengths.append(len(frames))
        return sums(frames, first)

    where = calibration(stack)
    assert computed(in_runs(noted, stack, where, joined), where, joined) == expected
    assert sorted(lengths) == [2, 4]


@pytest.mark.parametrize("chunks", [(1, 2, 24, 32), (2, 3, 10, 32), (2, 1, 24, 7)])
def test_lazy_frames_are_promised_block_by_block_and_come_in_order(stack, expected, chunks, monkeypatch):
    monkeypatch.setattr("emwidgets.signals.runs.batch_size", lambda where: 2)
    stack.data = da.from_array(stack.data, chunks=chunks)
    lazy = stack.as_lazy()
    where = calibration(lazy)
    runs = in_runs(sums, lazy, where, joined)
    assert all(hasattr(run.found, "dask") for run in runs)
    assert [run.first for run in runs] == np.cumsum([0, *(run.length for run in runs[:-1])]).tolist()
    assert computed(runs, where, joined) == expected


def test_nothing_is_read_of_a_lazy_signal_before_it_is_computed(stack):
    def explode(block):
        raise AssertionError("read")

    stack.data = da.from_array(stack.data).map_blocks(explode, dtype=float, meta=np.empty((0,) * 4))
    lazy = stack.as_lazy()
    where = calibration(lazy)
    runs = in_runs(sums, lazy, where, joined)
    with pytest.raises(AssertionError, match="read"):
        computed(runs, where, joined)
