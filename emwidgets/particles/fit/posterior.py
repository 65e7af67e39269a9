"""From a fit to probabilities: how likely each corner is cut, and what follows for each question.

Two numbers make odds of differences in chi², and a third says how much the network's own answer counts beside them;
all three were fitted on simulated images that nothing else was made from (``python -m emwidgets.particles.fit.weigh``).
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from scipy.special import expit, logsumexp, softmax

from emwidgets.particles.symmetry import arrangement
from emwidgets.particles.tasks import TASKS

from .decide import Decided

#: Of half a difference in chi²: by how much it is divided, and how much speaks for "whole" from the start (a depth that
#: may be chosen fits noise, too); and the power of the network's answer.
TEMPERATURE, OCCAM, TRUST = 2.4, 2.9, 1.1

#: Nothing is less likely than this.
_FLOOR = 1e-6


def corner_odds(decided: Decided, temperature: float = TEMPERATURE, occam: float = OCCAM) -> np.ndarray:
    """Logarithm of the odds that each corner is cut, (8,)."""
    return (np.where(decided.cut, 1, -1) * decided.gains / 2 - occam) / temperature


def counts(odds: np.ndarray, network: np.ndarray | None = None, trust: float = TRUST) -> np.ndarray:
    """Probabilities of 0 to 8 cut corners, where all numbers are as likely beforehand.

    Parameters
    ----------
    odds : (8,) array
        As `corner_odds`.
    network : (9,) array, optional
        Probabilities that the network says.
    trust : float
        Power of the network's.
    """
    numbers = np.ones(1)
    for chance in expit(odds):
        numbers = np.convolve(numbers, [1 - chance, chance])
    # corners that are cut with 1/2 each on their own would make 4 the likeliest number beforehand
    beforehand = np.array([comb(8, number) for number in range(9)]) / 2**8
    return _with(numbers / beforehand, network, trust)


def arrangements(odds: np.ndarray, network: np.ndarray | None = None, trust: float = TRUST) -> np.ndarray:
    """Probabilities of "edge", "face" and "body", where just two corners are cut and all three are as likely."""
    names = TASKS["arrangement"]
    found: dict[str, list[float]] = {name: [] for name in names}
    for first, second in combinations(range(8), 2):
        found[arrangement(first, second)].append(odds[first] + odds[second])
    logs = np.array([logsumexp(found[name]) - np.log(len(found[name])) for name in names])
    return _with(np.exp(logs - logs.max()), network, trust)


def deformed(counted: np.ndarray, network: np.ndarray | None = None, trust: float = TRUST) -> np.ndarray:
    """Probabilities of "deformed" and "undeformed" from those of the numbers, where both are as likely beforehand."""
    return _with(np.array([counted[1:].sum() / 8, counted[0]]), network, trust)


def _with(chances, network, trust) -> np.ndarray:
    logs = np.log(np.maximum(chances / chances.sum(), _FLOOR))
    if network is not None:
        logs = logs + trust * np.log(np.maximum(network, _FLOOR))
    return softmax(logs)
