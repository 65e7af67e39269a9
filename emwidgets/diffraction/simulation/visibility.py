"""Whether the diffracted features of a recorded pattern can still be seen: only then its label means anything."""

from __future__ import annotations

import functools

import numpy as np
from scipy import ndimage

from .frame import Frame

#: Pixels brighter than this share of the brightest features belong to a feature; darker than the second, to none.
_IN, _OUT = 0.15, 0.03
#: How far from a feature its surroundings go, px.
_AROUND = 5
#: What differs by fewer grey levels (of 255 between dark and bright) is the same to the eye.
_GREY_LEVELS = 3
#: The brightest spots are looked at one by one, so many of them.
_LOOKED_AT = 80
_BY_ITSELF = 4.0


class Visibility:
    """How well the diffracted features of a recorded pattern can be seen.

    Parameters
    ----------
    frame : Frame
        With the picture of the diffracted features alone in `features`.
    """

    def __init__(self, frame: Frame):
        self._frame = frame
        self._bright = frame.features > _IN
        self._around = ndimage.maximum_filter(self._bright, 2 * _AROUND + 1) & (frame.features < _OUT)

    @property
    def contrast(self) -> float:
        """How far features stand out of what is round them, on average, in standard deviations of the latter.

        Where there is hardly any noise, in steps of three grey levels. The sign does not matter.
        """
        if not self._bright.any():
            return 0.0
        return abs(float(self._rise[self._bright].mean())) / self._noise

    @property
    def significance(self) -> float:
        """The same for all pixels of the features taken together."""
        return self.contrast * float(np.sqrt(np.count_nonzero(self._bright)))

    @property
    def spots(self) -> int:
        """Of the 80 brightest spots, those that stand out by themselves, by four standard deviations."""
        spots = self._frame.spots
        pixels = np.round(self._frame.geometry.to_pixels(spots.positions)).astype(int)
        inside = np.flatnonzero(np.all((pixels >= 0) & (pixels < self._rise.shape), axis=1))
        brightest = inside[np.argsort(-spots.intensities[inside], kind="stable")[:_LOOKED_AT]]
        rows, columns = pixels[brightest].T
        return int(np.count_nonzero(np.abs(self._rise[rows, columns]) > _BY_ITSELF * self._noise))

    @functools.cached_property
    def _rise(self) -> np.ndarray:
        """Brightness over that of the surroundings, as it would be under the features."""
        size = 2 * _AROUND + 3
        share = ndimage.uniform_filter(self._around.astype(np.float32), size)
        ground = ndimage.uniform_filter(np.where(self._around, self._frame.image, 0), size)
        return np.where(share > 1e-3, self._frame.image - ground / np.maximum(share, 1e-6), 0)

    @functools.cached_property
    def _noise(self) -> float:
        step = _GREY_LEVELS * np.ptp(np.percentile(self._frame.image[::2, ::2], (0.5, 99.5))) / 255
        return max(float(self._rise[self._around].std()) if self._around.any() else 0.0, float(step), 1e-12)
