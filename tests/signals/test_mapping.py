"""A function on every frame: in memory, lazy, any shape of result, any chunks."""

import math

import dask.array as da
import hyperspy.api as hs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.signals import calibration, frame, map_frames, navigation_chunks

MB = 2**20


def as_lazy(stack, chunks=(1, 2, 24, 32)):
    twin = stack.deepcopy()
    twin.data = da.from_array(stack.data, chunks=chunks, asarray=False)
    return twin.as_lazy()


@pytest.fixture(params=["memory", "lazy", "lazy, frames cut up"])
def scan(request, stack):
    """The stack in memory, and lazy in two ways."""
    if request.param == "memory":
        return stack
    return as_lazy(stack, (1, 2, 24, 32) if request.param == "lazy" else (2, 3, 10, 32))


def test_every_frame_is_answered_on_the_axes_of_the_signal(scan, stack):
    scan.axes_manager.signal_axes.set(units="A", scale=0.2)
    result = map_frames(lambda frame, factor: factor * frame, scan, factor=2, title="double", quantity="Counts")
    assert result._lazy == scan._lazy
    np.testing.assert_array_equal(np.asarray(result.data), 2 * stack.data)
    found = calibration(result)
    assert (found.unit, found.title, found.navigation_shape) == ("nm", "double", (2, 3))
    assert found.scale == pytest.approx((0.02, 0.02))
    assert result.metadata.Signal.quantity == "Counts"


def test_one_number_a_frame_is_a_map_over_the_navigation_axes(scan, stack):
    result = map_frames(lambda frame: frame.max(), scan, shape=())
    assert result._lazy == scan._lazy
    assert result.axes_manager.navigation_shape == (3, 2)
    assert result.axes_manager.signal_dimension == 0
    np.testing.assert_array_equal(np.asarray(result.data), stack.data.max(axis=(2, 3)))


def test_some_numbers_a_frame_are_a_curve_at_every_position(scan, stack):
    result = map_frames(lambda frame: frame[:5, 0], scan, shape=(5,))
    assert result.axes_manager.signal_dimension == 1
    np.testing.assert_array_equal(np.asarray(result.data), stack.data[..., :5, 0])


def test_the_type_of_the_answer_is_the_one_that_was_promised(scan):
    result = map_frames(lambda frame: frame > 100, scan, dtype=bool)
    assert result.data.dtype == bool


def test_the_function_is_not_called_before_a_lazy_result_is_computed(stack):
    def explode(frame):
        raise AssertionError("called")

    result = map_frames(explode, as_lazy(stack))
    assert result.data.shape == stack.data.shape
    with pytest.raises(AssertionError, match="called"):
        result.compute(show_progressbar=False)


def test_a_lazy_result_can_travel_to_a_cluster(stack):
    import cloudpickle

    result = map_frames(lambda frame: frame.max(), as_lazy(stack), shape=())
    arrived = cloudpickle.loads(cloudpickle.dumps(result.data))
    np.testing.assert_array_equal(arrived.compute(), stack.data.max(axis=(2, 3)))


def test_missing_pixels_are_filled_before_the_function_sees_them(scan, stack):
    holes = stack.data.copy()
    holes[1, 1, 5:8, 5:8] = np.nan
    scan.data = holes if not scan._lazy else da.from_array(holes, chunks=scan.data.chunks)
    result = map_frames(lambda frame: frame, scan)
    np.testing.assert_array_equal(np.asarray(result.data)[1, 1], frame(scan, 4))
    assert np.isfinite(np.asarray(result.data)).all()


@pytest.mark.parametrize("make", [lambda stack: stack, as_lazy])
def test_masks_are_not_lost_on_the_way(stack, make):
    stack.data = np.ma.masked_array(stack.data, stack.data > 112)
    masked = int(stack.data.mask.sum())
    assert masked > 0
    result = map_frames(lambda frame: frame.max(), make(stack), shape=())
    assert np.asarray(result.data).max() <= 112


def test_colours_are_mapped_as_luminance(make_image):
    colours = np.zeros((2, 20, 20), np.dtype({"names": ["R", "G", "B"], "formats": ["u1"] * 3}))
    colours["G"][:, 3, 3] = 100
    result = map_frames(lambda frame: frame, make_image(colours))
    assert result.data.max() == pytest.approx(71.52)


def test_a_blank_frame_is_named(scan):
    blank = np.asarray(scan.data).copy()
    blank[1, 1] = 3
    scan.data = blank if not scan._lazy else da.from_array(blank, chunks=scan.data.chunks)
    with pytest.raises(ValueError, match=r"'frame 4' of 'scan' is constant \(all 3\.0\)"):
        np.asarray(map_frames(lambda frame: frame, scan).data)


def test_a_blank_frame_does_not_stop_the_others_where_problems_are_kept(scan):
    blank, problems = np.asarray(scan.data).copy(), {}
    blank[1, 1] = 3
    scan.data = blank if not scan._lazy else da.from_array(blank, chunks=scan.data.chunks)
    most = map_frames(lambda frame: frame.max(), scan, shape=(), problems=problems).data
    assert [*problems] == ([] if scan._lazy else [4])
    assert np.argwhere(np.isnan(np.asarray(most))).tolist() == [[1, 1]]
    assert problems[4].startswith("'frame 4' of 'scan' is constant (all 3.0)")


def test_a_single_image_that_can_be_read_is_no_problem(image):
    for signal in (image, image.as_lazy()):
        problems = {}
        np.testing.assert_array_equal(map_frames(lambda frame: frame, signal, problems=problems).data, image.data)
        assert not problems


def test_a_single_image_is_a_stack_of_one(image, fringes):
    np.testing.assert_array_equal(map_frames(np.negative.__call__, image).data, -fringes)
    assert map_frames(lambda frame: frame.max(), image, shape=()).data == pytest.approx(fringes.max())


def test_the_signal_is_never_changed(stack):
    def spoil(frame):
        frame[:] = 0
        return frame

    before = stack.data.copy()
    map_frames(spoil, stack)
    np.testing.assert_array_equal(stack.data, before)


def test_parameters_may_have_the_names_of_hyperspys_own(image):
    result = map_frames(lambda frame, inplace, ragged: inplace + ragged, image, shape=(), inplace=2, ragged=3)
    assert result.data == 5


@given(st.lists(st.integers(1, 300), max_size=3).map(tuple), st.tuples(st.integers(16, 9000), st.integers(16, 9000)))
def test_chunks_hold_16_to_64_mb_of_whole_frames_where_they_can(navigation_shape, frame_shape):
    chunks = navigation_chunks(navigation_shape, frame_shape)
    assert len(chunks) == len(navigation_shape)
    assert all(1 <= chunk <= size for chunk, size in zip(chunks, navigation_shape, strict=True))
    frame_size = 4 * math.prod(frame_shape)
    size = math.prod(chunks) * frame_size
    assert size <= 64 * MB or math.prod(chunks) == 1
    whole_signal = math.prod(navigation_shape) * frame_size
    assert size >= min(16 * MB, whole_signal)


def test_chunks_are_contiguous_in_the_file():
    assert navigation_chunks((100, 200), (256, 256)) == (1, 200)
    assert navigation_chunks((100, 20), (256, 256)) == (12, 20)


def test_a_lazy_stack_in_slivers_is_gathered_and_one_in_good_chunks_is_left_alone():
    def chunks_of(chunks):
        signal = hs.signals.Signal2D(da.zeros((64, 512, 512), chunks=chunks, dtype="f4")).as_lazy()
        return map_frames(lambda frame: frame, signal).data.chunksize

    assert chunks_of((1, 512, 512)) == (64, 512, 512)
    assert chunks_of((64, 64, 64)) == (64, 512, 512)
    assert chunks_of((20, 512, 512)) == (20, 512, 512)
