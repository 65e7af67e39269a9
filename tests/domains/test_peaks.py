"""Candidates: where they are, how sure, and which cannot be a lattice."""

import numpy as np
import pytest

from emwidgets.domains.local_spectra import Cells
from emwidgets.domains.peaks import COLUMNS, find_peaks
from emwidgets.domains.spectrum import power_spectrum

PIXEL = 0.026
SHAPE = (384, 384)


@pytest.fixture(scope="module")
def disc_of_fringes(plane_wave, white_noise):
    """Maker of noise with a disc of fringes of one spacing (nm) and angle (degrees) in its middle."""

    def make(d_spacing, angle, radius=110, scale=(PIXEL, PIXEL), shape=SHAPE, seed=0, amplitude=0.85):
        k = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))]) / d_spacing
        y, x = np.indices(shape)
        inside = np.hypot(y - shape[0] / 2, x - shape[1] / 2) < radius
        return plane_wave(shape, *k, amplitude, scale=scale) * inside + white_noise(shape, seed)

    return make


def at(peaks, kx, ky, within=0.05):
    """Rows within some 1/nm of a wave vector."""
    return peaks[np.hypot(peaks["kx"] - kx, peaks["ky"] - ky) < within]


@pytest.mark.parametrize("angle", [0, 30, 90, 130])
def test_two_close_spacings_in_one_direction_are_two_peaks(plane_wave, white_noise, candidates, angle):
    shape, scale = (512, 512), (0.045, 0.045)
    direction = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    image = white_noise(shape)
    for d_spacing, half in ((0.2325, np.s_[:, :256]), (0.248, np.s_[:, 256:])):
        image[half] += plane_wave(shape, *direction / d_spacing, 0.85, scale=scale)[half]
    peaks = candidates(image, scale, limits=(0.04, 0.45))
    peaks = peaks[peaks["physical"]].head(2)
    assert peaks["d_spacing"].sort_values().tolist() == pytest.approx([0.2325, 0.248], rel=0.01)


@pytest.mark.parametrize("angle", [0.0, 0.5, 40.0, 89.5, 90.0, 90.5, 140.0, 179.5])
def test_friedel_mates_are_one_row_with_a_positive_kx(disc_of_fringes, candidates, angle):
    peaks = candidates(disc_of_fringes(0.25, angle))
    assert (peaks["kx"] >= 0).all()
    strong = peaks[
        peaks["excess"] > 0.3 * peaks["excess"].max()
    ]  # the sharp edge of the disc makes weak ones of its own
    assert len(strong) == 1
    assert strong["d_spacing"].item() == pytest.approx(0.25, rel=0.003)
    assert abs((strong["angle"].item() - angle + 90) % 180 - 90) < 2  # within the error of one spectrum sample


@pytest.mark.parametrize(("shape", "scale"), [((300, 420), (0.026, 0.026)), ((384, 320), (0.026, 0.034))])
def test_spacing_and_direction_are_true_in_images_that_are_not_square(disc_of_fringes, candidates, shape, scale):
    image = disc_of_fringes(0.25, 35, scale=scale, shape=shape)
    strongest = candidates(image, scale, limits=(0.04, 0.4)).iloc[0]
    assert strongest["d_spacing"] == pytest.approx(0.25, rel=0.005)
    assert strongest["angle"] == pytest.approx(35, abs=1)


def test_spacing_angle_and_place_in_the_spectrum_say_the_same(disc_of_fringes, candidates):
    peaks = candidates(disc_of_fringes(0.3, 150))
    assert len(peaks) > 1
    np.testing.assert_allclose(1 / np.hypot(peaks["kx"], peaks["ky"]), peaks["d_spacing"])
    angle = np.deg2rad(peaks["angle"])
    np.testing.assert_allclose(np.cos(angle) * peaks["ky"] - np.sin(angle) * peaks["kx"], 0, atol=1e-9)
    assert peaks["angle"].between(0, 180, inclusive="left").all()
    assert peaks["excess"].is_monotonic_decreasing


def test_a_peak_outside_the_d_range_is_marked_and_stays(disc_of_fringes, candidates):
    image = disc_of_fringes(0.25, 20)
    inside, outside = candidates(image, d_range=(0.1, 0.3)), candidates(image, d_range=(0.28, 0.3))
    assert len(inside) == len(outside)
    assert inside.iloc[0][["physical", "reason"]].tolist() == [True, ""]
    assert outside.iloc[0][["physical", "reason"]].tolist() == [False, "outside d range"]
    np.testing.assert_array_equal(outside["physical"], outside["reason"] == "")


def test_rows_of_the_scan_that_do_not_fit_together_smear_a_reflection_into_a_streak(white_noise, candidates):
    shape, k = (512, 512), 1 / 0.3
    rng = np.random.default_rng(1)
    y, x = np.indices(shape) * PIXEL
    jitter = 0.05 * rng.normal(size=(shape[0], 1))
    image = np.cos(2 * np.pi * k * (x + jitter)) + np.cos(2 * np.pi * k * y) + 0.3 * white_noise(shape)
    peaks = candidates(image)
    peaks = peaks[peaks["excess"] > 30]
    lattice = (abs(peaks["ky"]) < 0.1) | (abs(peaks["kx"]) < 0.1)
    assert lattice.sum() == 2
    assert peaks[lattice]["physical"].all()
    streak = peaks[~lattice & peaks["d_spacing"].between(0.1, 1.2)]
    assert len(streak) > 5
    assert set(streak["reason"]) == {"scan streak"}
    np.testing.assert_allclose(streak["kx"], k, atol=0.1)


@pytest.mark.parametrize("axis", ["x", "y"])
def test_brightness_that_jumps_from_line_to_line_is_the_axis_cross_and_a_grain_stands_beside_it(
    disc_of_fringes, candidates, axis
):
    jumps = 0.5 * np.random.default_rng(3).normal(size=(SHAPE[0], 1))
    image = disc_of_fringes(0.25, 37) + (jumps if axis == "y" else jumps.T)
    peaks = candidates(image)
    usual = peaks[peaks["d_spacing"].between(0.1, 1.2)]
    across = usual["kx" if axis == "y" else "ky"].abs()
    on_axis = usual[(across < 0.15) & (usual["excess"] > 20)]
    assert len(on_axis) > 3
    assert set(on_axis["reason"]) == {"axis cross"}
    grain = peaks[peaks["physical"]].iloc[0]
    assert grain["d_spacing"] == pytest.approx(0.25, rel=0.003)


def test_the_error_of_a_spacing_is_honest(disc_of_fringes, candidates):
    rng = np.random.default_rng(5)
    away = []
    for seed in range(24):
        d_spacing, angle, radius = rng.uniform(0.18, 0.4), rng.uniform(0, 180), rng.uniform(50, 110)
        peak = candidates(disc_of_fringes(d_spacing, angle, radius, seed=seed)).iloc[0]
        away.append(abs(peak["d_spacing"] - d_spacing) / peak["d_error"])
        assert 1e-5 < peak["d_error"] / d_spacing < 0.02
    assert np.mean(np.array(away) < 5) >= 0.95
    assert 0.2 < np.sqrt(np.mean(np.square(away))) < 3  # an error that says anything is not far too large either


def test_the_error_falls_as_the_grain_grows(disc_of_fringes, candidates):
    small, large = (candidates(disc_of_fringes(0.25, 20, radius)).iloc[0]["d_error"] for radius in (45, 170))
    assert large < 0.7 * small


def test_more_contrast_is_more_intensity_and_more_excess(disc_of_fringes, candidates):
    weak, strong = (candidates(disc_of_fringes(0.25, 20, amplitude=a)).iloc[0] for a in (0.6, 1.2))
    assert strong["intensity"] == pytest.approx(4 * weak["intensity"], rel=0.3)
    assert strong["excess"] > 2.5 * weak["excess"]


def test_without_evidence_the_table_is_empty_and_complete(white_noise):
    nothing = Cells(*[np.zeros(0)] * 6, searched=100)
    table = find_peaks(power_spectrum(white_noise((64, 64)), (0.02, 0.02)), nothing, (0.02, 0.02), (0.1, 1.0))
    assert len(table) == 0
    assert tuple(table.columns) == COLUMNS
    assert table["physical"].dtype == bool
    assert table["d_spacing"].dtype == float


def test_evidence_that_noise_scatters_makes_only_weak_candidates(white_noise, candidates):
    peaks = candidates(white_noise((768, 768), seed=8))
    assert len(peaks) > 3
    assert peaks["excess"].max() < 20
    assert peaks["sharpness"].median() < 4
