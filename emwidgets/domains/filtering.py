"""Inverse FFT of one-sided Gaussian apertures: where in the image a reflection is, and how strong.

An aperture around **k** alone, without its mate at -**k**, gives back a complex image whose modulus is the smooth
amplitude of that reflection (half of its fringe amplitude) and whose phase turns at the difference between the true
wave vector and the aperture's centre: the fringes themselves never appear. As little of the spectrum passes, the
result is known on a coarse grid, and a small inverse FFT is all it takes.

References
----------
.. [1] M. J. Hÿtch, E. Snoeck, R. Kilaas, "Quantitative measurement of displacement and strain fields from HREM
   micrographs", Ultramicroscopy 74 (1998) 131, doi:10.1016/S0304-3991(98)00035-7
.. [2] F. Auger et al., "Time-frequency reassignment and synchrosqueezing: an overview", IEEE Signal Process. Mag. 30
   (2013) 32, doi:10.1109/MSP.2013.2265316
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

#: An aperture is cut off at this many standard deviations.
CUTOFF = 2.7
#: Amplitudes at the edge are corrected for the share of the Gaussian that lies off the image, down to this share.
LEAST_INSIDE = 0.2


@dataclass(frozen=True)
class Amplitude:
    """Complex amplitude of one or several reflections on a coarse grid.

    Attributes
    ----------
    values : (n, rows, columns) complex64 array
        Sample (i, j) stands at image row ``i * step[0]`` and column ``j * step[1]``.
    step : (float, float)
        Grid spacing in image px.
    centres : (n, 2) array
        Wave vectors (k_y, k_x) in cycles per px to which the phase is relative.
    noise_gain : (rows, columns) array
        Power of white noise over what it is far from the edges, where it is 1; the edge correction raises it.
    """

    values: np.ndarray
    step: tuple[float, float]
    centres: np.ndarray
    noise_gain: np.ndarray


class ImageTransform:
    """Fourier transform of an image, ready to be filtered.

    Parameters
    ----------
    image : (rows, columns) float array
        Finite values.
    widest : float
        The largest resolution (standard deviation in px) it will be filtered to; the image is padded by as much, so
        that one edge does not reach the other.
    """

    def __init__(self, image: np.ndarray, widest: float):
        self.shape = image.shape
        self.padded = tuple(fft.next_fast_len(int(n + 3 * widest), real=True) for n in image.shape)
        centred = (image - image.mean(dtype=np.float64)).astype(np.float32)
        # without a taper, what the image shows slowly would end in a step and leak along the axes
        self._taper = [_taper(n, 0.5 * widest) for n in image.shape]
        centred *= self._taper[0][:, None]
        centred *= self._taper[1][None, :]
        self._half = fft.rfft2(centred, s=self.padded, workers=-1)

    def amplitudes(self, centres: np.ndarray, resolution: float, spacing: float) -> Amplitude:
        """Filter with equal Gaussian apertures around several wave vectors.

        Parameters
        ----------
        centres : (n, 2) array
            (k_y, k_x) in cycles per px, with k_x >= 0.
        resolution : float
            Standard deviation in px of the Gaussian that blurs the amplitude; the aperture's own is 1 / (2π
            resolution) cycles per px.
        spacing : float
            Wanted grid spacing in px.

        Returns
        -------
        Amplitude
            In units of the image. Within `resolution` of the image's edge it is corrected for what lies outside.
        """
        centres = np.atleast_2d(np.asarray(centres, float))
        rows, columns = self.padded
        size = tuple(fft.next_fast_len(max(8, int(np.ceil(n / spacing)))) for n in self.padded)
        y, weight_y = self._window(centres[:, 0], rows, resolution, size[0])
        x, weight_x = self._window(centres[:, 1], columns, resolution, size[1])
        block = self._gather(y, x)
        block *= weight_y[:, :, None]
        block *= weight_x[:, None, :]
        small = np.zeros((len(centres), *size), np.complex64)
        half_y, half_x = block.shape[1] // 2, block.shape[2] // 2
        # centre of the aperture to frequency 0 of the small transform: the rest of the phase is `centres`, rounded
        small[:, : half_y + 1, : half_x + 1] = block[:, half_y:, half_x:]
        small[:, : half_y + 1, -half_x:] = block[:, half_y:, :half_x]
        small[:, -half_y:, : half_x + 1] = block[:, :half_y, half_x:]
        small[:, -half_y:, -half_x:] = block[:, :half_y, :half_x]
        values = fft.ifft2(small, axes=(1, 2), workers=-1, overwrite_x=True)
        step = (rows / size[0], columns / size[1])
        keep = tuple(int((n - 1) / s) + 1 for n, s in zip(self.shape, step, strict=True))
        values = values[:, : keep[0], : keep[1]]
        where = [np.arange(m) * s for m, s in zip(keep, step, strict=True)]
        inside_y, inside_x = (_inside(p, t, resolution) for p, t in zip(where, self._taper, strict=True))
        # the square of a Gaussian is one of 1 / √2 of the width
        noise_y, noise_x = (_inside(p, t**2, resolution / np.sqrt(2)) for p, t in zip(where, self._taper, strict=True))
        inside = np.maximum(inside_y[:, None] * inside_x, LEAST_INSIDE)
        gain = (noise_y[:, None] * noise_x / inside**2).astype(np.float32)
        values = values * (size[0] * size[1] / (rows * columns) / inside).astype(np.float32)
        rounded = np.stack([y[:, half_y] / rows, x[:, half_x] / columns], axis=1)
        return Amplitude(values, step, rounded, gain)

    def _window(self, centre, n, resolution, size):
        """Integer frequencies around each centre, and their Gaussian weights."""
        sigma = n / (2 * np.pi * resolution)
        half = min(int(np.ceil(CUTOFF * sigma)), (size - 1) // 2)
        middle = np.rint(centre * n).astype(int)
        frequency = middle[:, None] + np.arange(-half, half + 1)
        weight = np.exp(-0.5 * ((frequency - centre[:, None] * n) / sigma) ** 2)
        # beyond Nyquist there is nothing but the other side of the spectrum
        weight[np.abs(frequency) > n / 2] = 0
        return frequency, weight.astype(np.float32)

    def _gather(self, y, x):
        """Values of the whole transform at signed integer frequencies, from the stored half."""
        rows, stored = self.padded[0], self._half.shape[1] - 1
        column = np.minimum(np.abs(x), stored)[:, None, :]
        block = self._half[(y % rows)[:, :, None], column]
        negative = x < 0
        if negative.any():
            mirrored = np.conj(self._half[(-y % rows)[:, :, None], column])
            block = np.where(negative[:, None, :], mirrored, block)
        return block


def _taper(n, width):
    """Ones that fall to zero over `width` px at both ends, as a raised cosine."""
    distance = np.minimum(np.arange(n), np.arange(n)[::-1]) + 0.5
    return (np.sin(0.5 * np.pi * np.clip(distance / max(width, 1), 0, 1)) ** 2).astype(np.float32)


def _inside(position, taper, resolution):
    """Share of a Gaussian around each position that lies on the tapered image."""
    apart = (position[:, None] - np.arange(len(taper))) / resolution
    return np.exp(-0.5 * apart**2) @ taper / (np.sqrt(2 * np.pi) * resolution)
