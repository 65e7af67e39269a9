"""Ewald's construction against closed formulas, and a whole pattern against diffsims."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from emwidgets.diffraction import structures
from emwidgets.diffraction.simulation.kinematic import (
    Beam,
    diffract,
    excitation_errors,
    extinction_distances,
    precessed,
    relativistic_factor,
    rocking_curve,
    wavelength,
)
from emwidgets.diffraction.simulation.orientation import zone_axis
from emwidgets.diffraction.simulation.reflections import reflections

GOLD = reflections("gold", 10.0)
REFERENCE = json.loads((Path(__file__).parent / "data" / "diffsims_silicon.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("voltage", "picometres"), [(30, 6.979), (100, 3.701), (200, 2.508), (300, 1.969)])
def test_the_wavelength_is_that_of_the_tables(voltage, picometres):
    assert 1e3 * wavelength(voltage) == pytest.approx(picometres, abs=0.001)


def test_the_mass_grows_as_the_tables_say():
    assert relativistic_factor(200) == pytest.approx(1.3914, abs=1e-4)


@given(
    vector=st.tuples(st.floats(-15, 15), st.floats(-15, 15), st.floats(-3, 3)),
    voltage=st.sampled_from([30, 100, 200, 300]),
)
def test_a_point_moved_by_its_excitation_error_lies_on_the_ewald_sphere(vector, voltage):
    vector = np.array(vector)
    moved = vector + np.array([0, 0, excitation_errors(vector, voltage)])
    centre = np.array([0, 0, -1 / wavelength(voltage)])
    assert np.linalg.norm(moved - centre) == pytest.approx(1 / wavelength(voltage), rel=1e-12)


def test_points_inside_the_sphere_have_a_positive_error():
    assert excitation_errors(np.array([0.0, 0.0, -1.0]), 200) == pytest.approx(1.0)
    assert excitation_errors(np.array([5.0, 0.0, 0.0]), 200) < 0


def test_the_rocking_curve_has_its_first_zero_at_one_over_the_thickness():
    beam = Beam(thickness=25)
    curve = rocking_curve(np.array([0, 1, 2, 1.5]) / 25, 1 / 60, beam)
    assert curve[0] == pytest.approx((np.pi * 25 / 60) ** 2)
    np.testing.assert_allclose(curve[1:3], 0, atol=1e-12)
    assert curve[3] == pytest.approx(curve[0] / (1.5 * np.pi) ** 2)


def test_two_beams_exchange_all_intensity_at_the_bragg_angle_and_are_kinematic_when_thin():
    extinction = 40.0
    depths = np.array([10.0, 20.0, 40.0, 60.0])
    curve = [rocking_curve(np.array(0.0), 1 / extinction, Beam(thickness=t, two_beam=True)) for t in depths]
    np.testing.assert_allclose(curve, np.sin(np.pi * depths / extinction) ** 2, atol=1e-12)
    errors = np.linspace(-0.5, 0.5, 11)
    thin = [rocking_curve(errors, 1 / extinction, Beam(thickness=1.0, two_beam=two)) for two in (False, True)]
    np.testing.assert_allclose(thin[1], thin[0], rtol=0.02)


@given(thickness=st.floats(1, 300), error=st.floats(-1, 1), extinction=st.floats(5, 500))
def test_the_two_beam_solution_never_exceeds_the_incident_beam(thickness, error, extinction):
    found = rocking_curve(np.array(error), 1 / extinction, Beam(thickness=thickness, two_beam=True))
    assert 0 <= found <= 1 + 1e-12


def test_the_extinction_distance_shrinks_with_the_structure_factor_and_grows_with_the_voltage():
    found = extinction_distances(np.array([1.0, 2.0]), 0.1, 100)
    assert found[0] == pytest.approx(2 * found[1])
    assert extinction_distances(1.0, 0.1, 300) > found[0]


def test_precession_is_the_mean_over_tilted_beams(gold):
    """Against the pattern of 180 crystals that are tilted round the cone instead of the beam."""
    beam = Beam(thickness=8)
    base = zone_axis("gold", (0, 0, 1))
    azimuths = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    tilts = np.deg2rad(1.0) * np.stack([np.cos(azimuths), np.sin(azimuths), np.zeros(180)], axis=1)
    brute: dict[tuple, float] = {}
    for tilt in Rotation.from_rotvec(tilts):
        spots = diffract(gold, tilt * base, beam, least=0)
        for indices, intensity in zip(spots.indices.tolist(), spots.intensities, strict=True):
            brute[tuple(indices)] = brute.get(tuple(indices), 0) + intensity / 180
    precessing = diffract(gold, base, dataclasses.replace(beam, precession=1.0), least=1e-2)
    assert len(precessing) > 30
    for indices, intensity in zip(precessing.indices.tolist(), precessing.intensities, strict=True):
        assert brute[tuple(indices)] == pytest.approx(intensity, rel=0.05)


def test_precession_of_no_reflections_is_nothing():
    assert precessed(np.empty(0), np.empty(0), np.empty(0), Beam(precession=1)).shape == (0,)


def test_a_tilted_silicon_pattern_is_that_of_diffsims():
    entry = dataclasses.replace(structures.catalogue()["silicon"], b_iso=0.0)
    # y of diffsims points up and its beam along −z: half a turn about x
    rotation = Rotation.from_matrix(np.diag([1, -1, -1]) @ np.array(REFERENCE["crystal_to_diffsims"]))
    spots = diffract(reflections(entry.to_gemmi(), 12.0), rotation, Beam(200, thickness=3.0), least=0)
    ours = {
        tuple(indices): (position, intensity)
        for indices, position, intensity in zip(spots.indices.tolist(), spots.positions, spots.intensities, strict=True)
    }
    strongest = max(intensity for _, intensity in ours.values())
    assert len(REFERENCE["reflections"]) > 40
    for *hkl, x, y, intensity in REFERENCE["reflections"]:
        position, found = ours[tuple(hkl)]
        np.testing.assert_allclose(position, (x, -y), atol=2e-5)
        assert found / strongest == pytest.approx(intensity, rel=0.01)  # their scattering factors are Lobato's


def test_angles_and_spacings_of_a_cubic_zone_are_right(gold):
    spots = diffract(gold, zone_axis("gold", (0, 0, 1)), Beam(thickness=2))
    by_indices = dict(zip(map(tuple, spots.indices.tolist()), spots.positions, strict=True))
    first, second, diagonal = by_indices[2, 0, 0], by_indices[0, 2, 0], by_indices[2, 2, 0]
    assert np.linalg.norm(first) == pytest.approx(2 / 0.40782, rel=1e-6)
    assert np.dot(first, second) == pytest.approx(0, abs=1e-6)
    assert np.linalg.norm(diagonal) / np.linalg.norm(first) == pytest.approx(np.sqrt(2), rel=1e-6)


def test_a_hexagonal_zone_has_sixty_degrees():
    zinc = reflections("zinc", 9.0)
    spots = diffract(zinc, zone_axis("zinc", (0, 0, 1)), Beam(thickness=2))
    inner = spots.positions[np.all(spots.indices[:, 2:] == 0, axis=1)]
    inner = inner[np.linalg.norm(inner, axis=1) < 1.01 * np.linalg.norm(inner, axis=1).min()]
    azimuths = np.sort(np.rad2deg(np.arctan2(inner[:, 1], inner[:, 0])))
    np.testing.assert_allclose(np.diff(azimuths), 60, atol=1e-6)


@given(seed=st.integers(0, 1000), voltage=st.sampled_from([30, 200, 10_000]))
def test_friedel_mates_differ_only_by_the_curvature_of_the_ewald_sphere(seed, voltage):
    """s(g) + s(−g) = −g²λ, and sinc²(st) is nowhere steeper than 1.71 t: a flat sphere gives equal mates."""
    beam, rotation = Beam(voltage, thickness=3), Rotation.random(rng=seed)
    spots = diffract(GOLD, rotation, beam, least=0)
    found = dict(zip(map(tuple, spots.indices.tolist()), spots.intensities, strict=True))
    peaks = np.square(np.pi * beam.thickness / extinction_distances(GOLD.amplitudes, GOLD.volume, voltage))
    for hkl, k, peak in zip(GOLD.indices.tolist(), GOLD.k, peaks, strict=True):
        mate = tuple(-index for index in hkl)
        if tuple(hkl) in found and mate in found:
            most = 1.71 * beam.thickness * k**2 * beam.wavelength * peak
            assert abs(found[tuple(hkl)] - found[mate]) <= 1.01 * most


@given(angle=st.floats(0, 360), seed=st.integers(0, 100))
def test_turning_the_crystal_about_the_beam_turns_the_pattern(angle, seed):
    rotation, turn = Rotation.random(rng=seed), Rotation.from_euler("z", angle, degrees=True)
    still, turned = (diffract(GOLD, r, Beam(thickness=5)) for r in (rotation, turn * rotation))
    np.testing.assert_array_equal(still.indices, turned.indices)
    np.testing.assert_allclose(turned.positions, still.positions @ turn.as_matrix()[:2, :2].T, atol=1e-9)
    np.testing.assert_allclose(turned.intensities, still.intensities, rtol=1e-6)


def test_grains_share_the_beam(gold):
    one, two = Rotation.random(2, rng=3)
    both = diffract(gold, Rotation.concatenate([one, two]), Beam(), least=0)
    apart = [diffract(gold, r, Beam(), least=0) for r in (one, two)]
    assert both.intensities.sum() == pytest.approx(0.5 * sum(spots.intensities.sum() for spots in apart))
    unequal = diffract(gold, Rotation.concatenate([one, two]), Beam(), shares=np.array([0.9, 0.1]), least=0)
    expected = 0.9 * apart[0].intensities.sum() + 0.1 * apart[1].intensities.sum()
    assert unequal.intensities.sum() == pytest.approx(expected)


def test_many_orientations_are_worked_out_in_pieces_with_the_same_result(gold, monkeypatch):
    rotations = Rotation.random(7, rng=1)
    whole = diffract(gold, rotations, Beam())
    monkeypatch.setattr("emwidgets.diffraction.simulation.kinematic._AT_ONCE", 2 * len(gold))
    pieces = diffract(gold, rotations, Beam(), shares=np.full(7, 1 / 7))
    np.testing.assert_allclose(pieces.intensities, whole.intensities)
    np.testing.assert_allclose(pieces.positions, whole.positions)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"voltage": 0}, "voltage is 0: expected 1 to 10000 kV"),
        ({"thickness": -1}, "thickness is -1: expected 0.1 to 10000 nm"),
        ({"precession": np.nan}, "precession is nan: expected 0 to 10 degrees"),
    ],
)
def test_a_beam_out_of_range_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        Beam(**options)
