"""What detectors do: count electrons one by one, blur, saturate, have gaps, dead lines and hot pixels; and film.

Brightnesses are relative to the strongest diffracted features (`Frame.signal`), lengths in px.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from .frame import Frame


@dataclass(frozen=True)
class PointSpread:
    """Blur of a scintillator, with the wide tails of light that is scattered in it.

    Parameters
    ----------
    sigma : float
        Standard deviation of the core, px.
    tail : float
        Share of the light in the tails, 0 to 1.
    tail_sigma : float
        Standard deviation of the tails, px.
    """

    sigma: float = 0.7
    tail: float = 0.0
    tail_sigma: float = 8.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Blur the picture."""
        image = ndimage.gaussian_filter(frame.image, self.sigma, truncate=3) if self.sigma > 0.2 else frame.image
        if self.tail > 0:
            image = (1 - self.tail) * image + self.tail * ndimage.gaussian_filter(image, self.tail_sigma, truncate=3)
        return frame.with_image(image)


@dataclass(frozen=True)
class Electrons:
    """The exposure: so many electrons a pixel in the strongest features, and their counting statistics.

    Parameters
    ----------
    counts : float
        Expected electrons a pixel where the brightness is that of the strongest diffracted features.
    """

    counts: float = 100.0

    def __post_init__(self):
        if not (np.isfinite(self.counts) and self.counts > 0):
            raise ValueError(f"counts is {self.counts}: expected a positive number of electrons a pixel")

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Count the electrons."""
        expected = frame.image * np.float32(self.counts / frame.signal)
        return replace(frame.with_image(_poisson(expected, rng)), signal=float(self.counts))


@dataclass(frozen=True)
class ReadoutNoise:
    """Noise of the electronics, the same everywhere, and the level it sits on.

    Parameters
    ----------
    sigma : float
        Standard deviation.
    offset : float
        Mean; what falls below zero is cut.
    """

    sigma: float = 0.02
    offset: float = 0.05

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Add the noise."""
        noise = rng.standard_normal(frame.image.shape, dtype=np.float32)
        noise = np.float32(self.sigma * frame.signal) * noise + np.float32(self.offset * frame.signal)
        return frame.with_image(np.maximum(frame.image + noise, 0))


@dataclass(frozen=True)
class Saturation:
    """A full well: brightness is cut, and what is too much runs over along the columns (blooming).

    Parameters
    ----------
    level : float
        Where it is cut.
    bloom : float
        Length of the streaks over the height of the frame, 0 for none.
    """

    level: float = 5.0
    bloom: float = 0.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Cut, and let run over."""
        full = np.float32(self.level * frame.signal)
        image = frame.image
        if self.bloom > 0:
            length = max(3, round(self.bloom * image.shape[0]))
            over = ndimage.uniform_filter1d(np.maximum(image - full, 0), length, axis=0, mode="constant")
            image = image + over
        return frame.with_image(np.minimum(image, full))


@dataclass(frozen=True)
class HotPixels:
    """Single pixels that read too much or nothing.

    Parameters
    ----------
    hot, dead : float
        Share of all pixels.
    level : float
        Brightness of hot pixels, up to this.
    """

    hot: float = 2e-4
    dead: float = 2e-4
    level: float = 3.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Overwrite some pixels."""
        image = frame.image.copy()
        hot = rng.integers(0, image.size, rng.poisson(self.hot * image.size))
        image.flat[hot] = frame.signal * self.level * rng.uniform(0.2, 1, len(hot))
        image.flat[rng.integers(0, image.size, rng.poisson(self.dead * image.size))] = 0
        return frame.with_image(image)


@dataclass(frozen=True)
class DeadLines:
    """Rows and columns, whole or in part, that read nothing or too much.

    Parameters
    ----------
    rows, columns : int
        How many.
    level : float
        What they read.
    partial : bool
        Whether a line ends somewhere instead of running through.
    """

    rows: int = 1
    columns: int = 0
    level: float = 0.0
    partial: bool = False

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Overwrite some lines."""
        image = frame.image.copy()
        for lines, view in ((self.rows, image), (self.columns, image.T)):
            for at in rng.integers(0, view.shape[0], lines):
                start = rng.integers(0, view.shape[1] // 2) if self.partial else 0
                view[at, start:] = self.level * frame.signal
        return frame.with_image(image)


@dataclass(frozen=True)
class PanelGaps:
    """Seams between the chips of a hybrid detector.

    Parameters
    ----------
    panels : (int, int)
        Down and across.
    width : int
        Of a seam, px.
    level : float
        What a seam reads over what its neighbours read: 0 for a gap, 2 to 3 for the wide pixels at a chip's edge.
    """

    panels: tuple[int, int] = (2, 2)
    width: int = 2
    level: float = 0.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Overwrite the seams."""
        image = frame.image.copy()
        for count, view in zip(self.panels, (image, image.T), strict=True):
            for seam in range(1, count):
                at = seam * view.shape[0] // count
                view[at : at + self.width] *= self.level
        return frame.with_image(image)


@dataclass(frozen=True)
class GainVariation:
    """Sensitivity that differs from pixel to pixel, from column to column and over the fibres of a light guide.

    Parameters
    ----------
    pixels, columns : float
        Relative standard deviation.
    fibres : float
        Relative depth of the honeycomb of a fibre-optic plate.
    fibre_size : float
        Its period, px.
    """

    pixels: float = 0.03
    columns: float = 0.0
    fibres: float = 0.0
    fibre_size: float = 6.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Multiply with the sensitivity."""
        gain = 1 + np.float32(self.pixels) * rng.standard_normal(frame.image.shape, dtype=np.float32)
        if self.columns > 0:
            gain += np.float32(self.columns) * rng.standard_normal(frame.image.shape[1], dtype=np.float32)
        if self.fibres > 0:
            gain += np.float32(self.fibres) * _honeycomb(frame.image.shape, self.fibre_size, rng.uniform(0, 180))
        return frame.with_image(frame.image * np.maximum(gain, 0))


@dataclass(frozen=True)
class FilmGrain:
    """Grain of a photographic film or imaging plate: noise that grows with the brightness and has a size.

    Parameters
    ----------
    strength : float
        Relative standard deviation.
    size : float
        Of a grain (standard deviation), px.
    """

    strength: float = 0.1
    size: float = 0.7

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Multiply with the grain."""
        grain = rng.standard_normal(frame.image.shape, dtype=np.float32)
        if self.size > 0.2:
            grain = ndimage.gaussian_filter(grain, self.size, mode="wrap")
        return frame.with_image(frame.image * np.maximum(1 + np.float32(self.strength / grain.std()) * grain, 0))


@dataclass(frozen=True)
class Scratches:
    """Scratches, hairs and dust of a scanned plate.

    Parameters
    ----------
    lines, specks : int
        How many.
    level : float
        Brightness of a mark.
    """

    lines: int = 2
    specks: int = 10
    level: float = 1.5

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Draw the marks."""
        image = frame.image.copy()
        rows, columns = image.shape
        mark = np.float32(self.level * frame.signal)
        for _ in range(self.lines):
            start, end = rng.uniform(0, (rows, columns), (2, 2))
            steps = np.linspace(0, rng.uniform(0.1, 0.8), 2 * max(rows, columns))[:, None]
            bend = rng.normal(scale=0.05 * rows) * np.sin(np.pi * steps)
            points = (start + steps * (end - start) + bend).astype(int)
            points = points[np.all((points >= 0) & (points < image.shape), axis=1)]
            image[points[:, 0], points[:, 1]] = mark * rng.uniform(0.3, 1)
        for row, column in rng.uniform(0, (rows, columns), (self.specks, 2)).astype(int):
            size = rng.integers(1, 4)
            image[row : row + size, column : column + size] = mark * rng.uniform(0, 1)
        return frame.with_image(image)


def _poisson(expected, rng) -> np.ndarray:
    """Poisson counts; from a hundred on as rounded normal ones, which differ by less than a count and come faster."""
    counts = np.round(expected + np.sqrt(expected) * rng.standard_normal(expected.shape, dtype=np.float32))
    few = expected < 100
    counts[few] = rng.poisson(expected[few])
    return counts


def _honeycomb(shape, period: float, angle: float) -> np.ndarray:
    """Three waves at 60°, between −1 and 1 or so."""
    rows, columns = (np.arange(size, dtype=np.float32) for size in shape)
    waves = np.zeros(shape, np.float32)
    for turn in np.deg2rad(angle + np.array([0, 60, 120])):
        phase = np.float32(2 * np.pi / period) * (np.cos(turn) * columns + (np.sin(turn) * rows)[:, None])
        waves += np.cos(phase).astype(np.float32)
    return waves / 3
