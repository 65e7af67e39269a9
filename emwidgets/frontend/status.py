"""What a widget says about itself: what is being computed, or why nothing is."""

from __future__ import annotations

import traitlets

from .wire import plain
from .worker import Cancelled


def status_of(state, stage="", fraction=0.0, message="", result=0, undo=None, redo=None) -> dict:
    """Value of the `status` trait: number of the `result` shown, label of what could be undone and redone."""
    said = {"state": state, "stage": stage, "fraction": plain(float(fraction)), "message": message}
    return said | {"result": result, "undo": undo, "redo": redo}


def message_of(error: BaseException) -> str:
    """Text of an error for people: its own words, after its type where they do not make a sentence."""
    text = str(error)
    return text if isinstance(error, (ValueError, TypeError, Cancelled, traitlets.TraitError)) and text else repr(error)
