"""What is measured of an image before and after: sharpness, nearness to the truth, width of the blur, spectra."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.signals import Calibration

from ..metrics import psnr, ssim
from ..radial import noise_power, radial_spectrum
from ..width import pixel_length
from .scene import Scene

if TYPE_CHECKING:
    from ..frames import Found, RestoredFrame

#: What the measures mean, for tooltips.
SHARPNESS = "Root mean square frequency of what stands out of the noise: the finer the detail, the higher"
WIDTH = "Estimated standard deviation of the point spread where it was out of focus, the median"
NEARNESS = (
    ("psnr", "PSNR", "dB", 2, "Range of the truth over the root mean square of what differs from it"),
    ("ssim", "SSIM", "", 4, "How alike the structures of image and truth are; 1: the same"),
)


@dataclass(frozen=True, eq=False)
class Judged:
    """An image and the truth, where it is known: what is the same for every strength.

    Attributes
    ----------
    before, truth : (rows, columns) float array
        Without an info bar; the truth may be None.
    hidden : (rows, columns) bool array or None
        Where nothing can be judged, as a pixel is missing there, or the reference ends.
    box : (row0, row1, column0, column1)
        What was looked at.
    """

    before: np.ndarray
    truth: np.ndarray | None
    hidden: np.ndarray | None
    box: tuple[int, int, int, int]

    @classmethod
    def of(cls, scene: Scene, frame: RestoredFrame) -> Judged:
        """Of a scene, and what was made of it."""
        rows = slice(0, len(scene.seen) - frame.bar)
        outside = None if scene.inside is None else ~scene.inside
        hidden = [each[rows] for each in (frame.missing, outside) if each is not None]
        truth = None if scene.truth is None else scene.truth[rows].astype(float)
        return cls(scene.seen[rows].astype(float), truth, np.any(hidden, axis=0) if hidden else None, frame.box)

    def nearness(self, image: np.ndarray) -> dict[str, float]:
        """PSNR (dB) and SSIM of an image against the truth; those that there are, of an image large enough."""
        if self.truth is None:
            return {}
        part = image[: len(self.before)]
        part = part if self.hidden is None else np.where(self.hidden, np.nan, part)
        found = {}
        for name, measure in (("psnr", psnr), ("ssim", ssim)):
            with suppress(ValueError):  # too small, constant, or too little of it known: it has none
                found[name] = measure(part, self.truth)
        return found

    @cached_property
    def nearness_before(self) -> dict[str, float]:
        """Of the image before it was restored."""
        return self.nearness(self.before)

    @cached_property
    def truth_power(self) -> np.ndarray | None:
        """Radial spectrum of the truth where it was looked at; None where there is none."""
        return None if self.truth is None else radial_spectrum(self._part(self.truth))[1]

    @cached_property
    def noise(self) -> float:
        """Power of the noise in the image where it was looked at."""
        return noise_power(self._part(self.before))

    def _part(self, image: np.ndarray) -> np.ndarray:
        row0, row1, column0, column1 = self.box
        return image[row0:row1, column0:column1]


def measure_rows(judged: Judged, after: np.ndarray, found: Found, where: Calibration) -> list[dict]:
    """Rows of the table of measures.

    Parameters
    ----------
    judged : Judged
    after : (rows, columns) float array
        The image restored.
    found : Found
        The same, as `refocus` gives it.
    where : Calibration
        Of the image.
    """
    pixel = pixel_length(where) or 1.0
    sharpness = [each / pixel for each in (found.sharpness_before, found.sharpness_after)]
    rows = [_row("sharpness", "Sharpness", f"1/{where.unit}", *sharpness, help=SHARPNESS)]
    near = judged.nearness(after)
    for name, title, unit, digits, help in NEARNESS:
        if name in near:
            before = judged.nearness_before.get(name)
            rows.append(_row(name, title, unit, before, near[name], digits=digits, help=help))
    for name, unit, length in (("width", "px", 1.0), ("width_nm", where.unit, pixel_length(where))):
        if length is not None:
            rows.append(_row(name, "Blur width", unit, found.width.middle * length, None, help=WIDTH))
    return rows


def spectra_payload(judged: Judged, found: Found, where: Calibration) -> dict[str, Any]:
    """Radial power spectra before and after, as decimal logarithms.

    Parameters
    ----------
    judged : Judged
    found : Found
        The image restored.
    where : Calibration
        Of the image.

    Returns
    -------
    dict
        {} for an image that has no spectrum: too small, or nothing in it.
    """
    frequency, before, after = found.spectra
    if not len(frequency):
        return {}
    length = pixel_length(where) or 1.0
    truth = judged.truth_power
    return {
        "frequency": frequency / length,
        "unit": f"1/{where.unit}",
        "before": _log(before),
        "after": _log(after),
        "truth": None if truth is None else _log(truth),
        "cutoff": found.cutoff / length,
        "noise": float(_log(np.array(judged.noise))),
    }


def _row(name, title, unit, before, after, **others) -> dict[str, Any]:
    return {"name": name, "title": title, "unit": unit, "before": before, "after": after, **others}


def _log(power: np.ndarray) -> np.ndarray:
    """Decimal logarithm; NaN, a gap in the curve, where there is no power."""
    with np.errstate(divide="ignore"):
        log = np.log10(power)
    return np.where(np.isfinite(log), log, np.nan)
