import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.diffraction.rules.pattern import Pattern
from emwidgets.diffraction.rules.ransac import _circles_through, _ellipse, _off, ellipses, judge
from emwidgets.diffraction.simulation.stops import BeamStop

RADIUS = 4.247 * 192 / 24  # 111 of gold, px


def on_ellipse(row, column, major, minor, angle, n=200):
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    x = major * np.cos(t) * c - minor * np.sin(t) * s
    y = major * np.cos(t) * s + minor * np.sin(t) * c
    return np.column_stack([row + y, column + x])


def test_circles_go_through_their_three_points(rng):
    points = on_ellipse(40, 50, 20, 20, 0)
    centres, sizes = _circles_through(points, rng)
    assert len(centres) > 20
    np.testing.assert_allclose(centres, [[40, 50]] * len(centres), atol=1e-6)
    np.testing.assert_allclose(sizes, 20, atol=1e-6)


@pytest.mark.parametrize("angle", [0, 30, 90, 135])
def test_an_ellipse_is_fitted_with_its_axes_and_angle(angle):
    row, column, major, minor, found = _ellipse(on_ellipse(40, 50, 22, 18, angle), (40.5, 49.5, 20))
    assert (row, column, major, minor) == pytest.approx((40, 50, 22, 18), abs=0.01)
    assert abs((found - angle + 90) % 180 - 90) < 0.5


def test_what_is_no_picture_of_a_ring_is_no_ellipse():
    assert _ellipse(on_ellipse(40, 50, 30, 10, 0), (40, 50, 20)) is None
    assert _ellipse(on_ellipse(40, 50, 20, 20, 0, n=6), (40, 50, 20)) is None


def test_the_distance_from_an_ellipse_is_0_on_it():
    points = on_ellipse(40, 50, 22, 18, 30)
    assert np.abs(_off(points, 40, 50, 22, 18, 30)).max() < 1e-9
    assert _off(np.array([[40.0, 90.0]]), 40, 50, 20, 20, 0)[0] == pytest.approx(20)


def test_a_ring_is_held_all_the_way_round(recorded):
    found = ellipses(Pattern(recorded(20_000)))
    at = np.argmin(np.abs(found[:, 2] - RADIUS))
    assert found[at, 2] == pytest.approx(RADIUS, abs=2)
    assert found[at, 5] > 0.7


def test_spots_hold_no_circle(recorded):
    found = ellipses(Pattern(recorded(1)))
    assert not len(found) or found[:, 5].max() < 0.4


def test_an_elliptic_ring_is_confirmed_as_one(recorded):
    circles = judge(Pattern(recorded(20_000, ellipticity=1.12))).circles
    at = np.argmax(circles[:, 5])
    assert circles[at, 2] / circles[at, 3] == pytest.approx(1.12, abs=0.04)


def test_what_a_stop_hides_need_not_be_held(recorded):
    found = ellipses(Pattern(recorded(20_000, effects=(BeamStop("wedge", 0.2, angle=45),))))
    assert found[:, 5].max() > 0.7


def test_the_same_pattern_gives_the_same_ellipses(recorded):
    np.testing.assert_array_equal(ellipses(Pattern(recorded(300))), ellipses(Pattern(recorded(300))))


@given(st.integers(0, 100_000), st.integers(12, 40))
@settings(max_examples=200, deadline=None)
def test_points_of_any_kind_give_an_ellipse_or_none(seed, n):
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 4, (n, 2)).astype(float) * rng.choice([1.0, 7.0], 2)
    found = _ellipse(points, (2.0, 2.0, 3.0))
    assert found is None or np.isfinite(found).all()
