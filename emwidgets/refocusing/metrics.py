"""How near an image comes to the truth: PSNR and SSIM, of two arrays, or of two signals that are registered first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

SMALLEST_WINDOW = 11  # px: what a Gaussian of 1.5 px covers in Wang's SSIM
_SAME_SCALE = 0.01  # relative difference of pixel sizes up to which two images are of one magnification


def psnr(image, reference, data_range: float | None = None) -> float:
    """Peak signal-to-noise ratio: the range over the root mean square of the difference, in decibels.

    Parameters
    ----------
    image, reference : (rows, columns) arrays
        NaN and infinite pixels of either count as missing and are left out.
    data_range : float, optional
        Default: highest less lowest value of the reference.

    Returns
    -------
    float
        dB; infinite where the two are equal. 20 dB is a difference of a tenth of the range, 40 dB of a hundredth.

    Raises
    ------
    TypeError, ValueError
        If the arrays are no two images of one shape, no pixel is known in both, or the range is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> step = np.repeat([[0.0, 1.0]], 8, axis=0)
    >>> psnr(step + 0.1, step)
    20.0
    """
    image, reference, known = _pair(image, reference)
    data_range = _range(reference[known], data_range)
    error = float(np.mean((image[known] - reference[known]) ** 2))
    return math.inf if error == 0 else 10 * math.log10(data_range**2 / error)


def ssim(image, reference, data_range: float | None = None) -> float:
    """Structural similarity: how alike brightness, contrast and pattern are within a few pixels of each place [1]_.

    Parameters
    ----------
    image, reference : (rows, columns) arrays, at least 11 × 11 px
        Places within 5 px of a NaN or infinite pixel are left out.
    data_range : float, optional
        Default: highest less lowest value of the reference.

    Returns
    -------
    float
        1 where the two are equal; near 0 where they have nothing in common.

    Raises
    ------
    TypeError, ValueError
        As `psnr`, and where the images are smaller, or no place is far enough from a missing pixel.

    References
    ----------
    .. [1] Wang, Bovik, Sheikh, Simoncelli, IEEE Trans. Image Process. 13 (2004) 600, doi:10.1109/TIP.2003.819861; with
       its Gaussian window of 1.5 px, as scikit-image computes it.
    """
    from skimage.metrics import structural_similarity  # 0.3 s of import that nothing else here needs

    image, reference, known = _pair(image, reference)
    if min(image.shape) < SMALLEST_WINDOW:
        raise ValueError(
            f"SSIM compares windows of {SMALLEST_WINDOW} × {SMALLEST_WINDOW} px, the images have {_size(image)}: "
            "use psnr for so small ones"
        )
    data_range = _range(reference[known], data_range)
    reach = SMALLEST_WINDOW // 2
    trusted = ndimage.binary_erosion(known, iterations=reach, structure=np.ones((3, 3)), border_value=True)
    trusted[:reach] = trusted[-reach:] = trusted[:, :reach] = trusted[:, -reach:] = False  # as Wang: whole windows only
    if not trusted.any():
        raise ValueError("no place is 5 px away from every missing pixel and from the border: crop to what is known")
    middle = float(np.median(reference[known]))
    _, places = structural_similarity(
        np.where(known, image, middle),
        np.where(known, reference, middle),
        data_range=data_range,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    return float(places[trusted].mean())


def score(
    image: Signal2D | np.ndarray,
    reference: Signal2D | np.ndarray,
    *,
    data_range: float | None = None,
    register: bool = True,
    match_contrast: bool = False,
) -> dict:
    """How near an image comes to a reference that shows the same place in focus.

    Parameters
    ----------
    image, reference : HyperSpy signals with two signal axes, or (rows, columns) arrays
        Of one shape and pixel size. A signal may be a stack, against a stack of as many references or one for all.
    data_range : float, optional
        Of the values; default: highest less lowest value of the reference.
    register : bool
        Lay the reference onto the image first, to a fraction of a pixel; only what both show is compared. Two images
        that were taken one after the other always need it; where there is nothing to shift, nothing is changed.
    match_contrast : bool
        Bring the image to the brightness and contrast of the reference first (least squares). For two recordings with
        different detector settings; it flatters an image that is too dark or too flat.

    Returns
    -------
    dict
        "psnr" in dB, "ssim", and "shift": (x, y) that the reference was moved by, in the unit of the signal's axes
        (nm, or px where it has none), in px for arrays. Numbers for one image; for a stack arrays of its navigation
        shape, "shift" with a last axis of two.

    Raises
    ------
    TypeError
        If one is a signal and the other an array, or one is neither.
    ValueError
        If their shapes, kinds of unit or pixel sizes differ, or the reference is constant; the message says which.

    Examples
    --------
    >>> from emwidgets import examples
    >>> particle = examples.platinum_cobalt_particle()
    >>> score(particle, particle)
    {'psnr': inf, 'ssim': 1.0, 'shift': (0.0, 0.0)}
    """
    if hasattr(image, "axes_manager") or hasattr(reference, "axes_manager"):
        return _score_signals(image, reference, data_range, register, match_contrast)
    return _score(image, reference, data_range, register, match_contrast)


def _score(image, reference, data_range, register, match_contrast, scale=(1.0, 1.0)) -> dict:
    """Score of two arrays, with the shift in the unit that `scale` (y, x) is in."""
    from emwidgets.refocusing.registration import contrast_matched, registered

    image, reference, known = _pair(image, reference)
    data_range = _range(reference[np.isfinite(reference)], data_range)  # before it is cut to what both show
    shift = (0.0, 0.0)
    if register:
        laid = registered(image, reference)
        reference, shift = laid.reference, laid.shift
        known &= laid.inside
    image, reference = (np.where(known, each, np.nan) for each in (image, reference))
    if match_contrast:
        image = contrast_matched(image, reference)
    moved = (float(shift[1] * scale[1]), float(shift[0] * scale[0]))
    return {
        "psnr": psnr(image, reference, data_range),
        "ssim": ssim(image, reference, data_range),
        "shift": moved,
    }


def _score_signals(image, reference, data_range, register, match_contrast) -> dict:
    from emwidgets.refocusing.recorded import recorded
    from emwidgets.signals import calibration

    if not (hasattr(image, "axes_manager") and hasattr(reference, "axes_manager")):
        raise TypeError(
            f"the image is of {type(image).__name__}, the reference of {type(reference).__name__}: pass two HyperSpy "
            "signals, or two arrays"
        )
    where, other = (calibration(each, None, smallest=1) for each in (image, reference))
    _check_same_place(where, other)

    def pixels(signal, index):
        shape = signal.axes_manager.navigation_shape[::-1]
        chosen = signal.data[np.unravel_index(index, shape)] if shape else signal.data
        seen = recorded(chosen.compute() if signal._lazy else chosen)  # in float64, as arrays are compared
        return seen.real if seen.missing is None else np.where(seen.missing, np.nan, seen.real)

    pairs = ((pixels(image, i), pixels(reference, i if len(other) > 1 else 0)) for i in range(len(where)))
    found = [_score(*pair, data_range, register, match_contrast, where.scale) for pair in pairs]
    if not where.navigation_shape:
        return found[0]
    arrays = {name: np.array([each[name] for each in found]) for name in found[0]}
    return {name: values.reshape(where.navigation_shape + values.shape[1:]) for name, values in arrays.items()}


def _check_same_place(where, other) -> None:
    if where.frame_shape != other.frame_shape:
        raise ValueError(
            f"{where.name_of(0)} has {_size_of(where.frame_shape)}, the reference {_size_of(other.frame_shape)}: "
            "crop both to the same place with .isig, or rebin the finer one"
        )
    if len(other) not in (1, len(where)):
        raise ValueError(
            f"the image has {len(where)} frames, the reference {len(other)}: pass one reference for all, or one each"
        )
    if not (where.calibrated and other.calibrated):
        return  # a file without a pixel size says nothing against the other one
    if where.unit != other.unit:
        raise ValueError(
            f"the axes of {where.name_of(0)} are in {where.unit}, those of the reference in {other.unit}: "
            "one of them is not the image it is taken for, or its unit is wrong"
        )
    if not np.allclose(where.scale, other.scale, rtol=_SAME_SCALE):
        raise ValueError(
            f"a pixel of {where.name_of(0)} is {where.scale[1]:.6g} {where.unit}, one of the reference "
            f"{other.scale[1]:.6g} {other.unit}: rebin or interpolate one to the pixel size of the other"
        )


def _pair(image, reference) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both as floats, and where both are known."""
    both = [np.ma.filled(np.ma.asanyarray(each).astype(float), np.nan) for each in map(_real, (image, reference))]
    if both[0].ndim != 2 or both[0].shape != both[1].shape:
        raise ValueError(
            f"the image is {both[0].shape}, the reference {both[1].shape}: "
            "expected two images of one shape (rows, columns)"
        )
    known = np.isfinite(both[0]) & np.isfinite(both[1])
    if not known.any():
        raise ValueError("no pixel is known in both images (all are NaN, infinite or masked in one of them)")
    return both[0], both[1], known


def _real(array):
    values = np.ma.asanyarray(array) if np.ma.isMaskedArray(array) else np.asarray(array)
    if values.dtype.kind not in "buif":
        raise TypeError(f"expected an image of real numbers, got {values.dtype} ({type(array).__name__})")
    return values


def _range(reference: np.ndarray, data_range: float | None) -> float:
    if data_range is None:
        data_range = float(np.ptp(reference)) if reference.size else 0.0
        if not data_range > 0:
            raise ValueError("the reference is constant: it has no range to measure by; pass data_range")
    if not (np.isfinite(data_range) and data_range > 0):
        raise ValueError(f"data_range is {data_range}: expected a number above 0")
    return float(data_range)


def _size(image: np.ndarray) -> str:
    return _size_of(image.shape)


def _size_of(shape: tuple[int, int]) -> str:
    return f"{shape[1]} × {shape[0]} px"
