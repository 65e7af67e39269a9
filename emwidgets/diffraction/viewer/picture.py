"""The pattern as a picture, with where a network looked and what a rule saw, as in the browser (``src/classifier``)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.frontend.colours import colour_table, rounded
from emwidgets.frontend.picture import Display, add_scale_bar, coloured, is_number
from emwidgets.frontend.wire import array_from_payload, values_of

from ..voting import LABELS

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

#: What the front end takes where `view` says nothing.
OPACITY, NETWORK, RULE = 0.55, "densenet", "fourier"
HEAT = "inferno"
RING_INK, SPOT_INK, CENTRE_INK, HALO = "#4cc3ff", "#ffb42e", "#ffffff", "#000000"
#: Rings of less strength are dashed.
WEAK = 0.5
_STEPS = 180  # of a ring


def pattern_picture(
    pixels: Mapping[str, Any],
    maps: Mapping[str, Mapping[str, Any]],
    evidence: Mapping[str, Mapping[str, Any]],
    label: str,
    view: Mapping[str, Any],
) -> Image:
    """Pattern in colours, the heat map of a network over it, the evidence of a rule, a scale bar.

    Parameters
    ----------
    pixels : mapping
        The pattern as `pixels_payload`, not binned.
    maps, evidence : mapping
        As in the traits of these names.
    label : str
        What the pattern was called.
    view : mapping
        The `view` trait: heat, target, network, rule, and map, limits, gamma, log in stage.
    """
    from PIL import Image, ImageDraw

    picture = coloured(pixels, Display.of(view.get("stage")))
    heat = _chosen(maps, view.get("network", NETWORK)).get(_target(view.get("target"), label))
    opacity = view.get("heat", OPACITY)
    if heat is not None:
        lay_heat(picture, values_of(heat), opacity if is_number(opacity) else OPACITY)
    image = Image.fromarray(picture)
    found = _chosen(evidence, view.get("rule", RULE))
    if found:
        draw_evidence(ImageDraw.Draw(image), found, pixels["axes"], max(1, round(max(picture.shape) / 400)))
    axis = pixels["axes"]["x"]
    add_scale_bar(image, axis["scale"], axis["unit"])
    return image


def lay_heat(picture: np.ndarray, heat: np.ndarray, opacity: float) -> None:
    """Lay a map over a picture, in place: the weaker it is, the more the picture shines through.

    Parameters
    ----------
    picture : (rows, columns, 3) uint8 array
    heat : (cells, cells) array
        In [0, 1], spanning the picture.
    opacity : float
        Of the strongest place.
    """
    from PIL import Image

    strength = 256 * min(max(opacity, 0.0), 1.0)
    if strength == 0:
        return
    size = picture.shape[1], picture.shape[0]
    fine = np.asarray(Image.fromarray(heat.astype(np.float32)).resize(size, Image.Resampling.BICUBIC))
    for start in range(0, len(picture), 256):
        rows = slice(start, start + 256)
        level = np.clip(fine[rows], 0, 1)
        cover = rounded(strength * level).astype(np.int32)[..., None]
        ink = colour_table(HEAT)[rounded(255 * level).astype(int)].astype(np.int32)
        picture[rows] = (picture[rows].astype(np.int32) * (256 - cover) + ink * cover) >> 8


def draw_evidence(draw: ImageDraw, found: Mapping[str, Any], axes: Mapping[str, Any], line: int) -> None:
    """Draw the rings, spots and the centre that a rule has found.

    Parameters
    ----------
    draw : ImageDraw
    found : mapping
        An entry of the `evidence` trait.
    axes : mapping
        Of the picture, as in `pixels_payload`.
    line : int
        Width of a line in px.
    """

    def place(x, y):
        across, down = axes["x"], axes["y"]
        return (x - across["offset"]) / across["scale"], (y - down["offset"]) / down["scale"]

    turns = np.linspace(0, 2 * math.pi, _STEPS + 1)
    for x, y, major, minor, degrees, strength in array_from_payload(found["circles"]).astype(float):
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        along, across = major * np.cos(turns), minor * np.sin(turns)
        outline = np.column_stack(place(x + cosine * along - sine * across, y + sine * along + cosine * across))
        dashes = [outline[i : i + 5] for i in range(0, _STEPS, 8)] if strength < WEAK else [outline]
        for part in dashes:
            _line(draw, part, RING_INK, line)
    for x, y, strength in array_from_payload(found["spots"]).astype(float):
        column, row = place(x, y)
        half = line * (4 + 3 * strength)
        box = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
        _line(draw, np.array(box) + np.array([column, row]), SPOT_INK, line)
    column, row = place(*found["centre"])
    arm = 7 * line
    for ends in ([(-arm, 0), (arm, 0)], [(0, -arm), (0, arm)]):
        _line(draw, np.array(ends) + np.array([column, row]), CENTRE_INK, line)


def _line(draw, points, ink, line):
    path = [tuple(point) for point in points.tolist() if all(map(math.isfinite, point))]
    draw.line(path, fill=HALO, width=line + 2)
    draw.line(path, fill=ink, width=line)


def _chosen(entries: Mapping, name) -> Mapping:
    """The entry of a name out of a `view`, which may be anything."""
    return entries.get(name, {}) if isinstance(name, str) else {}


def _target(target, label) -> str:
    """The class that the heat map is about: of a pattern without a label, the first."""
    return target if target in LABELS else label or LABELS[0]
