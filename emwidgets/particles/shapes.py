"""Particles to start from: cuboids, pyramids, octahedra, polyhedra from their vertices, spheres and ellipsoids.

What they make are the convex solids of `solids`, which can be deformed. Lengths in nm.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from .arguments import is_number, numeric
from .solids import TOUCHING, Ellipsoid, Polyhedron, Shape, joined

__all__ = [
    "SIGNS",
    "Ellipsoid",
    "Polyhedron",
    "Shape",
    "cuboid",
    "ellipsoid",
    "octahedron",
    "polyhedron",
    "sphere",
    "triangular_pyramid",
    "truncated_octahedron",
]

#: Volumes below this part of the cube of a particle's size are taken for nothing.
FLAT = 1e-9

#: The corners of a cuboid in units of half its edges, by number: bit 0 of the number is x, bit 1 is y, bit 2 is z.
SIGNS = np.array([(x, y, z) for z, y, x in product((-1, 1), repeat=3)])


def cuboid(a: float, b: float, c: float) -> Polyhedron:
    """A cuboid with edges `a` along x, `b` along y and `c` along z, in nm.

    Raises
    ------
    ValueError
        If an edge is not a positive number.
    """
    half = _lengths(a=a, b=b, c=c) / 2
    normals = np.vstack([np.eye(3), -np.eye(3)])
    edges = tuple((i, i | bit) for bit in (1, 2, 4) for i in range(8) if not i & bit)
    parameters = {"a": float(a), "b": float(b), "c": float(c)}
    return Polyhedron(normals, np.tile(half, 2), SIGNS * half, edges, name="cuboid", parameters=parameters)


def sphere(radius: float) -> Ellipsoid:
    """A sphere; `radius` in nm.

    Raises
    ------
    ValueError
        If the radius is not a positive number.
    """
    return Ellipsoid(np.repeat(_lengths(radius=radius), 3), "sphere")


def ellipsoid(a: float, b: float, c: float) -> Ellipsoid:
    """An ellipsoid with semi-axes `a` along x, `b` along y and `c` along z, in nm.

    Raises
    ------
    ValueError
        If a semi-axis is not a positive number.
    """
    return Ellipsoid(_lengths(a=a, b=b, c=c))


def triangular_pyramid(edge: float, height: float) -> Polyhedron:
    """A pyramid on an equilateral triangle, its centroid at the origin.

    Parameters
    ----------
    edge : float
        Of the base, which is perpendicular to z, nm.
    height : float
        Of the apex (corner 3) over the base, nm; the tetrahedron's is ``edge * sqrt(2 / 3)``.

    Raises
    ------
    ValueError
        If a length is not positive.
    """
    _lengths(edge=edge, height=height)
    angles = np.deg2rad([90, 210, 330])
    base = np.column_stack([np.cos(angles), np.sin(angles)]) * edge / np.sqrt(3)
    points = np.vstack([np.column_stack([base, np.full(3, -height / 4)]), [0, 0, 0.75 * height]])
    return _hull(points, "triangular pyramid", {"edge": float(edge), "height": float(height)})


def octahedron(edge: float) -> Polyhedron:
    """A regular octahedron, its corners on the axes; `edge` in nm.

    Raises
    ------
    ValueError
        If the edge is not a positive number.
    """
    reach = float(_lengths(edge=edge)[0]) / np.sqrt(2)
    return _hull(np.vstack([np.eye(3), -np.eye(3)]) * reach, "octahedron", {"edge": float(edge)})


def truncated_octahedron(edge: float, depth: float = 1 / 3) -> Polyhedron:
    """An octahedron without its corners: the usual equilibrium shape of fcc metals.

    Parameters
    ----------
    edge : float
        Of the octahedron that is cut, nm.
    depth : float
        Of the cuts as a fraction of it, up to 1/2 (cuboctahedron); at 1/3 all edges that are left are alike.

    Raises
    ------
    ValueError
        If the edge is not positive, or the depth not between 0 and 1/2.
    """
    if not (is_number(depth) and 0 < depth <= 0.5):
        raise ValueError(f"depth is {depth!r}: expected more than 0 and at most 0.5")
    return octahedron(edge).deform(range(6), depth)


def polyhedron(vertices) -> Polyhedron:
    """The convex polyhedron that has these corners.

    Parameters
    ----------
    vertices : (m, 3) array
        In nm, in any order and about any point: its centroid is put at the origin. Points inside are left out.

    Raises
    ------
    ValueError
        If the points are not three-dimensional, not finite, or all in one plane (no volume).
    """
    points = numeric(vertices)
    if points.ndim == 1 and not points.size:
        raise ValueError(f"vertices are {vertices!r}: expected at least four points (m, 3) of finite numbers")
    if points.ndim != 2 or points.shape[1:] != (3,) or len(points) < 4 or not np.isfinite(points).all():
        raise ValueError(f"vertices have shape {points.shape}: expected at least four points (m, 3) of finite numbers")
    try:
        hull = ConvexHull(points)
    except QhullError as problem:
        raise ValueError("these vertices span no volume: expected points that do not all lie in a plane") from problem
    return _hull(points[hull.vertices] - _centroid(points, hull), "polyhedron", {"vertices": points.tolist()})


def _hull(points, name, parameters) -> Polyhedron:
    """A polyhedron from its corners, faces found by their convex hull."""
    size = np.ptp(points, axis=0).max()
    hull = ConvexHull(points)
    if hull.volume < FLAT * size**3:
        raise ValueError(f"the {name} has no volume: its corners lie in a plane")
    # Qhull gives triangles; those of one face have one equation
    faces: list[np.ndarray] = []
    for equation in hull.equations:
        if not any((np.abs(equation - other) < 10 * TOUCHING * np.array([1, 1, 1, size])).all() for other in faces):
            faces.append(equation)
    normals, offsets = np.array(faces)[:, :3], -np.array(faces)[:, 3]
    edges = tuple((int(a), int(b)) for a, b in joined(points, normals, offsets))
    return Polyhedron(normals, offsets, np.asarray(points), edges, name=name, parameters=parameters)


def _centroid(points, hull):
    """Of the solid: the mean of the tetrahedra between a point inside and the triangles of the hull."""
    inside = points[hull.vertices].mean(axis=0)
    triangles = points[hull.simplices] - inside
    volumes = np.abs(np.linalg.det(triangles))
    return inside + (volumes[:, None] * triangles.sum(axis=1) / 4).sum(axis=0) / volumes.sum()


def _lengths(**named) -> np.ndarray:
    """Positive lengths by their names, as an array."""
    for name, value in named.items():
        try:
            length = float(value)
        except (TypeError, ValueError):
            length = np.nan
        if not 0 < length < np.inf:
            raise ValueError(f"{name} is {value!r}: expected a positive length in nm")
    return np.array(list(named.values()), float)
