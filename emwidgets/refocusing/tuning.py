"""The best setting of a classical method where the truth is known: the strongest reference a network can be put beside.

No user can do so, as the truth is what is looked for: whatever beats these numbers beats every choice of the setting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from emwidgets.refocusing.classical import (
    checked,
    richardson_lucy_steps,
    total_variation,
    unsharp,
    wiener,
)
from emwidgets.refocusing.metrics import psnr
from emwidgets.refocusing.spread import PointSpread

#: Settings tried at first. The best on a scale (an array) is then refined; a choice (a tuple) is not.
COARSE = {
    "unsharp": {"amount": np.linspace(-1, 8, 19), "radius": np.geomspace(0.5, 6, 9)},
    "wiener": {"balance": np.geomspace(1e-8, 1e3, 34), "exponent": (0.5, 1.0, 1.5, 2.0)},
    "total_variation": {"weight": np.geomspace(1e-6, 3e-2, 11), "iterations": (8, 15, 60), "edge": (0.03, 0.3)},
}
#: Number of Richardson-Lucy iterations (accelerated) after which no more is looked for.
MOST = 400
#: Iterations without a better image after which none is expected.
PATIENCE = 25

METHODS = ("unsharp", "wiener", "richardson_lucy", "total_variation")


@dataclass(frozen=True, eq=False)
class Tuned:
    """A restored image, and the setting that made it so good."""

    method: str
    image: np.ndarray
    settings: dict[str, float]
    psnr: float


def tuned(method: str, blurred, truth, spread: PointSpread, data_range: float | None = None) -> Tuned:
    """The image nearest to the truth that a classical method can make.

    Parameters
    ----------
    method : {"unsharp", "wiener", "richardson_lucy", "total_variation"}
    blurred, truth : (rows, columns) arrays
    spread : PointSpread
        What blurred it; the unsharp mask does not look at it.
    data_range : float, optional
        Range of the truth that the PSNR is measured by; default: its highest less its lowest value.

    Returns
    -------
    Tuned

    Raises
    ------
    ValueError
        If there is no such method, or the images do not have one shape.

    Examples
    --------
    >>> import numpy as np
    >>> from emwidgets.refocusing.blurring import blurred, noisy
    >>> truth = np.zeros((48, 48), np.float32)
    >>> truth[12:30, 20:40] = 1
    >>> spread = PointSpread(2.0)
    >>> seen = noisy(blurred(truth, spread), np.random.default_rng(0), 0.01)
    >>> best = tuned("total_variation", seen, truth, spread)
    >>> bool(best.psnr > psnr(seen, truth, 1.0) + 5)
    True
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}: expected one of {', '.join(METHODS)}")
    blurred, truth = checked(blurred), checked(truth)
    if blurred.shape != truth.shape:
        raise ValueError(f"the blurred image is {blurred.shape} and the truth {truth.shape} (rows, columns): crop one")
    data_range = float(np.ptp(truth)) if data_range is None else data_range
    if method == "richardson_lucy":
        found = _stopped(richardson_lucy_steps(blurred, spread), blurred, truth, data_range)
        return Tuned(method, found[0], {"iterations": found[1]}, found[2])
    function = {
        "unsharp": lambda **settings: unsharp(blurred, **settings),
        "wiener": lambda **settings: wiener(blurred, spread, **settings),
        "total_variation": lambda **settings: total_variation(blurred, spread, **settings),
    }[method]
    settings, score = _searched(lambda **settings: psnr(function(**settings), truth, data_range), COARSE[method])
    return Tuned(method, function(**settings), settings, score)


def _searched(score: Callable[..., float], coarse: dict) -> tuple[dict[str, float], float]:
    """Best of all combinations of the coarse settings, then between their neighbours, each scale in turn, twice."""
    names = list(coarse)
    tried: dict[tuple, float] = {}

    def ask(values: tuple) -> None:
        if values not in tried:
            tried[values] = score(**dict(zip(names, values, strict=True)))

    for values in product(*(grid.tolist() if isinstance(grid, np.ndarray) else grid for grid in coarse.values())):
        ask(values)
    best = max(tried, key=tried.get)
    for fraction in (1 / 3, 1 / 9):
        for axis, grid in enumerate(coarse.values()):
            if isinstance(grid, np.ndarray):
                for away in (-2, -1, 1, 2):
                    ask((*best[:axis], _further(best[axis], away * fraction, grid), *best[axis + 1 :]))
                best = max(tried, key=tried.get)
    return dict(zip(names, best, strict=True)), tried[best]


def _further(value: float, steps: float, grid: np.ndarray) -> float:
    """A setting so many steps of its scale further on; the scale is even in itself or, above 0, in its logarithm."""
    even = np.ptp(np.diff(grid)) < 1e-9 * np.ptp(grid)
    return value + steps * float(grid[1] - grid[0]) if even else value * float(grid[1] / grid[0]) ** steps


def _stopped(steps: Iterator[np.ndarray], image, truth, data_range) -> tuple[np.ndarray, int, float]:
    """The best of all iterations, and its number."""
    best = (image, 0, psnr(image, truth, data_range))
    for number in range(1, MOST + 1):
        found = next(steps)
        score = psnr(found, truth, data_range)
        if score > best[2]:
            best = (found, number, score)
        elif number - best[1] >= PATIENCE:
            break
    return best
