"""What happens to a pattern after the detector: cropping, resampling, filtering, display, eight bits, compression."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import fft, ndimage

from .frame import Frame

#: Luminance quantisation of JPEG at quality 50 (ITU-T T.81, table K.1).
_JPEG = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float32,
)


@dataclass(frozen=True)
class Crop:
    """A rectangle cut out.

    Parameters
    ----------
    fraction : float
        Of rows and columns that stay.
    row, column : float
        Where in the room there is, 0 (top, left) to 1.
    """

    fraction: float = 0.7
    row: float = 0.5
    column: float = 0.5

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Cut."""
        sizes = [max(16, round(self.fraction * size)) for size in frame.image.shape]
        starts = [
            round(at * (was - now))
            for at, was, now in zip((self.row, self.column), frame.image.shape, sizes, strict=True)
        ]
        centre = tuple(c - start for c, start in zip(frame.geometry.centre, starts, strict=True))
        window = tuple(slice(start, start + size) for start, size in zip(starts, sizes, strict=True))
        geometry = replace(frame.geometry, shape=tuple(sizes), centre=centre)
        features = None if frame.features is None else frame.features[window]
        return replace(frame.with_image(frame.image[window]), geometry=geometry, features=features)


@dataclass(frozen=True)
class LowResolution:
    """Binned to fewer pixels and blown up again, as a picture of a picture is.

    Parameters
    ----------
    pixels : int
        Rows and columns that are left.
    smooth : bool
        Whether it is blown up with interpolation or in blocks.
    """

    pixels: int = 64
    smooth: bool = False

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Bin and blow up."""
        if self.pixels >= min(frame.image.shape):
            return frame
        small = resized(frame.image, tuple(min(self.pixels, size) for size in frame.image.shape))
        if self.smooth:
            return frame.with_image(np.maximum(resized(small, frame.image.shape), 0))
        rows, columns = (np.arange(now) * was // now for now, was in zip(frame.image.shape, small.shape, strict=True))
        return frame.with_image(small[rows][:, columns])


@dataclass(frozen=True)
class BackgroundRemoved:
    """The smooth part subtracted and what is negative cut, as before peak search.

    Parameters
    ----------
    size : float
        What counts as smooth (standard deviation over half the shorter side).
    share : float
        Of the smooth part that is subtracted.
    """

    size: float = 0.08
    share: float = 1.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Subtract."""
        smooth = ndimage.gaussian_filter(frame.image, self.size * 0.5 * min(frame.image.shape), truncate=2)
        return frame.with_image(np.maximum(frame.image - np.float32(self.share) * smooth, 0))


@dataclass(frozen=True)
class Display:
    """Grey values 0 to 255 as a program shows them.

    Parameters
    ----------
    black, white : float
        Percentiles that become black and white.
    gamma : float
        Exponent; below 1 lifts the shadows.
    logarithm : float
        Range of a logarithmic scale (brightest over darkest), 0 for a linear one.
    """

    black: float = 0.5
    white: float = 99.8
    gamma: float = 1.0
    logarithm: float = 0.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Map to grey values."""
        low, high = np.percentile(frame.image, (self.black, self.white))
        if not high > low:
            low, high = float(frame.image.min()), float(frame.image.max())
        grey = np.clip((frame.image - low) / max(high - low, 1e-12), 0, 1)
        if self.logarithm > 0:
            grey = np.log1p(self.logarithm * grey) / np.log1p(self.logarithm)
        return replace(frame.with_image(255 * grey ** np.float32(self.gamma)), signal=255.0)


@dataclass(frozen=True)
class EightBit:
    """Grey values 0 to 255 in whole steps; fewer levels posterise.

    Parameters
    ----------
    levels : int
        256 for eight bits.
    """

    levels: int = 256

    def __post_init__(self):
        if not 2 <= self.levels <= 256:
            raise ValueError(f"levels is {self.levels}: expected 2 to 256")

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Round."""
        step = np.float32(255 / (self.levels - 1))
        return frame.with_image(step * np.round(np.clip(frame.image, 0, 255) / step))


@dataclass(frozen=True)
class Inverted:
    """Dark reflections on bright ground, as on a photographic negative."""

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Turn the grey values round."""
        return frame.with_image(frame.image.max() + frame.image.min() - frame.image)


@dataclass(frozen=True)
class Jpeg:
    """Compression in blocks of 8 × 8 px, of grey values 0 to 255.

    Parameters
    ----------
    quality : int
        1 to 100, as image programs have it.
    """

    quality: int = 60

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Compress and unpack."""
        scale = 50 / self.quality if self.quality < 50 else 2 - self.quality / 50
        steps = np.maximum(np.round(_JPEG * np.float32(max(scale, 0.01))), 1)
        rows, columns = frame.image.shape
        padded = np.pad(frame.image, ((0, -rows % 8), (0, -columns % 8)), mode="edge") - np.float32(128)
        blocks = padded.reshape(padded.shape[0] // 8, 8, padded.shape[1] // 8, 8)
        spectrum = fft.dctn(blocks, axes=(1, 3), norm="ortho")
        spectrum = np.round(spectrum / steps[:, None, :]) * steps[:, None, :]
        image = fft.idctn(spectrum, axes=(1, 3), norm="ortho").reshape(padded.shape) + np.float32(128)
        return frame.with_image(np.clip(image[:rows, :columns], 0, 255))


def resized(image: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The image on another grid: averaged where it shrinks, interpolated where it grows; its mean stays."""
    for axis, now in enumerate(shape):
        was = image.shape[axis]
        if was != now:
            image = np.moveaxis(_resampled(np.moveaxis(image, axis, 0), now), 0, axis)
    return np.ascontiguousarray(image, np.float32)


def _resampled(image, now: int) -> np.ndarray:
    """Along the first axis: area average if smaller, linear interpolation if larger."""
    was = image.shape[0]
    if now < was and was % now == 0:
        return image.reshape(now, was // now, *image.shape[1:]).mean(axis=1)
    if now < was:
        total = np.concatenate([np.zeros((1, *image.shape[1:])), np.cumsum(image, axis=0, dtype=np.float64)])
        at = np.linspace(0, was, now + 1)
        below = np.minimum(at.astype(int), was - 1)
        rest = (at - below).reshape(-1, *[1] * (image.ndim - 1))
        edges = total[below] + rest * (total[below + 1] - total[below])
        return np.diff(edges, axis=0) * (now / was)
    at = np.clip((np.arange(now) + 0.5) * was / now - 0.5, 0, was - 1)
    below = np.minimum(at.astype(int), was - 2)
    rest = (at - below).reshape(-1, *[1] * (image.ndim - 1))  # float64, or equal pixels would come out unequal
    return (1 - rest) * image[below] + rest * image[below + 1]
