"""What the trained network is shipped as: calibrated, with a card that tells how it was made and what it is worth."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from emwidgets.models import shipping
from emwidgets.models.calibrate import calibration_error, probabilities, temperature, wilson

from .architectures import answering, head_of
from .augment import classes, weights
from .corpus import Corpus
from .outputs import ANSWERS, OUTPUTS, split


def ship(model: keras.Model, training: dict, judged: Corpus, tested: Corpus, folder: str | Path) -> dict:
    """Write the answering part of a trained network as .keras, .onnx and card.

    Parameters
    ----------
    model : keras.Model
        As `deformation` makes it, trained.
    training : dict
        How, as the card shall say it.
    judged : Corpus
        Validation images: the temperature of each answer is fitted on them, and put into the weights of its head.
    tested : Corpus
        Test images: nothing was chosen by them; the metrics come from them.
    folder : path

    Returns
    -------
    dict
        The card.
    """
    network = answering(model)
    said, right, weighs = outputs(network, judged), classes(judged, np.arange(len(judged))), weights(judged)
    temperatures = {}
    for name in ANSWERS:
        asked = weighs[name] > 0
        temperatures[name] = temperature(said[name][asked], right[name][asked])
        head = head_of(network, name)
        head.set_weights([each / temperatures[name] for each in head.get_weights()])
    return shipping.ship(
        network,
        "particles",
        OUTPUTS,
        folder,
        training={**training, "temperatures": {name: round(each, 4) for name, each in temperatures.items()}},
        metrics=metrics(network, tested),
    )


def metrics(network: keras.Model, tested: Corpus) -> dict:
    """Accuracy of each answer with its 95 % interval, and how well its probabilities are calibrated."""
    said, right, weighs = outputs(network, tested), classes(tested, np.arange(len(tested))), weights(tested)
    found = {}
    for conditions, chosen in (("standard conditions", tested.standard), ("other conditions", ~tested.standard)):
        for name in ANSWERS:
            asked = (weighs[name] > 0) & chosen
            chances = probabilities(said[name][asked])
            hits = chances.argmax(axis=1) == right[name][asked]
            low, high = wilson(int(hits.sum()), len(hits))
            found[f"{name}, {conditions}"] = {
                "images": len(hits),
                "accuracy": round(float(hits.mean()), 5),
                "interval": [round(low, 5), round(high, 5)],
                "calibration error": round(calibration_error(chances, right[name][asked]), 4),
            }
    return found


def outputs(network: keras.Model, corpus: Corpus, batch: int = 256) -> dict[str, np.ndarray]:
    """What the answering network says of a corpus, by name: logits, and "pose"."""
    parts = [corpus.images[first : first + batch] for first in range(0, len(corpus), batch)]
    said = np.concatenate([network.predict_on_batch(part[..., None] / np.float32(255)) for part in parts])
    return split(said)
