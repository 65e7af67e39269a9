"""Whether part of a particle is hidden: by missing pixels, a filled border, or the end of a detector's range.

What is filled in there looks like background, so that a particle that is half hidden has an outline as sharp as any.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_dilation

from .networks.framing import Frame, find

INCOMPLETE = "part of the particle is missing"

#: As many missing pixels, in units of those of the particle, hide nothing that matters.
FEW = 0.005

#: How far about its outline missing pixels hide part of a particle, px of an image of 128 rows or fewer.
REACH = 2

#: Nor is what is nearer to it background, in units of this reach.
SPREAD = 4

#: A border of one value is background, not filled up, if at least this part of what else is beside the particle has it.
ORDINARY = 0.5


def incomplete(image: np.ndarray, missing: np.ndarray | None, frame: Frame | None = None) -> bool:
    """Whether part of the particle of an image is not to be seen.

    Parameters
    ----------
    image : (rows, columns) float array
        Missing pixels filled with anything.
    missing : (rows, columns) bool array, optional
        Where they are.
    frame : Frame, optional
        Where the particle is, as `find` gives it; it is only looked for where something is missing.

    Returns
    -------
    bool
        Whether more than `FEW` of its pixels are missing in it and at its outline, or belong to a border of rows or
        columns of exactly one value that is not that of the background. False where there is no particle.
    """
    filled = _filled(image)
    if (missing is None or not missing.any()) and filled is None:
        return False
    if frame is None:
        try:
            frame = find(image)
        except ValueError:
            return False
    reach = REACH * max(1, round(min(image.shape) / 128))
    around = _around(frame.outline, reach)
    hidden = np.zeros(image.shape, bool) if missing is None else missing & around
    if filled is not None:
        # what a probe has spread about a particle is no background
        beside = image[~(filled | _around(frame.outline, SPREAD * reach))]
        if beside.size and np.mean(beside == image[filled][0]) < ORDINARY:
            hidden |= filled & around
    return bool(hidden.sum() > FEW * frame.outline.sum())


def lost(pixels: np.ndarray, missing: np.ndarray | None) -> np.ndarray | None:
    """Where nothing is known of the signal: (rows, columns) bool; None where something is known of every pixel.

    Parameters
    ----------
    pixels : (rows, columns) array
        As recorded: whole numbers at the end of the range of their type are saturated.
    missing : (rows, columns) bool array, optional
        As `emwidgets.signals.pixels.clean` gives it.
    """
    values = np.ma.getdata(pixels)
    if values.dtype.kind not in "iu":
        return missing
    ended = values == np.iinfo(values.dtype).max
    if not ended.any():
        return missing
    return ended if missing is None else missing | ended


def _filled(image: np.ndarray) -> np.ndarray | None:
    """Rows and columns from the border on that all have the value of the same corner; None where there are none."""
    for value in {float(image[row, column]) for row in (0, -1) for column in (0, -1)}:
        found = np.zeros(image.shape, bool)
        for sides, lines in ((found, image), (found.T, image.T)):
            for way in (1, -1):
                sides[::way][: _run(lines[::way], value)] = True
        if found.any():
            return found
    return None


def _run(lines: np.ndarray, value: float) -> int:
    """How many lines from the first on have no other value."""
    for number, line in enumerate(lines):
        if not (line == value).all():
            return number
    return len(lines)


def _around(outline: np.ndarray, reach: int) -> np.ndarray:
    """An outline grown by so many px; only its box is worked on."""
    rows, columns = (np.flatnonzero(outline.any(axis=axis)) for axis in (1, 0))
    box = tuple(slice(max(each[0] - reach, 0), each[-1] + reach + 1) for each in (rows, columns))
    grown = np.zeros_like(outline)
    grown[box] = binary_dilation(outline[box], iterations=reach)
    return grown
