"""What a simulated pattern truly is: ring, spot, or too much in between to say.

========  =================================================================================================
``spot``  one crystal, its mosaic blocks within 3° of one another, or two crystals
``ring``  many grains, whose spots cover at least a quarter of the azimuths of the strongest rings
spotty    everything in between: a few crystals, arcs of a strong texture, rings of a few dozen separate spots
========  =================================================================================================

Spotty patterns are nobody's mistake: people call them by either name. They are left out of training and of every
accuracy, and are what `uncertain` is for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .kinematic import Spots

#: Share of the azimuths that a ring's spots must cover.
LEAST_COVERAGE = 0.25
#: Crystals of a spot pattern.
MOST_CRYSTALS = 2
#: Blocks that are tilted by less than this (standard deviation, degrees) make one crystal.
MOST_MOSAIC = 3.0
#: Azimuths are told apart by 5°.
_SECTORS = 72
_STRONGEST = 5


@dataclass(frozen=True)
class Truth:
    """Ground truth of a simulated pattern.

    Attributes
    ----------
    label : str
        "ring", "spot", or "spotty" for what is ambiguous.
    grains : float
        Number of crystals; infinite for smooth rings.
    coverage : float
        Share of the azimuths of the strongest rings that spots cover, 0 to 1.
    """

    label: str
    grains: float
    coverage: float


def judge(spots: Spots, grains: float, mosaic: float | None = None) -> Truth:
    """Name what was simulated.

    Parameters
    ----------
    spots : Spots
    grains : float
        How many crystals took part.
    mosaic : float, optional
        Their spread about one orientation in degrees, if they are blocks of one crystal.
    """
    coverage = azimuthal_coverage(spots)
    one_crystal = mosaic is not None and mosaic <= MOST_MOSAIC
    if grains <= MOST_CRYSTALS or one_crystal:
        label = "spot"
    else:
        label = "ring" if coverage >= LEAST_COVERAGE and mosaic is None else "spotty"
    return Truth(label, float(grains), coverage)


def azimuthal_coverage(spots: Spots) -> float:
    """Share of the azimuths that the spots of the strongest rings cover, 0 to 1.

    Of each ring, intensity is summed in sectors of 5°; (Σ b)² / Σ b² is the effective number of sectors that are lit
    (72 if all alike, 1 if one), and the mean over the five strongest rings is weighted with their intensity.
    """
    if not len(spots):
        return 0.0
    azimuth = np.arctan2(spots.positions[:, 1], spots.positions[:, 0])
    sector = np.minimum(((azimuth / (2 * np.pi) + 0.5) * _SECTORS).astype(int), _SECTORS - 1)
    rings = int(spots.families.max()) + 1
    flat = np.bincount(spots.families * _SECTORS + sector, spots.intensities, minlength=rings * _SECTORS)
    lit = flat.reshape(rings, _SECTORS)
    strength = lit.sum(axis=1)
    strongest = np.argsort(strength)[-_STRONGEST:]
    effective = strength[strongest] ** 2 / np.maximum(np.square(lit[strongest]).sum(axis=1), 1e-300)
    return float(np.average(effective / _SECTORS, weights=np.maximum(strength[strongest], 1e-300)))
