"""What a trained network is shipped as: weights for Keras, a graph for ONNX Runtime, and a card that tells of it."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from emwidgets.models import shipping
from emwidgets.models.calibrate import calibration_error, probabilities, temperature, wilson

from .architectures import CLASSES
from .corpus import NEITHER, Corpus


def ship(model: keras.Model, training: dict, judged: Corpus, tested: Corpus, folder: str | Path) -> dict:
    """Write a network as NAME.keras and NAME.onnx with its card, NAME.json.

    Parameters
    ----------
    model : keras.Model
        Trained, of `architectures`.
    training : dict
        How it was trained, as the card shall say it.
    judged : Corpus
        Validation patterns: the temperature is fitted on them.
    tested : Corpus
        Test patterns: nothing has ever been chosen by them; the metrics come from them.
    folder : path

    Returns
    -------
    dict
        The card.
    """
    fitted = temperature(_logits(model, judged), judged.classes)
    head = model.get_layer("logits")
    return shipping.ship(
        model,
        "diffraction",
        CLASSES,
        folder,
        temperature=round(fitted, 4),
        head={
            "weights": keras.ops.convert_to_numpy(head.kernel).astype(float).round(8).tolist(),
            "bias": keras.ops.convert_to_numpy(head.bias).astype(float).round(8).tolist(),
        },
        training=training,
        metrics=metrics(_logits(model, tested), fitted, tested),
    )


def metrics(logits: np.ndarray, temperature: float, corpus: Corpus) -> dict:
    """What a network is worth on a corpus: shares, each with its 95 % interval, and the calibration error.

    Ring and spot patterns are counted right by the larger of the two probabilities, whatever "neither" says of them.
    """
    answers = probabilities(logits, temperature)
    crystal = corpus.classes < NEITHER
    right = (answers[:, 1] > answers[:, 0]) == corpus.classes
    found = {"patterns": int(crystal.sum()), "outsiders": int((~crystal).sum())}
    found["accuracy"] = _share(right[crystal])
    for number, label in enumerate(CLASSES[:NEITHER]):
        found[f"{label} recall"] = _share(right[corpus.classes == number])
    if not crystal.all():
        found["outsiders known as such"] = _share(answers[~crystal].argmax(axis=1) == NEITHER)
        found["crystals taken for outsiders"] = _share(answers[crystal].argmax(axis=1) == NEITHER)
    two = answers[crystal, :NEITHER] / answers[crystal, :NEITHER].sum(axis=1, keepdims=True)
    found["calibration error"] = round(calibration_error(two, corpus.classes[crystal]), 4)
    return found


def _share(right) -> dict:
    low, high = wilson(int(right.sum()), len(right))
    return {"share": round(float(right.mean()), 5), "interval": [round(low, 5), round(high, 5)]}


def _logits(model, corpus: Corpus, batch: int = 256) -> np.ndarray:
    parts = [corpus.images[first : first + batch] for first in range(0, len(corpus), batch)]
    return np.concatenate([model.predict_on_batch(part[..., None] / np.float32(255)) for part in parts])
