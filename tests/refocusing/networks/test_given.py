import numpy as np
import pytest

from emwidgets.refocusing.networks.bank import LEVELS, bank, channels_of
from emwidgets.refocusing.networks.given import given, guessing
from emwidgets.refocusing.networks.scenes import scene
from emwidgets.refocusing.networks.smooth import FRACTIONS, smoothed

LEVEL = 4


@pytest.fixture(scope="module")
def image():
    return scene(np.random.default_rng(2), 96, "leaves")


def sure(plain):
    """Says of all places that they are blurred by the same width."""
    logits = np.full((plain.shape[0] // 8, plain.shape[1] // 8, 1 + len(LEVELS)), -30.0)
    logits[..., 1 + LEVEL] = 30
    return logits


def test_without_a_guess_there_is_the_bank_alone(image):
    np.testing.assert_array_equal(given(image, 0.01, LEVELS), bank(image, 0.01))


def test_smooth_restorations_of_the_guessed_width_follow_the_others(image):
    found = given(image, 0.01, LEVELS, sure)
    plain, number = bank(image, 0.01), 1 + len(LEVELS)
    assert found.shape == (96, 96, channels_of(len(LEVELS), len(FRACTIONS)))
    np.testing.assert_array_equal(found[..., :number], plain[..., :number])
    np.testing.assert_array_equal(found[..., number + len(FRACTIONS) :], plain[..., number:])
    expected = smoothed(image, 0.01, np.full(image.shape, LEVELS[LEVEL]))
    np.testing.assert_allclose(found[..., number : number + len(FRACTIONS)], expected, atol=1e-4)


def test_a_network_of_maps_tells_widths_without_what_lacks():
    class Network:
        def run(self, images):
            return {"widths": images[:, ::8, ::8, :10]}

    plain = np.random.default_rng(0).random((16, 24, 18))
    np.testing.assert_array_equal(guessing(Network())(plain), plain[::8, ::8, :9])
