"""`segment` with sliders: the domains of an image, following the controls as they move."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import traitlets
from traitlets import Dict, Float, Int, List

from emwidgets import signals
from emwidgets.frontend.widget import AnalysisWidget, bundle, control
from emwidgets.frontend.wire import array_payload, pixels_payload

from .parameters import Parameters
from .presentation import domains_payload, mixture_payload, peaks_payload, ranges, spectrum_payload, totals_payload
from .segment import Segmentation, made_from
from .stages import FrameFound, FrameStages

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D


@dataclass(frozen=True, eq=False)
class _Chosen:
    """The image that is looked at, and the stages that remember what was computed of it."""

    frame: int
    pixel_size: float | None
    signal: Signal2D
    where: signals.Calibration
    stages: FrameStages
    image: dict


@dataclass(frozen=True, eq=False)
class _Seen:
    """What was found in an image; the signals and the digest of the public result wait until somebody wants them."""

    chosen: _Chosen
    parameters: Parameters
    found: FrameFound

    @cached_property
    def segmentation(self) -> Segmentation:
        made = made_from(self.chosen.signal, self.parameters, self.chosen.pixel_size)
        return Segmentation(self.chosen.where, (self.found,), self.parameters, made)


class DomainExplorer(AnalysisWidget):
    """Find the crystalline domains of an atomic-resolution image and follow them as the parameters move.

    Parameters
    ----------
    signal : Signal2D
        An HRTEM or STEM image, or a stack of them, of which `frame` chooses one; lazy or not, any class. In nm, or
        uncalibrated and then measured in px until `pixel_size` is given.
    frame : int
        Flat index of the image in a stack (the first navigation axis of HyperSpy runs fastest).
    **controls
        Keyword arguments of `emwidgets.domains.segment`, with the same names, units and defaults.

    Raises
    ------
    TypeError, ValueError
        If `signal` is no signal of images, or its image has nothing to analyse (constant, no valid pixel, fewer than
        32 × 32 px, negative scale), or if a control has an impossible value.

    Examples
    --------
    >>> import emwidgets as emw
    >>> explorer = emw.DomainExplorer(emw.examples.cdte_twin(), threshold=0.7)
    >>> explorer.to_code()
    'emw.domains.segment(signal, threshold=0.7)'
    >>> explorer.min_area = 2.0
    >>> bool(explorer.result.domains["area"].min() >= 2.0)
    True
    """

    _esm, _css = bundle("domains")
    call = "emw.domains.segment"

    threshold = control(
        Float(0.5, min=0, max=1, help="Probability from which a peak counts as crystalline; lower finds more"),
        label="Threshold",
        stage=1,
        min=0,
        max=1,
        step=0.01,
    )
    d_range = control(
        List(Float(), None, minlen=2, maxlen=2, allow_none=True, help="Lattice spacings that can be real"),
        label="d-spacing",
        stage=0,
        scale="log",
    )
    aperture = control(
        Float(None, allow_none=True, help="Radius of the filter around each reflection; smaller blurs more"),
        label="Aperture",
        stage=2,
        scale="log",
    )
    amplitude = control(
        Float(0.5, min=0, max=1, help="Share of a reflection's full amplitude from which a place is crystalline"),
        label="Amplitude",
        stage=2,
        min=0.05,
        max=0.95,
        step=0.01,
    )
    eps = control(
        Float(None, allow_none=True, help="Pixels this close belong together (eps of DBSCAN); larger joins domains"),
        label="Reach",
        stage=3,
    )
    min_samples = control(
        Int(None, allow_none=True, help="Pixels within reach of a domain's core (min_samples of DBSCAN)"),
        label="Neighbours",
        stage=3,
        unit="px",
        min=1,
        step=1,
    )
    min_area = control(
        Float(None, allow_none=True, help="Domains smaller than this are left out"),
        label="Smallest area",
        stage=4,
        min=0,
    )
    include = control(
        List(List(Float(), minlen=2, maxlen=2), help="Peaks taken in by hand, (kx, ky)"), label="Taken in", stage=1
    )
    exclude = control(
        List(List(Float(), minlen=2, maxlen=2), help="Peaks taken out by hand, (kx, ky)"), label="Taken out", stage=1
    )
    pixel_size = control(
        Float(None, allow_none=True, help="Size of a pixel, where the file says nothing or is wrong"),
        label="Pixel size",
        stage=0,
        unit="nm",
        scale="log",
    )
    frame = control(Int(0, min=0, help="Image of the stack"), label="Frame", stage=0, min=0, step=1)

    image = Dict(help="the image, as Pixels").tag(sync=True)
    spectrum = Dict(help="decimal logarithm of its power spectrum, k = 0 in the middle, as Pixels").tag(sync=True)
    peaks = Dict(help="table of the peaks, one row for each Friedel pair").tag(sync=True)
    domains = Dict(help="table of the domains").tag(sync=True)
    runs = Dict(help="mask of each domain as rows (start, length, label)").tag(sync=True)
    totals = Dict(help="crystalline area and what else is one number").tag(sync=True)
    mixture = Dict(help="ellipses of noise and crystal in the chart of the peaks").tag(sync=True)
    selection = Dict({"peak": None, "domain": None}, help="row of peaks and label of the domain chosen").tag(sync=True)

    def __init__(self, signal, **controls):
        unknown = controls.keys() - {*self.control_names(), "view", "selection", "layout"}
        if unknown:
            raise TypeError(
                f"DomainExplorer has no control {', '.join(sorted(unknown))}; it has {', '.join(self.control_names())}"
            )
        controls = {name: each.tolist() if isinstance(each, np.ndarray) else each for name, each in controls.items()}
        _stage_parameters(controls)
        self._signal = signal
        self._navigation = signals.calibration(signal, kind=None, pixel_size=1.0).navigation_shape
        self._chosen = self._choose(controls.get("frame", 0), controls.get("pixel_size"), None)
        self._spectrum: tuple = None, {}
        super().__init__(title=self._chosen.where.title, image=self._chosen.image, **controls)

    @property
    def result(self) -> Segmentation:
        """What was found with the controls as they stand now; computed here and now if it is not there yet."""
        return super().result.segmentation

    def to_code(self) -> str:
        """Python call that gives this very result, with every argument that is not its default."""
        chosen = self.parameters()
        return self.code_of(f"signal{self._inav(chosen.pop('frame'))}", chosen)

    @traitlets.validate("frame")
    def _frame_exists(self, proposal):
        frames = math.prod(self._navigation)
        if proposal["value"] >= frames:
            raise traitlets.TraitError(f"frame is {proposal['value']}: the signal has frames 0 to {frames - 1}")
        return proposal["value"]

    def analyse(self, parameters, checkpoint):
        """Run the stages that a change has touched."""
        asked = _stage_parameters(parameters)
        chosen = self._chosen = self._choose(parameters["frame"], parameters["pixel_size"], self._chosen)
        return _Seen(chosen, asked, chosen.stages.run(asked, checkpoint))

    def present(self, result):
        """Wire forms of all that was found."""
        found, where = result.found, result.chosen.where
        if self._spectrum[0] is not found.spectrum:  # the same as long as the image is
            self._spectrum = found.spectrum, spectrum_payload(found.spectrum, where.unit)
        return {
            "image": result.chosen.image,
            "spectrum": self._spectrum[1],
            "peaks": peaks_payload(found.peaks, where.unit),
            "domains": domains_payload(found.domains, where.unit),
            "runs": array_payload(found.runs),
            "totals": totals_payload(found, where.unit),
            "mixture": mixture_payload(found.mixture),
        }

    def in_force(self, result):
        """Values of the controls with what was derived from the image."""
        where = result.chosen.where
        return vars(result.found.parameters) | ({"pixel_size": where.scale[1]} if where.calibrated else {})

    def describe(self, result):
        """Ranges and units that depend on the image."""
        where = self._chosen.where if result is None else result.chosen.where
        return ranges(where, math.prod(self._navigation), None if result is None else result.found.parameters)

    def _choose(self, index, pixel_size, former: _Chosen | None) -> _Chosen:
        """Read an image, unless it is the one that is there."""
        if former and (former.frame, former.pixel_size) == (index, pixel_size):
            return former
        where = signals.calibration(self._signal, pixel_size=pixel_size)
        pixels = former.stages.frame if former and former.frame == index else signals.frame(self._signal, index)
        own = self._signal.inav[self._indices(index)] if self._navigation else self._signal
        alone = replace(where, navigation_shape=(), navigation_axes=(), lazy=False)
        image = pixels_payload(
            pixels,
            scale=where.scale,
            offset=where.offset,
            unit=where.unit,
            quantity=str(self._signal.metadata.get_item("Signal.quantity", "") or "intensity"),
        )
        return _Chosen(index, pixel_size, own, alone, FrameStages(pixels, where.scale, where.unit, where.offset), image)

    def _indices(self, index) -> tuple[int, ...]:
        """Of a frame, in HyperSpy's order of the navigation axes."""
        return tuple(int(i) for i in reversed(np.unravel_index(index, self._navigation)))

    def _inav(self, index) -> str:
        return f".inav[{', '.join(map(str, self._indices(index)))}]" if self._navigation else ""


def _stage_parameters(controls: dict) -> Parameters:
    """The controls that are parameters of the stages, checked."""
    own = {name: value for name, value in controls.items() if name in Parameters.__dataclass_fields__}
    if own.get("d_range") is not None:
        own["d_range"] = tuple(own["d_range"])  # as in the defaults that the stages fill in
    return Parameters(**own)
