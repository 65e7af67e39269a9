"""Spacings, absences and absolute structure factors against theory, tables and gemmi's own calculator."""

import dataclasses

import gemmi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.diffraction import structures
from emwidgets.diffraction.simulation.kinematic import extinction_distances
from emwidgets.diffraction.simulation.reflections import form_factor, reflections, structure_factors


def amplitude(name, indices, *, b_iso=None):
    """|F| in Å."""
    entry = structures.catalogue()[name]
    structure = (entry if b_iso is None else dataclasses.replace(entry, b_iso=b_iso)).to_gemmi()
    return 10 * abs(structure_factors(structure, np.array([indices]))[0])


@pytest.mark.parametrize(
    ("element", "s", "published"),
    [("Au", 0.0, 10.573), ("Si", 0.0, 5.828), ("C", 0.0, 2.509), ("O", 0.0, 1.983), ("Al", 0.0, 5.889)],
)
def test_form_factors_at_rest_are_those_of_doyle_and_turner(element, s, published):
    """Acta Cryst. A24, 390 (1968), f(0) in Å; the fit that gemmi has is by Peng and others and good to about 1 %."""
    assert form_factor(gemmi.Element(element), np.array([s**2]))[0] == pytest.approx(published, rel=0.015)


@pytest.mark.parametrize(
    ("name", "indices", "published"),
    [
        ("aluminium", (1, 1, 1), 56.3),
        ("aluminium", (2, 0, 0), 68.5),
        ("copper", (1, 1, 1), 28.6),
        ("gold", (1, 1, 1), 18.3),
        ("gold", (2, 0, 0), 20.2),
        ("silicon", (1, 1, 1), 60.2),
        ("silicon", (2, 2, 0), 75.7),
        ("germanium", (2, 2, 0), 45.2),
        ("diamond", (1, 1, 1), 47.6),
        ("magnesium_oxide", (2, 0, 0), 46.1),
        ("magnesium_oxide", (2, 2, 0), 66.2),
        ("tungsten", (1, 1, 0), 18.0),
    ],
)
def test_extinction_distances_at_100_kv_are_those_of_the_textbook(name, indices, published):
    """Hirsch and others, *Electron Microscopy of Thin Crystals* (1977), app. 3 (nm), so |F| is right absolutely.

    The tables are for atoms at rest and of older scattering factors: 8 % (germanium: 15 %).
    """
    structure = structures.load(name)
    factor = amplitude(name, indices, b_iso=0.0) / 10
    found = extinction_distances(factor, structure.cell.volume * 1e-3, 100)
    assert found == pytest.approx(published, rel=0.15 if name == "germanium" else 0.08)


@pytest.mark.parametrize(
    ("name", "indices", "atoms"),
    [
        ("gold", (1, 1, 1), [("Au", 4)]),
        ("silicon", (2, 2, 0), [("Si", 8)]),
        ("magnesium_oxide", (2, 0, 0), [("Mg", 4), ("O", 4)]),
        ("magnesium_oxide", (2, 2, 0), [("Mg", 4), ("O", 4)]),
        ("sodium_chloride", (2, 0, 0), [("Na", 4), ("Cl", 4)]),
        ("sodium_chloride", (1, 1, 1), [("Na", 4), ("Cl", -4)]),
        ("iron", (1, 1, 0), [("Fe", 2)]),
        ("caesium_chloride", (1, 0, 0), [("Cs", 1), ("Cl", -1)]),
    ],
)
def test_simple_structures_are_sums_of_form_factors(name, indices, atoms):
    d = structures.load(name).cell.calculate_d(indices)
    expected = sum(n * form_factor(gemmi.Element(element), np.array([1 / (4 * d * d)]))[0] for element, n in atoms)
    assert amplitude(name, indices, b_iso=0.0) == pytest.approx(abs(expected), rel=1e-5)


def test_silicon_111_is_eight_over_root_two_form_factors_and_222_is_absent():
    d = structures.load("silicon").cell.calculate_d((1, 1, 1))
    single = form_factor(gemmi.Element("Si"), np.array([1 / (4 * d * d)]))[0]
    assert amplitude("silicon", (1, 1, 1), b_iso=0.0) == pytest.approx(8 / np.sqrt(2) * single, rel=1e-5)
    assert amplitude("silicon", (2, 2, 2)) == pytest.approx(0, abs=1e-4)
    assert not np.any(np.all(reflections("silicon", 15).indices == (2, 2, 2), axis=1))


@pytest.mark.parametrize("name", ["quartz", "albite", "urea", "yttrium_barium_cuprate", "muscovite"])
def test_structure_factors_equal_those_of_gemmi(name):
    """Gemmi's calculator sums over symmetry operations: it needs the occupancies divided by the site symmetry."""
    structure = structures.load(name)
    other = structures.catalogue()[name].to_gemmi()
    other.change_occupancies_to_crystallographic()
    calculator = gemmi.StructureFactorCalculatorE(other.cell)
    indices = reflections(structure, 6.0).indices[:40]
    found = 10 * structure_factors(structure, indices)
    expected = [calculator.calculate_sf_from_small_structure(other, list(map(int, hkl))) for hkl in indices]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-3)


def test_displacements_weaken_by_the_debye_waller_factor():
    d = structures.load("gold").cell.calculate_d((4, 2, 0))
    ratio = amplitude("gold", (4, 2, 0), b_iso=2.0) / amplitude("gold", (4, 2, 0), b_iso=0.0)
    assert ratio == pytest.approx(np.exp(-2.0 / (4 * d * d)), rel=1e-5)


@settings(max_examples=12, deadline=None)
@given(name=st.sampled_from(structures.names()), k_max=st.floats(5.2, 8))
def test_spacings_are_gemmis_friedel_mates_are_equal_and_absences_absent(name, k_max):
    structure, found = structures.load(name), reflections(name, k_max)
    assert found.k.max() <= k_max * (1 + 1e-9)
    np.testing.assert_allclose(
        found.d_spacings[:50], [structure.cell.calculate_d(list(map(int, hkl))) / 10 for hkl in found.indices[:50]]
    )
    by_indices = dict(zip(map(tuple, found.indices.tolist()), found.amplitudes, strict=True))
    for hkl, strength in list(by_indices.items())[:50]:
        assert by_indices[tuple(-index for index in hkl)] == pytest.approx(strength, rel=1e-9)
    operations = structure.spacegroup.operations()
    assert not any(operations.is_systematically_absent(list(map(int, hkl))) for hkl in found.indices[:200])


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("gold", lambda h: len({index % 2 for index in h}) == 1),
        ("iron", lambda h: sum(h) % 2 == 0),
        ("silicon", lambda h: len({i % 2 for i in h}) == 1 and (h[0] % 2 == 1 or sum(h) % 4 == 0)),
        ("cuprite", lambda h: h[0] != 0 or (h[1] + h[2]) % 2 == 0),
        ("corundum", lambda h: (-h[0] + h[1] + h[2]) % 3 == 0),
        ("zinc", lambda h: not (h[0] == h[1] and h[2] % 2 == 1)),
    ],
)
def test_lattices_and_glides_extinguish_what_they_must(name, rule):
    found = reflections(name, 12.0).indices.tolist()
    assert all(rule(hkl) for hkl in found)


def test_families_take_equal_lengths_together():
    gold = reflections("gold", 9.0)
    lattice = 0.40782
    shells = [(1, 1, 1), (2, 0, 0), (2, 2, 0), (3, 1, 1), (2, 2, 2)]
    np.testing.assert_allclose(gold.families.k[:5], [np.sqrt(np.sum(np.square(h))) / lattice for h in shells])
    assert gold.families.multiplicity[:5].tolist() == [8, 6, 12, 24, 8]
    assert gold.families.multiplicity.sum() == len(gold)
    np.testing.assert_allclose(gold.families.k[gold.family_of], gold.k)


def test_families_of_unlike_reflections_keep_their_power():
    """333 and 511 of silicon share a ring but not a structure factor."""
    silicon = reflections("silicon", 10.0)
    ring = np.argmin(np.abs(silicon.families.k - np.sqrt(27) / 0.5431))
    members = silicon.family_of == ring
    assert silicon.families.multiplicity[ring] == 8 + 24
    total = np.sum(silicon.amplitudes[members] ** 2)
    assert silicon.families.multiplicity[ring] * silicon.families.amplitude[ring] ** 2 == pytest.approx(total)


def test_the_stronger_are_a_part_of_all():
    found = reflections("kyanite", 6.0)
    strong = found.stronger(0.3)
    assert 0 < len(strong) < len(found)
    assert strong.amplitudes.min() >= 0.3 * found.amplitudes.max()


@pytest.mark.parametrize(
    ("k_max", "message"),
    [
        (0, "k_max is 0: expected a positive length"),
        (np.nan, "expected a positive length"),
        (1.0, "no reflection up to there; its first is at 4.247 1/nm"),
        (900, "ask for k_max below"),
    ],
)
def test_a_limit_without_sense_is_refused(k_max, message):
    with pytest.raises(ValueError, match=message):
        reflections("gold", k_max)


def test_deuterium_scatters_as_hydrogen():
    s_squared = np.array([0.0, 0.1])
    deuterium = form_factor(gemmi.Element("D"), s_squared)
    np.testing.assert_array_equal(deuterium, form_factor(gemmi.Element("H"), s_squared))
