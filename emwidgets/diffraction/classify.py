"""Ring or spot, for every pattern of a signal, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from numbers import Integral, Real

from emwidgets.signals import Calibration, Provenance, provenance
from emwidgets.signals.runs import in_runs

from .answers import ENSEMBLE, METHODS, RULES, Answers, answers, gathered, loaded
from .classification import Classification
from .patterns import patterns_of
from .voting import CERTAINTY, LABELS, VOTES


def classify(
    signal,
    method="ensemble",
    *,
    certainty: float = CERTAINTY,
    vote: str = "soft",
    corrections: Mapping[int, str] | None = None,
) -> Classification:
    """Say of each diffraction pattern whether it is a ring or a spot pattern, how surely, and when it cannot be told.

    Parameters
    ----------
    signal : Signal2D
        A pattern, or a stack or scan of them, lazy or not. Its units do not matter.
    method : str or network
        "ensemble": the vote of the three networks; one of them alone, "cnn", "googlenet", "densenet"; or a rule that
        shows its evidence, "hough", "ransac", "fourier". Or a network of your own, from `emwidgets.models.load` or
        `finetune`.
    certainty : float
        From 0.5 to 1: answers of a lower probability are uncertain. So are, whatever is asked for, those against which
        one network is sure of the other label, and patterns that are unlike anything learnt.
    vote : {"soft", "hard"}
        How the ensemble votes: by the mean of the probabilities, or one vote for each network.
    corrections : dict of int to str, optional
        Labels set by you, "ring" or "spot", by the flat index of the pattern (the first navigation axis of HyperSpy
        runs fastest). They win; the probabilities stay those of the method.

    Returns
    -------
    Classification

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images, or `method` no network.
    ValueError
        If the signal has no pattern, complex or other than numbers, smaller than 16 × 16 px; or an argument is out of
        its range. A single pattern that cannot be read, because it is constant or has no valid pixel, is no error: see
        `Classification.problems`.
    emwidgets.models.NetworkError
        If a network's file is damaged.

    Examples
    --------
    >>> from emwidgets import diffraction
    >>> pattern = diffraction.simulate("gold", grains=2000, seed=1)
    >>> diffraction.classify(pattern).labels
    array('ring', dtype='<U4')
    """
    where = patterns_of(signal, pixel_size=1.0)  # no number in the result depends on the unit
    members = members_named(method)
    _check(certainty, vote)
    corrected = corrections_of(corrections, len(where))
    ready = tuple(one if one in RULES else loaded(one) for one in members)  # a damaged file is said before the work
    # by their names networks travel to other processes
    answered = partial(_answered, members=members if where.lazy else ready, where=where)
    found = in_runs(answered, signal, where, gathered)
    asked = {"method": _written(method), "certainty": certainty, "vote": vote, "corrections": corrected}
    return Classification(where, found, certainty, vote, corrected, made_from(signal, asked, ready))


def members_named(method) -> tuple:
    """Who answers for a method: names of rules and networks, or the network that was given.

    Raises
    ------
    TypeError, ValueError
        If it is neither.
    """
    if isinstance(method, str):
        if method not in METHODS:
            raise ValueError(f"method is {method!r}: expected {', '.join(METHODS)}, or a network of your own")
        return ENSEMBLE if method == "ensemble" else (method,)
    if not (hasattr(method, "card") and callable(getattr(method, "run", None))):
        raise TypeError(
            f"method is {type(method).__name__}: expected {', '.join(METHODS)}, or a network of your own from "
            "emwidgets.models.load(path)"
        )
    return (method,)


def corrections_of(corrections, frames: int, called: str = "corrections") -> dict[int, str]:
    """Corrections with whole numbers as keys, checked; as text, as JSON has them, they are read."""
    if corrections is None:
        return {}
    if not isinstance(corrections, Mapping):
        raise ValueError(f"{called} is a {type(corrections).__name__}: expected {{frame: 'ring' or 'spot'}}")
    checked = {}
    for key, label in corrections.items():
        whole = isinstance(key, Integral) and not isinstance(key, bool)
        if not whole and not (isinstance(key, str) and key.isascii() and key.isdigit()):
            raise ValueError(f"{called} has the key {key!r}: expected the flat index of a frame")
        if not 0 <= int(key) < frames:
            raise ValueError(f"{called} has the frame {key}: the signal has frames 0 to {frames - 1}")
        if label not in LABELS:
            raise ValueError(f"{called} says {label!r} of frame {key}: expected {' or '.join(LABELS)}")
        checked[int(key)] = str(label)
    return dict(sorted(checked.items()))


def made_from(signal, parameters: Mapping, members, digest: str | None = None) -> Provenance:
    """Provenance of a classification; `digest` where that of the pixels is known, `members` as in `members_of`."""
    networks = [loaded(one).card for one in members if one not in RULES]
    return provenance(
        signal,
        "emwidgets.diffraction.classify",
        parameters,
        models={card.key: card.digests.get("onnx", "") for card in networks},
        digest=digest or not getattr(signal, "_lazy", False),
    )


def _answered(frames, first: int, members, where: Calibration) -> Answers:
    return answers(frames, members, first=first, name_of=where.name_of)


def _check(certainty, vote) -> None:
    number = isinstance(certainty, Real) and not isinstance(certainty, bool)
    if not (number and 0.5 <= certainty <= 1):
        raise ValueError(f"certainty is {certainty!r}: expected a probability from 0.5 to 1")
    if vote not in VOTES:
        raise ValueError(f"vote is {vote!r}: expected {' or '.join(VOTES)}")


def _written(method) -> str:
    return method if isinstance(method, str) else method.card.key
