"""All that a network is given of an image, and the network that tells the widths of its blur first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .bank import bank, with_smooth
from .smooth import smoothed
from .widths import likely_width

#: The network that tells widths, (rows, columns, channels) → (rows / 8, columns / 8, 1 + levels) logits.
Guess = Callable[[np.ndarray], np.ndarray]


def given(image: np.ndarray, noise: float, levels: tuple[float, ...], guess: Guess | None = None) -> np.ndarray:
    """The bank of an image, with smooth restorations of its likely widths where these can be told.

    Parameters
    ----------
    image : (rows, columns) float32 array
        In units of its range; rows and columns multiples of `MULTIPLE`.
    noise : float
        Standard deviation of its noise, in the same units.
    levels : tuple of float
        Widths in the bank, px.
    guess : callable, optional
        Tells the widths from the bank; without it there are no smooth restorations.

    Returns
    -------
    (rows, columns, channels) float32 array
    """
    plain = bank(image, noise, levels)
    if guess is None:
        return plain
    return with_smooth(plain, smoothed(image, noise, likely_width(guess(plain), levels)))


def guessing(network) -> Guess:
    """A network of maps, as `emwidgets.models.load_maps` gives it, as one that tells widths."""
    return lambda plain: network.run(plain[None])["widths"][0, ..., :-1]
