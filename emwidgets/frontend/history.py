"""Undo and redo: every user action as a step from what was to what came.

The front end keeps the same rule for pages without a kernel (`core/history.ts`).
"""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Step:
    """What one action changed; `keys` are the entries of a dictionary trait such as `view` that it touched."""

    changes: dict[str, tuple[Any, Any]]
    label: str
    keys: frozenset[str]
    joins: bool
    last: float

    def values(self, direction: str) -> dict[str, Any]:
        """Value of each trait before ("undo") or after ("redo") the step; copies, as a user may change them."""
        return {name: copy.deepcopy(change[direction == "redo"]) for name, change in self.changes.items()}


class History:
    """Actions that can be taken back, and those taken back.

    An action is all that is noted between the beginning and the end of the outermost `action`. It joins the last step
    if it touches the same traits, if these are such that a hand moves steadily (a slider, zoom), and if it comes
    within `together` seconds of that step's last change: a drag is one step, however many values it sends.

    Not safe for threads by itself: whoever calls it holds the lock of the traits. It keeps copies of what it is told,
    so it is told of small traits alone.

    Parameters
    ----------
    label : callable
        What a user calls a trait.
    joins : callable
        Whether changes of a trait that follow each other quickly are one action.
    clock : callable
        Seconds.
    """

    #: Most steps that are kept.
    longest = 200
    #: Seconds within which actions are one.
    together = 1.0

    def __init__(
        self, label: Callable[[str], str], joins: Callable[[str], bool], clock: Callable[[], float] = time.monotonic
    ):
        self._label, self._joins, self.clock = label, joins, clock
        self._steps: dict[str, list[Step]] = {"undo": [], "redo": []}
        self._noted: dict[str, tuple[Any, Any]] = {}
        self._depth = 0
        #: "undo" or "redo" while values are put back, None otherwise
        self.travelling: str | None = None

    @property
    def labels(self) -> dict[str, str | None]:
        """Label of the step that would be undone and of the one that would be redone; None where there is none."""
        return {direction: steps[-1].label if steps else None for direction, steps in self._steps.items()}

    @contextlib.contextmanager
    def action(self, label: str | None = None) -> Iterator[None]:
        """What is noted within belongs together; with a label of its own it joins no other step."""
        if label is not None:
            self.commit()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0 or label is not None:
                self.commit(label)

    def note(self, name: str, before, after) -> None:
        """Take down a change of a trait; what undo and redo do themselves is none."""
        if self.travelling is None:
            first = self._noted[name][0] if name in self._noted else copy.deepcopy(before)
            self._noted[name] = first, copy.deepcopy(after)

    def commit(self, label: str | None = None) -> None:
        """Make a step of what was noted."""
        noted = {name: change for name, change in self._noted.items() if not same(*change)}
        self._noted = {}
        if not noted:
            return
        step = Step(
            noted,
            label or _enumerate([self._label(name) for name in noted]),
            frozenset().union(*(_changed_keys(*change) for change in noted.values())),
            label is None and all(map(self._joins, noted)),
            self.clock(),
        )
        past = self._steps["undo"]
        self._steps["redo"].clear()
        if past and self._is_one(past[-1], step):
            past[-1] = _joined(past[-1], step)
            if not past[-1].changes:  # dragged back to where it began
                past.pop()
            return
        past.append(step)
        del past[: -self.longest]

    def step(self, direction: str) -> Step | None:
        """The step that would be undone or redone."""
        steps = self._steps[direction]
        return steps[-1] if steps else None

    def move(self, direction: str) -> None:
        """Say that a step was undone or redone."""
        step = self._steps[direction].pop()
        self._steps["redo" if direction == "undo" else "undo"].append(step)
        for step in self._steps["undo"][-1:]:
            step.joins = False  # a new beginning: what comes now belongs to nothing that was

    def _is_one(self, last: Step, new: Step) -> bool:
        return (
            last.joins
            and new.joins
            and last.changes.keys() == new.changes.keys()
            and last.keys == new.keys
            and new.last - last.last <= self.together
        )


def same(one, other) -> bool:
    """Whether two values are equal; those that cannot be compared are not."""
    try:
        return bool(one == other)
    except Exception:
        return False


def _joined(last: Step, new: Step) -> Step:
    changes = {name: (before, new.changes[name][1]) for name, (before, _) in last.changes.items()}
    changes = {name: change for name, change in changes.items() if not same(*change)}
    return Step(changes, last.label, last.keys, True, new.last)


def _changed_keys(before, after) -> frozenset[str]:
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return frozenset()
    nothing = object()
    return frozenset(
        key for key in before.keys() | after.keys() if not same(before.get(key, nothing), after.get(key, nothing))
    )


def _enumerate(labels: list[str]) -> str:
    """Distinct labels, the first two of them."""
    distinct = list(dict.fromkeys(labels))
    return ", ".join(distinct[:2]) + (" …" if len(distinct) > 2 else "")
