"""Where the signal of a convex particle ends, in profiles across its edge.

From the edge inwards the thickness rises in a ramp: flat where two faces meet in a sharp edge, steep where a face
stands nearly along the beam; from some width on it rises less, never more, as a convex particle is nowhere hollow. All
of it is blurred by the probe. A threshold would draw the particle too small by as much as the ramp is flat.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import erf

#: From where inside to where outside of the first guess a profile reaches, and how many samples it has.
INWARDS, OUTWARDS, SAMPLES = 0.3, 0.35, 24

#: Places that are tried, and widths of the ramp.
PLACES = np.linspace(-0.15, 0.25, 33)
WIDTHS = np.array([0.01, 0.05, 0.1, 0.18])

#: Standard deviations of the blur that are tried.
BLURS = np.round(0.02 * 1.3 ** np.arange(8), 4)

#: A wide blur looks like a bent profile: the narrowest is taken that leaves at most so much of the best one's rest.
EASE = 1.25

#: Places of the samples.
ALONG = np.linspace(-INWARDS, OUTWARDS, SAMPLES)


class Edges(NamedTuple):
    """What was found in n profiles: (n,) arrays."""

    places: np.ndarray
    slopes: np.ndarray
    left: np.ndarray


def edges(profiles: np.ndarray, blur: float, correlated: float = 1.0) -> Edges:
    """Find the edge in profiles across it.

    For each place and width that is tried the two slopes follow by least squares. The place is the mean of all,
    weighted by their likelihood: the best alone would jump between a step and a steep ramp.

    Parameters
    ----------
    profiles : (n, SAMPLES) array
        Signal over the background at the places `ALONG`, from the inside out.
    blur : float
        Standard deviation of the blur. It and all places, widths and slopes are in one unit: radii of gyration.
    correlated : float
        Samples to an independent one.

    Returns
    -------
    Edges
        Places; slopes of the ramp at the edge, signal per radius of gyration; and the variance left unexplained.
    """
    bases, ((a, b), (_, c)), places = _bases(float(blur))
    profiles = np.asarray(profiles, float)
    match = (profiles @ bases).reshape(len(profiles), 2, -1)
    both = np.maximum(match[:, 0] + match[:, 1], 0)
    determinant = a * c - b * b
    steep = (c * match[:, 0] - b * match[:, 1]) / determinant
    flat = (a * match[:, 1] - b * match[:, 0]) / determinant
    bent = (steep >= flat) & (steep > 0)
    single = both / (a + 2 * b + c)
    explained = np.where(bent, steep * match[:, 0] + flat * match[:, 1], single * both)
    best = explained.max(axis=1)
    power = np.square(profiles).sum(axis=1)
    left = np.maximum(power - best, 1e-7 * power + 1e-30) / (SAMPLES - 4)
    weight = np.exp((explained - best[:, None]) / (2 * max(correlated, 1.0) * np.median(left)))
    weight /= weight.sum(axis=1, keepdims=True)
    return Edges(weight @ places, (weight * np.where(bent, steep, single)).sum(axis=1), left)


def blur_of(profiles: np.ndarray) -> float:
    """The blur of `BLURS` that explains all profiles together.

    It is told by the edges of steep faces; where there are none it does not matter much.
    """
    left = np.array([edges(profiles, blur).left.sum() for blur in BLURS])
    return float(BLURS[np.argmax(left <= EASE * left.min())])


@lru_cache(maxsize=32)
def _bases(blur: float):
    """What profiles are made of: the rise as far as the width, and the ramp that goes on from there.

    Returns them as (SAMPLES, 2 × tried), their Gram matrices (2, 2, tried), and the places tried.
    """
    inwards = PLACES[None, :, None] - ALONG[:, None, None]
    after = _ramp(inwards - WIDTHS, blur)
    bases = np.stack([_ramp(inwards, blur) - after, after], axis=1).reshape(SAMPLES, 2, -1)
    gram = np.einsum("skp,slp->klp", bases, bases)
    return bases.reshape(SAMPLES, -1), gram, np.repeat(PLACES, len(WIDTHS))


def _ramp(inwards, blur: float):
    """A ramp of slope 1 after a Gaussian blur."""
    scaled = inwards / blur
    return inwards * (1 + erf(scaled / np.sqrt(2))) / 2 + blur * np.exp(-(scaled**2) / 2) / np.sqrt(2 * np.pi)
