"""No more beyond the noise than was there before."""

from __future__ import annotations

import numpy as np
from scipy import fft, ndimage

from .radial import NYQUIST, radial_spectrum
from .tiles import MARGIN

_ROUNDS = 2  # of holding back: what the window of a spectrum spreads is seen only afterwards
_SPREAD = 2  # rings that the window of a spectrum spreads strong ones over, to each side


def held_within(image: np.ndarray, change: np.ndarray, cutoff: float) -> np.ndarray:
    """The change, but beyond the cut-off no more power at any frequency than the image had.

    What a method shows there it did not see but infer from what such images look like.

    Parameters
    ----------
    image, change : (rows, columns) arrays
        What was recorded, and what a restoration adds to it.
    cutoff : float
        1/px, as `noise_cutoff` gives it.

    Returns
    -------
    (rows, columns) array
        Still nought where `change` is.
    """
    if cutoff >= NYQUIST or not change.any():
        return change
    held = image + change
    pad = min(MARGIN, min(image.shape))
    shape = [n + 2 * pad for n in image.shape]
    distance = np.hypot(fft.fftfreq(shape[0])[:, None], fft.rfftfreq(shape[1])[None, :]).astype(np.float32)
    frequency, before = radial_spectrum(image)
    for _ in range(_ROUNDS):
        after = radial_spectrum(held)[1]
        gain = np.where(frequency > cutoff, np.sqrt(np.minimum(1, before / np.maximum(after, 1e-30))), 1)
        # the last rings below the cut-off reach beyond it, where a hundredth of them is more than there was
        gain = ndimage.minimum_filter1d(gain, 2 * _SPREAD + 1, mode="nearest")
        spectrum = fft.rfft2(np.pad(held, pad, mode="symmetric").astype(np.float32))
        spectrum *= np.interp(distance, frequency, gain).astype(np.float32)
        held = fft.irfft2(spectrum, shape)[pad : pad + image.shape[0], pad : pad + image.shape[1]]
    return np.where(change != 0, held - image, 0)
