"""Windowed power spectrum of an image in reciprocal length, and its median per radius."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import fft

#: Columns mirrored to the left of k = 0, so that filters see both sides of the axis.
MARGIN = 12


@dataclass(frozen=True)
class PowerSpectrum:
    """Half plane of the power spectrum of a real image.

    Attributes
    ----------
    power : (rows, MARGIN + columns // 2 + 1) float32 array
        Rows are shifted so that k_y = 0 is in row ``rows // 2``; k_x = 0 is in column ``MARGIN``, what stands left
        of it is the mirror image. White noise of variance v gives a mean of v.
    step : (float, float)
        Sampling (dk_y, dk_x), in 1/nm for an image in nm.
    shape : (int, int)
        Of the image.
    """

    power: np.ndarray
    step: tuple[float, float]
    shape: tuple[int, int]
    margin: int = MARGIN

    def wave_vector(self, row, column):
        """(k_x, k_y) at a possibly fractional index of `power`."""
        return (np.asarray(column) - MARGIN) * self.step[1], (np.asarray(row) - self.shape[0] // 2) * self.step[0]

    def index(self, kx, ky):
        """Fractional (row, column) of `power` for a wave vector; the mate with k_x >= 0 must be asked for."""
        return np.asarray(ky) / self.step[0] + self.shape[0] // 2, np.asarray(kx) / self.step[1] + MARGIN

    def mirror(self, half: np.ndarray) -> np.ndarray:
        """Add to an array like `power` the mates of what stands next to k_x = 0."""
        mate = _point_mirror(half[:, MARGIN + 1 : 2 * MARGIN + 1], self.shape[0])[:, ::-1]
        mirrored = half.copy()
        mirrored[:, :MARGIN] += mate
        on_axis = half[:, MARGIN]
        mirrored[:, MARGIN] = on_axis + _point_mirror(on_axis, self.shape[0])
        return mirrored

    def radius(self) -> np.ndarray:
        """|k| at each sample of `power`."""
        kx, ky = self.wave_vector(np.arange(self.power.shape[0])[:, None], np.arange(self.power.shape[1])[None, :])
        return np.hypot(kx, ky).astype(np.float32)

    def full(self) -> np.ndarray:
        """Both halves, k = 0 at ``(rows // 2, columns // 2)``."""
        rows, columns = self.shape
        right = self.power[:, MARGIN:]
        whole = np.empty(self.shape, np.float32)
        centre = columns // 2
        whole[:, centre:] = right[:, : columns - centre]
        left = _point_mirror(right, rows)[:, ::-1]
        whole[:, :centre] = left[:, right.shape[1] - 1 - centre : right.shape[1] - 1]
        return whole


def power_spectrum(image: np.ndarray, scale: tuple[float, float] = (1.0, 1.0)) -> PowerSpectrum:
    """Power spectrum with the mean removed and a Hann window.

    Parameters
    ----------
    image : (rows, columns) float array
        Finite values.
    scale : (float, float)
        Pixel size along rows and columns (dy, dx), which may differ; in nm the spectrum is in 1/nm (no 2π).

    Returns
    -------
    PowerSpectrum

    References
    ----------
    .. [1] F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform",
       Proc. IEEE 66 (1978) 51, doi:10.1109/PROC.1978.10837
    """
    rows, columns = image.shape
    window_y, window_x = _hann(rows), _hann(columns)
    windowed = (image - image.mean(dtype=np.float64)).astype(np.float32)
    windowed *= window_y[:, None]
    windowed *= window_x[None, :]
    transform = fft.rfft2(windowed, workers=-1)
    power = transform.real**2 + transform.imag**2
    power /= np.square(window_y).sum() * np.square(window_x).sum()
    power = fft.fftshift(power, axes=0)
    mirrored = _point_mirror(power, rows)[:, MARGIN:0:-1]
    return PowerSpectrum(
        np.concatenate([mirrored, power], axis=1), (1 / (rows * scale[0]), 1 / (columns * scale[1])), (rows, columns)
    )


def radial_median(power: np.ndarray, radius: np.ndarray, width: float) -> np.ndarray:
    """Median of a spectrum per ring of `width`, from |k| = 0 outwards; the robust background of sharp reflections."""
    ring = np.minimum(radius / width, np.iinfo(np.int16).max).astype(np.int16).ravel()
    order = np.argsort(ring, kind="stable")
    values = power.ravel()[order]
    edges = np.searchsorted(ring[order], np.arange(ring.max() + 2))
    median = np.empty(len(edges) - 1)
    for i, (start, stop) in enumerate(pairwise(edges)):
        median[i] = np.median(values[start:stop]) if stop > start else median[i - 1] if i else 0
    return np.maximum(median, np.finfo(np.float32).tiny)


def _hann(n):
    """Symmetric Hann window without its zero end points."""
    return np.sin(np.pi * (np.arange(n, dtype=np.float32) + 0.5) / n) ** 2


def _point_mirror(shifted, rows):
    """The samples at -k_y for each row of a spectrum with shifted rows."""
    return shifted[(2 * (rows // 2) - np.arange(rows)) % rows]
