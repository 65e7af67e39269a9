"""A recorded pattern as the rules look at it: small, on a logarithmic scale, without its background.

The rules know nothing of the instrument. What they read is the *relief*: what stands out of its neighbourhood, whatever
the diffuse background below and however the grey values are displayed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..simulation.record import resized
from .aperture import outside_aperture
from .hidden import hidden

#: Pixels along the longer side of what the rules look at: smaller frames are enlarged, larger ones reduced.
SMALLEST, LARGEST = 128, 192
#: Shares of pixels that count as darkest and brightest: what is beyond is dead, hot or saturated.
_DARKEST, _BRIGHTEST = 0.005, 0.998
#: Standard deviations in px of the Gaussians between which the relief lies.
FINE, COARSE = 1.2, 4.0
#: Half width in px of the neighbourhood that the relief is made even over.
_NEIGHBOURHOOD = 10
_SMALLEST_FRAME = 16
#: What is usual around a pixel is at least so much of what is usual in the frame (as powers), or noise in dark places
#: would count as much as the pattern.
_FLOOR = 0.05
#: Equal pixels of a frame from 0 to 1 that were resampled differ by no more than this.
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Relief:
    """What stands out of a frame, in working pixels.

    Attributes
    ----------
    tone : (rows, columns) float32 array
        The frame, reduced, on a logarithmic scale.
    height : (rows, columns) float32 array
        Linear intensity less its neighbourhood; 0 where nothing was seen.
    even : (rows, columns) float32 array
        Tone less its neighbourhood, in units of what is usual around it, at most ±3.
    seen : (rows, columns) bool array
        False where a stop or an aperture hides the pattern.
    step : (float, float)
        Pixels of the frame per working pixel, along rows and columns.
    """

    tone: np.ndarray
    height: np.ndarray
    even: np.ndarray
    seen: np.ndarray
    step: tuple[float, float]

    def to_frame(self, row, column):
        """Position in the frame of a position here."""
        return (row + 0.5) * self.step[0] - 0.5, (column + 0.5) * self.step[1] - 0.5


def relief(frame: np.ndarray) -> Relief:
    """Take the background off a frame.

    Parameters
    ----------
    frame : (rows, columns) array
        Of any size from 16 px and any type; pixels that are not finite count as hidden.

    Raises
    ------
    ValueError
        If the frame is no picture, too small, constant but for a few bright pixels, or without a finite pixel.
    """
    frame, missing = _checked(frame)
    rows, columns = frame.shape
    factor = min(max(rows, columns, SMALLEST), LARGEST) / max(rows, columns)
    shape = max(8, round(rows * factor)), max(8, round(columns * factor))
    small = resized(without_hot_pixels(frame), shape)
    low, middle, high = np.quantile(small, (_DARKEST, 0.5, _BRIGHTEST))
    if not high > low:  # next to nothing but a flat field: all of it counts
        low, high = small.min(), small.max()
        if not high - low > _ROUNDING:
            raise ValueError("frame is constant but for a few bright pixels: there is no pattern to read; leave it out")
    clipped = np.clip(small, low, high) - low
    # linear up to the median, which is background, and logarithmic above
    tone = np.arcsinh(clipped / max(middle - low, 1e-3 * (high - low)))
    seen = ~(hidden(tone) | outside_aperture(tone))
    if missing is not None:
        seen &= resized(missing.astype(np.float32), shape) < 0.5
    even = _even(stands_out(tone, seen, FINE, COARSE))
    height = stands_out(clipped / (high - low), seen, 1.0, 3.0)
    return Relief(tone, height, even, seen, (rows / shape[0], columns / shape[1]))


def without_hot_pixels(frame: np.ndarray) -> np.ndarray:
    """Isolated extreme pixels set to their brightest neighbour.

    A reflection spreads over neighbours, which then differ among themselves; a hot pixel or a cosmic ray exceeds
    neighbours that are alike.
    """
    padded = np.pad(frame, 1, mode="edge")
    rows, columns = frame.shape
    around = [padded[r : r + rows, c : c + columns] for r in range(3) for c in range(3) if (r, c) != (1, 1)]
    highest, lowest = around[0].copy(), around[0].copy()
    for one in around[1:]:
        np.maximum(highest, one, out=highest)
        np.minimum(lowest, one, out=lowest)
    spread = highest - lowest
    return np.where(frame - highest > 4 * (spread + spread.mean()), highest, frame)


def stands_out(image: np.ndarray, seen: np.ndarray, fine: float, coarse: float) -> np.ndarray:
    """Difference of two Gaussian means over what is seen, less what runs along whole rows and columns.

    The latter are gaps between detector chips, streaks of a read-out and the frame of a figure.
    """
    if seen.all():
        found = _gaussian(image, fine) - _gaussian(image, coarse)
    else:
        weight = seen.astype(np.float32)
        found = _mean_over(image, weight, fine) - _mean_over(image, weight, coarse)
    found -= np.median(found, axis=1)[:, None]
    found -= np.median(found, axis=0)
    return np.where(seen, found, np.float32(0))


def _mean_over(image, weight, sigma):
    return _gaussian(image * weight, sigma) / (_gaussian(weight, sigma) + np.float32(1e-3))


def _gaussian(image, sigma):
    return ndimage.gaussian_filter(image, sigma, mode="reflect", truncate=3)


def _even(found):
    power = ndimage.uniform_filter(found * found, 2 * _NEIGHBOURHOOD + 1)
    usual = np.sqrt(power + np.float32(_FLOOR) * power.mean() + np.float32(1e-12))
    return np.clip(found / usual, -3, 3)


def _checked(frame):
    """The frame as float32 and where it is missing (None: nowhere)."""
    frame = np.asarray(frame)
    if frame.ndim != 2:
        raise ValueError(f"frame has shape {frame.shape}: expected one pattern, (rows, columns)")
    if min(frame.shape) < _SMALLEST_FRAME:
        size = " × ".join(map(str, frame.shape))
        raise ValueError(f"frame has {size} px: expected at least {_SMALLEST_FRAME} × {_SMALLEST_FRAME}")
    finite = np.isfinite(frame)
    if not finite.any():
        raise ValueError("frame has no finite pixel: there is no pattern to read; leave it out")
    missing = None
    if not finite.all():
        missing = ~finite
        frame = np.where(finite, frame, np.median(frame[finite]))
    low = frame.min()
    extent = float(frame.max()) - float(low)
    if extent == 0:
        raise ValueError(f"frame is constant (all {float(low):g}): there is no pattern to read; leave it out")
    return ((frame - float(low)) / extent).astype(np.float32), missing
