"""Frames in batches: in memory, lazy, and in threads."""

import threading
import time

import dask.array as da
import numpy as np
import pytest

from emwidgets.signals import calibration
from emwidgets.signals.batches import batch_size, flat_frames, in_threads, processors


def test_frames_in_memory_are_a_view(stack):
    flat = flat_frames(stack, calibration(stack))
    assert flat.shape == (6, 24, 32)
    assert np.shares_memory(flat, stack.data)


def test_a_single_image_is_a_stack_of_one(image):
    assert flat_frames(image, calibration(image)).shape == (1, 24, 32)


@pytest.mark.parametrize("chunks", [(1, 2, 24, 32), (2, 3, 10, 32), (2, 1, 24, 7)])
def test_frames_of_a_lazy_signal_stay_lazy_whole_and_in_order(stack, chunks):
    expected = stack.data.reshape(6, 24, 32).copy()
    stack.data = da.from_array(stack.data, chunks=chunks)
    lazy = stack.as_lazy()
    flat = flat_frames(lazy, calibration(lazy))
    assert isinstance(flat, da.Array)
    assert flat.chunks[1:] == ((24,), (32,))
    np.testing.assert_array_equal(flat.compute(), expected)


@pytest.mark.parametrize(("size", "frames"), [(64, 16), (512, 16), (1024, 4), (2048, 1), (8192, 1)])
def test_large_frames_go_in_smaller_batches(make_image, size, frames):
    assert batch_size(calibration(make_image(np.broadcast_to(np.uint8(0), (size, size))), None)) == frames


def test_results_come_in_the_order_of_the_items():
    def slower_first(n):
        time.sleep(0.02 / (n + 1))
        return n

    assert list(in_threads(slower_first, range(20))) == list(range(20))


def test_no_more_items_are_taken_than_there_is_room_for():
    """An endless stack is worked through with a few batches in memory."""
    taken, most = [], 0
    results = in_threads(lambda n: n, (taken.append(n) or n for n in range(1000)))
    for result in results:
        most = max(most, len(taken) - result)
        if result == 100:
            break
    results.close()
    assert most <= processors() + 2
    assert len(taken) < 110


def test_an_error_is_raised_where_the_results_are_taken_and_ends_the_work():
    begun = []

    def fail(n):
        begun.append(n)
        if n == 3:
            raise ZeroDivisionError("three")
        return n

    with pytest.raises(ZeroDivisionError, match="three"):
        list(in_threads(fail, range(1000)))
    assert len(begun) < 20


def test_nothing_is_left_running(stack):
    before = threading.active_count()
    assert list(in_threads(np.sum, stack.data.reshape(6, -1))) == pytest.approx(stack.data.sum(axis=(2, 3)).ravel())
    assert threading.active_count() == before
