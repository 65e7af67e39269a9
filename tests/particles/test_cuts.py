"""Where cuts go, and cuts that cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.particles.cuts import each_depth, lengths, numbers, plane, points
from emwidgets.particles.shapes import cuboid

WAYS = np.diag([10.0, 12.0, 14.0])
depths = st.tuples(*[st.floats(0.01, 1)] * 3)


@given(depths)
def test_a_plane_goes_through_its_points_and_faces_the_corner(depth):
    place = np.array([1.0, 2.0, 3.0])
    along = lengths(WAYS, depth, "edge", 0)
    met = points(place, WAYS, along)
    np.testing.assert_allclose(np.diag(met - place), np.multiply(depth, [10, 12, 14]))
    normal, offset = plane(met, place)
    assert np.linalg.norm(normal) == pytest.approx(1)
    np.testing.assert_allclose(met @ normal, offset)
    assert normal @ place > offset


def test_depths_in_nm_are_lengths():
    np.testing.assert_array_equal(lengths(WAYS, 3, "nm", 0), [3, 3, 3])
    np.testing.assert_array_equal(lengths(WAYS, [1, 2, 3], "nm", 0), [1, 2, 3])
    np.testing.assert_allclose(lengths(WAYS, 0.5, "edge", 0), [5, 6, 7])


def test_one_depth_is_for_all_corners_and_one_and_three_may_be_mixed():
    assert each_depth(0.3, 3) == [0.3, 0.3, 0.3]
    assert each_depth([0.3, (0.1, 0.2, 0.3)], 2) == [0.3, (0.1, 0.2, 0.3)]
    assert numbers(np.array([3, 1])) == [3, 1]


def test_four_points_beside_a_plane_have_none():
    square = np.array([[1.0, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]])
    plane(square, np.array([0, 0, 1.0]))
    with pytest.raises(ValueError, match="give them one depth"):
        plane(np.vstack([square[:3], [0, -1, 0.1]]), np.ones(3))


@pytest.mark.parametrize(
    ("corners", "options", "message"),
    [
        ([8], {}, "corners 0 to 7"),
        ([-1], {}, "corners 0 to 7"),
        ([1.5], {}, "whole numbers"),
        ([True], {}, r"corners are \[True\]: expected whole numbers"),
        ([0], {"depth": "x"}, "depth of corner 0 is 'x': expected one number or 3"),
        (3, {}, "sequence of numbers"),
        ([2, 2], {}, "cut already"),
        ([0], {"depth": 0}, "positive"),
        ([0], {"depth": -0.1}, "positive"),
        ([0], {"depth": np.nan}, "positive"),
        ([0], {"depth": 1.01}, "deeper than the solid"),
        ([0], {"depth": 14.5, "unit": "nm"}, "deeper than the solid"),
        ([0], {"depth": [[0.1, 0.2]]}, "one number or 3"),
        ([0, 1], {"depth": [0.1]}, "1 entries for 2 corners"),
        ([0], {"unit": "px"}, "'edge'"),
    ],
)
def test_cuts_that_cannot_be_are_told_by_name(corners, options, message):
    with pytest.raises(ValueError, match=message):
        cuboid(10, 12, 14).deform(corners, **options)
