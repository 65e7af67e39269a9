"""Images with mirrored borders, on which blurring is a multiplication: what all linear restoration here stands on.

An image that goes on as its own mirror image beyond the border has no step there, so nothing rings. If the point spread
is symmetric about both axes too, the discrete cosine transform turns blurring and differences into factors without a
margin or a guess (Ng, Chan, Tang, SIAM J. Sci. Comput. 21 (1999) 851, doi:10.1137/S1064827598341384). An astigmatic
spread at an angle is not, and is done on the image and its three mirror images by the Fourier transform.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import fft

from emwidgets.refocusing.spread import PointSpread


@dataclass(frozen=True)
class Mirrored:
    """The transform of images of one shape that a point spread blurred.

    Parameters
    ----------
    shape : (rows, columns)
    spread : PointSpread
    """

    shape: tuple[int, int]
    spread: PointSpread

    @property
    def upright(self) -> bool:
        """Whether the point spread is symmetric about both axes, so that cosines are enough."""
        return self.spread.astigmatism == 1 or self.spread.angle % 90 == 0

    def spectrum(self, image: np.ndarray) -> np.ndarray:
        """Transform of an image; orthonormal, so that white noise has its variance in every coefficient."""
        if self.upright:
            return fft.dctn(image, norm="ortho")
        rows = np.concatenate([image, image[::-1]])
        return fft.rfft2(np.concatenate([rows, rows[:, ::-1]], axis=1), norm="ortho")

    def image(self, spectrum: np.ndarray) -> np.ndarray:
        """Image of a transform."""
        if self.upright:
            return fft.idctn(spectrum, norm="ortho")
        rows, columns = self.shape
        return fft.irfft2(spectrum, s=(2 * rows, 2 * columns), norm="ortho")[:rows, :columns]

    @cached_property
    def transfer(self) -> np.ndarray:
        """What blurring multiplies each coefficient by."""
        rows, columns = self.shape
        both = self.spread.transfer((2 * rows, 2 * columns))
        return (both[:rows, :columns] if self.upright else both).astype(np.float32)

    @cached_property
    def roughness(self) -> np.ndarray:
        """What minus the Laplacian (neighbours less the pixel) multiplies each coefficient by: 0 to 8."""
        rows, columns = self.shape
        down = np.pi * np.arange(rows if self.upright else 2 * rows) / rows
        along = np.pi * np.arange(columns if self.upright else columns + 1) / columns
        return (4 - 2 * np.cos(down)[:, None] - 2 * np.cos(along)).astype(np.float32)

    def blurred(self, image: np.ndarray) -> np.ndarray:
        """Image as the point spread shows it."""
        return self.image(self.transfer * self.spectrum(image))


def slopes(image: np.ndarray) -> np.ndarray:
    """Differences to the next row and the next column, (2, rows, columns); 0 across the mirrored border."""
    found = np.zeros((2, *image.shape), image.dtype)
    np.subtract(image[1:], image[:-1], out=found[0, :-1])
    np.subtract(image[:, 1:], image[:, :-1], out=found[1, :, :-1])
    return found


def slopes_transposed(differences: np.ndarray) -> np.ndarray:
    """The transposed operation of `slopes` (minus the divergence)."""
    down, along = differences
    result = np.zeros_like(down)
    result[:-1] -= down[:-1]
    result[1:] += down[:-1]
    result[:, :-1] -= along[:, :-1]
    result[:, 1:] += along[:, :-1]
    return result
