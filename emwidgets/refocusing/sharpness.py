"""How fine the detail of an image is, whatever its noise, brightness and contrast."""

from __future__ import annotations

import numpy as np

from emwidgets.refocusing.radial import cutoff_of, noise_power, radial_spectrum

#: Coarsest detail that counts, px: slower changes are brightness and shading, which focus does not alter.
COARSEST = 64.0


def sharpness(image, pixel_size: float | None = None) -> float:
    """Root mean square frequency of what stands out of the noise: the finer the detail and the stronger, the higher.

    The mean of the squared frequency, weighted with the power of the image (the radial spectrum less the noise, up to
    where noise begins), is the power of the gradient over that of the image. A measure on the gradient
    itself, or the variance of the Laplacian [1]_, would rise with noise; this does not, though strong noise hides fine
    detail and so lowers it somewhat. Only images of one place can be compared: a smooth specimen is not out of focus.

    Parameters
    ----------
    image : (rows, columns) array, finite
    pixel_size : float, optional
        In nm; the sharpness is then in 1/nm.

    Returns
    -------
    float
        1/px or 1/nm; 0 where there is nothing but noise, or nothing at all.

    Raises
    ------
    ValueError
        If `image` is not one finite image of at least 4 × 4 px.

    References
    ----------
    .. [1] Pertuz, Puig, Garcia, Pattern Recognit. 46 (2013) 1415, doi:10.1016/j.patcog.2012.11.011 (36 measures).

    Examples
    --------
    >>> from scipy.ndimage import gaussian_filter
    >>> from emwidgets import examples
    >>> particle = examples.platinum_cobalt_particle().data.astype(float)
    >>> sharpness(particle) > sharpness(gaussian_filter(particle, 2)) > sharpness(gaussian_filter(particle, 4))
    True
    """
    frequencies, power = radial_spectrum(image)
    noise = noise_power(image)
    cutoff = cutoff_of(frequencies, power, noise)
    counted = (frequencies <= cutoff) & (frequencies >= 1 / COARSEST)
    # a ring holds as many coefficients as its frequency says
    weight = frequencies[counted] * np.maximum(power[counted] - noise, 0)
    if not weight.sum() > 0:
        return 0.0
    return float(np.sqrt(np.average(frequencies[counted] ** 2, weights=weight)) / (pixel_size or 1.0))
