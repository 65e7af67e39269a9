"""Frames of a stack, piece by piece."""

import dask.array as da
import hyperspy.api as hs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.signals import calibration, reading

SIZE = 4 * 16 * 16  # bytes of a frame as float32


def stack(shape, chunks=None):
    data = np.random.default_rng(0).random((*shape, 16, 16)).astype(np.float32)
    signal = hs.signals.Signal2D(data)
    if chunks is not None:
        signal = hs.signals.Signal2D(da.from_array(data, chunks=(*chunks, 16, 16))).as_lazy()
    return signal, data


def together(signal):
    """All frames as `pieces` gives them, in order, and how many came at once."""
    where = calibration(signal, None)
    frames = np.full((len(where), 16, 16), np.nan, np.float32)
    sizes = []
    for numbers, read in reading.pieces(signal, where):
        assert np.isnan(frames[numbers]).all()
        frames[numbers] = read()
        sizes.append(len(numbers))
    return frames, sizes


@settings(max_examples=40, deadline=None)
@given(
    shape=st.lists(st.integers(1, 6), min_size=0, max_size=3).map(tuple),
    chunk=st.none() | st.integers(1, 4),
    piece=st.integers(1, 40),
    largest=st.integers(1, 40),
)
def test_every_frame_comes_once_and_none_is_too_large(shape, chunk, piece, largest):
    signal, data = stack(shape, None if chunk is None else (chunk,) * len(shape))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "PIECE", piece * SIZE)
        patch.setattr(reading, "LARGEST_CHUNK", largest * SIZE)
        frames, sizes = together(signal)
    np.testing.assert_array_equal(frames, data.reshape(-1, 16, 16))
    assert max(sizes) <= (piece if chunk is None else max(largest, 1))


def test_a_chunk_of_a_file_is_read_once():
    read = []

    def counted(block, block_info=None):
        if block_info:
            read.append(tuple(block_info[0]["chunk-location"][:2]))
        return block

    data = np.random.default_rng(0).random((9, 10, 16, 16)).astype(np.float32)
    lazy = da.from_array(data, chunks=(4, 5, 16, 16)).map_blocks(counted, dtype=np.float32)
    frames, _ = together(hs.signals.Signal2D(lazy).as_lazy())
    np.testing.assert_array_equal(frames, data.reshape(-1, 16, 16))
    assert sorted(read) == [(row, column) for row in range(3) for column in range(2)]


def test_small_chunks_are_read_together():
    signal, _ = stack((8, 8), (1, 1))
    assert together(signal)[1] == [64]


def test_nothing_is_read_before_it_is_asked_for():
    def never(block):
        assert not block.size, "read"  # dask asks with nothing in it what will come
        return block

    lazy = da.from_array(np.ones((4, 16, 16)), chunks=(1, 16, 16)).map_blocks(never, dtype=float)
    signal = hs.signals.Signal2D(lazy).as_lazy()
    assert sum(len(numbers) for numbers, _ in reading.pieces(signal, calibration(signal, None))) == 4


@pytest.mark.parametrize("chunks", [None, (2, 3)])
def test_some_frames_come_in_the_order_asked_for(chunks):
    signal, data = stack((4, 5), chunks)
    found = list(reading.some(signal, calibration(signal, None), [7, 0, 19, 7]))
    assert [number for number, _ in found] == [7, 0, 19, 7]
    for number, frame in found:
        np.testing.assert_array_equal(frame, data.reshape(-1, 16, 16)[number])


def test_some_frames_of_one_chunk_cost_one_reading():
    read = []

    def counted(block, block_info=None):
        if block_info:
            read.append(block_info[0]["chunk-location"][0])
        return block

    lazy = da.from_array(np.ones((40, 16, 16)), chunks=(20, 16, 16)).map_blocks(counted, dtype=float)
    signal = hs.signals.Signal2D(lazy).as_lazy()
    list(reading.some(signal, calibration(signal, None), range(12)))
    assert read == [0]


def test_a_single_image_has_one_frame():
    signal, data = stack(())
    assert together(signal)[1] == [1]
    ((number, frame),) = reading.some(signal, calibration(signal, None), [0])
    assert number == 0
    np.testing.assert_array_equal(frame, data)


def test_what_cannot_be_analysed_can_be_looked_at():
    frame = np.ones((16, 16))
    pixels, problem = reading.readable(frame, "'frame 3'")
    assert problem.startswith("'frame 3' is constant")
    np.testing.assert_array_equal(pixels, frame)
    pixels, problem = reading.readable(np.full((16, 16), np.nan), "'frame 3'")
    assert "no valid pixel" in problem
    assert not pixels.any()
    frame = np.arange(256.0).reshape(16, 16)
    frame[0, 0] = np.inf
    pixels, problem = reading.readable(frame, "x")
    assert problem == ""
    assert pixels[0, 0] == 128
