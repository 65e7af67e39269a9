"""Candidate reflections of an image: where in reciprocal space they are, how sure, and whether they can be physical."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import ndimage
from scipy.spatial import cKDTree

from .local_spectra import Cells
from .spectrum import PowerSpectrum, radial_median

#: Candidates kept for the table, those with the most evidence.
MOST_CANDIDATES = 400
#: A maximum with less than this share of the evidence of another one an aperture away is that one's fringe.
FRINGE = 0.08
#: Resolution of the collected evidence in cycles per px, and at least in samples of the spectrum.
BLUR, LEAST_BLUR = 0.0015, 0.75
#: Reach of an aperture of the search in cycles per px.
NEAR = 0.017
#: Half length of the line that tells a streak from a peak, as a share of the spectrum: a ring bends away from it.
STREAK = 0.125

COLUMNS = ("kx", "ky", "d_spacing", "d_error", "angle", "intensity", "sharpness", "excess", "physical", "reason")


def find_peaks(spectrum: PowerSpectrum, cells: Cells, scale: tuple[float, float], d_range: tuple[float, float]):
    """Gather the local evidence into reflections, each with its Friedel mate in one row.

    All cells that stand out of the noise vote for the wave vector that their phase turns with. A grain's cells agree
    within a fraction of a sample of the spectrum, so neighbouring reflections separate that are one blob in the power
    spectrum; cells of noise agree with nobody and become the weak candidates that the mixture needs for comparison.

    Parameters
    ----------
    spectrum : PowerSpectrum
    cells : Cells
    scale : (float, float)
        Pixel size (dy, dx) in nm.
    d_range : (float, float)
        Smallest and largest d-spacing in nm that counts as physical.

    Returns
    -------
    DataFrame
        kx, ky (1/nm, the mate with kx >= 0), d_spacing and d_error (nm; standard error), angle (of **k**, 0 to 180°),
        intensity (power over the median at that radius), sharpness (finely over broadly smoothed power), excess
        (largest local power over the noise), physical, reason. Sorted by falling excess.
    """
    if len(cells.kx) == 0:
        return pd.DataFrame({name: [] for name in COLUMNS}).astype({"physical": bool, "reason": str})
    kx, ky = cells.kx / scale[1], cells.ky / scale[0]
    flip = (kx < 0) | ((kx == 0) & (ky < 0))
    kx, ky = np.where(flip, -kx, kx), np.where(flip, -ky, ky)
    rows, columns = _vote(spectrum, kx, ky, cells.excess)
    peaks = _measure(spectrum, cells, kx, ky, *spectrum.wave_vector(rows, columns))
    k = np.hypot(peaks["kx"], peaks["ky"])
    peaks["d_spacing"] = 1 / k
    peaks["angle"] = np.rad2deg(np.arctan2(peaks["ky"], peaks["kx"])) % 180
    peaks["intensity"], peaks["sharpness"], reason = _in_the_whole_spectrum(spectrum, peaks)
    outside = (peaks["d_spacing"] < d_range[0]) | (peaks["d_spacing"] > d_range[1])
    peaks["reason"] = np.where(outside, "outside d range", reason).astype(str)
    peaks["physical"] = peaks["reason"] == ""
    peaks = peaks.sort_values("excess", ascending=False, kind="stable", ignore_index=True)
    return peaks[list(COLUMNS)]


def _vote(spectrum, kx, ky, weight):
    """Rows and columns (of the half plane) of the maxima of the collected evidence."""
    row, column = spectrum.index(kx, ky)
    shape = spectrum.power.shape
    inside = (row > -0.5) & (row < shape[0] - 0.5) & (column < shape[1] - 0.5)
    flat = np.rint(row[inside]).astype(int) * shape[1] + np.rint(column[inside]).astype(int)
    votes = np.bincount(flat, weights=weight[inside], minlength=shape[0] * shape[1]).astype(np.float32).reshape(shape)
    blur = [max(BLUR * n, LEAST_BLUR) for n in spectrum.shape]
    votes = ndimage.gaussian_filter(spectrum.mirror(votes), blur, truncate=3)
    top = ndimage.maximum_filter(votes, size=[2 * round(2 * b) + 1 for b in blur], mode="nearest")
    rows, columns = np.nonzero((votes == top) & (votes > 0) & _one_of_each_pair(spectrum))
    strength = votes[rows, columns]
    order = np.argsort(-strength, kind="stable")[: 3 * MOST_CANDIDATES]
    rows, columns, strength = rows[order], columns[order], strength[order]
    near = NEAR * np.sqrt(spectrum.shape[0] * spectrum.shape[1])
    keep = np.ones(len(rows), bool)
    for i in range(1, len(rows)):
        stronger = slice(0, i)
        close = np.hypot(rows[stronger] - rows[i], columns[stronger] - columns[i]) < near
        keep[i] = not np.any(close & keep[stronger] & (strength[stronger] * FRINGE > strength[i]))
    return rows[keep][:MOST_CANDIDATES], columns[keep][:MOST_CANDIDATES]


def _one_of_each_pair(spectrum):
    half = np.ones(spectrum.power.shape, bool)
    half[:, : spectrum.margin] = False
    half[: spectrum.shape[0] // 2 + 1, spectrum.margin] = False  # on k_x = 0 the mates stand above each other
    return half


def _measure(spectrum, cells, kx, ky, peak_kx, peak_ky):
    """Refine each maximum by the cells around it: mean wave vector, its error along **k**, largest excess."""
    reach = 2.5 * max(max(BLUR * n, LEAST_BLUR) * step for n, step in zip(spectrum.shape, spectrum.step, strict=True))
    measured = []
    around = cKDTree(np.stack([kx, ky], axis=1)).query_ball_point(np.stack([peak_kx, peak_ky], axis=1), reach)
    for centre_x, centre_y, own in zip(peak_kx, peak_ky, around, strict=True):
        weight = cells.power[own]
        if not len(own):
            measured.append((centre_x, centre_y, reach, 0.0))
            continue
        mean_x, mean_y = np.average(kx[own], weights=weight), np.average(ky[own], weights=weight)
        radial = (kx[own] * mean_x + ky[own] * mean_y) / np.hypot(mean_x, mean_y)
        spread = np.sqrt(np.average((radial - np.hypot(mean_x, mean_y)) ** 2, weights=weight))
        # a bank of overlapping apertures sees the same wave about four times
        independent = max(1.0, weight.sum() ** 2 / np.square(weight).sum() / 4)
        error = np.hypot(spread / np.sqrt(independent), 0.1 * max(spectrum.step) / np.sqrt(independent))
        measured.append((mean_x, mean_y, error, cells.excess[own].max()))
    table = pd.DataFrame(measured, columns=["kx", "ky", "k_error", "excess"])
    table["d_error"] = table.pop("k_error") / (table["kx"] ** 2 + table["ky"] ** 2)
    return table


def _in_the_whole_spectrum(spectrum, peaks):
    """Intensity and sharpness of each peak in the spectrum of the whole image, and whether it is part of a streak."""
    narrow = ndimage.gaussian_filter(spectrum.power, 0.7, truncate=3)
    smooth = ndimage.gaussian_filter(narrow, 2, truncate=2.5)
    row, column = (np.rint(i).astype(int) for i in spectrum.index(peaks["kx"], peaks["ky"]))
    row, column = np.clip(row, 2, smooth.shape[0] - 3), np.clip(column, 2, smooth.shape[1] - 3)
    radius, width = spectrum.radius(), 2 * max(spectrum.step)
    median = radial_median(smooth[::2, ::2], radius[::2, ::2], width).astype(np.float32)
    flat = smooth / median[np.minimum((radius / width).astype(np.int32), len(median) - 1)]
    around = ndimage.maximum_filter(narrow, 5)[row, column]
    sharpness = around / np.maximum(ndimage.uniform_filter(smooth, 25)[row, column], 1e-30)
    return flat[row, column], sharpness, _streak(spectrum, flat, row, column)


def _streak(spectrum, flat, row, column):
    """Why a peak is no more than a part of a streak along the rows or columns of the image; "" where it is more.

    Lines of the scan that do not fit together smear every reflection along the slow axis; the edges of the image
    do so around k = 0. A lattice row that happens to lie along an axis stands out of such a streak.
    """
    reason = np.full(len(row), "", object)
    down, right = (np.arange(-int(STREAK * n), int(STREAK * n) + 1) for n in spectrum.shape)
    rows, columns = flat.shape
    # left of k_x = 0 the line goes on in the mirror image, which is near enough the same for a level
    across = np.minimum(np.abs(column[:, None] + right - spectrum.margin) + spectrum.margin, columns - 1)
    for on_axis, line in (
        (np.abs(column - spectrum.margin) <= 2, flat[(row[:, None] + down) % rows, column[:, None]]),
        (np.abs(row - spectrum.shape[0] // 2) <= 2, flat[row[:, None], across]),
    ):
        level = np.median(line, axis=1)
        part = (level > 2) & (flat[row, column] < 4 * level)
        reason[part] = np.where(on_axis[part], "axis cross", "scan streak")
    return reason
