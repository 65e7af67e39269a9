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

    Returns
    -------
    (rows, columns) array
        In nm.
    """
    if isinstance(shape, Ellipsoid):
        return _through_ellipsoid(shape, np.asarray(matrices, float), x, y)
    matrices = np.asarray(matrices, float)
    return (_through_faces if matrices.ndim == 2 else _turning)(shape, matrices, x, y, pixel)


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
    upright = float(_upright(shape, matrix, pixel))
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
        inside = inside * _covered(within, nx, ny, pixel)
    return inside


def _upright(shape: Polyhedron, matrices, pixel: float):
    """How small nz is for a face that ends within a pixel; for each of the orientations."""
    heights = matrices[..., 2, :] @ shape.normals.T
    upright = max(PARALLEL, pixel / (2 * shape.radius + pixel))
    # of a particle as small as a pixel that may be all on one side, and nothing would bound the rays
    bounded = np.minimum(heights.max(axis=-1), -heights.min(axis=-1)) > upright
    return np.where(bounded, upright, PARALLEL)


def _covered(within, nx, ny, pixel: float):
    """Part of a pixel that lies on the inner side of a wall, whose distance from its middle is `within`."""
    return np.clip(within / (pixel * (abs(nx) + abs(ny))) + 0.5, 0, 1) if pixel else within >= 0


def _turning(shape: Polyhedron, matrices, x, y, pixel):
    """As `_through_faces` with another orientation in every line or pixel: a bound may turn from upper to lower."""
    upper, lower, walls = np.inf, -np.inf, []
    x, y = np.asarray(x), np.asarray(y)
    upright = _upright(shape, matrices, pixel)
    for normal, offset in zip(shape.normals, shape.offsets.tolist(), strict=True):
        nx, ny, nz = np.moveaxis(matrices @ normal, -1, 0)
        above, below = nz > upright, nz < -upright
        wall = ~(above | below)
        reciprocal = 1 / np.where(wall, 1.0, nz)
        bound = (offset - ny * y) * reciprocal - nx * reciprocal * x
        if above.any():
            upper = np.minimum(upper, np.where(above, bound, np.inf))
        if below.any():
            lower = np.maximum(lower, np.where(below, bound, -np.inf))
        if wall.any():
            walls.append((nx, ny, nz, offset, wall))
    inside = np.maximum(upper - lower, 0.0)
    middle = (upper + lower) / 2 if pixel and walls else 0.0
    for nx, ny, nz, offset, wall in walls:
        within = offset - nx * x - ny * y - nz * middle
        # a face that lies flat has no wall, and nothing to divide by
        covered = _covered(within, np.where(wall, nx, 1.0), np.where(wall, ny, 1.0), pixel)
        inside = inside * np.where(wall, covered, 1.0)
    return inside


def _through_ellipsoid(shape: Ellipsoid, matrices, x, y):
    """Chord of the ellipsoid: half the distance of the roots of a quadratic in z."""
    # |W (x, y, z)|² = 1 with W = diag(1 / semi-axes) Rᵀ
    whitened = np.swapaxes(matrices, -1, -2) / shape.semi_axes[:, None]
    gram = np.swapaxes(whitened, -1, -2) @ whitened
    a = gram[..., 2, 2]
    half_b = gram[..., 0, 2] * x + gram[..., 1, 2] * y
    c = gram[..., 0, 0] * np.square(x) + 2 * gram[..., 0, 1] * np.multiply(x, y) + gram[..., 1, 1] * np.square(y) - 1
    return 2 * np.sqrt(np.maximum(half_b**2 - a * c, 0.0)) / a
