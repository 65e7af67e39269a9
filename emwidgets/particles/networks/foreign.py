"""Particles that none of the questions is about: what a network must learn to be in doubt at."""

from __future__ import annotations

import numpy as np

from emwidgets.particles.shapes import Polyhedron, Shape, ellipsoid, octahedron, polyhedron, truncated_octahedron
from emwidgets.particles.tasks import Sizes


def random_foreign(rng: np.random.Generator, sizes: Sizes) -> Shape:
    """Ellipsoids, octahedra, prisms, random polyhedra, of about the sizes of the others."""
    edge = rng.uniform(*sizes.edges)
    kind = rng.integers(6)
    if kind == 0:
        return ellipsoid(*(edge * rng.uniform(0.35, 0.8, 3)))
    if kind == 1:
        return octahedron(edge * 1.1)
    if kind == 2:
        return truncated_octahedron(edge * 1.2, rng.uniform(0.15, 0.5))
    if kind == 3:
        return prism(int(rng.choice([3, 5, 6])), edge * 0.6, edge * rng.uniform(0.6, 1.4))
    if kind == 4:
        return polyhedron(edge * 0.65 * _on_sphere(rng, int(rng.integers(6, 16))))
    return bipyramid(5, edge * 0.7, edge * rng.uniform(0.4, 0.9))


def prism(sides: int, radius: float, height: float) -> Polyhedron:
    """A right prism on a regular polygon; radius of its corners and height in nm."""
    return polyhedron(np.vstack([_polygon(sides, radius, level) for level in (-height / 2, height / 2)]))


def bipyramid(sides: int, radius: float, half_height: float) -> Polyhedron:
    """Two pyramids on one regular polygon; five sides are a decahedron. Lengths in nm."""
    return polyhedron(np.vstack([_polygon(sides, radius, 0), [0, 0, half_height], [0, 0, -half_height]]))


def _polygon(sides, radius, level):
    angles = 2 * np.pi * np.arange(sides) / sides
    return np.column_stack([radius * np.cos(angles), radius * np.sin(angles), np.full(sides, level)])


def _on_sphere(rng, points):
    directions = rng.standard_normal((points, 3))
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)
