"""Teach a network on patterns labelled by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from numbers import Integral, Real

import numpy as np
from tqdm.auto import tqdm

from emwidgets.signals import Calibration, provenance
from emwidgets.signals.pixels import real_pixels
from emwidgets.signals.reading import some

from .answers import NETWORKS
from .classify import corrections_of
from .finetuned import Finetuned
from .networks.head import folds
from .networks.lesson import Judged, Lesson, judge
from .networks.network_files import changed, head_names, onnx_of
from .networks.normalise import prepared, unusable
from .patterns import patterns_of
from .voting import LABELS

#: Patterns of each label with which it can be taught at all, and with which some can be held out.
LEAST, LEAST_TO_HOLD_OUT = 2, 5
_BATCH = 16  # patterns that the network answers at once


def finetune(
    signal, labels, network="densenet", *, epochs: int = 200, held_out: float = 0.2, progress: bool = True
) -> Finetuned:
    """Teach the last layer of a network on patterns that you have labelled.

    All before it stays as it was learnt from simulated patterns, and the shipped layer holds the new one back: a few
    labels change little, hundreds change much, and with less than about fifty little is gained. Label patterns that
    the network gets right, too, and both kinds: it cannot know otherwise what it should keep. What it takes for neither
    ring nor spot hardly changes.

    How good it is before and after is asked of labelled patterns that were held out: the labels are divided into parts,
    and for each part a network is taught on the others. Patterns of a part follow each other in the stack, as
    neighbours in a scan look the same; the network that is returned is taught on all. The temperature that makes logits
    probabilities is adjusted on the held-out patterns, the less the fewer they are.

    Parameters
    ----------
    signal : Signal2D
        A stack or scan of patterns, lazy or not; only the labelled ones are read.
    labels : dict of int to str, or array of str
        "ring" or "spot" by the flat index of the pattern, as a `PatternClassifier` keeps its corrections; or an array
        of the navigation shape, with "" where there is no label.
    network : str or network
        "cnn", "googlenet" or "densenet"; or one from `emwidgets.models.load`, or finetuned before. Of one that has
        learnt from the same patterns already, the score before flatters it.
    epochs : int
        Passes over the labelled patterns, at most; it ends sooner when nothing changes any more.
    held_out : float
        Share of the labels in a part, up to a half: 0.2 makes five parts.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    Finetuned

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two labels of a kind, a labelled pattern cannot be read, or an argument is out of its
        range.
    emwidgets.models.NetworkError
        If the network's file is damaged.

    Examples
    --------
    >>> import hyperspy.api as hs, numpy as np
    >>> from emwidgets import diffraction
    >>> patterns = [diffraction.simulate("gold", n, seed=n, shape=(128, 128), pixel_size=0.2) for n in (1, 1000) * 5]
    >>> labels = {number: ("spot", "ring")[number % 2] for number in range(10)}
    >>> found = diffraction.finetune(hs.stack(patterns, show_progressbar=False), labels, "cnn", progress=False)
    >>> found.after.patterns
    10
    """
    where = patterns_of(signal, pixel_size=1.0)  # no number in the result depends on the unit
    if not (isinstance(epochs, Integral) and epochs >= 1):
        raise ValueError(f"epochs is {epochs!r}: expected a whole number of at least 1")
    if not (isinstance(held_out, Real) and 0 < held_out <= 0.5):
        raise ValueError(f"held_out is {held_out!r}: expected a share, more than 0 and at most 0.5")
    numbers, spot = _labelled(labels, where)
    body = _body(network)
    contents = onnx_of(body)
    names = head_names(body.card, contents)  # what could not be saved is said before the work
    with tqdm(total=len(numbers), desc="patterns", unit="pattern", disable=not progress, leave=False) as bar:
        features = _features(signal, where, numbers, body, bar.update)
    lesson = Lesson(features, numbers, spot, body.card, epochs)
    parts = list(folds(numbers, spot, held_out)) if lesson.fewest >= LEAST_TO_HOLD_OUT else []
    with tqdm(total=(len(parts) + 1) * epochs, desc="teaching", unit="epoch", disable=not progress) as bar:
        held = lesson.held_out(parts, bar)
        head = lesson.teach(np.arange(len(numbers)), bar)
    made = provenance(
        signal,
        "emwidgets.diffraction.finetune",
        {"labels": _by_number(numbers, spot), "network": body.card.key, "epochs": epochs, "held_out": held_out},
        models={body.card.key: body.card.digests.get("onnx", "")},
        digest=not where.lazy,
    )
    judged = judge(lesson, held)
    card, onnx = changed(body.card, contents, dict(zip(names, head, strict=True)), **_entries(lesson, judged))
    return Finetuned(card, body, judged.before, judged.after, judged.table, judged.note, made, onnx)


def _labelled(labels, where: Calibration) -> tuple[np.ndarray, np.ndarray]:
    """Flat indices of the labelled patterns, in their order, and whether each is labelled a spot pattern."""
    if isinstance(labels, Mapping):
        found = corrections_of(labels, len(where), called="labels")
    else:
        array = np.asarray(labels)
        if array.dtype.kind not in "UO" or array.shape != where.navigation_shape:
            raise ValueError(
                f"labels is {type(labels).__name__} of shape {array.shape}: expected {{frame: 'ring' or 'spot'}}, or "
                f"an array of str in the navigation shape, {where.navigation_shape}"
            )
        given = {number: label for number, label in enumerate(array.ravel().tolist()) if label}
        found = corrections_of(given, len(where), called="labels")
    spot = np.array([label == "spot" for label in found.values()], bool)
    for label, count in zip(LABELS, (np.count_nonzero(~spot), np.count_nonzero(spot)), strict=True):
        if count < LEAST:
            raise ValueError(
                f"labels has {count} {label} patterns: expected at least {LEAST} of each kind; label some that the "
                "network gets right, too, or it would learn that there is only one kind"
            )
    return np.array(list(found)), spot


def _body(network):
    """The network that is taught, checked."""
    from emwidgets import models

    if isinstance(network, str):
        if network not in NETWORKS:
            raise ValueError(f"network is {network!r}: expected {', '.join(NETWORKS)}, or a network of your own")
        return models.load(f"diffraction/{network}")
    if not (hasattr(network, "card") and callable(getattr(network, "run", None))):
        raise TypeError(
            f"network is {type(network).__name__}: expected {', '.join(NETWORKS)}, or a network from "
            "emwidgets.models.load(path); a Keras network of your own is trained with its fit method"
        )
    if not set(LABELS) <= set(network.card.classes) or network.card.head is None:
        raise ValueError(
            f"the network '{network.card.key}' has the classes {network.card.classes}: expected one for ring and "
            "spot that ends in global average pooling and one dense layer (head)"
        )
    return network


def _features(signal, where: Calibration, numbers, body, tell) -> np.ndarray:
    """Mean of each feature over the map, (n, channels), of the patterns of these numbers."""
    size, images, found = body.card.input.size, [], []
    for number, pixels in some(signal, where, [int(one) for one in numbers]):
        frame = real_pixels(pixels)
        trouble = unusable(frame)
        if trouble:
            name = where.name_of(number)
            raise ValueError(f"{name} {trouble}: there is no pattern to learn from; leave out its label")
        images.append(prepared(frame[None], size)[0])
        if len(images) == _BATCH or len(found) * _BATCH + len(images) == len(numbers):
            found.append(body.run(np.stack(images))[1].mean(axis=(1, 2)))
            tell(len(images))
            images = []
    return np.concatenate(found)


def _entries(lesson: Lesson, judged: Judged) -> dict:
    """What the card of the new network says."""
    card = lesson.card
    count = {label: int(np.count_nonzero(lesson.spot == number)) for number, label in enumerate(LABELS)}
    scores = {"before": judged.before, "after": judged.after}
    return {
        "name": card.name if card.name.endswith("-finetuned") else f"{card.name[:54]}-finetuned",
        "temperature": judged.temperature,
        "training": {"made of": card.key, "digest of that": card.digests.get("onnx", ""), "labels": count},
        "metrics": {name: score._asdict() for name, score in scores.items() if score},
        "made": datetime.now(UTC).date().isoformat(),
    }


def _by_number(numbers, spot) -> dict[str, str]:
    return {str(number): LABELS[int(one)] for number, one in zip(numbers, spot, strict=True)}
