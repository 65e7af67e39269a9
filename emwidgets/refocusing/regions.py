"""A region of interest in the units of an image, as pixels."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np

from emwidgets.signals import Calibration

_EDGES = ("left", "right", "top", "bottom")
_EXPECTED = "expected (x0, x1, y0, y1) or a HyperSpy RectangularROI"


def in_unit(region, signal, where: Calibration) -> tuple[float, float, float, float]:
    """A region as (x0, x1, y0, y1) in the unit of a calibration.

    Parameters
    ----------
    region : four numbers, or a RectangularROI
        Numbers are in that unit already, (x0, x1, y0, y1); a region of HyperSpy is in the units of the signal's axes.
    signal : Signal2D
        Whose region it is.
    where : Calibration
        Of the signal.

    Raises
    ------
    ValueError
        If it is something else, or an edge is not a finite number.
    """
    if is_roi(region):
        edges = _numbers([getattr(region, edge) for edge in _EDGES], region)
        columns, rows = signal.axes_manager.signal_axes
        x0, x1 = ((edge - columns.offset) / columns.scale for edge in edges[:2])
        y0, y1 = ((edge - rows.offset) / rows.scale for edge in edges[2:])
        (x0, y0), (x1, y1) = where.to_physical(y0, x0), where.to_physical(y1, x1)
        return x0, x1, y0, y1
    if not np.iterable(region) or isinstance(region, str | bytes) or np.ndim(region) != 1 or len(region) != 4:
        raise ValueError(f"region is {region!r}: {_EXPECTED}")
    return _numbers(region, region)


def is_roi(region) -> bool:
    """Whether it is a rectangle as HyperSpy draws it."""
    return all(hasattr(region, edge) for edge in _EDGES)


def box_of(region: tuple[float, float, float, float], where: Calibration) -> tuple[int, int, int, int]:
    """Pixels of a region, cut off at the border of the image.

    Parameters
    ----------
    region : (x0, x1, y0, y1)
        In the unit of `where`; the edges in either order.
    where : Calibration

    Returns
    -------
    (row0, row1, column0, column1)
        The ends are left out, as in a slice; edges are rounded to whole pixels, as HyperSpy rounds them.

    Raises
    ------
    ValueError
        If no pixel is inside.
    """
    x0, x1, y0, y1 = region
    corners = [where.to_pixels(x0, y0), where.to_pixels(x1, y1)]
    spans = []
    for (first, second), size in zip(zip(*corners, strict=True), where.frame_shape, strict=True):
        low, high = (math.floor(min(max(edge, 0), size) + 0.5) for edge in sorted((first, second)))
        spans += [low, high]
    if spans[0] == spans[1] or spans[2] == spans[3]:
        (left, top), (right, bottom) = where.to_physical(0, 0), where.to_physical(*where.frame_shape)
        raise ValueError(
            f"region is {tuple(float(f'{edge:.6g}') for edge in region)}: no pixel of {where.name_of(0)} is inside, "
            f"which goes from {left:.6g} to {right:.6g} in x and from {top:.6g} to {bottom:.6g} in y ({where.unit})"
        )
    return tuple(spans)


def _numbers(edges, region) -> tuple[float, float, float, float]:
    if not all(isinstance(edge, Real) and not isinstance(edge, bool) and math.isfinite(edge) for edge in edges):
        raise ValueError(f"region is {region!r}: {_EXPECTED}, of finite numbers")
    return tuple(float(edge) for edge in edges)
