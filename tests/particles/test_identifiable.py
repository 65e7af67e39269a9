"""When a hand can be told at all, against mirror images that are projected."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from emwidgets.particles import cuboid, mirrored, random_rotation, tilts
from emwidgets.particles.identifiable import NO_TILTS, ONE_DIRECTION, ONE_VIEW, why_not
from emwidgets.particles.projection import thickness
from emwidgets.particles.tasks import TASKS

EDGES = (9.0, 12.0, 15.0)
CORNERS = (1, 4, 6)
PLACES = np.linspace(-14, 14, 57)


def projected(corners, pose):
    particle = cuboid(*EDGES).deform(corners, depth=0.4)
    return thickness(particle, pose.as_matrix(), PLACES[None], PLACES[:, None])


def mirror_pose(pose):
    """How the mirror image of the particle (in its plane x = 0) lies that is this one mirrored in the image plane."""
    return Rotation.from_matrix(np.diag([1, 1, -1]) @ pose.as_matrix() @ np.diag([-1, 1, 1]))


def about_the_beam(*angles):
    return Rotation.from_rotvec([[0, 0, angle] for angle in angles], degrees=True)


#: Drawn at random: of poses with faces along the beam, rounding decides on the pixels at the rim.
poses = st.integers(0, 2**32).map(lambda seed: random_rotation(np.random.default_rng(seed)))


@pytest.mark.parametrize("task", [task for task in TASKS if task != "handedness"])
def test_all_other_questions_can_be_asked_of_one_view(task):
    assert why_not(task, 1) == ""


def test_one_view_is_never_enough():
    assert why_not("handedness", 1) == ONE_VIEW
    assert why_not("handedness", 1, tilts([30])) == ONE_VIEW


@given(poses, st.integers(2, 9))
def test_views_of_unknown_tilt_show_a_mirror_image_as_well(pose, number):
    np.testing.assert_allclose(projected(CORNERS, pose), projected(mirrored(CORNERS), mirror_pose(pose)), atol=1e-6)
    assert why_not("handedness", number) == NO_TILTS


@given(poses, st.floats(20, 70))
def test_a_known_tilt_shows_which_of_the_two_it_is(pose, angle):
    turned = tilts([0.0, angle])
    assert why_not("handedness", 2, turned) == ""
    own = projected(CORNERS, turned[1] * pose)
    twin = projected(mirrored(CORNERS), turned[1] * mirror_pose(pose))
    assert np.abs(own - twin).mean() > 0.05


@given(poses, st.floats(-180, 180))
def test_turning_about_the_beam_shows_nothing_new(pose, angle):
    turned = about_the_beam(0, angle, 180)
    assert why_not("handedness", 3, turned) == ONE_DIRECTION
    for each in turned:
        twin = projected(mirrored(CORNERS), each * mirror_pose(pose))
        np.testing.assert_allclose(projected(CORNERS, each * pose), twin, atol=1e-6)


def test_looking_from_the_back_shows_nothing_new():
    assert why_not("handedness", 2, tilts([0, 180])) == ONE_DIRECTION
    assert why_not("handedness", 2, tilts([40, 40.1])) == ONE_DIRECTION
    assert why_not("handedness", 3, tilts([0, 180, 20])) == ""
    assert why_not("handedness", 2, tilts([[0, 0], [0, 20]])) == ""


def test_it_does_not_matter_from_where_tilts_are_counted():
    angles, start = tilts([-20, 0, 25]), Rotation.from_euler("xyz", [10, 50, 170], degrees=True)
    assert why_not("handedness", 3, angles * start) == ""
    assert why_not("handedness", 2, about_the_beam(0, 40) * start) == ONE_DIRECTION
