"""`classify` to look at: a pattern, what each method says of it and why, and all patterns of a stack."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import traitlets
from traitlets import Dict, Enum, Float, Int, List

from emwidgets import models, signals
from emwidgets.frontend.status import message_of
from emwidgets.frontend.widget import AnalysisWidget, bundle, control
from emwidgets.frontend.wire import pixels_payload
from emwidgets.frontend.worker import Answer, Worker
from emwidgets.signals.reading import readable, some

from .answers import METHODS, NETWORKS, RULES
from .classification import Classification
from .classify import corrections_of, made_from, members_named
from .patterns import patterns_of
from .viewer.background import Background
from .viewer.chosen import Chosen
from .viewer.picture import pattern_picture
from .viewer.presentation import TITLES, sendable
from .viewer.scan import Scan
from .viewer.shown import frames_payload, member_rows, navigator_payload, verdict_payload
from .viewer.thumbnails import Thumbnails
from .voting import CERTAINTY, VOTES

#: Rows and columns that a pattern has in the browser; a larger one is binned.
SHOWN = 2048
#: Brightest over median intensity, both over the darkest, from which only a logarithmic display shows the pattern.
STEEP = 30
#: Seconds between looks at the pattern while it is answered, and at the scan, for which the whole map travels.
SOON, PAUSE = 0.1, 0.4
#: Small pictures in a page: all of a stack of this size, the first ones of a larger one.
SMALL_STACK, FIRST = 256, 64


@dataclass(frozen=True, eq=False)
class _Seen:
    """What is known with some values of the controls: of one pattern, and of as many others as have been scanned."""

    chosen: Chosen
    parameters: dict
    classification: Classification | None = None  # once all patterns are classified


class PatternClassifier(AnalysisWidget):
    """Say of diffraction patterns whether they are of rings or of spots, see what in them says so, and correct it.

    The rules answer at once; the networks are loaded meanwhile and answer as soon as they are there. Then the whole
    stack is scanned, and a few numbers of each pattern are kept, so that what is changed afterwards (certainty, vote,
    labels by hand) costs nothing.

    Parameters
    ----------
    signal : Signal2D
        A diffraction pattern, or a stack of them of any navigation shape, such as a 4D-STEM scan; lazy or not, any
        class, calibrated or not.
    frame : int
        Flat index of the pattern that is looked at (the first navigation axis of HyperSpy runs fastest).
    **controls
        Keyword arguments of `emwidgets.diffraction.classify`, with the same names and defaults; `method` is a name
        here, as a network of your own cannot be kept in the state of a page. `corrections` are
        labels set by hand, by flat index; ``diffraction.finetune(signal, widget.corrections)`` learns from them.

    Raises
    ------
    TypeError, ValueError, TraitError
        If `signal` is no signal of images of at least 16 × 16 px, or a single pattern in which there is nothing to see
        (constant, no valid pixel), or if a control has an impossible value.

    Examples
    --------
    >>> import emwidgets as emw
    >>> classifier = emw.PatternClassifier(emw.diffraction.simulate("gold", 5000), method="fourier")
    >>> classifier.to_code()
    "emw.diffraction.classify(signal, method='fourier')"
    """

    front_end = "classifier"
    _esm, _css = bundle(front_end)
    call = "emw.diffraction.classify"

    method = control(
        Enum(METHODS, "ensemble", help="Who decides: a rule, a network, or all networks by vote"),
        label="Method",
        stage=0,
    )
    vote = control(
        Enum(VOTES, "soft", help="Mean of the probabilities, or one vote for each network"), label="Vote", stage=1
    )
    certainty = control(
        Float(CERTAINTY, min=0.5, max=1, help="Answers of a lower probability are uncertain"),
        label="Certainty",
        stage=1,
        min=0.5,
        max=1,
        step=0.01,
    )
    frame = control(Int(0, min=0, help="The pattern that is looked at"), label="Pattern", stage=0)
    corrections = control(Dict(help="Labels set by hand, by flat index of the pattern"), label="Label", stage=2)

    image = Dict(help="the pattern, as Pixels").tag(sync=True)
    members = Dict(help="what each method says of it").tag(sync=True)
    verdict = Dict(help="its label, how probable that is, and what is to be said against it").tag(sync=True)
    evidence = Dict(help="centre, circles and spots that each rule has found").tag(sync=True)
    maps = Dict(help="class-activation maps of each network, as Pixels").tag(sync=True)
    frames = Dict(help="probability of rings, doubt and problems of each pattern of the stack").tag(sync=True)
    navigator = Dict(help="mean intensity of the patterns of a scan, as Pixels").tag(sync=True)
    thumbnails = Dict(help="small pictures of the patterns wanted").tag(sync=True)
    wanted = List(Int(min=0), maxlen=64, help="flat indices of the patterns that the gallery shows").tag(sync=True)

    def __init__(self, signal, **controls):
        unknown = controls.keys() - {*self.control_names(), "view", "layout"}
        if unknown:
            known = ", ".join(self.control_names())
            raise TypeError(f"PatternClassifier has no control {', '.join(sorted(unknown))}; it has {known}")
        controls = {name: each.item() if isinstance(each, np.generic) else each for name, each in controls.items()}
        if hasattr(controls.get("method"), "card"):
            raise TypeError(
                f"method is the network '{controls['method'].card.key}': expected one of {', '.join(METHODS)}; a "
                "network of your own answers in emwidgets.diffraction.classify(signal, network)"
            )
        self._signal = signal
        where = patterns_of(signal)
        self._where = where = replace(where, unit=sendable(where.unit))
        self._log: bool | None = None
        self._networks = Background({name: partial(models.load, f"diffraction/{name}") for name in NETWORKS})
        self._digest = Background({} if where.lazy else {"digest": partial(signals.pixel_digest, signal)})
        self._scan = Scan(signal, where)
        self._frames: tuple = (None, {})  # for what the payload was made, and the payload
        self._small = Thumbnails(signal, where)
        self._small_worker = Worker(self._make_small, self._deliver_small, lambda stage, fraction: None)
        self._chosen = self._choose(controls.get("frame", 0))
        if self._chosen.problem and len(where) == 1:
            raise ValueError(self._chosen.problem)
        self._looked_at: Chosen | None = None
        super().__init__(provenance={"title": where.title}, image=self._chosen.image, **controls)
        self.observe(self._ask_for_small, names="wanted")

    @property
    def result(self) -> Classification:
        """Classification of the whole signal with the controls as they stand; computed here unless it is there already.

        The same as `classify` gives with these arguments.
        """
        return self._answered().classification

    def code_of(self, parameters, argument=None):
        """Python call on the whole signal: `frame` only says where one looks."""
        return super().code_of({name: value for name, value in parameters.items() if name != "frame"}, argument)

    def written(self, name, value):
        """Value of a control as it stands in code, where patterns have numbers and not names."""
        return repr(corrections_of(value, len(self._where))) if name == "corrections" else super().written(name, value)

    @traitlets.validate("frame")
    def _frame_exists(self, proposal):
        self._check_frame("frame", proposal["value"])
        return proposal["value"]

    @traitlets.validate("wanted")
    def _wanted_exist(self, proposal):
        for number in proposal["value"]:
            self._check_frame("wanted", number)
        return proposal["value"]

    @traitlets.validate("corrections")
    def _as_text(self, proposal):
        """JSON has no other names than text."""
        try:
            checked = corrections_of(proposal["value"], len(self._where))
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error
        return {str(number): label for number, label in checked.items()}

    def _check_frame(self, name, number):
        if number >= len(self._where):
            raise traitlets.TraitError(f"{name} is {number}: the signal has frames 0 to {len(self._where) - 1}")

    # The analysis

    def analyse(self, parameters, checkpoint):
        """Ask everybody about the pattern chosen, then those who decide of the others; yields what there is so far."""
        chosen = self._choose(parameters["frame"], self._chosen, self._looked_at)
        self._chosen, self._looked_at = chosen, None
        seen = _Seen(chosen, parameters)
        for _ in self._ask_all(chosen, checkpoint):
            yield seen
        names = members_named(parameters["method"])
        for name in names:
            if name in NETWORKS:
                self._networks.wait(name, partial(checkpoint, f"Loading {TITLES[name]}", 0.0))
        if not self._scan.known(names).all():
            yield seen  # also where a network has failed: what the others say stays in sight
        ready = [name if name in RULES else self._networks.result(name) for name in names]  # or what went wrong
        self._digest.begin()
        looked = time.monotonic()
        for _ in self._scan.run(names, checkpoint):
            if time.monotonic() - looked > PAUSE:
                yield seen
                looked = time.monotonic()
        return replace(seen, classification=self._classification(parameters, names, ready, checkpoint))

    def _ask_all(self, chosen, checkpoint):
        """Let all methods answer that have not yet; stops where there is something new to be seen."""
        self._networks.begin()
        silent = [name for name in (*RULES, *NETWORKS) if name not in chosen.answers]
        if chosen.problem or all(name in NETWORKS and self._networks.failure(name) for name in silent):
            return
        yield
        if RULES[0] in silent:
            checkpoint("Asking the rules", 0.0)
            chosen.judge()
            yield
        looked = time.monotonic()
        for i, name in enumerate(NETWORKS):
            self._networks.wait(name, partial(checkpoint, f"Loading {TITLES[name]}", i / len(NETWORKS)))
            if self._networks.failure(name) is None and name not in chosen.answers:
                checkpoint(f"Asking {TITLES[name]}", i / len(NETWORKS))
                chosen.ask(name, self._networks.result(name))
            if time.monotonic() - looked > SOON:
                yield
                looked = time.monotonic()
        if len(self._where) == 1:  # then that is all there is to be known
            for name, answer in chosen.answers.items():
                self._scan.put(0, name, answer, chosen.failures.get(name))

    def _classification(self, parameters, names, ready, checkpoint) -> Classification:
        digest = None
        if not self._where.lazy:
            self._digest.wait("digest", partial(checkpoint, "Noting what was read", 1.0))
            digest = self._digest.result("digest")
        asked = {name: parameters[name] for name in ("method", "certainty", "vote")}
        asked["corrections"] = corrections_of(parameters["corrections"], len(self._where))
        return self._scan.classification(names, asked, made_from(self._signal, asked, ready, digest))

    def present(self, result):
        """Wire forms of what is known."""
        chosen, asked = result.chosen, result.parameters
        vote, certainty = asked["vote"], asked["certainty"]
        names = members_named(asked["method"])
        correction = asked["corrections"].get(str(chosen.number))
        return {
            "image": chosen.image,
            "members": {"rows": member_rows(chosen, self._networks, vote, certainty)},
            "verdict": verdict_payload(chosen, names, vote, certainty, correction),
            "evidence": dict(chosen.evidence),
            "maps": dict(chosen.maps),
            **self._of_all(names, vote, certainty),
        }

    def _of_all(self, names, vote, certainty):
        """Wire forms of what is known of all patterns; made anew only if that is more than before."""
        known = self._scan.known(names)
        key = (names, vote, certainty, int(known.sum()))
        if self._frames[0] != key:
            frames = frames_payload(self._where, known, self._scan.answers(names), vote, certainty)
            self._frames = key, {"frames": frames, "navigator": navigator_payload(self._where, self._scan.means)}
        return self._frames[1]

    def standing(self, result):
        """Small pictures of the first patterns, as a page has no Python to ask for others."""
        total = len(self._where)
        first = range(total if total <= SMALL_STACK else FIRST)
        return {"thumbnails": self._small.payload(first, lambda stage, fraction: None), "wanted": []}

    def made(self, result):
        """Provenance of the classification, once it is one."""
        whole = result.classification
        return {"title": self._where.title} if whole is None else whole.provenance.to_dict()

    def describe(self, result):
        """A slider for the patterns of a stack."""
        last = len(self._where) - 1
        return {"frame": {"min": 0, "max": last, "step": 1}} if last else {}

    def admit(self, parameters):
        """Raise where `classify` would."""
        corrections_of(parameters["corrections"], len(self._where))

    def origin(self):
        """Title of the signal, and digest of its pixels unless it is lazy."""
        return {"title": self._where.title, "digest": None if self._where.lazy else self._digest.result("digest")}

    def picture(self, result):
        """The pattern with what `view` says is drawn on it."""
        chosen = result.chosen
        whole = chosen.image
        if whole["binned"] > 1:
            whole = self._payload(chosen.pixels, max(chosen.where.frame_shape))
        shown = self.present(result)
        return pattern_picture(whole, shown["maps"], shown["evidence"], shown["verdict"]["label"], self.view)

    @contextmanager
    def elsewhere(self):
        """Another pattern is remembered apart, so that many values can be tried on it and this one keeps its own."""
        here, before = self._chosen, self._looked_at
        try:
            yield
        finally:
            self._looked_at = before if self._chosen is here else self._chosen
            self._chosen = here

    # The pattern chosen

    def _choose(self, number, *formers: Chosen | None) -> Chosen:
        """Read a pattern, unless it is one of those that are there."""
        for former in formers:
            if former and former.number == number:
                return former
        if not 0 <= number < len(self._where):
            raise IndexError(f"frame is {number}: the signal has frames 0 to {len(self._where) - 1}")
        ((_, frame),) = some(self._signal, self._where, [number])
        pixels, problem = readable(frame, self._where.name_of(number))
        if self._log is None:
            self._log = _is_steep(pixels)
        return Chosen(
            number=number,
            where=replace(self._where, navigation_shape=(), navigation_axes=(), lazy=False),
            pixels=pixels,
            problem=problem,
            image=self._payload(pixels, SHOWN),
        )

    def _payload(self, pixels, max_size) -> dict:
        return pixels_payload(
            pixels,
            scale=self._where.scale,
            offset=self._where.offset,
            unit=self._where.unit,
            quantity=sendable(self._signal.metadata.get_item("Signal.quantity", "")) or "intensity",
            log=bool(self._log),
            max_size=max_size,
        )

    # The gallery

    def _ask_for_small(self, change):
        self._small_worker.request(list(change.new))

    def _make_small(self, wanted, checkpoint, show):
        return self._small.payload(wanted, checkpoint)

    def _deliver_small(self, answer: Answer):
        with self._traits_lock:
            if answer.error is None:
                self.thumbnails = answer.result
            else:
                self._say("error", message=message_of(answer.error))

    def _answer(self):
        super()._answer()
        if self._small_worker.waiting:
            with suppress(Exception):  # it stands in status
                self._small_worker.answer()

    def close(self):
        """Stop computing and remove the widget from the page."""
        if hasattr(self, "_small_worker"):
            self._small_worker.close()
        super().close()


def _is_steep(pixels: np.ndarray) -> bool:
    """Whether a pattern is so much brighter in its middle that a linear display would show nothing else."""
    step = max(1, max(pixels.shape) // 512)  # a look at some of them will do
    dark, middle, bright = np.percentile(pixels[::step, ::step], (1, 50, 99.8))
    return bool(bright - dark > STEEP * (middle - dark) > 0)
