"""The model of the fit is the projection of the simulator, in Fourier space."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import irfft2, rfft2
from scipy.spatial.transform import Rotation

from emwidgets.particles.fit.cuboid import Cuboid, blurred, frequencies, multiplicity, transforms
from emwidgets.particles.networks.framing import SIZE
from emwidgets.particles.shapes import SIGNS


def drawn(seed):
    """Any cuboid with any of its corners cut; edges that are no whole pixels."""
    rng = np.random.default_rng(seed)
    depths = np.where(rng.random(8) < rng.random(), rng.uniform(0.05, 0.5, 8), 0)
    return Cuboid(Rotation.random(random_state=rng.integers(2**31)).as_matrix(), rng.uniform(8, 15, 3), depths)


cuboids = st.integers(0, 10**6).map(drawn)


@settings(deadline=None)
@given(cuboids)
def test_its_transform_is_that_of_the_projection(thick, cuboid):
    there = irfft2(transforms([cuboid])[0], s=(SIZE, SIZE))
    np.testing.assert_allclose(there, thick(cuboid), atol=0.02)
    np.testing.assert_allclose(transforms([cuboid])[0], rfft2(thick(cuboid)), atol=0.5)


@pytest.mark.parametrize("turn", [(0, 0, 0), (0, 0, 30), (90, 0, 0), (0, 90, 45), (180, 0, 0), (45, 0, 0)])
def test_faces_along_the_beam_are_walls(thick, turn):
    rotation = Rotation.from_euler("xyz", turn, degrees=True).as_matrix()
    cuboid = Cuboid(rotation, np.array([10.2, 11.3, 12.4]), np.array([0, 0.4, 0, 0, 0, 0, 0.3, 0]))
    there = irfft2(transforms([cuboid])[0], s=(SIZE, SIZE))
    np.testing.assert_allclose(there, thick(cuboid), atol=0.05)


def test_several_at_once_are_as_each_alone():
    several = [drawn(seed) for seed in range(5)]
    alone = [transforms([each])[0] for each in several]
    # the values at zero frequency are volumes of 10 000 px³, in single precision
    np.testing.assert_allclose(transforms(several), alone, atol=0.05)


@settings(deadline=None)
@given(cuboids)
def test_its_mirror_image_along_the_beam_has_the_same_projection(cuboid):
    mirror = cuboid.reflected()
    np.testing.assert_allclose(transforms([mirror]), transforms([cuboid]), atol=0.1)
    assert np.linalg.det(mirror.rotation) == pytest.approx(1)
    flip = np.diag([1, 1, -1])
    here = {tuple(np.round(flip @ cuboid.axes @ SIGNS[corner], 6)): cuboid.depths[corner] for corner in range(8)}
    there = {tuple(np.round(mirror.axes @ SIGNS[corner], 6)): mirror.depths[corner] for corner in range(8)}
    assert sorted(here.values()) == sorted(there.values())
    corners = np.array(list(here))
    for place, depth in there.items():
        nearest = np.linalg.norm(corners - place, axis=1)
        assert nearest.min() < 1e-4
        assert list(here.values())[nearest.argmin()] == depth


@settings(max_examples=30, deadline=None)
@given(cuboids)
def test_mirrored_twice_it_is_itself(cuboid):
    again = cuboid.reflected().reflected()
    np.testing.assert_allclose(again.rotation, cuboid.rotation, atol=1e-12)
    np.testing.assert_array_equal(again.depths, cuboid.depths)


@settings(max_examples=30, deadline=None)
@given(cuboids)
def test_half_edges_say_all_of_the_uncut_cuboid(cuboid):
    again = Cuboid.of_axes(cuboid.axes, cuboid.depths)
    np.testing.assert_allclose(again.rotation, cuboid.rotation, atol=1e-9)
    np.testing.assert_allclose(again.half, cuboid.half)
    assert not Cuboid.of_axes(cuboid.axes).depths.any()


@settings(max_examples=30, deadline=None)
@given(cuboids, st.from_type(Rotation))
def test_turning_leaves_what_it_is(cuboid, turn):
    turned = cuboid.turned(turn.as_matrix())
    np.testing.assert_allclose(turned.axes, turn.as_matrix() @ cuboid.axes, atol=1e-9)
    np.testing.assert_array_equal(turned.depths, cuboid.depths)
    np.testing.assert_allclose(turned.turned(turn.as_matrix().T).axes, cuboid.axes, atol=1e-9)


def test_a_step_turns_stretches_and_cuts():
    cuboid = Cuboid(np.eye(3), np.array([8.0, 10.0, 12.0]), np.full(8, 0.2))
    step = np.zeros(14)
    step[2], step[3], step[6 + 5] = np.pi / 2, np.log(1.1), 0.1
    moved = cuboid.moved(step)
    np.testing.assert_allclose(moved.rotation @ [1, 0, 0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(moved.half, [8.8, 10, 12])
    np.testing.assert_allclose(moved.depths, [0.2] * 5 + [0.3] + [0.2] * 2)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.6, 3), st.floats(-4, 4), st.floats(-4, 4))
def test_blur_and_shift_are_those_of_scipy(picture, blur, x, y):
    cuboid = drawn(3)
    expected = picture(cuboid, (x, y), blur)
    there = irfft2(transforms([cuboid])[0] * blurred(blur, np.array([x, y])), s=(SIZE, SIZE))
    np.testing.assert_allclose(there, expected, atol=0.03)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_sums_of_squares_are_those_of_the_picture(seed):
    image = np.random.default_rng(seed).normal(size=(SIZE, SIZE))
    assert (np.abs(rfft2(image)) ** 2 * multiplicity()).sum() == pytest.approx((image**2).sum())


def test_frequencies_belong_to_the_values_of_a_transform():
    kx, ky = frequencies()
    places = np.arange(SIZE)
    wave = np.cos(kx[0, 5] * places[None] + ky[60, 0] * places[:, None])
    found = np.abs(rfft2(wave))
    assert np.unravel_index(found.argmax(), found.shape) == (60, 5)
