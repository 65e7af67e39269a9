"""What networks are shown must not depend on how the image was taken."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from emwidgets.particles import shapes
from emwidgets.particles.networks.framing import GYRATION, RANGE, SIZE, NoParticle, cropped, find, prepared

SOME = Rotation.from_quat([0.2, 0.4, -0.3, 0.8])
PARTICLE = shapes.cuboid(11, 12, 14).deform([0, 6], [0.3, 0.45])


@pytest.fixture(scope="module")
def image(without_noise):
    return without_noise(PARTICLE, SOME)


@pytest.fixture(scope="module")
def noisy(image):
    return np.random.default_rng(1).poisson(image * 150 / image.max()).astype(np.float32)


@settings(deadline=None)
@given(st.integers(-20, 20), st.integers(-20, 20))
def test_where_the_particle_is_does_not_show(image, down, along):
    moved = np.roll(image, (down, along), axis=(0, 1))
    np.testing.assert_allclose(prepared(moved), prepared(image), atol=1e-3)
    assert np.subtract(find(moved).centre, find(image).centre) == pytest.approx((down, along), abs=1e-3)


@settings(deadline=None)
@given(st.floats(1e-3, 1e4), st.floats(-100, 100))
def test_gain_and_offset_of_the_detector_do_not_show(noisy, gain, offset):
    scaled = noisy.astype(float) * gain + offset * gain
    np.testing.assert_allclose(prepared(scaled), prepared(noisy), atol=2e-3)


@settings(max_examples=20, deadline=None)
@given(st.from_type(Rotation), st.floats(0.5, 2))
def test_how_large_it_is_does_not_show(without_noise, pose, times):
    # one particle beside another so many times as large, at the same number of pixels to its edge
    one = prepared(without_noise(PARTICLE, pose, probe=0.6))
    edges = [edge * times for edge in PARTICLE.parameters.values()]
    larger = shapes.cuboid(*edges).deform([0, 6], [0.3, 0.45])
    other = prepared(without_noise(larger, pose, probe=0.6 * times, pixel_size=0.25 * times))
    np.testing.assert_allclose(other, one, atol=2e-3)


@pytest.mark.parametrize("size", [96, 160, 256, 520, 1024])
def test_how_many_pixels_it_has_hardly_shows(without_noise, image, size):
    other = without_noise(PARTICLE, SOME, shape=(size, size), pixel_size=32 / size)
    assert np.abs(prepared(other) - prepared(image)).mean() < 0.004


def test_a_shift_by_part_of_a_pixel_is_found(without_noise, image):
    moved = find(without_noise(PARTICLE, SOME, position=(0.1, -0.175))).centre
    assert np.subtract(moved, find(image).centre) == pytest.approx((-0.7, 0.4), abs=0.02)


def test_a_mirrored_or_turned_image_is_prepared_as_the_prepared_one_mirrored_or_turned(noisy):
    for change in (np.fliplr, np.flipud, np.transpose, np.rot90):
        np.testing.assert_allclose(prepared(change(noisy)), change(prepared(noisy)), atol=2e-3)


def test_all_particles_come_out_at_one_size_about_the_middle_with_one_mean(noisy):
    relative = np.where(find(noisy).outline.any(), cropped(noisy), 0)
    places = np.arange(SIZE) - (SIZE - 1) / 2
    inside = np.hypot(places, places[:, None]) < 31
    total = (relative * inside).sum()
    assert (relative * inside * places).sum() / total == pytest.approx(0, abs=0.2)
    spread = (relative * inside * (places**2 + places[:, None] ** 2)).sum() / total
    assert np.sqrt(spread) == pytest.approx(GYRATION, rel=0.03)
    low, high = RANGE
    assert prepared(noisy) == pytest.approx(np.clip((relative - low) / (high - low), 0, 1))
    # the mean over the particle is one in these units
    mask = gaussian_filter(relative, 1) > 0.2
    assert relative[mask].mean() == pytest.approx(1, rel=0.05)


def test_the_radius_of_gyration_of_a_sphere_is_the_one_of_its_projection(without_noise):
    frame = find(without_noise(shapes.sphere(7), Rotation.identity(), probe=0.0))
    assert frame.gyration == pytest.approx(7 / 0.25 * np.sqrt(2 / 5), rel=0.01)
    assert frame.centre == pytest.approx((63.5, 63.5), abs=0.05)
    assert frame.outline.sum() == pytest.approx(np.pi * 28**2, rel=0.03)
    assert not frame.touches


@pytest.mark.parametrize("times", [0.4, 1.0, 2.5])
def test_the_largest_of_several_particles_is_taken_however_bright_the_others_are(noisy, times):
    alone = find(noisy)
    crowd = noisy.copy()
    crowd[4:11, 4:11] += times * noisy.max()
    frame = find(crowd)
    # another one in the image may move the level where the outline begins, but not to the other particle
    assert np.subtract(frame.centre, alone.centre) == pytest.approx((0, 0), abs=0.5)
    assert not frame.outline[:14, :14].any()
    assert frame.gyration == pytest.approx(alone.gyration, rel=0.05)


def test_a_particle_at_the_border_is_said_to_touch_it(image):
    frame = find(image)
    assert not frame.touches
    rows = np.flatnonzero(frame.outline.any(axis=1))
    assert find(image[rows[0] + 3 :]).touches
    assert find(image[:, : np.flatnonzero(frame.outline.any(axis=0))[-1] - 2]).touches


@pytest.mark.parametrize("level", [0, 7, -3.5, 1e6])
def test_a_constant_image_holds_no_particle(level):
    with pytest.raises(NoParticle, match="nothing in this image is brighter than its border"):
        find(np.full((64, 64), level))


@pytest.mark.parametrize("seed", range(10))
def test_noise_is_no_particle(seed):
    rng = np.random.default_rng(seed)
    for image in (rng.normal(10, 3, (128, 128)), rng.poisson(20, (96, 160)), rng.poisson(0.2, (256, 256))):
        with pytest.raises(NoParticle):
            prepared(image)


def test_a_dark_particle_and_a_hot_pixel_are_none(image):
    with pytest.raises(NoParticle):
        find(-image)
    hot = np.random.default_rng(0).poisson(20, (128, 128)).astype(float)
    hot[60, 60] = 1e5
    with pytest.raises(NoParticle):
        find(hot)


def test_an_image_too_small_for_a_particle_or_without_numbers_is_refused():
    with pytest.raises(ValueError, match=r"\(15, 40\): expected rows and columns, at least 16 each"):
        find(np.ones((15, 40)))
    with pytest.raises(ValueError, match="expected rows and columns"):
        find(np.ones((2, 40, 40)))
    with pytest.raises(ValueError, match="no finite values"):
        find(np.full((40, 40), np.nan))


def test_pixels_without_a_value_hardly_show(noisy):
    holes = noisy.copy()
    holes[3, 5], holes[100, 20], holes[20:22, 90:92] = np.nan, np.inf, -np.inf
    assert np.isfinite(prepared(holes)).all()
    assert np.abs(prepared(holes) - prepared(noisy)).mean() < 2e-3


def test_any_type_of_pixels_will_do(noisy):
    counts = noisy.astype(np.uint16)
    for kind in (np.uint16, np.int32, np.float64, ">u2"):
        np.testing.assert_array_equal(prepared(counts.astype(kind)), prepared(noisy))
