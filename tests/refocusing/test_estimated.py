"""The width of a blur, guessed from the image alone."""

import numpy as np
import pytest
from scipy import ndimage

from emwidgets.refocusing.blurring import blurred, noisy
from emwidgets.refocusing.classical import wiener
from emwidgets.refocusing.estimated import estimated_spread
from emwidgets.refocusing.metrics import psnr
from emwidgets.refocusing.spread import PointSpread


def scene(seed=2, shape=(256, 256)) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse, fine = (ndimage.gaussian_filter(rng.normal(size=shape), width) > 0 for width in (6, 2))
    return (100.0 * coarse + 40.0 * fine).astype(np.float32)


def seen(width, noise=0.01, seed=2):
    truth = scene(seed)
    return noisy(blurred(truth, PointSpread(width)), np.random.default_rng(1), noise, span=float(np.ptp(truth)))


@pytest.mark.parametrize("noise", [0.002, 0.01, 0.03])
@pytest.mark.parametrize("width", [1.5, 2.5, 4.0])
def test_the_width_of_a_blur_is_found_to_half_a_pixel(width, noise):
    assert estimated_spread(seen(width, noise)).sigma == pytest.approx(width, abs=0.6)


def test_a_sharp_image_is_said_to_be_sharp():
    assert estimated_spread(seen(0.0)).sigma < 0.6


def test_what_says_nothing_is_called_sharp():
    for nothing in (np.full((64, 64), 5.0), np.random.default_rng(0).normal(size=(128, 128)), np.eye(4)):
        assert estimated_spread(nothing) == PointSpread(0.0)


def test_units_do_not_matter():
    assert estimated_spread(1e4 * seen(2.5) - 300).sigma == pytest.approx(estimated_spread(seen(2.5)).sigma, rel=1e-3)


def test_it_is_good_enough_to_restore_with():
    truth, image = scene(), seen(2.5, 0.005)
    assert psnr(wiener(image, estimated_spread(image), 1e-2), truth) > psnr(image, truth) + 0.8
