"""A frame with all that more than one rule asks of it, each found once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy import ndimage

from .centre import BEAM, find_centre, radial_share
from .polar import to_polar
from .relief import Relief, relief
from .slopes import Crests, Slopes, crests, slopes

#: A radius counts when so much of its circle is seen: of one about a corner of the frame it is a quarter.
_SEEN = 0.2
_LEAST_ROWS = 6
#: Most rings that are looked for.
RINGS = 6
#: Most reflections that are named.
_SPOTS = 200
#: A reflection stands out by so much noise, and its curvatures differ by no more than this.
_STANDS_OUT, _ROUND = 6.0, 0.3


class Pattern:
    """One frame, reduced to what the rules look at; attributes are worked out when they are first asked for.

    Parameters
    ----------
    frame : (rows, columns) array

    Raises
    ------
    ValueError
        As in `relief`.
    """

    def __init__(self, frame):
        self.relief: Relief = relief(frame)

    @cached_property
    def slopes(self) -> Slopes:
        """The steepest pixels."""
        return slopes(self.relief.even, self.relief.seen)

    @cached_property
    def crests(self) -> Crests:
        """The highest pixels."""
        return crests(self.relief.even, self.relief.seen)

    @cached_property
    def centre(self) -> tuple[float, float]:
        """Row and column in working pixels."""
        return find_centre(self.relief, self.slopes)

    @cached_property
    def across(self) -> float:
        """How much the crests run across their circle, median: 0 for smooth rings, ½ for spots and noise."""
        distance, across = self.crests.crosswise(self.centre)
        beyond = distance > BEAM
        return float(np.median(across[beyond])) if beyond.any() else 0.5

    @cached_property
    def radial(self) -> float:
        """How far the gradients point to the centre: 1 for smooth rings, 0 for spots and noise."""
        return radial_share(self.slopes, self.centre)

    @cached_property
    def peaked(self) -> float:
        """Logarithm of the kurtosis of the heights, every radius with the same weight: large for few strong spots."""
        heights = self.polar[np.isfinite(self.polar)]
        square = float(np.mean(heights**2)) if heights.size else 0.0
        return float(np.log(np.mean(heights**4) / square**2)) if square > 1e-18 else np.log(3.0)  # 3: that of noise

    @cached_property
    def visible(self) -> np.ndarray:
        """Where the polar pictures show something, (radii, angles) bool."""
        return to_polar(self.relief.seen.astype(np.float32), self.centre) > 0.6

    @cached_property
    def rows(self) -> np.ndarray:
        """Radii that count, as rows of the polar pictures: beyond the beam, and seen over enough angles.

        Raises
        ------
        ValueError
            If there are next to none: a rule would have nothing to go by.
        """
        share = self.visible.mean(axis=1)
        share[: int(BEAM)] = 0
        rows = np.flatnonzero(share > _SEEN)
        if len(rows) < _LEAST_ROWS:
            raise ValueError(
                f"frame shows next to nothing around its centre: {len(rows)} radii beyond the beam, expected at least "
                f"{_LEAST_ROWS} (of {len(share)}); what is hidden, saturated or missing leaves too little to judge"
            )
        return rows

    @cached_property
    def polar(self) -> np.ndarray:
        """The height over radius and angle, rows as in `rows`; NaN where nothing is seen."""
        return np.where(self.visible, to_polar(self.relief.height, self.centre), np.float32(np.nan))[self.rows]

    @cached_property
    def levels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Median, spread and 97 % quantile of the height over the angles, one of each for each radius of `rows`.

        The spread is 1.48 times the median deviation, which reflections do not raise, over neighbouring radii.
        """
        polar = self.polar
        known = np.isfinite(polar)
        ordered = np.sort(polar, axis=1)  # what is not known comes last
        n = known.sum(axis=1)
        rows = np.arange(len(polar))
        middle = ordered[rows, n // 2]
        highest = ordered[rows, np.minimum((0.97 * n).astype(int), n - 1)]
        deviation = np.sort(np.abs(polar - middle[:, None]), axis=1)[rows, n // 2] * 1.4826
        spread = np.convolve(np.pad(deviation, 2, mode="edge"), np.full(5, 0.2), mode="valid")
        floor = 0.1 * np.median(spread) + 1e-3 * np.std(polar[known]) + 1e-9
        return middle, np.maximum(spread, floor), highest

    @cached_property
    def even_polar(self) -> np.ndarray:
        """The even relief over radius and angle, rows as in `rows`; 0 where nothing is seen."""
        return np.where(self.visible, to_polar(self.relief.even, self.centre), np.float32(0))[self.rows]

    @cached_property
    def profile(self) -> np.ndarray:
        """Mean of the even relief at each radius of `rows`."""
        return self.even_polar.sum(axis=1) / np.maximum(self.visible[self.rows].sum(axis=1), 1)

    @cached_property
    def candidates(self) -> np.ndarray:
        """Radii at which there may be a ring, px, the most likely first."""
        profile = ndimage.gaussian_filter1d(self.profile, 1.0)
        peak = np.flatnonzero((profile[1:-1] > profile[:-2]) & (profile[1:-1] >= profile[2:]) & (profile[1:-1] > 0)) + 1
        order = peak[np.argsort(-profile[peak])][:RINGS]
        return self.rows[order] + 0.5

    @cached_property
    def spots(self) -> np.ndarray:
        """Point-like maxima: row, column, strength in [0, 1], the strongest first, in working pixels."""
        height = self.relief.height
        row, column = np.nonzero((height == ndimage.maximum_filter(height, 5)) & (height > 0))
        distance = np.hypot(row - self.centre[0], column - self.centre[1])
        # above the ring on which they lie, if there is one: its grains and noise are no reflections
        middle, spread, _ = (np.interp(distance, self.rows + 0.5, level) for level in self.levels)
        above = (height[row, column] - np.maximum(middle, 0)) / (spread + 0.25 * np.maximum(middle, 0))
        round_ = self._roundness(row, column)
        keep = (distance > BEAM) & (round_ > _ROUND) & (above > _STANDS_OUT)
        strength = round_ * above / (np.abs(above) + 2 * _STANDS_OUT)
        order = np.flatnonzero(keep)[np.argsort(-strength[keep])][:_SPOTS]
        return np.column_stack([row[order], column[order], strength[order]])

    def _roundness(self, row, column):
        """Smaller over larger principal curvature: 1 on a round spot, 0 on a line."""
        at = np.pad(self.relief.height, 1, mode="edge")
        r, c = row + 1, column + 1
        yy = at[r - 1, c] + at[r + 1, c] - 2 * at[r, c]
        xx = at[r, c - 1] + at[r, c + 1] - 2 * at[r, c]
        yx = (at[r + 1, c + 1] + at[r - 1, c - 1] - at[r + 1, c - 1] - at[r - 1, c + 1]) / 4
        middle, half = (yy + xx) / 2, np.hypot((yy - xx) / 2, yx)
        return np.clip((middle + half) / np.minimum(middle - half, -1e-12), 0, 1)
