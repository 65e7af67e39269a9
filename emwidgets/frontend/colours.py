"""Colour maps for values and colours for labels, the same as in the front end (``src/core/colormaps.ts``)."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np

# perceptually even maps as 32 evenly spaced colours; the least-squares fit to matplotlib's tables (CC0)
_ANCHORS = {
    "viridis": "440154470d6048196b482474472e7c4538824242873e4b8a3a548c365d8d32658e2e6d8e2b758e287d8e25858e228c8d"
    "1f948c1e9c8a20a38624ab822db27d39ba7648c16e58c7656acd5b7ed34f92d742a8db34bedf25d4e21ae9e418fde724",
    "cividis": "00234e00285b002e6c0633711e396f293f6e34446c3d4a6c45506c4d556c555b6d5c616e6367706b6d72727274797877"
    "807e79888579908b78989177a09775a89e73b0a471b9ab6dc1b26acab965d3c060dcc859e5cf52eed749f8de3bffe734",
    "inferno": "0000030303120b0725160c38220c4d310a5d3f09674d0c6c5a116e67166f741b6e811f6c8e24699b2965a82e5fb53358"
    "c13a51cc4248d74b3fe05536e8612cef6d22f57b17f9890cfb9805fca80cfbb81cf9c82ff6d846f2e863f2f585fcffa5",
    "magma": "0000030303120a0823140e351e11492a125d380f6e460f7854137d6118806d1e817a2382872781942c80a2307eaf347b"
    "bd3977ca3e72d7446ce24d66ec5860f3655cf8745cfb835ffd9366fea26ffeb279fec185fed092fddfa1fceeb0fcfdbf",
}
MAPS = ("gray", *_ANCHORS)

# at least 0.14 apart in Oklab for normal sight, protanopes and deuteranopes
_LABELS = ("#56b4e9", "#e69f00", "#b40096", "#ffff00", "#1e4bff", "#ff3c87", "#69780f", "#69ffff")
_NONE = "#bbbbbb"


@functools.cache
def colour_table(name: str) -> np.ndarray:
    """256 colours of a map, as (256, 3) uint8."""
    if name == "gray":
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    if name not in _ANCHORS:
        raise ValueError(f"there is no colour map {name!r}: expected one of {', '.join(MAPS)}")
    return interpolated(_ANCHORS[name])


def interpolated(anchors: str) -> np.ndarray:
    """256 colours along evenly spaced ones, written as hexadecimal digits one after the other; (256, 3) uint8."""
    colours = np.frombuffer(bytes.fromhex(anchors), np.uint8).reshape(-1, 3).astype(float)
    place = np.linspace(0, len(colours) - 1, 256)
    left = np.minimum(place.astype(int), len(colours) - 2)
    part = (place - left)[:, None]
    return rounded(colours[left] + part * (colours[left + 1] - colours[left])).astype(np.uint8)


def label_colour(index: int) -> str:
    """Colour of a class; negative numbers are "none", and gray."""
    return _NONE if index < 0 else _LABELS[index % len(_LABELS)]


def label_hatch(index: int) -> int:
    """Hatch (0 none, 1 falling, 2 rising, 3 dots) that keeps classes apart which share a colour."""
    return 0 if index < 0 else index // len(_LABELS) % 4


def channels(colours: Iterable[str]) -> np.ndarray:
    """(n, 3) uint8 of colours written as #rrggbb."""
    return np.array([list(bytes.fromhex(colour.removeprefix("#"))) for colour in colours], np.uint8).reshape(-1, 3)


def rounded(values) -> np.ndarray:
    """Halves up, as JavaScript rounds; NumPy rounds them to even."""
    return np.floor(np.asarray(values) + 0.5)
