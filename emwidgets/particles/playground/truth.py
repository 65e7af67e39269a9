"""The truth about a simulated particle, for those who guess first: labels, class, whether it has a mirror twin."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations

import numpy as np

from ..imaging import Recorded
from ..shapes import Polyhedron, Shape
from ..tasks import TASKS, labels

#: Lengths that differ by less than this part of a solid's size are alike.
ALIKE = 1e-6


def truth_of(shape: Shape, uncut: Shape, corners: Sequence[int], recorded: Recorded) -> dict:
    """What a classifier should find, and what the image was made of.

    Parameters
    ----------
    shape : Shape
        As it is.
    uncut : Shape
        The same with all its corners.
    corners : sequence of int
        Those of it that are cut, all equally deep.
    recorded : Recorded

    Returns
    -------
    dict
        labels: by task, "" where it does not apply; volume in nm³; counts and brightest: expected, with the film;
        chiral: whether no rotation makes its mirror image of it; class: the corners that stand for all those which
        rotations of the uncut solid make of these; equivalent: how many such subsets there are.
    """
    found = labels(shape)
    orbit, chiral = class_of(uncut, corners)
    return {
        "labels": {task: found.get(task, "") for task in TASKS},
        "volume": shape.volume,
        "counts": float(recorded.expected.sum()),
        "brightest": float(recorded.expected.max()),
        "chiral": chiral,
        "class": list(min(orbit)),
        "equivalent": len(orbit),
    }


def class_of(shape: Shape, corners: Sequence[int]) -> tuple[set[tuple[int, ...]], bool]:
    """All subsets of the corners of a shape that are the same particle when cut, and whether that one is chiral."""
    named = tuple(sorted(corners))
    if not isinstance(shape, Polyhedron) or not named:
        return {named}, False
    proper, improper = symmetries(tuple(map(tuple, shape.corners.tolist())))
    orbit = {tuple(sorted(moves[corner] for corner in named)) for moves in proper}
    return orbit, not any(tuple(sorted(moves[corner] for corner in named)) in orbit for moves in improper)


@lru_cache(maxsize=64)
def symmetries(corners: tuple[tuple[float, ...], ...]) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """How the symmetries of a solid about its origin move its corners: rotations, and those with a mirror.

    Three corners that span space are laid on all others that lie to each other as they do; a map that takes the whole
    set to itself is a symmetry.
    """
    points = np.array(corners)
    size = np.linalg.norm(points, axis=1).max()
    gram = points @ points.T
    basis = next(
        each for each in permutations(range(len(points)), 3) if abs(np.linalg.det(points[list(each)])) > ALIKE * size**3
    )
    inverse = np.linalg.inv(points[list(basis)].T)
    wanted = gram[np.ix_(basis, basis)]
    found: tuple[list, list] = [], []
    for first in np.flatnonzero(np.abs(np.diag(gram) - wanted[0, 0]) < ALIKE * size**2):
        seconds = _like(gram, wanted, (first,), size)
        for second in seconds:
            for third in _like(gram, wanted, (first, second), size):
                matrix = points[[first, second, third]].T @ inverse
                away = np.abs((points @ matrix.T)[:, None] - points[None]).max(axis=2)
                moves = away.argmin(axis=1)
                if away.min(axis=1).max() < 10 * ALIKE * size and len(set(moves.tolist())) == len(points):
                    found[int(np.linalg.det(matrix) < 0)].append(tuple(moves.tolist()))
    return found


def _like(gram, wanted, chosen, size) -> np.ndarray:
    """Corners that lie to those chosen as the next one of the basis does to those before it."""
    number = len(chosen)
    like = np.abs(np.diag(gram) - wanted[number, number]) < ALIKE * size**2
    for place, corner in enumerate(chosen):
        like &= np.abs(gram[corner] - wanted[place, number]) < ALIKE * size**2
    return np.flatnonzero(like)
