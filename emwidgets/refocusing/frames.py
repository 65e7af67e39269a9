"""One frame of any kind refocused: what a network has to be spared is taken out before, and put back after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import info_bar as bars
from .radial import radial_spectrum
from .recorded import Recorded, recorded
from .restore import Restored, restore
from .sharpness import sharpness
from .width import Width

#: Rows and columns from which on an image has a spectrum.
_SMALLEST = 4


@dataclass(frozen=True, eq=False)
class Found:
    """One frame refocused, with some strength.

    Attributes
    ----------
    image : (rows, columns) array
        Of the type of the frame; see `Recorded.with_real`.
    change : (rows, columns) float32 array
        Image less frame, of colours their luminance; NaN where a pixel is missing, as in the two that follow.
    defocus : (rows, columns) float32 array
        Estimated width of the blur, px; 0 where it is sharp, and where nothing was looked at.
    uncertainty : (rows, columns) float32 array
        Standard deviation of the image over flips and turns, in its units.
    cutoff : float
        1/px; up to a strength of 1 nothing was amplified beyond. NaN where there is a problem.
    sharpness_before, sharpness_after : float
        1/px, of what was looked at; NaN where that is too small to tell.
    spectra : (3, n) float array
        Frequencies in 1/px, and the power at them before and after; n is 0 for what is too small to have a spectrum.
    width : Width
        What the defocus map says of what was looked at.
    bar : int
        Rows at the bottom that are an info bar.
    problem : str
        Why the frame was left as it is; "" if it was not.
    """

    image: np.ndarray
    change: np.ndarray
    defocus: np.ndarray
    uncertainty: np.ndarray
    cutoff: float
    sharpness_before: float
    sharpness_after: float
    spectra: np.ndarray
    width: Width
    bar: int
    problem: str


@dataclass(frozen=True, eq=False)
class RestoredFrame:
    """A frame and what a network made of it, once for any strength.

    Attributes
    ----------
    recorded : Recorded
        The frame.
    change : (rows, columns) float32 array
        What strength 1 adds to it, before it is rounded to the type of the frame.
    defocus, uncertainty : (rows, columns) float32 array
        As `Found`, but without missing pixels, and for strength 1.
    cutoff : float
    bar : int
    problem : str
        As `Found`.
    box : (row0, row1, column0, column1)
        What was looked at: the region or the image, without its info bar.
    """

    recorded: Recorded
    change: np.ndarray
    defocus: np.ndarray
    uncertainty: np.ndarray
    cutoff: float
    bar: int
    problem: str
    box: tuple[int, int, int, int]

    @property
    def missing(self) -> np.ndarray | None:
        """Which pixels have no value: (rows, columns) bool; None if all have."""
        return self.recorded.missing

    @cached_property
    def before(self) -> np.ndarray:
        """The frame as (rows, columns) float32: of colours the luminance, missing pixels filled."""
        return self.recorded.real.astype(np.float32)

    @cached_property
    def restored(self) -> Restored | None:
        """What the network made of it, in the units of the frame; None where there is a problem."""
        if self.problem:
            return None
        image = (self.recorded.real + self.change).astype(np.float32)
        return Restored(image, self.defocus, self.uncertainty, self.cutoff)

    @cached_property
    def width(self) -> Width:
        """What the defocus map says of the valid pixels that were looked at."""
        seen = self._part(self.defocus)
        return Width.of(seen if self.missing is None else seen[~self._part(self.missing)])

    def at(self, strength: float) -> Found:
        """The frame refocused so much: 0 is as it was, 1 as the network says. Asks no network."""
        real = self.recorded.real
        image = self.recorded.with_real(real + strength * self.change)
        # what a mask covers is nobody's, and colours may not hold what was asked for: as it is read again
        after = recorded(np.ma.getdata(image)).real
        if self.missing is not None:
            after = np.where(self.missing, real + strength * self.change, after)
        sharp, (frequencies, power) = self._judged
        return Found(
            image=image,
            change=self._with_gaps(after - real),
            defocus=self._with_gaps(self.defocus),
            uncertainty=self._with_gaps(strength * self.uncertainty),
            cutoff=self.cutoff,
            sharpness_before=sharp,
            sharpness_after=self._sharpness(after),
            spectra=np.stack([frequencies, power, self._spectrum(after)[1]]),
            width=self.width,
            bar=self.bar,
            problem=self.problem,
        )

    @cached_property
    def _judged(self):
        """Sharpness and spectrum of the frame, whatever the strength."""
        return self._sharpness(self.recorded.real), self._spectrum(self.recorded.real)

    def _part(self, array: np.ndarray) -> np.ndarray:
        row0, row1, column0, column1 = self.box
        return array[row0:row1, column0:column1]

    def _with_gaps(self, array: np.ndarray) -> np.ndarray:
        if self.missing is not None:
            array = np.where(self.missing, np.nan, array)
        return array.astype(np.float32)

    def _sharpness(self, real: np.ndarray) -> float:
        part = self._part(real)
        return sharpness(part) if self._has_spectrum(part) else np.nan

    def _spectrum(self, real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        part = self._part(real)
        return radial_spectrum(part) if self._has_spectrum(part) else (np.empty(0), np.empty(0))

    def _has_spectrum(self, part: np.ndarray) -> bool:
        return not self.problem and min(part.shape) >= _SMALLEST


def restored_frame(
    pixels: np.ndarray,
    name: str,
    network: str = "mrn",
    *,
    turns: int = 2,
    region: tuple[int, int, int, int] | None = None,
    info_bar: str | int = "auto",
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RestoredFrame:
    """Ask a network about a frame.

    Parameters
    ----------
    pixels : (rows, columns) array
        As it is in the signal: numbers or colours, masked or not.
    name : str
        How messages call it.
    network : str
        As in `restore`.
    turns, progress, cancelled
        As in `restore`.
    region : (row0, row1, column0, column1), optional
        Where alone it is refocused.
    info_bar : "auto" or int
        Rows at the bottom that stay as they are.

    Returns
    -------
    RestoredFrame
        One without a valid pixel, or constant, is left as it is: see `RestoredFrame.problem`.

    Raises
    ------
    ValueError
        If the region lies in the info bar.
    emwidgets.refocusing.restore.Cancelled
        If `cancelled` said so.
    emwidgets.models.NetworkError
        If there is no such network, or its file is damaged.
    """
    seen = recorded(pixels)
    real = seen.real
    rows, columns = real.shape
    bar = _bar_of(real, info_bar, name) if seen.valid.size else 0
    problem = _problem(seen, rows - bar, name)
    box = _without_bar(region or (0, rows, 0, columns), rows - bar, name)
    nothing = np.zeros(real.shape, np.float32)
    if problem:
        return RestoredFrame(seen, nothing, nothing, nothing, np.nan, bar, problem, box)
    # from 0 to 1: what is small beside a large offset, or larger than float32 knows, is not lost on the network
    image = real[: rows - bar]
    low, span = image.min(), np.ptp(image)
    given = ((image - low) / span).astype(np.float32)
    made = restore(
        given, network, turns=turns, region=None if region is None else box, progress=progress, cancelled=cancelled
    )
    change, defocus, uncertainty = nothing, nothing.copy(), nothing.copy()
    change[: rows - bar] = (made.image - given) * span
    defocus[: rows - bar] = made.defocus
    uncertainty[: rows - bar] = made.uncertainty * span
    return RestoredFrame(seen, change, defocus, uncertainty, made.cutoff, bar, "", box)


def _problem(seen: Recorded, rows: int, name: str) -> str:
    """Why there is nothing to refocus in the first rows; "" if there is something."""
    real = seen.real[:rows]
    valid = real if seen.missing is None else real[~seen.missing[:rows]]
    if not valid.size:
        return f"{name} has no valid pixel (all are NaN, infinite or masked)"
    low, high = float(valid.min()), float(valid.max())
    if low == high:
        return f"{name} is constant (all {low:.6g}): there is nothing to refocus"
    if not np.isfinite(high - low):
        return f"{name} has values from {low:.3g} to {high:.3g}, too far apart to be an image"
    return ""


def _bar_of(real: np.ndarray, info_bar: str | int, name: str) -> int:
    if info_bar == "auto":
        return bars.rows(real)
    if info_bar >= len(real):
        raise ValueError(f"info_bar is {info_bar}: expected fewer rows than {name} has, {len(real)}")
    return int(info_bar)


def _without_bar(box: tuple[int, int, int, int], rows: int, name: str) -> tuple[int, int, int, int]:
    row0, row1, column0, column1 = box
    if row0 >= rows:
        raise ValueError(
            f"the region begins at row {row0}, in the info bar of {name}, which begins at row {rows}: choose another "
            "region, or say info_bar=0 if there is no info bar"
        )
    return row0, min(row1, rows), column0, column1
