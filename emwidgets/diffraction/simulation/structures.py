"""Real crystal structures to make patterns from: a catalogue of facts, and the user's own.

The catalogue lies in ``catalogue/*.toml``: space group, cell, the atoms of the asymmetric unit, the measured density
and where the structure was published. Its tests work out the density, the composition and the distances of every entry.

Entries are divided into training, validation and test by **prototype** (the structure type), by the fixed list below.
A camera length scales a pattern, so copper and gold, or silicon and germanium, are the same pattern to a network: an
isostructural twin on the other side of the split would be leakage, whatever its lattice constant. Prototypes that
differ by a distortion or a superlattice stand together, too: the perovskites, fluorite with bixbyite, pyrochlore and
baddeleyite, corundum with ilmenite, the ordered alloys with the metals. What this cannot undo is that lattices are
few; a face-centred cubic one is behind gold (training) and fluorite (test), with other reflections absent or weak.
"""

from __future__ import annotations

import functools
import os
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

import gemmi
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

SPLITS = ("train", "validation", "test")

#: Prototypes that no network is trained on; all others are for training.
HELD_OUT = MappingProxyType(
    {
        "validation": frozenset(
            {
                "AlB2",
                "anatase",
                "CHA",
                "cristobalite",
                "diopside",
                "GdFeO3",
                "GeS",
                "In",
                "kyanite",
                "LaAlO3",
                "litharge",
                "MgZn2",
                "NbSe2",
                "perovskite",
                "pyrite",
                "tetragonal perovskite",
                "urea",
                "V2O5",
                "WC",
                "zircon",
            }
        ),
        "test": frozenset(
            {
                "albite",
                "apatite",
                "baddeleyite",
                "Bi2Te3",
                "bixbyite",
                "CaB6",
                "CaCu5",
                "CuAl2",
                "FAU",
                "fluorite",
                "garnet",
                "hexamine",
                "K2PtCl6",
                "marcasite",
                "MgCu2",
                "molybdenite",
                "NiAs",
                "pyrochlore",
                "rutile",
                "tenorite",
                "WO3",
                "YBa2Cu3O7",
                "α-Ga",
                "β-Sn",
            }
        ),
    }
)

#: Thermal motion of an entry that says nothing, Å² (a usual value of inorganic crystals at room temperature).
USUAL_B = 0.5


@dataclass(frozen=True)
class Entry:
    """A structure of the catalogue.

    Attributes
    ----------
    name, formula, prototype, space_group : str
        The space group as Hermann–Mauguin symbol with its setting.
    cell : (a, b, c, alpha, beta, gamma)
        In Å and degrees, as published.
    sites : tuple of (element, x, y, z, occupancy)
    density : float
        As measured, in g/cm³.
    b_iso : float
        Isotropic displacement parameter B in Å², one for all atoms.
    reference : str
    hydrogens_left_out : int
        Hydrogens of a formula unit that the published model does not place.
    """

    name: str
    formula: str
    prototype: str
    space_group: str
    cell: tuple[float, float, float, float, float, float]
    sites: tuple[tuple[str, float, float, float, float], ...]
    density: float
    reference: str
    b_iso: float = USUAL_B
    hydrogens_left_out: int = 0

    @property
    def split(self) -> str:
        """What the entry is for: "train", "validation" or "test"."""
        return next((split for split, held in HELD_OUT.items() if self.prototype in held), "train")

    def to_gemmi(self) -> gemmi.SmallStructure:
        """The structure as gemmi knows it (Å)."""
        structure = gemmi.SmallStructure()
        structure.name = self.name
        structure.cell.set(*self.cell)
        structure.spacegroup = gemmi.find_spacegroup_by_name(self.space_group)
        structure.spacegroup_hm = self.space_group  # what a CIF made of it says
        for number, (element, x, y, z, occupancy) in enumerate(self.sites, start=1):
            site = gemmi.SmallStructure.Site()
            site.label, site.type_symbol = f"{element}{number}", element
            site.element = gemmi.Element(element)
            site.fract = gemmi.Fractional(x, y, z)
            site.occ = occupancy
            site.u_iso = self.b_iso / (8 * np.pi**2)
            structure.add_site(site)
        structure.setup_cell_images()
        return structure


@functools.cache
def catalogue() -> Mapping[str, Entry]:
    """Every structure of the catalogue by name.

    Examples
    --------
    >>> catalogue()["gold"].space_group
    'F m -3 m'
    """
    folder = resources.files(__package__) / "catalogue"
    entries = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            for name, facts in tomllib.loads(file.read_text(encoding="utf-8")).items():
                entries[name] = _entry(name, facts)
    return MappingProxyType(entries)


@functools.cache
def names(split: str | None = None) -> tuple[str, ...]:
    """Names of the catalogue's structures, all or those of one split.

    Raises
    ------
    ValueError
        If there is no such split.
    """
    if split is not None and split not in SPLITS:
        raise ValueError(f"split is {split!r}: expected one of {', '.join(SPLITS)}")
    return tuple(name for name, entry in catalogue().items() if split in (None, entry.split))


def load(structure) -> gemmi.SmallStructure:
    """A crystal structure from whatever names it.

    Parameters
    ----------
    structure : str, path or gemmi.SmallStructure
        A name of the catalogue ("gold"; `names` lists them), the path of a CIF file, or a structure of your own.

    Returns
    -------
    gemmi.SmallStructure
        Lengths in Å, as gemmi has them.

    Raises
    ------
    ValueError
        If the name is not in the catalogue and no CIF file, or if the structure has no cell, atoms or space group.
    """
    if isinstance(structure, gemmi.SmallStructure):
        return _checked(structure, f"structure '{structure.name}'")
    text = os.fspath(structure)
    if text in catalogue():
        return _of_catalogue(text)
    if not os.path.isfile(text):
        close = [name for name in catalogue() if text.lower() in (name, catalogue()[name].formula.lower())]
        hint = f"did you mean {' or '.join(close)}?" if close else "diffraction.structures.names() lists the catalogue"
        raise ValueError(f"structure is {text!r}: expected a name of the catalogue or the path of a CIF file; {hint}")
    return _checked(_read_cif(text), f"the CIF file '{os.path.basename(text)}'")


@functools.cache
def _of_catalogue(name: str) -> gemmi.SmallStructure:
    return catalogue()[name].to_gemmi()


def _read_cif(path: str) -> gemmi.SmallStructure:
    try:
        blocks = gemmi.cif.read(path)
    except (ValueError, RuntimeError) as error:
        raise ValueError(f"'{os.path.basename(path)}' is no CIF file that can be read: {error}") from error
    for block in blocks:
        structure = gemmi.make_small_structure_from_block(block)
        if len(structure.sites):
            return structure
    raise ValueError(f"the CIF file '{os.path.basename(path)}' holds no atoms: expected a loop of _atom_site_fract_x …")


def _checked(structure: gemmi.SmallStructure, named: str) -> gemmi.SmallStructure:
    if not structure.cell.is_crystal():
        raise ValueError(f"{named} has no unit cell: expected six cell parameters in Å and degrees")
    if not len(structure.sites):
        raise ValueError(f"{named} has no atoms: expected at least one site")
    if structure.spacegroup is None:
        raise ValueError(
            f"{named} has no space group that gemmi knows: set structure.spacegroup, or give P 1 and all atoms"
        )
    unknown = [site.label for site in structure.sites if site.element.atomic_number == 0]
    if unknown:
        raise ValueError(f"{named} has sites of no known element ({', '.join(unknown)}): set their type symbols")
    return structure


def _entry(name: str, facts: dict) -> Entry:
    known = {key: value for key, value in facts.items() if key not in ("cell", "sites")}
    system = gemmi.find_spacegroup_by_name(facts["space_group"]).crystal_system_str()
    rhombohedral = facts["space_group"].endswith(":R")
    cell = _whole_cell(facts["cell"], "rhombohedral" if rhombohedral else system)
    return Entry(name=name, cell=cell, sites=tuple(_site(text) for text in facts["sites"]), **known)


def _site(text: str) -> tuple[str, float, float, float, float]:
    element, *numbers = text.split()
    x, y, z, occupancy = (float(Fraction(number)) for number in [*numbers, "1"][:4])
    return element, x, y, z, occupancy


def _whole_cell(given, system: str):
    """Six cell parameters from those that the crystal system leaves free."""
    match system, list(given):
        case "cubic", [a]:
            return a, a, a, 90.0, 90.0, 90.0
        case "rhombohedral", [a, angle]:
            return a, a, a, angle, angle, angle
        case "hexagonal" | "trigonal", [a, c]:
            return a, a, c, 90.0, 90.0, 120.0
        case "tetragonal", [a, c]:
            return a, a, c, 90.0, 90.0, 90.0
        case "orthorhombic", [a, b, c]:
            return a, b, c, 90.0, 90.0, 90.0
        case "monoclinic", [a, b, c, beta]:
            return a, b, c, 90.0, beta, 90.0
        case "triclinic", [_, _, _, _, _, _]:
            return tuple(given)
    raise ValueError(f"the cell {given} does not fit the crystal system {system}")
