"""Where a plane that cuts off a corner goes: how far along each edge, its points, its normal."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable

import numpy as np

from .arguments import numeric


def numbers(corners: Iterable[int]) -> list[int]:
    """Numbers of corners as they were given.

    Raises
    ------
    ValueError
        If they are no whole numbers: a corner 1.5 is a mistake and not corner 1.
    """
    if not isinstance(corners, Iterable):
        raise ValueError(f"corners are {corners!r}: expected a sequence of numbers, such as [0, 7]")
    named = list(corners)
    try:
        found = [operator.index(corner) for corner in named if not isinstance(corner, (bool, np.bool_))]
    except TypeError:
        found = []
    if len(found) < len(named):
        raise ValueError(f"corners are {named}: expected whole numbers")
    return found


def each_depth(depth, count: int) -> list:
    """One entry of `depth` for each of `count` corners.

    Raises
    ------
    ValueError
        If there are more or less of them.
    """
    if not np.iterable(depth):
        return [depth] * count
    if len(depth) != count:
        raise ValueError(f"depth has {len(depth)} entries for {count} corners: expected one number, or one for each")
    return list(depth)


def lengths(ways, depth, unit: str, corner: int) -> np.ndarray:
    """How far along each edge a cut goes, nm.

    Parameters
    ----------
    ways : (k, 3) array
        The edges of the corner, away from it, nm.
    depth : float or (k,) array
        As fractions of the edges or in nm.
    unit : "edge" or "nm"
        Which of them.
    corner : int
        Its number, for messages.

    Raises
    ------
    ValueError
        If a depth is not positive or longer than its edge, or there is not one for each edge.
    """
    edges = np.sqrt((ways**2).sum(axis=1))
    given, depth = depth, numeric(depth)
    if not depth.size:
        raise ValueError(f"depth of corner {corner} is {given!r}: expected one number or {len(edges)}")
    if depth.ndim > 1 or (depth.ndim == 1 and len(depth) != len(edges)):
        raise ValueError(f"depth of corner {corner} is {depth.tolist()}: expected one number or {len(edges)}")
    along = depth * edges if unit == "edge" else depth + np.zeros(len(edges))
    if not ((along > 0) & np.isfinite(along)).all():
        raise ValueError(f"depth of corner {corner} is {depth.tolist()}: expected positive numbers")
    if (along > edges * (1 + 1e-9)).any():
        raise ValueError(
            f"depth of corner {corner} is {depth.tolist()} ({unit}): deeper than the solid, "
            f"whose edges there are {np.round(edges, 3).tolist()} nm long"
        )
    return along


def points(place, ways, along) -> np.ndarray:
    """Where a cut meets the edges of the corner at `place`: (k, 3), nm."""
    return place + ways * (along / np.sqrt((ways**2).sum(axis=1)))[:, None]


def plane(met, beyond) -> tuple[np.ndarray, float]:
    """Unit normal and offset of the plane through points, facing a point beyond it.

    Raises
    ------
    ValueError
        If there are more than three and no plane goes through all of them.
    """
    # in plain numbers: a third of the time of numpy.cross, and data sets cut corners by the million
    (ax, ay, az), (bx, by, bz) = (met[1] - met[0]).tolist(), (met[2] - met[0]).tolist()
    normal = np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])
    normal /= math.sqrt(normal @ normal)
    offset = float(normal @ met[0])
    if normal @ beyond < offset:
        normal, offset = -normal, -offset
    if len(met) > 3 and np.abs(met @ normal - offset).max() > 1e-6 * np.abs(met).max():
        raise ValueError(
            f"the {len(met)} edges of a corner cannot be cut at these depths by one plane: give them one depth"
        )
    return normal, offset
