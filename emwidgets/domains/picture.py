"""The image with its domains as a picture, coloured as in the browser (``src/domains/colours.ts``)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.frontend.colours import label_colour, label_hatch, rounded
from emwidgets.frontend.picture import Display, add_scale_bar, coloured, is_number, label_slots, paint_labels

from .stages import FrameFound

if TYPE_CHECKING:
    from PIL.Image import Image

#: What the front end takes where `view` says nothing.
OPACITY, COLOUR_BY = 0.45, "grain"


def domain_picture(pixels: Mapping[str, Any], found: FrameFound, view: Mapping[str, Any]) -> Image:
    """Image in colours, the domains over it, a scale bar.

    Parameters
    ----------
    pixels : mapping
        The image as `pixels_payload`, not binned.
    found : FrameFound
    view : mapping
        The `view` trait: overlay, opacity, fill, colour_by, and map, limits, gamma, log in image.
    """
    from PIL import Image

    picture = coloured(pixels, Display.of(view.get("image")))
    if view.get("overlay", True) and len(found.domains):
        opacity = view.get("opacity", OPACITY)
        opacity = opacity if is_number(opacity) else OPACITY
        domains = found.domains.set_index("label").loc[list(found.paint)]
        paint_labels(
            picture,
            label_slots(found.runs, found.paint, found.labels.shape),
            domain_colours(domains, view.get("colour_by")),
            [label_hatch(int(family)) for family in domains["family"]],
            opacity if view.get("fill", True) else 0.0,
        )
    image = Image.fromarray(picture)
    axis = pixels["axes"]["x"]
    add_scale_bar(image, axis["scale"], axis["unit"])
    return image


def domain_colours(domains, by) -> list[str]:
    """Colour of each row of a table of domains, by "grain", "family" or "orientation"."""
    if by == "orientation":
        return [orientation_colour(float(degrees)) for degrees in domains["orientation"]]
    return [label_colour(int(group)) for group in domains["family" if by == "family" else COLOUR_BY]]


def orientation_colour(degrees: float) -> str:
    """Even steps of hue at one lightness and chroma in Oklab (B. Ottosson, 2020), closed over 180°."""
    hue = math.tau * (degrees % 180) / 180 + 0.5
    a, b = 0.135 * math.cos(hue), 0.135 * math.sin(hue)
    lms = np.array(
        [
            0.74 + 0.3963377774 * a + 0.2158037573 * b,
            0.74 - 0.1055613458 * a - 0.0638541728 * b,
            0.74 - 0.0894841775 * a - 1.291485548 * b,
        ]
    )
    linear = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.707614701],
        ]
    ) @ (lms**3)
    inside = np.clip(linear, 0, 1)
    light = np.where(inside <= 0.0031308, 12.92 * inside, 1.055 * inside ** (1 / 2.4) - 0.055)
    return "#" + bytes(rounded(255 * light).astype(np.uint8).tolist()).hex()
