"""The round edge of a phosphor screen or an aperture, which no rule may take for a ring."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

#: Side of the patch in each corner that tells what lies outside, px, and by how many of its spreads pixels may differ.
_PATCH, _SPREADS = 6, 4.0
#: What lies outside is at least this share of the frame.
_SMALLEST = 0.03
#: An edge is a circle when most of it is this close to one, px.
_ROUND = 2.5
#: Behind an edge the frame goes on as it is; a background that fades does not. Largest ratio of two steps.
_PLATEAU = 1.5
#: The step at the edge over the difference by which pixels may differ from the corners: a slow fade ends without one.
_STEP = 2.5
#: Rings of pixels behind the edge of which the steps are taken, px.
_NEAR, _FAR = (2.0, 5.0), (6.0, 9.0)
#: Smallest radius over the shorter side of the frame.
_LEAST_RADIUS = 0.33
#: Margin that is not seen either, over which the edge was blurred, px.
_MARGIN = 2.0


def outside_aperture(image: np.ndarray) -> np.ndarray:
    """What lies outside a circular aperture, if there is one.

    Parameters
    ----------
    image : (rows, columns) array
        Its tones; what is outside may be darker or brighter, and noisy.

    Returns
    -------
    (rows, columns) bool array
    """
    none = np.zeros(image.shape, bool)
    outside, tolerance = _like_corners(ndimage.uniform_filter(image, 3))
    if np.count_nonzero(outside) < _SMALLEST * image.size:
        return none
    circle = _circle(_edge(outside))
    if circle is None:
        return none
    row, column, radius = circle
    if radius < _LEAST_RADIUS * min(image.shape):
        return none
    y, x = np.ogrid[: image.shape[0], : image.shape[1]]
    distance = np.hypot(y - row, x - column)
    beyond = distance > radius
    if np.count_nonzero(beyond) < _SMALLEST * image.size or np.count_nonzero(outside & beyond) < 0.8 * beyond.sum():
        return none
    level = np.median(image[outside])
    rings = [image[(distance < radius - a) & (distance > radius - b)] for a, b in (_NEAR, _FAR)]
    if not all(ring.size for ring in rings):  # the circle misses the frame
        return none
    near, far = (np.median(ring) - level for ring in rings)
    if near * far <= 0 or abs(far) > _PLATEAU * abs(near) or abs(near) < _STEP * tolerance:
        return none
    return distance > radius - _MARGIN


def _like_corners(smooth):
    """Pixels connected to a corner that are as dark as it, and by how much they may differ from it."""
    found = np.zeros(smooth.shape, bool)
    most = 0.0
    extent = float(smooth.max() - smooth.min())
    for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        patch = smooth[tuple(slice(None, _PATCH) if c == 0 else slice(-_PATCH, None) for c in corner)]
        level = np.median(patch)
        spread = max(1.4826 * float(np.median(np.abs(patch - level))), 0.01 * extent)
        most = max(most, _SPREADS * spread)
        areas, _ = ndimage.label(np.abs(smooth - level) < _SPREADS * spread)
        found |= (areas == areas[corner]) & (areas[corner] > 0)
    return found, most


def _edge(outside):
    """Rows and columns of the pixels just inside, but for the border of the frame."""
    edge = ndimage.binary_dilation(outside) & ~outside
    edge[[0, -1]] = edge[:, [0, -1]] = False
    return np.column_stack(np.nonzero(edge)).astype(float)


def _circle(points):
    """Circle (row, column, radius) that most points are close to; fitted again without the farthest."""
    if len(points) < 30:
        return None
    keep = np.ones(len(points), bool)
    for _ in range(3):
        y, x = points[keep].T
        design = np.column_stack([y, x, np.ones(len(y))])
        (a, b, c), *_ = np.linalg.lstsq(design, y * y + x * x, rcond=None)
        square = c + (a * a + b * b) / 4
        if square <= 0:
            return None
        row, column, radius = a / 2, b / 2, float(np.sqrt(square))
        off = np.abs(np.hypot(points[:, 0] - row, points[:, 1] - column) - radius)
        keep = off <= max(np.quantile(off, 0.7), _ROUND)
    return (row, column, radius) if np.mean(off < _ROUND) > 0.7 else None
