"""Pixels of every kind in, float32 frames out; arrays back into signals."""

import dask.array as da
import hyperspy.api as hs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from traits.api import Undefined

from emwidgets.signals import Frames, UncalibratedError, calibrated_frames, calibration, frame, provenance, to_signal

RGB8 = np.dtype({"names": ["R", "G", "B"], "formats": ["u1"] * 3})
RGBA16 = np.dtype({"names": ["R", "G", "B", "A"], "formats": ["u2"] * 4})


def lazy(signal, chunks="auto"):
    """Lazy twin of a signal; built from dask, because HyperSpy's as_lazy forgets masks."""
    twin = signal.deepcopy()
    twin.data = da.from_array(signal.data, chunks=chunks, asarray=False)
    return twin.as_lazy()


@pytest.mark.parametrize("dtype", ["u1", "<u2", ">u2", "i4", "i8", "f2", "f4", ">f4", "f8"])
def test_numbers_of_every_type_become_the_same_float32(fringes, make_image, dtype):
    whole = np.round(fringes)
    frames = calibrated_frames(make_image(whole.astype(dtype)))
    assert frames.data.dtype == np.float32
    assert frames.data.shape == (1, 24, 32)
    assert frames.mask is None
    np.testing.assert_array_equal(frames.data[0], whole)


def test_a_binary_image_becomes_zeros_and_ones(fringes, make_image):
    frames = calibrated_frames(make_image(fringes > 100))
    np.testing.assert_array_equal(frames.data[0], fringes > 100)


@pytest.mark.parametrize("dtype", [RGB8, RGBA16])
def test_colours_become_their_luminance(fringes, make_image, dtype):
    colours = np.zeros(fringes.shape, dtype)
    colours["R"], colours["G"], colours["B"] = fringes, 2, np.arange(32)
    if "A" in dtype.names:
        colours["A"] = 7  # says nothing about the specimen
    expected = 0.2126 * colours["R"] + 0.7152 * 2 + 0.0722 * np.arange(32)
    np.testing.assert_allclose(calibrated_frames(make_image(colours)).data[0], expected, rtol=1e-6)


def test_a_grey_image_saved_in_colour_keeps_its_values(make_image):
    grey = np.arange(400, dtype="u2").reshape(20, 20)
    colours = np.zeros(grey.shape, RGBA16)
    for colour in "RGB":
        colours[colour] = grey
    np.testing.assert_allclose(calibrated_frames(make_image(colours)).data[0], grey, rtol=1e-6)


def test_a_complex_image_must_be_made_real_by_the_user(image):
    with pytest.raises(ValueError, match=r"'FFT of fringes' is complex.*signal\.amplitude.*signal\.real"):
        calibrated_frames(image.fft(shift=True), kind="reciprocal")
    assert calibrated_frames(image.fft(shift=True).amplitude, kind="reciprocal").unit == "1/nm"


def test_text_is_no_image(make_image):
    with pytest.raises(ValueError, match=r"holds .* values: expected numbers or RGB"):
        calibrated_frames(make_image(np.full((20, 20), "a")))


def broken(fringes, how):
    """The fringes with a missing patch, and where it is."""
    where = np.zeros(fringes.shape, bool)
    where[3:6, 4:9] = True
    if how == "masked":
        return np.ma.masked_array(fringes, where), where
    if how == "masked integers":
        return np.ma.masked_array(fringes.astype("u2"), where), where
    pixels = fringes.astype("f8")
    pixels[where] = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf, "beyond float32": 1e300}[how]
    return pixels, where


@pytest.mark.parametrize("how", ["nan", "inf", "-inf", "beyond float32", "masked", "masked integers"])
@pytest.mark.parametrize("make_lazy", [False, True])
def test_missing_pixels_are_masked_and_filled_with_the_median_of_the_others(fringes, make_image, how, make_lazy):
    pixels, missing = broken(fringes, how)
    signal = lazy(make_image(pixels)) if make_lazy else make_image(pixels)
    frames = calibrated_frames(signal)
    data, mask = np.asarray(frames.data), np.asarray(frames.mask)
    np.testing.assert_array_equal(mask[0], missing)
    valid = np.asarray(pixels)[~missing].astype("f4")
    np.testing.assert_array_equal(data[0][missing], np.median(valid))
    np.testing.assert_array_equal(data[0][~missing], valid)
    np.testing.assert_array_equal(frame(signal), data[0])


def test_missing_colours_are_masked(fringes, make_image):
    colours = np.zeros(fringes.shape, RGB8)
    colours["G"] = fringes
    pixels = np.ma.array(colours)
    pixels[2, 5] = np.ma.masked
    assert np.argwhere(calibrated_frames(make_image(pixels)).mask).tolist() == [[0, 2, 5]]


def test_each_frame_is_filled_with_its_own_median(stack):
    stack.data[1, 2, 0, 0] = np.nan
    frames = calibrated_frames(stack)
    assert np.argwhere(frames.mask).tolist() == [[5, 0, 0]]
    assert frames.data[5, 0, 0] == np.median(frames.data[5].ravel()[1:])


@pytest.mark.parametrize("make_lazy", [False, True])
@pytest.mark.parametrize(("value", "says"), [(0.0, r"is constant \(all 0\.0\)"), (np.nan, "has no valid pixel")])
def test_a_frame_with_nothing_in_it_is_named(stack, make_lazy, value, says):
    stack.data[1, 0] = value
    signal = lazy(stack, (1, 2, 24, 32)) if make_lazy else stack
    with pytest.raises(ValueError, match=f"'frame 3' of 'scan' {says}.*nothing to analyse"):
        np.asarray(calibrated_frames(signal).data)
    with pytest.raises(ValueError, match=f"'frame 3' of 'scan' {says}"):
        frame(signal, 3)
    assert frame(signal, 2).max() > 100  # the others can still be looked at


def test_a_single_empty_image_is_called_by_its_title(make_image):
    with pytest.raises(ValueError, match=r"^'blank' is constant \(all 5\.0\)"):
        calibrated_frames(make_image(np.full((20, 20), 5), title="blank"))


@pytest.mark.parametrize(("value", "lost"), [(65535, False), (2**24 - 1, False), (1e9, True), (-1e9, True)])
def test_a_constant_image_says_when_float32_may_have_made_it_so(make_image, value, lost):
    pixels = value + np.indices((20, 20)).sum(axis=0) % 2 * (1.0 if lost else 0.0)
    with pytest.raises(ValueError, match="is constant") as found:
        calibrated_frames(make_image(pixels))
    assert ("to the precision of float32; subtract the offset" in str(found.value)) is lost


def test_an_image_that_is_constant_but_for_missing_pixels_is_constant(make_image):
    pixels = np.full((20, 20), 2.0)
    pixels[0, 0] = np.nan
    with pytest.raises(ValueError, match="constant"):
        calibrated_frames(make_image(pixels))


def test_frames_are_flat_in_the_order_of_the_array(stack):
    frames = calibrated_frames(stack)
    assert frames.navigation_shape == (2, 3)
    assert len(frames) == 6
    np.testing.assert_array_equal(frames.data.reshape(2, 3, 24, 32), stack.data)
    # HyperSpy's inav counts (x, y): frame 4 is the second row, second column
    np.testing.assert_array_equal(frame(stack, 4), stack.inav[1, 1].data)


@pytest.mark.parametrize("chunks", ["auto", (1, 1, 24, 32), (2, 2, 10, 7)])
def test_a_lazy_signal_gives_the_same_frames_in_any_chunks(stack, chunks):
    frames = calibrated_frames(lazy(stack, chunks))
    assert isinstance(frames, Frames)
    assert frames.lazy
    assert isinstance(frames.data, da.Array)
    assert frames.data.dtype == np.float32
    np.testing.assert_array_equal(frames.data.compute(), calibrated_frames(stack).data)
    np.testing.assert_array_equal(frames.data[4].compute(), stack.data[1, 1])
    np.testing.assert_array_equal(frame(lazy(stack, chunks), 4), stack.data[1, 1])


def test_frames_that_lie_apart_in_the_file_are_not_gathered_into_one_chunk(stack):
    assert calibrated_frames(lazy(stack, (2, 1, 24, 32))).data.chunks[0] == (1,) * 6


def test_the_calibration_of_frames_can_be_kept_without_their_pixels(stack):
    where = calibrated_frames(stack).without_data()
    assert not hasattr(where, "data")
    assert vars(where) == vars(calibration(stack))


def test_a_lazy_signal_of_integers_has_no_mask_to_compute(make_image):
    signal = lazy(make_image(np.arange(400, dtype="u2").reshape(20, 20)))
    assert calibrated_frames(signal).mask is None


def test_one_frame_of_a_lazy_stack_reads_that_frame_only(stack):
    read = []

    def noting(block, block_info=None):
        read.append(block_info[0]["chunk-location"][:2])
        return block

    signal = lazy(stack, (1, 1, 24, 32))
    signal.data = signal.data.map_blocks(noting, dtype="f4", meta=np.empty((0,) * 4, "f4"))
    frame(signal, 4)
    assert read == [(1, 1)]


@pytest.mark.parametrize("index", [-1, 6])
def test_a_frame_that_is_not_there_is_an_error(stack, index):
    with pytest.raises(IndexError, match=f"'frame {index}' of 'scan': expected 0 to 5"):
        frame(stack, index)


@pytest.mark.parametrize("read", [lambda s: calibrated_frames(s).data, lambda s: frame(s, 1)])
def test_the_signal_is_never_changed(stack, read):
    stack.data[0, 0, 0, 0] = np.nan
    before = stack.data.copy()
    axes = str(stack.axes_manager)
    read(stack)[:] = -1  # what one does with the frames is one's own affair
    np.testing.assert_array_equal(stack.data, before)
    assert str(stack.axes_manager) == axes


def test_the_kind_of_axes_is_checked(image):
    with pytest.raises(UncalibratedError):
        calibrated_frames(image, "reciprocal")


@given(st.sampled_from([("nm", 1.0), ("A", 0.1), ("um", 1e3), ("m", 1e9)]), st.floats(1e-3, 10), st.floats(-99, 99))
def test_frames_go_to_a_signal_in_nanometres_and_back(unit, size, start):
    name, nanometres = unit
    signal = hs.signals.Signal2D(np.random.default_rng(1).random((3, 16, 17), dtype=np.float32))
    signal.axes_manager.signal_axes.set(scale=size / nanometres, units=name, offset=start / nanometres)
    signal.axes_manager.navigation_axes.set(scale=5.0, units="s", name="time")
    first = calibrated_frames(signal)
    again = calibrated_frames(to_signal(first.data, signal))
    np.testing.assert_array_equal(again.data, first.data)
    assert again.unit == "nm"
    assert again.scale == pytest.approx((size, size))
    assert again.offset == pytest.approx((start, start))
    assert again.navigation_axes == first.navigation_axes


def test_a_result_carries_axes_title_quantity_and_provenance(stack, tmp_path):
    made = provenance(stack, to_signal, {"threshold": 0.5, "include": [(1.0, 2.0)]})
    labels = to_signal(
        np.zeros((6, 24, 32), np.int32), stack, title="Domains of scan", quantity="Label", provenance=made
    )
    assert labels.axes_manager.navigation_shape == (3, 2)
    assert labels.data.dtype == np.int32
    labels.save(tmp_path / "labels.hspy")
    loaded = hs.load(str(tmp_path / "labels.hspy"))
    assert loaded.metadata.General.title == "Domains of scan"
    assert loaded.metadata.Signal.quantity == "Label"
    assert loaded.metadata.emwidgets.as_dictionary() == made.to_dict()
    assert calibration(loaded).scale == (0.02, 0.02)


def test_a_result_of_an_image_calibrated_by_hand_takes_its_frames_as_pattern(fringes, make_image):
    frames = calibrated_frames(make_image(fringes), pixel_size=0.05)
    result = to_signal(frames.data[0], frames)
    assert [axis.units for axis in result.axes_manager.signal_axes] == ["nm", "nm"]
    assert calibration(result).scale == (0.05, 0.05)


def test_a_result_of_an_uncalibrated_image_has_no_unit_that_pint_could_misread(fringes, make_image):
    result = to_signal(fringes, make_image(fringes, units="px"))
    assert [axis.units for axis in result.axes_manager.signal_axes] == [Undefined, Undefined]
    assert calibration(result).unit == "px"


def test_a_spectrum_lies_on_axes_of_its_own(image):
    power = np.ones((16, 18), np.float32)
    spectrum = to_signal(power, image, scale=(2.0, 1.0), offset=(-16.0, -9.0), unit="1/nm", quantity="Power")
    found = calibration(spectrum, "reciprocal")
    assert (found.scale, found.offset, found.axis_names) == ((2.0, 1.0), (-16.0, -9.0), ("ky", "kx"))


def test_maps_of_one_image_may_be_stacked(image, fringes):
    families = to_signal(np.stack([fringes] * 4), image, stack="family")
    assert families.axes_manager.navigation_axes[0].name == "family"
    assert families.axes_manager.navigation_shape == (4,)


def test_a_dask_array_gives_a_lazy_signal(image, fringes):
    result = to_signal(da.from_array(fringes), image)
    assert result._lazy
    assert calibration(result).scale == (0.02, 0.02)


@pytest.mark.parametrize("shape", [(10, 10), (4, 24, 32), (3, 2, 24, 32)])
def test_an_array_that_does_not_fit_the_signal_is_an_error(stack, shape):
    with pytest.raises(ValueError, match="an array of shape"):
        to_signal(np.zeros(shape), stack)
