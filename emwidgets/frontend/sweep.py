"""Widgets stepped through values of their controls, which is all that a page without a kernel can show."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from . import codecs
from .packing import Packer, to_json
from .progress import Progress

MB = 1_000_000  # bytes


class Replay:
    """The steps of one widget, packed as they come.

    Parameters
    ----------
    widget : AnalysisWidget
    sweep : mapping, optional
        Control to the values that it shall take; several controls give their product, the last one running fastest.
        Without it there is one step: the widget as it stands.
    packer : Packer
        What several widgets share is stored once.

    Raises
    ------
    TypeError, ValueError
        If `sweep` is no such mapping, names no control, or a control cannot have one of its values. Nothing has been
        computed then.
    """

    def __init__(self, widget, sweep: Mapping | None, packer: Packer):
        self._widget, self._packer = widget, packer
        self._parameters = widget.parameters()  # now, so that what the user moves meanwhile makes no step differ
        chosen = _values_by_control(widget, sweep)
        self.names, self.values = list(chosen), list(chosen.values())
        self._nodes: dict[tuple[int, ...], dict] = {}
        self._added: dict[tuple[int, ...], dict] = {}  # what each trait has added to the packer
        self._samples: list[list[tuple[int, ...]]] = []  # steps along each control
        self._start: tuple[int, ...] = ()
        self._elsewhere = False  # whether no step is what the widget itself shows
        self.title = ""

    def swept(self, name: str) -> list | None:
        """Values that a control takes; None if it stands still."""
        return dict(zip(self.names, self.values, strict=True)).get(name)

    def __len__(self):
        return math.prod(map(len, self.values))

    def sample(self) -> Iterator[None]:
        """Compute the step that the page begins with and, along each control, the first, the middle and the last."""
        self._start = tuple(map(self._nearest, self.names, self.values))
        own = [self._parameters[name] for name in self.names]
        self._elsewhere = own != [values[i] for values, i in zip(self.values, self._start, strict=True)]
        yield from self._compute(self._start)
        for axis, values in enumerate(self.values):
            places = (0, len(values) // 2, len(values) - 1)
            self._samples.append([(*self._start[:axis], i, *self._start[axis + 1 :]) for i in dict.fromkeys(places)])
            for step in self._samples[-1]:
                yield from self._compute(step)

    def finish(self) -> Iterator[None]:
        """Compute the others, so that what the first stages of the analysis found serves as long as it can."""
        stages = [self._widget.controls[name]["stage"] for name in self.names]
        slowest_first = sorted(range(len(stages)), key=stages.__getitem__)
        for step in sorted(self._steps(), key=lambda step: [step[axis] for axis in slowest_first]):
            yield from self._compute(step)

    def to_come(self) -> np.ndarray:
        """What the steps that were not sampled will add, about: characters of JSON, and bytes of buffers.

        A trait that differs along some of the controls, as seen in the samples, is expected to differ as often
        between all steps along these.
        """
        total = np.zeros(2)
        for trait, first in self._nodes[self._start].items():
            texts = {step: to_json(nodes[trait]) for step, nodes in self._nodes.items()}
            along = [i for i, steps in enumerate(self._samples) if any(texts[step] != to_json(first) for step in steps)]
            seen = {step for i in along for step in self._samples[i]} - {self._start}
            new = len({texts[step] for step in seen} - {to_json(first)})
            if new:
                expected = new / len(seen) * (math.prod(len(self.values[i]) for i in along) - 1)
                total += max(0, expected - new) * sum(self._added[step][trait] for step in seen) / new
                total[0] += len(self) * (len(trait) + len(to_json(first)) + 4)
        return total

    def entry(self) -> dict:
        """What the manifest says of the widget."""
        states, start = [self._nodes[step] for step in self._steps()], self._nodes[self._start]
        moving = [name for name in start if len({to_json(state[name]) for state in states}) > 1]
        sweep = {
            "names": self.names,
            "values": self.values,
            "start": list(self._start),
            "steps": [{name: state[name] for name in moving} for state in states],
        }
        return {"kind": self._widget.front_end, "state": start, "sweep": sweep if self.names else None}

    def _steps(self):
        return product(*(range(len(values)) for values in self.values))

    def _nearest(self, name, values) -> int:
        """Place of the value that is nearest to the widget's own."""
        own, entry = self._parameters[name], self._widget.controls.get(name, {})
        if own is None and None not in values:  # derived from the data
            own = self._snapshot({})["controls"].get(name, {}).get("value")
        return min(range(len(values)), key=lambda i: _distance(values[i], own, entry.get("scale") == "log"))

    def _compute(self, step) -> Iterator[None]:
        if step in self._nodes:
            return
        state = self._snapshot({name: values[i] for name, values, i in zip(self.names, self.values, step, strict=True)})
        self.title = state["provenance"].get("title") or ""
        if self._elsewhere and "selection" in state:  # its numbers are those of another result
            state["selection"] = self._widget.traits()["selection"].default()
        nodes, added = {}, {}
        for trait, value in state.items():
            before = self._packer.size()
            try:
                nodes[trait] = self._packer.pack(value)
            except TypeError as error:
                raise TypeError(f"'{trait}' of {_name(self._widget)} cannot go into a page: {error}") from error
            added[trait] = self._packer.size() - before
        self._nodes[step], self._added[step] = nodes, added
        yield

    def _snapshot(self, chosen):
        try:
            return self._widget.snapshot(self._parameters | chosen)
        except Exception as error:
            if not chosen:
                raise
            step = ", ".join(f"{name}={value!r}" for name, value in chosen.items())
            raise RuntimeError(f"the step {step} of {_name(self._widget)} fails: {error}") from error


def compute(replays: Sequence[Replay], packer: Packer, around: int, max_mb: float) -> None:
    """Compute all steps, with a progress bar, unless the page is going to be too large.

    Parameters
    ----------
    replays : sequence of Replay
    packer : Packer
        The one that they share.
    around : int
        Bytes of the page without its data.
    max_mb : float
        Largest size of the page, in 10⁶ bytes.

    Raises
    ------
    ValueError
        If the size predicted from a few steps, or what has been packed so far, is more than that.
    RuntimeError
        If the analysis fails at a step.
    """
    n = sum(map(len, replays))
    with Progress(n) as progress:
        for replay in replays:
            for _ in replay.sample():
                progress.step()
        predicted = around + _packed_size(packer, replays)
        progress.say(f"about {predicted / MB:.1f} MB")
        check_size(predicted, max_mb, f"would have about {{}} with its {n} step{'s' * (n > 1)}")
        for replay in replays:
            for _ in replay.finish():
                progress.step()
                check_size(around + packer.size()[1] * 4 / 3, max_mb, f"has {{}} after {progress.done} of {n} steps")


def check_size(size: float, max_mb: float, says: str) -> None:
    """Raise ValueError if a page of `size` bytes is larger than `max_mb`; `says` has a place for the size."""
    if size > max_mb * MB:
        says = says.format(f"{size / MB:.3g} MB")
        raise ValueError(
            f"the page {says}, more than max_mb = {max_mb:g}: take fewer steps, give a larger max_mb, or crop or rebin "
            "the data"
        )


def _packed_size(packer, replays) -> float:
    """Bytes that the data of a page will have, in base64."""
    text = to_json([packer.pool, packer.buffers])
    come = sum(replay.to_come() for replay in replays)
    ratio = len(codecs.gzipped(text.encode())) / len(text)
    return 4 / 3 * (ratio * (len(text) + come[0]) + packer.size()[1] + come[1])


def _values_by_control(widget, sweep) -> dict[str, list]:
    if sweep is None:
        return {}
    if not isinstance(sweep, Mapping):
        raise TypeError(
            f"the sweep of {_name(widget)} is {sweep!r}: expected a mapping of controls to values, such as "
            "{'threshold': [0.3, 0.5, 0.7]}"
        )
    controls = list(widget.parameters())
    unknown = [str(name) for name in sweep if name not in controls]
    if unknown:
        raise ValueError(
            f"{_name(widget)} has no control {', '.join(unknown)} to step through; it has {', '.join(controls)}"
        )
    still = [name for name in sweep if name not in widget.controls]
    if still:
        raise ValueError(
            f"{', '.join(still)} of {_name(widget)} has no slider that a page could step: "
            f"expected some of {', '.join(widget.controls)}"
        )
    return {name: _values(widget, name, values) for name, values in sweep.items()}


def _values(widget, name, values) -> list:
    """The values as the control takes them, each once, numbers in ascending order as a slider needs them."""
    values = _built_in(values)
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"the sweep of {name} is {values!r}: expected several values, such as a list or numpy.linspace")
    taken = {}
    for value in values:
        value = _built_in(value)
        if not _finite(value):
            raise ValueError(f"{name} cannot be stepped to {value!r}: expected finite numbers")
        value = _built_in(widget.checked(name, value))
        taken[to_json(value)] = value
    if not taken:
        raise ValueError(f"the sweep of {name} has no values: expected at least one")
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in taken.values())
    return sorted(taken.values()) if numbers else list(taken.values())


def _built_in(value):
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float):  # linspace's 0.9000000000000001 would be read in the code and under the page
        return float(f"{value:.12g}")
    return [_built_in(each) for each in value] if isinstance(value, list | tuple) else value


def _finite(value) -> bool:
    return all(map(_finite, value)) if isinstance(value, list) else not isinstance(value, float) or math.isfinite(value)


def _distance(value, own, log) -> float:
    """How far a value is from another one, as on a slider; infinite where that means nothing."""
    if value == own:
        return 0.0
    try:
        a, b = np.asarray(value, float), np.asarray(own, float)
    except (TypeError, ValueError):  # text, or lists of unequal length
        return math.inf
    if a.shape != b.shape:
        return math.inf
    if log and (a > 0).all() and (b > 0).all():
        a, b = np.log(a), np.log(b)
    apart = float(np.abs(a - b).sum())
    return math.inf if math.isnan(apart) else apart  # NaN where one is None


def _name(widget):
    return type(widget).__name__
