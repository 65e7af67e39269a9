"""Two pictures of one place laid onto each other, to a fraction of a pixel, though one is out of focus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft, ndimage

LEAST = 0.05  # px: less is not told apart from none, and none leaves the reference as it is
_FINE, _COARSE = 2.0, 12.0  # px: details between these widths say where an image lies; see `_details`
_SMALLEST = 16  # px
_ROUNDS = 4


@dataclass(frozen=True, eq=False)
class Registered:
    """A reference on the grid of the image that it is compared with."""

    reference: np.ndarray  # (rows, columns) float64; beyond its border it goes on mirrored
    shift: tuple[float, float]  # (rows, columns) px that it was moved by
    inside: np.ndarray  # (rows, columns) bool: where it was recorded


def registered(image, reference) -> Registered:
    """Lay a reference onto an image of the same place.

    Parameters
    ----------
    image, reference : (rows, columns) arrays of one shape, at least 16 × 16 px
        Missing pixels (NaN, infinite) count as the mean while the shift is looked for.

    Returns
    -------
    Registered
        A shift below 1/20 px counts as none, and then the reference is left as it is, bit by bit.

    Raises
    ------
    ValueError
        If the shapes differ or are too small, or there is nothing in one of the images to go by.

    Notes
    -----
    Whole pixels by the highest cross-correlation of details between 2 and 12 px wide: noise is finer, uneven brightness
    is coarser. Fractions by least squares [1]_: the image is the reference plus its slopes times the shift, plus its
    even derivatives, which are what a difference in focus and astigmatism adds; so a blur does not pull at the shift.
    Focusing may also turn or magnify an image; that is not undone.

    References
    ----------
    .. [1] Lucas, Kanade, Proc. 7th Int. Joint Conf. Artif. Intell. (1981) 674.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.ndimage import gaussian_filter, shift
    >>> sharp = gaussian_filter(np.random.default_rng(0).random((96, 96)), 1)
    >>> np.round(registered(gaussian_filter(shift(sharp, (2.5, -1), mode="mirror"), 2), sharp).shift, 1).tolist()
    [2.5, -1.0]
    """
    image, reference = np.asarray(image, float), np.asarray(reference, float)
    if image.ndim != 2 or image.shape != reference.shape or min(image.shape) < _SMALLEST:
        raise ValueError(
            f"the image is {image.shape}, the reference {reference.shape}: expected two images of one shape "
            f"(rows, columns), {_SMALLEST} px or more a side"
        )
    shift = _shift(image, reference)
    if shift == (0.0, 0.0):
        return Registered(reference.copy(), shift, np.isfinite(reference))
    known = np.isfinite(reference)
    filled = np.where(known, reference, reference[known].mean())
    moved = _moved(filled, shift)
    inside = ndimage.shift(known.astype(float), shift, order=1, mode="constant", cval=0.0) > 1 - 1e-6
    return Registered(moved, shift, inside)


def contrast_matched(image, reference) -> np.ndarray:
    """Image times a gain plus an offset, so that its squared difference from the reference is least.

    Parameters
    ----------
    image, reference : (rows, columns) arrays of one shape
        Missing pixels (NaN, infinite) of either are not looked at.

    Raises
    ------
    ValueError
        If the image is constant.
    """
    image, reference = np.asarray(image, float), np.asarray(reference, float)
    known = np.isfinite(image) & np.isfinite(reference)
    if not known.any() or np.ptp(image[known]) == 0:
        raise ValueError("the image is constant: no gain brings it to the contrast of the reference")
    gain, offset = np.polyfit(image[known], reference[known], 1)
    return gain * image + offset


def _shift(image: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """(rows, columns) px from the reference to the image: whole pixels first, then a fraction where they overlap."""
    whole = np.rint(_correlated(image, reference)).astype(int)
    part, other = _overlap(image, reference, whole)
    if min(part.shape) < _SMALLEST:
        raise ValueError(
            f"the best match of image and reference is {whole.tolist()} px (rows, columns) apart, which leaves no "
            "overlap: do they show the same place?"
        )
    shift = whole + _fraction(part, other)
    return (0.0, 0.0) if np.abs(shift).max() < LEAST else (float(shift[0]), float(shift[1]))


def _fraction(image: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Fraction of a pixel between two images that lie within one of each other; nought where they do not."""
    window = _window(image.shape)
    image, reference = (ndimage.gaussian_filter(_filled(each), _FINE) for each in (image, reference))
    found = np.zeros(2)
    every = 1 + (min(image.shape) > 256)  # after the Gaussian every second pixel says all
    places = (slice(None, None, every),) * 2
    for _ in range(_ROUNDS):
        moved = ndimage.shift(reference, found, order=3, mode="reflect")
        down, along = np.gradient(moved)
        second = [np.gradient(down, axis=0), np.gradient(down, axis=1), np.gradient(along, axis=1)]
        fourth = ndimage.laplace(second[0] + second[2])
        terms = [moved, *second, fourth, np.ones_like(moved), *np.indices(moved.shape), down, along]
        system = np.stack([(window * each)[places].ravel() for each in terms], axis=1)
        size = np.linalg.norm(system, axis=0) + np.finfo(float).tiny
        weights = np.linalg.lstsq(system / size, (window * image)[places].ravel(), rcond=None)[0] / size
        if not weights[0] > 0:  # nothing of the reference is in the image
            return np.zeros(2)
        step = np.clip(weights[-2:] / weights[0], -1, 1)
        found = found - step
        if np.abs(step).max() < LEAST / 10:
            break
    return found if np.abs(found).max() < 1.5 else np.zeros(2)


def _moved(image: np.ndarray, shift: tuple[float, float]) -> np.ndarray:
    """Image moved by (rows, columns) px, mirrored at its borders.

    By a phase in the spectrum of the image beside its mirror images: splines would smooth the noise of the reference,
    most at half a pixel, so that a score would depend on the shift.
    """
    rows, columns = image.shape
    down = np.concatenate([image, image[::-1]])
    spectrum = fft.rfft2(np.concatenate([down, down[:, ::-1]], axis=1))
    turns = np.add.outer(fft.fftfreq(2 * rows) * shift[0], fft.rfftfreq(2 * columns) * shift[1])
    return fft.irfft2(spectrum * np.exp(-2j * np.pi * turns), s=(2 * rows, 2 * columns))[:rows, :columns]


def _overlap(image, reference, whole):
    """The parts of both that show the same when the reference is moved by whole pixels."""
    sizes = list(zip(whole, image.shape, strict=True))
    here = tuple(slice(max(moved, 0), size + min(moved, 0)) for moved, size in sizes)
    there = tuple(slice(max(-moved, 0), size - max(moved, 0)) for moved, size in sizes)
    return image[here], reference[there]


def _correlated(image, reference) -> np.ndarray:
    from skimage.registration import phase_cross_correlation  # 0.3 s of import that only pairs need

    pair = _details(image, "image"), _details(reference, "reference")
    return np.asarray(phase_cross_correlation(*pair, normalization=None)[0])


def _details(image: np.ndarray, which: str) -> np.ndarray:
    """What is between 2 and 12 px wide, fading out towards the borders."""
    known = np.isfinite(image)
    if not known.any() or np.ptp(image[known]) == 0:
        raise ValueError(f"the {which} is constant or empty: there is nothing to register by; pass register=False")
    filled = _filled(image)
    coarse = min(_COARSE, min(image.shape) / 8)
    band = ndimage.gaussian_filter(filled, min(_FINE, coarse / 2)) - ndimage.gaussian_filter(filled, coarse)
    return (band - band.mean()) * _window(image.shape)


def _filled(image: np.ndarray) -> np.ndarray:
    known = np.isfinite(image)
    return np.where(known, image, image[known].mean() if known.any() else 0.0)


def _window(shape: tuple[int, int]) -> np.ndarray:
    return np.hanning(shape[0] + 2)[1:-1, None] * np.hanning(shape[1] + 2)[1:-1]
