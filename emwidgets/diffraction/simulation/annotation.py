"""What people draw into patterns before they show them: scale bars, captions, rings, indices, crosses, frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .font import HEIGHT, text_mask
from .frame import Frame


@dataclass(frozen=True)
class ScaleBar:
    """A bar with its length in 1/nm, in a corner.

    Parameters
    ----------
    length : float
        About so much of the width; rounded to 1, 2 or 5 times a power of ten.
    right, top : bool
        Which corner.
    dark : bool
        Black instead of white.
    box : bool
        On a plain ground.
    """

    length: float = 0.25
    right: bool = False
    top: bool = False
    dark: bool = False
    box: bool = False

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Draw the bar and its text."""
        image = frame.image.copy()
        rows, columns = image.shape
        value = _round_number(self.length * columns * frame.geometry.pixel_size)
        bar = int(np.clip(value / frame.geometry.pixel_size, 4, columns - 8))
        text = text_mask(f"{value:g} 1/nm", _text_scale(image))
        thick, gap = max(1, rows // 90), max(2, rows // 40)
        left = columns - gap - bar if self.right else gap
        bottom = gap + thick + 2 * gap + text.shape[0] if self.top else rows - gap
        ink, ground = _ink(image, self.dark)
        if self.box:
            image[
                max(0, bottom - thick - gap - text.shape[0]) : bottom + gap, max(0, left - gap) : left + bar + gap
            ] = ground
        image[bottom - thick : bottom, left : left + bar] = ink
        row = bottom - thick - gap // 2 - text.shape[0]
        _stamp(image, text, row, left + (bar - text.shape[1]) // 2, ink)
        return frame.with_image(image)


@dataclass(frozen=True)
class Caption:
    """A line of text.

    Parameters
    ----------
    text : str
        In the characters of `font`.
    row, column : float
        Of its upper left corner, over the height and width of the frame.
    dark : bool
        Black instead of white.
    """

    text: str = "[001]"
    row: float = 0.03
    column: float = 0.03
    dark: bool = False

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Write the text."""
        image = frame.image.copy()
        at = (int(self.row * image.shape[0]), int(self.column * image.shape[1]))
        _stamp(image, text_mask(self.text, _text_scale(image)), *at, _ink(image, self.dark)[0])
        return frame.with_image(image)


@dataclass(frozen=True)
class RingMarkers:
    """Thin circles or arcs round the direct beam, as drawn to show where rings should be; found on any pattern.

    Parameters
    ----------
    radii : tuple of float
        Over half the shorter side.
    dashes : int
        Number of dashes; 0 for a full line.
    opening : float
        Degrees of the circle that are drawn.
    dark : bool
        Black instead of white.
    """

    radii: tuple[float, ...] = (0.4,)
    dashes: int = 0
    opening: float = 360.0
    dark: bool = False

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Draw the circles."""
        image = frame.image.copy()
        half = 0.5 * min(image.shape)
        start = rng.uniform(0, 2 * np.pi)
        for radius in self.radii:
            turn = np.linspace(0, np.deg2rad(self.opening), max(8, int(8 * radius * half)))
            if self.dashes:
                turn = turn[np.sin(self.dashes * turn) > 0]
            points = frame.geometry.centre + radius * half * np.stack(
                [np.sin(turn + start), np.cos(turn + start)], axis=1
            )
            _dots(image, points, _ink(image, self.dark)[0])
        return frame.with_image(image)


@dataclass(frozen=True)
class IndexLabels:
    """Indices written beside reflections, with or without a circle round them.

    Parameters
    ----------
    count : int
        How many reflections, the brightest of those inside.
    circles : bool
        Whether they are circled.
    dark : bool
        Black instead of white.
    """

    count: int = 3
    circles: bool = False
    dark: bool = False

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Write the indices; rings are labelled at one place each."""
        if frame.spots is None or not len(frame.spots):
            return frame
        image = frame.image.copy()
        ink = _ink(image, self.dark)[0]
        pixels = frame.geometry.to_pixels(frame.spots.positions)
        inside = np.flatnonzero(np.all((pixels > 4) & (pixels < np.subtract(image.shape, 5)), axis=1))
        brightest = inside[np.argsort(-frame.spots.intensities[inside], kind="stable")]
        _, first = np.unique(frame.spots.families[brightest], return_index=True)
        for spot in brightest[np.sort(first)][: self.count]:
            row, column = pixels[spot]
            size = 0.03 * min(image.shape)
            if self.circles:
                turn = np.linspace(0, 2 * np.pi, 60)
                _dots(image, pixels[spot] + size * np.stack([np.sin(turn), np.cos(turn)], axis=1), ink)
            indices = (1, 1, 1) if frame.spots.indices is None else frame.spots.indices[spot]
            text = text_mask("".join(str(index) for index in indices), _text_scale(image))
            _stamp(image, text, int(row - size) - text.shape[0], int(column + size), ink)
        return frame.with_image(image)


@dataclass(frozen=True)
class Crosses:
    """Crosses on the direct beam or on found peaks.

    Parameters
    ----------
    peaks : int
        How many of the brightest reflections; 0 marks the direct beam.
    size : float
        Over half the shorter side.
    dark : bool
        Black instead of white.
    """

    peaks: int = 0
    size: float = 0.04
    dark: bool = False

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Draw the crosses."""
        image = frame.image.copy()
        centres = [frame.geometry.centre]
        if self.peaks and frame.spots is not None and len(frame.spots):
            pixels = frame.geometry.to_pixels(frame.spots.positions)
            inside = np.flatnonzero(np.all((pixels > 2) & (pixels < np.subtract(image.shape, 3)), axis=1))
            centres = pixels[inside[np.argsort(-frame.spots.intensities[inside], kind="stable")[: self.peaks]]]
        reach = np.linspace(-1, 1, 41)[:, None] * self.size * 0.5 * min(image.shape)
        for centre in centres:
            for direction in ((1, 1), (1, -1)):
                _dots(image, centre + reach * np.array(direction), _ink(image, self.dark)[0])
        return frame.with_image(image)


@dataclass(frozen=True)
class Margin:
    """A plain margin with a thin frame, as round a figure.

    Parameters
    ----------
    left, right, top, bottom : float
        Over the width or height.
    dark : bool
        Black instead of white.
    ticks : bool
        Whether the frame has ticks with numbers.
    """

    left: float = 0.08
    right: float = 0.03
    top: float = 0.03
    bottom: float = 0.08
    dark: bool = False
    ticks: bool = True

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Draw over the edges of the picture."""
        image = frame.image.copy()
        rows, columns = image.shape
        top, bottom = int(self.top * rows), rows - 1 - int(self.bottom * rows)
        left, right = int(self.left * columns), columns - 1 - int(self.right * columns)
        ink, ground = _ink(image, not self.dark)
        outside = np.ones(image.shape, bool)
        outside[top : bottom + 1, left : right + 1] = False
        image[outside] = ground
        image[[top, bottom], left : right + 1] = ink
        image[top : bottom + 1, [left, right]] = ink
        if self.ticks:
            for number, share in enumerate(np.linspace(0.1, 0.9, 5)):
                text = text_mask(str(50 * number), _text_scale(image))
                _stamp(image, text, bottom + 3, int(left + share * (right - left)) - text.shape[1] // 2, ink)
                _stamp(image, text, int(top + share * (bottom - top)), left - text.shape[1] - 2, ink)
        return frame.with_image(image)


def _ink(image, dark: bool) -> tuple[float, float]:
    """What is drawn with, and the ground for it."""
    low, high = float(image.min()), float(image.max())
    return (low, high) if dark else (high, low)


def _text_scale(image) -> int:
    return max(1, round(min(image.shape) / (18 * HEIGHT)))


def _stamp(image, mask, row: int, column: int, ink: float) -> None:
    """Draw a mask with its upper left corner at (row, column), cut at the edges of the image."""
    rows, columns = image.shape
    top, left = max(row, 0), max(column, 0)
    bottom, right = min(row + mask.shape[0], rows), min(column + mask.shape[1], columns)
    if bottom > top and right > left:
        image[top:bottom, left:right][mask[top - row : bottom - row, left - column : right - column]] = ink


def _dots(image, points, ink: float) -> None:
    pixels = np.round(points).astype(int)
    pixels = pixels[np.all((pixels >= 0) & (pixels < image.shape), axis=1)]
    image[pixels[:, 0], pixels[:, 1]] = ink


def _round_number(value: float) -> float:
    """The nearest of 1, 2 or 5 times a power of ten, from below."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * max(step for step in (1, 2, 5) if step <= value / power * (1 + 1e-9)))
