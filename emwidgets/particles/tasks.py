"""What can be asked about a particle, the classes of the answers, and particles drawn at random for each question.

Volume is matched between the classes of a task: every class draws it from the same distribution, so that the total
signal never gives a label away. Where corners are cut, the uncut edges are so much longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .arguments import pair
from .shapes import Ellipsoid, Shape, cuboid, sphere, triangular_pyramid
from .symmetry import arrangement, handedness

#: Classes of each task in the order of the outputs.
TASKS: dict[str, tuple[str, ...]] = {
    "deformed": ("deformed", "undeformed"),
    "count": tuple("012345678"),
    "arrangement": ("edge", "face", "body"),
    "shape": ("cuboid", "pyramid", "sphere"),
    "handedness": ("left", "right"),
}

#: Edges are this different at least where a hand is asked for, nm.
HAND = 1.0

#: Particles of the task "shape" have up to this many times the volume of the smallest cuboid; with edges from 10 nm on
#: a pyramid of more would not fit an image of 32 nm.
LARGEST = 2.0

#: Height of a pyramid in units of the edge of its base; the tetrahedron has 0.816.
SLENDER = (0.7, 0.95)

#: Axes of an ellipsoid that differ by less than this part of it make a sphere.
ALIKE = 1e-6

#: Edges of a volume are drawn so often, 32 times three at a time; that leaves one volume in a thousand.
PATIENCE = 20_000

_PAIRS = {
    name: [pair for pair in combinations(range(8), 2) if arrangement(*pair) == name] for name in TASKS["arrangement"]
}


@dataclass(frozen=True)
class Sizes:
    """How large particles and cuts are drawn.

    Attributes
    ----------
    edges : (shortest, longest)
        Of the uncut cuboids, nm, each drawn on its own.
    depth : (least, most)
        Of the cuts as a fraction of the edges, one for each corner; at most 0.5, beyond which cuts would overlap.

    Raises
    ------
    ValueError
        If a range is not one, or the edges so much alike that the cuts take more of a particle than they differ: no
        volume would be as likely with all corners cut as with none.
    """

    edges: tuple[float, float] = (10.0, 16.0)
    depth: tuple[float, float] = (0.25, 0.5)

    def __post_init__(self):
        edges, depth = "the shortest and the longest in nm", "the least and the most, more than 0 and at most 0.5"
        shortest, longest = pair("edges are", self.edges, edges)
        if not 0 < shortest < longest:
            raise ValueError(f"edges are {self.edges}: expected {edges}")
        least, most = pair("depth is", self.depth, depth)
        if not 0 < least <= most <= 0.5:
            raise ValueError(f"depth is {self.depth}: expected {depth}")
        if self.mean_volume > self.most:
            raise ValueError(
                f"edges are {self.edges} and depth up to {self.depth[1]}: volumes cannot be matched between particles "
                "with all corners cut and with none; let the edges differ more, or cut less deep"
            )

    @property
    def most(self) -> float:
        """The largest volume that a particle can have however many corners are cut, and however deep, nm³."""
        return self.edges[1] ** 3 * (1 - 8 * self.depth[1] ** 3 / 6)

    @property
    def mean_volume(self) -> float:
        """Of cuboids whose edges are drawn, nm³."""
        return (sum(self.edges) / 2) ** 3


@dataclass(frozen=True, eq=False)
class Particle:
    """A particle with its label."""

    shape: Shape
    label: str
    corners: tuple[int, ...] = ()

    @property
    def truth(self) -> dict:
        """What it was made from."""
        return {"label": self.label, "shape": self.shape.name, **self.shape.parameters, "corners": list(self.corners)}


def draw(task: str, rng: np.random.Generator, sizes: Sizes | None = None) -> Particle:
    """Draw a particle for a task; all classes are as likely.

    Raises
    ------
    ValueError
        If there is no such task, or it asks for edges that differ more than `sizes` lets them.
    """
    check(task)
    sizes = Sizes() if sizes is None else sizes
    label = TASKS[task][rng.integers(len(TASKS[task]))]
    if task == "shape":
        volume = rng.uniform(*_volumes(sizes))
        return Particle(_of_volume(label, volume, rng, sizes), label)
    if task == "handedness":
        return _handed(label, rng, sizes)
    corners = _corners(task, label, rng)
    return _cut(corners, label, *_measures(len(corners), rng, sizes))


def longest(task: str, sizes: Sizes) -> float:
    """Length of the longest particle that is drawn for a task, from corner to corner and before any is cut, nm."""
    diagonal = float(np.sqrt(3) * sizes.edges[1])
    if task != "shape":
        return diagonal
    # the flattest pyramid has the longest edge
    return max(diagonal, float(_pyramid(_volumes(sizes)[1], SLENDER[0])[0]))


def labels(shape: Shape) -> dict[str, str]:
    """What a particle is for each task that applies to it.

    All tasks but "shape" are about cuboids; "arrangement" is about two cut corners, and "handedness" about cuboids with
    three different edges of which more corners of one hand are cut than of the other.
    """
    if isinstance(shape, Ellipsoid):
        return {"shape": "sphere"} if np.ptp(shape.semi_axes) <= ALIKE * shape.radius else {}
    if shape.name == "triangular pyramid":
        return {"shape": "pyramid"}
    if shape.name != "cuboid":
        return {}
    cut = tuple(shape.cuts)
    found = {"deformed": "deformed" if cut else "undeformed", "count": str(len(cut)), "shape": "cuboid"}
    if len(cut) == 2:
        found["arrangement"] = arrangement(*cut)
    edges = tuple(shape.parameters.values())
    if len(set(edges)) == 3 and (hand := handedness(cut, edges)):
        found["handedness"] = "right" if hand > 0 else "left"
    return found


def check(task: str) -> None:
    """Say which tasks there are, where this is none."""
    if not isinstance(task, str) or task not in TASKS:
        raise ValueError(f"task is {task!r}: expected one of {', '.join(TASKS)}")


def _corners(task, label, rng) -> tuple[int, ...]:
    if task == "arrangement":
        return _PAIRS[label][rng.integers(len(_PAIRS[label]))]
    if task == "deformed":
        count = 0 if label == "undeformed" else int(rng.integers(1, 9))
    else:
        count = int(label)
    return tuple(sorted(rng.permutation(8)[:count].tolist()))


def _handed(label, rng, sizes) -> Particle:
    """One to three cut corners of a cuboid with three different edges, of one hand more than of the other."""
    if np.ptp(sizes.edges) < 3 * HAND:
        raise ValueError(
            f"edges are {sizes.edges}: three that differ by {HAND:g} nm, as a hand needs them, are hardly ever drawn; "
            f"give them a range of {3 * HAND:g} nm at least"
        )
    while True:
        corners = tuple(sorted(rng.permutation(8)[: rng.integers(1, 4)].tolist()))
        edges, depths = _measures(len(corners), rng, sizes)
        if np.diff(sorted(edges)).min() >= HAND:
            hand = handedness(corners, edges)
            if hand and (hand > 0) == (label == "right"):
                return _cut(corners, label, edges, depths)


def _measures(cuts, rng, sizes) -> tuple[list[float], np.ndarray]:
    """Edges of a cuboid and depths of so many cuts, its volume drawn as if nothing were cut off."""
    depths = rng.uniform(*sizes.depth, cuts)
    left = 1 - (depths**3).sum() / 6
    while (volume := rng.uniform(*sizes.edges, 3).prod()) > sizes.most:
        pass
    return _edges(volume / left, rng, sizes), depths


def _cut(corners, label, edges, depths) -> Particle:
    uncut = cuboid(*edges)
    return Particle(uncut.deform(corners, depths) if corners else uncut, label, corners)


def _of_volume(label, volume, rng, sizes) -> Shape:
    if label == "sphere":
        return sphere((3 * volume / (4 * np.pi)) ** (1 / 3))
    if label == "cuboid":
        return cuboid(*_edges(volume, rng, sizes))
    return triangular_pyramid(*_pyramid(volume, rng.uniform(*SLENDER)))


def _volumes(sizes) -> tuple[float, float]:
    """The least and the most of the task "shape", nm³."""
    least = sizes.edges[0] ** 3
    return least, min(LARGEST * least, sizes.mean_volume)


def _pyramid(volume, ratio) -> tuple[float, float]:
    """Edge and height of a pyramid of this volume, `ratio` times as high as its edge is long."""
    edge = (volume * 12 / np.sqrt(3) / ratio) ** (1 / 3)
    return edge, ratio * edge


def _edges(volume, rng, sizes) -> list[float]:
    """Three edges in their range, of a cuboid of this volume."""
    shortest, longest = sizes.edges
    for _ in range(PATIENCE):
        edges = rng.uniform(shortest, longest, (32, 3))
        edges *= np.cbrt(volume / edges.prod(axis=1))[:, None]
        fitting = np.flatnonzero(((edges >= shortest) & (edges <= longest)).all(axis=1))
        if len(fitting):
            return edges[fitting[0]].tolist()
    # so close to the least or the most volume that only cubes have it, near enough; chance could take hours
    cube = np.cbrt(volume)
    ways = np.log(edges[0] / cube)
    room = np.log(np.where(ways > 0, longest, shortest) / cube) / ways
    return np.clip(cube * np.exp(ways * min(1.0, room.min())), shortest, longest).tolist()
