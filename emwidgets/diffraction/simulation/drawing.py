"""Diffracted beams as a picture: every spot with the shape that the beam and the crystallite give it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy import fft, special

from .frame import Geometry
from .kinematic import Spots

#: Full width at half maximum of a small crystal's reflection times its size (Scherrer's constant).
SCHERRER = 0.9
_FWHM = 2 * np.sqrt(2 * np.log(2))


@dataclass(frozen=True)
class SpotShape:
    """What a single diffracted beam looks like.

    Parameters
    ----------
    blur : float
        Standard deviation of the Gaussian that the lenses and the source make of a point, px.
    disk : float
        Radius of the disk of a convergent beam, px; 0 for a parallel one.
    crystallite_size : float, optional
        In nm; a crystal of finite size broadens its reflections to 0.9 / size (Scherrer).
    """

    blur: float = 0.7
    disk: float = 0.0
    crystallite_size: float | None = None

    def __post_init__(self):
        for name, least, most in (("blur", 0.3, 100), ("disk", 0, 500)):
            value = getattr(self, name)
            if not (np.isfinite(value) and least <= value <= most):
                raise ValueError(f"{name} is {value}: expected {least:g} to {most:g} px")
        size = self.crystallite_size
        if size is not None and not (np.isfinite(size) and size >= 0.5):
            raise ValueError(f"crystallite_size is {size}: expected at least 0.5 nm, or None for a large crystal")

    def sigma(self, pixel_size: float) -> float:
        """Standard deviation of the spot in px, disk left out."""
        if self.crystallite_size is None:
            return self.blur
        return float(np.hypot(self.blur, SCHERRER / self.crystallite_size / _FWHM / pixel_size))


def draw(spots: Spots, geometry: Geometry, shape: SpotShape) -> np.ndarray:
    """Picture of diffracted beams.

    Parameters
    ----------
    spots : Spots
    geometry : Geometry
    shape : SpotShape

    Returns
    -------
    (rows, columns) float32 array
        Intensity a pixel; its sum is that of the spots that lie inside.
    """
    sigma = shape.sigma(geometry.pixel_size)
    # room for spots that lie outside and reach in, and for the periodic continuation of the transform to run out
    margin = int(np.ceil(3.5 * sigma + shape.disk)) + 1
    padded = tuple(fft.next_fast_len(size + 2 * margin, real=True) for size in geometry.shape)
    points = _splat(geometry.to_pixels(spots.positions) + margin, spots.intensities, padded)
    spectrum = fft.rfft2(points)
    spectrum *= _transfer(padded, round(sigma, 3), round(shape.disk, 3))
    image = fft.irfft2(spectrum, s=padded)
    rows, columns = geometry.shape
    return np.maximum(image[margin : margin + rows, margin : margin + columns], 0)


def brightness(image: np.ndarray) -> float:
    """Brightness of the strongest features: the mean of the brightest 0.4 % of the pixels, a dozen spots."""
    most = max(1, image.size // 250)
    return float(np.partition(image, image.size - most, axis=None)[-most:].mean()) or 1.0


def _splat(pixels, intensities, shape) -> np.ndarray:
    """Points onto the four pixels round each, so that their centre of mass stays where it is."""
    inside = np.all((pixels >= 0) & (pixels < np.subtract(shape, 1)), axis=1)
    pixels, intensities = pixels[inside], intensities[inside]
    corner = pixels.astype(np.int64)
    (down, right) = (pixels - corner).T
    flat = corner[:, 0] * shape[1] + corner[:, 1]
    where = np.concatenate([flat, flat + 1, flat + shape[1], flat + shape[1] + 1])
    shares = np.concatenate([(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right])
    image = np.bincount(where, np.tile(intensities, 4) * shares, minlength=shape[0] * shape[1])
    return image.reshape(shape).astype(np.float32)


@functools.lru_cache(maxsize=16)
def _transfer(shape, sigma, disk) -> np.ndarray:
    """Fourier transform of a spot of unit sum.

    Of the spot as pixels have it, not the formula for one on a plane: that one does not end where the frequencies of an
    image do, and what is cut off comes back as streaks along rows and columns, which no instrument makes.
    """
    rows, columns = (fft.fftfreq(size, 1 / size) for size in shape)
    transfer = fft.fft(_gaussian(rows, sigma)).real[:, None] * fft.rfft(_gaussian(columns, sigma)).real
    if disk > 0:
        filled = np.clip(disk + 0.5 - np.hypot(rows[:, None], columns), 0, 1)
        transfer *= fft.rfft2(filled / filled.sum()).real
    return transfer.astype(np.float32)


def _gaussian(distance, sigma) -> np.ndarray:
    """What falls of a Gaussian of unit sum on pixels at some distance."""
    return special.ndtr((distance + 0.5) / sigma) - special.ndtr((distance - 0.5) / sigma)
