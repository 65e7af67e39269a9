"""Local power spectra: where in the image, and at which wave vector, something stands out of the noise around it.

The spectrum of the whole image cannot tell a ring of many small grains from a halo of the amorphous matrix: both are
speckle under a bump. Locally they differ. What passes an aperture in amorphous material is a complex Gaussian field
whatever the shape of the spectrum, so its power is exponentially distributed and hardly ever exceeds 20 times its
mean; a grain does, by far, in the few directions of its reflections. The mean comes from the quieter
directions at the same place and radius, so thickness, vacuum and transfer function drop out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .filtering import ImageTransform

#: Blur of the local spectra in d-spacings, and at least in px.
PERIODS, LEAST_RESOLUTION = 1.25, 12.0
#: Quantile of the power over directions that is taken for noise: a crystal does not fill as many.
QUIET = 0.3
#: Power over noise from which a cell is kept; noise alone passes with a probability of exp(-10).
KEPT = 10.0
#: So many rings farther in, where a reflection has no part any more, an edge has more than this over the noise, and
#: at least this share of its power.
INWARD, EDGE_EXCESS, EDGE_SHARE = 2, 3.3, 1 / 3
#: Width, in units of the blur, of the rim of the image that gives no evidence.
EDGE = 2.0
#: The edge of a grain leaks into all wave vectors. Where there is next to no noise that stands out, too; so a cell
#: needs this share of the strongest power at its place, which is looked up on a grid of `GRID` px.
LEAST_POWER, GRID = 0.02, 16


@dataclass(frozen=True)
class Cells:
    """Cells of position and wave vector that stand out; arrays of one length.

    Attributes
    ----------
    kx, ky : float arrays
        Wave vector in cycles per px, from the local turn of the phase (much finer than the aperture).
    x, y : float arrays
        Position in image px.
    excess : float array
        Local power over the noise at this place and radius.
    power : float array
        Local power in squared image units.
    searched : int
        Number of independent cells that were looked at, kept or not.
    """

    kx: np.ndarray
    ky: np.ndarray
    x: np.ndarray
    y: np.ndarray
    excess: np.ndarray
    power: np.ndarray
    searched: int


@dataclass(frozen=True)
class NoiseLevel:
    """Mean noise power at any place and radius, but for the edges' gain, on coarse grids, one per radius."""

    radii: np.ndarray
    resolutions: np.ndarray
    levels: list[np.ndarray]
    steps: list[tuple[float, float]]

    def nearest(self, radius: float) -> int:
        """Number of the radius nearest to another one."""
        return int(np.argmin(np.abs(np.log(self.radii / radius))))

    def at(self, radius: float, resolution: float, step: tuple[float, float], shape: tuple[int, int]) -> np.ndarray:
        """Level for an aperture of another resolution, on another grid of the image."""
        nearest = self.nearest(radius)
        level = _resampled(self.levels[nearest], self.steps[nearest], step, shape)
        # noise power passes an aperture in proportion to its area
        return level * np.float32((self.resolutions[nearest] / resolution) ** 2)


def _resampled(values, own_step, step, shape):
    """An array on a grid of another spacing, by linear interpolation."""
    for length, spacing, own in zip(shape, step, own_step, strict=True):
        values = _at(values, np.arange(length) * (spacing / own)).T  # along rows, then along what were columns
    return values


def _at(values, position):
    """Rows of an array, interpolated linearly at fractional indices; constant beyond the last one."""
    position = np.minimum(position, len(values) - 1)
    left = np.minimum(position.astype(int), max(len(values) - 2, 0))
    share = (position - left).astype(np.float32)[:, None]
    return values[left] * (1 - share) + values[np.minimum(left + 1, len(values) - 1)] * share


def resolution_for(radius: float, coarser: float = 1.0) -> float:
    """Blur in px with which reflections at `radius` (cycles per px) are looked for."""
    return coarser * max(PERIODS / radius, LEAST_RESOLUTION)


def search(
    transform: ImageTransform,
    nearest: float,
    farthest: float,
    coarser: float = 1.0,
    checkpoint: Callable[[float], None] = lambda fraction: None,
) -> tuple[Cells, NoiseLevel]:
    """Look through all places and all wave vectors between two radii.

    Parameters
    ----------
    transform : ImageTransform
    nearest, farthest : float
        |k| in cycles per px.
    coarser : float
        Factor on the blur: faint but large grains stand out farther when averaged over more of their area.
    checkpoint : callable
        Called with the fraction done; what it raises ends the search.

    Returns
    -------
    Cells, NoiseLevel
    """
    rings = _ring_radii(nearest, farthest, coarser)
    found, levels, steps, searched = [], [], [], 0
    inner: deque[tuple] = deque(maxlen=INWARD)
    strongest = np.zeros([int(np.ceil(n / GRID)) for n in transform.shape], np.float32)
    for i, radius in enumerate(rings):
        checkpoint(i / len(rings))
        resolution = resolution_for(radius, coarser)
        bank = transform.amplitudes(_directions(radius, resolution), resolution, 1.3 * resolution)
        power = bank.values.real**2 + bank.values.imag**2
        level = _noise_level(power / bank.noise_gain)
        noise = level * bank.noise_gain
        above = _stands_out(power, noise, bank.step, transform.shape, resolution)
        # the innermost rings are there to be compared with
        above &= ~_goes_on_inwards(above, power, bank.step, *inner[0]) if len(inner) == INWARD else False
        inner.append((power, noise, bank.step))
        found.append(_cells(bank, power, noise, above))
        np.maximum(strongest, _resampled(power.max(axis=0), bank.step, (GRID, GRID), strongest.shape), out=strongest)
        levels.append(level)
        steps.append(bank.step)
        searched += power.size
    kx, ky, x, y, excess, power = (np.concatenate(column) for column in zip(*found, strict=True))
    strongest = ndimage.maximum_filter(strongest, 3)
    real = power > LEAST_POWER * strongest[(y / GRID).astype(int), (x / GRID).astype(int)]
    cells = Cells(*(column[real] for column in (kx, ky, x, y, excess, power)), searched=searched)
    return cells, NoiseLevel(rings, np.array([resolution_for(r, coarser) for r in rings]), levels, steps)


def _ring_radii(nearest, farthest, coarser):
    radii = [nearest / (1 + 1.25 / (2 * np.pi * PERIODS)) ** INWARD]
    while radii[-1] < farthest:
        radii.append(radii[-1] + 1.25 / (2 * np.pi * resolution_for(radii[-1], coarser)))
    return np.array(radii)


def _directions(radius, resolution):
    """Wave vectors round half a circle, an aperture apart."""
    number = max(8, int(np.ceil(np.pi * radius * 2 * np.pi * resolution / 1.25)))
    angle = np.pi * (np.arange(number) + 0.5) / number - np.pi / 2
    return radius * np.stack([np.sin(angle), np.cos(angle)], axis=1)


def _noise_level(power):
    """Mean of the noise from a low quantile over directions (power of noise is exponentially distributed)."""
    rank = max(1, int(QUIET * len(power)))
    quiet = np.partition(power, rank, axis=0)[rank]
    mean = quiet / -np.log1p(-(rank + 0.5) / len(power))
    # the wider average is the better one, but at the edge of the material, where it would take in vacuum
    smooth = np.maximum(*(ndimage.gaussian_filter(mean, width, mode="nearest") for width in (3, 1)))
    # next to strong material, vacuum is quieter than anything that leaks into it can be
    return np.maximum(smooth, 0.05 * smooth.mean()) + np.finfo(np.float32).tiny


def _stands_out(power, level, step, shape, resolution):
    above = power > KEPT * level
    # along its edges a strongly crystalline image leaks into all wave vectors
    margin = [int(np.ceil(EDGE * resolution / s)) for s in step]
    last = [int((n - 1 - EDGE * resolution) / s) + 1 for n, s in zip(shape, step, strict=True)]
    above[:, : margin[0]] = above[:, last[0] :] = False
    above[:, :, : margin[1]] = above[:, :, last[1] :] = False
    return above


def _goes_on_inwards(above, power, step, inner_power, inner_level, inner_step):
    """Which of the cells have as much that stands out in the same place and direction at a smaller radius.

    That is what the edge of a particle, a hole or a scratch does: all wave vectors along its normal, the smaller the
    stronger. A lattice has one wave vector.
    """
    cells = np.nonzero(above)
    sizes = inner_power.shape
    direction = ((cells[0] + 0.5) * sizes[0] / len(power)).astype(int)
    row, column = (np.rint(c * s / own).astype(int) for c, s, own in zip(cells[1:], step, inner_step, strict=True))
    enough = EDGE_SHARE * power[cells]
    goes_on = np.zeros(len(direction), bool)
    for offsets in np.ndindex(3, 3, 3):
        i, j, k = (
            np.clip(c + o - 1, 0, n - 1) for c, o, n in zip((direction, row, column), offsets, sizes, strict=True)
        )
        there = inner_power[i, j, k]
        goes_on |= (there > enough) & (there > EDGE_EXCESS * inner_level[j, k])
    result = np.zeros_like(above)
    result[cells] = goes_on
    return result


def _cells(bank, power, level, above):
    which, row, column = np.nonzero(above)
    values, step = bank.values, bank.step
    here = values[which, row, column]

    def turn(dr, dc):
        """Phase advance per px along an axis, from both neighbours."""
        rows, columns = values.shape[1:]
        ahead = values[which, np.minimum(row + dr, rows - 1), np.minimum(column + dc, columns - 1)]
        behind = values[which, np.maximum(row - dr, 0), np.maximum(column - dc, 0)]
        product = np.where((row + dr < rows) & (column + dc < columns), ahead * here.conj(), 0)
        product = product + np.where((row >= dr) & (column >= dc), here * behind.conj(), 0)
        return np.angle(product) / (2 * np.pi)

    ky = bank.centres[which, 0] + turn(1, 0) / step[0]
    kx = bank.centres[which, 1] + turn(0, 1) / step[1]
    strength = power[which, row, column]
    return kx, ky, column * step[1], row * step[0], strength / level[row, column], strength
