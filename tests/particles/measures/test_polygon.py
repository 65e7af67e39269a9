"""Numbers of polygons that are known from school."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.particles.measures.polygon import angles, distances, ferets, moments, sides

RECTANGLE = np.array([[1.0, 2], [5, 2], [5, 5], [1, 5]])


def test_a_rectangle_is_measured_as_at_school():
    area, second = moments(RECTANGLE)
    assert area == pytest.approx(12)
    np.testing.assert_allclose(second, np.diag([16, 9]) / 12, atol=1e-12)
    np.testing.assert_allclose(sides(RECTANGLE), [4, 3, 4, 3])
    np.testing.assert_allclose(angles(RECTANGLE), 90)
    assert ferets(RECTANGLE) == pytest.approx((5, 3))
    assert distances(RECTANGLE)[0, 2] == pytest.approx(5)


@given(turn=st.floats(0, 2 * np.pi), x=st.floats(-50, 50), y=st.floats(-50, 50), mirrored=st.booleans())
def test_sizes_do_not_depend_on_where_a_polygon_lies_and_in_which_sense_it_is_walked_round(turn, x, y, mirrored):
    polygon = np.array([[0.0, 0], [4, -1], [6, 2], [3, 5], [-1, 3]])
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = (polygon @ matrix.T + [x, y])[:: -1 if mirrored else 1]
    assert moments(moved)[0] == pytest.approx(moments(polygon)[0])
    assert np.linalg.eigvalsh(moments(moved)[1]) == pytest.approx(np.linalg.eigvalsh(moments(polygon)[1]))
    assert ferets(moved) == pytest.approx(ferets(polygon))
    assert sorted(sides(moved)) == pytest.approx(sorted(sides(polygon)))
    assert angles(moved).sum() == pytest.approx(3 * 180)
