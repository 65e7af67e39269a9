"""`simulate` to play with: a particle that is turned by hand, its image, and what every classifier makes of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from traitlets import Dict, TraitError, validate

from emwidgets import signals
from emwidgets.frontend.widget import AnalysisWidget, bundle
from emwidgets.signals.origin import versions
from emwidgets.signals.reading import readable

from .answers import BEST, CERTAINTY
from .playground.controls import Controls, plain_controls
from .playground.kinds import KINDS
from .playground.maker import IDLE, Maker
from .playground.picture import particle_picture
from .playground.played import Played
from .playground.predictions import TITLES, fitted_of, order, rows
from .playground.presets import presets
from .playground.scene import CONTROLS, Scene
from .playground.shot import Shot, measured, payload, simulated

#: Seconds between looks at what has been answered.
SOON = 0.1


@dataclass(frozen=True, eq=False)
class _Seen:
    """An image, the controls it was asked for with, and who is being asked about it just now."""

    shot: Shot
    parameters: dict
    asking: tuple[str, str] | None = None


class ParticlePlayground(Controls, AnalysisWidget):
    """Turn a nanoparticle by hand, cut its corners, and see what a microscope records and what classifiers make of it.

    Without a signal the image is simulated, and the truth is known. With one, the classifiers are asked about the
    user's image, at its own pixel size.

    Parameters
    ----------
    signal : Signal2D, optional
        A STEM image of one bright particle, or a stack of such images, of which `frame` chooses one; lazy or not, any
        class, calibrated in a length or not at all.
    **controls
        Without a signal, of what is simulated: solid, a, b, c (nm), corners, depth, orientation (a quaternion, its
        scalar last, or a scipy Rotation), turn (degrees), spin_axis, drift, line_jitter (nm), probe (nm), dose
        (electrons/nm²), atomic_number, film, film_roughness, offset, gain, size (px), pixel_size (nm), seed. With a
        signal: frame. Always: task, which the main verdict is about.

    Raises
    ------
    TypeError, ValueError, TraitError
        If `signal` is no signal of images of at least 16 × 16 px, or a single image in which there is nothing to see;
        or if there is no such control, or it has an impossible value.

    Examples
    --------
    >>> import emwidgets as emw
    >>> playground = emw.ParticlePlayground(a=12, b=12, c=12, corners=[0, 7])
    >>> playground.result.truth["labels"]["arrangement"]
    'body'
    """

    front_end = "playground"
    _esm, _css = bundle(front_end)
    call = "emw.particles.simulate"

    image = Dict(help="the image, as Pixels").tag(sync=True)
    shape_data = Dict(help="faces, wire frame and corners of the particle; {} of a user's image").tag(sync=True)
    projection = Dict(help="how thickness becomes a value of the image; {} of a user's image").tag(sync=True)
    predictions = Dict({"rows": [], "certainty": CERTAINTY}, help="what each method says to each question").tag(
        sync=True
    )
    truth = Dict(help="what the particle is; {} of a user's image").tag(sync=True)
    fitted = Dict(help="wire frame of the cuboid that was fitted").tag(sync=True)
    presets = Dict(help="lessons: values of the controls, and what there is to be learnt").tag(sync=True)
    making = Dict(IDLE, help="how far a data set is").tag(sync=True)
    make = Dict(help="data set that is asked for: task, n, size, seed, conditions, number; or cancel").tag(sync=True)

    def __init__(self, signal=None, **controls):
        self._check_names(signal, controls)
        controls = plain_controls(controls)
        self._signal = signal
        self._where = None if signal is None else _images_of(signal)
        self._shot: Shot | None = None
        self._looked_at: Shot | None = None
        self._digests: dict[int, str] = {}
        self._maker = Maker(self._say_making)
        first: dict[str, Any] = {"provenance": {"title": "Simulated particle"}, "presets": {"rows": presets()}}
        if signal is not None:
            self._shot = self._of({"frame": controls.get("frame", 0)})
            if self._shot.problem and len(self._where) == 1:
                raise ValueError(self._shot.problem)
            first = {"provenance": {"title": self._where.title}, "presets": {"rows": []}, "image": self._shot.image}
        super().__init__(**first, **controls)
        self.observe(self._make_asked, names="make")

    @property
    def result(self) -> Played:
        """Image, particle and predictions with the controls as they stand; computed here unless they are there."""
        seen = self._answered()
        alone = None if self._signal is None else self._alone(seen.shot.number)
        return Played(seen.parameters["task"], self._provenance(seen), seen.shot, alone)

    def code_of(self, parameters, argument=None):
        """Python call that gives the simulated image, or that classifies the user's."""
        if self._signal is None:
            return Scene.of(parameters).code()
        task = parameters["task"]
        chosen = argument or f"signal{self._inav(parameters['frame'])}"
        return f"emw.particles.classify({chosen}{'' if task == 'count' else f', {task!r}'})"

    def from_state(self, state):
        """As `AnalysisWidget.from_state`; a solid and its cut corners come together."""
        with self._each_on_its_own():
            return super().from_state(state)

    def admit(self, parameters):
        """Raise where `simulate` would."""
        if self._signal is None:
            Scene.of(parameters)

    def origin(self):
        """Title of what is simulated; of a user's image title and digest."""
        if self._signal is None:
            return {"title": Scene.of(self.parameters()).title, "digest": None}
        return {"title": self._where.title, "digest": self._digest(self.frame)}

    @validate("frame")
    def _frame_exists(self, proposal):
        frames = 1 if self._where is None else len(self._where)
        if proposal["value"] >= frames:
            raise TraitError(f"frame is {proposal['value']}: expected {f'0 to {frames - 1}' if frames > 1 else '0'}")
        return proposal["value"]

    def _check_names(self, signal, controls):
        known = [name for name in self.control_names() if name == "task" or (name in CONTROLS) == (signal is None)]
        unknown = controls.keys() - {*known, "view", "layout"}
        if unknown:
            of = "without a signal" if signal is None else "with a signal"
            raise TypeError(
                f"ParticlePlayground {of} has no control {', '.join(sorted(unknown))}; it has {', '.join(known)}"
            )

    # The analysis

    def analyse(self, parameters, checkpoint):
        """The image at once, then one classifier after the other, those first who are asked the chosen question."""
        shot = self._of(parameters, self._shot, self._looked_at)
        self._shot, self._looked_at = shot, None
        waiting = [each for each in order(parameters["task"]) if not shot.heard(*each)]
        looked = -SOON
        for number, (task, method) in enumerate(waiting):
            if time.monotonic() - looked > SOON:
                yield _Seen(shot, parameters, (task, method))
                looked = time.monotonic()
            stage, fraction = f"{TITLES[method]}: {task}", number / len(waiting)
            checkpoint(stage, fraction)
            shot.ask(task, method, lambda stage=stage, fraction=fraction: checkpoint(stage, fraction))
        return _Seen(shot, parameters)

    def present(self, result):
        """Wire forms of the image, the particle, and what has been said of it."""
        shot = result.shot
        return {
            "image": shot.image,
            "shape_data": shot.solid,
            "projection": shot.projection,
            "predictions": {"rows": rows(shot, result.asking), "certainty": CERTAINTY},
            "truth": shot.truth,
            "fitted": fitted_of(shot),
        }

    def standing(self, result):
        """Nobody makes data sets in a page."""
        return {"make": {}, "making": IDLE}

    def made(self, result):
        """Provenance of the image, or of what was said of the user's."""
        return self._provenance(result).to_dict()

    def describe(self, result):
        """What the lengths of this solid are called; a slider for the images of a stack."""
        if self._where is not None:
            return {"frame": {"min": 0, "max": len(self._where) - 1, "step": 1}} if len(self._where) > 1 else {}
        solid = self.solid if result is None else result.parameters["solid"]
        return {name: {"label": label} for name, label in KINDS[solid].lengths.items()}

    def _describe_controls(self, result, parameters):
        """Without those that mean nothing: what is simulated where nothing is, lengths that the solid has not."""
        entries = super()._describe_controls(result, parameters)
        if self._where is not None:
            return {name: entry for name, entry in entries.items() if name == "frame"}
        kind = KINDS[parameters["solid"]]
        without = {"a", "b", "c"} - kind.lengths.keys() | (set() if kind.corners else {"depth"})
        return {name: entry for name, entry in entries.items() if name not in without}

    def picture(self, result):
        """The image with wire frames of particle and fit, as `view` says."""
        shot = result.shot
        whole = shot.image
        if whole["binned"] > 1:
            seen, _ = readable(shot.pixels, "the image")
            whole = payload(seen, shot.where, whole["quantity"], max(shot.where.frame_shape))
        return particle_picture(whole, shot.solid, shot.projection, fitted_of(shot), self.view)

    @contextmanager
    def elsewhere(self):
        """Another image is remembered apart, so that many values can be tried on it and this one keeps its own."""
        here, before = self._shot, self._looked_at
        try:
            yield
        finally:
            self._looked_at = before if self._shot is here else self._shot
            self._shot = here

    def _of(self, parameters: Mapping[str, Any], *formers: Shot | None) -> Shot:
        """The image that the controls choose, unless it is one of those that are there."""
        if self._where is not None:
            number = parameters["frame"]
            if not 0 <= number < len(self._where):
                raise IndexError(f"frame is {number}: the signal has images 0 to {len(self._where) - 1}")
            there = [former for former in formers if former and former.number == number]
            return there[0] if there else measured(self._signal, self._where, number)
        chosen = {name: parameters[name] for name in CONTROLS}
        there = [former for former in formers if former and former.controls == chosen]
        return there[0] if there else simulated(chosen)

    def _provenance(self, seen: _Seen) -> signals.Provenance:
        shot, task = seen.shot, seen.parameters["task"]
        simulates = shot.scene is not None
        return signals.Provenance(
            function="emwidgets.particles.simulate" if simulates else "emwidgets.particles.classify",
            title=shot.where.title,
            digest=None if simulates else self._digest(shot.number),
            parameters=shot.scene.parameters() if simulates else {"task": task, "method": BEST[task]},
            versions=versions(),
            date=shot.date,
            models=dict(shot.models),
        )

    def _digest(self, number: int) -> str:
        if number not in self._digests:
            self._digests[number] = signals.pixel_digest(self._alone(number))
        return self._digests[number]

    def _alone(self, number: int):
        """One image of the stack."""
        return self._signal.inav[self._indices(number)] if self._where.navigation_shape else self._signal

    def _indices(self, number: int) -> tuple[int, ...]:
        """Of an image, in HyperSpy's order of the navigation axes."""
        return tuple(int(i) for i in reversed(np.unravel_index(number, self._where.navigation_shape)))

    def _inav(self, number: int) -> str:
        return f".inav[{', '.join(map(str, self._indices(number)))}]" if self._where.navigation_shape else ""

    # Data sets

    def _make_asked(self, change):
        self._maker.take(change.new, self.parameters())

    def _say_making(self, making: dict):
        with self._traits_lock:
            self.making = making

    def _answer(self):
        super()._answer()
        if self._maker.waiting:
            with suppress(Exception):  # it stands in making
                self._maker.finish()

    def close(self):
        """Stop computing and remove the widget from the page."""
        if hasattr(self, "_maker"):
            self._maker.close()
        super().close()


def _images_of(signal) -> signals.Calibration:
    """Where the images of a signal lie, checked before any of them is read."""
    where = signals.calibration(signal, "length")
    if not len(where):
        raise ValueError(
            f"'{where.title or 'the signal'}' has no image: its navigation shape is {where.navigation_shape}; give a "
            "signal with at least one frame"
        )
    return where
