"""The power spectrum against NumPy's own, and waves at their places in it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.domains.spectrum import MARGIN, power_spectrum, radial_median

SHAPES = [(64, 64), (65, 65), (64, 97), (97, 64), (48, 130)]
sizes = st.tuples(st.integers(40, 90), st.integers(40, 90))


def reference(image):
    """Power spectrum by the definition: mean removed, Hann window without its zeros, white noise gives its variance."""
    rows, columns = image.shape
    window = np.outer(*(np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2 for n in (rows, columns)))
    transform = np.fft.fft2((image - image.mean(dtype=float)) * window)
    return np.fft.fftshift(np.abs(transform) ** 2 / np.square(window).sum())


@pytest.mark.parametrize("shape", [(256, 256), (255, 301), (200, 400)])
@pytest.mark.parametrize("variance", [0.01, 4.0])
def test_white_noise_has_its_variance_as_mean_power(white_noise, shape, variance):
    spectrum = power_spectrum(np.sqrt(variance) * white_noise(shape, seed=1) + 50)
    assert spectrum.full().mean() == pytest.approx(variance, rel=0.03)
    assert spectrum.power.mean() == pytest.approx(variance, rel=0.04)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_whole_spectrum_is_that_of_numpy(white_noise, shape):
    image = white_noise(shape) * 3 + 7
    expected = reference(image.astype(float))
    np.testing.assert_allclose(power_spectrum(image).full(), expected, rtol=1e-3, atol=1e-5 * expected.max())


@given(shape=sizes, seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_the_whole_spectrum_of_a_real_image_is_symmetric_about_its_centre(white_noise, shape, seed):
    full = power_spectrum(white_noise(shape, seed)).full()
    rows, columns = shape
    mirrored = full[(2 * (rows // 2) - np.arange(rows)) % rows][:, (2 * (columns // 2) - np.arange(columns)) % columns]
    np.testing.assert_allclose(mirrored, full, rtol=1e-3, atol=1e-5 * full.max())


@given(
    shape=sizes,
    scale=st.tuples(st.floats(0.01, 0.1), st.floats(0.01, 0.1)),
    turns=st.tuples(st.floats(-0.45, 0.45), st.floats(0.1, 0.45)),
    phase=st.floats(0, 6.2),
)
@settings(max_examples=60, deadline=None)
def test_a_plane_wave_peaks_at_its_wave_vector(plane_wave, shape, scale, turns, phase):
    ky, kx = turns[0] / scale[0], turns[1] / scale[1]
    spectrum = power_spectrum(plane_wave(shape, kx, ky, phase=phase, scale=scale), scale)
    row, column = np.unravel_index(np.argmax(spectrum.power), spectrum.power.shape)
    mate = -1 if column < MARGIN else 1  # next to the axis, both mates stand in the half plane
    found_x, found_y = (mate * k for k in spectrum.wave_vector(row, column))
    assert spectrum.step == pytest.approx((1 / (shape[0] * scale[0]), 1 / (shape[1] * scale[1])))
    assert abs(found_x - kx) <= 0.52 * spectrum.step[1]
    assert abs(found_y - ky) <= 0.52 * spectrum.step[0]
    row, column = spectrum.index(kx, ky)
    assert spectrum.wave_vector(row, column) == pytest.approx((kx, ky))


@pytest.mark.parametrize("shape", SHAPES)
def test_both_mates_of_a_wave_stand_in_the_whole_spectrum(plane_wave, shape):
    rows, columns = shape
    full = power_spectrum(plane_wave(shape, 9 / columns, -5 / rows)).full()
    brightest = np.argsort(full, axis=None)[-2:]
    places = {
        (int(r) - rows // 2, int(c) - columns // 2) for r, c in zip(*np.unravel_index(brightest, shape), strict=True)
    }
    assert places == {(-5, 9), (5, -9)}


@pytest.mark.parametrize("shape", SHAPES)
def test_left_of_the_axis_stands_the_other_half_of_the_spectrum(white_noise, shape):
    spectrum = power_spectrum(white_noise(shape))
    full, centre = spectrum.full(), shape[1] // 2
    np.testing.assert_allclose(
        spectrum.power[:, :MARGIN], full[:, centre - MARGIN : centre], rtol=1e-3, atol=1e-5 * full.max()
    )


def test_the_mean_of_the_image_does_not_matter(white_noise):
    image = white_noise((64, 80))
    np.testing.assert_allclose(power_spectrum(image + 1000).full(), power_spectrum(image).full(), rtol=0.02, atol=1e-3)


def test_the_radius_is_the_length_of_the_wave_vector(white_noise):
    spectrum = power_spectrum(white_noise((60, 50)), (0.02, 0.03))
    radius = spectrum.radius()
    assert radius.shape == spectrum.power.shape
    assert radius[30, MARGIN] == 0
    assert radius[30 + 7, MARGIN + 4] == pytest.approx(np.hypot(7 / (60 * 0.02), 4 / (50 * 0.03)))
    assert radius[30 - 7, MARGIN - 4] == pytest.approx(radius[30 + 7, MARGIN + 4])


@pytest.mark.parametrize("rows", [64, 65])
def test_evidence_next_to_the_axis_is_added_to_its_mate(white_noise, rows):
    spectrum = power_spectrum(white_noise((rows, 80)))
    half = np.zeros(spectrum.power.shape)
    for kx, ky, value in ((3, 5, 1.0), (0, 6, 2.0), (MARGIN + 4, 2, 4.0)):
        half[rows // 2 + ky, MARGIN + kx] = value
    mirrored = spectrum.mirror(half)
    assert mirrored[rows // 2 - 5, MARGIN - 3] == 1
    assert mirrored[rows // 2 - 6, MARGIN] == mirrored[rows // 2 + 6, MARGIN] == 2
    assert mirrored.sum() == 1 + 1 + 2 + 2 + 4  # far from the axis there is no room for a mate, and no need


def test_the_median_of_a_ring_is_not_moved_by_reflections(white_noise):
    spectrum = power_spectrum(100 * white_noise((128, 128)))
    radius = spectrum.radius()
    background = 5 + np.floor(radius / 0.05)
    with_peaks = background.copy()
    with_peaks[np.random.default_rng(0).random(radius.shape) < 0.1] = 1e6
    np.testing.assert_allclose(radial_median(with_peaks, radius, 0.05)[:10], 5 + np.arange(10))


def test_a_ring_without_samples_has_the_median_of_the_ring_inside_it():
    values, radius = np.array([[3.0, 3.0, 8.0]]), np.array([[0.0, 0.5, 3.5]])
    np.testing.assert_array_equal(radial_median(values, radius, 1.0), [3, 3, 3, 8])
