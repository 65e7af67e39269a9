"""A cuboid with cut corners as numbers to be fitted, and the Fourier transforms of its projections.

Blur, a shift and the weights of the noise are products in Fourier space, so the picture is never computed back: sums
of squares there are those of the picture (Parseval). The value at zero frequency is left out, and with it whatever
even background there is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.fft import rfft2
from scipy.spatial.transform import Rotation

from emwidgets.particles.networks.framing import SIZE
from emwidgets.particles.shapes import SIGNS

#: Faces as parallel to the beam as this (nz) are tilted by so much: their projection is then narrower than a pixel.
_TILT = 1e-4

_FACES = np.vstack([np.eye(3), -np.eye(3)])


@dataclass(frozen=True, eq=False)
class Cuboid:
    """A cuboid in the microscope's frame; lengths in px of the prepared image.

    Attributes
    ----------
    rotation : (3, 3) array
        From the cuboid's frame.
    half : (3,) array
        Half the edges.
    depths : (8,) array
        Of the cuts, as a fraction of the edges; 0 is uncut.
    """

    rotation: np.ndarray
    half: np.ndarray
    depths: np.ndarray

    @classmethod
    def of_axes(cls, axes: np.ndarray, depths=None) -> Cuboid:
        """From half edges as columns."""
        half = np.linalg.norm(axes, axis=0)
        return cls(axes / half, half, np.zeros(8) if depths is None else np.asarray(depths, float))

    @property
    def axes(self) -> np.ndarray:
        """Half edges as columns of a (3, 3) array."""
        return self.rotation * self.half

    def turned(self, matrix: np.ndarray) -> Cuboid:
        """As it lies after a rotation of the holder."""
        return replace(self, rotation=matrix @ self.rotation)

    def reflected(self) -> Cuboid:
        """Its mirror image along the beam, which has the same projection."""
        flip = np.array([1, 1, -1])
        return Cuboid(flip[:, None] * self.rotation * flip, self.half, self.depths[np.arange(8) ^ 4])

    def moved(self, step: np.ndarray) -> Cuboid:
        """Changed by (3 rotation vector, 3 logarithms of the half edges, 8 depths)."""
        turn = Rotation.from_rotvec(step[:3]).as_matrix()
        return Cuboid(turn @ self.rotation, self.half * np.exp(step[3:6]), self.depths + step[6:])


@lru_cache(maxsize=1)
def frequencies() -> tuple[np.ndarray, np.ndarray]:
    """Frequencies of a transform along x (1, SIZE / 2 + 1) and y (SIZE, 1), radians/px."""
    return 2 * np.pi * np.fft.rfftfreq(SIZE)[None], 2 * np.pi * np.fft.fftfreq(SIZE)[:, None]


@lru_cache(maxsize=1)
def multiplicity() -> np.ndarray:
    """How often a value of a real transform stands in the whole one, over the number of pixels: (1, SIZE / 2 + 1)."""
    times = np.full(SIZE // 2 + 1, 2.0)
    times[0] = times[-1] = 1.0
    return times[None] / SIZE**2


def transforms(cuboids: list[Cuboid]) -> np.ndarray:
    """Fourier transforms of the thickness of cuboids about the middle of a prepared image.

    Returns
    -------
    (n, SIZE, SIZE / 2 + 1) complex64 array
    """
    normals, offsets = zip(*(_faces(each) for each in cuboids), strict=True)
    nx, ny, nz = np.moveaxis(np.array(normals), -1, 0)
    nz = np.where(np.abs(nz) < _TILT, np.where(nz < 0, -_TILT, _TILT), nz)
    above = nz > 0
    far = 1e6
    constant, across, down = np.array(offsets) / nz, -nx / nz, -ny / nz
    places = np.arange(SIZE) - (SIZE - 1) / 2
    x, y = places[None, None].astype(np.float32), places[None, :, None].astype(np.float32)
    upper = lower = None
    for face in range(constant.shape[1]):
        up = above[:, face]
        for wanted in (True, False):
            if not (up == wanted).any():
                continue
            mine = up == wanted
            level, slope_x, slope_y = (
                np.where(mine, part[:, face], other).astype(np.float32)[:, None, None]
                for part, other in ((constant, far if wanted else -far), (across, 0), (down, 0))
            )
            plane = (level + slope_y * y) + slope_x * x
            if wanted:
                upper = plane if upper is None else np.minimum(upper, plane, out=upper)
            else:
                lower = plane if lower is None else np.maximum(lower, plane, out=lower)
    return rfft2(np.maximum(np.subtract(upper, lower, out=upper), 0, out=upper))


def blurred(sigma: float, shift: np.ndarray) -> np.ndarray:
    """What a blur (standard deviation, px) and a shift (x, y) make of a transform: a factor, complex."""
    kx, ky = frequencies()
    return np.exp(-0.5 * sigma**2 * (kx**2 + ky**2) - 1j * (kx * shift[0] + ky * shift[1]))


def _faces(cuboid: Cuboid) -> tuple[np.ndarray, np.ndarray]:
    """Normals (14, 3) in the microscope's frame and offsets (14,), those of uncut corners far away."""
    ways = SIGNS / cuboid.half
    lengths = np.sqrt((ways**2).sum(axis=1))
    offsets = (3 - 2 * cuboid.depths) / lengths
    return np.vstack([_FACES, ways / lengths[:, None]]) @ cuboid.rotation.T, np.concatenate(
        [np.tile(cuboid.half, 2), offsets]
    )
