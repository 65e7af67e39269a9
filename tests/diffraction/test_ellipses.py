"""Ellipses of px on the axes of a pattern."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.diffraction.ellipses import ellipses
from emwidgets.signals import Calibration

TURNS = np.linspace(0, 2 * np.pi, 90, endpoint=False)


def calibration(scale=(0.2, 0.1), offset=(-3.0, 5.0), shape=(40, 64)):
    return Calibration(
        scale=scale,
        offset=offset,
        unit="1/nm",
        calibrated=True,
        title="",
        frame_shape=shape,
        navigation_shape=(),
        axis_names=("ky", "kx"),
        navigation_axes=(),
        lazy=False,
    )


def outline(x, y, major, minor, degrees):
    angle = np.radians(degrees)
    along, across = major * np.cos(TURNS), minor * np.sin(TURNS)
    return x + np.cos(angle) * along - np.sin(angle) * across, y + np.sin(angle) * along + np.cos(angle) * across


sizes = st.floats(1, 100)


@given(
    row=st.floats(-50, 50), column=st.floats(-50, 50), major=sizes, ratio=st.floats(0.2, 1), angle=st.floats(-180, 180),
    scales=st.tuples(st.floats(0.01, 10), st.floats(0.01, 10)),
)  # fmt: skip
def test_an_ellipse_goes_through_the_same_pixels_whatever_the_scales(row, column, major, ratio, angle, scales):
    where = calibration(scale=scales)
    ((x, y, long, short, degrees, strength),) = ellipses([[row, column, major, ratio * major, angle, 0.5]], where)
    assert long >= short > 0
    assert 0 <= degrees < 180
    assert strength == 0.5
    columns, rows = outline(column, row, major, ratio * major, angle)
    xs, ys = where.to_physical(rows, columns)
    turn = np.radians(degrees)
    along, across = (xs - x) * np.cos(turn) + (ys - y) * np.sin(turn), (ys - y) * np.cos(turn) - (xs - x) * np.sin(turn)
    np.testing.assert_allclose((along / long) ** 2 + (across / short) ** 2, 1, rtol=1e-6)


def test_equal_scales_leave_an_ellipse_as_it_is():
    found = ellipses([[3.0, 4.0, 10.0, 5.0, 30.0, 1.0]], calibration(scale=(0.5, 0.5), offset=(0.0, 0.0)))
    np.testing.assert_allclose(found, [[2.0, 1.5, 5.0, 2.5, 30.0, 1.0]])


def test_a_circle_on_unequal_scales_lies_along_the_longer_one():
    found = ellipses([[0.0, 0.0, 10.0, 10.0, 77.0, 1.0]], calibration(scale=(0.3, 0.1), offset=(0.0, 0.0)))
    np.testing.assert_allclose(found, [[0, 0, 3.0, 1.0, 90.0, 1.0]])


def test_no_circles_are_no_rows():
    assert ellipses(np.empty((0, 6)), calibration()).shape == (0, 6)
