"""What travels between Python and the browser: arrays as binary buffers, tables and numbers as strict JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_TYPES = ("uint8", "uint16", "int32", "uint32", "float32")
_DEEPEST = 65535  # largest uint16
_ROWS_AT_ONCE = 256  # keeps the float64 copy of a 4096² image at 8 MB


def array_payload(array) -> dict:
    """Pack an array as it goes over the wire.

    Parameters
    ----------
    array : array
        Of dtype uint8, uint16, int32, uint32 or float32, which are the ones a browser has typed arrays for.

    Returns
    -------
    dict
        shape, dtype, and data: a read-only buffer, little endian, in C order.

    Raises
    ------
    TypeError
        If the dtype is another one: what to round or cut is the caller's choice.
    """
    array = np.asarray(array)
    name = array.dtype.newbyteorder("=").name
    if name not in _TYPES:
        raise TypeError(
            f"an array of dtype {array.dtype} cannot travel to the browser: expected one of {', '.join(_TYPES)}"
        )
    little_endian = array.astype(array.dtype.newbyteorder("<"), order="C", copy=False)
    return {"shape": list(array.shape), "dtype": name, "data": little_endian.tobytes()}


def array_from_payload(payload: Mapping) -> np.ndarray:
    """Unpack the array of an `array_payload`, read-only, stored numbers as they are."""
    dtype = np.dtype(payload["dtype"]).newbyteorder("<")
    return np.frombuffer(payload["data"], dtype).reshape(payload["shape"])


def pixels_payload(
    image,
    *,
    scale: tuple[float, float] = (1.0, 1.0),
    offset: tuple[float, float] = (0.0, 0.0),
    unit: str = "px",
    quantity: str = "",
    log: bool = False,
    max_size: int = 4096,
) -> dict:
    """Pack an image for display together with its axes and the way back to its values.

    Whole numbers from 0 to 255 go as uint8 and stay exact, whatever their dtype in Python. Everything else goes as
    uint16 between minimum and maximum: exact for whole numbers that span less than 65536, else within half of
    1/65535 of the range.

    Parameters
    ----------
    image : (rows, columns) array
        Real numbers or booleans. Pixels that are NaN are missing and shown at the minimum; infinite ones are shown
        at the end of the range on their side.
    scale, offset : (float, float)
        Of the rows and columns (y, x): physical = offset + scale × index.
    unit : str
        Of both axes: "nm", "1/nm", "px" or "1/px".
    quantity : str
        What the values are.
    log : bool
        Show logarithmically unless told otherwise.
    max_size : int
        An image longer than this on a side is averaged over squares of pixels until it fits; `binned` says the side
        of the square.

    Returns
    -------
    dict
        The `array_payload` of the stored numbers, and scale, offset (value = scale × stored + offset), axes, binned,
        quantity, log.

    Raises
    ------
    TypeError, ValueError
        If the values are not real numbers, if there are no two axes, or if no pixel is finite.
    """
    image = np.asarray(image)
    if image.dtype.kind not in "buif":
        raise TypeError(
            f"an image of dtype {image.dtype} cannot be shown: expected real numbers, such as its amplitude"
        )
    if image.ndim != 2 or 0 in image.shape:
        raise ValueError(f"an image of shape {image.shape} cannot be shown: expected rows and columns")
    factor = math.ceil(max(image.shape) / max_size)
    if factor > 1:
        image = bin_by_averaging(image, factor)
    stored, value_scale, value_offset = _quantise(image)
    axes = {
        # the centre of the first square lies half a square, less half a pixel, inside
        name: {"scale": float(step * factor), "offset": float(start + step * (factor - 1) / 2), "unit": unit}
        for name, step, start in zip("yx", scale, offset, strict=True)
    }
    return array_payload(stored) | {
        "scale": value_scale,
        "offset": value_offset,
        "axes": axes,
        "binned": factor,
        "quantity": quantity,
        "log": bool(log),
    }


def values_of(pixels: Mapping) -> np.ndarray:
    """Values of the image in a `pixels_payload`, as float64."""
    return pixels["scale"] * array_from_payload(pixels).astype(np.float64) + pixels["offset"]


def bin_by_averaging(image: np.ndarray, factor: int) -> np.ndarray:
    """Mean over squares of `factor` × `factor` pixels, NaN left out; squares at the far edges may be cut off.

    Returns
    -------
    float32 array
        NaN where a whole square is missing.
    """
    rows = np.arange(0, image.shape[0], factor)
    columns = np.arange(0, image.shape[1], factor)

    def total(values):
        return np.add.reduceat(np.add.reduceat(values, rows, axis=0, dtype=np.float64), columns, axis=1)

    present = ~np.isnan(image)
    with np.errstate(invalid="ignore"):  # 0/0 is the NaN we promise
        return (total(np.where(present, image, 0)) / total(present)).astype(np.float32)


def _quantise(image):
    """Stored numbers, and scale and offset back to values."""
    low, high = _finite_range(image)
    whole = float(low).is_integer() and float(high).is_integer() and _is_whole(image)
    if whole and low >= 0 and high <= 255:
        return _store(image, 1.0, 0.0, low, high, np.uint8), 1.0, 0.0
    if whole and high - low <= _DEEPEST:
        return _store(image, 1.0, low, low, high, np.uint16), 1.0, low
    scale = high / _DEEPEST - low / _DEEPEST  # high - low may overflow
    if scale < np.finfo(float).tiny:  # constant
        scale = 1.0
    return _store(image, scale, low, low, high, np.uint16), scale, low


def _finite_range(image):
    if image.dtype.kind == "f":
        image = image[np.isfinite(image)]
        if image.size == 0:
            raise ValueError("the image has no finite pixel: nothing to show")
    return float(image.min()), float(image.max())


def _is_whole(image):
    if image.dtype.kind != "f":
        return True
    with np.errstate(invalid="ignore"):
        return all(bool(np.all((row == np.rint(row)) | ~np.isfinite(row))) for row in image)


def _store(image, scale, offset, low, high, dtype):
    stored = np.empty(image.shape, dtype)
    for start in range(0, len(image), _ROWS_AT_ONCE):
        block = image[start : start + _ROWS_AT_ONCE].astype(np.float64)
        np.nan_to_num(block, copy=False, nan=low, posinf=high, neginf=low)
        steps = (block / 2 - offset / 2) / (scale / 2)  # halves, because the difference of two floats may overflow
        stored[start : start + _ROWS_AT_ONCE] = np.clip(np.rint(steps), 0, np.iinfo(dtype).max)
    return stored


@dataclass(frozen=True)
class Column:
    """How a column of a table is shown.

    Parameters
    ----------
    name : str
        Of the column in the DataFrame.
    label : str
        Heading.
    unit : str
        Shown beside the heading.
    help : str
        Tooltip.
    digits : int, optional
        Decimals; None for text, truth values and whole numbers.
    """

    name: str
    label: str
    unit: str = ""
    help: str = ""
    digits: int | None = None


def table_payload(frame, columns: Sequence[Column]) -> dict:
    """Pack the columns of a DataFrame, in the order given.

    Raises
    ------
    KeyError
        If the DataFrame lacks one of the columns.
    """
    missing = [column.name for column in columns if column.name not in frame.columns]
    if missing:
        raise KeyError(f"the table has no column {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}")
    return {
        "columns": [vars(column) | {} for column in columns],
        "rows": len(frame),
        "data": {column.name: plain(frame[column.name].tolist()) for column in columns},
    }


def plain(value):
    """Turn a value into what strict JSON can say: built-in types only; NaN and infinite numbers become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"{value!r} of type {type(value).__name__} has no form in JSON")
