import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from emwidgets.refocusing.blurring import blurred, blurred_by_map, drifted, eight_bit, noisy
from emwidgets.refocusing.spread import PointSpread

shapes = st.tuples(st.integers(1, 24), st.integers(1, 24))
upright = st.builds(
    PointSpread, sigma=st.floats(0, 5), shape=st.sampled_from(["gaussian", "disc"]), astigmatism=st.floats(1, 2)
)


def picture(shape, seed=0):
    return np.random.default_rng(seed).random(shape)


@given(shapes, upright, st.integers(0, 99))
def test_blurring_keeps_the_mean_and_no_value_leaves_the_range(shape, spread, seed):
    image = picture(shape, seed)
    found = blurred(image, spread)
    assert found.mean() == pytest.approx(image.mean(), rel=1e-9)
    assert found.min() >= image.min() - 1e-9
    assert found.max() <= image.max() + 1e-9


@given(shapes, upright, st.floats(-1000, 1000))
def test_a_flat_image_stays_flat_up_to_its_border(shape, spread, level):
    assert np.allclose(blurred(np.full(shape, level), spread), level, atol=1e-9 * max(abs(level), 1))


@given(st.floats(0, 360), st.floats(1, 3))
def test_a_spread_across_the_pixels_keeps_the_mean_but_for_the_corners(angle, ratio):
    image = picture((64, 64))
    assert blurred(image, PointSpread(3, "gaussian", ratio, angle)).mean() == pytest.approx(image.mean(), rel=3e-3)


@pytest.mark.parametrize("sigma", [0.7, 2.5, 6.0])
def test_a_round_gaussian_is_that_of_scipy(sigma):
    image = picture((40, 33))
    expected = ndimage.gaussian_filter(image, sigma, mode="reflect", radius=PointSpread(sigma).reach)
    assert np.allclose(blurred(image, PointSpread(sigma)), expected, atol=1e-12)


def test_the_border_is_mirrored_as_if_the_image_went_on():
    image, spread = picture((12, 15)), PointSpread(1.5, "disc", 1.5, 25)
    whole = np.pad(image, 40, mode="symmetric")
    expected = ndimage.convolve(whole, spread.kernel())[40:-40, 40:-40]
    assert np.allclose(blurred(image, spread), expected, atol=1e-12)


def test_variances_of_blurs_add_up():
    image = ndimage.gaussian_filter(picture((80, 80)), 2)
    twice = blurred(blurred(image, PointSpread(1.5)), PointSpread(2.0))
    assert np.allclose(twice, blurred(image, PointSpread(2.5)), atol=2e-4)


def test_no_width_changes_nothing_and_gives_another_array():
    image = picture((5, 6))
    found = blurred(image, PointSpread(0))
    assert np.array_equal(found, image)
    assert not np.shares_memory(found, image)


@pytest.mark.parametrize(("dtype", "expected"), [("f4", "f4"), ("f8", "f8"), ("u2", "f8"), ("?", "f8")])
def test_float32_stays_and_all_others_become_float64(dtype, expected):
    image = (picture((6, 7)) * 9).astype(dtype)
    for found in (blurred(image, PointSpread(1)), noisy(image, np.random.default_rng(0), 0.1), drifted(image, 1.0)):
        assert found.dtype == expected


@given(shapes, upright, st.floats(0, 4))
def test_a_map_of_one_width_is_the_blur_of_that_width(shape, spread, sigma):
    image = picture(shape)
    own = PointSpread(sigma, spread.shape, spread.astigmatism)
    assert np.allclose(blurred_by_map(image, np.full(shape, sigma), spread), blurred(image, own), atol=1e-12)


@settings(max_examples=30)
@given(shapes, st.integers(0, 99), st.floats(0.1, 5))
def test_a_map_leaves_no_value_beyond_the_range_and_flat_images_flat(shape, seed, widest):
    image, widths = picture(shape, seed), widest * picture(shape, seed + 1)
    found = blurred_by_map(image, widths, PointSpread(1))
    assert found.min() >= image.min() - 1e-9
    assert found.max() <= image.max() + 1e-9
    assert np.allclose(blurred_by_map(np.ones(shape), widths, PointSpread(1, "disc")), 1)


def test_each_pixel_has_the_blur_of_its_width_and_where_that_is_nought_it_is_untouched():
    image = picture((60, 80))
    widths = np.zeros(image.shape)
    widths[:, 40:] = 2.0
    found = blurred_by_map(image, widths, PointSpread(1, "disc"))
    assert np.allclose(found[:, :40], image[:, :40], atol=1e-12)
    assert np.allclose(found[:, 40:], blurred(image, PointSpread(2.0, "disc"))[:, 40:], atol=1e-12)


@pytest.mark.parametrize("sigma", [0.6, 1.3, 2.9])
def test_between_the_steps_of_the_ladder_a_width_is_hit_within_a_thousandth(sigma):
    image = ndimage.gaussian_filter(picture((64, 64)), 1)
    widths = np.full(image.shape, sigma)
    widths[0, 0], widths[-1, -1] = 0, 4  # so that it is not one width
    found = blurred_by_map(image, widths, PointSpread(1))[2:-2, 2:-2]
    expected = blurred(image, PointSpread(sigma))[2:-2, 2:-2]
    assert np.sqrt(np.mean((found - expected) ** 2)) < 1e-3 * np.ptp(image)


def test_a_slowly_changing_width_keeps_the_mean():
    image = picture((128, 128))
    widths = np.linspace(0, 4, 128)[None, :].repeat(128, axis=0)
    assert blurred_by_map(image, widths, PointSpread(1)).mean() == pytest.approx(image.mean(), rel=2e-3)


def test_noise_has_the_asked_share_of_the_range_and_no_mean():
    image = blurred(picture((256, 256)), PointSpread(2)) * 1000
    found = noisy(image, np.random.default_rng(1), 0.03)
    assert np.std(found - image) == pytest.approx(0.03 * np.ptp(image), rel=0.02)
    assert abs(np.mean(found - image)) < 0.001 * np.ptp(image)
    told = noisy(image, np.random.default_rng(1), 0.03, span=5000.0)
    assert np.std(told - image) == pytest.approx(150, rel=0.02)


@given(st.sampled_from([5.0, 50.0, 1000.0]), st.floats(0.1, 100), st.floats(-50, 50))
def test_counted_electrons_scatter_by_their_root_whatever_the_units(dose, gain, offset):
    image = np.full((64, 64), offset + 0.5 * gain)
    image[0, 0], image[0, 1] = offset, offset + gain
    found = noisy(image, np.random.default_rng(2), dose=dose)[1:]
    assert found.mean() == pytest.approx(offset + 0.5 * gain, abs=5 * gain * np.sqrt(0.5 / dose) / 63)
    assert found.std() == pytest.approx(gain * np.sqrt(0.5 / dose), rel=0.1)


def test_without_noise_or_contrast_nothing_is_added():
    image = picture((9, 9))
    assert np.array_equal(noisy(image, np.random.default_rng(0)), image)
    flat = np.full((4, 4), 7.0)
    assert np.array_equal(noisy(flat, np.random.default_rng(0), 0.1, dose=3), flat)


def test_the_last_line_has_drifted_farther_than_the_first_by_as_much_as_asked():
    y, x = np.mgrid[:65, :80]
    image = np.exp(-((x - 40.0) ** 2) / 18)
    found = drifted(image, 6.0)
    places = (found * x).sum(axis=1) / found.sum(axis=1)
    assert places[-1] - places[0] == pytest.approx(6, abs=0.05)
    assert places[32] == pytest.approx(40, abs=0.01)
    down = drifted(y.astype(float), 6.0, angle=90)
    assert down[60, 5] == pytest.approx(60 - 6 * (60 / 64 - 0.5), abs=0.1)


@given(shapes, st.integers(0, 99))
def test_eight_bits_have_256_steps_and_keep_the_range(shape, seed):
    image = picture(shape, seed) * 1e4 - 77
    found = eight_bit(image)
    assert len(np.unique(found.round(6))) <= 256
    assert (found.min(), found.max()) == pytest.approx((image.min(), image.max()))
    assert np.abs(found - image).max() <= np.ptp(image) / 255 / 2 + 1e-6


def test_eight_bits_of_a_flat_image_are_that_image():
    assert eight_bit(np.full((3, 3), 2.5)).tolist() == [[2.5] * 3] * 3
