"""The radial spectrum is calibrated, and the cut-off lies where the image drowns in noise."""

import tracemalloc

import numpy as np
import pytest
from scipy import ndimage

from emwidgets.refocusing.blurring import blurred
from emwidgets.refocusing.radial import cutoff_of, noise_cutoff, noise_power, radial_spectrum
from emwidgets.refocusing.spread import PointSpread


def noise(shape=(128, 160), seed=0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def edges(shape=(192, 192), seed=2) -> np.ndarray:
    """Patches with sharp edges: power falls as the frequency to about minus three, up to Nyquist."""
    return 100.0 * (ndimage.gaussian_filter(noise(shape, seed), 5) > 0)


@pytest.mark.parametrize("shape", [(128, 160), (97, 64), (65, 65)])
def test_white_noise_has_its_variance_at_every_frequency(shape):
    mean = np.mean([radial_spectrum(3 * noise(shape, seed) + 100)[1] for seed in range(20)], axis=0)
    np.testing.assert_allclose(mean[3:], 9, rtol=0.25)
    assert mean[3:].mean() == pytest.approx(9, rel=0.03)


def test_frequencies_go_up_to_nyquist_in_the_unit_of_the_pixel_size():
    frequencies, power = radial_spectrum(noise((64, 96)))
    assert len(frequencies) == len(power) == 32
    assert frequencies[-1] == 0.5
    assert frequencies[0] == pytest.approx(1 / 64)
    np.testing.assert_allclose(radial_spectrum(noise((64, 96)), 0.25)[0], 4 * frequencies)
    np.testing.assert_array_equal(radial_spectrum(noise((64, 96)), 0.25)[1], power)


def test_a_wave_stands_in_its_ring_whatever_its_direction():
    rows, columns = np.indices((128, 128))
    for angle in (0, 30, 90, 140):
        along = columns * np.cos(np.deg2rad(angle)) + rows * np.sin(np.deg2rad(angle))
        frequencies, power = radial_spectrum(np.sin(2 * np.pi * 0.2 * along))
        assert frequencies[power.argmax()] == pytest.approx(0.2, abs=1 / 128)


def test_a_blur_multiplies_the_spectrum_by_its_transfer_function_squared():
    image = noise((256, 256))
    frequencies, before = radial_spectrum(image)
    _, after = radial_spectrum(blurred(image, PointSpread(1.5)))
    inner = (frequencies > 0.02) & (frequencies < 0.25)
    expected = np.exp(-((2 * np.pi * 1.5 * frequencies[inner]) ** 2))
    np.testing.assert_allclose(after[inner] / before[inner], expected, rtol=0.15)


def test_a_brightness_that_ends_at_the_border_is_no_detail():
    ramp = np.linspace(0, 1000, 128)[None, :] * np.ones((128, 1))
    frequencies, power = radial_spectrum(ramp)
    assert power[frequencies > 0.1].max() < 2e-5 * ramp.var()


@pytest.mark.parametrize("sigma", [0.5, 5.0])
def test_the_power_of_noise_is_found_under_an_image(sigma):
    image = blurred(edges(), PointSpread(1.5)) + sigma * noise((192, 192), 7)
    assert noise_power(image) == pytest.approx(sigma**2, rel=0.1)


def test_the_cutoff_is_where_image_and_noise_are_equal():
    """Known spectrum, known noise: the frequency at which one has fallen to the other is known too."""
    spread, sigma = PointSpread(2.0), 0.03
    image = blurred(noise((256, 256)), spread) + sigma * noise((256, 256), 5)
    expected = np.sqrt(-np.log(sigma**2)) / (2 * np.pi * 2.0)
    assert noise_cutoff(image) == pytest.approx(expected, abs=0.01)


def test_more_noise_and_more_blur_lower_the_cutoff():
    added = noise((192, 192), 7)
    by_noise = [noise_cutoff(blurred(edges(), PointSpread(1.5)) + sigma * added) for sigma in (0.5, 2, 8)]
    by_blur = [noise_cutoff(blurred(edges(), PointSpread(sigma)) + added) for sigma in (1.0, 2, 4)]
    for cutoffs in (by_noise, by_blur):
        assert cutoffs == sorted(cutoffs, reverse=True)
        assert len(set(cutoffs)) == 3


def test_gain_and_offset_do_not_move_the_cutoff():
    image = blurred(edges(), PointSpread(2.0)) + noise((192, 192), 7)
    assert noise_cutoff(3e4 * image - 1e6) == noise_cutoff(image)


def test_noise_alone_has_no_image_and_a_blur_without_noise_no_cutoff():
    assert noise_cutoff(noise((256, 256))) < 0.02
    assert noise_cutoff(np.full((32, 32), 7.0)) == 0.0
    assert noise_cutoff(blurred(edges(), PointSpread(1.0))) == 0.5


def test_neither_a_weak_ring_ends_the_image_nor_a_bright_one_prolongs_it():
    frequencies = np.linspace(0.01, 0.5, 50)
    power = np.where(frequencies < 0.3, 100.0, 1.0)
    assert cutoff_of(frequencies, power, 1.0) == pytest.approx(0.3, abs=0.031)
    power[12], power[40] = 1.0, 5.0
    assert cutoff_of(frequencies, power, 1.0) == pytest.approx(0.3, abs=0.031)


def test_a_lattice_above_a_band_of_mere_noise_is_image():
    wave = np.sin(2 * np.pi * 0.2 * np.arange(200))[None, :] * np.ones((200, 1)) + 0.2 * noise((200, 200))
    assert noise_cutoff(wave) == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("shape", [(4, 4), (5, 300), (7, 4)])
def test_small_and_narrow_images_have_a_spectrum(shape):
    frequencies, power = radial_spectrum(noise(shape))
    assert len(frequencies) == len(power) == min(shape) // 2
    assert np.isfinite(power).all()
    assert 0 <= noise_cutoff(noise(shape)) <= 0.5


def test_nothing_as_large_as_an_image_is_kept():
    image = noise((512, 640))
    noise_cutoff(image[:64, :64])  # what is imported at first
    tracemalloc.start()
    try:
        noise_cutoff(image)
        assert tracemalloc.get_traced_memory()[0] < image.nbytes / 10
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("measure", [radial_spectrum, noise_power, noise_cutoff])
def test_what_has_no_spectrum_is_said(measure):
    with pytest.raises(ValueError, match=r"at least 4 × 4 px, got shape \(3, 9\)"):
        measure(np.zeros((3, 9)))
    with pytest.raises(ValueError, match=r"expected one image of \(rows, columns\)"):
        measure(np.zeros((2, 9, 9)))
    with pytest.raises(ValueError, match="NaN or infinite pixels"):
        measure(np.full((9, 9), np.nan))
