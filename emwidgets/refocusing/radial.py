"""Power against spatial frequency, and where in it the image ends and noise begins."""

from __future__ import annotations

import numpy as np
from scipy import fft

#: A ring belongs to the image while its power is this many times that of the noise: as much image as noise in it.
ABOVE_NOISE = 2.0
#: Up to here there is still something to restore: a fifth of the power is the image's. Lower, noise that is not quite
#: white would be taken for an image.
FAINTEST = 1.25
NYQUIST = 0.5  # 1/px


def radial_spectrum(image, pixel_size: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Mean power of an image at each spatial frequency, in all directions.

    Parameters
    ----------
    image : (rows, columns) array, finite
        Its mean is taken out, and a Hann window keeps its borders from counting as detail.
    pixel_size : float, optional
        In nm; frequencies are then in 1/nm.

    Returns
    -------
    frequencies : (n,) array
        1/px or 1/nm, without nought, up to Nyquist (half a cycle per px); n is half the shorter side.
    power : (n,) array
        Squared units of the image; white noise has its variance in every ring.

    Raises
    ------
    ValueError
        If `image` is not one finite image of at least 4 × 4 px.

    Examples
    --------
    >>> import numpy as np
    >>> frequencies, power = radial_spectrum(np.random.default_rng(0).normal(0, 3, (256, 256)))
    >>> len(power), bool(abs(power.mean() - 9) < 0.3)
    (128, True)
    """
    image = _checked(image)
    count = min(image.shape) // 2
    power = _rings(_power(image), image.shape, count)
    frequencies = NYQUIST * np.arange(1, count + 1) / count
    return frequencies / (pixel_size or 1.0), power[1 : count + 1]


def noise_power(image) -> float:
    """Power that white noise has in every ring: that of the corners of the spectrum, beyond Nyquist.

    There the cycles are shorter than two pixels along both axes together and hardly a probe shows anything. Where one
    does, what it shows counts as noise; noise that is smoothed (JPEG, a filter in the microscope) is taken for less
    than it is at lower frequencies.

    Parameters
    ----------
    image : (rows, columns) array, finite
    """
    image = _checked(image)
    power = _power(image)
    corners = power[_frequency(image.shape) > 1.1 * NYQUIST]
    # Power of noise is exponentially distributed: its median is ln 2 of its mean, and ignores the odd bright streak.
    return float(np.median(corners) / np.log(2))


def noise_cutoff(image, above: float = ABOVE_NOISE) -> float:
    """Frequency above which the spectrum is noise: nothing there can be restored, only amplified.

    Parameters
    ----------
    image : (rows, columns) array, finite
    above : float
        How many times the power of the noise still counts as image.

    Returns
    -------
    float
        1/px, up to 0.5 (Nyquist: there is image at all frequencies); 0 where all is noise, or nothing is there.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.ndimage import gaussian_filter
    >>> noise = np.random.default_rng(0).normal(size=(2, 256, 256))
    >>> bool(noise_cutoff(gaussian_filter(noise[0], 3) + 0.01 * noise[1]) < 0.2)
    True
    """
    return cutoff_of(*radial_spectrum(image), noise_power(image), above)


def cutoff_of(frequencies: np.ndarray, power: np.ndarray, noise: float, above: float = ABOVE_NOISE) -> float:
    """The last frequency at which a radial spectrum, smoothed, is well above the noise; 0 if it is nowhere.

    Parameters
    ----------
    frequencies, power : (n,) arrays
        As `radial_spectrum` gives them.
    noise : float
        As `noise_power` gives it.
    above : float
        How many times that still counts as image.
    """
    if not power.any():
        return 0.0
    # the first rings hold few coefficients: a geometric mean over neighbours keeps one bright ring of noise out
    logarithm = np.log(np.maximum(power, np.finfo(float).tiny))
    wide = min(5, len(power) | 1)
    padded = np.pad(logarithm, wide // 2, mode="edge")
    smooth = np.exp(np.convolve(padded, np.full(wide, 1 / wide), mode="same")[wide // 2 : wide // 2 + len(power)])
    shown = np.flatnonzero(smooth > above * noise)
    return float(frequencies[shown[-1]]) if len(shown) else 0.0


def _power(image: np.ndarray) -> np.ndarray:
    """Power spectrum of the windowed image (half plane of rfft2), as high as that of the image in the mean."""
    down, along = (np.hanning(n + 2)[1:-1] for n in image.shape)
    detail = image - image.min()  # so that a constant image is nought, not the rounding of its mean
    detail -= down @ detail @ along / (down.sum() * along.sum())
    detail *= down[:, None]
    detail *= along
    return np.abs(fft.rfft2(detail)) ** 2 / (np.sum(down**2) * np.sum(along**2))


def _rings(power: np.ndarray, shape: tuple[int, int], count: int) -> np.ndarray:
    """Mean over rings one `count`-th of Nyquist wide."""
    ring = np.rint(_frequency(shape) * (count / NYQUIST)).astype(int)
    # rfft2 holds each pair of opposite coefficients once, but for the first column and, of even widths, the last
    weight = np.full(power.shape, 2.0)
    weight[:, 0] = 1
    if shape[1] % 2 == 0:
        weight[:, -1] = 1
    total = np.bincount(ring.ravel(), (weight * power).ravel(), minlength=count + 1)
    return total / np.maximum(np.bincount(ring.ravel(), weight.ravel(), minlength=count + 1), 1)


def _frequency(shape: tuple[int, int]) -> np.ndarray:
    """Frequency of every coefficient of rfft2, 1/px."""
    return np.hypot(fft.fftfreq(shape[0])[:, None], fft.rfftfreq(shape[1]))


def _checked(image) -> np.ndarray:
    image = np.asarray(image, float)
    if image.ndim != 2 or min(image.shape) < 4:
        raise ValueError(f"expected one image of (rows, columns), at least 4 × 4 px, got shape {image.shape}")
    if not np.isfinite(image).all():
        raise ValueError("the image has NaN or infinite pixels: fill or crop them first, as its spectrum has them all")
    return image
