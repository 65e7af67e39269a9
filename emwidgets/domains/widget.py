"""`segment` with sliders: the domains of an image, following the controls as they move."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import traitlets
from traitlets import Bool, Dict, Float, Int, List

from emwidgets import signals
from emwidgets.frontend.widget import AnalysisWidget, bundle, control
from emwidgets.frontend.wire import array_payload, pixels_payload

from .parameters import Parameters
from .picture import domain_picture
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
    spectrum: dict = field(default_factory=dict)  # filled with the first result, as the image keeps it

    @cached_property
    def digest(self) -> str:
        """Of its pixels as they are in the file; read once, and not before there is a result to say it of."""
        return signals.pixel_digest(self.signal)


@dataclass(frozen=True, eq=False)
class _Seen:
    """What was found in an image; the signals of the public result wait until somebody wants them."""

    chosen: _Chosen
    parameters: Parameters
    found: FrameFound

    @cached_property
    def provenance(self) -> signals.Provenance:
        chosen = self.chosen
        return made_from(chosen.signal, self.parameters, chosen.pixel_size, chosen.digest)

    @cached_property
    def segmentation(self) -> Segmentation:
        return Segmentation(self.chosen.where, (self.found,), self.parameters, self.provenance)


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

    front_end = "domains"
    _esm, _css = bundle(front_end)
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
        List(List(Float(), minlen=2, maxlen=2), help="Peaks taken in by hand, (kx, ky)"), label="Peaks", stage=1
    )
    exclude = control(
        List(List(Float(), minlen=2, maxlen=2), help="Peaks taken out by hand, (kx, ky)"), label="Peaks", stage=1
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
    selection = Dict(
        default_value={"peak": None, "domain": None},
        per_key_traits={"peak": Int(allow_none=True), "domain": Int(allow_none=True), "followed": Bool()},
        help="row of peaks and label of the domain chosen; whether the front end moved it to follow a new result",
    ).tag(sync=True)

    def __init__(self, signal, **controls):
        unknown = controls.keys() - {*self.control_names(), "view", "selection", "layout"}
        if unknown:
            raise TypeError(
                f"DomainExplorer has no control {', '.join(sorted(unknown))}; it has {', '.join(self.control_names())}"
            )
        numbers = np.ndarray | np.generic
        controls = {name: each.tolist() if isinstance(each, numbers) else each for name, each in controls.items()}
        _stage_parameters(controls)
        self._signal = signal
        self._navigation = signals.calibration(signal, kind=None, pixel_size=1.0).navigation_shape
        self._chosen = self._choose(controls.get("frame", 0), controls.get("pixel_size"))
        self._looked_at: _Chosen | None = None
        super().__init__(provenance={"title": self._chosen.where.title}, image=self._chosen.image, **controls)

    @property
    def result(self) -> Segmentation:
        """What was found with the controls as they stand now; computed here and now if it is not there yet."""
        return self._answered().segmentation

    def code_of(self, parameters, argument=None):
        """Python call on the image of the stack that `frame` chooses."""
        others = {name: value for name, value in parameters.items() if name != "frame"}
        return super().code_of(others, argument or f"signal{self._inav(parameters['frame'])}")

    @traitlets.validate("frame")
    def _frame_exists(self, proposal):
        frames = math.prod(self._navigation)
        if proposal["value"] >= frames:
            raise traitlets.TraitError(f"frame is {proposal['value']}: the signal has frames 0 to {frames - 1}")
        return proposal["value"]

    def admit(self, parameters):
        """Raise where `segment` would, but for what only the pixels can tell."""
        _stage_parameters(parameters)
        signals.calibration(self._signal, pixel_size=parameters["pixel_size"])

    def origin(self):
        """Title of the signal, and digest of the image that `frame` chooses."""
        chosen, frame = self._chosen, self.frame
        return {
            "title": chosen.where.title,
            "digest": chosen.digest if chosen.frame == frame else signals.pixel_digest(self._alone(frame)),
        }

    @contextmanager
    def elsewhere(self):
        """Another image has stages of its own, so that many values can be tried on it and this one keeps its own."""
        here, before = self._chosen, self._looked_at
        try:
            yield
        finally:
            self._looked_at = before if self._chosen is here else self._chosen
            self._chosen = here

    def analyse(self, parameters, checkpoint):
        """Run the stages that a change has touched."""
        asked = _stage_parameters(parameters)
        chosen = self._choose(parameters["frame"], parameters["pixel_size"], self._chosen, self._looked_at)
        self._chosen, self._looked_at = chosen, None
        return _Seen(chosen, asked, chosen.stages.run(asked, checkpoint))

    def present(self, result):
        """Wire forms of all that was found."""
        found, chosen, where = result.found, result.chosen, result.chosen.where
        if not chosen.spectrum:
            chosen.spectrum.update(spectrum_payload(found.spectrum, where.unit))
        return {
            "image": chosen.image,
            "spectrum": chosen.spectrum,
            "peaks": peaks_payload(found.peaks, where.unit),
            "domains": domains_payload(found.domains, where.unit),
            "runs": array_payload(found.runs),
            "totals": totals_payload(found, where.unit),
            "mixture": mixture_payload(found.mixture),
        }

    def made(self, result):
        """Provenance of the public result."""
        return result.provenance.to_dict()

    def picture(self, result):
        """The image with its domains, as `view` says."""
        chosen = result.chosen
        where = chosen.where
        whole = chosen.image
        if whole["binned"] > 1:
            size = max(where.frame_shape)
            whole = pixels_payload(chosen.stages.frame, scale=where.scale, unit=where.unit, max_size=size)
        return domain_picture(whole, result.found, self.view)

    def in_force(self, result):
        """Values of the controls with what was derived from the image."""
        where = result.chosen.where
        return vars(result.found.parameters) | ({"pixel_size": where.scale[1]} if where.calibrated else {})

    def describe(self, result):
        """Ranges and units that depend on the image."""
        where = self._chosen.where if result is None else result.chosen.where
        return ranges(where, math.prod(self._navigation), None if result is None else result.found.parameters)

    def _choose(self, index, pixel_size, *formers: _Chosen | None) -> _Chosen:
        """Read an image, unless it is one of those that are there."""
        same_frame = [former for former in formers if former and former.frame == index]
        for former in same_frame:
            if former.pixel_size == pixel_size:
                return former
        where = signals.calibration(self._signal, pixel_size=pixel_size)
        pixels = same_frame[0].stages.frame if same_frame else signals.frame(self._signal, index)
        image = pixels_payload(
            pixels,
            scale=where.scale,
            offset=where.offset,
            unit=where.unit,
            quantity=str(self._signal.metadata.get_item("Signal.quantity", "") or "intensity"),
        )
        chosen = _Chosen(
            frame=index,
            pixel_size=pixel_size,
            signal=self._alone(index),
            where=replace(where, navigation_shape=(), navigation_axes=(), lazy=False),
            stages=FrameStages(pixels, where.scale, where.unit, where.offset),
            image=image,
        )
        if same_frame and "digest" in vars(same_frame[0]):
            vars(chosen)["digest"] = same_frame[0].digest  # the pixels are the same
        return chosen

    def _alone(self, index) -> Signal2D:
        """One image of the stack."""
        return self._signal.inav[self._indices(index)] if self._navigation else self._signal

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
