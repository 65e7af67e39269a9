"""What is in a pattern besides the reflections: the direct beam, diffuse scattering, amorphous films, Kikuchi lines.

Here and in the other effects of an instrument, brightnesses are relative to the strongest diffracted features
(`Frame.signal`) and lengths to half the shorter side of the frame, if nothing else is said: the same instrument then
suits any crystal, camera length and number of pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, special

from .frame import Frame, Geometry

#: First maximum of the halo of amorphous films, 1/nm (1.23 / nearest distance in nm, about).
HALOS = {"carbon": 4.8, "silicon": 3.2, "silica": 2.4, "ice": 2.7, "metal": 4.5}


def relative_radius(geometry: Geometry) -> np.ndarray:
    """Distance from the direct beam over half the shorter side."""
    return geometry.radius / np.float32(geometry.half_width)


@dataclass(frozen=True)
class CentralBeam:
    """The direct beam: a disk or a point, and the light round it that the lenses scatter.

    Parameters
    ----------
    strength : float
        Brightness of its middle.
    radius : float
        Of the disk.
    softness : float
        Of the disk's edge (standard deviation).
    halo : float
        Brightness of the tails at the edge of the disk.
    tail : float
        Where the tails have fallen to about a third.
    """

    strength: float = 100.0
    radius: float = 0.02
    softness: float = 0.01
    halo: float = 1.0
    tail: float = 0.1

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Add the direct beam."""
        r = relative_radius(frame.geometry)
        light = self.halo / (1 + np.square(r / self.tail)) ** np.float32(1.5)
        reach = self.radius + 4 * self.softness
        near = r < reach
        edge = (r[near] - self.radius) / (np.sqrt(2) * self.softness)
        light[near] += self.strength * 0.5 * special.erfc(edge)
        return frame.with_image(frame.image + np.float32(frame.signal) * light)


@dataclass(frozen=True)
class DiffuseBackground:
    """Inelastic and thermal diffuse scattering: brightness that falls off from the direct beam.

    Parameters
    ----------
    level : float
        At the direct beam.
    decay : float
        Distance at which it has fallen to 1/e.
    power : float
        1: exponential, 2: Gaussian, 0.5: a long tail.
    floor : float
        Even brightness everywhere.
    """

    level: float = 0.5
    decay: float = 0.4
    power: float = 1.0
    floor: float = 0.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Add the background."""
        r = relative_radius(frame.geometry)
        light = self.level * np.exp(-((r / self.decay) ** np.float32(self.power))) + self.floor
        return frame.with_image(frame.image + np.float32(frame.signal) * light)


@dataclass(frozen=True)
class AmorphousFilm:
    """Halos of an amorphous film or glass: broad rings without lines.

    Parameters
    ----------
    level : float
        Brightness of the first halo.
    first : float
        Radius of the first halo in 1/nm; `HALOS` has those of some materials.
    width : float
        Standard deviation of the first halo over its radius.
    second : float
        Brightness of the second halo, at 1.72 times the radius, over that of the first.
    speckle : float
        Granularity, 0 (a large area) to 1 (a coherent probe on a thin film): relative standard deviation.
    speckle_size : float
        Of a speckle (standard deviation).
    """

    level: float = 0.3
    first: float = HALOS["carbon"]
    width: float = 0.13
    second: float = 0.4
    speckle: float = 0.0
    speckle_size: float = 0.01

    def __post_init__(self):
        if not (np.isfinite(self.first) and self.first > 0):
            raise ValueError(f"first is {self.first}: expected the radius of a halo, a positive length in 1/nm")

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Add the halos."""
        r = frame.geometry.radius / np.float32(self.first)
        light = np.exp(-0.5 * np.square((r - 1) / self.width))
        # the second coordination shells overlap: a broader halo
        light += self.second * np.exp(-0.5 * np.square((r - 1.72) / (1.4 * self.width)))
        if self.speckle > 0:
            light *= speckle(frame.image.shape, self.speckle, self.speckle_size * 0.5 * min(frame.image.shape), rng)
        return frame.with_image(frame.image + np.float32(self.level * frame.signal) * light)


@dataclass(frozen=True)
class KikuchiPattern:
    """Kikuchi lines on the diffuse background of a thick, perfect crystal.

    Parameters
    ----------
    contrast : float
        Of the strongest line, over the brightness that is already there plus `floor`.
    width : float
        Of a line (standard deviation).
    floor : float
        Diffuse light that the lines modulate where the pattern is dark.
    """

    contrast: float = 0.5
    width: float = 0.01
    floor: float = 0.1

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Draw the lines; a pattern without a single crystal has none."""
        if frame.lines is None:
            return frame
        kx, ky = frame.geometry.k
        width = np.float32(self.width * frame.geometry.half_width)
        modulation = np.zeros(frame.image.shape, np.float32)
        lines = frame.lines
        for (nx, ny), offset, strength in zip(lines.normals, lines.offsets, lines.strengths, strict=True):
            distance = np.abs(np.float32(nx) * kx + np.float32(ny) * ky - np.float32(offset))
            near = distance < 3 * width
            modulation[near] += np.float32(strength) * np.exp(-0.5 * np.square(distance[near] / width))
        light = ndimage.gaussian_filter(frame.image, 0.05 * min(frame.image.shape)) + self.floor * frame.signal
        gained = np.clip(self.contrast * modulation, -0.9, None) * np.minimum(light, 3 * frame.signal)
        return frame.with_image(np.maximum(frame.image + gained, 0))


def speckle(shape, contrast: float, size: float, rng) -> np.ndarray:
    """Random light of mean 1 and the given contrast, in grains of `size` px (standard deviation)."""
    waves = ndimage.gaussian_filter(rng.normal(size=(2, *shape)).astype(np.float32), (0, size, size), mode="wrap")
    light = np.square(waves).sum(axis=0)  # of a random wave: exponential, contrast 1
    return np.maximum(1 + np.float32(contrast) * (light / light.mean() - 1), 0)
