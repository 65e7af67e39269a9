"""Do probabilities mean what they say? Temperature scaling, calibration error, and intervals for what was counted.

Arrays in, numbers out; NumPy and SciPy alone.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import norm


def temperature(logits: np.ndarray, classes: np.ndarray) -> float:
    """Temperature by which logits are divided so that their softmax says how often the network is right.

    The one of greatest likelihood on patterns that were not learnt from (Guo et al. 2017, arXiv:1706.04599).

    Parameters
    ----------
    logits : (n, classes) array
    classes : (n,) int array

    Returns
    -------
    float
        Between 0.05 and 20; more than 1 for a network that is too sure.
    """
    logits, classes = _checked(logits, classes)
    rows = np.arange(len(classes))

    def surprise(log_temperature):
        return -log_softmax(logits * np.exp(-log_temperature), axis=1)[rows, classes].mean()

    return float(np.exp(minimize_scalar(surprise, bounds=np.log((0.05, 20)), method="bounded").x))


def probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Softmax of logits over a temperature, in float64."""
    return softmax(np.asarray(logits, np.float64) / temperature, axis=-1)


def calibration_error(probabilities: np.ndarray, classes: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error: how far, on average, the certainty is from the share of right answers.

    Parameters
    ----------
    probabilities : (n, classes) array
    classes : (n,) int array
    bins : int
        Of equal width in the probability of the class that is answered.

    Returns
    -------
    float
        0 where 90 of 100 answers of a probability of 0.9 are right, and so for every other.
    """
    probabilities, classes = _checked(probabilities, classes)
    certainty = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == classes
    which = np.minimum((certainty * bins).astype(int), bins - 1)
    gap = np.bincount(which, certainty - right, minlength=bins)
    return float(np.abs(gap).sum() / len(classes))


def wilson(right: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Confidence interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    if of < 1:
        raise ValueError(f"of is {of}: expected at least one case")
    z = norm.ppf(0.5 + level / 2)
    share = right / of
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    return max(float(middle - half), 0.0) if right else 0.0, min(float(middle + half), 1.0) if right < of else 1.0


def _checked(values, classes):
    values, classes = np.asarray(values, np.float64), np.asarray(classes)
    if values.ndim != 2 or classes.shape != values.shape[:1] or not len(classes):
        raise ValueError(
            f"values has the shape {values.shape} and classes {classes.shape}: expected (n, classes) and (n,), n ≥ 1"
        )
    return values, classes
