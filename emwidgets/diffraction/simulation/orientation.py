"""How crystals lie in the beam: zone axes, and the textures of many grains.

An orientation is a scipy `Rotation` that takes vectors from the Cartesian frame of the crystal (x along **a**, z along
**c***) to that of the microscope (x along the columns of the image, y down its rows, z with the beam).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from . import structures


@dataclass(frozen=True)
class Uniform:
    """Grains in all orientations alike: a powder."""

    def sample(self, n: int, base: Rotation, rng: np.random.Generator) -> Rotation:
        """`n` orientations; the base does not matter."""
        return Rotation.random(n, rng)


@dataclass(frozen=True)
class Mosaic:
    """Grains about one orientation, as the blocks of one imperfect crystal.

    Parameters
    ----------
    spread : float
        Standard deviation of the tilt about each of the three axes, degrees.
    """

    spread: float = 0.5

    def __post_init__(self):
        _check_spread(self.spread)

    def sample(self, n: int, base: Rotation, rng: np.random.Generator) -> Rotation:
        """`n` orientations about `base`."""
        return Rotation.from_rotvec(np.deg2rad(self.spread) * rng.normal(size=(n, 3))) * base


@dataclass(frozen=True)
class Fibre:
    """Grains that share one direction and are turned about it at random, as in a drawn wire or a grown film.

    Parameters
    ----------
    direction : (x, y, z)
        The fibre axis in the frame of the microscope: (0, 0, 1) along the beam gives whole rings with some missing,
        (1, 0, 0) across it gives arcs.
    spread : float
        Standard deviation of the shared direction, degrees.
    """

    direction: tuple[float, float, float] = (0.0, 0.0, 1.0)
    spread: float = 5.0

    def __post_init__(self):
        _check_spread(self.spread)
        if len(self.direction) != 3 or not np.isfinite(self.direction).all() or not np.any(self.direction):
            raise ValueError(f"direction is {self.direction}: expected three numbers, not all zero")

    def sample(self, n: int, base: Rotation, rng: np.random.Generator) -> Rotation:
        """`n` orientations; `base` says which direction of the crystal is shared: the one it puts along the fibre."""
        axis = np.asarray(self.direction, float) / np.linalg.norm(self.direction)
        turned = Rotation.from_rotvec(np.outer(rng.uniform(0, 2 * np.pi, n), axis))
        tilted = Rotation.from_rotvec(np.deg2rad(self.spread) * rng.normal(size=(n, 3)))
        return tilted * turned * base


Texture = Uniform | Mosaic | Fibre


def zone_axis(structure, direction, along=(0.0, 0.0, -1.0)) -> Rotation:
    """Orientation that brings a lattice direction to a direction of the microscope.

    About that direction the crystal is turned so that its shortest reciprocal-lattice vector (indices up to 3) across
    the zone lies as near +x as it can.

    Parameters
    ----------
    structure : str, path or gemmi.SmallStructure
        As in `structures.load`.
    direction : (u, v, w)
        Lattice direction, in multiples of **a**, **b**, **c**.
    along : (x, y, z)
        Where to, in the frame of the microscope; against the beam, towards the electron source, if left out, as the
        zone axis of a pattern is meant.

    Raises
    ------
    ValueError
        If the direction is not three numbers, not all zero.

    Examples
    --------
    >>> import numpy as np
    >>> turned = zone_axis("silicon", (1, 1, 0)).apply([1, 1, 0])  # a cubic cell: [110] is (1, 1, 0) in space
    >>> np.allclose(turned / np.sqrt(2), [0, 0, -1])
    True
    """
    direction = np.asarray(direction, float)
    if direction.shape != (3,) or not np.isfinite(direction).all() or not direction.any():
        raise ValueError(f"the zone axis is {direction.tolist()}: expected three indices u, v, w, not all zero")
    cell = structures.load(structure).cell
    up = np.array(cell.orth.mat.tolist()) @ direction
    across = _shortest_across(np.array(cell.frac.mat.tolist()), direction)
    target = np.asarray(along, float)
    side = np.array([1.0, 0.0, 0.0]) if abs(target[0]) < 0.9 * np.linalg.norm(target) else np.array([0.0, 1.0, 0.0])
    return Rotation.from_matrix(_frame(target, side) @ _frame(up, across).T)


def from_user(orientation, structure, rng: np.random.Generator) -> Rotation:
    """An orientation as a user gives it: a single Rotation, a zone axis (u, v, w), or None for a random one."""
    if orientation is None:
        return Rotation.random(rng=rng)
    if isinstance(orientation, Rotation):
        if not orientation.single:
            raise ValueError(
                f"orientation holds {len(orientation)} rotations: expected one; for many grains set grains and texture"
            )
        return orientation
    return zone_axis(structure, orientation)


def _frame(up, side) -> np.ndarray:
    """Rotation matrix whose third axis is `up` and whose first is `side` as far as that goes."""
    third = np.asarray(up) / np.linalg.norm(up)
    first = np.asarray(side) - np.dot(side, third) * third
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(third, first), third], axis=1)


def _shortest_across(reciprocal, direction) -> np.ndarray:
    """Shortest reciprocal-lattice vector of the zone [uvw]; some vector across it where u, v, w are no integers."""
    indices = np.stack(np.meshgrid(*[np.arange(-3, 4)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    indices = indices[indices.any(axis=1)]
    off_zone = np.abs(indices @ direction)
    vectors = indices @ reciprocal
    lengths = np.linalg.norm(vectors, axis=1)
    # of the two Friedel mates, and of equals, always the same one
    order = np.lexsort((-indices[:, 2], -indices[:, 1], -indices[:, 0], lengths.round(9), (off_zone > 1e-9)))
    return vectors[order[0]]


def _check_spread(spread) -> None:
    if not (np.isfinite(spread) and 0 <= spread <= 180):
        raise ValueError(f"spread is {spread}: expected 0 to 180 degrees")
