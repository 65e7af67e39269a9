"""The centre of a pattern, wherever it lies, seen or hidden.

Three signs point to it. A pattern looks the same turned by 180° (Friedel's law), so its convolution with itself has a
peak at twice the centre. The gradients of rings run through their centre. And the direct beam, where it is seen, is the
brightest place, or the darkest on a negative. Each gives candidates, and what all three say of each of them decides.
"""

from __future__ import annotations

import numpy as np
from scipy import fft, ndimage

from .relief import Relief
from .slopes import Slopes

#: Candidates from the symmetry, and how high they must be beside the best.
_PEAKS, _LOWEST = 6, 0.3
#: Gradients nearer to a centre than this are those of the direct beam, px.
BEAM = 6.0
#: Lines that the search for their common point goes over, and px between the steps along them.
_LINES, _STEP = 600, 2
#: Weights of the symmetry and of the beam beside the share of gradients that point to the centre.
_SYMMETRY, _BEAM_SEEN = 1.0, 0.15
#: The beam is looked for in means over so many px.
_BROAD = 11
#: How far from a centre its lines may pass while it is refined, px.
_CLOSER = (4.0, 2.0, 1.5)
#: A refined centre this far from where it started is another one, px.
_MOST_REFINED = 6.0


def find_centre(relief: Relief, slopes: Slopes) -> tuple[float, float]:
    """Row and column of the centre, in working pixels.

    Parameters
    ----------
    relief : Relief
    slopes : Slopes
        Of this relief.
    """
    signs = _Signs(relief, slopes)
    candidates = np.concatenate([_peaks(signs.symmetry), _crossings(slopes, relief.even.shape), signs.beams()])
    worth = [signs.worth(one) for one in candidates]
    best = candidates[int(np.argmax(worth))]
    refined = _refined(best, slopes)
    better = signs.worth(refined) > max(worth) and np.hypot(*(refined - best)) < _MOST_REFINED
    last = np.array(relief.even.shape) - 1
    return tuple(float(x) for x in np.clip(refined if better else best, 0, last))


def inversion_symmetry(even: np.ndarray) -> np.ndarray:
    """How alike a relief is to itself turned by 180° about every point, on a grid of half pixels.

    Parameters
    ----------
    even : (rows, columns) array

    Returns
    -------
    (2 rows - 1, 2 columns - 1) float32 array
        Element (i, j) belongs to the point (i / 2, j / 2); at most 1, and less where only a part of the frame overlaps
        with itself, as a small part is easily symmetric.
    """
    shape = tuple(2 * n - 1 for n in even.shape)
    padded = [fft.next_fast_len(n, real=True) for n in shape]
    spectrum = fft.rfft2(even, padded)
    alike = fft.irfft2(spectrum * spectrum, padded)[: shape[0], : shape[1]]
    energy = np.zeros(np.add(even.shape, 1))
    energy[1:, 1:] = np.cumsum(np.cumsum(even.astype(float) ** 2, axis=0), axis=1)
    top, bottom = _overlap(even.shape[0])
    left, right = _overlap(even.shape[1])
    within = energy[bottom][:, right] - energy[top][:, right] - energy[bottom][:, left] + energy[top][:, left]
    return (alike / (within + 0.2 * energy[-1, -1] + 1e-12)).astype(np.float32)


def _overlap(n):
    """First and past-last index that lie in a frame of n, and their images, too, for each point."""
    twice = np.arange(2 * n - 1)
    return np.maximum(0, twice - n + 1), np.minimum(n - 1, twice) + 1


def _peaks(symmetry):
    """The highest points of the symmetry, not next to each other, with the fraction of a step from a parabola."""
    smooth = symmetry.copy()
    found = []
    floor = _LOWEST * smooth.max()
    for _ in range(_PEAKS):
        row, column = np.unravel_index(np.argmax(smooth), smooth.shape)
        if smooth[row, column] < floor:
            break
        found.append(((row + _fraction(symmetry[:, column], row)) / 2, (column + _fraction(symmetry[row], column)) / 2))
        smooth[max(0, row - 4) : row + 5, max(0, column - 4) : column + 5] = -np.inf
    return np.array(found, float).reshape(-1, 2)


def _fraction(line, at):
    """Where between its neighbours a maximum lies."""
    if not 0 < at < len(line) - 1:
        return 0.0
    before, here, after = (float(x) for x in line[at - 1 : at + 2])
    curve = before - 2 * here + after
    return float(np.clip(0.5 * (before - after) / curve, -0.5, 0.5)) if curve < 0 else 0.0


def _crossings(slopes: Slopes, shape):
    """Where most lines along the gradients cross."""
    order = np.argsort(-slopes.steepness)[:_LINES]
    reach = max(shape) * 3 // 4
    steps = np.concatenate([np.arange(-reach, -3, _STEP), np.arange(4, reach, _STEP)]).astype(np.float32)
    y, x = (0.5 * slopes.place[order].T)[..., None] + (0.5 * slopes.direction[order].T)[..., None] * steps
    rows, columns = (n // 2 + 1 for n in shape)
    inside = (y >= 0) & (x >= 0) & (y < rows) & (x < columns)
    cell = y[inside].astype(np.int32) * columns + x[inside].astype(np.int32)
    votes = np.bincount(cell, minlength=rows * columns)
    votes = ndimage.uniform_filter(votes.reshape(rows, columns).astype(np.float32), 3, mode="constant")
    row, column = np.unravel_index(np.argmax(votes), votes.shape)
    return np.array([[2 * row + 0.5, 2 * column + 0.5]])


class _Signs:
    """What speaks for a place as the centre."""

    def __init__(self, relief: Relief, slopes: Slopes):
        self.symmetry = inversion_symmetry(relief.even)
        self.slopes = slopes
        self.broad = ndimage.uniform_filter(relief.tone, _BROAD)
        self.seen = relief.seen
        unusual = np.abs(self.broad - np.median(self.broad))
        self.beam = unusual / max(float(unusual.max()), 1e-9)

    def worth(self, centre):
        """Gradients that point there, symmetry about it, and a direct beam."""
        symmetric = float(_at(self.symmetry, 2 * np.asarray(centre)))
        beam = float(_at(self.beam, np.asarray(centre)))
        return radial_share(self.slopes, centre) + _SYMMETRY * max(symmetric, 0.0) + _BEAM_SEEN * beam

    def beams(self):
        """The brightest and the darkest place, and the middle."""
        bright = np.unravel_index(np.argmax(np.where(self.seen, self.broad, -np.inf)), self.broad.shape)
        dark = np.unravel_index(np.argmin(np.where(self.seen, self.broad, np.inf)), self.broad.shape)
        return np.array([bright, dark, [(n - 1) / 2 for n in self.broad.shape]], float)


def _at(image, place):
    row, column = (min(max(round(float(x)), 0), n - 1) for x, n in zip(place, image.shape, strict=True))
    return image[row, column]


def radial_share(slopes: Slopes, centre) -> float:
    """How far the gradients point to a centre: 1 for rings about it, 0 for what knows no centre, as spots or noise."""
    distance, cosine = slopes.from_centre(centre)
    weight = slopes.steepness * (distance > BEAM)
    return float(np.sum(weight * (2 * cosine**2 - 1)) / max(float(weight.sum()), 0.2))


def _refined(centre, slopes: Slopes):
    """The point closest to the lines that pass it by closely."""
    centre = np.asarray(centre, float)
    y, x = slopes.direction.T.astype(float)
    for reach in _CLOSER:
        arm = slopes.place - centre
        off = arm[:, 0] * x - arm[:, 1] * y
        weight = slopes.steepness * np.exp(-0.5 * (off / reach) ** 2) * (np.hypot(*arm.T) > BEAM)
        normal = np.array([[np.sum(weight * x * x), -np.sum(weight * x * y)], [0, np.sum(weight * y * y)]])
        normal[1, 0] = normal[0, 1]
        if np.linalg.det(normal) < 1e-6 * max(np.trace(normal), 1e-12) ** 2:
            break
        centre = centre + np.linalg.solve(normal, [np.sum(weight * off * x), -np.sum(weight * off * y)])
    return centre
