"""From what a rule weighs to its answer, and how the weights are found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .pattern import Pattern


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a rule found in one frame. Lengths are in px of the frame as given, places are (row, column).

    Attributes
    ----------
    rule : str
        "hough", "ransac" or "fourier".
    probability : float
        That it is a ring pattern, in [0, 1]: the logistic function of `score`.
    score : float
        Log odds of ring against spot; what they are made of was weighed on simulated training patterns alone.
    centre : (float, float)
    circles : (n, 6) array
        The rings that the rule confirmed: row, column, semi-major and semi-minor axis, angle of the major axis in
        degrees from the columns' axis towards the rows', strength in [0, 1].
    spots : (n, 3) array
        What it took for single reflections: row, column, strength in [0, 1].
    """

    rule: str
    probability: float
    score: float
    centre: tuple[float, float]
    circles: np.ndarray
    spots: np.ndarray


@dataclass(frozen=True)
class Weighed:
    """Log odds of ring against spot: a weighted sum.

    Attributes
    ----------
    weights : tuple of float
        One for each evidence number.
    bias : float
    """

    weights: tuple[float, ...]
    bias: float

    def log_odds(self, numbers: np.ndarray) -> np.ndarray:
        """Score of (…, k) evidence numbers."""
        return np.asarray(numbers) @ np.asarray(self.weights) + self.bias


def fit(numbers: np.ndarray, labels: np.ndarray) -> Weighed:
    """Weights by logistic regression; rings and spots count the same, however many there are of each.

    Parameters
    ----------
    numbers : (n, k) array
        What a rule weighs, of n patterns.
    labels : (n,) int array
        0 ring, 1 spot, as in `dataset.LABELS`.
    """
    from sklearn.linear_model import LogisticRegression

    centre, scale = numbers.mean(axis=0), numbers.std(axis=0) + 1e-9
    model = LogisticRegression(class_weight="balanced", max_iter=2000).fit((numbers - centre) / scale, labels == 0)
    weights = model.coef_[0] / scale
    bias = float(model.intercept_[0] - weights @ centre)
    return Weighed(tuple(round(float(w), 4) for w in weights), round(bias, 4))


def probability(score):
    """Logistic function, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(score)))


def conclude(rule: str, pattern: Pattern, numbers, weighed: Weighed, circles: np.ndarray) -> Evidence:
    """What a rule answers, in pixels of the frame.

    Parameters
    ----------
    rule : str
    pattern : Pattern
    numbers : (k,) array
        What the rule weighs.
    weighed : Weighed
    circles : (n, 6) array
        In working pixels, otherwise as in `Evidence`.

    Raises
    ------
    ValueError
        If what it weighs is no number: an answer must not come of that.
    """
    score = float(weighed.log_odds(numbers))
    if not np.isfinite(score):
        raise ValueError("frame shows nothing that could be weighed")
    at = pattern.relief
    spots = pattern.spots.copy()
    spots[:, 0], spots[:, 1] = at.to_frame(spots[:, 0], spots[:, 1])
    circles = np.array(circles, float).reshape(-1, 6)
    circles[:, 0], circles[:, 1] = at.to_frame(circles[:, 0], circles[:, 1])
    circles[:, 2:4] *= np.sqrt(at.step[0] * at.step[1])  # both steps are the same but for rounding
    centre = tuple(float(x) for x in at.to_frame(*pattern.centre))
    return Evidence(rule, float(probability(score)), score, centre, circles, spots)


def round_circles(pattern: Pattern, radii, strengths) -> np.ndarray:
    """Circles about the centre of the pattern as rows of `Evidence.circles`, in working pixels."""
    radii = np.asarray(radii, float)
    row, column = pattern.centre
    n = len(radii)
    return np.column_stack([np.full(n, row), np.full(n, column), radii, radii, np.zeros(n), np.clip(strengths, 0, 1)])
