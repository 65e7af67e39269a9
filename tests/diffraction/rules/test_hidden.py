import numpy as np
import pytest
from scipy import ndimage

from emwidgets.diffraction.rules.hidden import hidden


@pytest.fixture
def noisy(rng):
    return rng.normal(10, 1, (128, 128)).astype(np.float32)


def test_a_stop_is_hidden_with_a_margin(noisy):
    noisy[:70, 60:68] = 0
    found = hidden(noisy)
    assert found[:70, 60:68].all()
    assert found[30, 58:70].all()
    assert np.count_nonzero(found) < 2 * 70 * 8


def test_noise_hides_nothing(noisy):
    assert not hidden(noisy).any()


def test_a_background_that_fades_into_black_hides_nothing(rng):
    y, x = np.indices((128, 128))
    counts = rng.poisson(20 * np.exp(-np.hypot(y - 64, x - 64) / 12)).astype(np.float32)
    found = hidden(ndimage.uniform_filter(counts, 3))
    assert np.mean(found) < 0.02


def test_a_saturated_beam_with_a_sharp_edge_is_hidden(noisy):
    y, x = np.indices(noisy.shape)
    beam = np.hypot(y - 60, x - 70) < 12
    noisy[beam] = 255
    assert hidden(noisy)[beam].all()
