"""How alike two images of one place are, by the fineness of their detail."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import fft
from scipy.signal.windows import tukey

#: Rings up to the finest detail that the pixels can hold; more would be noisier, fewer coarser.
RINGS = 64
#: Share of the image that fades out at its borders, which would else correlate with themselves.
FADED = 0.25


class Rings(NamedTuple):
    """Fourier ring correlation of pairs of images.

    Attributes
    ----------
    frequency : (rings,) array
        Mean frequency in each ring, in the inverse of the unit of the scale.
    correlation : (n, rings) array
        From -1 to 1.
    chance : (rings,) array
        Standard deviation of the correlation of two images that have nothing in common.
    """

    frequency: np.ndarray
    correlation: np.ndarray
    chance: np.ndarray


def ring_correlation(one, other, scale: tuple[float, float] = (1.0, 1.0)) -> Rings:
    """Fourier ring correlation [1]_ of each image with its partner.

    In every ring of frequencies it is what both images have in common over what they have,

    .. math:: \\sum F_1 F_2^* \\Big/ \\sqrt{\\sum |F_1|^2 \\sum |F_2|^2}.

    Parameters
    ----------
    one, other : (n, rows, columns) arrays
        Two recordings each of one place, with noise of their own.
    scale : (float, float)
        Size of a pixel, (y, x).

    Returns
    -------
    Rings

    References
    ----------
    .. [1] W. O. Saxton, W. Baumeister, "The correlation averaging of a regularly arranged bacterial cell envelope
       protein", J. Microsc. 127 (1982) 127, doi:10.1111/j.1365-2818.1982.tb00405.x
    """
    shape = np.shape(one)[1:]
    windows = [tukey(n, FADED) for n in shape]
    frequency, ring, times = _rings(shape, scale)

    def summed(values):
        return np.bincount(ring.ravel(), weights=(times * values).ravel())[:-1]  # the last one holds the corners

    first, second = (_spectra(stack, windows) for stack in (one, other))
    common = [summed((f * g.conj()).real) for f, g in zip(first, second, strict=True)]
    powers = [np.sqrt(summed(abs(f) ** 2) * summed(abs(g) ** 2)) for f, g in zip(first, second, strict=True)]
    with np.errstate(invalid="ignore"):  # of a ring that holds nothing, there is no correlation: NaN
        correlation = np.array(common) / np.array(powers)
    coefficients = summed(np.ones(ring.shape))
    # neighbours in the spectrum of a faded image are no longer independent
    alike = np.prod([n * np.sum(w**4) / np.sum(w**2) ** 2 for n, w in zip(shape, windows, strict=True)])
    return Rings(summed(frequency) / coefficients, correlation, np.sqrt(alike / coefficients))


def _rings(shape, scale):
    """Frequency, ring and multiplicity of each coefficient of the half plane; beyond the last ring lie the corners."""
    frequency = np.hypot(fft.fftfreq(shape[0], scale[0])[:, None], fft.rfftfreq(shape[1], scale[1])[None, :])
    last = 0.5 / max(scale)
    width = max(last / RINGS, *(1 / (n * s) for n, s in zip(shape, scale, strict=True)))
    ring = np.minimum(frequency / width, round(last / width)).astype(int)
    # the other half of the plane is the mirror image, but for the columns that mirror onto themselves
    times = np.full(ring.shape, 2.0)
    times[:, 0] = 1
    if shape[1] % 2 == 0:
        times[:, -1] = 1
    return frequency, ring, times


def _spectra(stack, windows) -> np.ndarray:
    window = np.outer(*windows)
    stack = np.asarray(stack, np.float64)
    mean = np.sum(stack * window, axis=(1, 2), keepdims=True) / window.sum()
    return fft.rfft2((stack - mean) * window)
