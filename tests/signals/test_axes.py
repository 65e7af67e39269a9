"""The unit gate: any signal's axes in nm or 1/nm, or said to be uncalibrated."""

import json
import sys

import hyperspy.api as hs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from traits.api import Undefined

from emwidgets.signals import UncalibratedError, calibrated_frames, calibration

PIXELS = np.random.default_rng(0).random((20, 30), dtype=np.float32)
LENGTHS = {"pm": 1e-3, "A": 0.1, "Angstrom": 0.1, "nm": 1.0, "µm": 1e3, "um": 1e3, "mm": 1e6, "cm": 1e7, "m": 1e9}
RECIPROCALS = {"1/nm": 1.0, "nm^-1": 1.0, "1 / Å": 10.0, "A^-1": 10.0, "1/µm": 1e-3, "1/m": 1e-9, "m^-1": 1e-9}
sizes = st.floats(1e-4, 1e4)


def signal_with(x, y):
    """Signal whose axes are (scale, offset, unit)."""
    signal = hs.signals.Signal2D(PIXELS)
    for axis, (scale, offset, unit) in zip(signal.axes_manager.signal_axes, (x, y), strict=True):
        axis.scale, axis.offset, axis.units = scale, offset, unit
    return signal


@given(sizes, sizes, st.floats(-1e3, 1e3), st.sampled_from(sorted(LENGTHS)), st.sampled_from(sorted(LENGTHS)))
def test_the_same_length_in_any_unit_on_either_axis_gives_the_same_nanometres(dx, dy, start, x_unit, y_unit):
    x = (dx / LENGTHS[x_unit], start / LENGTHS[x_unit], x_unit)
    y = (dy / LENGTHS[y_unit], -start / LENGTHS[y_unit], y_unit)
    found = calibration(signal_with(x, y))
    assert found.unit == "nm"
    assert found.calibrated
    assert found.scale == pytest.approx((dy, dx))
    assert found.offset == pytest.approx((-start, start))


@given(sizes, st.floats(-1e3, 1e3), st.sampled_from(sorted(RECIPROCALS)))
def test_the_same_reciprocal_length_in_any_unit_gives_the_same_number_per_nanometre(step, start, unit):
    axis = (step / RECIPROCALS[unit], start / RECIPROCALS[unit], unit)
    found = calibration(signal_with(axis, axis), "reciprocal")
    assert found.unit == "1/nm"
    assert found.scale == pytest.approx((step, step))
    assert found.offset == pytest.approx((start, start))


@given(sizes, st.floats(-1e3, 1e3), st.floats(-50, 50), st.floats(-50, 50))
def test_physical_positions_and_pixels_go_round(step, start, row, column):
    found = calibration(signal_with((step, start, "nm"), (2 * step, -start, "nm")))
    x, y = found.to_physical(row, column)
    assert found.to_pixels(x, y) == pytest.approx((row, column), abs=1e-6 * (1 + abs(start) / step))


def test_physical_positions_are_those_of_the_hyperspy_axes():
    signal = signal_with((0.5, 7.0, "nm"), (0.25, -3.0, "nm"))
    columns, rows = signal.axes_manager.signal_axes
    assert calibration(signal).to_physical(4, 9) == (columns.index2value(9), rows.index2value(4))


@pytest.mark.parametrize("unit", [None, "", "px", "pixel", "<undefined>"])
@pytest.mark.parametrize("kind", ["length", "reciprocal"])
def test_an_uncalibrated_image_is_measured_in_pixels_whatever_its_scale_says(make_image, unit, kind):
    found = calibration(make_image(PIXELS, scale=0.05, offset=0.1, units=unit), kind)
    assert (found.unit, found.calibrated, found.scale) == ("px", False, (1.0, 1.0))
    assert found.offset == pytest.approx((2.0, 2.0))


def test_a_pixel_size_calibrates_an_uncalibrated_image(make_image):
    found = calibration(make_image(PIXELS, offset=10.0), pixel_size=0.3)
    assert (found.unit, found.calibrated, found.scale, found.offset) == ("nm", True, (0.3, 0.3), (3.0, 3.0))


def test_a_pixel_size_overrules_the_file_and_keeps_the_origin_at_its_pixel(make_image):
    image = make_image(PIXELS, scale=0.02, offset=-0.1, units="nm")
    found = calibration(image, pixel_size=0.04)
    assert found.scale == (0.04, 0.04)
    assert found.to_pixels(0.0, 0.0) == pytest.approx(calibration(image).to_pixels(0.0, 0.0))


def test_a_pixel_size_of_a_pattern_is_in_reciprocal_nanometres(make_image):
    assert calibration(make_image(PIXELS), "reciprocal", pixel_size=0.1).unit == "1/nm"


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # HyperSpy multiplies by the scale at once
@pytest.mark.parametrize("scale", [-0.02, 0.0, np.nan, np.inf])
def test_an_unusable_scale_is_an_error_unless_a_pixel_size_is_given(make_image, scale):
    image = make_image(PIXELS, units="nm", title="mirrored")
    image.axes_manager.signal_axes[1].scale = scale
    with pytest.raises(ValueError, match=r"axis 'y' of 'mirrored' has scale .*positive, finite.*pixel_size"):
        calibration(image)
    assert calibration(image, pixel_size=0.5).scale == (0.5, 0.5)


@pytest.mark.parametrize("pixel_size", [0, -1.0, np.nan, np.inf, True, "0.1"])
def test_a_pixel_size_must_be_a_positive_number(make_image, pixel_size):
    with pytest.raises(ValueError, match="expected a positive number of nm per pixel"):
        calibration(make_image(PIXELS), pixel_size=pixel_size)


def test_a_length_asked_of_a_pattern_names_the_way_out(make_image):
    pattern = make_image(PIXELS, scale=0.1, units="1/nm", title="SAED")
    with pytest.raises(UncalibratedError, match=r"'SAED'.*x in '1/nm'.*expected a length.*set\(units='nm'\)"):
        calibrated_frames(pattern, "length")


def test_a_reciprocal_length_asked_of_an_image_names_the_way_out(make_image):
    image = make_image(PIXELS, scale=0.1, units="nm", title="HRTEM")
    with pytest.raises(UncalibratedError, match=r"'HRTEM'.*expected a reciprocal length.*units='1/nm'"):
        calibrated_frames(image, "reciprocal")


def test_a_pattern_in_pixels_is_no_image(make_image):
    with pytest.raises(UncalibratedError, match="expected a length"):
        calibration(make_image(PIXELS, units="1/px"))


@pytest.mark.parametrize("units", [("nm", "1/nm"), ("nm", "px"), ("nm", Undefined), ("eV", "nm"), ("eV", "eV")])
def test_axes_that_are_no_image_together_are_an_error(make_image, units):
    image = make_image(PIXELS, title="odd")
    for axis, unit in zip(image.axes_manager.signal_axes, units, strict=True):
        axis.units = unit
    with pytest.raises(UncalibratedError, match=f"'odd' has the axes x in '{units[0]}'"):
        calibration(image)


def test_either_kind_and_units_of_another_kind_are_kept_when_no_kind_is_asked_for(make_image):
    assert calibration(make_image(PIXELS, units="um"), None).unit == "nm"
    assert calibration(make_image(PIXELS, units="1/um"), None).unit == "1/nm"
    found = calibration(make_image(PIXELS, scale=3.0, units="mrad"), None)
    assert (found.unit, found.scale, found.calibrated) == ("mrad", (3.0, 3.0), False)


def test_calibration_can_be_demanded(make_image):
    with pytest.raises(UncalibratedError, match=r"'TEM' is not calibrated.*scale=\.\.\., units='nm'"):
        calibration(make_image(PIXELS, title="TEM"), required=True)
    assert calibration(make_image(PIXELS, units="nm"), required=True).calibrated


def test_an_axis_that_is_not_uniform_is_an_error():
    axes = [{"size": 20, "units": "nm"}, {"axis": np.arange(30.0) ** 2, "name": "x", "units": "nm"}]
    with pytest.raises(ValueError, match="axis 'x' of the signal is not uniform"):
        calibration(hs.signals.Signal2D(PIXELS, axes=axes))


@pytest.mark.parametrize(
    ("thing", "advice"),
    [
        (None, r"hs\.load"),
        (PIXELS, r"array of shape \(20, 30\).*hs\.signals\.Signal2D\(array\)"),
        ("twin.dm3", r"path 'twin\.dm3'.*hs\.load\('twin\.dm3'\)"),
        ("notes.docx", r"path 'notes\.docx'.*reads no files that end in '\.docx'"),
        ({"image": PIXELS}, "dict: make one with"),
    ],
)
def test_what_is_no_signal_is_told_how_to_become_one(thing, advice):
    with pytest.raises(TypeError, match=f"expected a HyperSpy signal, got .*{advice}"):
        calibrated_frames(thing)


def test_a_list_of_signals_names_them_and_the_one_that_holds_images(make_image):
    spectrum = hs.signals.Signal1D(np.arange(30.0))
    spectrum.metadata.General.title = "EDS"
    with pytest.raises(TypeError, match=r"a list of 2 \('EDS', 'HAADF'\): choose one of them, as in signals\[1\]"):
        calibrated_frames([spectrum, make_image(PIXELS, title="HAADF")])
    with pytest.raises(TypeError, match="none of them holds images"):
        calibrated_frames([spectrum])


@pytest.mark.parametrize("make", [lambda: hs.signals.Signal1D(PIXELS), lambda: hs.signals.BaseSignal(PIXELS).T])
def test_a_signal_without_two_signal_axes_is_an_error(make):
    with pytest.raises(ValueError, match=r"expected images, which have two.*as_signal2D"):
        calibrated_frames(make())


def test_what_counts_is_the_dimension_not_the_class():
    image = hs.signals.BaseSignal(PIXELS)
    assert image.axes_manager.signal_dimension == 2
    assert calibration(image).frame_shape == (20, 30)


def test_an_image_of_eight_pixels_is_too_small(make_image):
    with pytest.raises(ValueError, match=r"'tiny' is 30 × 8 px: at least 16 × 16"):
        calibration(make_image(PIXELS[:8], title="tiny"))
    assert calibration(make_image(PIXELS[:16, :16])).frame_shape == (16, 16)


def test_an_analysis_may_take_smaller_images(make_image):
    assert calibration(make_image(PIXELS[:1, :1]), smallest=1).frame_shape == (1, 1)
    with pytest.raises(ValueError, match="at least 4 × 4"):
        calibration(make_image(PIXELS[:3, :9]), smallest=4)


def test_navigation_axes_are_kept_in_array_order():
    scan = hs.signals.Signal2D(np.zeros((2, 3, 20, 30)))
    scan.axes_manager.navigation_axes[0].name = "fast"
    found = calibration(scan)
    assert found.navigation_shape == (2, 3)
    assert found.frame_shape == (20, 30)
    assert [axis["name"] for axis in found.navigation_axes][1] == "fast"
    assert len(found) == 6


def test_images_across_the_file_are_read_along_the_axes_the_user_chose():
    volume = hs.signals.BaseSignal(np.arange(17 * 18 * 19.0).reshape(17, 18, 19))
    for axis, unit in zip(volume.axes_manager._axes, ("nm", "um", "A"), strict=True):
        axis.units = unit
    found = calibration(volume.transpose(signal_axes=(2, 0)))  # HyperSpy counts from the last array axis
    assert found.navigation_shape == (18,)
    assert sorted(found.scale) == pytest.approx([0.1, 1.0])


def test_the_axes_are_read_without_computing_a_lazy_signal():
    import dask.array as da

    def explode(block):
        raise AssertionError("a pixel was read")

    pixels = da.zeros((3, 64, 64), chunks=(1, 64, 64)).map_blocks(explode, dtype=float, meta=np.empty((0, 0, 0)))
    assert calibration(hs.signals.Signal2D(pixels).as_lazy()).lazy


def test_importing_the_gate_loads_neither_hyperspy_nor_dask():
    import subprocess

    code = "import sys, json, emwidgets.signals; print(json.dumps([m for m in sys.modules]))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert "emwidgets.signals" in loaded
    assert not {"hyperspy", "dask", "pandas", "matplotlib"} & set(loaded)


def test_half_a_character_in_a_title_is_replaced_as_it_cannot_be_sent():
    signal = hs.signals.Signal2D(np.zeros((32, 32)))
    signal.metadata.General.title = "Au \ud800 grain"
    assert calibration(signal).title == "Au \ufffd grain"
