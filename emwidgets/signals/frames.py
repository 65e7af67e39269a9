"""HyperSpy signal in, frames out; array in, HyperSpy signal out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.signals.axes import Calibration, calibration
from emwidgets.signals.pixels import clean

if TYPE_CHECKING:
    from emwidgets.signals.origin import Provenance


@dataclass(frozen=True, eq=False)
class Frames(Calibration):
    """The frames of a signal, flat, with their calibration.

    `data` is an (n, rows, columns) float32 array, one frame as n = 1, in the C order of `navigation_shape`;
    `mask` has the same shape and is True where a pixel was missing (NaN, infinite, masked) and was filled with the
    median of its frame, or is None when none was. Both are dask arrays when `lazy`.
    """

    data: Any
    mask: Any

    def without_data(self) -> Calibration:
        """Only where the frames lie: for results, which outlive the pixels."""
        return Calibration(**{field.name: getattr(self, field.name) for field in fields(Calibration)})


def calibrated_frames(
    signal, kind: str | None = "length", pixel_size: float | None = None, *, required: bool = False
) -> Frames:
    """Frames of a signal as float32, with axes in nm or 1/nm.

    Parameters
    ----------
    signal : HyperSpy signal with two signal axes, any class, lazy or not
        Integers, floats, bool or RGB (its luminance, ITU-R BT.709); it is not changed.
    kind, pixel_size, required
        As in `calibration`.

    Returns
    -------
    Frames
        Arrays of their own, not views of the signal. Of a lazy signal nothing is computed yet; the check of the
        pixels then speaks up when a frame is computed.

    Raises
    ------
    UncalibratedError, TypeError, ValueError
        As in `calibration`; and where a frame is constant or has no valid pixel.

    Examples
    --------
    >>> from emwidgets import examples
    >>> frames = calibrated_frames(examples.cdte_twin())
    >>> frames.data.shape, frames.unit, round(frames.scale[0], 4)
    ((1, 512, 512), 'nm', 0.0202)
    """
    where = calibration(signal, kind, pixel_size, required=required)
    data, mask = _lazy_frames(signal.data, where) if where.lazy else _frames_in_memory(signal.data, where)
    return Frames(**vars(where), data=data, mask=mask)


def frame(signal, index: int = 0) -> np.ndarray:
    """One frame of a signal as a (rows, columns) float32 array, computing only that one.

    Parameters
    ----------
    signal : HyperSpy signal with two signal axes, any class, lazy or not
    index : int
        Flat index into the navigation axes, in C order (the first navigation axis of HyperSpy runs fastest).

    Raises
    ------
    IndexError
        If there is no such frame.
    TypeError, ValueError
        As in `calibrated_frames`, for this frame only.
    """
    where = calibration(signal, kind=None, pixel_size=1.0)  # pixels do not depend on units, so any unit will do
    if not 0 <= index < len(where):
        raise IndexError(f"{where.name_of(index)}: expected 0 to {len(where) - 1}, the signal has {len(where)} frames")
    pixels = signal.data[np.unravel_index(index, where.navigation_shape)] if where.navigation_shape else signal.data
    return clean(pixels.compute() if where.lazy else pixels, where.name_of(index))[0]


def to_signal(
    array,
    like,
    *,
    title: str | None = None,
    quantity: str = "",
    scale: tuple[float, float] | None = None,
    offset: tuple[float, float] = (0.0, 0.0),
    unit: str | None = None,
    axis_names: tuple[str, str] | None = None,
    stack: str = "",
    provenance: Provenance | None = None,
):
    """HyperSpy signal of an array, with the axes of the signal it came from, in nm or 1/nm.

    Parameters
    ----------
    array : NumPy or dask array
        ``(rows, columns)``, the navigation shape + ``(rows, columns)``, or the frames flat, ``(n, rows, columns)``.
    like : HyperSpy signal, Calibration or Frames
        Where the axes come from; a Calibration where a pixel size was given by hand.
    title : str, optional
        Default: that of `like`.
    quantity : str
        What the values are, with their unit, as in "Power (counts²)".
    scale, offset, unit, axis_names : optional
        Signal axes of an array that lies on another grid than `like` (a spectrum), as (y, x) pairs.
    stack : str
        Name of a leading axis that `like` has not, as "family".
    provenance : Provenance, optional
        How the array was made; kept in ``metadata.emwidgets``.

    Returns
    -------
    Signal2D, lazy when `array` is a dask array
        The units of an uncalibrated signal stay undefined: "px" would be 1/96 inch to HyperSpy's converter.
    """
    where = like if isinstance(like, Calibration) else calibration(like, kind=None)
    if scale is None and tuple(array.shape[-2:]) != where.frame_shape:
        raise ValueError(f"an array of shape {array.shape} does not lie on frames of {where.frame_shape}: give scale")
    array, navigation = _navigated(array, where, stack)
    reciprocal = bool(unit) and unit.startswith("1/")
    names = axis_names or (("ky", "kx") if reciprocal else where.axis_names)
    axes = [
        {"size": size, "name": name, "scale": step, "offset": start, "units": _written(unit or where.unit)}
        for size, name, step, start in zip(
            array.shape[-2:],
            names,
            where.scale if scale is None else scale,
            where.offset if scale is None else offset,
            strict=True,
        )
    ]
    return signal_of(array, [*navigation, *axes], where.title if title is None else title, quantity, provenance)


def signal_of(array, axes: list[dict], title: str, quantity: str = "", provenance: Provenance | None = None):
    """HyperSpy signal of an array and its axes (navigation axes say so), of the class their number asks for."""
    from hyperspy.api import signals

    n_signal_axes = sum(not axis.get("navigate", False) for axis in axes)
    kinds = (signals.BaseSignal, signals.Signal1D, signals.Signal2D)
    axes = [{"navigate": False, **axis} for axis in axes]
    signal = kinds[n_signal_axes](array, axes=axes, metadata={"General": {"title": title}})
    if quantity:
        signal.metadata.set_item("Signal.quantity", quantity)
    if provenance is not None:
        signal.metadata.add_dictionary({"emwidgets": provenance.to_dict()})
    return signal if isinstance(array, np.ndarray) else signal.as_lazy()


def _navigated(array, where: Calibration, stack: str):
    """The array with its leading axes as they are in the signal, and those axes."""
    leading = tuple(array.shape[:-2])
    if stack and len(leading) == 1 and not where.navigation_shape:
        return array, [{"size": leading[0], "name": stack, "navigate": True}]
    if leading not in (where.navigation_shape, (len(where),), ()) or (not leading and len(where) > 1):
        raise ValueError(f"an array of shape {array.shape} does not fit the navigation shape {where.navigation_shape}")
    shape = where.navigation_shape + tuple(array.shape[-2:])
    return (array if array.shape == shape else array.reshape(shape)), [dict(axis) for axis in where.navigation_axes]


def _written(unit: str):
    from traits.api import Undefined

    return Undefined if unit == "px" else unit


def _frames_in_memory(pixels, where: Calibration):
    flat = pixels.reshape((len(where), *where.frame_shape))
    data = np.empty(flat.shape, np.float32)
    mask = None
    for index, one in enumerate(flat):
        data[index], missing = clean(one, where.name_of(index))
        if missing is not None:
            mask = np.zeros(flat.shape, bool) if mask is None else mask
            mask[index] = missing
    return data, mask


def _lazy_frames(pixels, where: Calibration):
    """Cleaned frames and their mask as dask arrays; each block checks its own frames when it is computed."""
    whole = pixels.rechunk({pixels.ndim - 2: -1, pixels.ndim - 1: -1})
    flat = whole.reshape((len(where), *where.frame_shape), merge_chunks=False)
    data = flat.map_blocks(_clean_block, where=where, which=0, dtype=np.float32, meta=np.empty((0, 0, 0), np.float32))
    if flat.dtype.kind != "f" and not np.ma.isMaskedArray(flat._meta):
        return data, None  # such pixels have no way of being missing
    return data, flat.map_blocks(_clean_block, where=where, which=1, dtype=bool, meta=np.empty((0, 0, 0), bool))


def _clean_block(block, where: Calibration, which: int, block_info=None):
    first = block_info[0]["array-location"][0][0]
    cleaned = [clean(one, where.name_of(first + index))[which] for index, one in enumerate(block)]
    return np.stack([np.zeros(where.frame_shape, bool) if one is None else one for one in cleaned])
