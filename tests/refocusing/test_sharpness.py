"""Sharpness rises with focus and with nothing else."""

import numpy as np
import pytest
from scipy import ndimage

from emwidgets import examples
from emwidgets.refocusing.blurring import blurred
from emwidgets.refocusing.sharpness import sharpness
from emwidgets.refocusing.spread import PointSpread


def scene(seed=2, shape=(192, 192)) -> np.ndarray:
    return 100.0 * (ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), 5) > 0)


def noise(sigma, shape=(192, 192)) -> np.ndarray:
    return sigma * np.random.default_rng(5).normal(size=shape)


@pytest.mark.parametrize("sigma", [0.0, 1.0, 5.0])
def test_it_falls_with_every_step_of_blur_noisy_or_not(sigma):
    values = [sharpness(blurred(scene(), PointSpread(width)) + noise(sigma)) for width in (0, 1, 1.5, 2.5, 4)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 2 * values[-1]


def test_noise_does_not_pass_for_detail():
    image = blurred(scene(), PointSpread(2.0))
    without = sharpness(image)
    for sigma in (0.5, 2.0, 8.0):
        assert 0.85 * without < sharpness(image + noise(sigma)) < 1.05 * without
    gradient = [np.mean(np.square(np.gradient(image + noise(sigma)))) for sigma in (0, 8.0)]
    assert gradient[1] > 1.5 * gradient[0]  # what a plain measure would have said


def test_brightness_contrast_and_shading_do_not_count():
    image = blurred(scene(), PointSpread(1.5)) + noise(1.0)
    assert sharpness(250 * image - 4e4) == pytest.approx(sharpness(image), rel=1e-6)
    shaded = image + np.linspace(0, 300, 192)[:, None]
    assert sharpness(shaded) == pytest.approx(sharpness(image), rel=0.03)


def test_it_is_the_frequency_of_a_wave():
    wave = np.sin(2 * np.pi * 0.1 * np.arange(200))[None, :] * np.ones((200, 1)) + noise(0.05, (200, 200))
    assert sharpness(wave) == pytest.approx(0.1, abs=0.003)
    assert sharpness(wave, pixel_size=0.5) == pytest.approx(0.2, abs=0.006)


def test_nothing_is_not_sharp():
    assert sharpness(np.full((64, 64), 3.0)) == 0.0
    assert sharpness(noise(1.0)) < 0.05


def test_real_images_lose_it_when_blurred():
    for image in (examples.gold_grain_boundary(), examples.platinum_cobalt_particle()):
        values = [sharpness(blurred(image.data.astype(float), PointSpread(width))) for width in (0, 1.5, 3)]
        assert values == sorted(values, reverse=True)
        assert values[-1] > 0
