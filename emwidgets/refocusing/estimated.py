"""How wide the point spread was, guessed from the blurred image alone, for the classical methods that must be told."""

from __future__ import annotations

import numpy as np

from emwidgets.refocusing.radial import cutoff_of, noise_power, radial_spectrum
from emwidgets.refocusing.spread import PointSpread

#: Power of sharp SEM images falls as the frequency to minus this, give or take: the values that find the widths of 12
#: blurred images of coatings and superalloys best (none of those that `benchmarks/refocusing.py` measures with).
SLOPE, SLOPE_SPREAD = 2.8, 0.2
_LOWEST = 4  # rings: below, the few coefficients say more about what the picture shows than about its focus
_SCATTER = 0.5  # standard deviation of the logarithm of a ring's power about the law, however many coefficients it has


def estimated_spread(image) -> PointSpread:
    """The Gaussian that an image looks blurred by.

    The spectrum of a sharp image falls as a power of the frequency, that of a Gaussian blur as ``exp(-(2π σ f)²)``:
    the logarithm of what stands out of the noise is a sum of both, fitted by least squares with the power held near
    what is usual. What is smooth by itself looks blurred; hence this is a guess, to about half a pixel.

    Parameters
    ----------
    image : (rows, columns) array, finite

    Returns
    -------
    PointSpread
        A Gaussian; of width 0 where the image looks sharp, or too little of it stands out of the noise.

    Raises
    ------
    ValueError
        If `image` is not one finite image of at least 4 × 4 px.

    References
    ----------
    .. [1] Field, J. Opt. Soc. Am. A 4 (1987) 2379, doi:10.1364/JOSAA.4.002379 (spectra of pictures fall as a power).
    """
    frequencies, power = radial_spectrum(image)
    noise = noise_power(image)
    cutoff = cutoff_of(frequencies, power, noise)
    rings = slice(_LOWEST, int(np.searchsorted(frequencies, cutoff, side="right")))
    frequency, above = frequencies[rings], power[rings] - noise
    if len(frequency) < 4 or not (above > 0).any():
        return PointSpread(0.0)
    frequency, power, above = frequency[above > 0], power[rings][above > 0], above[above > 0]
    coefficients = np.pi * frequency * (2 * len(frequencies)) ** 2 * (frequencies[1] - frequencies[0])
    # relative error of a ring: of its mean, grown by the noise that was taken off, and of the law itself
    error = np.hypot(power / above / np.sqrt(coefficients), _SCATTER)
    law = (
        np.stack([np.ones_like(frequency), -np.log(frequency), -((2 * np.pi * frequency) ** 2)], axis=1)
        / error[:, None]
    )
    usual = np.array([[0, 1 / SLOPE_SPREAD, 0]])
    _, _, variance = np.linalg.lstsq(
        np.concatenate([law, usual]), np.append(np.log(above) / error, SLOPE / SLOPE_SPREAD), rcond=None
    )[0]
    return PointSpread(float(np.sqrt(max(variance, 0.0))))
