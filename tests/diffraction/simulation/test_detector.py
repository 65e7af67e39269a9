"""Detectors count, blur, saturate and fail as they say."""

import numpy as np
import pytest
from scipy import ndimage, stats

from emwidgets.diffraction import detector
from emwidgets.diffraction.simulation.frame import Frame, Geometry


def flat(level=1.0, shape=(128, 128)):
    return Frame(np.full(shape, level, np.float32), Geometry(shape, 0.1))


def point(value=1.0):
    image = np.zeros((129, 129), np.float32)
    image[64, 64] = value
    return Frame(image, Geometry((129, 129), 0.1))


@pytest.mark.parametrize("counts", [0.3, 4.0, 100.0, 1e6])
def test_electrons_are_counted_with_poisson_statistics(counts):
    image = detector.Electrons(counts)(flat(shape=(256, 256)), np.random.default_rng(3)).image
    assert (image == np.round(image)).all()
    assert image.mean() == pytest.approx(counts, rel=0.02)
    assert image.var() == pytest.approx(counts, rel=0.03)
    if counts < 10:
        values, frequency = np.unique(image, return_counts=True)
        expected = stats.poisson.pmf(values, counts) * image.size
        often = expected > 50
        chi_squared = np.sum((frequency[often] - expected[often]) ** 2 / expected[often])
        assert chi_squared < stats.chi2.ppf(0.9999, often.sum())


def test_the_signal_is_known_in_electrons_afterwards(rng):
    assert detector.Electrons(250)(flat(), rng).signal == 250


def test_more_electrons_show_the_same_with_less_noise(spot_frame):
    similar = [
        np.corrcoef(spot_frame.image.ravel(), detector.Electrons(n)(spot_frame, np.random.default_rng(0)).image.ravel())
        for n in (0.1, 3, 100)
    ]
    assert similar[0][0, 1] < similar[1][0, 1] < similar[2][0, 1]
    assert similar[2][0, 1] > 0.99


def test_the_point_spread_keeps_the_light_and_has_its_width(rng):
    image = detector.PointSpread(sigma=2.0)(point(), rng).image
    rows, _ = np.indices(image.shape)
    assert image.sum() == pytest.approx(1, rel=1e-3)
    assert np.sqrt(np.sum((rows - 64) ** 2 * image)) == pytest.approx(2.0, rel=0.05)
    tailed = detector.PointSpread(sigma=0.7, tail=0.3, tail_sigma=8)(point(), rng).image
    far = np.hypot(*(np.indices(tailed.shape) - 64)) > 5
    assert tailed[far].sum() == pytest.approx(0.3 * np.exp(-(5**2) / (2 * 8**2)), rel=0.1)


def test_readout_noise_has_its_mean_and_spread(rng):
    image = detector.ReadoutNoise(sigma=0.05, offset=0.5)(flat(0.0), rng).image
    assert image.mean() == pytest.approx(0.5, abs=0.002)
    assert image.std() == pytest.approx(0.05, rel=0.02)


def test_saturation_cuts_and_blooming_runs_along_the_columns(rng):
    cut = detector.Saturation(level=5)(point(1000.0), rng).image
    assert cut.max() == 5
    assert np.count_nonzero(cut) == 1
    bloomed = detector.Saturation(level=5, bloom=0.4)(point(1000.0), rng).image
    rows, columns = np.nonzero(bloomed > 4)
    assert set(columns) == {64}
    assert np.ptp(rows) == pytest.approx(0.4 * 129, abs=3)


def test_as_many_pixels_are_hot_or_dead_as_asked():
    image = detector.HotPixels(hot=0.01, dead=0.02, level=9)(flat(shape=(256, 256)), np.random.default_rng(0)).image
    assert np.mean(image > 1.5) == pytest.approx(0.01, rel=0.2)
    assert np.mean(image == 0) == pytest.approx(0.02, rel=0.2)
    assert image.max() <= 9


def test_dead_lines_run_through_or_end_somewhere(rng):
    image = detector.DeadLines(rows=2, columns=3)(flat(), rng).image
    assert np.count_nonzero((image == 0).all(axis=1)) == 2
    assert np.count_nonzero((image == 0).all(axis=0)) == 3
    partial = detector.DeadLines(rows=1, level=2.0, partial=True)(flat(), np.random.default_rng(1)).image
    assert 0.5 <= np.count_nonzero(partial == 2) / 128 < 1


def test_seams_divide_the_panels(rng):
    image = detector.PanelGaps((2, 2), width=3)(flat(), rng).image
    _, panels = ndimage.label(image)
    assert panels == 4
    assert np.count_nonzero((image == 0).all(axis=1)) == 3
    wide = detector.PanelGaps((1, 2), width=2, level=2.5)(flat(), rng).image
    assert wide.max() == pytest.approx(2.5)


def test_gain_varies_by_pixel_column_and_fibre():
    def spread(**options):
        off = {"pixels": 0.0, "columns": 0.0, "fibres": 0.0} | options
        return detector.GainVariation(**off)(flat(), np.random.default_rng(0)).image

    assert spread(pixels=0.05).std() == pytest.approx(0.05, rel=0.03)
    columns = spread(columns=0.05)
    assert columns.std(axis=0).max() < 1e-5
    assert columns.mean(axis=0).std() == pytest.approx(0.05, rel=0.2)
    power = np.abs(np.fft.fft2(spread(fibres=0.1, fibre_size=6) - 1)) ** 2
    frequency = np.hypot(np.fft.fftfreq(128)[:, None], np.fft.fftfreq(128))
    assert frequency.flat[power.argmax()] == pytest.approx(1 / 6, abs=0.02)


def test_film_grain_grows_with_the_brightness_and_has_a_size():
    bright, dark = (detector.FilmGrain(0.2, 1.0)(flat(v), np.random.default_rng(0)).image for v in (10.0, 1.0))
    assert bright.std() == pytest.approx(2.0, rel=0.05)
    np.testing.assert_allclose(bright, 10 * dark, rtol=1e-5)
    assert np.corrcoef(dark[:, :-1].ravel(), dark[:, 1:].ravel())[0, 1] > 0.5


def test_scratches_are_thin_and_few(rng):
    image = detector.Scratches(lines=3, specks=5, level=4)(flat(0.0), rng).image
    assert 10 < np.count_nonzero(image) < 0.1 * image.size
    assert image.max() <= 4


@pytest.mark.parametrize("counts", [0, -1, np.inf])
def test_an_exposure_needs_electrons(counts):
    with pytest.raises(ValueError, match="expected a positive number of electrons a pixel"):
        detector.Electrons(counts)
