"""The state of a widget as strict JSON: what it is, where its controls stand, how it is looked at, and of which data.

Nothing in a state is ever run: it is names and plain values, checked one by one before the first of them is used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from emwidgets.signals.origin import versions

from .wire import plain

if TYPE_CHECKING:
    from .sharing import Sharing

#: Lists in lists in lists …; what a widget writes has less than ten.
DEEPEST = 24
#: Numbers, words and lists together; what a widget writes has less than a thousand, but for peaks taken in by hand.
MOST = 100_000
#: Characters of one word.
LONGEST = 100_000

_PARTS = ("emwidgets", "version", "parameters", "view", "selection", "input", "versions")
_NEEDED = _PARTS[:3]


def state_of(widget: Sharing) -> dict[str, Any]:
    """State of a widget.

    All parameters are in it, also those that have their default: a default may change in a later version, and what was
    seen shall be seen again.
    """
    selection = {name: value for name, value in getattr(widget, "selection", {}).items() if name != "followed"}
    return plain(
        {
            "emwidgets": type(widget).__name__,
            "version": widget.state_version,
            "parameters": widget.parameters(),
            "view": widget.view,
            "selection": selection,
            "input": widget.origin(),
            "versions": versions(),
        }
    )


def restore(widget: Sharing, state: Mapping) -> None:
    """Set the traits of a widget to what a state says, as one action, or leave all as they are and raise."""
    parts = _parts_of(widget, state)
    values = _parameters(widget, parts["parameters"])
    for name in ("view", "selection"):
        if name in widget.user_traits():
            values[name] = accepted(widget, name, parts[name]) if name in parts else widget.traits()[name].default()
    widget.admit({name: values[name] for name in widget.control_names()})
    with widget._action("State"):
        widget._set(values)


def accepted(widget: Sharing, name: str, value):
    """A plain value as the trait takes it, or a TraitError."""
    trait = widget.traits()[name]
    if isinstance(value, bool) and isinstance(trait, traitlets.Int | traitlets.Float):
        raise traitlets.TraitError(f"'{name}' is {value}: expected a number")  # to Python it would be 0 or 1
    return trait._validate(widget, plain(value))


def _parts_of(widget, state) -> dict:
    """The parts as this version writes them."""
    kind = type(widget).__name__
    if not isinstance(state, Mapping):
        what = "text: json.loads it first" if isinstance(state, str | bytes) else f"a {type(state).__name__}"
        raise TypeError(f"the state is {what}; expected the dictionary that {kind}.state() gives")
    _check_size(state)
    if state.get("emwidgets") != kind:
        raise ValueError(f"the state is one of {_short(state.get('emwidgets'))}: expected one of '{kind}'")
    parts = _migrated(widget, dict(state))
    missing = [name for name in _NEEDED if name not in parts]
    unknown = [name for name in parts if name not in _PARTS]
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"has the unknown {', '.join(map(_short, unknown))}"
        raise ValueError(f"the state {what}; expected {', '.join(_PARTS)}, as {kind}.state() gives")
    return parts


def _migrated(widget, parts) -> dict:
    version, newest = parts.get("version"), widget.state_version
    if type(version) is not int or version < 1:
        raise ValueError(f"the version of the state is {_short(version)}: expected a whole number from 1 to {newest}")
    if version > newest:
        written = parts.get("versions")
        by = written.get("emwidgets") if isinstance(written, Mapping) else None
        raise ValueError(
            f"the state has version {version}, and this emwidgets reads up to {newest}: update emwidgets"
            + (f"; it was written by {_short(by)}" if by else "")
        )
    for old in range(version, newest):
        try:
            parts = {**widget.migrations[old](parts), "version": old + 1}
        except Exception as error:  # what a stranger wrote into it may be anything
            raise ValueError(
                f"the state is not one of version {version} of {type(widget).__name__}: {error!r}"
            ) from error
    return parts


def _parameters(widget, given) -> dict[str, Any]:
    """Value of each control; the default for those that a state does not have."""
    if not isinstance(given, Mapping):
        raise TypeError(f"the parameters of the state are {_short(given)}: expected a dictionary")
    names = widget.control_names()
    unknown = [name for name in given if name not in names]
    if unknown:
        raise ValueError(
            f"the state has the unknown parameter {', '.join(map(_short, unknown))}: "
            f"{type(widget).__name__} has {', '.join(names)}"
        )
    defaults = widget.traits()
    return {n: accepted(widget, n, given[n]) if n in given else defaults[n].default() for n in names}


def _check_size(state) -> None:
    """Raise unless it is plain JSON of a sensible size; without recursion, so that no depth can hurt."""
    waiting: list[tuple[Any, int]] = [(state, 0)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if seen > MOST:
            raise ValueError(f"the state has more than {MOST:,} entries: it is not one that a widget wrote")
        if depth > DEEPEST:
            raise ValueError(f"the state is nested more than {DEEPEST} deep: it is not one that a widget wrote")
        if isinstance(value, Mapping):
            if not all(isinstance(name, str) for name in value):
                raise TypeError("the state has a name that is no text: expected JSON")
            waiting += [(each, depth + 1) for each in (*value, *value.values())]
        elif isinstance(value, list | tuple):
            waiting += [(each, depth + 1) for each in value]
        elif isinstance(value, str):
            if any("\ud800" <= each <= "\udfff" for each in value):
                raise ValueError("the state has a text with half a character, which cannot be sent: expected Unicode")
            if len(value) > LONGEST:
                raise ValueError(f"the state has a text of {len(value):,} characters: expected {LONGEST:,} at most")
        elif isinstance(value, float):
            if not math.isfinite(value):
                raise ValueError(f"the state has the number {value}, which JSON has not: expected finite numbers")
        elif isinstance(value, int):
            if abs(value) > 2**53:
                raise ValueError("the state has a whole number beyond 2⁵³, which JSON has not")
        elif value is not None:
            raise TypeError(f"the state has a {type(value).__name__}: expected JSON")


def _short(value) -> str:
    text = repr(value)
    return text if len(text) < 80 else text[:79] + "…"
