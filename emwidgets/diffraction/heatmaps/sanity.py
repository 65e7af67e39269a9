"""Is a map an explanation? Two checks that a picture of the brightest places would not pass.

A map that shows what a network has learnt changes when what it has learnt is lost [1]_; and a place that speaks for a
class matters to it: without the hottest places of the map the class becomes less probable than without as many random
ones [2]_.

References
----------
.. [1] J. Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018, arXiv:1810.03292
.. [2] V. Petsiuk, A. Das, K. Saenko, "RISE: randomized input sampling for explanation of black-box models", BMVC 2018,
   arXiv:1806.07421
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage, stats

from emwidgets.models.calibrate import probabilities

from ..networks.network_files import changed, onnx_of, write
from ..networks.onnx_weights import weights_of
from .activation import class_activation, class_asked

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from emwidgets import models

#: Shares of a pattern that are deleted.
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
#: What is deleted is replaced by the pattern blurred with this share of its side: no ring and no reflection is left,
#: and no edge that looks like one comes in.
_BLUR = 1 / 8


@dataclass(frozen=True, eq=False)
class Deletion:
    """How probable a class remains as more and more of a pattern is deleted.

    Attributes
    ----------
    shares : (m,) array
        Of the pattern that are deleted.
    hottest : (n, m) array
        Probability of the class in each pattern without the hottest places of its map.
    random : (n, m) array
        The same without as many random places; mean over draws.
    """

    shares: np.ndarray
    hottest: np.ndarray
    random: np.ndarray

    def lowered(self, share: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
        """By how much the probability falls in each pattern without this share: the hottest, and a random one."""
        if not np.any(np.isclose(self.shares, share)):
            raise ValueError(f"share is {share}: expected one of {', '.join(f'{one:g}' for one in self.shares)}")
        at = int(np.argmin(np.abs(self.shares - share)))
        return tuple(curve[:, 0] - curve[:, at] for curve in (self.hottest, self.random))

    def plot(self) -> go.Figure:
        """Both curves, mean over the patterns."""
        import plotly.graph_objects as go

        figure = go.Figure()
        for name, curve, dash in (("random places", self.random, "dash"), ("hottest places", self.hottest, "solid")):
            figure.add_scatter(
                x=self.shares, y=curve.mean(axis=0), name=name, mode="lines+markers", line={"dash": dash}
            )
        figure.update_xaxes(title="share of the pattern deleted", tickformat=".0%")
        figure.update_yaxes(title="probability of the class", rangemode="tozero")
        return figure


def deletion(
    network, images: np.ndarray, target: str | None = None, *, shares: Sequence[float] = SHARES, draws: int = 8, seed=0
) -> Deletion:
    """Delete patterns bit by bit, hottest places of their class-activation maps first, and at random.

    Parameters
    ----------
    network : models.Network, or the like
        With `card` and `run`.
    images : (n, size, size) float32 array
        As `normalise.prepared` gives them.
    target : str, optional
        A class of the card; left out, the likelier of ring and spot in each whole pattern.
    shares : sequence of float
        Of the places, which are the cells of the map; beginning with 0.
    draws : int
        Random orders of the places for each pattern.
    seed : int

    Returns
    -------
    Deletion
    """
    if not draws >= 1:
        raise ValueError(f"draws is {draws}: expected at least one")
    images = np.asarray(images, np.float32)
    logits, features = network.run(images)
    chosen = class_asked(logits, network.card.classes, target)
    maps = class_activation(features, network.card.head.weights, chosen)
    blurred = ndimage.gaussian_filter(images, (0, *(_BLUR * side for side in images.shape[1:])))
    places = [np.arange(side) * cells // side for side, cells in zip(images.shape[1:], maps.shape[1:], strict=True)]
    rng = np.random.default_rng(seed)
    hottest_first = np.argsort(-maps.reshape(len(maps), -1), axis=1)
    random = [rng.permuted(hottest_first, axis=1) for _ in range(draws)]

    def curve(order):
        return np.stack([left(order, share) for share in shares], axis=1)

    def left(order, share):
        gone = np.zeros(order.shape, bool)
        np.put_along_axis(gone, order[:, : round(share * order.shape[1])], True, axis=1)
        mask = gone.reshape(maps.shape)[:, places[0][:, None], places[1]]
        answered = network.run(np.where(mask, blurred, images))[0]
        return probabilities(answered, network.card.temperature)[np.arange(len(chosen)), chosen]

    return Deletion(np.asarray(shares, float), curve(hottest_first), np.mean([curve(one) for one in random], axis=0))


def randomised(network, seed: int = 0) -> models.Network:
    """A network of the same form that has learnt nothing: all weights of each layer are shuffled.

    Their sizes stay what they are, so that signals pass it as before.

    Parameters
    ----------
    network : models.Network or Finetuned
    seed : int
    """
    from emwidgets import models

    rng = np.random.default_rng(seed)
    contents = onnx_of(network)
    shuffled = {name: rng.permuted(one.ravel()).reshape(one.shape) for name, one in weights_of(contents).items()}
    card, contents = changed(network.card, contents, shuffled, name=f"{network.card.name}-shuffled")
    with tempfile.TemporaryDirectory() as folder:
        return models.Network(models.card(write(card, contents, folder)))


def likeness(maps: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Rank correlation of each map with another one; 0 where one of them is the same everywhere.

    Parameters
    ----------
    maps, others : (n, rows, columns) arrays

    Returns
    -------
    (n,) array
        1 for maps that put all places in the same order, around 0 for maps that have nothing to do with each other.
    """
    found = np.zeros(len(maps))
    for number, (one, other) in enumerate(zip(maps, others, strict=True)):
        if np.ptp(one) > 0 and np.ptp(other) > 0:
            found[number] = stats.spearmanr(one.ravel(), other.ravel()).statistic
    return found
