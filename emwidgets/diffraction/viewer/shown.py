"""What is said of the pattern that is looked at, and of each pattern of the stack, as the classifier shows it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emwidgets.frontend.wire import array_payload, pixels_payload, plain
from emwidgets.signals import Calibration

from ..answers import ENSEMBLE, NETWORKS, RULES, Answers
from ..voting import CLASSES, LABELS, verdict
from .background import Background
from .chosen import Chosen
from .presentation import TITLES, navigation_axes

EVERYBODY = (*RULES, *NETWORKS)


def member_rows(chosen: Chosen, networks: Background, vote: str, certainty: float) -> list[dict]:
    """What each method says of the pattern, or why it says nothing yet: one row for each."""
    return [
        *(_row(name, "rule", *_rule(chosen, name)) for name in TITLES if name in RULES),
        *(_row(name, "network", *_network(chosen, networks, name)) for name in TITLES if name in NETWORKS),
        _row("ensemble", "vote", *_ensemble(chosen, networks, vote, certainty)),
    ]


def verdict_payload(chosen: Chosen, names: Sequence[str], vote: str, certainty: float, correction: str | None) -> dict:
    """Label of the pattern, how probable it is, and what is to be said against it.

    Parameters
    ----------
    chosen : Chosen
    names : sequence of str
        Who decides. As long as not all of them have answered, the rules do, provisionally.
    vote, certainty
        As in `classify`.
    correction : str, optional
        Label set by hand.
    """
    said = {name: chosen.answers[name][None] for name in names if name in chosen.answers}
    provisional = len(said) < len(names)
    if provisional:
        said = {
            name: chosen.answers[name][None] for name in RULES if name in chosen.answers and name not in chosen.failures
        }
    shown = {"label": "", "probability": None, "uncertain": True, "why": "", "problem": chosen.problem}
    if said and not chosen.problem:
        found = verdict(said, vote, certainty)
        shown |= {"label": str(found.labels[0]), "uncertain": bool(found.uncertain[0]), "why": str(found.why[0])}
        shown["problem"] = "; ".join(chosen.failures[name] for name in said if name in chosen.failures)
        label = correction or shown["label"]
        if label:
            shown["probability"] = float(found.probabilities[0, LABELS.index(label)])
    if correction:
        shown |= {"label": correction, "uncertain": False, "why": ""}
    return plain(shown | {"corrected": bool(correction), "provisional": provisional and not chosen.problem})


def frames_payload(where: Calibration, known: np.ndarray, found: Answers, vote: str, certainty: float) -> dict:
    """Probability of rings, doubt and problems of each pattern of a signal.

    Parameters
    ----------
    where : Calibration
        Of the signal.
    known : (n,) bool array
        Which patterns have been answered.
    found : Answers
        Of all of them, NaN for those that have not.
    vote, certainty
        As in `classify`.
    """
    ring = np.full(len(where), np.nan, np.float32)
    uncertain, problem = np.zeros((2, len(where)), np.uint8)
    if known.any():
        voted = verdict({name: rows[known] for name, rows in found.members.items()}, vote, certainty)
        ring[known], uncertain[known] = voted.probabilities[:, 0], voted.uncertain
    problem[list(found.problems)] = 1
    return {
        "shape": list(where.navigation_shape),
        "axes": navigation_axes(where),
        "done": int(known.sum()),
        "total": len(where),
        "ring": array_payload(ring),
        "uncertain": array_payload(uncertain),
        "problem": array_payload(problem),
    }


def navigator_payload(where: Calibration, means: np.ndarray) -> dict:
    """Mean intensity of the patterns of a scan, as Pixels; {} where there is no plane to show, or nothing on it yet."""
    if len(where.navigation_shape) != 2 or np.isnan(means).all():
        return {}
    axes = navigation_axes(where)
    pixels = pixels_payload(
        means.reshape(where.navigation_shape),
        scale=tuple(axis["scale"] for axis in axes),
        offset=tuple(axis["offset"] for axis in axes),
        quantity="mean intensity",
    )
    for name, axis in zip("yx", axes, strict=True):
        pixels["axes"][name]["unit"] = axis["unit"] or "px"
    return pixels


def _row(name, kind, state, message="", probabilities=(None,) * 3) -> dict:
    said = dict(zip(CLASSES, probabilities, strict=True))
    return plain({"name": name, "kind": kind, "title": TITLES[name], "state": state, "message": message, **said})


def _rule(chosen, name):
    if name in chosen.failures:
        return "failed", chosen.failures[name]
    return ("ready", "", chosen.answers[name]) if name in chosen.answers else (_waits(chosen),)


def _network(chosen, networks, name):
    if (failure := networks.failure(name)) is not None:
        return "failed", str(failure) or repr(failure)
    if not networks.done(name):
        return ("loading",)
    return ("ready", "", chosen.answers[name]) if name in chosen.answers else (_waits(chosen),)


def _ensemble(chosen, networks, vote, certainty):
    voters = [_network(chosen, networks, name) for name in ENSEMBLE]
    for state in ("failed", "loading", "computing"):
        for voter in voters:
            if voter[0] == state:
                return voter[:2]
    if chosen.problem:
        return ("ready",)
    voted = verdict({name: chosen.answers[name][None] for name in ENSEMBLE}, vote, certainty)
    return "ready", "", [*voted.probabilities[0], voted.neither[0]]


def _waits(chosen) -> str:
    """A pattern that cannot be classified is asked nothing, so that everybody is ready with it."""
    return "ready" if chosen.problem else "computing"
