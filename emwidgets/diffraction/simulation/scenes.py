"""Specimens drawn at random, each under a beam and at a camera length that shows enough of it.

What is drawn is what is found under microscopes: crystals near a zone axis or not, bent and mosaic ones, two at once;
powders of few and of very many grains, equal and unequal, films with a fibre texture. Of either kind everything else
(structure, voltage, thickness, number of reflections in the frame) varies as widely as it can.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from . import structures
from .chance import direction, either, log_uniform
from .frame import Frame
from .instrument import Instrument, Optics
from .kikuchi import kikuchi_lines
from .kinematic import Beam, Spots
from .orientation import Fibre, Mosaic, Texture, zone_axis
from .reflections import Reflections, reflections
from .specimen import Diffracted, illuminate
from .truth import MOST_CRYSTALS, Truth

#: Rings of a larger cell (nm³) than this lie too close to be told apart.
_LARGEST_POWDER_CELL = 1.0
#: A reflection of less than this share of the strongest amplitude is not seen beside it.
_LEAST_AMPLITUDE = 0.02
#: Crystals of more reflections than this are not turned into place by the hundred.
_MOST_TEXTURED = 1500
_UP = (0.0, 0.0, -1.0)


@dataclass(frozen=True, eq=False)
class Scene:
    """A specimen under a beam, at a camera length.

    Attributes
    ----------
    structure : str
    found : Reflections
    beam : Beam
    diffracted : Diffracted
    half_width : float
        Half of the frame, 1/nm.
    crystallite_size : float or None
        nm
    """

    structure: str
    found: Reflections
    beam: Beam
    diffracted: Diffracted
    half_width: float
    crystallite_size: float | None

    @property
    def truth(self) -> Truth:
        """What the pattern truly is."""
        return self.diffracted.truth

    def record(self, instrument: Instrument, native: int, rng: np.random.Generator) -> Frame:
        """Record it on a detector of so many rows and columns."""
        lines = None
        if self.truth.grains == 1:
            reach = 1.5 * self.half_width
            lines = kikuchi_lines(self.found, self.diffracted.orientation, self.beam.voltage, reach)
        return instrument.record(
            self.diffracted.spots,
            (native, native),
            2 * self.half_width / native,
            rng,
            crystallite_size=self.crystallite_size,
            lines=lines,
        )


def random_polycrystal(rng: np.random.Generator, split: str, native: int, optics: Optics) -> Scene | None:
    """Many grains, a powder or now and then a fibre texture; None where no rings would be seen in the frame."""
    name = _choose(rng, split)
    if structures.load(name).cell.volume * 1e-3 > _LARGEST_POWDER_CELL:
        return None
    strong = _first_strong(name)
    size = log_uniform(rng, 3, 40)
    half_width = np.clip(strong * log_uniform(rng, 1.35, 7), 3, 22)
    # rings that the optics or the size of the crystallites merge are halos
    broad = np.hypot(0.9 / size / 2.355, half_width * (optics.blur + 0.5 * optics.disk))
    if broad > 0.11 * strong:
        return None
    beam = _beam(rng, min(size, log_uniform(rng, 3, 30)), either(rng, 0.07, 1.0, 0.0))
    found = _within_frame(name, half_width)
    if rng.random() < 0.12 and len(found) < _MOST_TEXTURED:
        across = rng.random() < 0.6
        direction = (*(np.cos(turn := rng.uniform(0, np.pi)), np.sin(turn)), 0.0) if across else (0.0, 0.0, 1.0)
        texture: Texture | None = Fibre(direction, rng.uniform(4, 25))
        grains, base = int(log_uniform(rng, 120, 500)), _low_index(rng, name, along=direction)
    else:
        texture, base = None, Rotation.random(rng=rng)
        grains = float(round(log_uniform(rng, 60, 3e5))) if rng.random() < 0.9 else np.inf
    resolution = 2 * half_width / native
    options = {"grain_spread": either(rng, 0.6, rng.uniform(0.2, 1.4), 0.0), "resolution": resolution, "least": 2e-3}
    diffracted = illuminate(found, beam, grains, base, texture, rng, **options)
    if diffracted.truth.label != "ring" or not _enough_rings(diffracted.spots, half_width, found):
        return None
    return Scene(name, found, beam, diffracted, half_width, size if rng.random() < 0.9 else None)


def random_spotty(rng: np.random.Generator, split: str, native: int, optics: Optics) -> Scene | None:
    """A few grains, too many for a spot pattern and too few for rings; None where the drawing gave one of these."""
    name = _choose(rng, split)
    if structures.load(name).cell.volume * 1e-3 > _LARGEST_POWDER_CELL:
        return None
    half_width = float(np.clip(_first_strong(name) * log_uniform(rng, 1.5, 6), 3, 22))
    beam = _beam(rng, log_uniform(rng, 3, 40), either(rng, 0.1, 1.0, 0.0))
    found = _within_frame(name, half_width)
    grains = int(log_uniform(rng, MOST_CRYSTALS + 1, 60))
    options = {"grain_spread": either(rng, 0.6, rng.uniform(0.2, 1.0), 0.0), "least": 2e-3}
    diffracted = illuminate(found, beam, grains, Rotation.random(rng=rng), None, rng, **options)
    if diffracted.truth.label != "spotty" or not _enough_spots(diffracted.spots, half_width, 12):
        return None
    return Scene(name, found, beam, diffracted, half_width, log_uniform(rng, 8, 200) if rng.random() < 0.3 else None)


def random_crystal(rng: np.random.Generator, split: str, native: int, optics: Optics) -> Scene | None:
    """One crystal, perfect or mosaic, or two; None where too few spots would be seen in the frame."""
    name = _choose(rng, split)
    finest = _closest(name)
    widest = native / 2 / 2.5 * finest  # 2.5 px from spot to spot
    low = max(1.3 * finest, 0.6)
    half_width = float(np.clip(finest * log_uniform(rng, 2.7, 16), low, max(min(widest, 22), 1.2 * low)))
    beam = _beam(rng, log_uniform(rng, 2, 40), either(rng, 0.12, rng.uniform(0.3, 3), 0.0))
    found = _within_frame(name, half_width)
    orientation = _orientation(rng, name)
    texture = Mosaic(log_uniform(rng, 0.15, 3.0)) if rng.random() < 0.2 else None
    grains = int(log_uniform(rng, 15, 80)) if texture else 1
    if len(found) * grains > 200_000:
        texture, grains = None, 1
    diffracted = illuminate(found, beam, grains, orientation, texture, rng)
    if rng.random() < 0.1 and texture is None:
        diffracted = _with_second_crystal(rng, found, beam, diffracted, orientation)
    if diffracted.truth.label != "spot" or not _enough_spots(
        diffracted.spots, half_width, round(log_uniform(rng, 7, 60))
    ):
        return None
    size = log_uniform(rng, 8, 200) if rng.random() < 0.3 else None
    if size is not None and 0.9 / size > 0.35 * finest:
        size = None
    return Scene(name, found, beam, diffracted, half_width, size)


def _beam(rng, thickness: float, precession: float) -> Beam:
    voltage = float(rng.choice([30, 60, 80, 100, 120, 200, 200, 300, 300, 3000]))
    return Beam(voltage, thickness, precession, two_beam=bool(rng.random() < 0.5))


def _with_second_crystal(rng, found, beam, first: Diffracted, orientation) -> Diffracted:
    """A weaker crystal beside the first: a twin, a precipitate, a neighbour."""
    turned = Rotation.from_rotvec(np.deg2rad(rng.uniform(5, 90)) * direction(rng)) * orientation
    second = illuminate(found, beam, 1, turned, None, rng)
    share = rng.uniform(0.1, 0.8)
    both = [first.spots.scaled(1 - share / 2), second.spots.scaled(share / 2)]
    spots = Spots(
        *(
            np.concatenate([getattr(one, part) for one in both])
            for part in ("positions", "intensities", "families", "indices")
        )
    )
    return Diffracted(spots, replace(first.truth, grains=2.0), orientation)


def _orientation(rng, name: str) -> Rotation:
    """Near a zone axis as a microscopist would tilt it, or anyhow."""
    if rng.random() < 0.12:
        return Rotation.random(rng=rng)
    near = _low_index(rng, name)
    tilt = either(rng, 0.4, 0.0, log_uniform(rng, 0.1, 5))
    turn = Rotation.from_rotvec([0, 0, rng.uniform(0, 2 * np.pi)])
    azimuth = rng.uniform(0, 2 * np.pi)
    return turn * Rotation.from_rotvec(np.deg2rad(tilt) * np.array([np.cos(azimuth), np.sin(azimuth), 0])) * near


def _low_index(rng, name: str, along=_UP) -> Rotation:
    direction = rng.choice([0, 0, 1, 1, 2, 3], size=3) * rng.choice([-1, 1], size=3)
    indices = tuple(int(index) for index in direction) if direction.any() else (0, 0, 1)
    return _up(name, indices) if along == _UP else zone_axis(name, indices, along)


@functools.cache
def _up(name: str, indices: tuple[int, int, int]) -> Rotation:
    return zone_axis(name, indices, _UP)


def _enough_spots(spots: Spots, half_width: float, least: int) -> bool:
    """Some reflections that rise over the rest, inside the frame and off its very centre."""
    if not len(spots):
        return False
    radius = np.linalg.norm(spots.positions, axis=1) / half_width
    seen = (radius > 0.1) & (radius < 0.9)
    if not seen.any():
        return False
    brightest = np.sort(spots.intensities[seen])[::-1]
    enough = len(brightest) >= least and brightest[least - 1] > 0.03 * brightest[0]
    return bool(enough and brightest[0] > 0.2 * spots.intensities.max())


def _enough_rings(spots: Spots, half_width: float, found: Reflections) -> bool:
    """At least one strong ring well inside the frame."""
    strength = np.bincount(spots.families, spots.intensities, minlength=len(found.families.k))
    radius = found.families.k / half_width
    seen = (radius > 0.12) & (radius < 0.85)
    # a ring spreads its light over its circumference
    brightness = strength / found.families.k
    return bool(seen.any() and brightness[seen].max() > 0.3 * brightness.max())


def _choose(rng, split: str) -> str:
    """A structure: half of the time any, half by prototype first, or there would be rock salt and copper mostly."""
    by_prototype = _prototypes(split)
    among = by_prototype[rng.integers(len(by_prototype))] if rng.random() < 0.5 else structures.names(split)
    return str(rng.choice(among))


@functools.cache
def _prototypes(split: str) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for name in structures.names(split):
        groups.setdefault(structures.catalogue()[name].prototype, []).append(name)
    return list(groups.values())


@functools.cache
def _first_strong(name: str) -> float:
    """Radius of the first ring that matters, 1/nm."""
    families = reflections(name, 8.0 if structures.load(name).cell.volume > 1000 else 14.0).families
    strength = families.multiplicity * families.amplitude**2 / families.k**2
    return float(families.k[np.flatnonzero(strength > 0.08 * strength.max())[0]])


@functools.cache
def _closest(name: str) -> float:
    """Shortest reciprocal-lattice vector, 1/nm."""
    return float(reflections(name, 8.0 if structures.load(name).cell.volume > 1000 else 14.0).k.min())


def _within_frame(name: str, half_width: float) -> Reflections:
    """Reflections up to the corners of the frame that can be seen beside the strongest."""
    return _strong_reflections(name, float(2 ** (np.ceil(2 * np.log2(1.5 * half_width)) / 2)))


@functools.cache
def _strong_reflections(name: str, k_max: float) -> Reflections:
    return reflections(name, k_max).stronger(_LEAST_AMPLITUDE)
