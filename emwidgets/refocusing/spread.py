"""How a point is imaged: Gaussian, disc or astigmatic point spreads, all described by their standard deviation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

#: Forms of a point spread: of a probe with aberrations and vibration, and of a defocused beam in geometrical optics.
SHAPES = ("gaussian", "disc")
_REACH = 4.0  # standard deviations of a Gaussian that its kernel holds
_POINT = 1e-3  # px; less is no width
_FINE = 9  # sub-pixels along an edge, by which the rim of a disc is drawn


@dataclass(frozen=True)
class PointSpread:
    """How a point is imaged.

    Attributes
    ----------
    sigma : float
        Standard deviation along an axis, px: of a disc half its radius, of an astigmatic spread the geometric mean of
        the long and the short one. 0 images a point as a point.
    shape : str
        "gaussian" or "disc".
    astigmatism : float
        Ratio of the long to the short standard deviation, 1 or more.
    angle : float
        Of the long axis from x (right) towards y (down), degrees.

    Raises
    ------
    ValueError
        If one of them is out of its range.
    """

    sigma: float
    shape: str = "gaussian"
    astigmatism: float = 1.0
    angle: float = 0.0

    def __post_init__(self):
        if not (np.isfinite(self.sigma) and self.sigma >= 0):
            raise ValueError(f"sigma is {self.sigma}: expected a width in px, 0 (sharp) or more")
        if self.shape not in SHAPES:
            raise ValueError(f"shape is {self.shape!r}: expected one of {', '.join(SHAPES)}")
        if not (np.isfinite(self.astigmatism) and self.astigmatism >= 1):
            raise ValueError(f"astigmatism is {self.astigmatism}: expected the long over the short width, 1 or more")
        if not np.isfinite(self.angle):
            raise ValueError(f"angle is {self.angle}: expected degrees")

    @property
    def widths(self) -> tuple[float, float]:
        """Long and short standard deviation, px."""
        root = float(np.sqrt(self.astigmatism))
        return self.sigma * root, self.sigma / root

    @property
    def reach(self) -> int:
        """How far a point is spread to each side, px: what is beyond is left out of the kernel."""
        long = self.widths[0]
        if long < _POINT:
            return 0
        return int(np.ceil(2 * long + 0.5)) if self.shape == "disc" else max(int(np.ceil(_REACH * long)), 1)

    def kernel(self) -> np.ndarray:
        """What a point of one pixel becomes.

        Returns
        -------
        (k, k) float64 array
            k odd; not negative, sums to 1.
        """
        long, short = self.widths
        half = self.reach
        if half == 0:
            return np.ones((1, 1))
        if self.shape == "disc":
            made = np.zeros((2 * half + 1, 2 * half + 1))
            for row in range(_FINE):  # one of the lines of sub-pixels at a time, or a wide disc would need gigabytes
                u, v = self._along(half, row)
                inside = (u / (2 * long)) ** 2 + (v / max(2 * short, 0.5 / _FINE)) ** 2 <= 1
                made += inside.reshape(*made.shape, _FINE).sum(axis=2)
            made += made[::-1, ::-1]  # rounding decides of sub-pixels whose middle is on the rim
        else:
            u, v = self._along(half)
            with np.errstate(over="ignore", divide="ignore"):
                made = np.exp(-((u / long) ** 2 + (v / max(short, 1e-3)) ** 2) / 2)
        return made / made.sum()

    def transfer(self, shape: tuple[int, int]) -> np.ndarray:
        """Fourier transform of the kernel for images of a shape: real, as a spread looks the same from both sides.

        Parameters
        ----------
        shape : (rows, columns)

        Returns
        -------
        (rows, columns // 2 + 1) float64 array
            In the order of `scipy.fft.rfft2`; 1 at frequency nought.
        """
        kernel = self.kernel()
        half = len(kernel) // 2
        field = np.zeros(shape)
        rows, columns = (np.arange(-half, half + 1) % n for n in shape)
        np.add.at(field, (rows[:, None], columns[None, :]), kernel)  # a kernel wider than the image wraps around
        return fft.rfft2(field).real

    def _along(self, half: int, row: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Places along the long and the short axis, of the middles of (2 half + 1)² pixels.

        With `row` of sub-pixels: of that line of them in each pixel, all columns.
        """
        middles = np.arange(-half, half + 1.0)
        x, y = middles[None, :], middles[:, None]
        if row is not None:
            x = ((np.arange(len(middles) * _FINE) + 0.5) / _FINE - half - 0.5)[None, :]
            y = y + (row + 0.5) / _FINE - 0.5
        turned = np.deg2rad(self.angle)
        return x * np.cos(turned) + y * np.sin(turned), y * np.cos(turned) - x * np.sin(turned)
