"""How the explorer shows what was found: tables with headings, units and tooltips, and the ranges of its controls."""

from __future__ import annotations

from math import floor, log10, pi

import numpy as np

from emwidgets.frontend.wire import Column, pixels_payload, plain, table_payload
from emwidgets.signals import Calibration

from .clustering import disc_size
from .mixture import FEATURES, Mixture
from .parameters import Parameters
from .spectrum import PowerSpectrum
from .stages import FrameFound

#: The two features in the chart of the peaks.
CHART = ("sharpness", "excess")


def peaks_payload(peaks, unit: str) -> dict:
    """Table of the peaks; `unit` is that of lengths, "nm" or "px"."""
    per = f"1/{unit}"
    return table_payload(
        peaks,
        [
            Column("kx", "kx", per, "Position in the spectrum, along the rows of the image", 3),
            Column("ky", "ky", per, "Position in the spectrum, down the columns of the image", 3),
            Column("d_spacing", "d", unit, "Lattice spacing, 1/|k|", 4),
            Column("d_error", "± d", unit, "Standard error of the lattice spacing", 4),
            Column("angle", "Angle", "°", "Direction of k from the x axis towards the y axis", 1),
            Column("intensity", "Intensity", "", "Power over the median at this radius", 1),
            Column("sharpness", "Sharpness", "", "Power of the peak over that around it: 1 in noise", 2),
            Column("excess", "Excess", "", "Largest local power over the noise around it", 1),
            Column("probability", "Probability", "", "Of being crystalline, by the mixture", 3),
            Column("crystalline", "Crystalline", "", "Whether the domains are made of it"),
            Column("family", "Reflection", "", "Peaks of one spacing and direction share a number; -1 is none"),
            Column("physical", "Physical", "", "Whether it can come from a lattice"),
            Column("reason", "Reason", "", "Why it cannot, or how it came in"),
        ],
    )


def domains_payload(domains, unit: str) -> dict:
    """Table of the domains; `unit` is that of lengths, "nm" or "px"."""
    return table_payload(
        domains,
        [
            Column("label", "Domain", "", "Number of the domain"),
            Column(
                "grain",
                "Grain",
                "",
                "Domains that share their place are one grain; 0 lies over several grains",
            ),
            Column("family", "Reflection", "", "Number of the reflection, as in the table of peaks"),
            Column("d_spacing", "d", unit, "Lattice spacing within the domain", 4),
            Column("d_error", "± d", unit, "Standard error of the lattice spacing", 4),
            Column("orientation", "Angle", "°", "Direction of k, across the lattice planes, from x towards y", 1),
            Column("area", "Area", f"{unit}²", "Area of the domain", 2 if unit == "nm" else 0),
            Column("equivalent_diameter", "Diameter", unit, "Of the circle with that area", 2),
            Column("centroid_x", "x", unit, "Centre of mass", 2),
            Column("centroid_y", "y", unit, "Centre of mass", 2),
        ],
    )


def totals_payload(found: FrameFound, unit: str) -> dict:
    """What is one number, or says why there is none."""
    return plain(
        {
            "shape": found.labels.shape,
            "paint": found.paint,
            "crystalline": len(found.domains) > 0,
            "crystalline_area": found.crystalline_area,
            "crystalline_fraction": found.crystalline_fraction,
            "n_grains": found.domains.loc[found.domains["grain"] > 0, "grain"].nunique(),
            "n_domains": len(found.domains),
            "n_families": found.domains["family"].nunique(),
            "d_spacings": found.d_spacings,
            "area_unit": f"{unit}²",
            "length_unit": unit,
            "message": found.message,
        }
    )


def mixture_payload(mixture: Mixture | None) -> dict:
    """Means and covariances of the two components in the features of the `CHART`, in decimal logarithms."""
    if mixture is None:
        return {}
    shown = [FEATURES.index(name) for name in CHART]
    return plain(
        {
            "x": CHART[0],
            "y": CHART[1],
            "means": mixture.means[:, shown],
            "covariances": mixture.covariances[:, shown][:, :, shown],
            "names": ["noise", "crystal"],
            "log": True,
        }
    )


def spectrum_payload(spectrum: PowerSpectrum, unit: str) -> dict:
    """Decimal logarithm of a power spectrum, as Pixels; `unit` is that of lengths."""
    power = spectrum.full()
    least = power[power > 0].min(initial=1.0)
    return pixels_payload(
        np.log10(np.maximum(power, least)),
        scale=spectrum.step,
        offset=tuple(-(n // 2) * step for n, step in zip(power.shape, spectrum.step, strict=True)),
        unit=f"1/{unit}",
        quantity="log₁₀ power",
    )


def ranges(where: Calibration, frames: int, in_force: Parameters | None) -> dict[str, dict]:
    """Units, ranges and equivalents in px of the controls, for one image of `frames` and what is in force on it.

    They follow from the image alone, so that a slider does not shift under the hand; only what is out of range
    widens it.
    """
    unit, pixel = where.unit, float(np.sqrt(where.scale[0] * where.scale[1]))
    pixels = where.frame_shape[0] * where.frame_shape[1]
    shortest = min(n * step for n, step in zip(where.frame_shape, where.scale, strict=True))
    blur = min(64.0, min(where.frame_shape) / 4)  # px, of the smallest aperture
    reach = in_force.eps / pixel if in_force else 12
    largest = pixels * pixel**2 / 10
    entries = {
        "d_range": _span(unit, 2 * max(where.scale), shortest / 2),
        "aperture": _span(f"1/{unit}", 1 / (2 * pi * blur * pixel), 1 / (2 * pi * 3 * pixel)),
        "eps": {"unit": unit, "min": pixel, "max": 12 * pixel, "step": _step(pixel)},
        "min_samples": {"min": 1, "max": disc_size(reach)},
        "min_area": {"unit": f"{unit}²", "min": 0, "max": largest, "step": _step(largest / 20)},
        "pixel_size": {"min": 0.001, "max": 10.0, "step": 0.0001},
        "frame": {"max": frames - 1},
    }
    if in_force is None:
        return entries
    for name in ("d_range", "aperture", "eps", "min_samples", "min_area"):
        values = np.atleast_1d(getattr(in_force, name)).tolist()
        entries[name]["min"] = min(entries[name]["min"], *values)
        entries[name]["max"] = max(entries[name]["max"], *values)
    if where.calibrated:
        for name, size, power in (("aperture", 1 / pixel, "px⁻¹"), ("eps", pixel, "px"), ("min_area", pixel**2, "px²")):
            entries[name] |= {"px": getattr(in_force, name) / size, "pxUnit": power}
    return entries


def _span(unit, low, high):
    return {"unit": unit, "min": low, "max": high, "step": _step(low)}


def _step(size):
    """A power of ten that is a few per cent of `size`."""
    return 10.0 ** floor(log10(size) - 1)
