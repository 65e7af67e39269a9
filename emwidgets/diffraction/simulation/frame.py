"""A pattern on its way through the instrument: the picture, where its pixels lie, and what is known about it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace

import numpy as np

from .kinematic import Spots


@dataclass(frozen=True)
class Geometry:
    """Where the pixels of a frame lie in reciprocal space.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns.
    pixel_size : float
        1/nm.
    centre : (row, column), optional
        The direct beam in px; the middle of the frame if left out.
    ellipticity : float
        Long over short axis of what should be a circle.
    ellipse_angle : float
        Direction of the long axis in degrees from x towards y.
    """

    shape: tuple[int, int]
    pixel_size: float
    centre: tuple[float, float] = field(default=None)
    ellipticity: float = 1.0
    ellipse_angle: float = 0.0

    def __post_init__(self):
        if len(self.shape) != 2 or min(self.shape) < 16:
            raise ValueError(f"shape is {tuple(self.shape)}: expected rows and columns of at least 16 px")
        if not (np.isfinite(self.pixel_size) and self.pixel_size > 0):
            raise ValueError(f"pixel_size is {self.pixel_size}: expected a positive length in 1/nm")
        if not (np.isfinite(self.ellipticity) and 0.5 <= self.ellipticity <= 2):
            raise ValueError(f"ellipticity is {self.ellipticity}: expected a ratio of axes from 0.5 to 2")
        if self.centre is None:
            # frozen, but the default needs the shape
            object.__setattr__(self, "centre", tuple((size - 1) / 2 for size in self.shape))

    @property
    def distortion(self) -> np.ndarray:
        """(2, 2) matrix from true (kx, ky) to where the detector shows it; keeps areas."""
        angle = np.deg2rad(self.ellipse_angle)
        axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        root = np.sqrt(self.ellipticity)
        return axes.T @ np.diag([root, 1 / root]) @ axes

    def to_pixels(self, positions: np.ndarray) -> np.ndarray:
        """(row, column), not rounded, of (kx, ky) in 1/nm; both (n, 2)."""
        shown = positions @ self.distortion.T / self.pixel_size
        return shown[:, ::-1] + np.asarray(self.centre)

    @functools.cached_property
    def k(self) -> tuple[np.ndarray, np.ndarray]:
        """True kx and ky of every pixel, 1/nm (float32)."""
        rows, columns = (np.arange(size, dtype=np.float32) - c for size, c in zip(self.shape, self.centre, strict=True))
        (a, b), (c, d) = (self.pixel_size * np.linalg.inv(self.distortion)).astype(np.float32)
        return a * columns + (b * rows)[:, None], c * columns + (d * rows)[:, None]

    @functools.cached_property
    def radius(self) -> np.ndarray:
        """Distance of every pixel from the direct beam, 1/nm (float32)."""
        kx, ky = self.k
        return np.sqrt(kx * kx + ky * ky)

    @property
    def half_width(self) -> float:
        """Half of the shorter side, 1/nm."""
        return 0.5 * min(self.shape) * self.pixel_size

    @property
    def reach(self) -> float:
        """Distance of the farthest corner from the direct beam, 1/nm."""
        corners = [(row, column) for row in (0, self.shape[0]) for column in (0, self.shape[1])]
        farthest = max(np.hypot(row - self.centre[0], column - self.centre[1]) for row, column in corners)
        return float(farthest * self.pixel_size * np.sqrt(self.ellipticity))


@dataclass(frozen=True)
class KikuchiLines:
    """Straight lines n·k = offset in the plane of the detector, with their strengths; arrays of one length."""

    normals: np.ndarray  # (n, 2), unit length
    offsets: np.ndarray  # 1/nm
    strengths: np.ndarray  # positive: excess, negative: deficient


@dataclass(frozen=True, eq=False)
class Frame:
    """A pattern and what the effects of an instrument need to know about it.

    Attributes
    ----------
    image : (rows, columns) float32 array
    geometry : Geometry
    spots : Spots
        The diffracted beams that were drawn; effects that mark or label reflections read them.
    lines : KikuchiLines or None
        Of a single crystal.
    features : (rows, columns) array or None
        The diffracted features alone, their brightness 1, before anything happened to them.
    signal : float
        Brightness of the strongest diffracted features. Strengths of effects are given relative to it, so that the
        same instrument suits a pattern of few bright spots and one of faint rings.
    """

    image: np.ndarray
    geometry: Geometry
    spots: Spots = None
    lines: KikuchiLines | None = None
    features: np.ndarray | None = None
    signal: float = 1.0

    def with_image(self, image: np.ndarray) -> Frame:
        """The same pattern with another picture."""
        return replace(self, image=np.asarray(image, np.float32))
