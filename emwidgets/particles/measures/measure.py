"""What can be measured in the picture of one particle without knowing what it is: arrays in, numbers in px out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from emwidgets.particles.networks.framing import Frame, find

from .inversion import Inversion, inversion
from .outline import Outline, outline

#: Blur of the picture in which the thickest place is sought, in radii of gyration.
SMOOTHING = 0.06

#: How far beyond its outline the signal of a particle is summed up, in radii of gyration: blur puts it there.
MARGIN = 0.15


@dataclass(frozen=True, eq=False)
class Measured:
    """One particle; lengths in px, signal in the values of the image over its background.

    Attributes
    ----------
    frame : Frame
    outline : Outline
    inversion : Inversion
    background : float
        Mean beside the particle.
    total : float
        Signal of the particle: in proportion to its volume.
    signal : (n,) array
        Of the pixels within its outline.
    thickest : float
        Largest signal of the picture, smoothed a little.
    centroid : (x, y)
        Of the signal.
    moments : (2, 2) array
        Second central moments of the signal, (xx, xy; xy, yy), px².
    """

    frame: Frame
    outline: Outline
    inversion: Inversion
    background: float
    total: float
    signal: np.ndarray
    thickest: float
    centroid: tuple[float, float]
    moments: np.ndarray


def measure(image: np.ndarray, blur: float | None = None) -> Measured:
    """Measure the largest bright particle of an image.

    Parameters
    ----------
    image : (rows, columns) float array
        Bright particle on a darker background, without missing pixels.
    blur : float, optional
        Standard deviation of the probe, px; found from the picture if left out.

    Raises
    ------
    emwidgets.particles.networks.framing.NoParticle
        If nothing stands out of the background.
    ValueError
        If the image is too small, or its silhouette no polygon.
    """
    frame = find(image)
    found = outline(image, frame, blur)
    outwards = _outside(found.vertices, image.shape)
    margin = MARGIN * frame.gyration
    beside = (outwards > 2 * margin) & (image < frame.background + frame.mean / 2)
    background = float(image[beside].mean()) if beside.any() else frame.background
    inside = outwards <= 0
    if not inside.any():
        raise ValueError("the silhouette of the particle holds no pixel: it is too thin")
    signal = np.asarray(image, np.float64) - background
    own = np.where(outwards <= margin, signal, 0.0)
    total = float(own.sum())
    if not total > 0:
        raise ValueError("the particle is no brighter than what is beside it")
    rows, columns = np.indices(image.shape)
    x, y = float((own * columns).sum() / total), float((own * rows).sum() / total)
    along, down = columns - x, rows - y
    xx, xy, yy = (float((own * each).sum() / total) for each in (along * along, along * down, down * down))
    thickest = float(gaussian_filter(signal, SMOOTHING * frame.gyration)[inside].max())
    return Measured(
        frame=frame,
        outline=found,
        inversion=inversion(image, frame),
        background=background,
        total=total,
        signal=signal[inside],
        thickest=thickest,
        centroid=(x, y),
        moments=np.array([[xx, xy], [xy, yy]]),
    )


def _outside(vertices, shape) -> np.ndarray:
    """How far each pixel is outside of a convex polygon's sides (of the farthest); negative inside. (rows, columns)."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    distance = np.full(shape, -np.inf)
    for (ax, ay), (bx, by) in zip(vertices, np.roll(vertices, -1, axis=0), strict=True):
        length = np.hypot(bx - ax, by - ay)
        np.maximum(distance, ((columns - ax) * (by - ay) - (rows - ay) * (bx - ax)) / max(length, 1e-9), out=distance)
    return distance
