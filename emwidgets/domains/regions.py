"""From the amplitude of a reflection to the pixels where it is present."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .filtering import Amplitude

#: Power over noise from which pixels next to certain ones are believed; noise alone passes with exp(-4).
BELIEVED = 4.0
#: Power over noise that makes a region; what a small grain has many times over.
CERTAIN = 18.0
#: Percentile of the amplitude over a region that stands for the amplitude inside a grain, away from its edge.
PLATEAU = 75


#: Samples of the coarse grid, half a blur apart, that the blur of one point fills: less is no region.
LEAST_SAMPLES = 32
#: Share of its amplitude that a reflection puts into an aperture next to its own, at the edges of a grain.
LEAK = 0.8


@dataclass(frozen=True)
class Region:
    """A patch of pixels of one family, on the image's own grid.

    Attributes
    ----------
    family : int
    box : (slice, slice)
        Where `mask` stands in the image.
    mask : 2-D bool array
    """

    family: int
    box: tuple[slice, slice]
    mask: np.ndarray


@dataclass(frozen=True)
class Rivals:
    """Amplitudes that neighbouring reflections have, on the coarse grid.

    Attributes
    ----------
    leakage : 2-D array
        The most that they can put into the aperture of the one in question.
    strongest : 2-D array
        The strongest of those within two apertures.
    """

    leakage: np.ndarray
    strongest: np.ndarray


def local_wave_vector(values: np.ndarray, step: tuple[float, float], centre: np.ndarray):
    """(k_y, k_x) in cycles per px at each sample of one complex amplitude, from the turn of its phase."""
    wave = []
    for axis, (ahead, behind) in enumerate(
        ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])),
    ):
        product = values[ahead] * values[behind].conj()
        both = np.zeros_like(values)
        both[ahead] += product
        both[behind] += product
        smooth = ndimage.gaussian_filter(both, 1, truncate=2.5)
        wave.append(centre[axis] + np.angle(smooth) / np.float32(2 * np.pi * step[axis]))
    return wave


def present(
    amplitude: Amplitude, index: int, noise: np.ndarray, rivals: Rivals, certain: float, fraction: float, owns
) -> np.ndarray:
    """Amplitude of a reflection over the level that counts as present, on the coarse grid; 0 where it is not seen.

    A region needs one sample at least that no noise explains (`certain`); it extends to where the amplitude falls to
    `fraction` of its plateau (at 0.5, to the edge of a grain, whatever the blur), and only over samples where the
    phase turns as the family's own wave does.

    Parameters
    ----------
    amplitude, index : Amplitude, int
        Which of the amplitudes.
    noise : (rows, columns) array
        Mean noise power on its grid.
    rivals : Rivals
        What neighbouring reflections do to this one.
    certain : float
        Power over noise.
    fraction : float
        Of the plateau.
    owns : callable
        (k_x, k_y) in cycles per px -> bool array.
    """
    values = amplitude.values[index]
    modulus = np.abs(values)
    over_noise = modulus**2 / noise
    ratio = np.zeros(values.shape, np.float32)
    candidates, count = ndimage.label((over_noise > BELIEVED) & (modulus > rivals.leakage))
    # somewhere, a grain is seen best through the aperture next to its own wave vector
    sure = (over_noise > certain) & (modulus >= rivals.strongest)
    strong = np.bincount(candidates[sure], minlength=count + 1) > 0
    large = np.bincount(candidates.ravel(), minlength=count + 1) >= LEAST_SAMPLES
    boxes = ndimage.find_objects(candidates)
    for label in 1 + np.flatnonzero((strong & large)[1:]):
        box = _grow(boxes[label - 1], 2, values.shape)
        inside = candidates[box] == label
        ky, kx = local_wave_vector(values[box], amplitude.step, amplitude.centres[index])
        own = inside.copy()
        own[inside] = owns(kx[inside], ky[inside])
        if np.count_nonzero(own) < LEAST_SAMPLES or not (own & (over_noise[box] > certain)).any():
            continue
        level = np.maximum(fraction * np.percentile(modulus[box][own], PLATEAU), np.sqrt(BELIEVED * noise[box]))
        # one sample more than what is owned keeps the ratio's slope at the edge for the interpolation
        near = ndimage.binary_dilation(own) & ~(inside & ~own)
        ratio[box] = np.maximum(ratio[box], np.where(near, modulus[box] / level, 0))
    return ratio


def rivals(moduli: np.ndarray, wave_vectors: np.ndarray, index: int, aperture: float) -> Rivals:
    """What the other reflections can put into the aperture of one, by their edges and their tails.

    Parameters
    ----------
    moduli : (n, rows, columns) array
    wave_vectors : (n, 2) array
    index : int
        The one.
    aperture : float
        Its standard deviation, in the unit of `wave_vectors`.
    """
    apart = np.hypot(*(wave_vectors - wave_vectors[index]).T) / aperture
    leakage, strongest = np.zeros(moduli.shape[1:], np.float32), np.zeros(moduli.shape[1:], np.float32)
    for rival in np.flatnonzero((apart > 0) & (apart < 4)):
        np.maximum(leakage, np.float32(LEAK * np.exp(-0.125 * apart[rival] ** 2)) * moduli[rival], out=leakage)
        if apart[rival] < 2:
            np.maximum(strongest, moduli[rival], out=strongest)
    return Rivals(leakage, strongest)


def to_pixels(ratio: np.ndarray, step: tuple[float, float], family: int, shape, join: float) -> list[Region]:
    """Regions where the interpolated ratio of amplitude to level reaches 1.

    Parameters
    ----------
    ratio : (rows, columns) array
        From `present`.
    step : (float, float)
        Of its grid in px.
    family : int
    shape : (int, int)
        Of the image.
    join : float
        Distance in px within which two patches are handed on as one region.
    """
    reach = max(1, int(np.ceil(join / min(step))))
    whole = ndimage.find_objects((ratio >= 1).astype(np.int8))
    if not whole:
        return []
    part = _grow(whole[0], reach + 1, ratio.shape)
    groups, _ = ndimage.label(ndimage.maximum_filter(ratio[part] >= 1, 2 * reach + 1))
    regions = []
    for number, box in enumerate(ndimage.find_objects(groups), start=1):
        box = _grow(box, 1, groups.shape)
        own = np.where(groups[box] == number, ratio[part][box], 0)
        box = tuple(slice(b.start + p.start, b.stop + p.start) for b, p in zip(box, part, strict=True))
        rows = _pixels(box[0], step[0], shape[0])
        columns = _pixels(box[1], step[1], shape[1])
        if rows.stop <= rows.start or columns.stop <= columns.start:
            continue
        along = _interpolated(own.T, columns, box[1], step[1])
        mask = _interpolated(along.T, rows, box[0], step[0]) >= 1
        if np.count_nonzero(mask) >= LEAST_SAMPLES * step[0] * step[1]:
            regions.append(Region(family, (rows, columns), mask))
    return regions


def _grow(box, by, shape):
    return tuple(slice(max(0, s.start - by), min(n, s.stop + by)) for s, n in zip(box, shape, strict=True))


def _pixels(samples, step, n):
    """Pixels between the first and the last sample; beyond the last sample, all that are left."""
    return slice(int(np.ceil(samples.start * step)), min(n, int((samples.stop - 1) * step) + int(np.ceil(step))))


def _interpolated(values, pixels, samples, step):
    """Linear interpolation of the rows of an array to pixels; constant beyond the last sample."""
    position = np.clip(np.arange(pixels.start, pixels.stop) / step, samples.start, samples.stop - 1)
    left = np.minimum(position.astype(int), max(samples.start, samples.stop - 2))
    share = (position - left).astype(np.float32)[:, None]
    left -= samples.start
    right = np.minimum(left + 1, len(values) - 1)
    return values[left] * (1 - share) + values[right] * share
