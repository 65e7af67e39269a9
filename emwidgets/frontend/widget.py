"""The base of all widgets: a change of a control asks for a new result, a result fills the other traits."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .wire import plain
from .worker import Answer, Cancelled, Worker

STATIC = Path(__file__).parent / "static"


def bundle(name: str) -> tuple[str, str]:
    """Text of the script and of the style sheet that the browser runs for the widget `name`.

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
    return script, style


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


class AnalysisWidget(anywidget.AnyWidget):
    """A call of an analysis whose arguments can be moved.

    A subclass names the function it stands for in `call`, declares the arguments as traits made by `control`, and
    defines `analyse` and `present`; it may define `in_force` and `describe`.

    In a notebook a change of a control is computed beside the kernel's own work, only the newest counts, and the
    traits follow when the result is there. In a script a change costs nothing until `result` is asked for. If a
    computation fails or is cancelled, the former result stays and `status` says why.
    """

    #: Python expression of the function that the widget stands for.
    call: str
    #: What its first argument is called in `to_code`.
    argument = "signal"

    title = traitlets.Unicode(help="title of the data, as plain text").tag(sync=True)
    controls = traitlets.Dict(help="label, unit, range and value in force of each control").tag(sync=True)
    code = traitlets.Unicode(help="Python call with the controls as they stand").tag(sync=True)
    view = traitlets.Dict(help="settings that live in the browser alone").tag(sync=True)
    status = traitlets.Dict(help="what is being computed, or why nothing is; number of the result shown").tag(sync=True)
    cancel = traitlets.Int(help="adding 1 asks to stop computing").tag(sync=True)

    def __init__(self, **traits):
        # One thread may be in a cell while another takes messages of the front end, and ipywidgets is not made for it.
        self._traits_lock = threading.RLock()
        self._shown = Answer(0)
        self._worker = Worker(self._compute, self._deliver, self._report)
        super().__init__(status=_status("idle"), **traits)
        self.controls = self._describe_controls(None, self.parameters())
        self.code = self.to_code()
        self.observe(self._control_changed, names=self.control_names())
        self.observe(self._cancel_asked, names="cancel")
        self._worker.request(self.parameters())

    # What a subclass says about its analysis

    def analyse(self, parameters: dict[str, Any], checkpoint: Callable[[str, float], None]):
        """Compute the result; in any thread, but never twice at a time.

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

    def in_force(self, result) -> dict[str, Any]:
        """Value that each control had in a result, with what was derived where the control is None."""
        return {}

    def describe(self, result) -> dict[str, dict]:
        """What the data add to the entries of `controls`: ranges, equivalents in px. None before the first result."""
        return {}

    # What a user calls

    @property
    def result(self):
        """Result for the controls as they stand now; computed here and now if it is not there yet."""
        try:
            return self._worker.answer()[0]
        except KeyboardInterrupt:
            self.status = _status("cancelled", message="interrupted", result=self.status["result"])
            raise

    def parameters(self) -> dict[str, Any]:
        """Value of each control, in the order of their declaration."""
        return {name: getattr(self, name) for name in self.control_names()}

    def to_code(self) -> str:
        """Python call that gives this very result, with every argument that is not its default."""
        return self.code_of(self.argument, self.parameters())

    def code_of(self, argument: str, parameters: dict[str, Any]) -> str:
        """Python call on `argument` with those of the parameters that are not their default."""
        traits = self.traits()
        chosen = {name: plain(value) for name, value in parameters.items() if value != traits[name].default()}
        return f"{self.call}({', '.join([argument, *(f'{name}={value!r}' for name, value in chosen.items())])})"

    def close(self) -> None:
        """Stop computing and remove the widget from the page."""
        if hasattr(self, "_worker"):  # not if the constructor refused its arguments
            self._worker.close()
        super().close()

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

    def _cancel_asked(self, change):
        self._worker.cancel()

    def _compute(self, parameters, checkpoint):
        result = self.analyse(parameters, checkpoint)
        shown = self.present(result)
        return result, shown | {"controls": self._describe_controls(result, parameters)}

    def _deliver(self, answer: Answer):
        with self._traits_lock:
            if answer.request <= self._shown.request:
                return  # the loop was slower than somebody who asked for the result
            self._shown = answer
            number = self.status["result"]
            if answer.error is not None:
                state = "cancelled" if isinstance(answer.error, Cancelled) else "error"
                self.status = _status(state, message=_message(answer.error), result=number)
                return
            still_running = self._worker.waiting and self.status["state"] == "running"
            status = self.status | {"result": number + 1} if still_running else _status("idle", result=number + 1)
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
                self.status = _status("running", stage, fraction, result=self.status["result"])
        finally:
            self._traits_lock.release()

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
        with self._traits_lock:
            try:
                super().set_state(sync_data)
            except traitlets.TraitError as error:
                self.status = _status("error", message=_message(error), result=self.status["result"])
                self.send_state([name for name in sync_data if name in self.keys])
                return
        self._answer_where_no_loop_runs()

    def notify_change(self, change):
        """Tell the front end and the observers."""
        with getattr(self, "_traits_lock", contextlib.nullcontext()):  # traits may be set before the constructor runs
            super().notify_change(change)

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


def _status(state, stage="", fraction=0.0, message="", result=0) -> dict:
    return {"state": state, "stage": stage, "fraction": plain(float(fraction)), "message": message, "result": result}


def _message(error: BaseException) -> str:
    """Text of an error for people: its own words, after its type where they do not make a sentence."""
    text = str(error)
    return text if isinstance(error, (ValueError, TypeError, Cancelled, traitlets.TraitError)) and text else repr(error)


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
