"""Where a relief is steep, and where its crests run: what circles are found from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

#: So many of the steepest pixels are looked at, whatever the frame.
STEEPEST = 1500
#: Share of the pixels that are its crests.
_CRESTS = 0.03


@dataclass(frozen=True, eq=False)
class Slopes:
    """The steepest pixels of a relief.

    Attributes
    ----------
    place : (n, 2) float32 array
        Row and column.
    direction : (n, 2) float32 array
        Unit vector of the gradient.
    steepness : (n,) float32 array
        Sums to 1.
    """

    place: np.ndarray
    direction: np.ndarray
    steepness: np.ndarray

    def from_centre(self, centre) -> tuple[np.ndarray, np.ndarray]:
        """Distance of each pixel from a centre, and the cosine between its gradient and its radius."""
        arm = self.place - np.asarray(centre, np.float32)
        distance = np.hypot(arm[:, 0], arm[:, 1])
        along = np.einsum("ij,ij->i", arm, self.direction)
        return distance, along / np.maximum(distance, 1e-3)


def slopes(even: np.ndarray, seen: np.ndarray) -> Slopes:
    """The steepest pixels of a relief; `even` and `seen` as in `Relief`."""
    down, right = np.gradient(even)
    steepness = np.hypot(down, right)
    if not seen.all():
        steepness[ndimage.binary_dilation(~seen, iterations=2)] = 0
    n = min(STEEPEST, steepness.size // 2)
    chosen = np.argpartition(steepness.ravel(), -n)[-n:]
    chosen = chosen[steepness.ravel()[chosen] > 0]
    place = np.stack(np.unravel_index(chosen, even.shape), axis=1).astype(np.float32)
    steep = steepness.ravel()[chosen]
    direction = np.stack([down.ravel()[chosen], right.ravel()[chosen]], axis=1) / np.maximum(steep, 1e-9)[:, None]
    return Slopes(place, direction, steep / max(float(steep.sum()), 1e-9))


@dataclass(frozen=True, eq=False)
class Crests:
    """The highest pixels of a relief, and how it curves there.

    Attributes
    ----------
    place : (n, 2) float32 array
    height : (n,) float32 array
    curvature : (n, 3) float32 array
        Second derivatives along rows, along columns, and mixed.
    """

    place: np.ndarray
    height: np.ndarray
    curvature: np.ndarray

    def crosswise(self, centre) -> tuple[np.ndarray, np.ndarray]:
        """Distance of each pixel from a centre, and how much of its curvature is along the circle.

        0 on a smooth ring, which curves along its radius alone; ½ on a round spot.
        """
        arm = self.place - np.asarray(centre, np.float32)
        distance = np.hypot(arm[:, 0], arm[:, 1])
        y, x = (arm / np.maximum(distance, 1e-3)[:, None]).T
        yy, xx, yx = self.curvature.T
        radial = np.abs(yy * y * y + 2 * yx * y * x + xx * x * x)
        tangential = np.abs(yy * x * x - 2 * yx * y * x + xx * y * y)
        return distance, tangential / np.maximum(radial + tangential, 1e-9)


def crests(even: np.ndarray, seen: np.ndarray) -> Crests:
    """The highest pixels of a relief; `even` and `seen` as in `Relief`."""
    smooth = ndimage.gaussian_filter(even, 1.0, truncate=3)
    height = np.where(seen, smooth, -np.inf)
    height[[0, -1]] = height[:, [0, -1]] = -np.inf
    n = max(16, round(_CRESTS * np.count_nonzero(seen)))
    chosen = np.argpartition(height.ravel(), -n)[-n:]
    row, column = np.unravel_index(chosen[np.isfinite(height.ravel()[chosen])], even.shape)
    here = smooth[row, column]
    yy = smooth[row - 1, column] + smooth[row + 1, column] - 2 * here
    xx = smooth[row, column - 1] + smooth[row, column + 1] - 2 * here
    diagonal = smooth[row + 1, column + 1] + smooth[row - 1, column - 1]
    yx = (diagonal - smooth[row + 1, column - 1] - smooth[row - 1, column + 1]) / 4
    return Crests(np.stack([row, column], axis=1).astype(np.float32), here, np.stack([yy, xx, yx], axis=1))
