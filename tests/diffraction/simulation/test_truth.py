"""What a pattern is called, from one grain to a thousand."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets.diffraction.simulation.kinematic import Beam, Spots
from emwidgets.diffraction.simulation.orientation import Fibre, Mosaic, zone_axis
from emwidgets.diffraction.simulation.reflections import reflections
from emwidgets.diffraction.simulation.specimen import illuminate
from emwidgets.diffraction.simulation.truth import azimuthal_coverage, judge

GOLD = reflections("gold", 9.0)
BEAM = Beam(thickness=6)


def truth(grains, texture=None, seed=0, **options):
    base = zone_axis("gold", (0, 0, 1))
    return illuminate(GOLD, BEAM, grains, base, texture, np.random.default_rng(seed), **options).truth


def ring(azimuths, intensities=None, family=0):
    azimuths = np.asarray(azimuths, float)
    positions = 4 * np.stack([np.cos(azimuths), np.sin(azimuths)], axis=1)
    intensities = np.ones(len(azimuths)) if intensities is None else np.asarray(intensities)
    return Spots(positions, intensities, np.full(len(azimuths), family))


@pytest.mark.parametrize(
    ("grains", "label"), [(1, "spot"), (2, "spot"), (5, "spotty"), (20, "spotty"), (2000, "ring"), (np.inf, "ring")]
)
def test_one_and_two_crystals_are_spots_many_are_rings_and_some_are_neither(grains, label):
    found = truth(grains)
    assert (found.label, found.grains) == (label, grains)


def test_coverage_grows_with_the_grains():
    coverage = [truth(n).coverage for n in (1, 10, 50, 200, 1000, 10_000, np.inf)]
    assert all(np.diff(coverage) > -0.02)
    assert coverage[-1] > 0.99


def test_coverage_is_the_share_of_lit_sectors():
    assert azimuthal_coverage(ring([0.01])) == pytest.approx(1 / 72)
    assert azimuthal_coverage(ring(np.linspace(0, np.pi, 3600, endpoint=False))) == pytest.approx(0.5, abs=0.02)
    assert azimuthal_coverage(ring(np.linspace(-np.pi, np.pi, 7200, endpoint=False))) == pytest.approx(1, abs=1e-3)
    assert azimuthal_coverage(ring([])) == 0


def test_one_bright_spot_on_a_faint_ring_counts_for_what_it_is():
    azimuths = np.linspace(-np.pi, np.pi, 720, endpoint=False)
    light = np.ones(720)
    light[100] = 1e5
    assert azimuthal_coverage(ring(azimuths, light)) < 0.05


def test_a_mosaic_crystal_is_a_spot_pattern_until_its_arcs_grow():
    assert truth(100, Mosaic(1.0)).label == "spot"
    assert truth(100, Mosaic(8.0)).label == "spotty"


def test_a_fibre_along_the_beam_is_a_ring_and_a_sharp_one_across_it_is_not():
    assert truth(2000, Fibre((0, 0, 1), 5.0)).label == "ring"
    assert truth(2000, Fibre((1, 0, 0), 1.0)).label == "spotty"


def test_the_margin_lies_between_the_classes():
    """No number of grains jumps from spot to ring."""
    labels = [truth(n).label for n in (1, 2, 3, 6, 12, 25, 50, 100, 200, 400, 800)]
    assert labels == sorted(labels, key=["spot", "spotty", "ring"].index)
    assert "spotty" in labels


def test_coverage_does_not_depend_on_how_the_frame_is_turned():
    spots = illuminate(GOLD, BEAM, 40, Rotation.identity(), None, np.random.default_rng(3)).spots
    turn = Rotation.from_euler("z", 25, degrees=True).as_matrix()[:2, :2]  # five sectors
    turned = Spots(spots.positions @ turn.T, spots.intensities, spots.families)
    assert azimuthal_coverage(turned) == pytest.approx(azimuthal_coverage(spots), rel=0.15)


def test_the_first_grains_stay_when_more_come():
    few, more = (
        illuminate(GOLD, BEAM, n, zone_axis("gold", (0, 0, 1)), None, np.random.default_rng(4)).spots for n in (1, 3)
    )
    kept = {tuple(position) for position in more.positions.round(6)}
    assert {
        tuple(position) for position in few.positions[few.intensities > 1e-3 * few.intensities.max()].round(6)
    } <= kept


def test_unequal_grains_cover_less():
    assert truth(150, grain_spread=1.5).coverage < truth(150).coverage


def test_judging_takes_what_it_is_told():
    assert judge(ring([0, 1, 2]), grains=1).label == "spot"
    assert judge(ring([0, 1, 2]), grains=50, mosaic=2.0).label == "spot"
    assert judge(ring([0, 1, 2]), grains=50).label == "spotty"


@pytest.mark.parametrize(
    ("grains", "texture", "options", "message"),
    [
        (0, None, {}, "grains is 0: expected a whole number from 1"),
        (1.5, None, {}, "grains is 1.5"),
        (np.nan, None, {}, "grains is nan"),
        (True, None, {}, "grains is True"),
        ("many", None, {}, "grains is many"),
        (np.inf, Mosaic(1.0), {}, "a texture takes at most 100000"),
        (5, None, {"grain_spread": -1}, r"grain_spread is -1: expected 0 \(equal grains\) to 3"),
    ],
)
def test_numbers_of_grains_without_sense_are_refused(grains, texture, options, message):
    with pytest.raises(ValueError, match=message):
        truth(grains, texture, **options)
