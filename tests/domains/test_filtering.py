"""One-sided apertures: amplitude, phase and place of a reflection."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.domains.filtering import ImageTransform

RESOLUTION = 8.0
SIGMA = 1 / (2 * np.pi * RESOLUTION)  # of the aperture, in cycles per px

wave_vectors = st.tuples(st.floats(-0.4, 0.4), st.floats(0.0, 0.4)).filter(lambda k: 0.1 < np.hypot(*k) < 0.42)


def filtered(image, centres, resolution=RESOLUTION, spacing=None, widest=12.0):
    return ImageTransform(image, widest).amplitudes(centres, resolution, spacing or resolution / 2)


def inner(values, step, px=32):
    """Samples at least some px from the edge."""
    rows, columns = (int(np.ceil(px / s)) for s in step)
    return values[..., rows:-rows, columns:-columns]


@given(
    k=wave_vectors,
    away=st.tuples(st.floats(-1.3, 1.3), st.floats(-1.3, 1.3)),
    amplitude=st.floats(0.1, 100),
    phase=st.floats(0, 6.2),
)
@settings(max_examples=40, deadline=None)
def test_a_wave_comes_back_with_half_its_amplitude_times_the_gaussian(plane_wave, k, away, amplitude, phase):
    image = plane_wave((192, 160), k[1], k[0], amplitude, phase)
    centre = (k[0] + away[0] * SIGMA, max(0.0, k[1] + away[1] * SIGMA))
    response = np.exp(-0.5 * ((k[0] - centre[0]) ** 2 + (k[1] - centre[1]) ** 2) / SIGMA**2)
    found = filtered(image, [centre])
    modulus = inner(np.abs(found.values[0]), found.step)
    np.testing.assert_allclose(modulus, amplitude / 2 * response, rtol=0.04)


@given(k=wave_vectors, away=st.tuples(st.floats(-1, 1), st.floats(-1, 1)), phase=st.floats(0, 6.2))
@settings(max_examples=40, deadline=None)
def test_the_phase_turns_with_the_true_wave_vector(plane_wave, k, away, phase):
    image = plane_wave((192, 160), k[1], k[0], 1.0, phase)
    found = filtered(image, [(k[0] + away[0] * SIGMA, max(0.0, k[1] + away[1] * SIGMA))])
    values = inner(found.values[0], found.step)
    turns = (np.angle(np.sum(values[1:] * values[:-1].conj())), np.angle(np.sum(values[:, 1:] * values[:, :-1].conj())))
    measured = found.centres[0] + np.array(turns) / (2 * np.pi * np.array(found.step))
    np.testing.assert_allclose(measured, k, atol=3e-4)  # a sixtieth of the aperture, a twentieth of a spectrum sample


def test_the_phase_is_relative_to_a_centre_next_to_the_one_asked_for(plane_wave):
    asked = np.array([[0.123, 0.211], [-0.2, 0.05]])
    found = filtered(plane_wave((200, 150), 0.2, 0.1), asked)
    assert np.abs(found.centres - asked).max() < 0.5 / 150


def test_there_are_no_stripes(plane_wave):
    found = filtered(plane_wave((192, 192), 0.14, 0.09), [(0.09, 0.14)], spacing=1.0)
    modulus = inner(np.abs(found.values[0]), found.step)
    assert np.ptp(modulus) < 0.02 * modulus.mean()


@pytest.mark.parametrize("k", [(0.0, 0.2), (0.25, 0.0), (-0.15, 0.2)])
def test_the_amplitude_is_flat_up_to_the_edge_of_the_image(plane_wave, k):
    found = filtered(plane_wave((192, 160), k[1], k[0]), [k])
    modulus = np.abs(found.values[0])
    assert modulus[0, 0] < 0.5  # less than LEAST_INSIDE of the Gaussian is left there: no more is made of it
    modulus[0, 0] = 0.5
    np.testing.assert_allclose(modulus, 0.5, rtol=0.03)


def test_one_edge_of_the_image_does_not_reach_the_other(plane_wave):
    image = plane_wave((192, 192), 0.2, 0.0)
    image[:, 48:] = 0
    found = filtered(image, [(0.0, 0.2)])
    columns = np.arange(found.values.shape[2]) * found.step[1]
    assert np.abs(found.values[0])[:, columns > 48 + 5 * RESOLUTION].max() < 0.01


def test_filtering_is_linear(white_noise):
    centres = [(0.1, 0.2), (-0.3, 0.01)]
    a, b = white_noise((128, 150), 1), white_noise((128, 150), 2)
    both = filtered(a - 3 * b, centres).values
    expected = filtered(a, centres).values - 3 * filtered(b, centres).values
    np.testing.assert_allclose(both, expected, atol=1e-4)


def test_the_mean_of_the_image_does_not_matter(white_noise):
    image = white_noise((128, 128))
    bright, dark = (filtered(image + level, [(0.1, 0.1)]).values for level in (500, 0))
    np.testing.assert_allclose(bright, dark, atol=1e-3 * np.abs(dark).max())


def test_reflections_filtered_together_are_what_they_are_alone(white_noise):
    centres = [(0.1, 0.2), (-0.3, 0.01), (0.0, 0.48)]
    image = white_noise((100, 140))
    together = filtered(image, centres).values
    assert len(together) == 3
    for centre, values in zip(centres, together, strict=True):
        np.testing.assert_allclose(values, filtered(image, [centre]).values[0], atol=1e-5)


def test_a_patch_of_fringes_comes_back_where_it_was(plane_wave):
    y, x = np.indices((200, 240))
    envelope = np.exp(-0.5 * ((y - 90) ** 2 + (x - 130) ** 2) / 15**2)
    found = filtered(plane_wave((200, 240), 0.2, -0.1) * envelope, [(-0.1, 0.2)])
    power = np.abs(found.values[0]) ** 2
    rows, columns = np.indices(power.shape)
    assert np.average(rows * found.step[0], weights=power) == pytest.approx(90, abs=0.3)
    assert np.average(columns * found.step[1], weights=power) == pytest.approx(130, abs=0.3)


def test_the_other_mate_gives_nothing(plane_wave):
    found = filtered(plane_wave((192, 192), 0.2, 0.1), [(-0.1, 0.2)])
    assert inner(np.abs(found.values[0]), found.step).max() < 0.005


@pytest.mark.parametrize("resolution", [6.0, 12.0])
def test_white_noise_passes_in_proportion_to_the_area_of_the_aperture(white_noise, resolution):
    image = white_noise((256, 256))
    centres = [(0.3 * np.sin(a), 0.3 * np.cos(a)) for a in np.linspace(-1.4, 1.4, 9)]
    found = filtered(image, centres, resolution)
    power = inner(np.abs(found.values) ** 2, found.step).mean()
    assert power == pytest.approx(1 / (4 * np.pi * resolution**2), rel=0.15)
