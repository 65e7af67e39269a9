r"""Reciprocal-lattice vectors of a crystal and how strongly each scatters electrons.

The structure factor is

.. math:: F_{hkl} = \sum_j o_j f_j(s) \exp(-B_j s^2) \exp 2πi(hx_j + ky_j + lz_j), \qquad s = \sin θ / λ = 1 / 2d

over **all** atoms of the cell, with the electron scattering factors :math:`f` of neutral atoms at rest (no relativistic
factor), in nm. Two slips make it come out wrong by a factor: to put :math:`1/d` for :math:`s` (International Tables use
:math:`s = 1/2d`), and to sum over the asymmetric unit with the occupancies of a CIF, where a site on a symmetry element
counts several times (gemmi's own calculator wants `change_occupancies_to_crystallographic` first).

References
----------
.. [1] *International Tables for Crystallography* C, table 4.3.2.2 (coefficients as gemmi holds them)
.. [2] J. C. H. Spence, J. M. Zuo, *Electron Microdiffraction*, Plenum (1992), doi:10.1007/978-1-4899-2353-0
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from . import structures

if TYPE_CHECKING:
    from collections.abc import Iterator

#: More reflections than this are a slip in k_max or the cell: they would fill the memory.
MOST = 2_000_000
#: A reflection weaker than this share of the strongest amplitude is absent (its intensity is below 1e-8).
LEAST_AMPLITUDE = 1e-4

_ANGSTROM = 0.1  # nm


@dataclass(frozen=True, eq=False)
class Reflections:
    """The reflections of a crystal up to a limit, without the direct beam.

    Attributes
    ----------
    indices : (n, 3) int array
        h, k, l.
    vectors : (n, 3) array
        Reciprocal-lattice vectors in 1/nm in the Cartesian frame of the crystal (x along **a**, z along **c***).
    structure_factors : (n,) complex array
        In nm.
    volume : float
        Of the unit cell in nm³.
    """

    indices: np.ndarray
    vectors: np.ndarray
    structure_factors: np.ndarray
    volume: float

    def __len__(self) -> int:
        return len(self.indices)

    @functools.cached_property
    def k(self) -> np.ndarray:
        """Lengths of the vectors in 1/nm."""
        return np.linalg.norm(self.vectors, axis=1)

    @functools.cached_property
    def d_spacings(self) -> np.ndarray:
        """Plane spacings in nm."""
        return 1 / self.k

    @functools.cached_property
    def amplitudes(self) -> np.ndarray:
        """Absolute structure factors in nm."""
        return np.abs(self.structure_factors)

    @functools.cached_property
    def family_of(self) -> np.ndarray:
        """Place of every reflection in `families`."""
        order = np.argsort(self.k, kind="stable")
        longer = np.diff(self.k[order]) > 1e-6 * self.k[order][1:]
        places = np.empty(len(self), np.int64)
        places[order] = np.r_[0, np.cumsum(longer)]
        return places

    @functools.cached_property
    def families(self) -> Families:
        """What a powder cannot tell apart, taken together, the shortest first."""
        counts = np.bincount(self.family_of)
        k = np.bincount(self.family_of, self.k) / counts
        power = np.bincount(self.family_of, self.amplitudes**2) / counts
        return Families(k=k, multiplicity=counts, amplitude=np.sqrt(power))

    def stronger(self, share: float) -> Reflections:
        """Those whose amplitude is at least this share of the largest."""
        kept = self.amplitudes >= share * self.amplitudes.max()
        return Reflections(self.indices[kept], self.vectors[kept], self.structure_factors[kept], self.volume)


@dataclass(frozen=True, eq=False)
class Families:
    """Reflections of equal length, as a powder shows them; arrays of one length.

    `k` in 1/nm, `multiplicity` (both Friedel mates count), `amplitude` in nm (root mean square of those of all).
    """

    k: np.ndarray
    multiplicity: np.ndarray
    amplitude: np.ndarray


def reflections(structure, k_max: float) -> Reflections:
    """Reflections of a crystal up to `k_max`, systematic absences left out.

    Parameters
    ----------
    structure : str, path or gemmi.SmallStructure
        As in `structures.load`.
    k_max : float
        Largest length in 1/nm.

    Raises
    ------
    ValueError
        If `k_max` is not positive, reaches no reflection, or reaches millions.

    Examples
    --------
    >>> gold = reflections("gold", k_max=6)
    >>> len(gold), float(gold.d_spacings.max())
    (14, 0.2355)
    """
    if not (np.isfinite(k_max) and k_max > 0):
        raise ValueError(f"k_max is {k_max}: expected a positive length in 1/nm")
    if isinstance(structure, gemmi.SmallStructure):
        return _reflections(structures.load(structure), float(k_max))
    return _remembered(os.fspath(structure), float(k_max))


@functools.lru_cache(maxsize=512)
def _remembered(name: str, k_max: float) -> Reflections:
    return _reflections(structures.load(name), k_max)


def _reflections(structure: gemmi.SmallStructure, k_max: float) -> Reflections:
    volume = structure.cell.volume * _ANGSTROM**3
    expected = 4 / 3 * np.pi * k_max**3 * volume
    if expected > MOST:
        raise ValueError(
            f"k_max is {k_max:g} 1/nm: '{structure.name}' has about {expected:.2g} reflections up to there; "
            f"ask for k_max below {k_max * (MOST / expected) ** (1 / 3):.2g} 1/nm"
        )
    reciprocal = np.array(structure.cell.frac.mat.tolist()) / _ANGSTROM
    limits = np.floor(k_max * _ANGSTROM * np.array([structure.cell.a, structure.cell.b, structure.cell.c])).astype(int)
    kept = [
        chosen
        for layer in _layers(limits)
        if len(chosen := layer[_within(layer @ reciprocal, k_max) & ~_absent(structure, layer)])
    ]
    if not kept:
        # no centring and no glide plane takes all of h00, 0k0, 00l up to the fourth order
        first = _reflections(structure, 4 / (_ANGSTROM * min(structure.cell.a, structure.cell.b, structure.cell.c)))
        raise ValueError(
            f"k_max is {k_max:g} 1/nm: '{structure.name}' has no reflection up to there; "
            f"its first is at {first.k.min():.4g} 1/nm"
        )
    indices = np.concatenate(kept)
    factors = structure_factors(structure, indices)
    present = np.abs(factors) > LEAST_AMPLITUDE * np.abs(factors).max()
    indices = indices[present]
    return Reflections(indices, indices @ reciprocal, factors[present], volume)


def structure_factors(structure: gemmi.SmallStructure, indices: np.ndarray) -> np.ndarray:
    """Electron structure factors in nm.

    Parameters
    ----------
    structure : gemmi.SmallStructure
    indices : (n, 3) int array
        h, k, l.

    Returns
    -------
    (n,) complex array
    """
    reciprocal = np.array(structure.cell.frac.mat.tolist())  # 1/Å
    s_squared = np.sum((indices @ reciprocal) ** 2, axis=1) / 4
    factors = np.zeros(len(indices), complex)
    for element, b_iso, positions, weights in _kinds_of_atoms(structure):
        scattering = form_factor(element, s_squared) * np.exp(-b_iso * s_squared)
        factors += scattering * _phase_sums(indices, positions, weights)
    return factors * _ANGSTROM


def form_factor(element: gemmi.Element, s_squared: np.ndarray) -> np.ndarray:
    """Electron scattering factor of a neutral atom at rest.

    Parameters
    ----------
    element : gemmi.Element
    s_squared : array
        (sin θ / λ)² in 1/Å², that is 1 / 4d².

    Returns
    -------
    array
        In Å, as it is tabulated.
    """
    if element.is_hydrogen:
        element = gemmi.Element("H")  # deuterium scatters electrons as hydrogen does
    if element.c4322 is None:
        raise ValueError(f"no electron scattering factor is known of {element.name} (tables end at Cf)")
    coefficients = np.array(element.c4322.get_coefs())
    heights, widths = coefficients[:5], coefficients[5:]
    return np.exp(-np.multiply.outer(s_squared, widths)) @ heights


def _kinds_of_atoms(structure) -> Iterator[tuple[gemmi.Element, float, np.ndarray, np.ndarray]]:
    """Atoms of the whole cell by element and displacement: element, B in Å², positions, occupancies."""
    kinds: dict[tuple[str, float], list] = {}
    for site in structure.get_all_unit_cell_sites():
        # the mean of the diagonal is exact for orthogonal axes and near enough for others
        u_iso = site.u_iso or site.aniso.trace() / 3
        kinds.setdefault((site.element.name, round(8 * np.pi**2 * u_iso, 6)), []).append(site)
    for (element, b_iso), sites in kinds.items():
        positions = np.array([site.fract.tolist() for site in sites])
        yield gemmi.Element(element), b_iso, positions, np.array([site.occ for site in sites])


def _phase_sums(indices, positions, weights) -> np.ndarray:
    """Σ w exp 2πi(hx + ky + lz) for every reflection, layer by layer of h.

    The phase is a product of one factor per axis, so the exponentials are taken per axis and the sum over the atoms
    is a matrix product; a plain sum takes as many exponentials as there are atoms times reflections.
    """
    sums = np.empty(len(indices), complex)
    by_axis = [np.unique(indices[:, axis], return_inverse=True) for axis in range(3)]
    waves = [np.exp(2j * np.pi * np.outer(values, positions[:, axis])) for axis, (values, _) in enumerate(by_axis)]
    (_, h), (_, k), (_, l_index) = by_axis
    for layer in range(len(waves[0])):
        inside = h == layer
        grid = (waves[1] * (weights * waves[0][layer])) @ waves[2].T
        sums[inside] = grid[k[inside], l_index[inside]]
    return sums


def _layers(limits) -> Iterator[np.ndarray]:
    """Indices of the box, one layer of h after the other, without 000."""
    k, l_index = np.meshgrid(*(np.arange(-limit, limit + 1) for limit in limits[1:]), indexing="ij")
    for h in range(-limits[0], limits[0] + 1):
        layer = np.stack([np.full(k.size, h), k.ravel(), l_index.ravel()], axis=1)
        yield layer[layer.any(axis=1)] if h == 0 else layer


def _within(vectors, k_max) -> np.ndarray:
    return np.einsum("ij,ij->i", vectors, vectors) <= k_max**2 * (1 + 1e-12)


def _absent(structure, indices) -> np.ndarray:
    return np.asarray(structure.spacegroup.operations().systematic_absences(indices.astype(np.int32)), bool)
