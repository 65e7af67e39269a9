r"""Which reflections a crystal shows in which orientation, and how bright: Ewald's construction.

The beam travels along +z of the microscope, x runs along the columns of the image and y down its rows. The Ewald
sphere of radius 1/λ touches the origin from below, so a reciprocal-lattice point misses it by the excitation error

.. math:: s = \sqrt{λ^{-2} - g_x^2 - g_y^2} - λ^{-1} - g_z

along the beam, positive for a point inside the sphere. How bright the spot is for a given *s* follows from the
thickness: sinc²(st) for a weakly scattering (kinematic) slab, the two-beam solution for a thicker one.

References
----------
.. [1] D. B. Williams, C. B. Carter, *Transmission Electron Microscopy*, 2nd ed., Springer (2009), ch. 12 and 13,
   doi:10.1007/978-0-387-76501-3
.. [2] R. Vincent, P. A. Midgley, *Ultramicroscopy* 53, 271 (1994), doi:10.1016/0304-3991(94)90039-6 (precession)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import constants

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

    from .reflections import Reflections

#: Rocking curves are followed to this many times 1/t; beyond, the side lobes are below 0.4 % of the peak.
LOBES = 5.0
#: Orientations times reflections that are worked on at once (8 MB of float64).
_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Beam:
    """The illumination and the slab it goes through.

    Parameters
    ----------
    voltage : float
        kV.
    thickness : float
        Of the crystal along the beam, nm.
    precession : float
        Half angle of the cone that the beam is led round, degrees.
    two_beam : bool
        Whether each reflection takes its intensity from the two-beam dynamical solution, which cannot exceed the
        incident beam, instead of the kinematic one. Between reflections nothing interferes either way.
    """

    voltage: float = 200.0
    thickness: float = 20.0
    precession: float = 0.0
    two_beam: bool = False

    def __post_init__(self):
        limits = {"voltage": (1, 10_000), "thickness": (0.1, 10_000), "precession": (0, 10)}
        units = {"voltage": "kV", "thickness": "nm", "precession": "degrees"}
        for name, (low, high) in limits.items():
            value = getattr(self, name)
            if not (np.isfinite(value) and low <= value <= high):
                raise ValueError(f"{name} is {value}: expected {low:g} to {high:g} {units[name]}")

    @property
    def wavelength(self) -> float:
        """Of the electrons, nm."""
        return wavelength(self.voltage)

    @property
    def reach(self) -> float:
        """Largest excitation error that is followed, 1/nm."""
        return LOBES / self.thickness


@dataclass(frozen=True, eq=False)
class Spots:
    """Where diffracted beams meet the detector, as a list.

    Attributes
    ----------
    positions : (n, 2) array
        kx, ky in 1/nm from the direct beam.
    intensities : (n,) array
        Of the incident beam, over all grains.
    families : (n,) int array
        Which ring a spot belongs to, as a place in `Reflections.families`.
    indices : (n, 3) int array or None
        h, k, l, where the spots are those of single reflections.
    """

    positions: np.ndarray
    intensities: np.ndarray
    families: np.ndarray
    indices: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.intensities)

    def scaled(self, factor: float) -> Spots:
        """The same spots, `factor` times as bright."""
        return replace(self, intensities=self.intensities * factor)


def wavelength(voltage: float) -> float:
    """Relativistic wavelength of electrons in nm; `voltage` in kV (2.508 pm at 200 kV)."""
    energy = constants.e * voltage * 1e3
    rest = constants.m_e * constants.c**2
    return 1e9 * constants.h * constants.c / np.sqrt(energy * (energy + 2 * rest))


def relativistic_factor(voltage: float) -> float:
    """Mass of the electrons over their rest mass; `voltage` in kV (1.391 at 200 kV)."""
    return 1 + constants.e * voltage * 1e3 / (constants.m_e * constants.c**2)


def extinction_distances(amplitudes, volume: float, voltage: float) -> np.ndarray:
    """Depth over which a reflection takes all of the beam and gives it back, at its Bragg angle.

    Parameters
    ----------
    amplitudes : array
        Structure factors in nm, without the relativistic factor, which is put in here.
    volume : float
        Of the unit cell, nm³.
    voltage : float
        kV.

    Returns
    -------
    array
        In nm (ref. [1]_, eq. 13.4; 60 nm for silicon 111 at 100 kV).
    """
    return np.pi * volume / (wavelength(voltage) * relativistic_factor(voltage) * np.maximum(amplitudes, 1e-12))


def excitation_errors(vectors: np.ndarray, voltage: float) -> np.ndarray:
    """Distance along the beam from reciprocal-lattice points to the Ewald sphere, 1/nm.

    Parameters
    ----------
    vectors : (..., 3) array
        In the frame of the microscope, 1/nm.
    voltage : float
        kV.
    """
    radius = 1 / wavelength(voltage)
    across = vectors[..., 0] ** 2 + vectors[..., 1] ** 2
    # the difference of two long lengths, written so that nothing cancels
    return -across / (np.sqrt(np.maximum(radius**2 - across, 0)) + radius) - vectors[..., 2]


def rocking_curve(errors, inverse_extinction, beam: Beam) -> np.ndarray:
    """Intensity of a reflection over that of the incident beam.

    Parameters
    ----------
    errors : array
        Excitation errors in 1/nm.
    inverse_extinction : array
        1/ξ in 1/nm, of a shape that broadcasts with `errors`.
    beam : Beam
    """
    if not beam.two_beam:
        return np.square(np.pi * beam.thickness * inverse_extinction * np.sinc(errors * beam.thickness))
    effective = np.sqrt(np.square(errors) + np.square(inverse_extinction))
    return np.square(np.pi * beam.thickness * inverse_extinction * np.sinc(effective * beam.thickness))


def precessed(errors, across, inverse_extinction, beam: Beam) -> np.ndarray:
    """Rocking curve averaged over the azimuths of a precessing beam.

    Parameters
    ----------
    errors, across, inverse_extinction : (n,) arrays
        Excitation error without precession, length of **g** across the beam (1/nm), and 1/ξ.
    beam : Beam
    """
    swing = np.deg2rad(beam.precession) * across
    if beam.precession == 0 or not len(errors):
        return rocking_curve(errors, inverse_extinction, beam)
    # fine enough to meet each lobe of the rocking curve, of width 1/t, as s swings through it and back
    steps = int(np.clip(np.pi * swing.max() * beam.thickness, 16, 256))
    azimuths = np.pi * (np.arange(steps) + 0.5) / steps
    swung = errors[:, None] + swing[:, None] * np.cos(azimuths)
    return rocking_curve(swung, inverse_extinction[:, None], beam).mean(axis=1)


def diffract(
    reflections: Reflections,
    orientations: Rotation,
    beam: Beam,
    *,
    shares: np.ndarray | None = None,
    least: float = 1e-6,
) -> Spots:
    """Spots of crystals in given orientations.

    Parameters
    ----------
    reflections : Reflections
    orientations : scipy Rotation, one or many
        From the frame of the crystal to that of the microscope.
    beam : Beam
    shares : array, optional
        Of the beam that each crystal takes; equal ones if left out.
    least : float
        Spots weaker than this share of the brightest are left out.
    """
    matrices = np.atleast_3d(orientations.as_matrix()).reshape(-1, 3, 3)
    inverse_extinction = 1 / extinction_distances(reflections.amplitudes, reflections.volume, beam.voltage)
    chunk = max(1, _AT_ONCE // max(1, len(reflections)))
    parts = [
        _diffract_some(reflections, matrices[start : start + chunk], inverse_extinction, beam)
        for start in range(0, len(matrices), chunk)
    ]
    positions, intensities, which = (np.concatenate([part[i] for part in parts]) for i in range(3))
    if shares is None:
        intensities = intensities / len(matrices)
    else:
        grain = np.concatenate(
            [part[3] + start for part, start in zip(parts, range(0, len(matrices), chunk), strict=True)]
        )
        intensities = intensities * np.asarray(shares)[grain]
    bright = intensities > least * intensities.max(initial=0)
    which = which[bright]
    return Spots(positions[bright], intensities[bright], reflections.family_of[which], reflections.indices[which])


def _diffract_some(reflections, matrices, inverse_extinction, beam):
    grain, which = np.nonzero(_near_sphere(reflections, matrices, beam))
    vectors = np.einsum("nij,nj->ni", matrices[grain], reflections.vectors[which])
    errors = excitation_errors(vectors, beam.voltage)
    across = np.hypot(vectors[:, 0], vectors[:, 1])
    intensities = precessed(errors, across, inverse_extinction[which], beam)
    return vectors[:, :2], intensities, which, grain


def _near_sphere(reflections, matrices, beam) -> np.ndarray:
    """Which reflections of which grains may be seen: (grains, reflections), from gz alone and in single precision.

    For nearly all points this is all that is worked out. −gz − g²λ/2 differs from the excitation error by less than
    0.5 % of |g| below 40 1/nm, hence the margin.
    """
    sag = (0.5 * beam.wavelength * np.square(reflections.k)).astype(np.float32)
    along = matrices[:, 2].astype(np.float32) @ reflections.vectors.T.astype(np.float32)
    swing = np.deg2rad(beam.precession) + 0.005
    return np.abs(along + sag) <= (beam.reach + swing * reflections.k).astype(np.float32)
