"""What a frame does not show: behind a beam stop, outside an aperture, inside a blooming beam."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

#: A hidden area is at least this share of the frame; of smaller ones the rules need not be told.
_SMALLEST = 0.004
#: A white one is larger: a saturated disk may be a reflection.
_SMALLEST_WHITE = 0.015
#: Where more than this share of the frame is flat, that is its background and not what hides it.
_LARGEST = 0.4
_MOST = 6
#: Black and white are not exact in a picture that was compressed: grey values within this share of the range count.
_TOLERANCE = 0.02
#: It ends in a step, unlike a background that fades into black: of so much noise, and of the frame's range.
_STEP_IN_NOISE, _STEP_IN_RANGE = 2.0, 0.03


def hidden(image: np.ndarray) -> np.ndarray:
    """Large areas of one grey value, or of black or white but for a little noise, that end in a step.

    Parameters
    ----------
    image : (rows, columns) array

    Returns
    -------
    (rows, columns) bool array
        With a margin of two pixels, over which the step was blurred.
    """
    found = np.zeros(image.shape, bool)
    extent = np.subtract(*np.quantile(image, (0.95, 0.05)))
    for flat, smallest in zip(_flat(image), (_SMALLEST, _SMALLEST, _SMALLEST_WHITE), strict=True):
        if np.count_nonzero(flat) < smallest * image.size / 4:
            continue
        full = ndimage.binary_dilation(flat, np.ones((5, 5), bool))
        if np.count_nonzero(full) > _LARGEST * image.size:
            continue
        areas, _ = ndimage.label(full)
        sizes = np.bincount(areas.ravel())
        sizes[0] = 0
        for number in np.argsort(-sizes)[:_MOST]:
            if sizes[number] < smallest * image.size:
                break
            area = areas == number
            if _ends_in_a_step(image, area, full, extent):
                found |= ndimage.binary_dilation(area, iterations=2)
    return found


def _ends_in_a_step(image, area, full, extent):
    near = ndimage.binary_dilation(area, iterations=4) & ~ndimage.binary_dilation(area) & ~full
    if not near.any():
        return False
    beyond = image[near] - np.median(image[area])
    step = np.median(beyond)
    noise = 1.4826 * np.median(np.abs(beyond - step))
    return abs(step) > max(_STEP_IN_NOISE * noise, _STEP_IN_RANGE * extent)


def _flat(image):
    """Pixels with nothing but their own value within 2 px; next to nothing but black; next to nothing but white."""
    high, low = ndimage.maximum_filter(image, 5), ndimage.minimum_filter(image, 5)
    black, white = np.quantile(image, (0.005, 0.995))
    tolerance = _TOLERANCE * (white - black)
    bright = low > white - tolerance
    return (high == low) & ~bright, high < black + tolerance, bright
