import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.diffraction.rules.aperture import outside_aperture

Y, X = np.indices((128, 128))


def screen(row, column, radius, outside, rng, noise=0.3):
    inside = np.hypot(Y - row, X - column) < radius
    return np.where(inside, 10.0, outside) + rng.normal(0, noise, inside.shape), inside


@given(st.floats(58, 70), st.floats(58, 70), st.floats(50, 62), st.sampled_from([0.0, 4.0, 16.0]), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_all_but_a_round_screen_is_outside_be_it_darker_or_brighter(row, column, radius, outside, seed):
    image, inside = screen(row, column, radius, outside, np.random.default_rng(seed))
    found = outside_aperture(image)
    assert found[~inside].mean() > 0.99
    assert found[np.hypot(Y - row, X - column) < radius - 4].mean() < 0.01


def test_a_frame_without_an_aperture_is_inside_altogether(rng):
    assert not outside_aperture(rng.normal(10, 1, (128, 128))).any()


def test_a_pattern_that_fades_outwards_has_no_aperture(rng):
    fading = np.exp(-np.hypot(Y - 64, X - 64) / 15) * 100
    assert not outside_aperture(np.arcsinh(rng.poisson(fading) + rng.random(fading.shape))).any()


def test_the_frame_of_a_figure_is_no_aperture(rng):
    image = np.full((128, 128), 10.0)
    image[20:110, 25:115] = rng.normal(3, 0.5, (90, 90))
    assert not outside_aperture(image).any()


@pytest.mark.parametrize("grains", [1, 5000])
def test_a_pattern_without_an_aperture_is_seen_to_its_corners(recorded, grains):
    assert not outside_aperture(np.arcsinh(recorded(grains))).any()
