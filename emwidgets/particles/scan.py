"""How the probe scans a particle: line by line, each in its time, while the particle drifts and turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from .orientation import Spin
from .projection import extent, thickness
from .shapes import Shape

if TYPE_CHECKING:
    from .imaging import Imaging

#: Full width at half maximum of a Gaussian of standard deviation 1.
FWHM = 2 * np.sqrt(2 * np.log(2))

#: How far from its middle a blurred edge is drawn, in standard deviations.
REACH = 4.0


def blurred_thickness(shape: Shape, orientation: Rotation, imaging: Imaging, rng, spin: Spin | None = None):
    """Thickness as the probe sees it, (rows, columns) float32 in nm, and the outline of the particle, bool.

    Only the box around the particle is computed.
    """
    rows, columns = imaging.shape
    image = np.zeros((rows, columns), np.float32)
    outline = np.zeros((rows, columns), bool)
    sigma = imaging.probe / FWHM / imaging.pixel_size
    box = _box(shape, orientation, imaging, spin, margin=int(np.ceil(REACH * sigma)) + 1)
    if box is None:
        return image, outline
    fine = imaging.oversampling
    x, y = _rays(imaging, box)
    matrices = orientation.as_matrix()
    if spin is not None and spin.turn:
        matrices = spin.matrices(orientation, rows, columns)[box[0]]
        matrices = matrices[:, box[1]] if spin.each_pixel else matrices
        matrices = np.repeat(matrices, fine, axis=0)
        matrices = np.repeat(matrices, fine, axis=1) if spin.each_pixel else matrices
    part = thickness(shape, matrices, x, y, imaging.pixel_size / fine).astype(np.float32)
    if fine > 1:
        part = part.reshape(part.shape[0] // fine, fine, part.shape[1] // fine, fine).mean(axis=(1, 3))
    outline[box] = part > 0
    seen = gaussian_filter(part, sigma, mode="constant", truncate=REACH) if sigma else part
    if imaging.line_jitter:
        # after the probe, which at no time sees more than the place where it stands
        jitter = rng.standard_normal(rows)[box[0]] * imaging.line_jitter
        seen = _shifted(seen, jitter / imaging.pixel_size)
    image[box] = seen
    return image, outline


def _box(shape, orientation, imaging: Imaging, spin, margin: int):
    """Rows and columns (slices) that the particle can reach; None where it is outside."""
    if spin is not None and spin.turn:
        half = (shape.radius, shape.radius)
    else:
        half = extent(shape, orientation.as_matrix())
    slices = []
    for size, middle, reach, drift, jitter in zip(
        imaging.shape,
        reversed(imaging.position),
        reversed(half),
        reversed(imaging.drift),
        (0.0, imaging.line_jitter),
        strict=True,
    ):
        # a Gaussian jitter has no end: five standard deviations happen once in two million lines
        span = (reach + abs(drift) / 2 + 5 * jitter) / imaging.pixel_size + margin
        centre = middle / imaging.pixel_size + (size - 1) / 2
        first, last = max(int(np.floor(centre - span)), 0), min(int(np.ceil(centre + span)) + 1, size)
        if last <= first:
            return None
        slices.append(slice(first, last))
    return tuple(slices)


def _rays(imaging: Imaging, box):
    """Where the rays of a box of pixels meet the particle's frame of reference, nm: x (rows or 1, columns), y."""
    rows, columns = imaging.shape
    fine = imaging.oversampling
    down, along = (
        (np.arange(part.start * fine, part.stop * fine) + 0.5) / fine - size / 2
        for part, size in zip(box, (rows, columns), strict=True)
    )
    y = down[:, None] * imaging.pixel_size - imaging.position[1]
    x = along[None] * imaging.pixel_size - imaging.position[0]
    if any(imaging.drift):
        time = (np.floor(down + rows / 2) + 0.5)[:, None] / rows - 0.5
        if imaging.each_pixel:
            time = time + ((np.floor(along + columns / 2) + 0.5)[None] / columns - 0.5) / rows
        x, y = x - imaging.drift[0] * time, y - imaging.drift[1] * time
    return x, y


def _shifted(image, shifts):
    """Each line of an image moved to the right by its shift, px.

    By cubic convolution (Keys 1981, doi:10.1109/TASSP.1981.1163711), kept between the two pixels around a place, so
    that nothing rings beside a sharp edge.
    """
    # beyond the image there is no more than at its edge
    shifts = np.clip(shifts, -image.shape[1] - 1, image.shape[1] + 1)
    whole = np.floor(-shifts).astype(int)
    t = (-shifts - whole)[:, None].astype(np.float32)
    margin = int(np.abs(whole).max()) + 2
    padded = np.pad(image, ((0, 0), (margin, margin)), mode="edge")
    first = np.arange(image.shape[1]) + margin + whole[:, None]
    before, left, right, after = (np.take_along_axis(padded, first + step, axis=1) for step in (-1, 0, 1, 2))
    cubic = left + t / 2 * (
        right - before + t * (2 * before - 5 * left + 4 * right - after + t * (3 * (left - right) + after - before))
    )
    return np.clip(cubic, np.minimum(left, right), np.maximum(left, right))
