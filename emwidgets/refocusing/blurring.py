"""An image through a point spread, and what the detector does to it afterwards: drift, noise, eight bits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import fft, ndimage

from .spread import PointSpread

#: Ratio of neighbouring widths in the ladder of uniform blurs that a map of widths is interpolated in.
STEP = 1.2
#: Least width of the ladder, px: less blurs nothing.
LEAST = 0.3


def blurred(image: np.ndarray, spread: PointSpread) -> np.ndarray:
    """An image through one point spread; beyond the border it goes on mirrored, so that nothing darkens there.

    Parameters
    ----------
    image : (rows, columns) array
    spread : PointSpread

    Returns
    -------
    (rows, columns) float array
        float32 if the image is, else float64. With the same mean; through a spread whose long axis is neither along
        rows nor columns nearly so, as the corners are mirrored the other way.
    """
    image = _floating(image)
    if not spread.reach:
        return image.copy()
    shape, spectrum = _spectrum(image, spread.reach)
    return _through(spectrum, spread, shape, spread.reach, image.shape)


def blurred_by_map(image: np.ndarray, sigma_map: np.ndarray, spread: PointSpread) -> np.ndarray:
    """An image whose every pixel has a blur of its own width.

    Parameters
    ----------
    image : (rows, columns) array
    sigma_map : (rows, columns) array
        Width at each pixel, px, as `PointSpread.sigma`; 0 is sharp.
    spread : PointSpread
        Its shape, astigmatism and angle are used; its width is not.

    Returns
    -------
    (rows, columns) float array
        As `blurred`. Where the width changes, the mean is kept only as well as the width changes slowly.

    Notes
    -----
    Interpolated linearly in the variance between uniform blurs whose widths differ by a fifth.
    """
    image = _floating(image)
    wanted = np.asarray(sigma_map, float)
    low, high = wanted.min(), wanted.max()
    if high == low:
        return blurred(image, replace(spread, sigma=float(high)))
    levels = _ladder(low, high)
    # which level a pixel has, as a fraction: 2.25 is three quarters of the third and a quarter of the fourth
    place = np.interp(wanted**2, np.square(levels), np.arange(len(levels))).astype(image.dtype)
    made = np.zeros_like(image)
    for number, uniform in enumerate(_uniform(image, spread, levels)):
        made += np.clip(1 - np.abs(place - number), 0, 1) * uniform
    return made


def noisy(
    image: np.ndarray,
    rng: np.random.Generator,
    noise: float = 0.0,
    dose: float | None = None,
    span: float | None = None,
) -> np.ndarray:
    """An image as a detector records it: counted electrons, then noise of the electronics.

    Parameters
    ----------
    image : (rows, columns) array
    rng : Generator
    noise : float
        Standard deviation of the Gaussian noise as a fraction of the image's range.
    dose : float, optional
        Electrons per pixel where the image is brightest; its darkest value is none. Left out, nothing is counted.
    span : float, optional
        Range that `noise` is a fraction of; left out, that of the image.

    Returns
    -------
    (rows, columns) float array
    """
    image = _floating(image)
    low, high = float(image.min()), float(image.max())
    span = high - low if span is None else span
    if dose is not None and high > low:
        counted = rng.poisson((image.astype(float) - low) * (dose / (high - low)))
        image = (counted * ((high - low) / dose) + low).astype(image.dtype)
    if noise:
        image = image + (noise * span * rng.standard_normal(image.shape, dtype=np.float32)).astype(image.dtype)
    return image


def drifted(image: np.ndarray, drift: float, angle: float = 0.0) -> np.ndarray:
    """An image that moved evenly while it was recorded, line by line from the top.

    Parameters
    ----------
    image : (rows, columns) array
    drift : float
        From the first to the last line, px.
    angle : float
        Direction it moved in, from x (right) towards y (down), degrees.
    """
    image = _floating(image)
    rows, columns = np.indices(image.shape, dtype=float)
    moved = drift * (rows / max(image.shape[0] - 1, 1) - 0.5)
    turned = np.deg2rad(angle)
    places = [rows - moved * np.sin(turned), columns - moved * np.cos(turned)]
    return ndimage.map_coordinates(image, places, order=3, mode="reflect").astype(image.dtype)


def eight_bit(image: np.ndarray) -> np.ndarray:
    """An image rounded to the 256 steps of its own range, in its own units."""
    image = _floating(image)
    low, high = float(image.min()), float(image.max())
    if high == low:
        return image
    step = (high - low) / 255
    return (np.rint((image - low) / step) * step + low).astype(image.dtype)


def _ladder(low: float, high: float) -> list[float]:
    levels = [0.0] if low < LEAST else []
    level = max(low, LEAST)
    while level < high:
        levels.append(float(level))
        level *= STEP
    return [*levels, float(max(high, LEAST))]


def _uniform(image: np.ndarray, spread: PointSpread, levels: list[float]):
    """The image through spreads of several widths, one after the other; it is transformed once for all of them."""
    spreads = [replace(spread, sigma=level) for level in levels]
    reach = max(one.reach for one in spreads)
    shape, spectrum = _spectrum(image, reach)
    for one in spreads:
        yield _through(spectrum, one, shape, reach, image.shape) if one.reach else image


def _spectrum(image: np.ndarray, reach: int) -> tuple[tuple[int, int], np.ndarray]:
    """Shape and spectrum of an image that goes on mirrored for so many pixels beyond its border."""
    padded = np.pad(image, reach, mode="symmetric")
    shape = tuple(fft.next_fast_len(n, real=True) for n in padded.shape)
    return shape, fft.rfft2(padded, shape)


def _through(spectrum: np.ndarray, spread: PointSpread, shape, reach: int, size) -> np.ndarray:
    made = fft.irfft2(spectrum * spread.transfer(shape).astype(spectrum.real.dtype), shape)
    return np.ascontiguousarray(made[reach : reach + size[0], reach : reach + size[1]])


def _floating(image: np.ndarray) -> np.ndarray:
    image = np.asarray(image)
    return image if image.dtype == np.float32 else image.astype(float)
