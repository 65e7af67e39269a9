"""From a rough pose to the exact one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import irfft2, rfft2
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from emwidgets.particles.fit.cuboid import Cuboid
from emwidgets.particles.fit.refine import BLUR, State, View, refined, residual, whitened
from emwidgets.particles.networks.framing import SIZE

DEPTHS = np.array([0.35, 0, 0, 0.45, 0, 0.3, 0, 0])
ALL, NONE = np.ones(8, bool), np.zeros(8, bool)


def cuboid(seed):
    rng = np.random.default_rng(seed)
    return Cuboid(Rotation.random(random_state=seed).as_matrix(), rng.uniform(9, 15, 3), DEPTHS)


def disturbed(model, seed, degrees=6.0, edges=0.06):
    rng = np.random.default_rng([seed, 1])
    turn = rng.standard_normal(3)
    step = np.concatenate(
        [np.deg2rad(degrees) * turn / np.linalg.norm(turn), rng.uniform(-edges, edges, 3), np.zeros(8)]
    )
    return replace(model.moved(step), depths=np.full(8, 0.2))


def degrees_between(one, other):
    return np.rad2deg(Rotation.from_matrix(one.T @ other).magnitude())


def assert_same_cuts(found, true):
    """A cut of 0.15 takes 1/1800 of the volume: of a whole corner, no more than that it is none such can be told."""
    np.testing.assert_allclose(found[true > 0], true[true > 0], atol=0.01)
    assert (found[true == 0] < 0.15).all()


@pytest.mark.parametrize(("seed", "turn"), [*enumerate([(20, 30, 0), (30, -25, 50), (40, 35, 110), (-35, 30, 200)])])
def test_a_picture_without_noise_leads_back_to_pose_edges_depths_place_and_blur(picture, seed, turn):
    # not near to a face-on view, in which thickness along the beam and gain are hardly told apart
    pose = Rotation.from_euler("xyz", turn, degrees=True).as_matrix()
    model, shift, blur = replace(cuboid(seed), rotation=pose), (0.7, -1.1), 1.3
    view = View.of(3 * picture(model, shift, blur) + 0.4)
    begun = State(disturbed(model, seed), np.zeros((1, 2)), BLUR)
    found = refined([view], begun, free=ALL, bounds=(0, 0.55), iterations=40)
    assert degrees_between(model.rotation, found.cuboid.rotation) < 0.3
    np.testing.assert_allclose(found.cuboid.half, model.half, rtol=0.01)
    assert_same_cuts(found.cuboid.depths, model.depths)
    np.testing.assert_allclose(found.shifts[0], shift, atol=0.05)
    assert found.blur == pytest.approx(blur, abs=0.03)
    assert found.gains[0] == pytest.approx(3, rel=0.01)
    start = refined([view], begun, free=ALL, bounds=(0, 0.55), iterations=0)
    assert found.chi < start.chi / 1000


def test_two_views_of_known_tilt_are_fitted_at_once(picture):
    model, tilt = cuboid(2), Rotation.from_euler("x", 35, degrees=True).as_matrix()
    shifts, times = ((0.5, 0.2), (-0.6, 0.9)), 1.2
    smaller = model.turned(tilt)
    smaller = replace(smaller, half=smaller.half / times)
    views = [
        View.of(picture(model, shifts[0], 1.0)),
        View.of(2 * picture(smaller, shifts[1], 1.0 / times), tilt, times),
    ]
    begun = State(disturbed(model, 5), np.zeros((2, 2)), BLUR)
    found = refined(views, begun, free=ALL, bounds=(0, 0.55), iterations=40)
    assert degrees_between(model.rotation, found.cuboid.rotation) < 0.2
    assert_same_cuts(found.cuboid.depths, model.depths)
    np.testing.assert_allclose(found.shifts, shifts, atol=0.05)
    np.testing.assert_allclose(found.gains, [1, 2], rtol=0.02)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 40))
def test_however_bad_the_start_it_gets_no_worse(picture, seed, degrees):
    model = cuboid(seed)
    noise = np.random.default_rng(seed).normal(0, 1, (SIZE, SIZE))
    view = View.of(picture(model, (0.5, 0.5), 1.0) + noise)
    begun = State(disturbed(model, seed, degrees, edges=0.2), np.zeros((1, 2)), BLUR)
    chi = [refined([view], begun, free=ALL, bounds=(0, 0.55), iterations=number).chi for number in (0, 2, 5)]
    assert chi[0] >= chi[1] >= chi[2]
    assert np.isfinite(chi).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.booleans(), min_size=8, max_size=8))
def test_depths_that_are_not_free_stay_and_free_ones_keep_their_bounds(picture, seed, free):
    view = View.of(picture(cuboid(seed), blur=1.0))
    begun = State(replace(disturbed(cuboid(seed), seed), depths=np.full(8, 0.3)), np.zeros((1, 2)), BLUR)
    found = refined([view], begun, free=np.array(free), bounds=(0.25, 0.4), iterations=5).cuboid.depths
    assert (found[~np.array(free)] == 0.3).all()
    assert ((found >= 0.25) & (found <= 0.4)).all()


def test_a_gain_and_an_even_background_change_nothing_but_the_gain(picture):
    model = cuboid(1)
    image = picture(model, blur=1.0)
    begun = State(disturbed(model, 1), np.zeros((1, 2)), BLUR)
    one, other = (
        refined([View.of(each)], begun, free=ALL, bounds=(0, 0.55), iterations=3) for each in (image, 100 * image + 7)
    )
    np.testing.assert_allclose(other.cuboid.depths, one.cuboid.depths, atol=1e-3)
    np.testing.assert_allclose(other.gains, 100 * one.gains, rtol=1e-3)


def test_what_is_left_over_is_the_noise(picture):
    model, rng = cuboid(4), np.random.default_rng(0)
    noise = rng.normal(0, 0.5, (SIZE, SIZE))
    view = View.of(picture(model, (1.0, 0.0), 1.0) + noise)
    state = State(model, np.array([[1.0, 0.0]]), 1.0)
    left = irfft2(residual(view, refined([view], state, free=NONE, bounds=(0, 1), iterations=0)), s=(SIZE, SIZE))
    np.testing.assert_allclose(left - left.mean(), noise - noise.mean(), atol=0.06)


def chi(view, image):
    return (np.abs(rfft2(image) * view.weights) ** 2).sum()


@pytest.mark.parametrize("grain", [0.0, 1.5])
@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_weighted_by_its_own_noise_a_picture_counts_one_for_each_pixel(grain, scale):
    rng = np.random.default_rng(3)

    def noise():
        white = rng.normal(0, scale, (SIZE, SIZE))
        return gaussian_filter(white, grain, mode="wrap") + 0.1 * rng.normal(0, scale, (SIZE, SIZE))

    view = whitened(View.of(noise()), rfft2(noise()), np.ones((SIZE, SIZE)))
    found = [chi(view, noise()) for _ in range(10)]
    assert np.mean(found) == pytest.approx(SIZE**2, rel=0.1)
    assert view.weights[0, 0] == 0


def test_where_the_noise_is_weak_there_is_more_weight():
    rng = np.random.default_rng(4)
    smooth = gaussian_filter(rng.normal(size=(SIZE, SIZE)), 1.5, mode="wrap")
    view = whitened(View.of(smooth), rfft2(smooth), np.ones((SIZE, SIZE)))
    assert view.weights[3, 3] < view.weights[12, 12] < view.weights[20, 20]
    assert view.weights[5, 0] == pytest.approx(view.weights[-5, 0])


def test_noise_beside_the_particle_does_not_count():
    rng = np.random.default_rng(5)
    mask = np.zeros((SIZE, SIZE))
    mask[16:48, 16:48] = 1
    noise = rng.normal(size=(SIZE, SIZE))
    louder = np.where(mask > 0, noise, 20 * noise)
    view = View.of(noise)
    one, other = (whitened(view, rfft2(each), mask).weights for each in (noise, louder))
    np.testing.assert_allclose(other, one, rtol=1e-6)
    assert chi(whitened(view, rfft2(noise), mask), rng.normal(size=(SIZE, SIZE))) == pytest.approx(SIZE**2, rel=0.2)
