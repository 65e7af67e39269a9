"""The image as a picture, with wire frames of the particle and of what was fitted to it, as in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.frontend.picture import Display, add_scale_bar, coloured

from ..orientation import rotation

if TYPE_CHECKING:
    from PIL.Image import Image

#: Colours of the wire frames (as in ``src/playground/wire.ts``) and of what sets them off.
PARTICLE, FIT, HALO = "#ffe08a", "#4cc3ff", "#000000"

_STEPS = 90  # of the outline of an ellipsoid


def particle_picture(
    pixels: Mapping[str, Any],
    solid: Mapping[str, Any],
    projection: Mapping[str, Any],
    fitted: Mapping[str, Any],
    view: Mapping[str, Any],
) -> Image:
    """Image in colours, wire frames of the fit and of the particle where `view` shows them, a scale bar.

    Parameters
    ----------
    pixels : mapping
        The image as `pixels_payload`, not binned.
    solid, projection, fitted : mapping
        As the traits `shape_data`, `projection` and `fitted`.
    view : mapping
        The `view` trait: wire; map, limits, gamma, log in stage.
    """
    from PIL import Image, ImageDraw

    picture = Image.fromarray(coloured(pixels, Display.of(view.get("stage"))))
    if view.get("wire") is True:
        draw = ImageDraw.Draw(picture)
        if fitted:
            _draw(draw, placed(pixels, fitted_lines(fitted), fitted["centre"]), FIT)
        if solid:
            _draw(draw, placed(pixels, solid_lines(solid, projection["orientation"]), projection["position"]), PARTICLE)
    axis = pixels["axes"]["x"]
    add_scale_bar(picture, axis["scale"], axis["unit"])
    return picture


def fitted_lines(fitted: Mapping[str, Any]) -> np.ndarray:
    """Edges of the cuboid that was fitted, about its centre: (e, 2, 2) x and y of their ends."""
    return np.asarray(fitted["vertices"], float)[np.asarray(fitted["edges"], int), :2]


def solid_lines(solid: Mapping[str, Any], orientation: Sequence[float]) -> np.ndarray:
    """Edges of a particle as it lies, or the outline of an ellipsoid: (e, 2, 2) x and y of their ends, nm."""
    matrix = rotation(orientation).as_matrix()
    if solid["kind"] == "polyhedron":
        return (np.asarray(solid["vertices"], float) @ matrix.T)[np.asarray(solid["edges"], int), :2]
    # the points x of the outline have xᵀ Q⁻¹ x = 1, Q the block over x and y of R diag(semi-axes²) Rᵀ
    half = matrix[:2] * solid["semi_axes"]
    turns = np.linspace(0, 2 * np.pi, _STEPS + 1)
    outline = np.column_stack([np.cos(turns), np.sin(turns)]) @ np.linalg.cholesky(half @ half.T).T
    return np.stack([outline[:-1], outline[1:]], axis=1)


def placed(pixels: Mapping[str, Any], lines: np.ndarray, origin: Sequence[float]) -> np.ndarray:
    """Lines on an image: columns and rows of their ends, px. `origin` is counted from the middle of the image."""
    rows, columns = pixels["shape"]
    steps = [pixels["axes"][name]["scale"] for name in "xy"]
    return (lines + np.asarray(origin, float)) / steps + np.array([columns - 1, rows - 1]) / 2


def _draw(draw, lines: np.ndarray, ink: str) -> None:
    width = max(1, round(max(draw.im.size) / 400))
    paths = [[tuple(end) for end in ends] for ends in lines.tolist()]
    for colour, wide in ((HALO, width + 2), (ink, width)):
        for path in paths:
            draw.line(path, fill=colour, width=wide)
