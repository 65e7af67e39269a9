"""Labelled patterns for networks, without end: specimens × instruments, drawn at random from a seed.

Needs NumPy, SciPy and gemmi alone, so that training runs where there is no HyperSpy. Pattern number *i* of a seed and
split is always the same, whoever asks for it and in which order: several processes share the work by taking every
*n*-th number, and a training that was broken off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from . import structures
from .families import random_family, random_instrument
from .foreign import foreign_kinds, random_amorphous, random_foreign
from .frame import Frame
from .record import resized
from .scenes import random_crystal, random_polycrystal, random_spotty
from .visibility import Visibility

#: Classes in the order of the numbers that stand for them.
LABELS = ("ring", "spot")
#: Number that stands for what is in between.
SPOTTY = -1
#: What `outsiders` gives, in the order of the numbers that stand for them.
OUTSIDERS = ("amorphous", "foreign")

#: Sizes of the detector over the size that is asked for, and how often.
_SCALES = ((0.5, 0.13), (1.0, 0.67), (1.5, 0.1), (2.0, 0.1))
#: So many spots must stand out by themselves in the picture of a single crystal.
_LEAST_SPOTS = 5
#: So often a specimen and an instrument are drawn again before another family takes its turn, and in all.
_TRIES, _MOST_TRIES = 60, 600
#: So often a specimen that cannot be seen is recorded again, with the same optics, before another takes its turn.
_EXPOSURES = 3


@dataclass(frozen=True)
class Sample:
    """One pattern of the data set.

    Attributes
    ----------
    image : (size, size) float32 array
        As recorded: counts or grey values, not normalised.
    label : int
        Index in `LABELS`, or in `OUTSIDERS`, or `SPOTTY`.
    grains : float
        0 for what is no crystal.
    structure, family : str
        What was simulated, and the family of the instrument.
    """

    image: np.ndarray
    label: int
    grains: float
    structure: str
    family: str


def batches(
    n: int, size: int = 128, split: str = "train", seed: int = 0, *, start: int = 0, step: int = 1
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Batches of labelled patterns, for ever.

    Parameters
    ----------
    n : int
        Patterns in a batch; as many rings as spots in the long run.
    size : int
        Rows and columns.
    split : str
        "train", "validation" or "test": structures **and** instruments of that split.
    seed : int
        The same seed gives the same patterns.
    start, step : int
        Number of the first pattern, and how far to the next: of m processes, the i-th takes ``start=i, step=m``.

    Yields
    ------
    images : (n, size, size) float32 array
        As recorded: counts or grey values, not normalised.
    labels : (n,) int64 array
        Index in `LABELS`: 0 ring, 1 spot.
    grains : (n,) float32 array

    Raises
    ------
    ValueError
        If there is no such split, or a number is out of its range.

    Examples
    --------
    >>> images, labels, grains = next(batches(4, size=64))
    >>> images.shape, images.dtype, labels.shape
    ((4, 64, 64), dtype('float32'), (4,))
    """
    _check(n, size, split)
    number = start
    while True:
        drawn = [sample(number + step * i, size, split, seed) for i in range(n)]
        number += step * n
        yield _stacked(drawn)


def outsiders(n: int, size: int = 128, split: str = "test", seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Patterns that are neither ring nor spot: amorphous halos and foreign images, half of each.

    Parameters
    ----------
    n, size, split, seed
        As in `batches`; the split is that of the instruments and of the kinds of foreign images, of which some are in
        "test" alone.

    Returns
    -------
    images : (n, size, size) float32 array
    kinds : (n,) int64 array
        Index in `OUTSIDERS`.
    """
    _check(n, size, split)
    drawn = [outsider(number, size, split, seed) for number in range(n)]
    images, kinds, _ = _stacked(drawn)
    return images, kinds


def sample(
    number: int, size: int = 128, split: str = "train", seed: int = 0, *, instruments: str | None = None
) -> Sample:
    """One labelled pattern; see `batches`. Its instrument can be of another split than its structure.

    Specimens of which too little falls into the frame, and pictures in which nothing of it can be seen any more, are
    drawn again: their label would be a guess.
    """
    rng = _generator(number, split, seed)
    label = int(rng.integers(len(LABELS)))
    draw = random_polycrystal if LABELS[label] == "ring" else random_crystal
    return _drawn(draw, label, size, split, rng, instruments or split)


def spotty(number: int, size: int = 128, split: str = "test", seed: int = 0) -> Sample:
    """One pattern of a few grains, which is neither ring nor spot but in between; its label is `SPOTTY`.

    Nobody can say which of the two names is right, so these are in no accuracy; a network that knows them is unsure.
    """
    return _drawn(random_spotty, SPOTTY, size, split, _generator(number, split, seed + 2_000_003), split)


def _drawn(draw, label: int, size: int, split: str, rng: np.random.Generator, instruments: str) -> Sample:
    """A specimen and an instrument under which it can be seen."""
    for attempt in range(_MOST_TRIES):
        # the family is kept while anything else is drawn again, or families that hide spots would come to mean rings
        if attempt % _TRIES == 0:
            family = random_family(rng, instruments)
        instrument = random_instrument(rng, family)
        native = _native_size(rng, size)
        scene = draw(rng, split, native, instrument.optics)
        if scene is None:
            continue
        for _ in range(_EXPOSURES):
            frame = scene.record(instrument, native, rng)
            if _worth_a_label(frame, label):
                image = resized(frame.image, (size, size))
                return Sample(image, label, scene.truth.grains, scene.structure, instrument.name)
            instrument = replace(random_instrument(rng, family), optics=instrument.optics)
    raise RuntimeError(f"no {_name(label)} pattern of split {split!r} in {_MOST_TRIES} tries")


def outsider(number: int, size: int = 128, split: str = "test", seed: int = 0) -> Sample:
    """One amorphous or foreign image, recorded with an instrument; see `outsiders`."""
    rng = _generator(number, split, seed + 1_000_003)  # not the noise of the patterns of that number
    kind = number % len(OUTSIDERS)
    instrument = random_instrument(rng, split=split)
    shape = (_native_size(rng, size),) * 2
    name = "amorphous" if OUTSIDERS[kind] == "amorphous" else str(rng.choice(foreign_kinds(split)))
    for _ in range(_MOST_TRIES):
        if name == "amorphous":
            image = random_amorphous(shape, instrument, rng)
        else:
            image = random_foreign(name, shape, instrument, rng)
        image = resized(image, (size, size))
        if image.min() < image.max():
            return Sample(image, kind, 0.0, name, instrument.name)
        instrument = random_instrument(rng, split=split)  # it recorded nothing at all
    raise RuntimeError(f"no {name} image of split {split!r} in {_MOST_TRIES} tries")


def _stacked(drawn: list[Sample]):
    images = np.stack([one.image for one in drawn])
    labels = np.array([one.label for one in drawn], np.int64)
    return images, labels, np.array([one.grains for one in drawn], np.float32)


def _generator(number: int, split: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, structures.SPLITS.index(split), number])


def _native_size(rng, size: int) -> int:
    scales, chances = zip(*_SCALES, strict=True)
    return max(48, round(size * rng.choice(scales, p=chances)))


def _worth_a_label(frame: Frame, label: int) -> bool:
    seen = Visibility(frame)
    if seen.contrast < 1 or seen.significance < 10:
        return False
    return _name(label) == "ring" or seen.spots >= _LEAST_SPOTS


def _name(label: int) -> str:
    return "spotty" if label == SPOTTY else LABELS[label]


def _check(n, size, split) -> None:
    if split not in structures.SPLITS:
        raise ValueError(f"split is {split!r}: expected one of {', '.join(structures.SPLITS)}")
    if not n >= 1:
        raise ValueError(f"n is {n}: expected at least one pattern")
    if not size >= 32:
        raise ValueError(f"size is {size}: expected at least 32 px")
