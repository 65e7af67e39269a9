"""Training batches: every image mirrored and turned by quarters anew each time it is seen, with all it is taught."""

from __future__ import annotations

import keras
import numpy as np

from emwidgets.particles.shapes import SIGNS
from emwidgets.particles.symmetry import arrangement

from .architectures import MAP
from .corpus import Corpus
from .framing import SIZE
from .outputs import ANSWERS
from .pose import targets

#: Width of a corner in the map of corners (standard deviation), px of the map.
CORNER = 0.7


class Batches(keras.utils.PyDataset):
    """A corpus in batches, in a new order every epoch; epoch e of a seed is always the same.

    Parameters
    ----------
    corpus : Corpus
    batch : int
    images : int
        In an epoch; the next epoch takes the next ones.
    seed : int
    taught : tuple of str
        What the network is taught: names of its outputs.
    epoch : int
        Which comes first.
    """

    def __init__(self, corpus: Corpus, batch: int, images: int, seed: int, taught: tuple[str, ...], epoch: int = 0):
        super().__init__(workers=1)
        self._taught = taught
        self._corpus, self._batch, self._seed, self._epoch = corpus, batch, seed, epoch
        self._images = min(images, len(corpus))
        self._weights = weights(corpus)

    def __len__(self) -> int:
        return self._images // self._batch

    def __getitem__(self, number: int):
        first = (self._epoch * len(self) + number) * self._batch
        chosen = np.array([self._at(place) for place in range(first, first + self._batch)])
        rng = np.random.default_rng([self._seed, self._epoch, number])
        return lesson(self._corpus, chosen, self._weights, self._taught, rng)

    def on_epoch_end(self) -> None:
        """Go on to the next epoch."""
        self._epoch += 1

    def _at(self, place: int) -> int:
        """Image at a place in the endless sequence of shuffled corpora."""
        turn, index = divmod(place, len(self._corpus))
        if getattr(self, "_turn", None) != turn:
            self._turn, self._order = turn, np.random.default_rng([self._seed, turn]).permutation(len(self._corpus))
        return int(self._order[index])


def lesson(corpus: Corpus, chosen: np.ndarray, weighed: dict, taught: tuple[str, ...], rng=None):
    """Images, what the network shall say of them, and what each of that counts; not turned without a generator."""
    images = corpus.images[chosen].astype(np.float32) / 255
    axes, centres = corpus.axes[chosen].copy(), corpus.centres[chosen].copy()
    if rng is not None:
        left, up, swap = rng.random((3, len(chosen))) < 0.5
        images[left], axes[left, 0], centres[left, 0] = images[left, :, ::-1], -axes[left, 0], -centres[left, 0]
        images[up], axes[up, 1], centres[up, 1] = images[up, ::-1], -axes[up, 1], -centres[up, 1]
        images[swap], centres[swap] = images[swap].transpose(0, 2, 1), centres[swap, ::-1]
        axes[swap] = axes[swap][:, [1, 0, 2]]
    said = classes(corpus, chosen)
    wanted = {name: np.eye(len(ANSWERS[name]), dtype=np.float32)[said[name]] for name in ANSWERS}
    wanted["pose"] = targets(axes, centres, corpus.cuts[chosen])
    if "corners" in taught:
        wanted["corners"] = corner_maps(axes, centres, corpus.cuts[chosen])
    chosen_weights = {name: weighed[name][chosen] for name in taught}
    return images[..., None], {name: wanted[name] for name in taught}, chosen_weights


def classes(corpus: Corpus, chosen: np.ndarray) -> dict[str, np.ndarray]:
    """Number of the right class for each answer; 0 where there is none, which weighs nothing."""
    cut = corpus.cuts[chosen] > 0
    pairs = cut.sum(axis=1) == 2
    places = np.argsort(~cut, axis=1, kind="stable")[:, :2]
    names = ANSWERS["arrangement"]
    arranged = [names.index(arrangement(*pair)) if two else 0 for pair, two in zip(places, pairs, strict=True)]
    return {"count": cut.sum(axis=1), "kind": corpus.kinds[chosen], "arrangement": np.array(arranged)}


def weights(corpus: Corpus) -> dict[str, np.ndarray]:
    """What each image counts for each thing that is taught: nothing where it does not apply, classes all the same."""
    everything = np.arange(len(corpus))
    said = classes(corpus, everything)
    cuboid = corpus.kinds == 0
    applies = {"count": cuboid, "kind": np.ones(len(corpus), bool), "arrangement": cuboid & (corpus.counts == 2)}
    weighed = {}
    for name, mask in applies.items():
        numbers = np.bincount(said[name][mask], minlength=len(ANSWERS[name]))
        each = mask.sum() / np.maximum(numbers, 1) / len(ANSWERS[name])
        weighed[name] = np.where(mask, each[said[name]], 0).astype(np.float32)
    for name in ("pose", "corners"):
        weighed[name] = cuboid.astype(np.float32)
    return weighed


def corner_maps(axes: np.ndarray, centres: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Where whole and cut corners are, as sums of spots of height 1: (n, MAP, MAP, 2) float32."""
    corners = np.einsum("nij,kj->nki", axes[:, :2], SIGNS) + centres[:, None]
    places = (corners + SIZE / 2) * MAP / SIZE - 0.5
    grid = np.arange(MAP)
    across, down = (np.exp(-((places[..., i, None] - grid) ** 2) / (2 * CORNER**2)) for i in (0, 1))
    cut = (cuts > 0).astype(np.float32)
    both = np.stack([1 - cut, cut], axis=-1)
    return np.einsum("nkr,nkc,nkb->nrcb", down, across, both).astype(np.float32)
