import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.refocusing.blurring import blurred, noisy
from emwidgets.refocusing.networks.bank import LEVELS, MULTIPLE, REACH, bank, channels_of, noise_of, scaled
from emwidgets.refocusing.networks.scenes import scene
from emwidgets.refocusing.spread import PointSpread

INSIDE = slice(REACH, -REACH)


def seen(sigma, noise, size=256, seed=0):
    sharp = scene(np.random.default_rng(seed), size, "particles")
    return sharp, noisy(blurred(sharp, PointSpread(sigma)), np.random.default_rng(seed), noise, span=1.0)


def error(one, other):
    return float(np.sqrt(np.mean((one[INSIDE, INSIDE] - other[INSIDE, INSIDE]) ** 2)))


@pytest.mark.parametrize("level", [1.4, 2.5, 4.3])
def test_the_restoration_of_the_right_width_is_nearer_to_the_truth_than_the_image_and_than_wrong_ones(level):
    sharp, image = seen(level, 0.005)
    made = bank(image, noise_of(image))
    errors = [error(made[..., number], sharp) for number in range(1 + len(LEVELS))]
    right = 1 + LEVELS.index(level)
    assert errors[right] < 0.9 * errors[0]
    assert min(range(len(errors)), key=errors.__getitem__) in (right - 1, right)  # one narrower amplifies less noise


def test_a_piece_is_restored_as_the_whole_image_is_but_for_its_border():
    _, image = seen(2.0, 0.01)
    whole, piece = bank(image, 0.01), bank(image[64:192, 32:160], 0.01)
    np.testing.assert_allclose(piece[INSIDE, INSIDE], whole[64:192, 32:160][INSIDE, INSIDE], atol=2e-4)


def test_what_lies_between_restorations_tells_the_width_of_the_blur():
    """Bands that an image shows nothing of hold what noise alone leaves there: next to 0 on their scale."""
    for width, first in ((1.0, 2), (2.5, 5), (4.3, 7)):
        _, image = seen(width, 0.005)
        between = bank(image, noise_of(image))[INSIDE, INSIDE, 2 + len(LEVELS) :].mean(axis=(0, 1))
        assert (between[: first - 2] < 0.15).all()
        assert (between[first:] > 0.3).all()


def test_the_mean_grey_is_that_of_the_image_in_every_restoration():
    made = bank(np.full((64, 64), 0.37), 0.01)
    np.testing.assert_allclose(made[..., : 1 + len(LEVELS)], 0.37, atol=1e-4)
    assert made.shape == (64, 64, channels_of(len(LEVELS)))


@given(st.floats(0.002, 0.2), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_noise_on_a_smooth_image_is_found(noise, seed):
    image = np.linspace(0, 1, 128)[:, None] * np.ones(128)
    found = noise_of(image + np.random.default_rng(seed).normal(0, noise, image.shape))
    assert found == pytest.approx(noise, rel=0.1)


def test_noise_of_an_image_too_small_to_have_any_is_nought():
    assert noise_of(np.ones((1, 9))) == 0


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e6))
@settings(max_examples=20, deadline=None)
def test_scaling_does_not_depend_on_units(offset, gain):
    image = np.random.default_rng(1).random((40, 50))
    plain, other = scaled(image)[0], scaled(image * gain + offset)
    np.testing.assert_allclose(other[0], plain, atol=1e-3)
    np.testing.assert_allclose(other[0] * other[2] + other[1], image * gain + offset, rtol=1e-4, atol=1e-4 * gain)


def test_a_constant_image_has_a_range_of_one():
    image, offset, span = scaled(np.full((5, 5), 7.0))
    assert (image == 0).all()
    assert (offset, span) == (7.0, 1.0)


def test_a_hot_pixel_does_not_set_the_range():
    image = np.random.default_rng(0).random((100, 100))
    image[3, 4] = 1e6
    assert scaled(image)[2] < 1.01


def test_rows_that_are_no_multiple_are_refused():
    with pytest.raises(ValueError, match=f"multiples of {MULTIPLE}"):
        bank(np.zeros((12, 16)), 0.01)
