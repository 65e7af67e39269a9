"""Asking a method about many particles: an image that cannot be read is said so, and does not stop the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from emwidgets import models
from emwidgets.models import NetworkError
from emwidgets.signals import Calibration
from emwidgets.signals.pixels import clean

from .answers import Answer, answer
from .identifiable import why_not
from .incomplete import INCOMPLETE, incomplete, lost
from .networks import views as sets
from .networks.framing import find
from .seen import NETWORK, TRANSFER, Seen
from .square import squared
from .tasks import TASKS
from .verdict import Answers, gathered

#: The network that takes part in each method; measured features need none.
NETWORKS = {"fit": NETWORK, "network": NETWORK, "transfer": TRANSFER}


def digests(task: str, method: str, views: int = 1) -> dict[str, str]:
    """Digests of the networks that take part, by name; they are loaded, so that damage is found out here.

    Raises
    ------
    emwidgets.models.NetworkError
        If a file is damaged or missing.
    """
    found = {}
    if method in NETWORKS:
        card = models.load(NETWORKS[method]).card
        found[card.key] = card.digests["onnx"]
    if method == "network" and views > 1:
        sets.load(task)  # its file is the one that its card describes
        card = json.loads((sets.FOLDER / f"{task}.json").read_text(encoding="utf-8"))
        found[f"particles/views/{task}"] = card["digest"]
    return found


def of_each(frames, first: int, task: str, method: str, where: Calibration) -> Answers:
    """Answers for frames that show a particle each.

    Parameters
    ----------
    frames : (n, rows, columns) array
        As recorded: numbers, RGB, NaN or masked where pixels are missing.
    first : int
        Number of the first of them.
    task, method : str
    where : Calibration
        Of the signal they are from.
    """
    return gathered(of_views(frame[None], first, task, method, where) for first, frame in enumerate(frames, first))


def of_views(
    frames,
    first: int,
    task: str,
    method: str,
    where: Calibration,
    tilts: Rotation | None = None,
    checkpoint: Callable[[], None] | None = None,
    kept: dict | None = None,
) -> Answers:
    """The answer for frames that are views of one particle; those that cannot be read are left out.

    Where pixels are missing in which part of the particle would be, that is why it cannot be told.

    Parameters
    ----------
    frames, first, task, method, where
        As in `of_each`.
    tilts : Rotation, optional
        One for each frame.
    checkpoint : callable, optional
        Called now and then; what it raises ends the asking.
    kept : dict, optional
        Filled with what the next question about the same frames need not find out again.
    """
    kept_here = {} if kept is None else kept
    if "views" not in kept_here:
        kept_here["views"] = _read(frames, first, where)
    images, seen, problems, side, hidden = kept_here["views"]
    if not images:
        return _unread(task, problems)
    known = None if tilts is None else tilts[seen]
    try:
        if kept is None:
            said = answer(images, task, method, tilts=known, checkpoint=checkpoint)
        else:
            if "seen" not in kept:
                kept["seen"] = Seen(images, known)
            said = answer(kept["seen"], task, method, checkpoint=checkpoint)
    except NetworkError:
        raise
    except (ValueError, ArithmeticError) as error:  # this one is too odd for the method; the others are not
        return _unread(task, problems | {first: f"{where.name_of(first)}: {error}"})
    if not np.isfinite(said.probabilities).all():
        return _unread(task, problems | {first: f"{where.name_of(first)}: {said.why or 'the method has no answer'}"})
    if hidden:
        said = replace(said, why=why_not(task, len(images), known) or INCOMPLETE)
    return _answers(said, first, problems, side)


class _Views(NamedTuple):
    """Views that could be read, which they are, why the others could not; px; whether part of a particle is hidden."""

    images: list[np.ndarray]
    seen: list[int]
    problems: dict[int, str]
    side: float
    hidden: bool


def _read(frames, first: int, where: Calibration) -> _Views:
    images, seen, problems, side, hidden = [], [], {}, 1.0, False
    for number, frame in enumerate(frames, first):
        try:
            pixels, missing = clean(frame, where.name_of(number))
        except ValueError as error:
            problems[number] = str(error)
            continue
        image, side = squared(pixels, where.scale)
        trouble = _nothing_in(image) if len(frames) > 1 else ""  # of a single one the method itself will say so
        if trouble:
            problems[number] = f"{where.name_of(number)}: {trouble}"
            continue
        images.append(image)
        seen.append(number - first)
        unknown = lost(frame, missing)
        if unknown is not None:
            unknown = squared(unknown.astype(np.float32), where.scale)[0] > 0
        hidden |= incomplete(image, unknown)
    return _Views(images, seen, problems, side, hidden)


def _answers(said: Answer, first: int, problems: dict[int, str], side: float) -> Answers:
    fitted = {} if said.fitted is None else {first: _in_unit(said.fitted, side)}
    return Answers(said.probabilities[None], np.array([said.other]), np.array([said.why]), fitted, problems)


def _unread(task: str, problems: dict[int, str]) -> Answers:
    nothing = np.full((1, len(TASKS[task])), np.nan)
    return Answers(nothing, nothing[:, 0].copy(), np.array([""]), problems=problems)


def _nothing_in(image: np.ndarray) -> str:
    try:
        find(image)
    except ValueError as error:
        return str(error)
    return ""


def _in_unit(fitted, side: float):
    """A fitted solid whose lengths are in px, in the unit in which a pixel has this side."""
    return replace(fitted, axes=np.asarray(fitted.axes) * side, centre=tuple(np.multiply(fitted.centre, side).tolist()))
