"""What can be measured in each picture of a particle, in nm, one row a frame; no network takes part."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from itertools import chain
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.signals import Calibration, calibration, provenance
from emwidgets.signals.labels import frame_table
from emwidgets.signals.pixels import clean
from emwidgets.signals.runs import computed, in_runs

from .incomplete import incomplete, lost
from .measures.measure import Measured, measure
from .measures.polygon import angles, distances, ferets, moments, sides
from .scan import FWHM

if TYPE_CHECKING:
    import pandas as pd

#: Units of the columns; "length" stands for nm, or px where the signal is not calibrated. "" has none.
COLUMNS = {
    "area": "length²",
    "perimeter": "length",
    "equivalent_diameter": "length",
    "feret_max": "length",
    "feret_min": "length",
    "centroid_x": "length",
    "centroid_y": "length",
    "signal": "",
    "volume": "nm³",
    "mean_thickness": "nm",
    "max_thickness": "nm",
    "thickness_ratio": "",
    "gyration": "length",
    "moment_major": "length²",
    "moment_minor": "length²",
    "orientation": "deg",
    "n_vertices": "",
    "vertices": "length",
    "edge_lengths": "length",
    "angles": "deg",
    "corner_distances": "length",
    "asymmetry": "",
    "asymmetry_peak": "",
    "touches_border": "",
    "problem": "",
}

#: Columns that hold an array in each row.
_ARRAYS = ("vertices", "edge_lengths", "angles", "corner_distances")


def features(
    signal, *, pixel_size: float | None = None, per_nm: float | None = None, probe: float | None = None
) -> pd.DataFrame:
    """Measure the particle in each image: outline, size, volume, corners and symmetry.

    Parameters
    ----------
    signal : Signal2D
        STEM images (dark field), each of one bright particle on a darker background (of several the largest is taken),
        lazy or not. An uncalibrated signal is measured in px, and said to be so.
    pixel_size : float, optional
        Size of a pixel in nm; overrules what the signal says.
    per_nm : float, optional
        Signal of a pixel for one nm of the particle. From it thickness and volume follow. Left out, it is taken from
        the metadata of an image of `simulate`; without it they are NaN.
    probe : float, optional
        Full width at half maximum of the probe, nm (px for an uncalibrated signal). Taken from the metadata of an image
        of `simulate`; else found from each picture, which is less exact: areas scatter by 2 % instead of 1 %, and that
        of a particle whose faces stand along the beam comes out up to 7 % too large.

    Returns
    -------
    DataFrame
        One row for each frame: frame (flat index); a column for each navigation axis; then

        - area, perimeter, equivalent_diameter (of a circle of this area), feret_max and feret_min (longest and shortest
          caliper), of the polygon that fits the silhouette;
        - centroid_x, centroid_y of the signal, in the coordinates of the signal's axes;
        - signal (sum over the background), volume, mean_thickness, max_thickness, thickness_ratio (largest to mean);
        - gyration (radius, of the signal), moment_major and moment_minor (second moments of the signal about its
          principal axes), orientation (of the major one, degrees from x towards y, 0 to 180);
        - n_vertices, vertices (n, 2) as x and y, edge_lengths (n,) of the edge from each vertex to the next, angles
          (n,) inside of the polygon at each vertex, corner_distances (n, n) between the vertices: arrays in each row;
        - asymmetry: what is not the same when the picture is turned by 180° about its best centre, root mean square
          over that of the picture, noise taken off (negative where there is less than noise). That of an uncut cuboid
          is 0 in every orientation. asymmetry_peak: its largest value over noise;
        - touches_border: part of the particle may lie outside of the image, or where pixels are missing, saturated or
          of a border that was filled up: the numbers are those of the part that is seen;
        - problem: why a frame could not be measured; "" where it could. Numbers of such a frame are NaN.

        ``attrs["units"]`` has the units of the columns, ``attrs["unit"]`` that of lengths ("nm" or "px"),
        ``attrs["calibrated"]`` whether it is known, ``attrs["provenance"]`` how the table was made.

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images.
    emwidgets.signals.UncalibratedError
        If its axes are calibrated, but are no lengths.
    ValueError
        If the signal has no frame, or an argument is no positive number. A frame that cannot be measured is no error.

    Examples
    --------
    >>> from emwidgets import particles
    >>> image = particles.simulate(particles.cuboid(12, 13, 14), orientation=(0.3, 0.2, 0.1, 0.927), seed=1)
    >>> row = particles.features(image).iloc[0]
    >>> int(row.n_vertices), round(float(row.volume), -2)
    (6, 2200.0)
    """
    where = calibration(signal, "length", pixel_size)
    if not len(where):
        raise ValueError(
            f"'{where.title or 'the signal'}' has no frame: its navigation shape is {where.navigation_shape}; "
            "give a signal with at least one"
        )
    for name, value in (("per_nm", per_nm), ("probe", probe)):
        good = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value) and value > 0
        if value is not None and not good:
            raise ValueError(f"{name} is {value!r}: expected a positive number")
    asked = {"pixel_size": pixel_size, "per_nm": per_nm, "probe": probe}
    known_per_nm, known_probe = _simulated(signal) if where.calibrated else (None, None)
    per_nm = known_per_nm if per_nm is None else float(per_nm)
    probe = known_probe if probe is None else float(probe)
    rows = computed(
        in_runs(partial(_of_frames, where=where, per_nm=per_nm, probe=probe), signal, where, _joined), where, _joined
    )
    table = frame_table(where, {name: _column(name, rows) for name in COLUMNS})
    units = {name: unit.replace("length", where.unit) for name, unit in COLUMNS.items() if unit}
    table.attrs["units"] = table.attrs["units"] | units
    made = provenance(signal, features, asked, digest=not where.lazy)
    table.attrs |= {"unit": where.unit, "calibrated": where.calibrated, "provenance": made.to_dict()}
    return table


def _simulated(signal) -> tuple[float | None, float | None]:
    """Signal per nm and probe (nm) of an image of `simulate`, from its metadata; None where they are not there."""
    made = signal.metadata.get_item("emwidgets", None)
    if made is None or made.get_item("function", "") != "emwidgets.particles.simulate":
        return None, None
    counts, gain = made.get_item("counts_per_nm", None), made.get_item("parameters.imaging.gain", None)
    probe = made.get_item("parameters.imaging.probe", None)
    return (counts * gain if counts and gain else None), probe or None


def _joined(parts: Iterable[list]) -> list[dict]:
    return list(chain.from_iterable(parts))


def _of_frames(frames, first: int, *, where: Calibration, per_nm, probe) -> list[dict]:
    """Rows of some frames."""
    blur = None if probe is None else probe / FWHM / math.sqrt(where.scale[0] * where.scale[1])
    rows = []
    for number, frame in enumerate(frames, first):
        name = where.name_of(number)
        try:
            image, missing = clean(frame, name)
            found = measure(image, blur)
            hidden = incomplete(image, lost(frame, missing), found.frame)
            rows.append(_row(found, where, per_nm) | {"touches_border": found.frame.touches or hidden})
        except ValueError as error:
            told = str(error)
            rows.append({"problem": told if told.startswith(name) else f"{name}: {told}"})
    return rows


def _row(found: Measured, where: Calibration, per_nm: float | None) -> dict:
    """A particle in the units of the signal's axes."""
    pixel = where.scale[0] * where.scale[1]
    vertices = np.column_stack(where.to_physical(found.outline.vertices[:, 1], found.outline.vertices[:, 0]))
    area = moments(vertices)[0]
    lengths = sides(vertices)
    mean = found.total * pixel / area
    scale = np.array([where.scale[1], where.scale[0]])
    (minor, major), axes = np.linalg.eigh(found.moments * scale * scale[:, None])
    axis = axes[:, 1]
    x, y = where.to_physical(found.centroid[1], found.centroid[0])
    return {
        "area": area,
        "perimeter": lengths.sum(),
        "equivalent_diameter": 2 * math.sqrt(area / math.pi),
        **dict(zip(("feret_max", "feret_min"), ferets(vertices), strict=True)),
        "centroid_x": x,
        "centroid_y": y,
        "signal": found.total,
        "volume": found.total * pixel / per_nm if per_nm and where.calibrated else math.nan,
        "mean_thickness": mean / per_nm if per_nm else math.nan,
        "max_thickness": found.thickest / per_nm if per_nm else math.nan,
        "thickness_ratio": found.thickest / mean,
        "gyration": math.sqrt(max(minor + major, 0)),
        "moment_major": major,
        "moment_minor": minor,
        "orientation": math.degrees(math.atan2(axis[1], axis[0])) % 180,
        "n_vertices": len(vertices),
        "vertices": vertices,
        "edge_lengths": lengths,
        "angles": angles(vertices),
        "corner_distances": distances(vertices),
        "asymmetry": found.inversion.asymmetry,
        "asymmetry_peak": found.inversion.peak,
        "problem": "",
    }


def _column(name: str, rows: list[dict]) -> np.ndarray:
    """A column of the table; NaN, empty arrays, or text where a frame has no such number."""
    if name in _ARRAYS:
        empty = {"vertices": (0, 2), "corner_distances": (0, 0)}.get(name, (0,))
        column = np.empty(len(rows), object)
        for number, row in enumerate(rows):
            column[number] = row.get(name, np.empty(empty))
        return column
    if name == "problem":
        return np.array([row["problem"] for row in rows], object)
    if name == "touches_border":
        return np.array([row.get(name, False) for row in rows], bool)
    return np.array([row.get(name, math.nan) for row in rows], float)
