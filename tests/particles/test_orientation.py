"""Quaternions, uniform orientations, turning during the scan, and tilts of the holder."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from scipy.stats import kstest

from emwidgets.particles.orientation import Spin, random_rotation, rotation, tilts


def test_the_scalar_of_a_quaternion_comes_last_and_x_turns_to_y_about_z():
    quarter = rotation((0, 0, np.sqrt(0.5), np.sqrt(0.5)))
    np.testing.assert_allclose(quarter.apply([1, 0, 0]), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(quarter.apply([0, 1, 0]), [-1, 0, 0], atol=1e-12)
    assert rotation().magnitude() == 0
    assert rotation(quarter) is quarter


@given(st.from_type(Rotation))
def test_a_quaternion_with_four_digits_is_taken_for_its_rotation(pose):
    again = rotation(np.round(pose.as_quat(), 4).tolist())
    assert (again * pose.inv()).magnitude() < 2e-4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ((1, 1, 1, 1), "length 2: expected a unit quaternion"),
        ((0, 0, 0, 0), "length 0"),
        ((np.nan, 0, 0, 1), "length nan"),
        ((0, 0, 1), "quaternion"),
        ("up", "quaternion"),
        (Rotation.random(2, rng=0), "holds 2 rotations"),
    ],
)
def test_what_is_no_orientation_is_told(wrong, message):
    with pytest.raises(ValueError, match=message):
        rotation(wrong)


def test_random_orientations_are_uniform():
    rng = np.random.default_rng(5)
    found = Rotation.concatenate([random_rotation(rng) for _ in range(4000)])
    # each axis of the particle lies anywhere on the sphere: its components are uniform (Archimedes)
    for component in found.as_matrix().reshape(-1, 9).T:
        assert kstest(component, "uniform", (-1, 2)).pvalue > 1e-4
    # angle of rotation: density (1 - cos) / pi, not uniform
    assert kstest(found.magnitude(), lambda angle: (angle - np.sin(angle)) / np.pi).pvalue > 1e-4


def test_a_spin_turns_evenly_about_its_axis_and_passes_the_orientation_in_the_middle():
    first = random_rotation(np.random.default_rng(0))
    lines = Rotation.from_matrix(Spin(90, (0, 3, 4)).matrices(first, 11, 7)[:, 0])
    np.testing.assert_allclose(lines[5].as_matrix(), first.as_matrix(), atol=1e-12)
    turned = (lines[1:] * lines[:-1].inv()).as_rotvec(degrees=True)
    np.testing.assert_allclose(turned, np.tile([0, 0.6, 0.8], (10, 1)) * 90 / 11, atol=1e-9)


def test_pixels_of_a_line_turn_on_between_the_lines():
    first = random_rotation(np.random.default_rng(0))
    matrices = Spin(36, (0, 0, 1), each_pixel=True).matrices(first, 6, 5)
    assert matrices.shape == (6, 5, 3, 3)
    pixels = Rotation.from_matrix(matrices.reshape(-1, 3, 3))
    turned = (pixels[1:] * pixels[:-1].inv()).as_rotvec(degrees=True)
    np.testing.assert_allclose(turned, np.tile([0, 0, 36 / 30], (29, 1)), atol=1e-9)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ((10, (0, 0, 0)), "not all 0"),
        ((10, (0, 1)), "three numbers"),
        ((10, (0, np.nan, 1)), "three numbers"),
        ((np.inf,), "angle in degrees"),
        (("a",), "turn of the spin is 'a': expected an angle"),
        ((True,), "turn of the spin is True"),
        ((3, "z"), "axis of the spin is 'z': expected three numbers"),
    ],
)
def test_a_spin_about_nothing_is_told(parameters, message):
    with pytest.raises(ValueError, match=message):
        Spin(*parameters)


def test_tilts_are_about_x_and_the_second_is_carried_by_the_first():
    np.testing.assert_allclose(tilts([90]).apply([0, 1, 0]), [[0, 0, 1]], atol=1e-12)
    alpha, beta = 20, -35
    carried = Rotation.from_euler("x", alpha, degrees=True) * Rotation.from_euler("y", beta, degrees=True)
    np.testing.assert_allclose(tilts([(alpha, beta)]).as_matrix()[0], carried.as_matrix(), atol=1e-12)
    np.testing.assert_allclose(tilts([alpha]).as_matrix(), tilts([(alpha, 0)]).as_matrix(), atol=1e-12)


def test_rotations_are_tilts_already():
    three = Rotation.random(3, rng=0)
    np.testing.assert_allclose(tilts(three).as_matrix(), three.as_matrix())
    assert len(tilts(three[0])) == 1


@pytest.mark.parametrize("wrong", [[], 10.0, [[1, 2, 3]], [np.nan], "abc", [[1], [2, 3]]])
def test_what_is_no_tilts_is_told(wrong):
    with pytest.raises(ValueError, match=f"tilts are {re.escape(repr(wrong))}: expected degrees"):
        tilts(wrong)
