"""Which cut corners are the same particle: classes of corner subsets under the rotations of a cuboid.

Two subsets are one class when a rotation of the uncut particle turns one into the other; no orientation can tell them
apart. Mirror images are different particles, but a parallel projection of one is a projection of the other with all
depths reversed: a single view of unknown pose never tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations, permutations, product

import numpy as np

from .arguments import is_number
from .cuts import numbers
from .shapes import SIGNS

#: Distances of two corners of a cuboid by the number of axes along which they differ.
ARRANGEMENTS = {1: "edge", 2: "face", 3: "body"}


def corner_rotations(edges: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> tuple[tuple[int, ...], ...]:
    """How the rotations of a cuboid move its corners: for each rotation, where every corner goes.

    Parameters
    ----------
    edges : (a, b, c)
        Edges of the cuboid; equal ones may be turned into each other. A cube has 24 rotations, a square prism 8, a
        cuboid with three different edges 4.

    Raises
    ------
    ValueError
        If an edge is not positive.
    """
    lengths = tuple(edges) if np.iterable(edges) else ()
    if len(lengths) != 3 or not all(is_number(edge) and edge > 0 for edge in lengths):
        raise ValueError(f"edges are {edges!r}: expected three positive lengths")
    return _moves(lengths)


def corner_classes(edges: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> list[tuple[tuple[int, ...], ...]]:
    """All classes of corner subsets of a cuboid.

    Returns
    -------
    list of tuples
        Each class as its subsets, sorted; classes by the number of cut corners. A cube has 23, a cuboid with three
        different edges 76.
    """
    rotations = corner_rotations(edges)
    found: dict[tuple[int, ...], set] = {}
    for subset in (each for count in range(9) for each in combinations(range(8), count)):
        found.setdefault(_canonical(subset, rotations), set()).add(subset)
    return [tuple(sorted(found[name])) for name in sorted(found, key=lambda each: (len(each), each))]


def canonical(corners: Iterable[int], edges: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> tuple[int, ...]:
    """The subset that stands for the class of these corners: the first of them in order.

    Raises
    ------
    ValueError
        If a corner is not one of 0 to 7, or is named twice.
    """
    return _canonical(_subset(corners), corner_rotations(edges))


def mirrored(corners: Iterable[int]) -> tuple[int, ...]:
    """The corners of the mirror image of a cuboid (mirrored in the plane x = 0)."""
    return tuple(sorted(corner ^ 1 for corner in _subset(corners)))


def is_chiral(corners: Iterable[int], edges: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> bool:
    """Whether no rotation turns the particle with these cut corners into its mirror image."""
    subset = _subset(corners)
    return canonical(subset, edges) != canonical(mirrored(subset), edges)


def handedness(corners: Iterable[int], edges: tuple[float, float, float]) -> int:
    """How many more right-handed than left-handed corners are cut.

    A corner of a cuboid with three different edges is right-handed if, seen from outside, its short, middle and long
    edge follow each other counter-clockwise. Rotations keep this number, mirrors change its sign. Where it is 0, or two
    edges are alike, the particle may still be chiral, but has no hand by this convention.

    Returns
    -------
    int
        Positive is "right", negative "left".

    Raises
    ------
    ValueError
        If two edges are alike.
    """
    lengths = np.asarray(edges, float)
    if len(set(lengths.tolist())) < 3:
        raise ValueError(f"edges are {lengths.tolist()}: a corner has a hand only where all three are different")
    order = np.argsort(lengths)
    sense = round(np.linalg.det(np.eye(3)[order]))
    # seen from outside of the corner (+, +, +), x, y and z follow each other counter-clockwise
    return sense * int(sum(SIGNS[corner].prod() for corner in _subset(corners)))


def arrangement(first: int, second: int) -> str:
    """How two corners of a cuboid lie: along an "edge", a "face" diagonal or the "body" diagonal."""
    first, second = _subset((first, second))
    return ARRANGEMENTS[(first ^ second).bit_count()]


def _subset(corners) -> tuple[int, ...]:
    named = numbers(corners)
    if len(set(named)) < len(named) or not all(0 <= corner < 8 for corner in named):
        raise ValueError(f"corners are {named}: expected numbers from 0 to 7, each once")
    return tuple(sorted(named))


def _canonical(subset, rotations) -> tuple[int, ...]:
    return min(tuple(sorted(moves[corner] for corner in subset)) for moves in rotations)


@lru_cache(maxsize=16)
def _moves(edges) -> tuple[tuple[int, ...], ...]:
    moves = []
    for order in permutations(range(3)):
        if any(edges[axis] != edges[place] for place, axis in enumerate(order)):
            continue
        for signs in product((-1, 1), repeat=3):
            matrix = np.eye(3, dtype=int)[list(order)] * np.array(signs)[:, None]
            if round(np.linalg.det(matrix)) < 0:
                continue
            turned = SIGNS @ matrix.T
            moves.append(tuple(((turned > 0) @ [1, 2, 4]).tolist()))
    return tuple(moves)
