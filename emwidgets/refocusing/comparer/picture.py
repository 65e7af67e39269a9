"""Before and after as one picture, compared as in the browser (``src/comparer``), at the resolution of the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.frontend.colours import colour_table, interpolated, rounded
from emwidgets.frontend.picture import Display, add_scale_bar, coloured, is_number, limits_of

from .restoration import Restoration
from .scene import Scene, payload

if TYPE_CHECKING:
    from PIL.Image import Image

#: What the front end takes where `view` says nothing.
MODE, SWIPE, OPACITY = "swipe", 0.5, 0.7
#: Of what is less and more than nothing; as in ``src/comparer/diverging.ts``.
BLUE_ORANGE = "004590276fc3629be4a7c8f3f3f3f3edb8a0d87e55b24b0d802300"
#: Per cent of a map within its limits, and the finest scale of widths, px; as in ``src/comparer/overlays.ts``.
MOST, LEAST_BLUR = 99.8, 1.0
#: Finest scale of differences, of the range of the image; as in ``src/comparer/blend.ts``.
LEAST_DIFFERENCE = 0.005

_ROWS_AT_ONCE = 256


def comparison_picture(scene: Scene, restoration: Restoration, strength: float, view: Mapping[str, Any]) -> Image:
    """Before and after under a swipe handle, side by side, the one restored, or their difference; with a scale bar.

    Parameters
    ----------
    scene : Scene
    restoration : Restoration
        Of this scene.
    strength : float
    view : mapping
        The `view` trait: mode, swipe, swipe_vertical, against, overlay, opacity, contrast; map, limits, gamma, log in
        stage and after_stage.
    """
    from PIL import Image

    left = scene.truth if view.get("against") == "truth" and scene.truth is not None else scene.seen
    made = restoration.frame.restored
    whole = scene.seen if made is None else made.image
    after = scene.seen + np.float32(strength) * (whole - scene.seen)
    mode = view.get("mode", MODE)
    if mode == "difference":
        limit = _limit(whole - left, scene.seen)
        picture = _diverging(after - left, limit)
    else:
        pair = _in_colours(scene, left, after, whole, view)
        for picture in pair:
            _overlay(picture, view, restoration, strength)
        picture = _composed(*pair, mode, view)
    image = Image.fromarray(picture)
    add_scale_bar(image, scene.where.scale[1], scene.where.unit)
    return image


def lay_map(picture: np.ndarray, level: np.ndarray, table: np.ndarray, cover: np.ndarray, opacity: float) -> None:
    """Lay a map over a picture, in place.

    Parameters
    ----------
    picture : (rows, columns, 3) uint8 array
    level : (rows, columns) array
        In [0, 1]: place in the table.
    table : (256, 3) uint8 array
    cover : (rows, columns) array
        In [0, 1]: how much of the picture is covered, times `opacity`.
    opacity : float
    """
    strength = 256 * min(max(opacity, 0.0), 1.0)
    for start in range(0, len(picture), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        part = rounded(strength * cover[rows]).astype(np.int32)[..., None]
        ink = table[rounded(255 * level[rows]).astype(int)].astype(np.int32)
        picture[rows] = (picture[rows].astype(np.int32) * (256 - part) + ink * part) >> 8


def _in_colours(scene, left, after, whole, view) -> tuple[np.ndarray, np.ndarray]:
    """Both images in colours: on one scale, which is that of both at strength 1, or on one each."""
    payloads = [payload(image, scene.where, "", max(image.shape)) for image in (left, after, whole)]
    first = Display.of(view.get("stage"))
    if view.get("contrast") == "separate":
        second = Display.of(view.get("after_stage"))
        second = replace(second, limits=limits_of(payloads[2], second))
    else:
        each = [limits_of(pixels, first) for pixels in (payloads[0], payloads[2])]
        first = second = replace(first, limits=(min(low for low, _ in each), max(high for _, high in each)))
    return coloured(payloads[0], first), coloured(payloads[1], second)


def _overlay(picture, view, restoration, strength) -> None:
    """Lay the map over a picture that `view` names, in place."""
    kind, opacity = view.get("overlay"), view.get("opacity", OPACITY)
    opacity = opacity if is_number(opacity) else OPACITY
    made = restoration.frame.restored
    if made is None:
        return
    if kind == "change":
        change = made.image - restoration.scene.seen
        level = _signed(change * strength, _limit(change, restoration.scene.seen))
        lay_map(picture, level, interpolated(BLUE_ORANGE), np.abs(2 * level - 1), opacity)
    elif kind in ("defocus", "uncertainty"):
        values = made.defocus if kind == "defocus" else made.uncertainty
        most = max(float(np.percentile(values, MOST)), LEAST_BLUR if kind == "defocus" else 0.0) or 1.0
        level = np.clip(values / most, 0, 1)
        lay_map(picture, level, colour_table("viridis" if kind == "defocus" else "magma"), level, opacity)


def _composed(left: np.ndarray, right: np.ndarray, mode, view) -> np.ndarray:
    if mode == "blink":
        return right
    rows, columns = left.shape[:2]
    if mode == "side":
        gap = np.full((rows, max(2, columns // 100), 3), 255, np.uint8)
        return np.hstack([left, gap, right])
    part = view.get("swipe", SWIPE)
    part = min(max(part, 0.0), 1.0) if is_number(part) else SWIPE
    picture = right.copy()
    upright = view.get("swipe_vertical") is not True
    across, front = (image.swapaxes(0, 1) if upright else image for image in (picture, left))
    at = round(part * len(across))
    across[:at] = front[:at]
    if 0 < at < len(across):
        line = max(1, round(max(rows, columns) / 512))
        across[max(at - line, 0) : at + line] = 255
    return picture


def _limit(difference: np.ndarray, image: np.ndarray) -> float:
    """Largest difference of images like this one that has a colour of its own."""
    return max(float(np.percentile(np.abs(difference), MOST)), LEAST_DIFFERENCE * float(np.ptp(image))) or 1.0


def _signed(values: np.ndarray, limit: float) -> np.ndarray:
    """Place in a map whose middle is nothing."""
    return np.clip(values / limit / 2 + 0.5, 0, 1)


def _diverging(values: np.ndarray, limit: float) -> np.ndarray:
    return interpolated(BLUE_ORANGE)[rounded(255 * _signed(values, limit)).astype(int)]
