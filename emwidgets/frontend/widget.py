"""The base of all widgets: a change of a control asks for a new result, a result fills the other traits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from .link import Link
from .sharing import Sharing
from .state import accepted
from .status import message_of, status_of
from .undoing import Undoing
from .wire import plain
from .worker import Answer, Cancelled, Worker, finished

STATIC = Path(__file__).parent / "static"


def bundle(name: str) -> tuple[str, str]:
    """Text of the script and of the style sheets that the browser runs for the widget `name`.

    All share one style sheet; those that need more than it have another one beside it, named after them.

    Text, not paths: anywidget watches paths for changes, and to that end keeps every widget made from one for ever.

    Raises
    ------
    FileNotFoundError
        If they were not built; the message says how to.
    """
    files = STATIC / f"{name}.js", STATIC / "emwidgets.css"
    for file in files:
        if not file.is_file():
            raise FileNotFoundError(
                f"the front end of '{name}' lacks {file.name} in {file.parent}: reinstall emwidgets, "
                "or, in a clone of its repository, run 'make build-frontend'"
            )
    script, style = (file.read_text(encoding="utf-8") for file in files)
    return script, style + own_style(name)


def own_style(name: str) -> str:
    """What a widget, or the page, has beside the style sheet that all share; "" for most."""
    own = STATIC / f"{name}.css"
    return own.read_text(encoding="utf-8") if own.is_file() else ""


def control(trait: traitlets.TraitType, *, label: str, stage: int, **shown) -> traitlets.TraitType:
    """Make a trait a control: a keyword argument of the analysis, which the front end offers to the user.

    Parameters
    ----------
    trait : TraitType
        Its `help` is the tooltip; one that allows None stands for "derived from the data".
    label : str
        What the user calls it.
    stage : int
        Which step of the analysis it enters, counted from 0; the panel shows the controls in this order.
    **shown
        Fixed parts of its entry in the `controls` trait: unit, min, max, step, scale ("linear" or "log").
        A control without a range here or from `AnalysisWidget.describe` has no slider, and no entry.
    """
    return trait.tag(sync=True, control=True, label=label, stage=stage, shown=shown)


class AnalysisWidget(Sharing, Undoing, anywidget.AnyWidget):
    """A call of an analysis whose arguments can be moved.

    A subclass names the function it stands for in `call`, declares the arguments as traits made by `control`, and
    defines `analyse` and `present`; it may define `in_force`, `describe`, `made`, `origin`, `admit` and `picture`.

    In a notebook a change of a control is computed beside the kernel's own work, only the newest counts, and the
    traits follow when the result is there. In a script a change costs nothing until `result` is asked for. If a
    computation fails or is cancelled, the former result stays and `status` says why.
    """

    #: Name of the bundle that the browser runs.
    front_end: str
    #: Python expression of the function that the widget stands for.
    call: str
    #: What its first argument is called in `to_code`.
    argument = "signal"
    #: Version of what `state` writes.
    state_version = 1
    #: For each version before that one a function from the parts of its state to those of the next version.
    migrations: ClassVar[dict[int, Callable[[dict], dict]]] = {}

    provenance = traitlets.Dict(help="title of the data; how the result shown was made").tag(sync=True)
    controls = traitlets.Dict(help="label, unit, range and value in force of each control").tag(sync=True)
    code = traitlets.Unicode(help="Python call with the controls as they stand").tag(sync=True)
    view = traitlets.Dict(help="settings that live in the browser alone").tag(sync=True)
    status = traitlets.Dict(help="what is being computed, or why nothing is; number of the result shown").tag(sync=True)

    def __init__(self, **traits):
        self._shown = Answer(0)
        self._links: list[Link] = []
        self._message: dict[str, Any] = {}  # of the front end, while it is taken
        self._worker = Worker(self._compute, self._deliver, self._report)
        super().__init__(status=status_of("idle"), **traits)
        self.controls = self._describe_controls(None, self.parameters())
        self.code = self.to_code()
        self.observe(self._control_changed, names=self.control_names())
        self._remember()
        self._worker.request(self.parameters())

    # What a subclass says about its analysis

    def analyse(self, parameters: dict[str, Any], checkpoint: Callable[[str, float], None]):
        """Compute the result; in any thread, but never twice at a time.

        It may be a generator: what it yields is shown at once, where somebody looks, and what it returns is the result.

        Parameters
        ----------
        parameters : dict
            Value of each control.
        checkpoint : callable
            To be called with the name of the stage and the fraction done, every 100 ms or more often; it raises if
            nobody waits for this result any more.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how to analyse")

    def present(self, result) -> dict[str, Any]:
        """Values of the traits that show a result: name to wire form. Called where `analyse` is."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to present its result")

    def standing(self, result) -> dict[str, Any]:
        """Values of traits that a page needs beside those of `present`, as there is no Python that it could ask."""
        return {}

    def in_force(self, result) -> dict[str, Any]:
        """Value that each control had in a result, with what was derived where the control is None."""
        return {}

    def describe(self, result) -> dict[str, dict]:
        """What the data add to the entries of `controls`: ranges, equivalents in px. None before the first result."""
        return {}

    def made(self, result) -> dict[str, Any]:
        """How a result was made, as `Provenance.to_dict` says it. Called where `analyse` is."""
        return {"title": self.provenance.get("title", "")}

    def origin(self) -> dict[str, Any]:
        """Title and digest of the data that the controls choose."""
        return {"title": self.provenance.get("title", ""), "digest": self.provenance.get("digest")}

    def admit(self, parameters: dict[str, Any]) -> None:
        """Raise if the analysis can never be called with these values of the controls; at once, computing nothing."""

    def picture(self, result):
        """What `save_png` writes: the main picture, as a `PIL.Image.Image` of the resolution of the data."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to draw its picture")

    def elsewhere(self) -> contextlib.AbstractContextManager:
        """Context in which `analyse` is called for other parameters than the widget's; its caches are to be kept."""
        return contextlib.nullcontext()

    # What a user calls

    @property
    def result(self):
        """Result for the controls as they stand now; computed here and now if it is not there yet."""
        return self._answered()

    def _answered(self):
        """What `analyse` returned."""
        try:
            return self._worker.answer()[0]
        except KeyboardInterrupt:
            self._say("cancelled", message="interrupted")
            raise

    def parameters(self) -> dict[str, Any]:
        """Value of each control, in the order of their declaration."""
        return {name: getattr(self, name) for name in self.control_names()}

    def checked(self, name: str, value):
        """Value of a control as the trait takes it.

        Raises
        ------
        ValueError, TraitError
            If there is no such control, or it cannot have that value.
        """
        if name not in self.control_names():
            raise ValueError(f"{type(self).__name__} has no control {name}; it has {', '.join(self.control_names())}")
        value = accepted(self, name, value)
        self.admit(self.parameters() | {name: value})
        return value

    def to_code(self) -> str:
        """Python call that gives this very result, with every argument that is not its default."""
        return self.code_of(self.parameters())

    def code_of(self, parameters: dict[str, Any], argument: str | None = None) -> str:
        """Python call on `argument` with those of the parameters that are not their default."""
        traits = self.traits()
        chosen = {name: value for name, value in parameters.items() if value != traits[name].default()}
        named = (f"{name}={self.written(name, value)}" for name, value in chosen.items())
        return f"{self.call}({', '.join([argument or self.argument, *named])})"

    def written(self, name: str, value) -> str:
        """Value of a control as it stands in code."""
        return repr(plain(value))

    def cancel(self) -> None:
        """Stop computing; the former result stays."""
        self._worker.cancel()

    def close(self) -> None:
        """Stop computing and remove the widget from the page."""
        if hasattr(self, "_worker"):  # not if the constructor refused its arguments
            self._worker.close()
        super().close()

    @classmethod
    def user_traits(cls) -> list[str]:
        """Names of the traits that a user sets: the controls, the view, the selection."""
        return [*cls.control_names(), *(name for name in ("view", "selection") if name in cls.class_traits())]

    @classmethod
    def public_traits(cls) -> list[str]:
        """Names of the traits that the front end reads, without those of any widget, such as its layout."""
        others = ipywidgets.DOMWidget.class_traits()
        return [name for name in cls.class_traits(sync=True) if not name.startswith("_") and name not in others]

    @classmethod
    def control_names(cls) -> list[str]:
        """Names of the controls, in the order of their declaration."""
        declared = [name for each in reversed(cls.__mro__) for name in vars(each)]
        controls = cls.class_traits(control=True)
        return [name for name in dict.fromkeys(declared) if name in controls]

    # From a control to the traits that show the result

    def _control_changed(self, change):
        self.code = self.to_code()
        self._worker.request(self.parameters())

    def _compute(self, parameters, checkpoint, show=None):
        def presented(result):
            described = {"controls": self._describe_controls(result, parameters), "provenance": self.made(result)}
            return result, self.present(result) | described

        analysed = self.analyse(parameters, checkpoint)
        return presented(finished(analysed, show and (lambda result: show(presented(result)))))

    def _deliver(self, answer: Answer):
        with self._traits_lock:
            shown = self._shown
            if answer.request < shown.request or (answer.request == shown.request and shown.final):
                return  # the loop was slower than somebody who asked for the result
            self._shown = answer
            if answer.error is not None:
                state = "cancelled" if isinstance(answer.error, Cancelled) else "error"
                self._say(state, message=message_of(answer.error))
                return
            number = self.status["result"] + 1
            still_running = (self._worker.waiting or not answer.final) and self.status["state"] == "running"
            state = "idle" if answer.final else "running"
            status = {**self.status, "result": number} if still_running else self._status(state, result=number)
            self._show(answer.result[1] | {"status": status})

    def _show(self, values):
        """Set traits so that the browser gets one message and observers in Python meet no mixture of old and new."""
        with self.hold_sync():
            try:
                with self.hold_trait_notifications():
                    for name, value in values.items():
                        self.set_trait(name, value)
            except Exception:  # of an observer; it must not leave the browser with half a result
                self._states_to_send.update(values)
                raise

    def _report(self, stage, fraction):
        # Whoever holds the traits may be waiting for this computation to end: progress is not worth a deadlock.
        if not self._traits_lock.acquire(blocking=False):
            return
        try:
            if self._worker.waiting:
                self._say("running", stage, fraction)
        finally:
            self._traits_lock.release()

    def _say(self, *arguments, **named):
        self.status = self._status(*arguments, **named)

    def _status(self, *arguments, **named):
        return status_of(*arguments, **{"result": self.status["result"], **self._history.labels, **named})

    def _result_elsewhere(self, parameters):
        with self.elsewhere():
            result, shown = self._compute(parameters, lambda stage, fraction: None)
            return shown | self.standing(result)

    def _describe_controls(self, result, parameters) -> dict[str, dict]:
        added = self.describe(result)
        values = parameters | (self.in_force(result) if result is not None else {})
        traits = self.traits()
        entries = {}
        for trait in sorted((traits[name] for name in parameters), key=lambda trait: trait.metadata["stage"]):
            name = trait.name
            entry = {"unit": "", "step": 0, "scale": "linear", "px": None, "pxUnit": ""}
            entry |= trait.metadata["shown"] | added.get(name, {})
            if "min" in entry:
                described = {"label": trait.metadata["label"], "help": trait.help, "stage": trait.metadata["stage"]}
                entries[name] = plain(described | entry | {"value": values[name], "auto": trait.allow_none})
        return entries

    # Messages of the front end

    def set_state(self, sync_data):
        """Take values from the front end; what cannot be is refused, said in `status`, and set right there."""
        sync_data = dict(sorted(sync_data.items(), key=lambda item: item[0] == "asked"))  # to undo what came with it
        with self._action():
            self._message = sync_data
            try:
                super().set_state(sync_data)
            except traitlets.TraitError as error:
                self._say("error", message=message_of(error))
                self.send_state([name for name in sync_data if name in self.keys])
                return
            finally:
                self._message = {}
        self._answer_where_no_loop_runs()

    def _repr_mimebundle_(self, **kwargs):
        self._answer_where_no_loop_runs()
        return super()._repr_mimebundle_(**kwargs)

    def _get_embed_state(self, drop_defaults=False):
        self._answer()  # a page that is written now shows what is there now
        return super()._get_embed_state(drop_defaults)

    def _answer_where_no_loop_runs(self):
        if not _loop_runs():
            self._answer()

    def _answer(self):
        """Compute for somebody who looks but does not ask for the result."""
        if self._worker.waiting:
            with contextlib.suppress(Exception):  # it stands in status
                self._worker.answer()


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
