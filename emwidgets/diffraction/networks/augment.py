"""Training batches: every pattern turned, mirrored, resized and moved anew each time it is seen."""

from __future__ import annotations

import keras
import numpy as np
from scipy import ndimage

from .corpus import Corpus
from .normalise import ranked

#: What a network shall say of each class of a corpus; of a few grains, that they might be either.
TARGETS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0]], np.float32)
#: Share of the patterns that are turned by any angle and resized; the others only by quarters.
_WARPED = 0.5
#: A pattern shrinks to this size or grows to that one, and is moved by this share of the frame.
_SMALLEST, _LARGEST, _SHIFT = 0.45, 1.4, 0.1


class Batches(keras.utils.PyDataset):
    """A corpus in batches, in a new order and shape every epoch; epoch e of a seed is always the same.

    Parameters
    ----------
    corpus : Corpus
    batch : int
    patterns : int
        In an epoch; the next epoch takes the next ones.
    seed, epoch : int
        Which epoch comes first.
    """

    def __init__(self, corpus: Corpus, batch: int, patterns: int, seed: int, epoch: int = 0):
        super().__init__(workers=1)
        self._corpus, self._batch, self._seed, self._epoch = corpus, batch, seed, epoch
        self._patterns = min(patterns, len(corpus))

    def __len__(self) -> int:
        return self._patterns // self._batch

    def __getitem__(self, number: int):
        first = (self._epoch * len(self) + number) * self._batch
        chosen = [self._at(place) for place in range(first, first + self._batch)]
        rng = np.random.default_rng([self._seed, self._epoch, number])
        images = np.stack([varied(self._corpus.images[each] / np.float32(255), rng) for each in chosen])
        return images[..., None], TARGETS[self._corpus.classes[chosen]]

    def on_epoch_end(self) -> None:
        """Go on to the next epoch."""
        self._epoch += 1

    def _at(self, place: int) -> int:
        """Pattern at a place in the endless sequence of shuffled corpora."""
        turn, index = divmod(place, len(self._corpus))
        if getattr(self, "_turn", None) != turn:
            self._turn, self._order = turn, np.random.default_rng([self._seed, turn]).permutation(len(self._corpus))
        return int(self._order[index])


def varied(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A prepared pattern, turned or mirrored, or also resized and moved; prepared again, as its pixels are others."""
    image = np.rot90(image, rng.integers(4))
    if rng.random() < 0.5:
        image = image[::-1]
    if rng.random() >= _WARPED:
        return np.ascontiguousarray(image, np.float32)
    angle, scale = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(np.log(_SMALLEST), np.log(_LARGEST)))
    shift = rng.uniform(-_SHIFT, _SHIFT, 2) * len(image)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32) / scale
    middle = (len(image) - 1) / 2
    return ranked(
        ndimage.affine_transform(
            image if scale > 1 else ndimage.uniform_filter(image, 1 / scale) if scale < 0.75 else image,
            turn,
            middle - turn @ (middle + shift),
            order=1,
            mode="constant" if scale < 1 else "nearest",
            cval=float(np.median(image)),
        )
    )
