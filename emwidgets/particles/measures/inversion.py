"""Whether the picture of a particle is the same when it is turned by 180° about its centre.

That of every cuboid is, however it lies, as inversion leaves a cuboid as it is and a projection keeps that. Where
corners are cut off it is not, unless opposite ones are cut alike: what is left over says that, where, and how deep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2
from scipy.ndimage import gaussian_filter, map_coordinates

from emwidgets.particles.networks.framing import Frame

#: How far from the centre of the signal the picture is compared, and smoothed before, in radii of gyration.
REACH, SMOOTHING = 1.9, 0.09

#: Noise of a pixel is taken for at least this part of the mean signal.
LEAST_NOISE = 1e-3


@dataclass(frozen=True, eq=False)
class Inversion:
    """How a picture differs from itself turned by 180°.

    Attributes
    ----------
    centre : (x, y)
        About which it differs least, px.
    picture, odd : (n, n) array
        The picture, smoothed, about this centre, in units of the mean signal; and half the difference, negative where
        signal is missing.
    step : float
        Px of the image to one of them.
    noise : float
        Standard deviation of `odd` that noise alone gives.
    asymmetry : float
        Root mean square of what is odd over that of the picture, noise taken off; negative where less than noise is
        left.
    """

    centre: tuple[float, float]
    picture: np.ndarray
    odd: np.ndarray
    step: float
    noise: float
    asymmetry: float

    @property
    def peak(self) -> float:
        """Largest value of what is odd, over noise."""
        return float(np.abs(self.odd).max() / self.noise)


def inversion(image: np.ndarray, frame: Frame) -> Inversion:
    """Compare the picture of a particle with itself turned by 180°.

    Parameters
    ----------
    image : (rows, columns) float array
        Without missing pixels.
    frame : Frame
        Where the particle is.
    """
    size = frame.gyration
    half = 32
    step = REACH * size / half
    signal = (np.asarray(image, np.float32) - frame.background) / frame.mean
    smooth = gaussian_filter(signal, SMOOTHING * size)
    column, row = _centre(smooth, frame)
    grid = (np.arange(2 * half + 1) - half) * step
    picture = map_coordinates(smooth, np.meshgrid(row + grid, column + grid, indexing="ij"), order=1, cval=0.0)
    inside = np.hypot(*np.meshgrid(grid, grid)) <= REACH * size
    odd = np.where(inside, (picture - picture[::-1, ::-1]) / 2, 0)
    noise = max(_noise(signal, frame), LEAST_NOISE) / (2 * np.sqrt(np.pi) * SMOOTHING * size) / np.sqrt(2)
    # noise is there where the particle is, nearly
    left = np.square(odd).sum() - noise**2 * np.count_nonzero(picture > 0.15)
    asymmetry = np.sign(left) * np.sqrt(abs(left) / np.square(picture[inside]).sum())
    return Inversion((column, row), picture, odd, step, float(noise), float(asymmetry))


def _centre(smooth, frame: Frame) -> tuple[float, float]:
    """Where the picture is most like itself turned: the largest value of its convolution with itself, at twice that."""
    box = [slice(max(int(c - REACH * frame.gyration), 0), int(c + REACH * frame.gyration) + 2) for c in frame.centre]
    part = smooth[tuple(box)]
    shape = [next_fast_len(2 * n, real=True) for n in part.shape]
    alike = irfft2(rfft2(part, shape) ** 2, shape)
    top = np.unravel_index(alike.argmax(), shape)
    places = []
    for axis, first in enumerate(part.start for part in box):
        near = np.take(alike.take(top[1 - axis], axis=1 - axis), [top[axis] - 1, top[axis], top[axis] + 1], mode="wrap")
        places.append((top[axis] + _vertex(*near)) / 2 + first)
    return places[1], places[0]


def _vertex(left, middle, right) -> float:
    """Where a parabola through three neighbours is highest."""
    bend = left - 2 * middle + right
    return float(np.clip((left - right) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0


def _noise(signal, frame: Frame) -> float:
    """Standard deviation of a pixel of the particle, from second differences along both directions (Immerkær 1996).

    doi:10.1006/cviu.1996.0060
    """
    second = signal[:-2] - 2 * signal[1:-1] + signal[2:]
    mixed = second[:, :-2] - 2 * second[:, 1:-1] + second[:, 2:]
    inside = frame.outline[1:-1, 1:-1]
    return float(np.sqrt(np.mean(mixed[inside] ** 2)) / 6)
