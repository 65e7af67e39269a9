"""The edge in profiles whose edge is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from emwidgets.particles.measures.edge import ALONG, BLURS, blur_of, edges

FINE = np.linspace(-2, 2, 8001)


def profile(place, slope, step=0.0, blur=0.05, bend=None):
    """A blurred step and ramp at a place, sampled finely; the ramp is half as steep from `bend` inwards."""
    inwards = np.maximum(place - FINE, 0)
    signal = np.where(inwards > 0, step, 0) + slope * inwards
    if bend is not None:
        signal -= slope / 2 * np.maximum(inwards - bend, 0)
    return np.interp(ALONG, FINE, gaussian_filter1d(signal, blur / (FINE[1] - FINE[0]), mode="nearest"))


@given(place=st.floats(-0.1, 0.2), slope=st.floats(0.5, 20), bend=st.none() | st.floats(0.05, 0.2))
def test_the_foot_of_a_ramp_is_found_wherever_it_bends(place, slope, bend):
    found = edges(profile(place, slope, bend=bend)[None], 0.05)
    assert found.places[0] == pytest.approx(place, abs=0.03)


@given(place=st.floats(-0.1, 0.2), step=st.floats(0.1, 100))
def test_a_step_is_found_in_its_middle_within_half_its_blur(place, step):
    assert edges(profile(place, 0.0, step)[None], 0.05).places[0] == pytest.approx(place, abs=0.03)


def test_the_place_does_not_depend_on_the_scale_of_the_signal():
    one = profile(0.07, 2.0, 0.3) + np.random.default_rng(1).normal(0, 0.02, len(ALONG))
    near = edges(np.stack([one]), 0.05)
    far = edges(np.stack([1000 * one]), 0.05)
    assert far.places[0] == pytest.approx(near.places[0], abs=1e-6)
    assert far.slopes[0] == pytest.approx(1000 * near.slopes[0])


def test_noise_moves_an_edge_by_less_than_it_moves_a_threshold():
    rng = np.random.default_rng(3)
    clean = profile(0.05, 2.0)
    noisy = clean + rng.normal(0, 0.03, (400, len(ALONG)))
    found = edges(noisy, 0.05).places
    crossing = ALONG[(noisy < 0.15).argmax(axis=1)]
    assert abs(found.mean() - 0.05) < 0.02 < abs(crossing.mean() - 0.05)
    assert found.std() < crossing.std()


@pytest.mark.parametrize("blur", BLURS[1:6])
def test_the_blur_of_steep_edges_is_found(blur):
    profiles = np.stack([profile(place, 1.0, 1.0, blur=blur) for place in (-0.02, 0.01, 0.04)])
    assert blur_of(profiles) == pytest.approx(blur, rel=0.35)


def test_nothing_at_all_gives_finite_numbers():
    found = edges(np.zeros((2, len(ALONG))), 0.05)
    assert np.isfinite(found.places).all()
    assert (found.slopes == 0).all()
