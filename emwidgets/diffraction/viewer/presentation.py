"""How the classifier shows what was found: rows of the members, evidence and maps in the units of the pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.frontend.wire import array_payload, pixels_payload, plain
from emwidgets.signals import Calibration

from ..ellipses import ellipses

if TYPE_CHECKING:
    from ..rules.evidence import Evidence


#: What the user reads of each method, in the order of the rows.
TITLES = {
    "fourier": "Fourier",
    "hough": "Hough",
    "ransac": "RANSAC",
    "cnn": "CNN",
    "googlenet": "GoogLeNet",
    "densenet": "DenseNet",
    "ensemble": "Vote",
}


def evidence_payload(evidence: Evidence, where: Calibration) -> dict:
    """What a rule has found in a pattern, in the units of its axes.

    Circles are rows x, y, semi-major axis, semi-minor axis, angle in degrees from x towards y, strength; spots are
    rows x, y, strength.
    """
    row, column = evidence.centre
    spots = np.asarray(evidence.spots, float).reshape(-1, 3)
    x, y = where.to_physical(spots[:, 0], spots[:, 1])
    return {
        **plain({"probability": evidence.probability, "centre": where.to_physical(row, column)}),
        "circles": array_payload(ellipses(evidence.circles, where).astype(np.float32)),
        "spots": array_payload(np.column_stack([x, y, spots[:, 2]]).astype(np.float32)),
    }


def map_payload(heat: np.ndarray, where: Calibration) -> dict:
    """A class-activation map, as Pixels that lie on the pattern.

    Parameters
    ----------
    heat : (rows, columns) array
        In [0, 1], of a grid that spans the frame.
    where : Calibration
        Of the pattern.
    """
    steps = tuple(
        size * scale / cells for size, scale, cells in zip(where.frame_shape, where.scale, heat.shape, strict=True)
    )
    first = tuple(
        start - scale / 2 + step / 2 for start, scale, step in zip(where.offset, where.scale, steps, strict=True)
    )
    return pixels_payload(
        np.asarray(heat, np.float32), scale=steps, offset=first, unit=where.unit, quantity="share of the score"
    )


def part_on_frame(heat: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The part of a map that lies on the frame: networks see a frame that is no square filled up to one.

    Parameters
    ----------
    heat : (cells, cells) array
        Of the square.
    shape : (rows, columns)
        Of the frame, in the middle of it.

    Returns
    -------
    (cells, cells) array
        On a grid that spans the frame, interpolated where that is no square.
    """
    side = max(shape)
    for axis, size in enumerate(shape):
        if size == side:
            continue
        cells = heat.shape[axis]
        inside = (np.arange(cells) + 0.5) * size / cells + (side - size) // 2  # px of the square, from its edge
        place = inside * cells / side - 0.5
        low = np.clip(np.floor(place).astype(int), 0, cells - 2)
        part = np.clip(place - low, 0, 1)
        part = part[:, None] if axis == 0 else part
        heat = (1 - part) * heat.take(low, axis) + part * heat.take(low + 1, axis)
    return heat


def navigation_axes(where: Calibration) -> list[dict]:
    """Name, scale, offset and unit of the navigation axes, in array order."""
    return [
        {
            "name": sendable(axis.get("name")),
            "scale": _number(axis, "scale", 1.0),
            "offset": _number(axis, "offset", 0.0),
            "unit": sendable(axis.get("units")),
        }
        for axis in where.navigation_axes
    ]


def sendable(text) -> str:
    """Text of a file as it can be sent to a browser; "" where there is none."""
    text = "" if text is None or str(text) == "<undefined>" else str(text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character cannot be


def _number(axis: Mapping, name: str, default: float) -> float:
    value = axis.get(name, default)
    return float(value) if isinstance(value, int | float | np.number) and np.isfinite(value) else default
