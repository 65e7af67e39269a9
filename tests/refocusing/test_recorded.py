import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emwidgets.refocusing.recorded import recorded

shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)
integers = st.sampled_from(["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"])
RGBA = np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1"), ("A", "u1")])


@given(st.data(), integers | st.sampled_from(["f4", "f8", ">u2", ">f4"]))
def test_a_frame_whose_values_stay_is_the_same_bit_for_bit(data, dtype):
    frame = data.draw(hnp.arrays(dtype, shapes))
    found = recorded(frame)
    made = found.with_real(found.real)
    assert made.dtype == frame.dtype.newbyteorder("=")
    finite = np.isfinite(frame.astype(float))
    assert np.array_equal(made[finite], frame[finite])
    if frame.dtype.kind == "f":
        assert np.isnan(made[~finite]).all()


@given(integers, st.floats(-1e30, 1e30))
def test_integers_are_rounded_and_clipped_to_their_range(dtype, value):
    frame, limits = np.full((2, 3), 7, dtype), np.iinfo(dtype)
    made = recorded(frame).with_real(np.full((2, 3), value))
    expected = min(max(round(value), int(limits.min)), int(limits.max))
    assert made.dtype == frame.dtype
    assert int(made[0, 0]) == pytest.approx(expected, abs=abs(expected) * 2.0**-50)


def test_missing_pixels_are_filled_from_the_nearest_and_missing_again():
    frame = np.arange(20, dtype="f4").reshape(4, 5)
    frame[1, 1], frame[2, 4] = np.nan, np.inf
    found = recorded(frame)
    assert np.flatnonzero(found.missing).tolist() == [6, 14]
    assert found.real[1, 1] in (1, 5, 7, 11)
    assert found.valid.size == 18
    made = found.with_real(found.real + 1)
    assert np.isnan(made[1, 1])
    assert np.isnan(made[2, 4])
    assert made[0, 0] == 1


def test_a_mask_stays_a_mask():
    frame = np.ma.array(np.arange(9, dtype="u2").reshape(3, 3), mask=np.eye(3, dtype=bool))
    found = recorded(frame)
    made = found.with_real(found.real + 1.4)
    assert np.array_equal(np.ma.getmaskarray(made), np.eye(3, dtype=bool))
    assert made[0, 1] == 2
    assert made.dtype == "u2"


def test_without_a_valid_pixel_nothing_is_made_up():
    found = recorded(np.full((3, 3), np.nan))
    assert found.valid.size == 0
    assert np.isnan(found.with_real(found.real)).all()


def test_bool_becomes_grey():
    made = recorded(np.eye(3, dtype=bool)).with_real(np.full((3, 3), 0.25))
    assert made.dtype == np.float32
    assert made[0, 0] == 0.25


def colours(*values):
    return np.array([list(values)], RGBA)


def test_colours_keep_hue_and_alpha_while_their_luminance_changes():
    frame = colours((100, 50, 20, 7), (10, 10, 10, 255), (0, 0, 0, 3))
    found = recorded(frame)
    made = found.with_real(np.array([[found.real[0, 0] * 1.5, 30, 9]]))
    assert made[0].tolist() == [(150, 75, 30, 7), (30, 30, 30, 255), (9, 9, 9, 3)]
    assert frame[0, 0].tolist() == (100, 50, 20, 7)


def test_grey_colours_stay_grey_whatever_their_luminance():
    grey = np.arange(1, 200, 3)
    frame = np.array([[(g, g, g, 255) for g in grey]], RGBA)
    made = recorded(frame).with_real(np.linspace(0, 255, len(grey))[None])
    assert np.array_equal(made["R"], made["G"])
    assert np.array_equal(made["R"], made["B"])


def test_float64_beyond_float32_is_kept():
    frame = np.array([[1e60, 2e60]])
    assert recorded(frame).with_real(frame * 1.5).tolist() == [[1.5e60, 3e60]]
