"""Traits of two widgets kept the same, in the browser where both are there and in scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
import traitlets

from .history import same

if TYPE_CHECKING:
    from .widget import AnalysisWidget


class Link:
    """Two traits that are kept the same until `unlink` is called or one of the widgets is closed.

    What a user moves in a browser is carried over there, by ipywidgets' `jslink`, and Python stays out of it: it hears
    of a drag late, and would set the other widget to where the hand was a moment ago; the browser's own link would take
    that for a move and pull back the slider under the hand. What Python changes (an assignment, undo, an observer), it
    carries over itself, so that a script needs no browser.

    Parameters
    ----------
    widget, other : Widget
        The value of the first is taken over.
    trait, other_trait : str
    """

    def __init__(self, widget: AnalysisWidget, trait: str, other: ipywidgets.Widget, other_trait: str):
        self._ends = (widget, trait), (other, other_trait)
        for end in self._ends:
            _check(*end)
        if widget is other and trait == other_trait:
            raise ValueError(f"'{trait}' cannot be linked to itself: name another widget or another trait")
        self._take_over()
        self._in_browser = ipywidgets.jslink(*self._ends)
        #: Whether the traits are still kept the same.
        self.linked = True
        widget.observe(self._forward, names=trait)
        other.observe(self._backward, names=other_trait)
        for each in {widget, other}:
            each.observe(self._closed, names="comm")
            getattr(each, "_links", []).append(self)

    @property
    def ends(self) -> tuple[tuple[ipywidgets.Widget, str], tuple[ipywidgets.Widget, str]]:
        """(widget, trait) of both."""
        return self._ends

    def unlink(self) -> None:
        """Let each go its own way; both keep the value they have."""
        if not self.linked:
            return
        self.linked = False
        (widget, trait), (other, other_trait) = self._ends
        widget.unobserve(self._forward, names=trait)
        other.unobserve(self._backward, names=other_trait)
        for each in {widget, other}:
            each.unobserve(self._closed, names="comm")
            getattr(each, "_links", [self]).remove(self)
        self._in_browser.close()

    def _take_over(self):
        (widget, trait), (other, name) = self._ends
        value, before = getattr(widget, trait), getattr(other, name)
        try:
            other.set_trait(name, value)
            if not _equal(getattr(other, name), value):  # a slider cuts what is beyond its ends
                instead = getattr(other, name)
                other.set_trait(name, before)
                raise traitlets.TraitError(f"it takes {instead!r} instead")
        except traitlets.TraitError as error:
            raise _refused(*self._ends, value, error) from error

    def _forward(self, change):
        self._carry(*self._ends, change)

    def _backward(self, change):
        self._carry(*reversed(self._ends), change)

    def _carry(self, source, target, change):
        widget, trait = source
        other, name = target
        if _is_of_front_end(widget, trait, change.new) or _equal(getattr(other, name), change.new):
            return
        try:
            if not _taken_back_too(widget, other, name, change.new):
                other.set_trait(name, change.new)
        except traitlets.TraitError as error:
            widget.set_trait(trait, getattr(other, name))  # as the browser does: linked traits are never different
            raise _refused(source, target, change.new, error) from error

    def _closed(self, change):
        if change.new is None:
            self.unlink()


def _check(widget, name):
    """Raise unless a user may set the trait."""
    if not isinstance(widget, ipywidgets.Widget):
        raise TypeError(f"{widget!r} cannot be linked: expected a widget, as in explorer.link(other, 'threshold')")
    can_be = getattr(widget, "user_traits", None)
    known = can_be() if can_be else [each for each in widget.traits(sync=True) if not each.startswith("_")]
    if name in known:
        return
    kind = type(widget).__name__
    what = "is what Python computes" if widget.has_trait(name) and can_be else "is no trait that can be linked"
    raise ValueError(f"'{name}' of {kind} {what}: expected one of {', '.join(known)}")


def _is_of_front_end(widget, name, value) -> bool:
    """Whether the value is the one of a message that is being taken just now."""
    message = getattr(widget, "_message", widget._property_lock)  # the latter is ipywidgets' own note of it
    return name in message and _equal(message[name], value)


def _taken_back_too(widget, other, name, value) -> bool:
    """Undo or redo in one widget is undo or redo in the other, where that action is the last one there, too."""
    direction = getattr(getattr(widget, "_history", None), "travelling", None)
    history = getattr(other, "_history", None)
    step = history.step(direction) if direction and history else None
    return step is not None and same(step.values(direction), {name: value}) and getattr(other, direction)()


def _equal(one, other) -> bool:
    """Whether two values are the same to a user; pairs are lists in some widgets and tuples in others."""
    both = (list(value) if isinstance(value, tuple) else value for value in (one, other))
    return same(*both)


def _refused(source, target, value, error) -> traitlets.TraitError:
    (widget, trait), (other, name) = source, target
    return traitlets.TraitError(
        f"'{trait}' of {type(widget).__name__} is linked to '{name}' of {type(other).__name__}, which cannot be "
        f"{value!r}: {error}"
    )
