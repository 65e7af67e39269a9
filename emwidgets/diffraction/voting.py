"""From what each method says of a pattern to one answer: the vote, and the doubt that goes with it.

Members are a dictionary of (n, 3) arrays, the probabilities of n patterns to be a ring pattern, a spot pattern, or
neither. Ring or spot is asked of every pattern; whether it is a crystal's at all is a question apart, so the answer is
the share of ring and spot among the two, and "neither" beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

#: What a pattern can be, in the order of the probabilities of an answer.
LABELS = ("ring", "spot")
#: The same of the probabilities of a member.
CLASSES = (*LABELS, "neither")
VOTES = ("soft", "hard")

#: Probability of the label below which an answer is uncertain, unless another one is asked for.
CERTAINTY = 0.8
#: Probability of "neither" from which a pattern is unlike anything learnt: from a half on it is the likeliest.
NEITHER = 0.5

#: Probability from which a single member counts as sure of a label against the others. It does not follow the certainty
#: that is asked for: a pattern must not become certain because more is asked.
SURE = 0.8

UNREADABLE = "could not be read"
UNLIKE = "unlike anything learnt"
DISAGREE = "members disagree"


class Vote(NamedTuple):
    """What the members say together: (n, 2) probabilities of ring and spot, (n,) of neither."""

    probabilities: np.ndarray
    neither: np.ndarray


@dataclass(frozen=True, eq=False)
class Verdict:
    """The answer for n patterns.

    Attributes
    ----------
    labels : (n,) str array
        "ring" or "spot"; "" where a pattern could not be read.
    probabilities : (n, 2) array
        Of ring and spot; they sum to 1.
    neither : (n,) array
        Probability that it is neither.
    uncertain : (n,) bool array
    why : (n,) str array
        Why it is uncertain; "" where it is not.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    neither: np.ndarray
    uncertain: np.ndarray
    why: np.ndarray


def verdict(members: dict[str, np.ndarray], vote: str = "soft", certainty: float = CERTAINTY) -> Verdict:
    """Label, probabilities and doubt of each pattern.

    Parameters
    ----------
    members : dict of (n, 3) arrays
        Probabilities of ring, spot and neither by the name of the method; NaN for a pattern that it could not read.
    vote : {"soft", "hard"}
        Mean of the probabilities, or one vote for each member. One member alone does not vote: its probability stands.
    certainty : float
        From 0.5 to 1; see `uncertain_of`.
    """
    voted = _vote(members, vote)
    uncertain, why = uncertain_of(members, certainty, vote)
    return Verdict(_labels(members, voted), *voted, uncertain, why)


def shares(probabilities: np.ndarray) -> np.ndarray:
    """Ring and spot among the two, (n, 2), from (n, 3) probabilities; a half each where there is nothing of either."""
    two = np.asarray(probabilities, float)[:, :2]
    total = two.sum(axis=1, keepdims=True)
    return np.divide(two, total, out=np.where(np.isnan(two), np.nan, 0.5), where=total > 0)


def soft_vote(members: dict[str, np.ndarray]) -> Vote:
    """Mean of the calibrated probabilities: a member that is sure counts more than one that wavers."""
    mean = np.mean(_stacked(members), axis=0)
    return Vote(shares(mean), mean[:, 2])


def hard_vote(members: dict[str, np.ndarray]) -> Vote:
    """Shares of the members that say ring and spot, each of them one; beside it, of those that say neither first.

    An even number of members can be split in halves; the soft vote then decides the label.
    """
    stacked = _stacked(members)
    ring = np.mean([0.5 + 0.5 * np.sign(shares(one)[:, 0] - 0.5) for one in stacked], axis=0)
    neither = np.mean(stacked.argmax(axis=2) == 2, axis=0)
    neither[_missing(stacked)] = np.nan
    return Vote(np.stack([ring, 1 - ring], axis=1), neither)


def uncertain_of(
    members: dict[str, np.ndarray], certainty: float = CERTAINTY, vote: str = "soft"
) -> tuple[np.ndarray, np.ndarray]:
    """Which patterns cannot be told, and why.

    A pattern is uncertain for the first of these reasons that holds:

    1. "could not be read": a member has no answer.
    2. "unlike anything learnt": the members together give "neither" half of the probability or more.
       Ring or spot is then a forced choice.
    3. "members disagree": a member is sure (`SURE`) of the other label; or the probability of the label is below
       `certainty` while the members do not name the same one. A member that leans a little to the other side is
       outvoted and no reason for doubt: three networks that are right 95 times in 100 each lean apart on one good
       pattern in seven, most of which they get right together.
    4. "probability below 0.80": the probability of the label is below `certainty`, though all members name it.

    Of a single member only 1, 2 and 4 can hold. The rules (Hough, RANSAC, Fourier) give "neither" nothing, so for one
    of them alone it is 1 and 4: a pattern that is neither can look certain to a rule.

    Parameters
    ----------
    members, certainty, vote
        As in `verdict`.

    Returns
    -------
    uncertain : (n,) bool array
    why : (n,) str array
        "" where it is not uncertain.
    """
    stacked = _stacked(members)
    voted = _vote(members, vote)
    is_ring = _labels(members, voted) == "ring"
    other = np.where(is_ring, stacked[:, :, 1], stacked[:, :, 0])
    probability = voted.probabilities.max(axis=1)
    below = (probability < certainty) | (probability == 0.5)  # a tie is no answer even if a half is enough
    split = np.any([np.where(is_ring, *shares(one).T[::-1]) > 0.5 for one in stacked], axis=0)
    opposed = (other >= SURE).any(axis=0)
    why = np.select(
        [_missing(stacked), voted.neither >= NEITHER, opposed | (below & split), below],
        [UNREADABLE, UNLIKE, DISAGREE, f"probability below {certainty:.2f}"],
        default="",
    )
    return why != "", why


def _vote(members, vote: str) -> Vote:
    return soft_vote(members) if len(members) == 1 else _VOTES[vote](members)


def _labels(members, voted: Vote) -> np.ndarray:
    ring = voted.probabilities[:, 0]
    even = ring == 0.5
    if even.any():
        ring = np.where(even, soft_vote(members).probabilities[:, 0], ring)
    return np.where(np.isnan(ring), "", np.where(ring > 0.5, *LABELS))


def _stacked(members) -> np.ndarray:
    """(members, n, 3) array."""
    if not members:
        raise ValueError("there are no members: expected the probabilities of one method or more")
    return np.stack([np.asarray(one, float) for one in members.values()])


def _missing(stacked) -> np.ndarray:
    return np.isnan(stacked).any(axis=(0, 2))


_VOTES = {"soft": soft_vote, "hard": hard_vote}
