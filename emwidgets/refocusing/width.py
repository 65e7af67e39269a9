"""How far an image was out of focus, where it was: the defocus map in a few numbers and a sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emwidgets.signals import Calibration

#: Widths below this, px, are called in focus: the pixel itself is 0.29 px wide.
LEAST = 0.5
#: Share from which all of an image is meant, and below which none.
ALL, NONE = 0.99, 0.005


@dataclass(frozen=True)
class Width:
    """How wide an image was blurred, where it was.

    Attributes
    ----------
    share : float
        Of its pixels that were out of focus.
    middle, spread : float
        Median of the width of the blur (a standard deviation) over these, and half of the range that holds 68 % of
        them, px; NaN where there are none.
    """

    share: float
    middle: float
    spread: float

    @classmethod
    def of(cls, widths: np.ndarray) -> Width:
        """Of a map of widths, px."""
        out = widths[widths >= LEAST]
        share = out.size / widths.size if widths.size else 0.0
        if share < NONE:
            return cls(share, np.nan, np.nan)
        low, middle, high = np.percentile(out, (16, 50, 84))
        return cls(share, float(middle), float(high - low) / 2)


def pixel_length(where: Calibration) -> float | None:
    """Length of a pixel in nm, the geometric mean where x and y differ; None where the image is not calibrated."""
    return float(np.sqrt(where.scale[0] * where.scale[1])) if where.calibrated else None


def sentence(width: Width, where: Calibration, part: str) -> str:
    """What the map says, in words.

    Parameters
    ----------
    width : Width
    where : Calibration
        Of the image.
    part : str
        What was looked at, "image" or "region".
    """
    if width.share < NONE:
        return f"No part of the {part} was found out of focus."
    share = f"{100 * width.share:.0f} %"
    far = f"{width.middle:.1f} ± {width.spread:.1f} px"
    length = pixel_length(where)
    if length is not None:
        far += f" ({width.middle * length:.3g} {where.unit})"
    if width.share >= ALL:
        return f"The whole {part} was out of focus by {far}."
    return f"{share} of the {part} was out of focus by {far}; the rest was left alone."
