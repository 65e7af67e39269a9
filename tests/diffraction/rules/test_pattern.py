import numpy as np
import pytest

from emwidgets.diffraction.rules.pattern import RINGS, Pattern


def test_candidate_radii_are_those_of_the_rings(recorded):
    candidates = Pattern(recorded(20_000)).candidates
    assert 2 <= len(candidates) <= RINGS
    gold = np.array([4.247, 4.904, 6.935, 8.132, 8.494]) * 192 / 24
    assert np.abs(candidates[:, None] - gold).min(axis=0)[[0, 2]].max() < 2


def test_the_spots_of_a_crystal_lie_on_its_lattice(recorded):
    spots = Pattern(recorded(1)).spots
    lattice = 2 / 0.40786 * 192 / 24
    steps = (spots[:8, :2] - 95.5) / lattice
    assert np.abs(steps - np.round(steps)).max() < 0.15
    assert (np.diff(spots[:, 2]) <= 1e-9).all()


def test_smooth_rings_have_few_spots(recorded):
    ring, crystal = (Pattern(recorded(grains)).spots for grains in (20_000, 1))
    assert ring[:, 2].sum() < 0.5 * crystal[:, 2].sum()


def test_radii_that_are_hidden_do_not_count(recorded):
    frame = recorded(20_000).astype(float).copy()
    y, x = np.indices(frame.shape)
    frame[np.abs(np.hypot(y - 95.5, x - 95.5) - 50) < 8] = np.nan
    rows = Pattern(frame).rows
    assert not np.isin(rows, np.arange(45, 55)).any()
    assert np.isin([30, 70], rows).all()


def test_polar_pictures_have_a_row_for_each_radius_that_counts(recorded):
    pattern = Pattern(recorded(20_000))
    assert len(pattern.polar) == len(pattern.even_polar) == len(pattern.profile) == len(pattern.rows)
    assert np.isnan(pattern.polar[~pattern.visible[pattern.rows]]).all()


def test_a_frame_that_shows_next_to_nothing_is_refused():
    frame = np.full((64, 64), np.nan)
    frame[:4, :4] = np.random.default_rng(0).random((4, 4))
    with pytest.raises(ValueError, match="frame shows next to nothing around its centre"):
        _ = Pattern(frame).rows


def test_reflections_make_the_heights_peaked_and_rings_make_gradients_radial(recorded):
    ring, spot = (Pattern(recorded(grains)) for grains in (20_000, 1))
    assert spot.peaked > ring.peaked + 1
    assert ring.radial > spot.radial + 0.3
    assert spot.across > ring.across + 0.2


def test_the_levels_of_a_ring_are_its_median_and_those_of_spots_are_the_background(recorded):
    ring, spot = (Pattern(recorded(grains)) for grains in (20_000, 1))
    at = int(np.argmin(np.abs(ring.rows + 0.5 - 4.247 * 192 / 24)))  # 111 of gold
    assert ring.levels[0][at - 1 : at + 2].max() > 3 * ring.levels[1][at]
    middle, spread, highest = spot.levels
    assert (np.abs(middle) < 2 * spread).mean() > 0.9
    assert (highest >= middle).all()


def test_what_is_no_pattern_is_refused():
    with pytest.raises(ValueError, match="frame is constant"):
        Pattern(np.ones((64, 64)))
