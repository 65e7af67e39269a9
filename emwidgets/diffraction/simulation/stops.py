"""What stands in the way of the beams: beam stops of every shape, round apertures, shadows, uneven illumination.

Lengths are relative to half the shorter side of the frame, angles in degrees from x towards y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .frame import Frame

#: Shapes of beam stops, all with their tip at the direct beam.
STOPS = ("bar", "needle", "wedge", "wire", "paddle", "disk")


@dataclass(frozen=True)
class BeamStop:
    """Metal in front of the detector that keeps the direct beam off it.

    Parameters
    ----------
    kind : str
        "bar" (even width, square end), "needle" (tapered, round tip), "wedge" (widens towards the edge), "wire" (all
        across the frame), "paddle" (disk on a thin arm), "disk" (without an arm: also a hole in the detector).
    width : float
        Half width at the direct beam; of a paddle or disk its radius.
    angle : float
        Where the arm comes from.
    offset : (x, y)
        Of the stop from the direct beam.
    transmission : float
        What comes through, 0 to 1.
    softness : float
        Of its edge, which lies out of focus.
    """

    kind: str = "needle"
    width: float = 0.06
    angle: float = 0.0
    offset: tuple[float, float] = (0.0, 0.0)
    transmission: float = 0.0
    softness: float = 0.005

    def __post_init__(self):
        if self.kind not in STOPS:
            raise ValueError(f"kind of beam stop is {self.kind!r}: expected one of {', '.join(STOPS)}")

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Cast the shadow of the stop."""
        return frame.with_image(frame.image * _edge(self._distance(frame), self.softness, self.transmission))

    def _distance(self, frame: Frame) -> np.ndarray:
        """Distance from the outline, negative inside."""
        x, y = _across(frame, self.offset)
        angle = np.deg2rad(self.angle)
        along = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
        aside = np.abs(np.float32(np.cos(angle)) * y - np.float32(np.sin(angle)) * x)
        width = np.float32(self.width)
        match self.kind:
            case "bar":
                return np.maximum(aside - width, -along - width)
            case "wire":
                return aside - width
            case "disk":
                return np.hypot(x, y) - width
            case "paddle":
                return np.minimum(np.hypot(x, y) - width, np.maximum(aside - 0.25 * width, -along))
            case "needle":
                widening = width + np.float32(0.12) * np.maximum(along, 0)
                return np.where(along > 0, aside - widening, np.hypot(x, y) - width)
        return np.maximum(aside - width - np.float32(0.35) * (along + width), -along - width)  # wedge


@dataclass(frozen=True)
class RoundAperture:
    """The round edge of what the projector or the viewing screen shows.

    Parameters
    ----------
    radius : float
        1.41 reaches the corners.
    offset : (x, y)
        From the middle of the frame.
    softness : float
        Of the edge.
    outside : float
        Share of the light outside, 0 to 1.
    """

    radius: float = 0.95
    offset: tuple[float, float] = (0.0, 0.0)
    softness: float = 0.005
    outside: float = 0.0

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Darken what is outside."""
        x, y = _from_middle(frame, self.offset)
        return frame.with_image(frame.image * _edge(self.radius - np.hypot(x, y), self.softness, self.outside))


@dataclass(frozen=True)
class EdgeShadow:
    """A shutter, holder or grid bar that darkens one side of the frame.

    Parameters
    ----------
    angle : float
        Direction in which the dark side lies.
    position : float
        Of the edge from the middle of the frame.
    softness : float
        Of the edge.
    transmission : float
        What comes through, 0 to 1.
    """

    angle: float = 90.0
    position: float = 0.7
    softness: float = 0.1
    transmission: float = 0.3

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Darken one side."""
        along = _along(self.angle, *_from_middle(frame, (0.0, 0.0)))
        return frame.with_image(frame.image * _edge(self.position - along, self.softness, self.transmission))


@dataclass(frozen=True)
class Illumination:
    """Uneven sensitivity over the frame, as of a lens-coupled screen or an uneven development.

    Parameters
    ----------
    slope : float
        Relative change from the middle to the edge in the direction of `angle`.
    angle : float
    vignetting : float
        Relative loss at the edge.
    """

    slope: float = 0.2
    angle: float = 0.0
    vignetting: float = 0.2

    def __call__(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Multiply with the sensitivity."""
        x, y = _from_middle(frame, (0.0, 0.0))
        sensitivity = (1 + self.slope * _along(self.angle, x, y)) * (
            1 - self.vignetting * np.minimum(x * x + y * y, 2) / 2
        )
        return frame.with_image(frame.image * np.maximum(sensitivity, 0.02))


def _edge(distance, softness: float, inside: float) -> np.ndarray:
    """Share of light: `inside` where the distance is negative, 1 where it is positive, linear over the soft edge."""
    softness = max(softness, 1e-4)
    return np.float32(inside) + np.float32(1 - inside) * np.clip(0.5 + distance / np.float32(2 * softness), 0, 1)


def _across(frame: Frame, offset) -> tuple[np.ndarray, np.ndarray]:
    """X and y from the direct beam, over half the shorter side, in the plane of the detector."""
    return _coordinates(frame, frame.geometry.centre, offset)


def _from_middle(frame: Frame, offset) -> tuple[np.ndarray, np.ndarray]:
    return _coordinates(frame, tuple((size - 1) / 2 for size in frame.image.shape), offset)


def _coordinates(frame: Frame, origin, offset):
    half = 0.5 * min(frame.image.shape)
    rows, columns = (
        (np.arange(size, dtype=np.float32) - np.float32(at)) / np.float32(half) - np.float32(moved)
        for size, at, moved in zip(frame.image.shape, origin, offset[::-1], strict=True)
    )
    return np.broadcast_arrays(columns[None, :], rows[:, None])


def _along(angle: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Distance in a direction, in degrees from x towards y; in the precision of x and y."""
    angle = np.deg2rad(angle)
    return np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
