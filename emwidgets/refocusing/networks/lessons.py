"""Scenes blurred at random: what a network sees, and what it shall make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import keras
import numpy as np

from emwidgets.refocusing.blurring import blurred_by_map, eight_bit, noisy
from emwidgets.refocusing.spread import PointSpread

from .bank import LEVELS, REACH, noise_of, scaled
from .corpus import Corpus
from .given import Guess, given
from .losses import blurredness, chances

#: Widths of blur that are learnt, px.
NARROW, WIDE = 0.7, 6.0
#: Values beyond which a lesson would outweigh all others of its batch.
_STRANGE = 4.0


@dataclass(frozen=True)
class Setting:
    """What a network is taught to do.

    Attributes
    ----------
    sigma : float, optional
        The only width of blur there is; left out, any from `NARROW` to `WIDE`.
    sharp, mixed : float
        How often a scene is sharp, and how often it is so in parts; there a network shall leave it alone.
    levels : tuple of float
        Widths in the bank.
    """

    sigma: float | None = None
    sharp: float = 0.0
    mixed: float = 0.0
    levels: tuple[float, ...] = LEVELS


#: The three published settings.
SETTINGS = {
    "non-blind": Setting(sigma=2.5, levels=(2.5,)),
    "blind": Setting(),
    "discriminative": Setting(sharp=0.2, mixed=0.25),
}


class Lesson(NamedTuple):
    """A scene as a network sees it, and the truth about it; all (size, size) but the first."""

    bank: np.ndarray  # (size, size, channels)
    target: np.ndarray  # what it shall make of it, in the same units
    sigma: np.ndarray  # width of the blur at each pixel, px


def lesson(corpus: Corpus, setting: Setting, rng: np.random.Generator, size: int, guess: Guess | None = None) -> Lesson:
    """A scene of a corpus, blurred as a setting says; scenes of next to nothing but a spot or two are left out."""
    while True:
        made = _lesson(corpus, setting, rng, size, guess)
        if np.abs(made.bank[..., 0]).max() < _STRANGE:
            return made


def _lesson(corpus, setting, rng, size, guess) -> Lesson:
    margin = REACH // 2
    whole = size + 2 * margin
    scene = corpus.scene(rng, whole)
    sigma = _widths(setting, rng, whole)
    seen = blurred_by_map(scene, sigma, _form(rng))
    seen = _recorded(seen, rng, float(scene.max() - scene.min()))
    _, offset, span = scaled(seen)
    span *= np.exp(rng.uniform(-0.2, 0.7))  # the whole image has more contrast than a part
    offset -= span * rng.uniform(0, 0.3)
    seen, scene = ((one - np.float32(offset)) / np.float32(span) for one in (seen, scene))
    inside = slice(margin, margin + size)
    blur = blurredness(sigma) if setting.sharp or setting.mixed else np.ones_like(seen)
    target = blur * scene + (1 - blur) * seen
    bank = given(seen, noise_of(seen), setting.levels, guess)
    return Lesson(bank[inside, inside], target[inside, inside], sigma[inside, inside].astype(np.float32))


class Lessons(keras.utils.PyDataset):
    """Lessons in batches, new ones every epoch; epoch e of a seed is always the same.

    Parameters
    ----------
    corpus : Corpus
    setting : Setting
    size : int
        Rows and columns of a lesson, px.
    batch, batches : int
        Lessons in a batch, and batches in an epoch.
    seed : int
    outputs : sequence of str
        What the network gives.
    epoch : int
        Which comes first.
    guess : callable, optional
        Tells the widths of the blur, for smooth restorations.
    """

    def __init__(self, corpus, setting, size, batch, batches, seed, outputs, epoch=0, guess=None):
        super().__init__(workers=2, max_queue_size=8)
        self._corpus, self._setting, self._outputs, self._guess = corpus, setting, tuple(outputs), guess
        self._size, self._batch, self._batches, self._seed, self._epoch = size, batch, batches, seed, epoch

    def __len__(self) -> int:
        return self._batches

    def __getitem__(self, number: int):
        rng = np.random.default_rng([self._seed, self._epoch, number])
        made = [lesson(self._corpus, self._setting, rng, self._size, self._guess) for _ in range(self._batch)]
        return taught(made, self._setting, self._outputs)

    def on_epoch_end(self) -> None:
        """Go on to the next epoch."""
        self._epoch += 1


def taught(lessons: list[Lesson], setting: Setting, outputs) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Lessons as Keras takes them: banks, and what each output shall be."""
    banks, targets, sigmas = (np.stack(parts) for parts in zip(*lessons, strict=True))
    discriminates = bool(setting.sharp or setting.mixed)
    blur = blurredness(sigmas) if discriminates else np.ones_like(sigmas)
    whole = np.stack([targets, blur], axis=-1)
    wanted = {}
    for name, factor in (("half", 4), ("restored", 1)):
        if name in outputs:
            wanted[name] = _shrunk(whole, factor)
    if "answer" in outputs:
        wanted["answer"] = blur[..., None]
    if "widths" in outputs:
        wanted["widths"] = _shrunk(chances(sigmas, setting.levels), 8)
    return banks, wanted


def _shrunk(array: np.ndarray, factor: int) -> np.ndarray:
    if factor == 1:
        return array
    n, rows, columns, channels = array.shape
    return array.reshape(n, rows // factor, factor, columns // factor, factor, channels).mean(axis=(2, 4))


def _widths(setting: Setting, rng, size: int) -> np.ndarray:
    """Width of the blur at each pixel."""
    chance = rng.random()
    width = setting.sigma or float(np.exp(rng.uniform(np.log(NARROW), np.log(WIDE))))
    if chance < setting.sharp:
        return np.full((size, size), rng.uniform(0, 0.3))
    if chance < setting.sharp + setting.mixed:
        return _mixed(rng, size, width)
    return np.full((size, size), width)


def _mixed(rng, size: int, width: float) -> np.ndarray:
    """Sharp in one part, and blurred up to a width in another: a tilted specimen, a step, or patches."""
    y, x = np.mgrid[-0.5 : 0.5 : size * 1j, -0.5 : 0.5 : size * 1j]
    turned = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(turned) + y * np.sin(turned) - rng.uniform(-0.3, 0.3)
    kind = rng.integers(3)
    if kind == 0:  # in focus along a line
        part = np.abs(along) * rng.uniform(1, 4)
    elif kind == 1:  # a step
        part = along / rng.uniform(0.01, 0.2) + 0.5
    else:
        wave = np.sin(2 * np.pi * (along * rng.uniform(0.7, 2) + rng.random()))
        across = y * np.cos(turned) - x * np.sin(turned)
        part = wave * np.sin(2 * np.pi * (across * rng.uniform(0.7, 2) + rng.random())) / rng.uniform(0.05, 0.6) + 0.5
    return width * np.clip(part, 0, 1)


def _form(rng) -> PointSpread:
    chance = rng.random()
    form = PointSpread(0.0)
    if chance < 0.15:
        return replace(form, shape="disc")
    if chance < 0.3:
        return replace(form, astigmatism=float(rng.uniform(1.1, 2)), angle=float(rng.uniform(0, 180)))
    return form


def _recorded(image: np.ndarray, rng, span: float) -> np.ndarray:
    """What the detector makes of it: mostly noise of the electronics, sometimes of counting, often eight bits."""
    chance = rng.random()
    if chance < 0.75:
        image = noisy(image, rng, float(np.exp(rng.uniform(np.log(0.001), np.log(0.05)))), span=span)
    elif chance < 0.9:
        image = noisy(image, rng, dose=float(np.exp(rng.uniform(np.log(300), np.log(3e4)))))
    return eight_bit(image) if rng.random() < 0.5 else image
