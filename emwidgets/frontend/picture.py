"""Pictures drawn without a browser, as the front end draws them: an image, labels over it, a scale bar; PNG files.

One pixel of the picture is one of the image. The rules are those of ``src/core``: contrast.ts, raster.ts, scalebar.ts.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .colours import MAPS, channels, colour_table, rounded
from .wire import array_from_payload

if TYPE_CHECKING:
    from PIL.Image import Image

#: Per cent of the pixels left dark, and below the bright end, by the presets of the limits.
PRESETS = {"auto": (0.1, 99.9), "0.1-99.9": (0.1, 99.9), "1-99": (1.0, 99.0), "min-max": (0.0, 100.0)}
_LOG_SPAN = 999  # three decades from dark to bright
_ROWS_AT_ONCE = 256
_HALO = (64, 64, 64)


@dataclass(frozen=True)
class Display:
    """How values become colours; see `Display` in ``src/core/types.ts``."""

    map: str = "gray"
    limits: tuple[float, float] | str = "auto"
    gamma: float = 1.0
    log: bool | None = None

    @classmethod
    def of(cls, said) -> Display:
        """From an entry of a `view` trait; what cannot be is left at its default, as that trait may say anything."""
        said = said if isinstance(said, Mapping) else {}
        limits, gamma, log = said.get("limits"), said.get("gamma"), said.get("log")
        pair = isinstance(limits, list | tuple) and len(limits) == 2 and all(map(is_number, limits))
        return cls(
            map=said["map"] if said.get("map") in MAPS else "gray",
            limits=tuple(limits) if pair else limits if isinstance(limits, str) and limits in PRESETS else "auto",
            gamma=gamma if is_number(gamma) and gamma > 0 else 1.0,
            log=log if isinstance(log, bool) else None,
        )


def coloured(pixels: Mapping[str, Any], display: Display) -> np.ndarray:
    """Image of a `pixels_payload` in colours, as (rows, columns, 3) uint8."""
    levels = array_from_payload(pixels)
    depth = np.iinfo(levels.dtype).max + 1
    values = pixels["offset"] + pixels["scale"] * np.arange(depth)
    limits = limits_of(pixels, display)
    log = bool(pixels["log"]) if display.log is None else display.log
    places = rounded(255 * _brightness(values, *limits, display.gamma, log)).astype(int)
    return colour_table(display.map)[places][levels]


def limits_of(pixels: Mapping[str, Any], display: Display) -> tuple[float, float]:
    """Values of an image that become dark and bright: those that are said, or those of the preset."""
    if isinstance(display.limits, tuple):
        return display.limits
    levels = array_from_payload(pixels)
    values = pixels["offset"] + pixels["scale"] * np.arange(np.iinfo(levels.dtype).max + 1)
    return _preset(levels, values, display.limits)


def label_slots(runs: np.ndarray, paint: Sequence[int], shape: tuple[int, int]) -> np.ndarray:
    """Map of what lies on top: 0 where nothing is, else 1 + place in `paint`, which goes from the bottom to the top."""
    slots = np.zeros(shape, np.uint16 if len(paint) < 65535 else np.uint32)
    flat = slots.reshape(-1)
    for slot, label in enumerate(paint, start=1):
        for start, length, _ in runs[runs[:, 2] == label].tolist():
            flat[start : start + length] = slot
    return slots


def paint_labels(
    picture: np.ndarray, slots: np.ndarray, colours: Sequence[str], hatches: Sequence[int], opacity: float
) -> None:
    """Lay labels over a picture, in place: the fill with `opacity`, the border in full strength.

    Parameters
    ----------
    picture : (rows, columns, 3) uint8 array
    slots : (rows, columns) array
        From `label_slots`.
    colours, hatches : sequence
        Of each label, in the order of `paint`.
    opacity : float
        0 for borders alone.
    """
    line = max(1, round(max(slots.shape) / 1024))
    inks = np.concatenate([np.zeros((1, 3), np.uint8), channels(colours)]).astype(np.int32)
    hatch = np.array([0, *hatches], np.uint8)
    fill, hatched = (_parts(each) for each in (opacity, opacity + 0.3 if opacity > 0 else 0))
    for start in range(0, len(slots), _ROWS_AT_ONCE):
        rows = slice(start, min(start + _ROWS_AT_ONCE, len(slots)))
        here = slots[rows]
        cover = np.where(_on_hatch(hatch[here], start, 12 * line, line), hatched, fill)
        cover[_is_border(slots, rows, line)] = 256
        cover[here == 0] = 0
        cover = cover[..., None]
        picture[rows] = (picture[rows].astype(np.int32) * (256 - cover) + inks[here] * cover) >> 8


def add_scale_bar(image: Image, scale: float, unit: str) -> None:
    """Draw a bar of a length one reads at a glance, at most a quarter of the width, on the lower left.

    Parameters
    ----------
    image : PIL.Image.Image
        In colours.
    scale : float
        Width of a pixel in `unit`.
    unit : str
    """
    from PIL import ImageDraw

    found = bar_of(image.width / 4, scale, unit)
    if found is None or image.width < 48 or image.height < 40:
        return
    length, text = found
    size = max(11, round(image.height / 32))
    margin, thick, edge = size, max(3, size // 4), max(1, size // 8)
    left, bottom = margin, image.height - margin
    draw = ImageDraw.Draw(image)
    right, top = left + round(length) - 1, bottom - thick
    draw.rectangle((left - edge, top - edge, right + edge, bottom - 1 + edge), fill=_HALO)
    draw.rectangle((left, top, right, bottom - 1), fill="white")
    font = _font(size)
    wide = draw.textlength(text, font)
    place = left if wide > length else left + (length - wide) / 2
    draw.text((place, top - 2 * edge), text, "white", font, "ls", stroke_width=edge, stroke_fill=_HALO)


def bar_of(longest: float, scale: float, unit: str) -> tuple[float, str] | None:
    """Length in px, and in words, of the largest bar of 1, 2 or 5 × 10ⁿ that is at most `longest` px long."""
    most = longest * abs(scale)
    if not (most > 0 and math.isfinite(most)):
        return None
    power = 10.0 ** math.floor(math.log10(most) + 1e-12)
    digit = next((step for step in (5, 2, 1) if step * power <= most * (1 + 1e-12)), 1)
    length = float(f"{digit * power:.0e}")
    return length / abs(scale), _length_text(length, unit)


def write_png(path: Path, image: Image, made: Mapping[str, Any], code: str) -> None:
    """Write a picture with how it was made in its text chunks, under the keywords of the PNG specification.

    Parameters
    ----------
    path : Path
        From `files.writable`.
    image : PIL.Image.Image
    made : mapping
        Provenance of the result.
    code : str
        Python call that gives it.
    """
    from PIL.PngImagePlugin import PngInfo

    from .files import replace

    versions = made.get("versions") or {}
    texts = {
        "Title": made.get("title"),
        "Software": f"emwidgets {versions.get('emwidgets', '')}".strip(),
        "Source": made.get("digest"),
        "Creation Time": made.get("date"),
        "Comment": json.dumps({**made, "code": code}, ensure_ascii=False),
    }
    info = PngInfo()
    for keyword, text in texts.items():
        if text:  # in a chunk of UTF-8 there are neither zeros nor halves of characters
            info.add_itxt(keyword, text.replace("\0", "").encode("utf-8", "replace").decode())
    stream = io.BytesIO()
    image.save(stream, "PNG", pnginfo=info)
    replace(path, stream.getvalue())


def _preset(levels, values, name) -> tuple[float, float]:
    counts = np.bincount(levels.ravel(), minlength=len(values))
    there = np.flatnonzero(counts)
    first, last = int(there[0]), int(there[-1])
    cumulative = np.cumsum(counts)

    def percentile(p):
        wanted = p / 100 * levels.size * (1 - 1e-12)  # 99.9 / 100 * 10000 is a little more than 9990
        return float(values[min(max(int(np.searchsorted(cumulative, wanted)), first), last)])

    low, high = map(percentile, PRESETS[name])
    # a few bright pixels on black
    return (float(values[first]), float(values[last])) if low == high else (low, high)


def _brightness(values, low, high, gamma, log):
    if low == high:
        return np.where(values < low, 0.0, np.where(values > high, 1.0, 0.5))
    t = np.clip((values - low) / (high - low), 0, 1)
    if log:
        t = np.log1p(_LOG_SPAN * t) / np.log1p(_LOG_SPAN)
    return t**gamma


def _is_border(slots, rows, line):
    """Where a pixel `line` rows or columns away belongs to something else."""
    here = slots[rows]
    numbers = np.arange(rows.start, rows.stop)
    above, below = (slots[np.clip(numbers + step, 0, len(slots) - 1)] for step in (-line, line))
    border = (above != here) | (below != here)
    border[:, line:] |= here[:, :-line] != here[:, line:]
    border[:, :-line] |= here[:, line:] != here[:, :-line]
    border[:, :line] |= here[:, :1] != here[:, :line]
    border[:, -line:] |= here[:, -1:] != here[:, -line:]
    return border


def _on_hatch(hatch, first_row, pitch, line):
    if not hatch.any():
        return np.zeros(hatch.shape, bool)
    y, x = np.ogrid[first_row : first_row + hatch.shape[0], : hatch.shape[1]]
    falling = (x - y) % pitch < 3 * line
    rising = (x + y) % pitch < 3 * line
    dots = (x % pitch < 4 * line) & (y % pitch < 4 * line)
    return ((hatch == 1) & falling) | ((hatch == 2) & rising) | ((hatch == 3) & dots)


def _parts(opacity) -> int:
    """Of 256."""
    return int(rounded(256 * min(max(opacity, 0), 1)))


def _length_text(length, unit) -> str:
    """A length with its unit: nm become pm below 0.1 nm and µm from 1000 nm."""
    name = unit
    if unit == "nm":
        near = 1 - 1e-9
        for prefix, size, least in (("mm", 1e6, 1), ("µm", 1e3, 1), ("nm", 1, 0.1), ("pm", 1e-3, 0)):
            if length >= size * least * near:
                name, length = prefix, length / size
                break
    if unit.startswith("1/"):
        name = f"{unit[2:]}⁻¹"
    return f"{length:.6g} {name}"


def _font(size):
    """The font of HyperSpy's figures: the one that Pillow brings has no µ."""
    import matplotlib
    from PIL import ImageFont

    return ImageFont.truetype(str(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), size)


def is_number(value) -> bool:
    """Whether a value of a `view`, which may be anything, is a number that can be computed with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
