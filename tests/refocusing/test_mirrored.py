"""Blurring and differences are multiplications on images with mirrored borders."""

import numpy as np
import pytest

from emwidgets.refocusing.blurring import blurred
from emwidgets.refocusing.mirrored import Mirrored, slopes, slopes_transposed
from emwidgets.refocusing.spread import PointSpread

SPREADS = [
    PointSpread(0.0),
    PointSpread(1.5),
    PointSpread(3.0, "disc"),
    PointSpread(2.0, astigmatism=2.0, angle=90.0),
    PointSpread(2.0, astigmatism=2.0, angle=30.0),
]
SHAPES = [(32, 32), (33, 48), (21, 64)]


@pytest.fixture
def image():
    return lambda shape: np.random.default_rng(3).normal(5, 2, shape).astype(np.float32)


@pytest.mark.parametrize("spread", SPREADS, ids=str)
@pytest.mark.parametrize("shape", SHAPES)
def test_blurring_by_multiplication_is_blurring_with_mirrored_borders(image, spread, shape):
    np.testing.assert_allclose(Mirrored(shape, spread).blurred(image(shape)), blurred(image(shape), spread), atol=2e-5)


@pytest.mark.parametrize("spread", [SPREADS[1], SPREADS[4]], ids=["upright", "at an angle"])
def test_there_and_back_is_the_image(image, spread):
    optics = Mirrored((21, 64), spread)
    np.testing.assert_allclose(optics.image(optics.spectrum(image((21, 64)))), image((21, 64)), atol=1e-5)


@pytest.mark.parametrize("spread", [SPREADS[1], SPREADS[4]], ids=["upright", "at an angle"])
def test_roughness_is_the_laplacian_of_differences(image, spread):
    pixels = image((20, 31))
    optics = Mirrored(pixels.shape, spread)
    by_differences = slopes_transposed(slopes(pixels))
    np.testing.assert_allclose(optics.image(optics.roughness * optics.spectrum(pixels)), by_differences, atol=2e-4)


def test_slopes_and_their_transpose_belong_together(image):
    pixels, other = image((20, 31)), np.random.default_rng(4).normal(size=(2, 20, 31))
    np.testing.assert_allclose((slopes(pixels) * other).sum(), (pixels * slopes_transposed(other)).sum(), rtol=1e-5)


def test_white_noise_has_its_variance_in_every_coefficient():
    noise = np.random.default_rng(0).normal(0, 3, (256, 256))
    optics = Mirrored(noise.shape, PointSpread(1.0))
    power = optics.spectrum(noise) ** 2
    assert power[:64, :64].mean() == pytest.approx(9, rel=0.1)
    assert power[-64:, -64:].mean() == pytest.approx(9, rel=0.1)
