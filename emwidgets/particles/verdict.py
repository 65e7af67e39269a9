"""From what a method says of particles to labels, and the doubt that goes with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .answers import Fitted

#: Probability of "other" from which a particle is unlike any that was asked about: from a half on it is the likeliest.
OTHER = 0.5

UNREADABLE = "could not be read"
UNLIKE = "unlike anything learnt"


@dataclass(frozen=True, eq=False)
class Answers:
    """What a method says of n particles.

    Attributes
    ----------
    probabilities : (n, classes) float array
        In the order of the classes of the task; NaN where a particle could not be read.
    other : (n,) float array
        Probability that it is none of the particles that are asked about.
    why : (n,) str array
        Why it cannot be told, beyond a low probability; "" where there is no such reason.
    fitted : dict of int to Fitted
        By the number of the particle; lengths in the unit of the signal.
    problems : dict of int to str
        Why a frame could not be read, by the number of the frame.
    """

    probabilities: np.ndarray
    other: np.ndarray
    why: np.ndarray
    fitted: dict[int, Fitted] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


class Verdict(NamedTuple):
    """The answer for n particles: (n,) labels, "" where there is none; and (n,) reasons for doubt, "" for none."""

    labels: np.ndarray
    why: np.ndarray


def gathered(parts: Iterable[Answers]) -> Answers:
    """Answers for runs of particles that follow each other as one."""
    parts = list(parts)
    return Answers(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("probabilities", "other", "why")),
        fitted={number: found for part in parts for number, found in part.fitted.items()},
        problems={number: text for part in parts for number, text in part.problems.items()},
    )


def verdict(answers: Answers, classes: tuple[str, ...], certainty: float) -> Verdict:
    """Label and doubt of each particle.

    A particle is uncertain for the first of these reasons that holds:

    1. "could not be read".
    2. What the method itself says: "not identifiable from one view", "touches the border", …
    3. "unlike anything learnt": the probability of "other" is a half or more. The label is then a forced choice.
    4. "probability below 0.80": that of the label is below `certainty`, or two labels are as probable.

    Parameters
    ----------
    answers : Answers
    classes : tuple of str
        Of the task.
    certainty : float
        From 0 to 1.
    """
    probabilities = answers.probabilities
    missing = np.isnan(probabilities).any(axis=1)
    known = np.where(missing[:, None], 0.0, probabilities)
    second, first = np.sort(known, axis=1)[:, -2:].T
    labels = np.where(missing, "", np.array(classes)[known.argmax(axis=1)])
    # probabilities that were summed in float32 differ by some 1e-7 without meaning it
    below = (first < certainty) | (first - second < 1e-6)
    why = np.select(
        [missing, answers.why != "", answers.other >= OTHER, below],
        [UNREADABLE, answers.why, UNLIKE, f"probability below {certainty:.2f}"],
        default="",
    )
    return Verdict(labels, why)
