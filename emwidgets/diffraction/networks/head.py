"""The last layer of a network, taught anew on a handful of patterns without forgetting what it knew.

All before the last feature map stays as it is; what follows is one dense layer on the means of the features, and for
such a layer everything is known: the loss is convex, has one minimum, and no seed or learning rate comes into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax

#: How far the new patterns may move their own logits before the shipped head weighs against it: one standard deviation,
#: in calibrated log odds. Chosen on the validation patterns, whose instruments the networks had not learnt: with twice
#: as much, ten labels that are not typical can take four right answers in a hundred from a good network; a hundred
#: labels teach it nearly the same.
FREEDOM = 1.0
#: The same for the logarithm of the temperature: with few patterns the shipped one stays.
_TEMPERATURE_FREEDOM = 0.3


def taught(
    features: np.ndarray,
    spot: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    *,
    epochs: int,
    freedom: float = FREEDOM,
    tell: Callable[[float], None] = lambda loss: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of ring and spot that suit new patterns, drawn towards those that there were.

    Who labels says ring or spot, so what tells these two apart is taught and nothing else: their logits move against
    each other, and "neither", of which no examples are given, is left as it is. (Taught as a third class without
    examples, it is never answered again after twenty patterns.) It is logistic regression on the difference of the two
    logits, in which both classes count the same however many patterns they have, with a Gaussian prior about the given
    head: the more patterns, the less it weighs. L-BFGS goes down to the minimum, or for `epochs` passes.

    Parameters
    ----------
    features : (n, channels) array
        Mean of each feature over the map.
    spot : (n,) bool array
        Whether it is a spot pattern, or a ring pattern.
    weights, bias : (channels, 2) and (2,) arrays
        Of ring and spot in the head as it is, over the temperature: it gives calibrated log odds.
    epochs : int
        Passes over all patterns, at most.
    freedom : float
        Width of the prior: so far the difference of the logits of a typical pattern may move.
    tell : callable
        Called after each pass with the loss.

    Returns
    -------
    weights, bias : float32 arrays of the same shapes
    """
    features = np.asarray(features, np.float64)
    # the bias is the weight of an input that is as large as a typical feature
    inputs = np.concatenate([features, np.full((len(features), 1), np.sqrt(np.mean(features**2)))], axis=1)
    importance = balanced(spot)
    stiffness = np.mean(np.sum(inputs**2, axis=1)) / freedom**2
    margin = features @ (weights[:, 1] - weights[:, 0]) + (bias[1] - bias[0])

    def loss_and_slope(step):
        odds = margin + inputs @ step
        loss = np.sum(importance * (np.logaddexp(0, odds) - spot * odds)) + stiffness * step @ step / 2
        return loss, inputs.T @ (importance * (expit(odds) - spot)) + stiffness * step

    found = minimize(
        loss_and_slope,
        np.zeros(inputs.shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": epochs},
        callback=lambda intermediate_result: tell(float(intermediate_result.fun) / len(features)),
    )
    apart = np.array([-0.5, 0.5])
    step, level = found.x[:-1, None] * apart, found.x[-1] * inputs[0, -1] * apart
    return (weights + step).astype(np.float32), (bias + level).astype(np.float32)


def folds(numbers: np.ndarray, classes: np.ndarray, held_out: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Which patterns are taught and which are held out, so that each is held out once.

    Every fold has its share of every class, and the patterns of a class that are held out together follow each other:
    neighbours in a scan are nearly the same pattern, and of two such one must not be taught while the other is asked.

    Parameters
    ----------
    numbers, classes : (n,) int arrays
        Place in the stack, and class.
    held_out : float
        Share of the patterns in a fold.

    Yields
    ------
    taught, asked : int arrays
        Indices into `numbers`.
    """
    fewest = min(np.bincount(classes)[np.unique(classes)])
    count = int(min(round(1 / held_out), fewest))
    fold = np.empty(len(numbers), int)
    for one in np.unique(classes):
        members = np.flatnonzero(classes == one)
        members = members[np.argsort(numbers[members], kind="stable")]
        fold[members] = np.arange(len(members)) * count // len(members)
    for number in range(count):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def refitted_temperature(logits: np.ndarray, classes: np.ndarray, shipped: float) -> float:
    """Temperature for patterns that the head was not taught on; the fewer they are, the nearer to the shipped one.

    Parameters
    ----------
    logits : (n, classes) array
        Of held-out patterns.
    classes : (n,) int array
    shipped : float

    Returns
    -------
    float
    """
    rows, importance = np.arange(len(classes)), balanced(classes)

    def surprise(step):
        found = log_softmax(logits / (shipped * np.exp(step)), axis=1)[rows, classes]
        return -np.sum(importance * found) + (step / _TEMPERATURE_FREEDOM) ** 2 / 2

    return float(shipped * np.exp(minimize_scalar(surprise, bounds=(-3, 3), method="bounded").x))


def balanced(classes) -> np.ndarray:
    """How much each pattern counts: their sum is their number, and every class has the same share of it."""
    present, which, count = np.unique(classes, return_inverse=True, return_counts=True)
    return len(classes) / (len(present) * count[which])
