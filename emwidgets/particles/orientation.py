"""How a particle lies under the beam, how it turns while it is scanned, and how it is tilted between views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from .arguments import is_number, numeric

#: The length of a quaternion may differ from 1 by so much: what is left of one that was printed with four digits.
UNIT = 1e-3


def rotation(orientation=None) -> Rotation:
    """A rotation from the particle's frame to the microscope's.

    Parameters
    ----------
    orientation : Rotation or (x, y, z, w), optional
        A scipy Rotation, or a unit quaternion with its scalar last as scipy writes it; left out, none.

    Raises
    ------
    ValueError
        If the quaternion is not of length 1 or not four numbers, or several rotations are given.
    """
    if orientation is None:
        return Rotation.identity()
    if isinstance(orientation, Rotation):
        if not orientation.single:
            raise ValueError(f"orientation holds {len(orientation)} rotations: expected one, such as orientation[0]")
        return orientation
    quaternion = numeric(orientation)
    if quaternion.shape != (4,):
        raise ValueError(f"orientation is {orientation!r}: expected a scipy Rotation or a quaternion (x, y, z, w)")
    length = float(np.linalg.norm(quaternion))
    if not abs(length - 1) < UNIT:
        raise ValueError(f"orientation has length {length:.4g}: expected a unit quaternion; divide it by its length")
    return Rotation.from_quat(quaternion)


def random_rotation(rng: np.random.Generator) -> Rotation:
    """One of all orientations, each as likely as any other (Shoemake 1992): a normalised Gaussian quaternion."""
    return Rotation.from_quat(rng.standard_normal(4))


@dataclass(frozen=True)
class Spin:
    """A particle that turns with constant angular velocity while the probe scans it line by line.

    Attributes
    ----------
    turn : float
        Angle in degrees by which it turns in the time of one image.
    axis : (x, y, z)
        It turns about this axis of the microscope, right-handed; any length but 0.
    each_pixel : bool
        Whether every pixel sees its own orientation, and not only every line.

    Raises
    ------
    ValueError
        If the axis is no direction or the angle not finite.
    """

    turn: float
    axis: tuple[float, float, float] = (0.0, 0.0, 1.0)
    each_pixel: bool = False

    def __post_init__(self):
        axis = numeric(self.axis)
        if axis.shape != (3,) or not np.isfinite(axis).all() or not np.linalg.norm(axis) > 0:
            raise ValueError(f"axis of the spin is {self.axis!r}: expected three numbers (x, y, z), not all 0")
        if not is_number(self.turn):
            raise ValueError(f"turn of the spin is {self.turn!r}: expected an angle in degrees")

    def matrices(self, first: Rotation, rows: int, columns: int) -> np.ndarray:
        """Orientation in every line, (rows, 1, 3, 3), or in every pixel, (rows, columns, 3, 3).

        `first` is the orientation in the middle of the image.
        """
        axis = np.asarray(self.axis, float)
        axis = axis / np.linalg.norm(axis)
        time = (np.arange(rows) + 0.5)[:, None] / rows - 0.5
        if self.each_pixel:
            time = time + ((np.arange(columns) + 0.5) / columns - 0.5)[None] / rows
        turned = Rotation.from_rotvec(np.deg2rad(self.turn) * time.reshape(-1, 1) * axis)
        return (turned * first).as_matrix().reshape(*time.shape, 3, 3)


def tilts(angles) -> Rotation:
    """Rotations of a tilting holder.

    Parameters
    ----------
    angles : Rotation, (n,) or (n, 2) array
        Degrees about the x axis of the image (alpha); with a second column also about y (beta), which is turned
        first, as it is carried by alpha.

    Returns
    -------
    Rotation
        n of them.

    Raises
    ------
    ValueError
        If there are none, or the angles have another shape or are not finite.
    """
    if isinstance(angles, Rotation):
        return Rotation.from_quat(np.atleast_2d(angles.as_quat()))
    given = numeric(angles)
    fitting = given.ndim == 1 or (given.ndim == 2 and given.shape[1] == 2)
    if not (fitting and len(given) and np.isfinite(given).all()):
        raise ValueError(f"tilts are {angles!r}: expected degrees (n,), pairs of degrees (n, 2) or Rotations")
    both = np.column_stack([given, np.zeros(len(given))]) if given.ndim == 1 else given
    return Rotation.from_euler("XY", both, degrees=True)
