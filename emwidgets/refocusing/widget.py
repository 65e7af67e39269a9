"""`refocus` to look at: an image before and after under one handle, what was changed, where it was out of focus."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from traitlets import Dict, TraitError, Unicode, validate

from emwidgets import signals
from emwidgets.frontend.status import message_of
from emwidgets.frontend.widget import AnalysisWidget, bundle
from emwidgets.signals.axes import title_of

from .comparer.blur import Blur
from .comparer.controls import Controls, plain_controls
from .comparer.memory import Memory
from .comparer.picture import comparison_picture
from .comparer.reference import reference_for
from .comparer.restoration import Asked, Shown, restored, shown
from .comparer.saving import IDLE, Saver
from .comparer.scene import Scene, indices, looked_at, one_of
from .regions import box_of, in_unit

if TYPE_CHECKING:
    from .refocused import Refocused

#: Seconds between looks at whether the image that is to be saved is there.
SOON = 0.05


@dataclass(frozen=True, eq=False)
class _Seen:
    """An image, the controls it was asked for with, and what was made of it, once something was."""

    scene: Scene
    parameters: Mapping[str, Any]
    shown: Shown | None = None


class RefocusComparer(Controls, AnalysisWidget):
    """Compare an image with what it would show in focus: under a swipe handle, side by side, in turn, or subtracted.

    Parameters
    ----------
    signal : Signal2D
        A SEM image, or a stack of images, of which `frame` chooses one; lazy or not, any class, of numbers or colours.
        In nm, or uncalibrated and then measured in px.
    reference : Signal2D, optional
        The same place in focus, of the same shape: one image, or one for each of the stack. It is laid onto the image
        before PSNR and SSIM are taken.
    **controls
        Keyword arguments of `emwidgets.refocusing.refocus`, with the same names and defaults: network, strength, turns
        and region, (x0, x1, y0, y1) in nm (px if not calibrated) or a HyperSpy RectangularROI. And frame; blur (True
        puts the image out of focus first, so that the truth is known), blur_sigma (px), blur_shape ("gaussian", "disc",
        "astigmatic"), blur_where ("everywhere", "tilt", "step", "random"), blur_noise (of the image's range),
        blur_seed.

    Raises
    ------
    TypeError, ValueError, TraitError
        If `signal` is no signal of images, `reference` none of the same place; or if there is no such control, or it
        has an impossible value.

    Examples
    --------
    >>> import emwidgets as emw
    >>> comparer = emw.RefocusComparer(emw.examples.cdte_twin(), blur=True, blur_sigma=2.0)
    >>> comparer.to_code()
    "emw.refocusing.refocus(emw.refocusing.defocus(signal, 2.0, unit='px', noise=0.01))"
    """

    front_end = "comparer"
    _esm, _css = bundle(front_end)
    call = "emw.refocusing.refocus"

    before = Dict(help="the image out of focus, as Pixels").tag(sync=True)
    after = Dict(help="the image refocused with strength 1, as Pixels").tag(sync=True)
    truth = Dict(help="what it shows in focus, as Pixels; {} where that is not known").tag(sync=True)
    defocus = Dict(help="width of the blur in px of the image as recorded, as Pixels").tag(sync=True)
    uncertainty = Dict(help="standard deviation over flips and turns, as Pixels").tag(sync=True)
    measures = Dict(help="sharpness, PSNR, SSIM, width of the blur: before and after").tag(sync=True)
    spectra = Dict(help="radial power spectra before and after, and where noise begins").tag(sync=True)
    summary = Unicode(help="what was found, in a sentence").tag(sync=True)
    save = Dict(help="file that is asked for: kind, number").tag(sync=True)
    saved = Dict(IDLE, help="file that was written").tag(sync=True)

    def __init__(self, signal, reference=None, **controls):
        unknown = controls.keys() - {*self.control_names(), "view", "layout"}
        if unknown:
            known = ", ".join(self.control_names())
            raise TypeError(f"RefocusComparer has no control {', '.join(sorted(unknown))}; it has {known}")
        self._signal = signal
        self._where = signals.calibration(signal, smallest=1)
        if not len(self._where):
            raise ValueError(
                f"'{self._where.title or 'the signal'}' has no image: its navigation shape is "
                f"{self._where.navigation_shape}; give a signal with at least one frame"
            )
        self._reference = None if reference is None else reference_for(reference, self._where)
        if hasattr(controls.get("region"), "left"):
            controls["region"] = in_unit(controls["region"], signal, self._where)
        self._own, self._tried = Memory(), Memory()  # for the widget's controls, and for others that are tried
        self._memory = self._own
        self._digests: dict[int, str] = {}
        self._saver = Saver(self._refocused_image, self._say_saved)
        super().__init__(provenance={"title": self._where.title}, **plain_controls(controls))
        self.observe(self._save_asked, names="save")

    @property
    def result(self) -> Refocused:
        """What `refocus` gives with the controls as they stand; computed here unless it is there already."""
        seen = self._answered()
        return seen.shown.refocused

    def code_of(self, parameters, argument=None):
        """Python call on the image that `frame` chooses, blurred first where that is wanted."""
        blur = Blur.of(parameters)
        chosen = argument or f"signal{self._inav(parameters['frame'])}"
        own = {name: parameters[name] for name in ("network", "strength", "turns", "region") if name in parameters}
        return super().code_of(own, blur.code(chosen) if blur else chosen)

    def admit(self, parameters):
        """Raise where `refocus` would, but for what only the pixels can tell."""
        if parameters["region"]:
            self.check_region(parameters["region"])

    def origin(self):
        """Title of the signal, and digest of the image that `frame` chooses, as it was before it was blurred."""
        number = self.frame
        if number not in self._digests:
            self._digests[number] = signals.pixel_digest(one_of(self._signal, self._where, number)[0])
        return {"title": self._where.title, "digest": self._digests[number]}

    @validate("frame")
    def _frame_exists(self, proposal):
        frames = len(self._where)
        if proposal["value"] >= frames:
            raise TraitError(f"frame is {proposal['value']}: expected {f'0 to {frames - 1}' if frames > 1 else '0'}")
        return proposal["value"]

    def check_region(self, region):
        """Raise unless a pixel of the image is inside."""
        box_of(region, self._where)

    # The analysis

    def analyse(self, parameters, checkpoint):
        """The image at once, then its restoration, which is kept: another strength only blends and measures anew."""
        scene = self._scene(parameters, checkpoint)
        asked = Asked.of(parameters, self._where)
        key = scene.number, scene.blur, asked
        if scene.before is not self.before and not self._is_kept(key):
            yield _Seen(scene, parameters)  # in place of another image, which is on show with its own restoration
        restoration = self._kept(key, lambda: restored(scene, asked, checkpoint))
        return _Seen(scene, parameters, shown(restoration, parameters["strength"], checkpoint))

    def _scene(self, parameters, checkpoint) -> Scene:
        number, blur = parameters["frame"], Blur.of(parameters)
        if not 0 <= number < len(self._where):
            raise IndexError(f"frame is {number}: the signal has images 0 to {len(self._where) - 1}")

        def make():
            reference = None if self._reference is None else self._reference.one
            return looked_at(self._signal, self._where, number, blur, reference, checkpoint)

        return self._kept((number, blur), make)

    def _kept(self, key, make):
        """What was made before, or is made now."""
        found = self._memory.get(key) or self._own.get(key) or make()
        self._memory.put(key, found, found.size)
        return found

    def _is_kept(self, key) -> bool:
        return any(memory.get(key) is not None for memory in (self._memory, self._own))

    def present(self, result):
        """Wire forms of the image, and of what was made of it; {} for what is not there yet."""
        scene = result.scene
        images = {"before": scene.before, "truth": scene.truth_payload}
        if result.shown is None:
            missing = ("after", "defocus", "uncertainty", "measures", "spectra")
            return images | {name: {} for name in missing} | {"summary": ""}
        return images | result.shown.traits

    def standing(self, result):
        """Nobody writes files in a page."""
        return {"save": {}, "saved": IDLE}

    def made(self, result):
        """Provenance of the restoration, once it is there."""
        if result.shown is None:
            return {"title": title_of(result.scene.signal)}
        return result.shown.provenance.to_dict()

    def describe(self, result):
        """A slider for the images of a stack."""
        last = len(self._where) - 1
        return {"frame": {"min": 0, "max": last, "step": 1}} if last else {}

    def _describe_controls(self, result, parameters):
        """Without those of the blur where there is none."""
        entries = super()._describe_controls(result, parameters)
        return {name: entry for name, entry in entries.items() if parameters["blur"] or not name.startswith("blur_")}

    def picture(self, result):
        """Before and after as `view` says they are compared."""
        return comparison_picture(result.scene, result.shown.restoration, result.shown.strength, self.view)

    @contextmanager
    def elsewhere(self):
        """What is made for other controls is remembered apart, so that the widget's own is not given up for it."""
        self._memory = self._tried
        try:
            yield
        finally:
            self._memory = self._own

    def _inav(self, number: int) -> str:
        if not self._where.navigation_shape:
            return ""
        return f".inav[{', '.join(map(str, indices(self._where, number)))}]"

    # Files

    def _save_asked(self, change):
        self._saver.take(change.new, self._where.title)

    def _say_saved(self, saved: dict):
        with self._traits_lock:
            self.saved = saved

    def _refocused_image(self, still_wanted):
        """The image of the controls as they stand, its provenance and code, once they are answered."""
        while not self._answers(found := self._shown):
            if found.error is not None and not self._worker.waiting:
                raise ValueError(f"there is nothing to save: {message_of(found.error)}")
            still_wanted()
            time.sleep(SOON)
        seen = found.result[0]
        refocused = seen.shown.refocused
        return refocused.image, refocused.provenance.to_dict(), self.code_of(seen.parameters)

    def _answers(self, found) -> bool:
        """Whether this is the result for the controls as they stand."""
        return found.final and found.result is not None and found.result[0].parameters == self.parameters()

    def _answer(self):
        super()._answer()
        if self._saver.waiting:
            with suppress(Exception):  # it stands in saved
                self._saver.finish()

    def close(self):
        """Stop computing and remove the widget from the page."""
        if hasattr(self, "_saver"):
            self._saver.close()
        super().close()
