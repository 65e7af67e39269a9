"""Numbers of a convex polygon from its vertices (n, 2), x and y, in order round it."""

from __future__ import annotations

import numpy as np


def moments(vertices) -> tuple[float, np.ndarray]:
    """Area, and second central moments (xx, xy; xy, yy) of the area over it.

    By Green's theorem (Steger 1996, "On the calculation of arbitrary moments of polygons").
    """
    x, y = (vertices - vertices.mean(axis=0)).T
    u, v = np.roll(x, -1), np.roll(y, -1)
    cross = x * v - u * y
    area = cross.sum() / 2
    cx, cy = ((x + u) * cross).sum() / (6 * area), ((y + v) * cross).sum() / (6 * area)
    xx = ((x * x + x * u + u * u) * cross).sum() / (12 * area) - cx * cx
    yy = ((y * y + y * v + v * v) * cross).sum() / (12 * area) - cy * cy
    xy = ((x * v + 2 * x * y + 2 * u * v + u * y) * cross).sum() / (24 * area) - cx * cy
    return abs(float(area)), np.array([[xx, xy], [xy, yy]])


def sides(vertices) -> np.ndarray:
    """Length from each vertex to the next, (n,)."""
    return np.hypot(*(np.roll(vertices, -1, axis=0) - vertices).T)


def angles(vertices) -> np.ndarray:
    """Angle inside the polygon at each vertex, degrees, (n,)."""
    before, after = np.roll(vertices, 1, axis=0) - vertices, np.roll(vertices, -1, axis=0) - vertices
    cross = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
    return np.degrees(np.arctan2(cross, (before * after).sum(axis=1)))


def distances(vertices) -> np.ndarray:
    """Distances between the vertices, (n, n)."""
    return np.linalg.norm(vertices[:, None] - vertices[None], axis=-1)


def ferets(vertices) -> tuple[float, float]:
    """Longest and shortest distance of two parallel lines that touch the polygon."""
    ways = np.roll(vertices, -1, axis=0) - vertices
    normals = np.column_stack([ways[:, 1], -ways[:, 0]]) / np.maximum(np.hypot(*ways.T), 1e-12)[:, None]
    heights = np.ptp(vertices @ normals.T, axis=0)  # the shortest one touches along a side
    return float(distances(vertices).max()), float(heights.min())
