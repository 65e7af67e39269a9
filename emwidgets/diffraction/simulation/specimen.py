"""Crystals in the beam: from one to as many as make a smooth ring, and what that is called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from .kinematic import Beam, Spots, diffract
from .orientation import Mosaic, Texture, Uniform
from .powder import powder
from .reflections import Reflections
from .truth import Truth, judge

#: Up to so many grains in random orientations are turned into place one by one; more go the way of `powder`.
ONE_BY_ONE = 100
#: Grains of a texture: all are turned into place.
MOST_TEXTURED = 100_000


@dataclass(frozen=True, eq=False)
class Diffracted:
    """What leaves the specimen: diffracted beams, what they truly are, and how the (first) crystal lies."""

    spots: Spots
    truth: Truth
    orientation: Rotation


def illuminate(
    reflections: Reflections,
    beam: Beam,
    grains: float,
    orientation: Rotation,
    texture: Texture | None,
    rng: np.random.Generator,
    *,
    grain_spread: float = 0.0,
    resolution: float = 0.02,
    least: float = 1e-5,
) -> Diffracted:
    """Diffraction of a specimen of one or many grains of one crystal.

    Parameters
    ----------
    reflections : Reflections
    beam : Beam
    grains : float
        A whole number, or infinity for smooth rings.
    orientation : Rotation
        Of the first grain; of a texture, what its grains lie about.
    texture : Texture, optional
        Random orientations if left out. From one grain to many the first ones stay as they are.
    rng : numpy Generator
    grain_spread : float
        How unequal the grains' shares of the beam are: the standard deviation of their logarithm, 0 for equal ones.
    resolution, least : float
        As in `powder`: what a pixel resolves in 1/nm, and the share of the brightest ring below which rings are left
        out.

    Raises
    ------
    ValueError
        If `grains` is no such number, or too many for a texture.
    """
    _check_grains(grains, texture)
    if not (np.isfinite(grain_spread) and 0 <= grain_spread <= 3):
        raise ValueError(f"grain_spread is {grain_spread}: expected 0 (equal grains) to 3")
    textured = texture is not None and not isinstance(texture, Uniform)
    if textured or grains <= ONE_BY_ONE:
        orientations = _orientations(int(grains), orientation, texture if textured else None, rng)
        shares = rng.lognormal(0, grain_spread, int(grains))
        spots = diffract(reflections, orientations, beam, shares=shares / shares.sum())
    else:
        options = {"grain_spread": grain_spread, "resolution": resolution, "least": least}
        spots = powder(reflections, grains, beam, rng, **options)
    mosaic = texture.spread if isinstance(texture, Mosaic) else None
    return Diffracted(spots, judge(spots, grains, mosaic), orientation)


def _orientations(grains: int, first: Rotation, texture: Texture | None, rng) -> Rotation:
    if texture is not None:
        return texture.sample(grains, first, rng)
    others = [Rotation.random(grains - 1, rng)] if grains > 1 else []
    return Rotation.concatenate([first, *others])


def _check_grains(grains, texture) -> None:
    number = isinstance(grains, int | float | np.number) and not np.isnan(grains)
    whole = number and (np.isinf(grains) or grains == round(float(grains)))
    if isinstance(grains, bool) or not whole or not grains >= 1:
        raise ValueError(f"grains is {grains}: expected a whole number from 1, or infinity for smooth rings")
    if texture is not None and not isinstance(texture, Uniform) and grains > MOST_TEXTURED:
        raise ValueError(f"grains is {grains}: a texture takes at most {MOST_TEXTURED}; leave texture out for more")
