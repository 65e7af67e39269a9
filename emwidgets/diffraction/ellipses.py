"""Ellipses that were found in px, on the axes of their pattern."""

from __future__ import annotations

import numpy as np

from emwidgets.signals import Calibration


def ellipses(circles: np.ndarray, where: Calibration) -> np.ndarray:
    """Ellipses in px as ellipses on the axes of a pattern, whose scales may differ.

    An ellipse is the image of the unit circle under a matrix; the scales are one more matrix, and the axes of what
    comes of it are its singular vectors.

    Parameters
    ----------
    circles : (n, 6) array
        As in `rules.verdict.Evidence`: row, column, semi-major and semi-minor axis in px, angle, strength.
    where : Calibration

    Returns
    -------
    (n, 6) float array
        x, y, semi-major axis, semi-minor axis, angle in [0, 180), strength.
    """
    circles = np.asarray(circles, float).reshape(-1, 6)
    row, column, major, minor, angle, strength = circles.T
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    axes = np.stack([np.stack([cosine * major, -sine * minor], -1), np.stack([sine * major, cosine * minor], -1)], -2)
    directions, lengths, _ = np.linalg.svd(np.array([[where.scale[1]], [where.scale[0]]]) * axes)
    degrees = np.degrees(np.arctan2(directions[:, 1, 0], directions[:, 0, 0])) % 180
    round_ones = np.isclose(lengths[:, 0], lengths[:, 1], rtol=1e-9)
    x, y = where.to_physical(row, column)
    return np.column_stack([x, y, lengths, np.where(round_ones, 0.0, degrees), strength])
