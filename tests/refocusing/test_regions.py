import numpy as np
import pytest
from hyperspy.roi import CircleROI, RectangularROI
from hyperspy.signals import Signal2D
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.refocusing.regions import box_of, in_unit, is_roi
from emwidgets.signals import calibration


def image(shape=(20, 30), scale=2.0, offset=5.0, units="nm"):
    signal = Signal2D(np.zeros(shape))
    signal.axes_manager.signal_axes.set(scale=scale, offset=offset, units=units)
    return signal


@pytest.mark.parametrize(("units", "scale"), [("nm", 2.0), ("µm", 0.5), ("Å", 3.0)])
def test_a_region_of_hyperspy_is_what_hyperspy_cuts_out(units, scale):
    signal = image(scale=scale, units=units)
    roi = RectangularROI(left=5 + 3 * scale, top=5 + 4 * scale, right=5 + 11.2 * scale, bottom=5 + 9.4 * scale)
    where = calibration(signal)
    top, bottom, left, right = box_of(in_unit(roi, signal, where), where)
    assert (bottom - top, right - left) == roi(signal).data.shape
    assert roi(signal).axes_manager.signal_axes[0].offset == pytest.approx(5 + left * scale)


@given(st.integers(0, 18), st.integers(1, 20), st.integers(0, 28), st.integers(1, 30))
def test_numbers_are_in_nm_and_their_order_does_not_matter(top, rows, left, columns):
    signal = image(units="µm")
    where = calibration(signal)
    bottom, right = min(top + rows, 20), min(left + columns, 30)
    x0, y0 = where.to_physical(top, left)
    x1, y1 = where.to_physical(bottom, right)
    expected = (top, bottom, left, right)
    assert box_of(in_unit([x0, x1, y0, y1], signal, where), where) == expected
    assert box_of(in_unit(np.array([x1, x0, y1, y0]), signal, where), where) == expected


def test_what_is_beyond_the_border_is_cut_off():
    where = calibration(image())
    assert box_of((-1e9, 1e9, -1e9, 9.0), where) == (0, 2, 0, 30)


def test_a_region_without_pixels_says_where_the_image_is():
    where = calibration(image())
    with pytest.raises(ValueError, match=r"is inside, which goes from 5 to 65 in x .* 5 to 45 in y"):
        box_of((100.0, 200.0, 5.0, 20.0), where)


@pytest.mark.parametrize("wrong", ["left", (1, 2, 3), (1, 2, 3, "x"), (0, 1, 0, np.nan), 7, (0, 1, 0, True)])
def test_what_is_no_region_is_said(wrong):
    signal = image()
    with pytest.raises(ValueError, match=r"region is .*: expected .x0, x1, y0, y1. or a HyperSpy RectangularROI"):
        in_unit(wrong, signal, calibration(signal))


def test_a_region_that_was_never_placed_is_said():
    signal = image()
    with pytest.raises(ValueError, match="finite numbers"):
        in_unit(RectangularROI(), signal, calibration(signal))


def test_only_rectangles_are_taken_for_one():
    assert is_roi(RectangularROI(0, 0, 1, 1))
    assert not is_roi(CircleROI(0, 0, 1))
    assert not is_roi((0, 1, 0, 1))
