"""Any image of one particle as the networks take it: cut out, centred, scaled to its size, its signal made relative.

The networks answer questions of form, and form knows no nanometres: a particle is brought to one size by the radius of
gyration of its signal, so that images of any pixel size and any number of pixels can be asked about, calibrated or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

#: Rows and columns of a prepared image.
SIZE = 64

#: Radius of gyration of a prepared particle, px: at this size the corners of a cube reach 29 px from the middle.
GYRATION = 13.5

#: A pixel belongs to the particle where the smoothed image exceeds the background by this part of the highlights.
LEVEL = 0.15

#: An image of twice as many rows and columns, or more, is looked at binned.
LARGE = 512

#: Relative signals from the first to the second are kept; the mean of the particle is 1.
RANGE = (-0.25, 3.75)

#: The particle must hold this many pixels, and exceed the noise of the smoothed background by so many deviations.
LEAST_PIXELS, LEAST_CONTRAST = 30, 4.0


class NoParticle(ValueError):
    """There is no particle in an image, as far as can be seen."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Where the particle of an image is.

    Attributes
    ----------
    outline : (rows, columns) bool array
        Its pixels.
    background, mean : float
        Level beside the particle, and mean level over it within the outline.
    centre : (row, column)
        Of its signal, px.
    gyration : float
        Radius of gyration of its signal about the centre, px.
    touches : bool
        Whether the outline reaches the border of the image, so that part of the particle may be missing.
    """

    outline: np.ndarray
    background: float
    mean: float
    centre: tuple[float, float]
    gyration: float
    touches: bool

    @property
    def solidity(self) -> float:
        """Area of the outline over that of its convex hull: 1 for a convex particle, less for several that touch."""
        rows, columns = np.nonzero(self.outline ^ ndimage.binary_erosion(self.outline))
        corners = [(rows + down, columns + along) for down in (0, 1) for along in (0, 1)]  # of the pixels, not middles
        points = np.concatenate([np.column_stack(each) for each in corners])
        return float(self.outline.sum() / ConvexHull(points).volume)

    @property
    def step(self) -> float:
        """Pixels of the image to a pixel of the prepared one."""
        return self.gyration / GYRATION


def find(image: np.ndarray) -> Frame:
    """Find the largest bright particle of an image.

    Parameters
    ----------
    image : (rows, columns) array
        Bright particle on a darker background; at least 16 px wide.

    Raises
    ------
    NoParticle
        If nothing stands out of the background.
    ValueError
        If the image is too small or holds no finite numbers.
    """
    image = np.asarray(image, np.float32)
    if image.ndim != 2 or min(image.shape) < 16:
        raise ValueError(f"an image has shape {image.shape}: expected rows and columns, at least 16 each")
    finite = np.isfinite(image)
    if not finite.any():
        raise ValueError("an image has no finite values")
    if not finite.all():
        image = np.where(finite, image, np.median(image[finite]))
    binned = max(1, min(image.shape) // LARGE)
    return _found(image) if binned == 1 else _unbinned(_found(_mean_of(image, binned)), image, binned)


def _found(image) -> Frame:
    smooth = ndimage.gaussian_filter(image, max(1.0, min(image.shape) / 128))
    border = _border(smooth, round(max(2, min(image.shape) // 16)))
    background = float(np.median(border))
    spread = float(np.median(np.abs(border - background))) * 1.4826
    highlights = float(np.percentile(smooth, 99)) - background
    if not highlights > LEAST_CONTRAST * spread or highlights <= 0:
        raise NoParticle(
            "nothing in this image is brighter than its border: expected one bright particle on a darker background; "
            "of an image with many, cut one out (signal.isig[left:right, top:bottom])"
        )
    labels, number = ndimage.label(smooth - background > max(LEVEL * highlights, 3 * spread))
    counts = np.bincount(labels.ravel())
    counts[0] = 0
    if not number or counts.max() < LEAST_PIXELS:
        raise NoParticle(f"the largest bright place of this image has {counts.max()} px: too few for a particle")
    outline = labels == counts.argmax()
    signal = np.where(ndimage.binary_dilation(outline, iterations=2), image - background, 0)
    total = float(signal.sum())
    rows, columns = np.arange(image.shape[0]), np.arange(image.shape[1])
    down, along = signal.sum(axis=1), signal.sum(axis=0)
    row, column = float(rows @ down) / total, float(columns @ along) / total
    square = float(((rows - row) ** 2) @ down + ((columns - column) ** 2) @ along) / total
    edges = outline[[0, -1]].any() or outline[:, [0, -1]].any()
    mean = float(image[outline].mean()) - background
    return Frame(outline, background, mean, (row, column), float(np.sqrt(max(square, 1.0))), bool(edges))


def _mean_of(image, binned: int):
    """Means of squares of pixels; rows and columns that are left over at the end are left out."""
    rows, columns = (size // binned for size in image.shape)
    return image[: rows * binned, : columns * binned].reshape(rows, binned, columns, binned).mean(axis=(1, 3))


def _unbinned(frame: Frame, image, binned: int) -> Frame:
    """What was found in a binned image, in pixels of the whole one."""
    outline = np.zeros(image.shape, bool)
    large = np.repeat(np.repeat(frame.outline, binned, axis=0), binned, axis=1)
    outline[: large.shape[0], : large.shape[1]] = large
    centre = tuple((each + 0.5) * binned - 0.5 for each in frame.centre)
    return replace(frame, outline=outline, centre=centre, gyration=frame.gyration * binned)


def prepared(image: np.ndarray, frame: Frame | None = None) -> np.ndarray:
    """An image as the networks take it.

    Parameters
    ----------
    image : (rows, columns) array
    frame : Frame, optional
        As `find` gives it.

    Returns
    -------
    (SIZE, SIZE) float32 array
        Signal over the background in units of its mean over the particle, shifted and scaled from `RANGE` to [0, 1].

    Raises
    ------
    NoParticle, ValueError
        As `find`.
    """
    low, high = RANGE
    return np.clip((cropped(image, frame) - low) / (high - low), 0, 1)


def cropped(image: np.ndarray, frame: Frame | None = None) -> np.ndarray:
    """As `prepared`, in units of the mean of the particle over the background, nothing cut off."""
    image = np.asarray(image, np.float32)
    frame = find(image) if frame is None else frame
    relative = (image - frame.background) / frame.mean
    if not np.isfinite(relative).all():
        relative = np.nan_to_num(relative, nan=0.0, posinf=RANGE[1], neginf=RANGE[0])
    down, across = (
        _resampling(size, middle, frame.step) for size, middle in zip(image.shape, frame.centre, strict=True)
    )
    return down @ relative @ across.T


def _resampling(size: int, middle: float, step: float) -> np.ndarray:
    """Matrix (SIZE, size) that takes means around places `step` px apart; beyond the border the background goes on."""
    places = middle + (np.arange(SIZE) - (SIZE - 1) / 2) * step
    weights = np.maximum(1 - np.abs(np.arange(size) - places[:, None]) / max(step, 1.0), 0)
    total = weights.sum(axis=1, keepdims=True)
    return (weights / np.where(total > 0, total, 1)).astype(np.float32)


def _border(image, width: int):
    return np.concatenate(
        [
            image[:width].ravel(),
            image[-width:].ravel(),
            image[width:-width, :width].ravel(),
            image[width:-width, -width:].ravel(),
        ]
    )
