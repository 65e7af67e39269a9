"""Kikuchi lines: where electrons that were first scattered diffusely meet the Bragg condition.

A diffusely scattered electron of direction **K** is diffracted by the planes of **g** where 2 **K**·**g** = ±g². On the
detector that is a pair of nearly straight lines across **g**, |g| apart, fixed to the crystal: tilting it moves them
while the spots stay. The line farther from the direct beam gains what the nearer loses.

References
----------
.. [1] D. B. Williams, C. B. Carter, *Transmission Electron Microscopy*, 2nd ed., Springer (2009), ch. 19,
   doi:10.1007/978-0-387-76501-3
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .frame import KikuchiLines
from .kinematic import wavelength

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

    from .reflections import Reflections


def kikuchi_lines(
    reflections: Reflections, orientation: Rotation, voltage: float, reach: float, most: int = 12
) -> KikuchiLines:
    """The strongest Kikuchi pairs of a crystal that cross the frame.

    Parameters
    ----------
    reflections : Reflections
    orientation : scipy Rotation
        One, from the frame of the crystal to that of the microscope.
    voltage : float
        kV.
    reach : float
        Largest distance of a line from the direct beam, 1/nm.
    most : int
        Pairs of lines at most.
    """
    vectors = orientation.apply(reflections.vectors)
    across = np.hypot(vectors[:, 0], vectors[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = -vectors[:, 2] / wavelength(voltage) / across
        half = reflections.k**2 / (2 * across)
    # one of each Friedel pair, and only pairs of which both lines are in reach
    once = _first_of_pair(reflections.indices) & (across > 0.3 * reflections.k) & (np.abs(middle) + half < reach)
    chosen = np.flatnonzero(once)
    chosen = chosen[np.argsort(-reflections.amplitudes[chosen], kind="stable")[:most]]
    normals = vectors[chosen, :2] / across[chosen, None]
    strengths = reflections.amplitudes[chosen] / reflections.amplitudes.max()
    plus, minus = middle[chosen] + half[chosen], middle[chosen] - half[chosen]
    outer = np.where(np.abs(plus) >= np.abs(minus), 1.0, -1.0) * strengths
    # in a symmetric pair nothing is taken from one line for the other; the contrast goes through zero there
    lopsided = np.clip(np.abs(middle[chosen]) / np.maximum(half[chosen], 1e-9), 0.15, 1)
    return KikuchiLines(
        np.concatenate([normals, normals]),
        np.concatenate([plus, minus]),
        np.concatenate([outer * lopsided, -outer * lopsided]),
    )


def _first_of_pair(indices) -> np.ndarray:
    h, k, l_index = indices.T
    return (h > 0) | ((h == 0) & (k > 0)) | ((h == 0) & (k == 0) & (l_index > 0))
