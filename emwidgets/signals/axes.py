"""Where the pixels of a signal lie, in nm or 1/nm: the unit gate, and the checks that need no pixel."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import PurePath

from emwidgets.signals.units import Unit, parse

SMALLEST_FRAME = 16  # px; below this neither a spectrum nor a network has anything to work on

_KINDS = {"length": ("nm", "a length"), "reciprocal": ("1/nm", "a reciprocal length")}


class UncalibratedError(ValueError):
    """The signal axes do not carry the unit that is needed; the message says how to set one."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Axes of a signal of images, in one unit; physical = offset + scale × index.

    Pairs are in array order, (rows, columns), that is (y, x); so is `navigation_shape`.
    """

    scale: tuple[float, float]
    offset: tuple[float, float]
    unit: str  # "nm", "1/nm", or "px" where the file says nothing
    calibrated: bool
    title: str
    frame_shape: tuple[int, int]
    navigation_shape: tuple[int, ...]
    axis_names: tuple[str, str]
    navigation_axes: tuple[dict, ...]  # as HyperSpy writes them, in array order
    lazy: bool

    def __len__(self) -> int:
        """Number of frames; 1 for a single image."""
        return math.prod(self.navigation_shape)

    def to_physical(self, row, column):
        """Physical (x, y) of array indices."""
        return self.offset[1] + self.scale[1] * column, self.offset[0] + self.scale[0] * row

    def to_pixels(self, x, y):
        """Array indices (row, column), not rounded, of a physical position."""
        return (y - self.offset[0]) / self.scale[0], (x - self.offset[1]) / self.scale[1]

    def name_of(self, index: int) -> str:
        """How error messages call a frame."""
        if self.navigation_shape:
            return f"'frame {index}'" + (f" of '{self.title}'" if self.title else "")
        return f"'{self.title or 'image'}'"


def calibration(
    signal,
    kind: str | None = "length",
    pixel_size: float | None = None,
    *,
    required: bool = False,
    smallest: int = SMALLEST_FRAME,
):
    """Axes of a signal in nm or 1/nm, checked, without touching a pixel.

    Parameters
    ----------
    signal : HyperSpy signal with two signal axes, any class, lazy or not
    kind : {"length", "reciprocal"}, optional
        What the signal axes must be. None takes either, and keeps units that are neither (as mrad) as they are.
    pixel_size : float, optional
        Size of a pixel in nm (in 1/nm for ``kind="reciprocal"``), for both axes. It overrules what the file says;
        the physical origin stays at the same pixel.
    required : bool
        Whether an uncalibrated signal is an error, or is measured in px.
    smallest : int
        Least number of rows and of columns; less is an error.

    Returns
    -------
    Calibration
        With unit "px" and scale 1 where the file gives no unit: a pixel size is never guessed.

    Raises
    ------
    UncalibratedError
        Where the axes have another kind of unit than asked for, or none and `required`.
    TypeError, ValueError
        Where `signal` is not a signal of images that are large enough, with a positive, finite scale.
    """
    check_signal(signal, smallest)
    columns, rows = signal.axes_manager.signal_axes
    title = title_of(signal)
    named = f"'{title}'" if title else "the signal"
    if pixel_size is None:
        scale, offset, unit = _from_file(rows, columns, kind, named)
    else:
        scale, offset, unit = _from_pixel_size(rows, columns, kind, pixel_size)
    calibrated = unit in ("nm", "1/nm")
    if required and not calibrated:
        raise UncalibratedError(f"{named} is not calibrated (axes {_units(rows, columns)}): {_way_out(kind)}")
    navigation = tuple(reversed(signal.axes_manager.navigation_axes))
    return Calibration(
        scale=scale,
        offset=offset,
        unit=unit,
        calibrated=calibrated,
        title=title,
        frame_shape=(rows.size, columns.size),
        navigation_shape=tuple(axis.size for axis in navigation),
        axis_names=(_text(rows.name) or "y", _text(columns.name) or "x"),
        navigation_axes=tuple(axis.get_axis_dictionary() for axis in navigation),
        lazy=bool(signal._lazy),
    )


def check_signal(signal, smallest: int = SMALLEST_FRAME) -> None:
    """Raise unless `signal` is a HyperSpy signal of real-valued or RGB images of a usable size."""
    if not (hasattr(signal, "axes_manager") and hasattr(signal, "data") and hasattr(signal, "metadata")):
        raise TypeError(f"expected a HyperSpy signal, got {_what_instead(signal)}")
    named = f"'{title_of(signal)}'" if title_of(signal) else "the signal"
    dimension = signal.axes_manager.signal_dimension
    if getattr(signal, "ragged", False):
        raise ValueError(f"{named} is ragged (its frames differ in size): pass its frames one by one")
    if dimension != 2:
        raise ValueError(
            f"{named} has {dimension} signal {'axis' if dimension == 1 else 'axes'} ({signal}): expected images, "
            "which have two; if it holds images, choose their axes with signal.as_signal2D((0, 1))"
        )
    columns, rows = signal.axes_manager.signal_axes
    if min(rows.size, columns.size) < smallest:
        raise ValueError(f"{named} is {columns.size} × {rows.size} px: at least {smallest} × {smallest} px are needed")
    dtype = signal.data.dtype
    if dtype.kind == "c":
        # the modulus, the phase and the real part of a wave are different images: the choice must be seen
        raise ValueError(
            f"{named} is complex ({dtype}): choose what to look at, "
            "signal.amplitude, signal.phase, signal.real or signal.imag"
        )
    if dtype.kind not in "buif" and not {"R", "G", "B"} <= set(dtype.names or ()):
        raise ValueError(f"{named} holds {dtype} values: expected numbers or RGB colours")


def title_of(signal) -> str:
    """Title of a signal; the name of its file where it has none."""
    general = signal.metadata.get_item("General.title", "") or ""
    file = signal.metadata.get_item("General.original_filename", "") or ""
    title = str(general).strip() or PurePath(str(file)).stem
    return title.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character cannot be sent


def _from_file(rows, columns, kind, named):
    for axis in (columns, rows):
        _check_axis(axis, named)
    row_unit, column_unit = parse(rows.units), parse(columns.units)
    scale, offset = (rows.scale, columns.scale), (rows.offset, columns.offset)
    if row_unit.kind == column_unit.kind == "other" and kind is None:
        return scale, offset, _text(columns.units)
    unit = _common_unit(row_unit, column_unit)
    if unit is None or (kind is not None and unit.kind not in (kind, None)):
        wanted = _KINDS[kind][1] if kind else "a length or a reciprocal length"
        hint = _other_way(unit, kind) or _way_out(kind)
        raise UncalibratedError(f"{named} has the axes {_units(rows, columns)}: expected {wanted} on both; {hint}")
    if unit.factor is None:  # pixels, whatever number stands in scale
        return (1.0, 1.0), (rows.offset / rows.scale, columns.offset / columns.scale), "px"
    factors = (row_unit.factor, column_unit.factor)
    scale = tuple(float(value * factor) for value, factor in zip(scale, factors, strict=True))
    offset = tuple(float(value * factor) for value, factor in zip(offset, factors, strict=True))
    return scale, offset, _KINDS[unit.kind][0]


def _from_pixel_size(rows, columns, kind, pixel_size):
    if isinstance(pixel_size, bool | str) or not (math.isfinite(pixel_size) and pixel_size > 0):
        raise ValueError(f"pixel_size is {pixel_size!r}: expected a positive number of nm per pixel")
    size = float(pixel_size)
    unit = _KINDS[kind or "length"][0]
    return (size, size), (size * _origin(rows), size * _origin(columns)), unit


def _origin(axis) -> float:
    """Offset of an axis in pixels; 0 where the scale it is measured with is unusable."""
    origin = axis.offset / axis.scale if getattr(axis, "scale", 0) else 0.0
    return origin if math.isfinite(origin) and axis.scale > 0 else 0.0


def _check_axis(axis, named) -> None:
    if not axis.is_uniform:
        raise ValueError(f"axis '{_text(axis.name)}' of {named} is not uniform: see signal.interpolate_on_axis")
    if not (math.isfinite(axis.scale) and axis.scale > 0 and math.isfinite(axis.offset)):
        raise ValueError(
            f"axis '{_text(axis.name)}' of {named} has scale {axis.scale} and offset {axis.offset}: expected a "
            "positive, finite scale and a finite offset; correct it with "
            "signal.axes_manager.signal_axes.set(scale=..., offset=0), or give pixel_size"
        )


def _common_unit(row_unit: Unit, column_unit: Unit) -> Unit | None:
    """What both axes agree on, None where they do not (one calibrated, the other not, counts as not)."""
    same_kind = row_unit.kind == column_unit.kind != "other"
    both = (row_unit.factor is None) == (column_unit.factor is None)
    return column_unit if same_kind and both else None


def _other_way(unit: Unit | None, kind: str | None) -> str:
    if unit is None:
        return ""
    if kind == "length":
        return (
            "this looks like a diffraction pattern or a Fourier transform, pass the image itself; "
            "if the unit is wrong, set it with signal.axes_manager.signal_axes.set(units='nm'), or give pixel_size"
        )
    return (
        "this looks like an image, pass the diffraction pattern; if the unit is wrong, set it with "
        "signal.axes_manager.signal_axes.set(units='1/nm')"
    )


def _way_out(kind: str | None) -> str:
    unit = _KINDS[kind or "length"][0]
    return (
        f"set the size of a pixel with signal.axes_manager.signal_axes.set(scale=..., units='{unit}'), "
        f"or give pixel_size in {unit}"
    )


def _units(rows, columns) -> str:
    return f"x in '{_text(columns.units)}', y in '{_text(rows.units)}'"


def _text(value) -> str:
    """Text of a trait that may be undefined."""
    return "" if value is None or str(value) == "<undefined>" else str(value)


def _what_instead(thing) -> str:
    if thing is None:
        return "None: load an image with hs.load(path)"
    if isinstance(thing, str | os.PathLike):
        return f"the path '{thing}': {_path_advice(PurePath(thing))}"
    if isinstance(thing, list | tuple):
        titles = ", ".join(f"'{title_of(one)}'" if hasattr(one, "metadata") else type(one).__name__ for one in thing)
        images = [i for i, one in enumerate(thing) if hasattr(one, "axes_manager") and _holds_images(one)]
        return f"a {type(thing).__name__} of {len(thing)} ({titles}): choose one of them, " + (
            f"as in signals[{images[0]}]" if images else "though none of them holds images"
        )
    if hasattr(thing, "shape") and hasattr(thing, "dtype"):
        return (
            f"an array of shape {tuple(thing.shape)}: wrap it with hs.signals.Signal2D(array), and give it its "
            "pixel size with signal.axes_manager.signal_axes.set(scale=..., units='nm')"
        )
    return f"{type(thing).__name__}: make one with hs.load(path) or hs.signals.Signal2D(array)"


def _holds_images(signal) -> bool:
    return signal.axes_manager.signal_dimension == 2


def _path_advice(path: PurePath) -> str:
    from rsciio import IO_PLUGINS

    known = {extension.lower() for plugin in IO_PLUGINS for extension in plugin["file_extensions"]}
    if path.suffix.lower().lstrip(".") in known:
        return f"load it first, hs.load('{path}')"
    return f"load an image first with hs.load(path); HyperSpy reads no files that end in '{path.suffix}'"
