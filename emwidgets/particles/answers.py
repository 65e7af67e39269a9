"""What is to be said of one particle, from one or several pictures of it, by each method; arrays in, probabilities out.

Where one view cannot tell, that is said and not guessed: a parallel projection of a particle is also one of its mirror
image with all depths reversed, so a hand is read from views whose tilts are known, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, softmax

from . import baseline
from .fit import posterior
from .fit.fitted import Fitted, hand, mirrored_fit
from .identifiable import why_not
from .networks import views
from .networks.framing import Frame
from .networks.outputs import KINDS, split
from .seen import NETWORK, TRANSFER, Seen
from .symmetry import arrangement
from .tasks import TASKS, check

#: Who can answer: an exact model fitted to the picture, the network, a frozen backbone with a new last layer, measured
#: features.
METHODS = ("fit", "network", "transfer", "features")

#: Who answers a question if nobody is named.
BEST = {"deformed": "fit", "count": "fit", "arrangement": "fit", "shape": "network", "handedness": "fit"}

#: Answers of a lower probability are uncertain.
CERTAINTY = 0.8

#: An outline that fills less of its convex hull is not that of one convex particle.
SOLID = 0.85

#: A model that leaves more than this is no model of the picture, unless noise and film leave as much beside the
#: particle: then so many times that. Simulated cuboids leave 0.012 at most under standard conditions, spheres 0.065.
MISFIT, GROUNDS = 0.05, 4.0

#: Beside a particle with more than this the odds of a fit are not to be trusted: they were weighed where it is 0.006.
LOUD = 0.03

NOISY = "noise or film hides the form"

#: Differences in chi² between both hands, hundreds or thousands as a rule, are divided by twice this.
HAND_TEMPERATURE = 20.0


@dataclass(frozen=True, eq=False)
class Answer:
    """What is said of one particle.

    Attributes
    ----------
    probabilities : (classes,) array
        In the order of `TASKS`; they sum to 1.
    other : float
        Probability that it is none of the particles asked about.
    why : str
        Why it cannot be told whatever the probabilities say; "" otherwise.
    fitted : Fitted, optional
        The model, of the method "fit".
    """

    probabilities: np.ndarray
    other: float = 0.0
    why: str = ""
    fitted: Fitted | None = None


def answer(
    images: Sequence[np.ndarray] | Seen,
    task: str,
    method: str | None = None,
    *,
    tilts=None,
    checkpoint: Callable[[], None] | None = None,
) -> Answer:
    """Ask a method about one particle.

    Parameters
    ----------
    images : sequence of (rows, columns) arrays, or Seen
        Views of the particle, at any pixel size, the same for all. Where several questions are asked, `Seen` (which
        has the tilts) keeps what was found out for the first.
    task : str
        One of `TASKS`.
    method : str, optional
        One of `METHODS`; the best for the task if left out.
    tilts : optional
        Of the holder in each view, as in `orientation.tilts`, if they are known.
    checkpoint : callable, optional
        Called between steps; raises if nobody waits any more.

    Raises
    ------
    NoParticle
        If there is nothing to be seen in an image.
    ValueError
        If there is no such task or method, the method does not answer the task, there is no image, another number of
        tilts, or tilts beside those of `Seen`.
    """
    method = chosen(task, method)
    if isinstance(images, Seen) and tilts is not None:
        raise ValueError("tilts are given twice: what was seen has its own")
    seen = images if isinstance(images, Seen) else Seen(images, tilts)
    checkpoint = checkpoint or (lambda: None)
    if task == "handedness":
        return _handed(seen, checkpoint)
    if method == "features":
        return Answer(together(list(baseline.told(seen.described, task))), 0.0, _doubt(seen.frames))
    logits, features = seen.said(TRANSFER if method == "transfer" else NETWORK)
    checkpoint()
    said = _rows(split(logits))
    chances = [_of_network(each, task) for each in said]
    other = float(np.mean([_other(each, task) for each in said]))
    if method == "fit":
        return _fitted(seen, task, chances, other, checkpoint)
    if method == "network" and len(seen) > 1:
        found = views.load(task).probabilities(views.described(logits, features))
    else:
        found = together(chances)
    if task == "shape" and found.argmax() == TASKS[task].index("cuboid"):
        # a network knows the shapes that it was taught; whether a model fits is no matter of teaching
        return Answer(found, other, _doubt(seen.frames, [fitted for fitted, _ in seen.fits(checkpoint)]))
    return Answer(found, other, _doubt(seen.frames))


def chosen(task: str, method: str | None) -> str:
    """The method that answers; says which there are, where there is none of that name."""
    check(task)
    if method is None:
        return BEST[task]
    if method not in METHODS:
        raise ValueError(f"method is {method!r}: expected one of {', '.join(METHODS)}")
    able = answering(task)
    if method not in able:
        raise ValueError(f"method {method!r} does not answer {task!r}: expected {' or '.join(able)}")
    return method


def answering(task: str) -> tuple[str, ...]:
    """The methods that answer a task, the best first."""
    check(task)
    if task == "handedness":
        return ("fit",)
    if task == "shape":
        return ("network", "transfer", "features")
    return METHODS


def together(chances: Sequence[np.ndarray]) -> np.ndarray:
    """Probabilities from several views, each of which tells something of its own: their normalised product."""
    logs = np.log(np.maximum(chances, 1e-9)).sum(axis=0)
    return softmax(logs)


def _rows(said: dict) -> list[dict]:
    return [{name: each[row] for name, each in said.items()} for row in range(len(said["kind"]))]


def _of_network(said: dict, task: str) -> np.ndarray:
    """Probabilities of a task from the logits of one view."""
    if task == "deformed":
        return posterior.deformed(softmax(said["count"]))
    if task == "shape":
        return softmax(said["kind"][: len(TASKS["shape"])])
    return softmax(said[task])


def _other(said: dict, task: str) -> float:
    kinds = softmax(said["kind"])
    return float(kinds[KINDS.index("other")] if task == "shape" else 1 - kinds[KINDS.index("cuboid")])


def _doubt(frames: Sequence[Frame], fits: Sequence[Fitted] = ()) -> str:
    if any(frame.touches for frame in frames):
        return "the particle touches the border"
    if min(frame.solidity for frame in frames) < SOLID:
        return "not one convex particle"
    if any(fitted.ground > LOUD for fitted in fits):
        return NOISY
    if any(fitted.misfit > max(MISFIT, GROUNDS * fitted.ground) for fitted in fits):
        return "no cuboid fits the picture"
    return ""


def _fitted(seen: Seen, task, chances, other, checkpoint) -> Answer:
    """By the model: one for all views whose tilts are known, else one for each."""
    fits = seen.fits(checkpoint)
    if len(fits) == 1:
        found = _of_fit(fits[0][1], task, together(chances))
    else:
        found = together([_of_fit(each, task, chance) for (_, each), chance in zip(fits, chances, strict=True)])
    doubt = _doubt(seen.frames, [fitted for fitted, _ in fits])
    if len(fits) == 1 and not _agrees(fits[0][0], task, TASKS[task][found.argmax()]):
        doubt = doubt or "model and network disagree"
    return Answer(found, other, doubt, fits[0][0])


def _agrees(fitted: Fitted, task: str, label: str) -> bool:
    """Whether the solid that is shown beside a label is one of that label."""
    cut = np.flatnonzero(fitted.depths)
    if task == "count":
        return label == str(len(cut))
    if task == "deformed":
        return (label == "deformed") == bool(len(cut))
    return len(cut) != 2 or label == arrangement(*cut)


def _of_fit(found, task, network) -> np.ndarray:
    odds = posterior.corner_odds(found)
    if task == "arrangement":
        return posterior.arrangements(odds, network)
    if task == "count":
        return posterior.counts(odds, network)
    return posterior.deformed(posterior.counts(odds), network)


def _handed(seen: Seen, checkpoint) -> Answer:
    """By which of two mirror images fits better; even odds where no picture could tell."""
    even = np.array([0.5, 0.5])
    impossible = why_not("handedness", len(seen), seen.tilts)
    if impossible:
        return Answer(even, 0.0, impossible)
    other = float(np.mean([_other(each, "handedness") for each in _rows(split(seen.said(NETWORK)[0]))]))
    model, found = seen.fits(checkpoint)[0]
    checkpoint()
    mirror = mirrored_fit(found, checkpoint)
    if mirror.state.chi < found.state.chi:
        found, mirror = mirror, found
    here = hand(found)
    doubt = _doubt(seen.frames, [model])
    if not here:
        return Answer(even, other, doubt or "as many corners of either hand are cut, or two edges are alike", model)
    surer = expit((mirror.state.chi - found.state.chi) / (2 * HAND_TEMPERATURE))
    right = surer if here > 0 else 1 - surer
    return Answer(np.array([1 - right, right]), other, doubt, model)
