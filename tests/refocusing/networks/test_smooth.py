import numpy as np
import pytest

from emwidgets.refocusing.blurring import blurred, noisy
from emwidgets.refocusing.networks.bank import LEVELS
from emwidgets.refocusing.networks.scenes import scene
from emwidgets.refocusing.networks.smooth import FRACTIONS, smoothed
from emwidgets.refocusing.spread import PointSpread


@pytest.fixture(scope="module")
def sharp():
    return scene(np.random.default_rng([3, 3]), 192, "particles")


def seen(sharp, sigma, noise=0.01):
    return noisy(blurred(sharp, PointSpread(sigma)), np.random.default_rng(1), noise, span=1.0)


def error(one, other):
    return float(np.sqrt(np.mean((one - other) ** 2)))


@pytest.mark.parametrize("sigma", [1.5, 3.0, 5.0])
def test_the_right_width_restores(sharp, sigma):
    image = seen(sharp, sigma)
    made = smoothed(image, 0.01, np.full(image.shape, sigma))
    assert made.shape == (*image.shape, len(FRACTIONS))
    assert made.dtype == np.float32
    assert error(made[..., 0], sharp) < 0.8 * error(image, sharp)


def test_the_second_is_that_of_a_narrower_blur(sharp):
    image = seen(sharp, 2.5)
    one = smoothed(image, 0.01, np.full(image.shape, 2.5))
    other = smoothed(image, 0.01, np.full(image.shape, FRACTIONS[1] * 2.5))
    np.testing.assert_allclose(one[..., 1], other[..., 0], atol=1e-5)


def test_a_width_between_two_is_between_them(sharp):
    image = seen(sharp, 2.5)
    widths = [2.2, 2.35, 2.5]
    low, middle, high = (error(smoothed(image, 0.01, np.full(image.shape, each))[..., 0], image) for each in widths)
    assert low < middle < high


def test_what_is_far_away_does_not_matter_but_for_the_border(sharp):
    """Neither the range nor the widths of the rest of an image: tiles would not fit together."""
    image, sigma = seen(sharp, 2.0), np.full(sharp.shape, 2.0)
    other, wide = image.copy(), sigma.copy()
    other[:, 160:] *= 4
    wide[:, 160:] = 5
    one, two = smoothed(image, 0.01, sigma), smoothed(other, 0.01, wide)
    np.testing.assert_allclose(one[:, :90], two[:, :90], atol=2e-3)
    piece = smoothed(image[:, :144], 0.01, sigma[:, :144])
    np.testing.assert_allclose(piece[:, :90], one[:, :90], atol=2e-3)


def test_widths_beyond_the_ladder_are_taken_for_its_ends(sharp):
    image = seen(sharp, 2.0)
    for wild, end in ((0.0, LEVELS[0]), (50.0, LEVELS[-1])):
        one, other = (smoothed(image, 0.01, np.full(image.shape, each)) for each in (wild, end))
        np.testing.assert_array_equal(one, other)
