"""Convex solids: ellipsoids, and polyhedra as half-spaces whose corners can be cut off; `shapes` makes them.

A solid lies about the origin of its own frame; `orientation` turns that frame into the microscope's. Lengths in nm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from scipy.optimize import linprog
from scipy.spatial import ConvexHull, HalfspaceIntersection, QhullError

from . import cuts as cutting

#: A cut leaves nothing of a polyhedron if the largest sphere inside is this part of what it was before all cuts.
NOTHING = 1e-3

#: Points closer to each other, or to a face, than this part of a particle's size are on it.
TOUCHING = 1e-7

#: A point farther from all faces than this part of a particle's size is well inside.
INSIDE = 0.1


class Shape:
    """A convex solid: see `Polyhedron` and `Ellipsoid`."""

    name: str
    parameters: dict

    def deform(self, corners: Sequence[int], depth: float | Sequence = 0.35, unit: str = "edge") -> Shape:
        """Cut corners off; only polyhedra have any."""
        raise ValueError(f"a {self.name} has no corners to cut: deform a cuboid, a pyramid or another polyhedron")


@dataclass(frozen=True, eq=False)
class Ellipsoid(Shape):
    """The solid within an ellipsoid.

    Attributes
    ----------
    semi_axes : (3,) array
        Along x, y and z of the particle, nm.
    """

    semi_axes: np.ndarray
    name: str = "ellipsoid"

    @property
    def parameters(self) -> dict:
        """What it was made from."""
        return {"semi_axes": self.semi_axes.tolist()}

    @property
    def volume(self) -> float:
        """In nm³."""
        return float(4 / 3 * np.pi * np.prod(self.semi_axes))

    @property
    def radius(self) -> float:
        """Of the smallest sphere about the origin that holds the particle, nm."""
        return float(self.semi_axes.max())

    @property
    def vertices(self) -> np.ndarray:
        """None: (0, 3)."""
        return np.empty((0, 3))

    @property
    def wires(self) -> np.ndarray:
        """None: (0, 2)."""
        return np.empty((0, 2), int)

    def corner_distances(self) -> np.ndarray:
        """None: (0, 0)."""
        return np.empty((0, 0))


@dataclass(frozen=True, eq=False)
class Polyhedron(Shape):
    """All points r with normals · r ≤ offsets.

    Attributes
    ----------
    normals : (k, 3) array
        Of the faces, outward, of length 1; the faces of the cuts come last.
    offsets : (k,) array
        Distances of the faces from the origin, nm.
    corners : (m, 3) array
        Of the solid before anything was cut off, nm; the numbers that `deform` takes.
    edges : tuple of (int, int)
        Between those corners.
    cuts : {corner: depths}
        What was cut off: how far along each edge from the corner the cut goes, nm.
    """

    normals: np.ndarray
    offsets: np.ndarray
    corners: np.ndarray
    edges: tuple[tuple[int, int], ...]
    cuts: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    name: str = "polyhedron"
    parameters: dict = field(default_factory=dict)

    @cached_property
    def vertices(self) -> np.ndarray:
        """Corners of the solid as it is, cuts included: (v, 3), nm."""
        if not self.cuts:
            return self.corners
        # in units of the radius, as Qhull and linprog know no nm; the latter takes milliseconds
        size = self.radius
        planes = np.column_stack([self.normals, -self.offsets / size])
        well_inside = self.offsets.min() > INSIDE * size
        inside = np.zeros(3) if well_inside else self._largest_sphere()[0] / size
        try:
            found = HalfspaceIntersection(planes, inside).intersections
        except QhullError as problem:
            raise ValueError(f"the {self.name} with the cuts {dict(self.cuts)} has no volume") from problem
        kept: list[np.ndarray] = []
        for vertex in found[np.isfinite(found).all(axis=1)]:
            if all(np.abs(vertex - other).max() > TOUCHING for other in kept):
                kept.append(vertex)
        return np.array(kept) * size

    @cached_property
    def wires(self) -> np.ndarray:
        """Edges of the solid as it is: pairs of numbers of `vertices`, (e, 2)."""
        if not self.cuts:
            return np.array(self.edges)
        return joined(self.vertices, self.normals, self.offsets)

    @cached_property
    def volume(self) -> float:
        """In nm³, exact."""
        return float(ConvexHull(self.vertices).volume)

    @cached_property
    def surface(self) -> float:
        """In nm², exact; a quarter of it is the mean area of the projections (Cauchy)."""
        return float(ConvexHull(self.vertices).area)

    @property
    def radius(self) -> float:
        """Of the smallest sphere about the origin that holds the uncut particle, nm."""
        return float(np.linalg.norm(self.corners, axis=1).max())

    def neighbours(self, corner: int) -> list[int]:
        """The corners that an edge joins to this one, in the order of `edges`: for a cuboid along x, y, z."""
        return list(_neighbours(self.edges)[corner])

    def deform(self, corners: Sequence[int], depth: float | Sequence = 0.35, unit: str = "edge") -> Polyhedron:
        """Cut corners off, each by one plane.

        Parameters
        ----------
        corners : sequence of int
            Numbers in `corners`. Those of a cuboid count in binary: bit 0 is set where x is positive, bit 1 for y,
            bit 2 for z.
        depth : float or sequence
            How far along each edge the plane goes: one number; one for each of `corners`; or for each of `corners`
            one for each of its edges, in the order of `neighbours` (for a cuboid: along x, y, z). From half an edge
            on, cuts at both of its ends overlap.
        unit : "edge" or "nm"
            Whether `depth` is a fraction of each edge or a length.

        Returns
        -------
        Polyhedron
            The deformed particle; this one stays as it is.

        Raises
        ------
        ValueError
            If a corner is not there, was cut already or is named twice; if a depth is not positive or longer than the
            edge; if the edges of a corner cannot be cut by one plane; if nothing is left of the particle.

        Examples
        --------
        >>> from emwidgets import particles
        >>> round(particles.cuboid(10, 10, 10).deform([0], depth=0.5).volume, 3)
        979.167
        """
        if unit not in ("edge", "nm"):
            raise ValueError(f"unit is {unit!r}: expected 'edge' (fractions of the edges) or 'nm'")
        named = cutting.numbers(corners)
        if not named:
            return self
        self._check_corners(named)
        found, planes = {}, []
        for corner, each in zip(named, cutting.each_depth(depth, len(named)), strict=True):
            along = cutting.lengths(self._ways(corner), each, unit, corner)
            planes.append(cutting.plane(self._met(corner, along), self.corners[corner]))
            found[corner] = tuple(along.tolist())
        normals = np.vstack([self.normals, [normal for normal, _ in planes]])
        offsets = np.append(self.offsets, [offset for _, offset in planes])
        shape = replace(self, normals=normals, offsets=offsets, cuts=dict(self.cuts) | found)
        # with the origin well inside there is room; only deep cuts need the longer look
        least = NOTHING * self.offsets[: len(self.offsets) - len(self.cuts)].min()
        if offsets.min() <= least and shape._largest_sphere()[1] <= least:
            raise ValueError(f"cutting corners {named} by {depth} ({unit}) leaves nothing of the {self.name}")
        return shape

    def corner_distances(self) -> np.ndarray:
        """Distances between the corners, nm: (m, m); of a cut corner, from the middle of the face of its cut.

        The middle is the mean of the points where the plane of the cut meets the edges of the uncut particle.
        """
        places = self.corners.copy()
        for corner, depths in self.cuts.items():
            places[corner] = self._met(corner, np.asarray(depths)).mean(axis=0)
        return np.linalg.norm(places[:, None] - places[None], axis=-1)

    def _ways(self, corner: int) -> np.ndarray:
        """The edges of a corner, away from it: (k, 3), nm."""
        return self.corners[self.neighbours(corner)] - self.corners[corner]

    def _met(self, corner: int, along) -> np.ndarray:
        """Where a cut meets the edges of its corner: (k, 3), nm."""
        return cutting.points(self.corners[corner], self._ways(corner), along)

    def _check_corners(self, named) -> None:
        for number, corner in enumerate(named):
            if not 0 <= corner < len(self.corners):
                raise ValueError(f"corner {corner}: this {self.name} has corners 0 to {len(self.corners) - 1}")
            if corner in self.cuts or corner in named[:number]:
                raise ValueError(f"corner {corner} is cut already: name each corner once")

    def _largest_sphere(self):
        """Centre and radius of the largest sphere inside (Chebyshev centre), nm."""
        found = linprog(
            [0, 0, 0, -1],
            A_ub=np.column_stack([self.normals, np.ones(len(self.normals))]),
            b_ub=self.offsets / self.radius,
            bounds=[(None, None)] * 3 + [(0, None)],
        )
        return (found.x[:3] * self.radius, float(found.x[3]) * self.radius) if found.status == 0 else (np.zeros(3), 0.0)


def joined(vertices, normals, offsets) -> np.ndarray:
    """Pairs of vertices of a convex polyhedron that an edge joins, those that lie on two faces both: (e, 2)."""
    size = np.ptp(vertices, axis=0).max()
    on = np.abs(vertices @ np.transpose(normals) - offsets) < TOUCHING * size
    first, second = np.nonzero(np.triu(on.astype(int) @ on.T.astype(int) >= 2, 1))
    return np.column_stack([first, second])


@lru_cache(maxsize=64)
def _neighbours(edges) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for a, b in edges:
        found.setdefault(a, []).append(b)
        found.setdefault(b, []).append(a)
    return {corner: tuple(others) for corner, others in found.items()}
