"""Restorations of least total variation, of the widths that an image was found to be blurred by.

They know what Wiener's do not: that micrographs have flat parts and edges. They cost more, so they are made for the
widths that are likely instead of a ladder of all.
"""

from __future__ import annotations

import numpy as np

from emwidgets.refocusing.classical import total_variation, wiener
from emwidgets.refocusing.spread import PointSpread

from .bank import LEVELS, QUIET

#: Fractions of the likely width: that of an image which was not sharp before is taken for wider than it is.
FRACTIONS = (1.0, 0.8)
#: Ratio of neighbouring widths, between which is interpolated. They are the same for all pieces of an image, so that
#: there are no seams, and for all fractions, so that they are restored once.
_STEP = 1.25
_ITERATIONS, _EDGE = 15, 0.02


def smoothed(image: np.ndarray, noise: float, sigma: np.ndarray) -> np.ndarray:
    """Restorations of least total variation.

    Parameters
    ----------
    image : (rows, columns) float32 array
        In units of its range.
    noise : float
        Standard deviation of its noise, in the same units.
    sigma : (rows, columns) array
        Likely width of the blur at each pixel, px.

    Returns
    -------
    (rows, columns, len(FRACTIONS)) float32 array
    """
    # the misfit that noise makes against the slopes that edges make: found on images that were learnt from
    weight = float(np.clip(noise, QUIET, 1.0)) ** 1.5
    wanted = np.log(np.clip(sigma, LEVELS[0], LEVELS[-1]))
    places = [(wanted + np.log(fraction)) / np.log(_STEP) for fraction in FRACTIONS]
    made = np.zeros((*image.shape, len(FRACTIONS)), np.float32)
    for rung in range(int(np.floor(np.min(places))), int(np.ceil(np.max(places))) + 1):
        shares = [np.clip(1 - np.abs(place - rung), 0, 1).astype(np.float32) for place in places]
        if np.any(shares):
            restored = _restored(image, weight, PointSpread(_STEP**rung))
            for number, share in enumerate(shares):
                made[..., number] += share * restored
    return made


def _restored(image, weight, spread):
    """As the whole image would be, though `total_variation` reckons in the range of the piece that it is given."""
    span = float(np.ptp(image)) or 1.0
    start = wiener(image, spread, 10 * weight)
    return total_variation(image, spread, weight / span, _ITERATIONS, _EDGE / span, start=start)
