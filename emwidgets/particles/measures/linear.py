"""A linear classifier of descriptors as plain numbers in a JSON file: read without running anything, checked, asked."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.special import softmax

from emwidgets.particles.tasks import TASKS

from .descriptors import NAMES

#: Bytes of a file at most.
LARGEST = 2**20

FORMAT = 1

#: Standardised descriptors are cut off here: a strange image must not make an answer certain.
BEYOND = 8.0

_NUMBERS = ("mean", "scale", "coefficients", "intercepts")
_WAY_OUT = "install emwidgets again, or train it anew: python -m emwidgets.particles.baseline --task … --weights …"


@dataclass(frozen=True, eq=False)
class Linear:
    """Standardised descriptors times coefficients, as scikit-learn's StandardScaler and LogisticRegression make them.

    Attributes
    ----------
    task : str
    mean, scale : (descriptors,) array
        What is taken off each descriptor, and what it is divided by then.
    coefficients : (classes, descriptors) array
    intercepts : (classes,) array
    training, metrics : dict
        What it learnt from, and what it is worth.
    """

    task: str
    mean: np.ndarray
    scale: np.ndarray
    coefficients: np.ndarray
    intercepts: np.ndarray
    training: dict = field(default_factory=dict)
    metrics: dict = field(default_factory=dict)

    @property
    def classes(self) -> tuple[str, ...]:
        """Of the task, in the order of the rows."""
        return TASKS[self.task]

    def probabilities(self, numbers) -> np.ndarray:
        """Probabilities of the classes, (n, classes), from descriptors (n, descriptors)."""
        standard = np.clip((np.asarray(numbers, float) - self.mean) / self.scale, -BEYOND, BEYOND)
        return softmax(standard @ self.coefficients.T + self.intercepts, axis=1)

    def speaking(self, count: int = 5) -> dict[str, dict[str, float]]:
        """For each class the descriptors that speak loudest for it or against it, and their coefficients.

        A coefficient is what one standard deviation of the descriptor adds to the logarithm of the odds.
        """
        found = {}
        for name, row in zip(self.classes, self.coefficients, strict=True):
            loudest = np.argsort(-np.abs(row), kind="stable")[:count]
            found[name] = {NAMES[column]: float(row[column]) for column in loudest}
        return found

    def write(self, path: Path) -> None:
        """Write the numbers to a JSON file."""
        found = {"format": FORMAT, "task": self.task, "classes": list(self.classes), "descriptors": list(NAMES)}
        for name in _NUMBERS:
            found[name] = np.round(getattr(self, name), 6).tolist()
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(found | {"training": self.training, "metrics": self.metrics}, indent=1, allow_nan=False)
        path.write_text(text + "\n", encoding="utf-8")


class DamagedError(ValueError):
    """A file of numbers is not what it should be; the message says what was expected."""


def read(path: Path, task: str) -> Linear:
    """The classifier of a task from its file.

    Raises
    ------
    DamagedError
        If the file cannot be read, is no JSON, or its numbers do not fit the task and the descriptors of this version.
    """
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
    except OSError as error:
        raise DamagedError(f"'{path}' cannot be read ({error.strerror or error}): {_WAY_OUT}") from None
    if len(text) > LARGEST:
        raise DamagedError(f"'{path}' has more than {LARGEST} bytes: expected some thousand numbers; {_WAY_OUT}")
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"'{path}' is no JSON ({error}): expected the numbers of a classifier; {_WAY_OUT}") from None
    if not isinstance(found, dict):
        raise DamagedError(f"'{path}' holds a {type(found).__name__}: expected an object; {_WAY_OUT}")
    told = {"format": FORMAT, "task": task, "classes": list(TASKS[task]), "descriptors": list(NAMES)}
    for name, expected in told.items():
        if found.get(name) != expected:
            raise DamagedError(f"'{path}' has other {name} than this version ({_shown(expected)}): {_WAY_OUT}")
    n, classes = len(NAMES), len(TASKS[task])
    shapes = {"mean": (n,), "scale": (n,), "coefficients": (classes, n), "intercepts": (classes,)}
    numbers = {name: _array(found.get(name), shape, name, path) for name, shape in shapes.items()}
    if not (numbers["scale"] > 0).all():
        raise DamagedError(f"'{path}' has a scale that is not positive; {_WAY_OUT}")
    for name in ("training", "metrics"):
        if not isinstance(found.get(name, {}), dict):
            raise DamagedError(f"'{path}' has {name} that are no object; {_WAY_OUT}")
    return Linear(task, **numbers, training=found.get("training", {}), metrics=found.get("metrics", {}))


def _array(value, shape: tuple[int, ...], name: str, path: Path) -> np.ndarray:
    """Numbers of a shape, nothing else: no text that NumPy would read as a number, no bool, none that is not finite."""
    rows = value if len(shape) == 2 else [value]
    good = isinstance(value, list) and all(isinstance(row, list) and len(row) == shape[-1] for row in rows)
    good = good and (len(shape) == 1 or len(value) == shape[0])
    if not (good and all(_is_number(each) for row in rows for each in row)):
        raise DamagedError(f"'{path}' has {name} that are not {' × '.join(map(str, shape))} finite numbers; {_WAY_OUT}")
    return np.array(value, float)


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12 and math.isfinite(value)


def _no_number(name):
    raise ValueError(f"{name} is no number")


def _shown(value) -> str:
    text = str(value)
    return text if len(text) < 60 else text[:59] + "…"
