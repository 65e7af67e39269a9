"""Undo and redo of a widget: what a user does to its traits, by hand or in Python, can be taken back."""

from __future__ import annotations

import contextlib
import threading

import traitlets

from .history import History

ASKED = ("cancel", "undo", "redo")


class Undoing(traitlets.HasTraits):
    """Keeps a history of the traits named by `user_traits`, and says in `status` what could be undone and redone."""

    asked = traitlets.Dict(
        dict.fromkeys(ASKED, 0), help="adding 1 asks to stop computing, to take back, to do again"
    ).tag(sync=True)

    # One thread may be in a cell while another takes messages of the front end, and ipywidgets is not made for it.
    # One lock for all widgets, as links lead from one to another.
    _traits_lock = threading.RLock()
    _history: History | None = None  # while traits get their first values

    def undo(self) -> bool:
        """Take back the last action, by hand or in Python: of a control, the view, or the selection.

        Moves of one slider, or assignments to one control, that follow each other within a second are one action.

        Returns
        -------
        bool
            Whether there was one.
        """
        return self._travel("undo")

    def redo(self) -> bool:
        """Do again what was taken back last.

        Returns
        -------
        bool
            Whether there was something.
        """
        return self._travel("redo")

    def notify_change(self, change):
        """Tell the history, the front end and the observers."""
        with self._action():
            if self._history is not None and change.name in self._remembered and not _follows(change):
                self._history.note(change.name, change.old, change.new)
            super().notify_change(change)

    def _remember(self):
        """From now on what the user does is remembered."""
        self._remembered = frozenset(self.user_traits())
        self.observe(self._asked, names="asked")
        self._history = History(self._label, self._moves_steadily)

    def _label(self, name):
        return self.traits()[name].metadata.get("label", name.capitalize())

    def _moves_steadily(self, name):
        return name == "view" or name in self.controls

    @contextlib.contextmanager
    def _action(self, label: str | None = None):
        """What changes within is one action; `status` says what can be undone after it."""
        with self._traits_lock:
            if self._history is None:
                yield
                return
            try:
                with self._history.action(label):
                    yield
            finally:
                self.status = {**self.status, **self._history.labels}

    def _travel(self, direction: str) -> bool:
        with self._traits_lock:
            self._history.commit()  # what was changed just before, in the same message
            step = self._history.step(direction)
            if step is None:
                return False
            with self._action():
                try:
                    self._history.travelling = direction
                    self._set(step.values(direction))
                finally:
                    self._history.travelling = None
                    self._history.move(direction)
            return True

    def _set(self, values):
        """Set traits, all or none, with one message to the front end."""
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in values.items():
                self.set_trait(name, value)

    def _asked(self, change):
        for name in ASKED:
            for _ in range(_more(change.old, change.new, name)):  # several, where the front end had to wait
                getattr(self, name)()


def _follows(change) -> bool:
    """Whether a selection was moved by the front end itself, to stay where it was in a new result."""
    return change.name == "selection" and bool(change.new.get("followed"))


def _more(before, after, name) -> int:
    """How much a counter has gone up; 0 if it is none."""
    counts = [each.get(name) for each in (before, after)]
    return min(max(counts[1] - counts[0], 0), History.longest) if all(type(each) is int for each in counts) else 0
