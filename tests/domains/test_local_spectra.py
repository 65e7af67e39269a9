"""What stands out locally: nothing in amorphous material, reflections in grains."""

import numpy as np
import pytest

from emwidgets.domains import local_spectra
from emwidgets.domains.filtering import ImageTransform
from emwidgets.domains.local_spectra import LEAST_RESOLUTION, resolution_for, search
from emwidgets.domains.simulate import simulate_array

LIMITS = (0.03, 0.26)  # cycles per px


def look(image, limits=LIMITS):
    return search(ImageTransform(image.astype(np.float32), 24.0), *limits)


def folded(cells):
    """(kx, ky) of the mates with kx >= 0."""
    mate = np.where(cells.kx < 0, -1, 1)
    return mate * cells.kx, mate * cells.ky


@pytest.fixture(scope="module")
def amorphous_cells():
    """Cells of amorphous images: white noise, and noise through the transfer function of a microscope."""
    images = [
        simulate_array((512, 512), coverage=0, amorphous=share, seed=seed)[0] for share in (0, 0.9) for seed in range(6)
    ]
    return [look(image)[0] for image in images]


@pytest.fixture(scope="module")
def grain(plane_wave, white_noise):
    """Noise with a disc of fringes at row 100, column 150; and its wave vector in cycles per px."""
    ky, kx = -0.06, 0.11
    y, x = np.indices((256, 280))
    fringes = plane_wave((256, 280), kx, ky) * (np.hypot(y - 100, x - 150) < 50)
    return look(fringes + white_noise((256, 280)))[0], kx, ky


def test_no_cell_of_an_amorphous_image_stands_out_further_than_chance_allows(amorphous_cells):
    for cells in amorphous_cells:
        assert cells.excess.max(initial=0) < np.log(cells.searched / 1e-4)


def test_amorphous_cells_are_about_as_many_as_exponential_statistics_say(amorphous_cells):
    kept = sum(len(cells.excess) for cells in amorphous_cells)
    expected = sum(cells.searched for cells in amorphous_cells) * np.exp(-local_spectra.KEPT)
    # the rim gives no evidence, and the estimated level of the noise errs on the side of caution
    assert expected / 12 < kept < expected


@pytest.mark.parametrize("amorphous", [0.0, 0.9])
def test_power_in_amorphous_material_is_exponentially_distributed(monkeypatch, amorphous):
    monkeypatch.setattr(local_spectra, "KEPT", 2.0)
    cells, _ = look(simulate_array((512, 512), coverage=0, amorphous=amorphous, seed=11)[0])
    beyond = cells.excess - 2  # an exponential distribution has no memory: the rest is distributed like the whole
    assert beyond.mean() == pytest.approx(1, rel=0.2)
    assert beyond.std() == pytest.approx(beyond.mean(), rel=0.1)
    assert np.median(beyond) == pytest.approx(np.log(2) * beyond.mean(), rel=0.1)


def test_every_cell_kept_is_above_the_noise_by_what_was_asked(grain):
    cells, _, _ = grain
    assert len(cells.excess) > 50
    assert cells.excess.min() > local_spectra.KEPT
    assert {len(column) for column in (cells.kx, cells.ky, cells.x, cells.y, cells.power)} == {len(cells.excess)}


def test_a_grain_is_found_with_its_wave_vector_to_a_fraction_of_a_sample(grain):
    cells, kx, ky = grain
    sure = cells.excess > 40
    found_x, found_y = (k[sure] for k in folded(cells))
    assert found_x.mean() == pytest.approx(kx, abs=0.2 / 280)
    assert found_y.mean() == pytest.approx(ky, abs=0.2 / 256)
    assert max(found_x.std() * 280, found_y.std() * 256) < 1.0


def test_a_grain_is_found_where_it_is(grain):
    cells, _, _ = grain
    sure = cells.excess > 40
    assert np.hypot(cells.y[sure] - 100, cells.x[sure] - 150).max() < 50 + LEAST_RESOLUTION
    assert np.average(cells.y, weights=cells.power) == pytest.approx(100, abs=4)
    assert np.average(cells.x, weights=cells.power) == pytest.approx(150, abs=4)


def test_the_strongest_power_is_that_of_the_fringes(grain):
    cells, _, _ = grain
    assert cells.power.max() == pytest.approx(0.5**2, rel=0.3)  # half of amplitude 1, squared, within the noise


def test_the_noise_level_follows_steps_of_thickness(white_noise):
    image = white_noise((384, 384), seed=4)
    image[:, 192:] *= 4
    cells, noise = look(image)
    assert cells.excess.max(initial=0) < np.log(cells.searched / 1e-4)
    for level, radius in zip(noise.levels, noise.radii, strict=True):
        if radius > 0.06:  # farther in, the step itself has power
            near, far = level[4:-4, : level.shape[1] // 5].mean(), level[4:-4, -level.shape[1] // 5 :].mean()
            assert 8 < far / near < 24


def test_the_noise_level_is_that_of_white_noise_away_from_the_edge(white_noise):
    _, noise = look(white_noise((768, 768), seed=5))
    for level, resolution in zip(noise.levels, noise.resolutions, strict=True):
        inner = level[level.shape[0] // 3 : -level.shape[0] // 3, level.shape[1] // 3 : -level.shape[1] // 3]
        assert inner.mean() * 4 * np.pi * resolution**2 == pytest.approx(1, rel=0.35)


def test_the_level_for_a_finer_grid_and_a_wider_aperture_is_that_of_the_search(white_noise):
    _, noise = look(white_noise((256, 300)))
    ring = 6
    own, step = noise.levels[ring], noise.steps[ring]
    at_half = noise.at(noise.radii[ring] * 1.001, noise.resolutions[ring] / 2, step, own.shape)
    np.testing.assert_allclose(at_half, 4 * own, rtol=1e-5)
    fine = noise.at(noise.radii[ring], noise.resolutions[ring], (step[0] / 2, step[1] / 2), (9, 11))
    np.testing.assert_allclose(fine[::2, ::2], own[:5, :6], rtol=1e-5)


def test_the_blur_is_some_periods_and_never_less_than_the_least():
    assert resolution_for(0.4) == LEAST_RESOLUTION
    assert resolution_for(0.02) == pytest.approx(local_spectra.PERIODS * 50)
    assert resolution_for(0.02, coarser=1.5) == pytest.approx(1.5 * resolution_for(0.02))


def test_a_coarser_eye_sees_faint_large_grains_better(plane_wave, white_noise):
    y, x = np.indices((384, 384))
    faint = 0.4 * plane_wave((384, 384), 0.11, 0.06) * (np.hypot(y - 190, x - 190) < 120) + white_noise((384, 384))
    transform = ImageTransform(faint, 24.0)
    fine, coarse = (search(transform, *LIMITS, coarser)[0].excess.max() for coarser in (1.0, 1.8))
    assert coarse > 1.8 * fine


def test_the_search_tells_how_far_it_is_and_ends_when_told_to(white_noise):
    transform = ImageTransform(white_noise((128, 128)), 16.0)
    told = []
    search(transform, *LIMITS, checkpoint=told.append)
    assert told == sorted(told)
    assert told[0] == 0
    assert 0.5 < told[-1] < 1

    class EnoughError(Exception):
        pass

    def stop(fraction):
        if fraction > 0.3:
            raise EnoughError

    with pytest.raises(EnoughError):
        search(transform, *LIMITS, checkpoint=stop)
