"""Any pixels in, float32 out: colours to luminance, missing pixels found and filled."""

from __future__ import annotations

import numpy as np

# ITU-R BT.709-6 (2015), item 3.2. Alpha is left out: transparency says nothing about the specimen.
LUMINANCE = {"R": 0.2126, "G": 0.7152, "B": 0.0722}


def real_pixels(pixels: np.ndarray) -> np.ndarray:
    """Float32 copy of pixels of any kind, with NaN for every missing one.

    Parameters
    ----------
    pixels : array
        Integers, floats, bool, or a structured array with the fields R, G and B. Masked, NaN and infinite
        pixels (and those beyond the range of float32) count as missing.
    """
    values = np.ma.getdata(pixels)
    if values.dtype.names:
        real = sum(np.float32(weight) * values[colour] for colour, weight in LUMINANCE.items()).astype(np.float32)
    else:
        with np.errstate(over="ignore"):
            real = values.astype(np.float32)
    missing = _mask_of(pixels) if np.ma.isMaskedArray(pixels) else np.zeros(1, bool)
    if missing.any():
        real[missing] = np.nan
    if values.dtype.kind == "f":
        real[np.isinf(real)] = np.nan
    return real


def clean(frame: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray | None]:
    """One frame as float32 with its missing pixels filled.

    Parameters
    ----------
    frame : (rows, columns) array of any kind that `real_pixels` takes
    name : str
        How the error messages call it.

    Returns
    -------
    filled : (rows, columns) float32 array
        Missing pixels hold the median of the others.
    missing : (rows, columns) bool array, or None when none is missing

    Raises
    ------
    ValueError
        If no pixel is valid, or all valid ones are equal.
    """
    real = real_pixels(frame)
    missing = np.isnan(real)
    valid = real[~missing] if missing.any() else real
    if valid.size == 0:
        raise ValueError(
            f"{name} has no valid pixel (all are NaN, infinite or masked): nothing to analyse; "
            "choose another frame or mend the file"
        )
    if valid.min() == valid.max():
        raise ValueError(
            f"{name} is {constant(float(valid.flat[0]))}: nothing to analyse; "
            "was the beam blanked, or is the image in another dataset of the file?"
        )
    if valid is real:
        return real, None
    real[missing] = np.median(valid)
    return real, missing


def constant(value: float, written: str = "") -> str:
    """How messages call float32 pixels that all have this value, as "constant (all 3.0)".

    Counts that differed by one may no longer do so from 2**24 on, where float32 leaves out whole numbers: this is said.
    """
    rounded = " to the precision of float32; subtract the offset of its values first" if abs(value) >= 2**24 else ""
    return f"constant (all {format(value, written)}{rounded})"


def _mask_of(pixels: np.ma.MaskedArray) -> np.ndarray:
    mask = np.ma.getmaskarray(pixels)
    if mask.dtype.names:  # a colour pixel is missing when any of its colours is
        return np.any([mask[colour] for colour in LUMINANCE], axis=0)
    return mask
