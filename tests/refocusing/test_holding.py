"""What lies beyond the noise stays as it was."""

import numpy as np
import pytest
from scipy import ndimage

from emwidgets.refocusing.blurring import blurred, noisy
from emwidgets.refocusing.holding import held_within
from emwidgets.refocusing.networks.scenes import scene
from emwidgets.refocusing.radial import FAINTEST, noise_cutoff, radial_spectrum
from emwidgets.refocusing.spread import PointSpread


@pytest.fixture(scope="module")
def image():
    """A made-up micrograph far out of focus."""
    drawn = blurred(scene(np.random.default_rng([7, 7]), 320, "particles"), PointSpread(4.0))
    return noisy(drawn, np.random.default_rng(3), 0.003, span=1.0)


def test_where_the_spectrum_falls_steeply_nothing_leaks_over_the_cut_off(image):
    frequency, before = radial_spectrum(image)
    cutoff = noise_cutoff(image, FAINTEST)
    change = ndimage.gaussian_laplace(image, 1.0) * -40  # a hundred times the power just within the cut-off
    held = radial_spectrum(image + held_within(image, change, cutoff))[1]
    within = (frequency > 0.5 * cutoff) & (frequency < 0.8 * cutoff)
    assert (held[within] > 2 * before[within]).all()
    assert (held[frequency > cutoff] < 1.05 * before[frequency > cutoff]).all()


def test_what_is_not_changed_stays_and_without_a_cut_off_all_is_allowed(image):
    change = np.zeros_like(image)
    assert not held_within(image, change, 0.1).any()
    change[:, 160:] = ndimage.gaussian_laplace(image, 1.0)[:, 160:]
    assert not held_within(image, change, 0.1)[:, :160].any()
    np.testing.assert_array_equal(held_within(image, change, 0.5), change)
