"""Patterns of many grains in all orientations: spots on rings, and their limit, the rings themselves.

With many grains it would be wasteful to turn every reflection of every grain into place: all but a few miss the Ewald
sphere. In a powder the end of a reciprocal-lattice vector of length *k* lies anywhere on a sphere with equal
probability, so its height over the equator is uniform between −k and k (Archimedes) and its azimuth is uniform. So
`powder` draws the **number** of Friedel pairs that come near the Ewald sphere (Poisson), and for each a height and an
azimuth. That is what `diffract` finds for as many random orientations, but for the angles between the reflections of
one grain, which nobody sees among hundreds.

Where so many spots lie on a ring that they merge, the ring is cut into bins of azimuth narrower than what can be
resolved, and the sum of each bin is drawn from the gamma distribution with the mean and the variance of the sum of its
spots (a compound Poisson sum, nearly gamma once a bin holds some spots). With more and more grains the variance
vanishes and the ring becomes smooth, by the same lines of code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .kinematic import Beam, Spots, excitation_errors, extinction_distances, precessed

if TYPE_CHECKING:
    from .reflections import Reflections

#: Bins of azimuth for each length that can be resolved.
BINS = 1.0
#: Expected pairs of spots in a bin from which on a ring is drawn in bins.
MERGED = 4.0
#: Points of a rocking curve: 20 a lobe.
_CURVE = 200


@dataclass(frozen=True, eq=False)
class _Rings:
    """What all spots of a family have in common; arrays over the families."""

    family: np.ndarray  # place in `Reflections.families`
    k: np.ndarray
    pairs: np.ndarray  # Friedel pairs that a grain has
    height: np.ndarray  # how far from the equator a point may lie and still be seen
    curves: np.ndarray  # (families, _CURVE): intensity against height, from −height to height

    def some(self, chosen) -> _Rings:
        """Those chosen."""
        return _Rings(*(values[chosen] for values in vars(self).values()))

    @property
    def seen(self) -> np.ndarray:
        """Probability that a pair comes near the Ewald sphere."""
        return self.height / self.k


def powder(
    reflections: Reflections,
    grains: float,
    beam: Beam,
    rng: np.random.Generator,
    *,
    grain_spread: float = 0.0,
    resolution: float = 0.02,
    least: float = 1e-5,
) -> Spots:
    """Spots of many grains in random orientations.

    Parameters
    ----------
    reflections : Reflections
    grains : float
        How many; infinity gives smooth rings.
    beam : Beam
    rng : numpy Generator
    grain_spread : float
        How unequal the grains' shares of the beam are: the standard deviation of their logarithm.
    resolution : float
        Smallest distance that can be told apart, as a pixel, 1/nm.
    least : float
        Rings that are weaker than this share of the brightest are left out.
    """
    rings = _rings(reflections, beam, least)
    bins = np.ceil(BINS * np.pi * rings.k / resolution).astype(np.int64)  # of half a ring
    expected = rings.pairs * grains * rings.seen
    few = expected <= MERGED * bins
    parts = [
        _single_spots(rings.some(few), expected[few], grains, grain_spread, rng),
        _merged_rings(rings.some(~few), bins[~few], expected[~few], grain_spread, rng),
    ]
    positions, intensities, family = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Spots(positions, intensities, family)


def ring_intensities(reflections: Reflections, beam: Beam) -> np.ndarray:
    """Mean intensity of each family's ring, of the incident beam, in the order of `Reflections.families`."""
    rings = _rings(reflections, beam, least=0)
    return 2 * rings.pairs * rings.seen * rings.curves.mean(axis=1)


def _rings(reflections: Reflections, beam: Beam, least: float) -> _Rings:
    families = reflections.families
    # a first guess: the brightness of a kinematic ring
    brightness = families.multiplicity * np.square(families.amplitude / families.k)
    family = np.flatnonzero(brightness >= least * brightness.max())
    k = families.k[family]
    height = beam.reach + 0.5 * k**2 * beam.wavelength + np.deg2rad(beam.precession) * k
    height = np.minimum(height, k)
    inverse_extinction = 1 / extinction_distances(families.amplitude[family], reflections.volume, beam.voltage)
    curves = _curves(k, height, inverse_extinction, beam)
    # both Friedel mates are counted in the multiplicity
    return _Rings(family, k, 0.5 * families.multiplicity[family], height, curves)


def _curves(k, height, inverse_extinction, beam: Beam) -> np.ndarray:
    heights = height[:, None] * np.linspace(-1, 1, _CURVE)
    across = np.sqrt(np.maximum(np.square(k)[:, None] - np.square(heights), 0))
    errors = excitation_errors(np.stack([across, np.zeros_like(across), heights], axis=-1), beam.voltage)
    flat = precessed(errors.ravel(), across.ravel(), np.repeat(inverse_extinction, _CURVE), beam)
    return flat.reshape(heights.shape)


def _single_spots(rings: _Rings, expected, grains, grain_spread, rng):
    """Positions, intensities and families of spots that are drawn one by one, in Friedel pairs."""
    ring = np.repeat(np.arange(len(rings.k)), rng.poisson(expected))
    place = rng.uniform(size=len(ring))  # from lowest to highest
    points = place * (_CURVE - 1)
    below = np.minimum(points.astype(np.int64), _CURVE - 2)
    rest = points - below
    upper = (1 - rest) * rings.curves[ring, below] + rest * rings.curves[ring, below + 1]
    # the mate lies as far below the equator as this one above
    mirrored = _CURVE - 1 - below
    lower = (1 - rest) * rings.curves[ring, mirrored] + rest * rings.curves[ring, mirrored - 1]
    positions = _on_ring(rings, ring, place, rng.uniform(0, 2 * np.pi, len(ring)))
    shares = rng.lognormal(-0.5 * grain_spread**2, grain_spread, len(ring)) / grains
    intensities = np.concatenate([upper * shares, lower * shares])
    return np.concatenate([positions, -positions]), intensities, np.tile(rings.family[ring], 2)


def _merged_rings(rings: _Rings, bins, expected, grain_spread, rng):
    """Positions, intensities and families of the bins of rings whose spots merge."""
    first, second = rings.curves.mean(axis=1), np.square(rings.curves).mean(axis=1)
    mates = np.mean(rings.curves * rings.curves[:, ::-1], axis=1)
    # of all grains: finite where the number of grains is not
    mean = rings.pairs * rings.seen * first / bins
    shape = expected / bins * first**2 / second * np.exp(-(grain_spread**2))  # unequal shares: fewer grains that count
    ring = np.repeat(np.arange(len(rings.k)), bins)
    intensities = np.tile(mean[ring], 2) * _correlated_gamma(shape[ring], (mates / second)[ring], rng)
    start = np.repeat(np.cumsum(bins) - bins, bins)
    azimuth = np.pi * (np.arange(len(ring)) - start + rng.uniform(size=len(ring))) / bins[ring]
    positions = _on_ring(rings, ring, _bright_places(rings, ring, rng), azimuth)
    return np.concatenate([positions, -positions]), intensities, np.tile(rings.family[ring], 2)


def _on_ring(rings: _Rings, ring, place, azimuth) -> np.ndarray:
    """kx, ky of points at a place between the lowest and the highest, 0 to 1."""
    radius = np.sqrt(np.maximum(rings.k[ring] ** 2 - np.square((2 * place - 1) * rings.height[ring]), 0))
    return radius[:, None] * np.stack([np.cos(azimuth), np.sin(azimuth)], axis=1)


def _bright_places(rings: _Rings, ring, rng) -> np.ndarray:
    """Places between the lowest and the highest, drawn as often as they are bright."""
    sums = np.cumsum(rings.curves, axis=1)
    # one search for all rings: ring r owns the numbers from r to r + 1
    steps = (np.arange(len(rings.k))[:, None] + sums / sums[:, -1:]).ravel()
    found = np.searchsorted(steps, ring + rng.uniform(size=len(ring)))
    return np.clip((found - _CURVE * ring) / (_CURVE - 1), 0, 1)


def _correlated_gamma(shape, correlation, rng) -> np.ndarray:
    """Gamma variates of mean 1 for both ends of each pair (a sum of gammas is gamma, so they may share a part)."""
    if not np.isfinite(shape).all():
        return np.ones(2 * len(shape))
    shared = rng.standard_gamma(shape * correlation)
    own = rng.standard_gamma(np.tile(shape * (1 - correlation), 2))
    return (np.tile(shared, 2) + own) / np.tile(shape, 2)
