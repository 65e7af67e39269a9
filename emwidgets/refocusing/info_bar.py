"""The band at the bottom of a micrograph in which the microscope has written: found, so that no network touches it."""

from __future__ import annotations

import numpy as np

#: A band is not higher than this share of the image.
HIGHEST = 0.25
#: Values that differ by less than this share of the image's range are one colour: JPEG leaves no value as it was.
ALIKE = 0.03
_FULL, _OPEN, _TEXT_ROW = 0.9, 0.3, 0.3  # share of a row in the colour of the band: in it, above it, through text
_LEAST_TEXT, _MOST_TEXT = 0.005, 0.5  # share of the band that is writing
_CONTRAST = 0.4  # of the range, between writing and what it is written on
_SMALLEST = 32  # rows and columns of an image that can have a band that is read
_ELSEWHERE = 1e-4  # share of the image above it that may have the colour of writing without a ground of its own
_SOFT = 0.1  # pixels of nearly that colour, for each one of it: writing has hard edges, a bright specimen has not


def rows(image: np.ndarray) -> int:
    """How many rows at the bottom are an info bar.

    Found are bands of one colour from one side to the other with writing on them, as most microscopes add them, and
    writing straight on the image in a value that occurs nowhere else in it. Where it is not clear, there is none: a
    part of the specimen that is left alone does more harm than a letter that is changed.

    Parameters
    ----------
    image : (rows, columns) array, finite

    Returns
    -------
    int
        0 where there is none.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.random.default_rng(0).normal(120, 10, (200, 200))
    >>> rows(image)
    0
    >>> image[180:] = 0
    >>> image[185:195, 20:90:4] = 255
    >>> rows(image)
    20
    """
    image = np.asarray(image, float)
    if min(image.shape) < _SMALLEST or not np.ptp(image):
        return 0
    return _band(image) or _writing(image)


def _band(image: np.ndarray) -> int:
    """Rows of a band of one colour."""
    highest, span = int(HIGHEST * len(image)), np.ptp(image)
    bottom = image[-highest - 2 :]
    ground = np.median(image[-1])
    share = np.mean(np.abs(bottom - ground) < ALIKE * span, axis=1)
    filled = share >= _TEXT_ROW
    height = len(filled) if filled.all() else int(np.argmin(filled[::-1]))
    if not 4 <= height <= highest or share[-height] < _FULL or share[-1] < _FULL:
        return 0
    above = share[-height - 2 : -height]
    if above.max() > _OPEN:
        return 0
    band = image[-height:]
    text = np.mean(np.abs(band - ground) > _CONTRAST * span)
    if not _LEAST_TEXT <= text <= _MOST_TEXT:
        return 0
    return height + _line(image, height)


def _line(image: np.ndarray, height: int) -> int:
    """Rows of a line that is drawn along the upper edge of a band."""
    width = 0
    while width < 4:
        row = image[-height - width - 1]
        if np.mean(np.abs(row - np.median(row)) < 1e-3 * np.ptp(image)) < _FULL:
            break
        width += 1
    return width


def _writing(image: np.ndarray) -> int:
    """Rows of writing straight on the image, a pixel to spare."""
    highest = int(HIGHEST * len(image))
    found = 0
    for colour, side in ((image.max(), -1), (image.min(), 1)):
        here = image == colour
        if np.mean(here[:-highest]) > _ELSEWHERE:
            continue
        lines = np.flatnonzero(here[-highest:].mean(axis=1) > 0.002)
        if not len(lines):
            continue
        height = highest - int(lines[0])
        part, own = image[-height:], here[-height:]
        near = np.abs(part - colour - side * 0.06 * np.ptp(image)) < 0.055 * np.ptp(image)
        if np.mean(own) >= _LEAST_TEXT and near.sum() <= _SOFT * own.sum() and height < highest:
            found = max(found, height + 1)
    return found
