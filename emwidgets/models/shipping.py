"""A trained network as the files that are shipped: weights for Keras, a graph for ONNX Runtime, a card of both."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import keras

from .onnx_graph import FEATURES, onnx_model


def ship(model: keras.Model, analysis: str, classes, folder: str | Path, **entries) -> dict:
    """Write a network as NAME.keras and NAME.onnx with its card, NAME.json.

    Parameters
    ----------
    model : keras.Model
        Trained, named as its files shall be, of layers that `onnx_model` knows; its last feature map is called
        "features".
    analysis : str
        Of which it is.
    classes : sequence of str
        What its outputs mean.
    folder : path
        Made if it is not there; files of the same names are replaced.
    **entries
        Further ones of the card: temperature, training, metrics …

    Returns
    -------
    dict
        The card.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    name = model.name
    files = {kind: folder / f"{name}.{kind}" for kind in ("keras", "onnx")}
    model.save(files["keras"])
    files["onnx"].write_bytes(onnx_model(model).SerializeToString())
    card = {
        "name": name,
        "analysis": analysis,
        "version": 1,
        "digests": {kind: f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" for kind, file in files.items()},
        "input": {"size": model.input_shape[1], "channels": model.input_shape[3]},
        "classes": list(classes),
        "layer": FEATURES,
        "parameters": model.count_params(),
        **entries,
        "licence": "GPL-3.0-or-later",
        "made": date.today().isoformat(),
    }
    (folder / f"{name}.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card
