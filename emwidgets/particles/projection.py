"""How thick a particle is along the beam, in every pixel: exactly, from its faces, without voxels.

Coordinates of the microscope: x to the right, y down the image (as the rows go), z along the beam. A point r of the
particle is at ``R r`` there. A half-space ``n · r ≤ d`` of the particle bounds the ray through (x, y) above or below,
``z ≤ (d - nx x - ny y) / nz`` or ``z ≥`` the same; the ray is inside from the highest lower to the lowest upper bound.
"""

from __future__ import annotations

import numpy as np

from .shapes import Ellipsoid, Polyhedron, Shape

#: Faces closer to parallel to the beam than this (as nz) bound no ray: they are walls between in and out.
PARALLEL = 1e-9


def thickness(shape: Shape, matrices, x, y, pixel: float = 0.0) -> np.ndarray:
    """Length of each ray inside a particle.

    Parameters
    ----------
    shape : Shape
    matrices : (3, 3), (rows, 1, 3, 3) or (rows, columns, 3, 3) array
        Rotation from the particle to the microscope: one for all, one for each line, one for each pixel.
    x, y : array
        Where the rays are, from the particle's origin, nm; they broadcast to (rows, columns).
    pixel : float
        Side of a pixel around each ray, nm. A face that stands so steep that it ends within a pixel then covers part
        of it; without, a pixel is in or out by its middle, and an upright cuboid up to a row too large or too small.
        Only for one orientation, as while a particle turns no face stands still.

    Returns
    -------
    (rows, columns) array
        In nm.
    """
    if isinstance(shape, Ellipsoid):
        return _through_ellipsoid(shape, np.asarray(matrices, float), x, y)
    matrices = np.asarray(matrices, float)
    return _through_faces(shape, matrices, x, y, pixel) if matrices.ndim == 2 else _turning(shape, matrices, x, y)


def extent(shape: Shape, matrix) -> tuple[float, float]:
    """Half widths along x and y of a box about the origin that holds the projection of a particle, nm."""
    matrix = np.asarray(matrix)
    if isinstance(shape, Ellipsoid):
        reach = np.linalg.norm(matrix[:2] * shape.semi_axes, axis=1)
    else:
        reach = np.abs(shape.corners @ matrix[:2].T).max(axis=0)
    return float(reach[0]), float(reach[1])


def _through_faces(shape: Polyhedron, matrix, x, y, pixel):
    """One orientation: every bound is a plane over the image, every upright face a wall."""
    normals = shape.normals @ matrix.T
    x, y = np.asarray(x), np.asarray(y)
    upper, lower, walls = np.inf, -np.inf, []
    upright = max(PARALLEL, pixel / (2 * shape.radius + pixel))
    for (nx, ny, nz), offset in zip(normals.tolist(), shape.offsets.tolist(), strict=True):
        if abs(nz) <= upright:
            walls.append((nx, ny, nz, offset))
        elif nz > 0:
            upper = np.minimum(upper, (offset - ny * y) / nz - nx / nz * x)
        else:
            lower = np.maximum(lower, (offset - ny * y) / nz - nx / nz * x)
    inside = np.maximum(upper - lower, 0.0)
    middle = (upper + lower) / 2 if pixel and walls else 0.0
    for nx, ny, nz, offset in walls:
        within = offset - nx * x - ny * y - nz * middle
        covered = np.clip(within / (pixel * (abs(nx) + abs(ny))) + 0.5, 0, 1) if pixel else within >= 0
        inside = inside * covered
    return inside


def _turning(shape: Polyhedron, matrices, x, y):
    """As `_through_faces` with another orientation in every line or pixel: a bound may turn from upper to lower."""
    upper, lower, outside = np.inf, -np.inf, False
    x, y = np.asarray(x), np.asarray(y)
    for normal, offset in zip(shape.normals, shape.offsets.tolist(), strict=True):
        nx, ny, nz = np.moveaxis(matrices @ normal, -1, 0)
        above, below = nz > PARALLEL, nz < -PARALLEL
        wall = ~(above | below)
        reciprocal = 1 / np.where(wall, 1.0, nz)
        bound = (offset - ny * y) * reciprocal - nx * reciprocal * x
        if above.any():
            upper = np.minimum(upper, np.where(above, bound, np.inf))
        if below.any():
            lower = np.maximum(lower, np.where(below, bound, -np.inf))
        if wall.any():
            outside = outside | (wall & (nx * x + ny * y > offset))
    inside = np.maximum(upper - lower, 0.0)
    return inside if outside is False else np.where(outside, 0.0, inside)


def _through_ellipsoid(shape: Ellipsoid, matrices, x, y):
    """Chord of the ellipsoid: half the distance of the roots of a quadratic in z."""
    # |W (x, y, z)|² = 1 with W = diag(1 / semi-axes) Rᵀ
    whitened = np.swapaxes(matrices, -1, -2) / shape.semi_axes[:, None]
    gram = np.swapaxes(whitened, -1, -2) @ whitened
    a = gram[..., 2, 2]
    half_b = gram[..., 0, 2] * x + gram[..., 1, 2] * y
    c = gram[..., 0, 0] * np.square(x) + 2 * gram[..., 0, 1] * np.multiply(x, y) + gram[..., 1, 1] * np.square(y) - 1
    return 2 * np.sqrt(np.maximum(half_b**2 - a * c, 0.0)) / a
