"""The pose of a cuboid as a network says it, and back."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from emwidgets.particles import shapes
from emwidgets.particles.networks.framing import GYRATION
from emwidgets.particles.networks.outputs import POSE
from emwidgets.particles.networks.pose import ORDERS, distance, starts, targets

halves = st.tuples(*[st.floats(8, 18)] * 3).map(np.array)
poses = st.from_type(Rotation)


def said(axes, centre=(0.0, 0.0), cuts=None):
    cuts = np.zeros(8) if cuts is None else cuts
    return targets(axes[None], np.array([centre], float), cuts[None])[0]


def same_but_for_names(one, other, px):
    """Whether two sets of half edges differ by their order, their ends and the sense of z alone."""
    gaps = []
    for flip in (1, -1):
        turned = other * np.array([[1], [1], [flip]])
        apart = [
            [min(np.linalg.norm(a - b), np.linalg.norm(a + b)) for b in turned.T] for a in one.T
        ]  # of every axis from every other
        gaps.append(min(max(apart[i][order[i]] for i in range(3)) for order in ORDERS))
    return min(gaps) < px


@settings(max_examples=30, deadline=None)
@given(poses, halves, st.floats(-3, 3), st.floats(-3, 3))
def test_what_is_said_of_a_pose_leads_back_to_it(pose, half, x, y):
    axes = pose.as_matrix() * half
    found, centre = starts(said(axes, (x, y)), 1)[0]
    assert same_but_for_names(axes, found, 0.1)
    assert distance(axes, found) < 0.5
    assert centre == pytest.approx((x, y), abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(poses, halves)
def test_every_start_is_a_cuboid_and_the_best_comes_first(pose, half):
    axes = pose.as_matrix() * half
    found = [each for each, _ in starts(said(axes), 4)]
    assert len(found) == 4
    for each in found:
        np.testing.assert_allclose(each.T @ each, np.diag((each**2).sum(axis=0)), atol=1e-6)
        assert np.linalg.det(each) > 0
    away = [distance(axes, each) for each in found]
    assert away[0] <= min(away) + 0.5


@settings(max_examples=30, deadline=None)
@given(poses, halves, st.permutations(range(3)), st.tuples(*[st.sampled_from([-1, 1])] * 3))
def test_what_is_said_does_not_depend_on_which_end_of_an_axis_is_meant_or_how_z_goes(pose, half, order, signs):
    axes = pose.as_matrix() * half
    np.testing.assert_allclose(said(axes * signs), said(axes), atol=1e-5)
    np.testing.assert_allclose(said(axes * [[1], [1], [-1]]), said(axes), atol=1e-5)
    renamed = said(axes[:, order])
    np.testing.assert_allclose(renamed[:12].reshape(3, 4), said(axes)[:12].reshape(3, 4)[order], atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.integers(0, 7), st.floats(0.1, 0.5)))
def test_the_size_is_the_cube_root_of_the_volume_that_is_left(depths):
    shape = shapes.cuboid(20, 24, 30).deform(list(depths), list(depths.values()))
    cuts = np.zeros(8)
    cuts[list(depths)] = list(depths.values())
    size = said(np.diag([10.0, 12.0, 15.0]), cuts=cuts)[POSE.index("size")]
    assert size == pytest.approx(np.cbrt(shape.volume) / GYRATION, rel=1e-4)


def test_numbers_that_no_cuboid_has_still_give_poses():
    rng = np.random.default_rng(0)
    for _ in range(50):
        for axes, centre in starts(rng.normal(size=15), 4):
            assert np.isfinite(axes).all()
            assert np.isfinite(centre).all()
            np.testing.assert_allclose(axes.T @ axes, np.diag((axes**2).sum(axis=0)), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(poses, halves, st.permutations(range(3)), st.tuples(*[st.sampled_from([-1, 1])] * 3))
def test_a_pose_is_at_no_distance_from_itself_under_other_names_and_from_its_mirror_image(pose, half, order, signs):
    axes = pose.as_matrix() * half
    for other in ((axes * signs)[:, order], axes * [[1], [1], [-1]]):
        assert distance(axes, other) == pytest.approx(0, abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(poses, poses, halves)
def test_the_distance_is_at_most_the_angle_between_two_poses_and_the_same_both_ways(one, other, half):
    angle = np.rad2deg((one.inv() * other).magnitude())
    found = distance(one.as_matrix() * half, other.as_matrix() * half)
    assert found <= angle + 1e-4
    assert found == pytest.approx(distance(other.as_matrix() * half, one.as_matrix() * half), abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 44), st.sampled_from("xyz"))
def test_turned_about_an_axis_of_the_microscope_a_straight_cuboid_is_so_far_away(angle, axis):
    assume(angle > 1e-3)
    turned = Rotation.from_euler(axis, angle, degrees=True).as_matrix()
    assert distance(np.eye(3), turned) == pytest.approx(angle, abs=1e-4)
