"""Rings are the limit of many grains, in intensity, in speckle and without a seam between the ways of making them."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets.diffraction.simulation.drawing import SpotShape, draw
from emwidgets.diffraction.simulation.frame import Geometry
from emwidgets.diffraction.simulation.kinematic import Beam, diffract
from emwidgets.diffraction.simulation.powder import powder, ring_intensities
from emwidgets.diffraction.simulation.reflections import reflections

BEAM = Beam(thickness=10)
GOLD = reflections("gold", 9.0)


def by_ring(spots, rings=5):
    return np.bincount(spots.families, spots.intensities, minlength=rings)[:rings]


def speckle(spots, ring=0, sectors=36):
    """Relative variance of the light of a ring in sectors of azimuth."""
    here = spots.families == ring
    azimuth = np.arctan2(*spots.positions[here].T[::-1])
    light = np.histogram(azimuth, sectors, (-np.pi, np.pi), weights=spots.intensities[here])[0]
    return light.var() / light.mean() ** 2


def test_ring_intensities_go_with_multiplicity_square_of_the_structure_factor_and_spacing():
    """Vainshtein, *Structure Analysis by Electron Diffraction* (1964), eq. III.17: I ∝ m |F|² d of a whole ring."""
    families = GOLD.families
    found = ring_intensities(GOLD, Beam(thickness=100))
    expected = families.multiplicity * families.amplitude**2 / families.k
    np.testing.assert_allclose(found / found[0], expected / expected[0], rtol=0.03)


def test_aluminium_rings_stand_in_the_published_order():
    """Electron powder pattern of aluminium: 111 strongest, then 200, 220, 311 (ICDD-like order for electrons)."""
    aluminium = reflections("aluminium", 9.0)
    rings = ring_intensities(aluminium, Beam(thickness=30))
    brightness = rings / aluminium.families.k  # on the film a ring is spread over its circumference
    np.testing.assert_array_equal(np.argsort(-brightness)[:2], [0, 1])
    np.testing.assert_allclose(brightness[1:4] / brightness[0], [0.38, 0.14, 0.15], atol=0.04)


def test_the_sum_over_turned_crystals_approaches_the_ring():
    turned = diffract(GOLD, Rotation.random(8000, rng=0), BEAM, least=0)
    np.testing.assert_allclose(by_ring(turned), ring_intensities(GOLD, BEAM)[:5], rtol=0.1)


@pytest.mark.parametrize("grains", [2000, 30_000, 1e6, np.inf])
def test_any_number_of_grains_has_the_intensity_of_the_ring(grains):
    spots = powder(GOLD, grains, BEAM, np.random.default_rng(1))
    tolerance = 0.01 if grains > 1e5 else 0.12
    np.testing.assert_allclose(by_ring(spots), ring_intensities(GOLD, BEAM)[:5], rtol=tolerance)


def test_speckle_of_drawn_spots_is_that_of_turned_crystals():
    turned = [speckle(diffract(GOLD, Rotation.random(300, rng=seed), BEAM)) for seed in range(30)]
    drawn = [speckle(powder(GOLD, 300, BEAM, np.random.default_rng(seed))) for seed in range(30)]
    assert np.mean(drawn) == pytest.approx(np.mean(turned), rel=0.12)


def test_speckle_falls_as_one_over_the_grains_through_the_change_to_merged_rings():
    numbers = np.array([300, 1000, 3000, 10_000, 100_000])
    found = [np.mean([speckle(powder(GOLD, n, BEAM, np.random.default_rng(s))) for s in range(8)]) for n in numbers]
    np.testing.assert_allclose(np.array(found) * numbers, found[0] * numbers[0], rtol=0.3)
    assert speckle(powder(GOLD, np.inf, BEAM, np.random.default_rng(0))) < 1e-3


def test_merged_and_single_spots_look_alike():
    """Just on either side of the change: mean, variance and highest light of the drawn ring."""
    geometry = Geometry((96, 96), 0.12)
    looks = {}
    for resolution in (0.12, 0.0004):  # merged bins, and spots one by one
        values = []
        for seed in range(6):
            spots = powder(GOLD, 20_000, BEAM, np.random.default_rng(seed), resolution=resolution)
            image = draw(spots, geometry, SpotShape(0.8))
            ring = image[np.abs(geometry.radius - GOLD.families.k[0]) < 0.1]
            values.append([ring.mean(), ring.std(), np.percentile(ring, 99)])
        looks[resolution] = np.mean(values, axis=0)
    np.testing.assert_allclose(looks[0.12], looks[0.0004], rtol=0.12)


@pytest.mark.parametrize("grains", [500, 50_000])
def test_both_ends_of_a_pair_are_lit_together(grains):
    spots = powder(GOLD, grains, BEAM, np.random.default_rng(0))
    half = len(spots) // 2
    positions = spots.positions
    # pairs are written first mates, then second mates, separately for single spots and for merged rings
    order = np.lexsort((positions[:, 1].round(9), positions[:, 0].round(9)))
    mirrored = np.lexsort((-positions[:, 1].round(9), -positions[:, 0].round(9)))
    np.testing.assert_allclose(positions[order], -positions[mirrored], atol=1e-8)
    first, mates = spots.intensities[order], spots.intensities[mirrored]
    assert half > 100
    assert np.corrcoef(first, mates)[0, 1] > 0.3


def test_unequal_grains_make_more_speckle():
    equal, unequal = (
        np.mean([speckle(powder(GOLD, 5000, BEAM, np.random.default_rng(s), grain_spread=g)) for s in range(8)])
        for g in (0.0, 1.0)
    )
    assert unequal / equal == pytest.approx(np.e, rel=0.4)  # by exp(σ²)


def test_precession_makes_rings_smoother():
    plain, precessing = (
        np.mean(
            [speckle(powder(GOLD, 500, Beam(thickness=10, precession=p), np.random.default_rng(s))) for s in range(5)]
        )
        for p in (0.0, 2.0)
    )
    assert precessing < 0.5 * plain


def test_rings_lie_at_the_spacings():
    spots = powder(GOLD, np.inf, Beam(thickness=50), np.random.default_rng(0))
    for ring, k in enumerate(GOLD.families.k):
        here = spots.families == ring
        mean = np.average(np.linalg.norm(spots.positions[here], axis=1), weights=spots.intensities[here])
        assert mean == pytest.approx(k, rel=1e-3)


def test_the_same_seed_gives_the_same_rings():
    first, again, other = (powder(GOLD, 3000, BEAM, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.intensities, again.intensities)
    assert len(first) != len(other) or not np.array_equal(first.intensities, other.intensities)
