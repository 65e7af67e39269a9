"""The catalogue holds what was published, and the splits keep twins together."""

import re
from collections import Counter

import gemmi
import numpy as np
import pytest

from emwidgets.diffraction import structures
from emwidgets.diffraction.simulation.structures import HELD_OUT, catalogue, load, names

AVOGADRO = 0.602214076  # per mol and Å³ in cm³
ENTRIES = list(catalogue().values())
named = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])


def formula_units(formula):
    return {element: float(count or 1) for element, count in re.findall(r"([A-Z][a-z]?)(\d*)", formula)}


def contents(entry):
    """Atoms in the cell by element, and Z worked out from the first element that all of the model places."""
    cell = Counter()
    for site in entry.to_gemmi().get_all_unit_cell_sites():
        cell[site.element.name] += site.occ
    wanted = formula_units(entry.formula)
    first = next(element for element in wanted if element != "H" or not entry.hydrogens_left_out)
    return cell, wanted, cell[first] / wanted[first]


def nearest_distances(entry):
    """Distance of every atom to its nearest neighbour over the sum of their covalent radii."""
    structure = entry.to_gemmi()
    sites = structure.get_all_unit_cell_sites()
    places = np.array([site.fract.tolist() for site in sites]) % 1
    radii = np.array([site.element.covalent_r for site in sites])
    partial = np.array([site.occ < 1 for site in sites])
    shifts = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    orthogonal = np.array(structure.cell.orth.mat.tolist())
    nearest = []
    for number, place in enumerate(places):
        vectors = ((places - place)[:, None] + shifts) @ orthogonal.T
        distances = np.linalg.norm(vectors, axis=-1)
        distances[distances < 1e-3] = np.inf
        relative = distances.min(axis=1) / (radii + radii[number])
        # two sites of a disordered atom are never taken at once
        relative[partial & partial[number] & (relative < 0.7)] = np.inf
        nearest.append(relative.min())
    return np.array(nearest)


def test_the_catalogue_is_large_and_of_many_kinds():
    assert len(ENTRIES) >= 150
    systems = Counter(entry.to_gemmi().spacegroup.crystal_system_str() for entry in ENTRIES)
    assert set(systems) == {"cubic", "hexagonal", "trigonal", "tetragonal", "orthorhombic", "monoclinic", "triclinic"}
    assert len({entry.prototype for entry in ENTRIES}) >= 100
    assert all(entry.reference and re.search(r"\d{2,}", entry.reference) for entry in ENTRIES)


@named
def test_the_density_is_that_of_the_handbooks(entry):
    structure = entry.to_gemmi()
    _, _, units = contents(entry)
    mass = sum(site.element.weight * site.occ for site in structure.get_all_unit_cell_sites())
    mass += entry.hydrogens_left_out * units * 1.008
    assert mass / (AVOGADRO * structure.cell.volume) == pytest.approx(entry.density, rel=0.03)


@named
def test_the_cell_holds_whole_formula_units(entry):
    cell, wanted, units = contents(entry)
    assert units == pytest.approx(round(units), abs=1e-6)
    assert units >= 1
    for element, count in wanted.items():
        missing = entry.hydrogens_left_out if element == "H" else 0
        assert cell[element] == pytest.approx((count - missing) * units, rel=1e-6)
    assert set(cell) <= set(wanted)


@named
def test_no_two_atoms_are_too_close_and_none_is_alone(entry):
    nearest = nearest_distances(entry)
    assert nearest.min() > 0.7
    assert nearest.max() < 1.25


def test_a_prototype_is_in_one_split_only():
    splits = {}
    for entry in ENTRIES:
        splits.setdefault(entry.prototype, set()).add(entry.split)
    assert all(len(found) == 1 for found in splits.values())
    held = [prototype for prototypes in HELD_OUT.values() for prototype in prototypes]
    assert len(held) == len(set(held))
    assert set(held) <= set(splits)  # the list names nothing that is not there


def test_entries_of_one_space_group_and_nearly_one_cell_and_content_are_in_one_split():
    """Isostructural twins, found from the facts and not from the names of their prototypes."""

    def fingerprint(entry):
        lengths = np.array(entry.cell[:3])
        placed = sorted((round(x, 1) % 1, round(y, 1) % 1, round(z, 1) % 1) for _, x, y, z, _ in entry.sites)
        return entry.space_group, tuple(placed), tuple(np.round(lengths / lengths[0], 1))

    groups = {}
    for entry in ENTRIES:
        groups.setdefault(fingerprint(entry), []).append(entry)
    for twins in groups.values():
        assert len({entry.split for entry in twins}) == 1, [entry.name for entry in twins]


def test_every_split_is_there_and_names_divide_among_them():
    by_split = {split: names(split) for split in structures.SPLITS}
    assert all(len(found) >= 20 for found in by_split.values())
    assert sorted(sum(by_split.values(), ())) == sorted(names())


def test_a_structure_is_loaded_by_name_from_a_cif_and_as_it_is(tmp_path):
    by_name = load("rutile")
    path = tmp_path / "rutile.cif"
    path.write_text(by_name.make_cif_block().as_string(), encoding="utf-8")
    from_file = load(path)
    assert from_file.cell.volume == pytest.approx(by_name.cell.volume, rel=1e-6)
    assert len(from_file.get_all_unit_cell_sites()) == len(by_name.get_all_unit_cell_sites()) == 6
    assert load(by_name) is by_name


@pytest.mark.parametrize(
    ("structure", "message"),
    [
        ("unobtainium", "expected a name of the catalogue or the path of a CIF file"),
        ("Au", "did you mean gold"),
        (gemmi.SmallStructure(), "has no unit cell"),
    ],
)
def test_what_is_no_structure_is_refused_with_the_way_out(structure, message):
    with pytest.raises(ValueError, match=message):
        load(structure)


def test_a_cif_without_atoms_or_sense_is_refused(tmp_path):
    empty, broken = tmp_path / "empty.cif", tmp_path / "broken.cif"
    empty.write_text("data_nothing\n_cell_length_a 5\n", encoding="utf-8")
    broken.write_text("loop_ _a _b 1", encoding="utf-8")
    with pytest.raises(ValueError, match=r"'empty\.cif' holds no atoms"):
        load(empty)
    with pytest.raises(ValueError, match=r"'broken\.cif' is no CIF file that can be read"):
        load(broken)


def test_a_structure_without_space_group_or_element_is_refused():
    structure = load("gold").clone() if hasattr(gemmi.SmallStructure, "clone") else catalogue()["gold"].to_gemmi()
    structure.spacegroup = None
    with pytest.raises(ValueError, match="no space group"):
        load(structure)


def test_no_split_of_another_name():
    with pytest.raises(ValueError, match="split is 'dev': expected one of train, validation, test"):
        names("dev")
