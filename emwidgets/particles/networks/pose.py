"""The pose of a cuboid as numbers that a network can say, and back.

A cuboid looks the same after half turns about its axes, and which edge is called a is a choice: so the network says,
for each of three half edges (x, y, z) in any order, the products xx, xy, yy and zz, which do not know the sign of the
vector; how x and z go together is found out afterwards, because the edges are perpendicular. A parallel projection
cannot tell a pose from the one with all z reversed; of the two, one is given.
"""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
from scipy.spatial.transform import Rotation

from .framing import GYRATION

#: Orders in which the three half edges can be said.
ORDERS = tuple(permutations(range(3)))


def targets(axes: np.ndarray, centres: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """What the network shall say: (n, 15) float32, in units of the radius of gyration of a prepared image."""
    x, y, z = np.moveaxis(axes / GYRATION, 1, 0)
    products = np.stack([x * x, x * y, y * y, z * z], axis=-1).reshape(len(axes), 12)
    volume = 8 * np.abs(np.linalg.det(axes)) * (1 - (cuts**3).sum(axis=1) / 6)
    size = np.cbrt(volume)[:, None] / GYRATION
    return np.concatenate([products, centres / GYRATION * 4, size], axis=1).astype(np.float32)


def starts(said: np.ndarray, most: int = 2) -> list[tuple[np.ndarray, np.ndarray]]:
    """Poses that go with what a network says, the most perpendicular first.

    Parameters
    ----------
    said : (15,) array
    most : int
        So many of them.

    Returns
    -------
    list of (axes, centre)
        Half edges as columns of a right-handed (3, 3) array, and the centre (x, y), px of the prepared image.
    """
    parts = np.asarray(said, float)[:12].reshape(3, 4)
    flat = []
    for xx, xy, yy, zz in parts:
        values, vectors = np.linalg.eigh([[xx, xy], [xy, yy]])
        flat.append((vectors[:, 1] * np.sqrt(max(values[1], 1e-6)), np.sqrt(max(zz, 1e-6))))
    found = []
    for signs in product((1, -1), repeat=2):  # the third may have either sign: all z reversed looks the same
        axes = np.array([[*xy, z * sign] for (xy, z), sign in zip(flat, (1, *signs), strict=True)]).T
        lengths = np.linalg.norm(axes, axis=0)
        u, spread, vt = np.linalg.svd(axes / lengths)
        rotation = u @ vt
        if np.linalg.det(rotation) < 0:  # a cuboid does not mind which way an axis points
            rotation[:, 2] *= -1
        found.append((float(((spread - 1) ** 2).sum()), rotation * lengths))
    found.sort(key=lambda each: each[0])
    centre = np.asarray(said, float)[12:14] / 4
    return [(axes * GYRATION, centre * GYRATION) for _, axes in found[:most]]


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Angle in degrees between the poses of two cuboids, whatever their axes are called and whichever way z goes."""
    best = 180.0
    for axes in (other, other * [[1], [1], [-1]]):
        for order in ORDERS:
            turned = axes[:, list(order)] / np.linalg.norm(axes, axis=0)[list(order)]
            straight = one / np.linalg.norm(one, axis=0)
            signs = np.sign((straight * turned).sum(axis=0))
            signs[signs == 0] = 1
            difference = straight.T @ (turned * signs)
            difference[:, 2] *= np.sign(np.linalg.det(difference))
            best = min(best, float(np.rad2deg(Rotation.from_matrix(difference).magnitude())))
    return best
