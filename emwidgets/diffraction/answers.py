"""What each method says of patterns: three rules, three networks, or a network of your own, asked in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emwidgets.signals.pixels import clean, real_pixels

from .voting import CLASSES, LABELS

RULES = ("hough", "ransac", "fourier")
NETWORKS = ("cnn", "googlenet", "densenet")
#: What `classify` takes as `method`.
METHODS = ("ensemble", *RULES, *NETWORKS)
#: Who votes in the ensemble.
ENSEMBLE = NETWORKS


@dataclass(frozen=True, eq=False)
class Answers:
    """What methods say of n patterns.

    Attributes
    ----------
    members : dict of (n, 3) float arrays
        Probabilities of ring, spot and neither by the name of the method; NaN where a pattern could not be read.
    problems : dict of int to str
        Why not, by the number of the pattern.
    """

    members: dict[str, np.ndarray]
    problems: dict[int, str] = field(default_factory=dict)


def members_of(frames, names: Iterable, checkpoint: Callable[[], Any] | None = None) -> dict[str, np.ndarray]:
    """Probabilities of each pattern by each method.

    Parameters
    ----------
    frames : (n, rows, columns) array
        As recorded: numbers, RGB, NaN or masked where pixels are missing.
    names : iterable of str or networks
        Of `RULES` and `NETWORKS`; or networks of your own, with `card` and `run` as `emwidgets.models.load` gives them.
    checkpoint : callable, optional
        Called before each step; what it raises ends the work.

    Returns
    -------
    dict of (n, 3) float arrays
        Probabilities of ring, spot and neither by name; NaN for a pattern that could not be read.
    """
    return answers(frames, names, checkpoint=checkpoint).members


def answers(
    frames,
    names: Iterable,
    *,
    first: int = 0,
    name_of: Callable[[int], str] = "frame {}".format,
    checkpoint: Callable[[], Any] | None = None,
) -> Answers:
    """The same, with what is wrong with the patterns that could not be read.

    Parameters
    ----------
    frames, names, checkpoint
        As in `members_of`.
    first : int
        Number of the first pattern.
    name_of : callable
        How messages call a pattern of this number.
    """
    from .networks import normalise

    tell = checkpoint or (lambda: None)
    tell()
    # one by one, as masks and colours must not meet in one array
    real = [real_pixels(frame) for frame in frames]
    problems = {}
    for number, frame in enumerate(real, first):
        trouble = normalise.unusable(frame)
        if trouble:
            problems[number] = f"{name_of(number)} {trouble}: there is no pattern to read"
    good = [index for index in range(len(real)) if first + index not in problems]
    images: dict[int, np.ndarray] = {}
    members = {}
    for asked in names:
        found = np.full((len(real), len(CLASSES)), np.nan)
        name = name_of_method(asked)
        if name in RULES:
            _ask_rule(name, real, good, found, problems, first, name_of, tell)
        elif good:
            network = loaded(asked)
            size = network.card.input.size
            if size not in images:
                tell()
                images[size] = normalise.prepared(np.stack([real[index] for index in good]), size)
            tell()
            found[good] = _probabilities(network, images[size])
        members[name] = found
    return Answers(members, problems)


def gathered(parts: Iterable[Answers]) -> Answers:
    """Answers for runs of patterns that follow each other as one."""
    parts = list(parts)
    names = parts[0].members
    members = {name: np.concatenate([part.members[name] for part in parts]) for name in names}
    return Answers(members, {number: text for part in parts for number, text in part.problems.items()})


def name_of_method(method) -> str:
    """Name of a rule or network, or of a network of the user's."""
    return method if isinstance(method, str) else method.card.name


def loaded(method):
    """The network of this name, or the one that was given."""
    from emwidgets import models

    return models.load(f"diffraction/{method}") if isinstance(method, str) else method


def _ask_rule(name, real, good, found, problems, first, name_of, tell) -> None:
    from . import rules

    rule = rules.RULES[name]
    for index in good:
        tell()
        number = first + index
        try:
            ring = rule(clean(real[index], name_of(number))[0]).probability
        except (ValueError, ArithmeticError) as error:  # this pattern is too odd for the rule; the others are not
            problems.setdefault(number, f"{name_of(number)}: {name} found nothing to go by ({error})")
            continue
        found[index] = ring, 1 - ring, 0.0


def _probabilities(network, images: np.ndarray) -> np.ndarray:
    """Calibrated probabilities of ring, spot and neither, (n, 3); neither is 0 for a network that has not learnt it."""
    card = network.card
    logits = np.asarray(network.run(images)[0], float) / card.temperature
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    missing = set(LABELS) - set(card.classes)
    if missing:
        raise ValueError(f"'{card.key}' has the classes {card.classes}: expected {', '.join(CLASSES)}")
    columns = [card.classes.index(one) if one in card.classes else None for one in CLASSES]
    zero = np.zeros(len(images))
    return np.stack([zero if column is None else probabilities[:, column] for column in columns], axis=1)
