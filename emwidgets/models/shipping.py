"""A trained network as the files that are shipped: weights for Keras, a graph for ONNX Runtime, a card of both."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import keras

from .onnx_graph import FEATURES, onnx_map_model, onnx_model


def ship(model: keras.Model, analysis: str, classes, folder: str | Path, multiple: int = 1, **entries) -> dict:
    """Write a network as NAME.keras and NAME.onnx with its card, NAME.json.

    Parameters
    ----------
    model : keras.Model
        Trained, named as its files shall be, of layers that `onnx_model` knows. One that answers with logits calls its
        last feature map "features"; one that answers with maps has them by name, and takes images of any size.
    analysis : str
        Of which it is.
    classes : sequence of str
        What its outputs mean.
    folder : path
        Made if it is not there; files of the same names are replaced.
    multiple : int
        Rows and columns that a network for images of any size wants multiples of; the card has it as the size.
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
    maps = isinstance(model.output, dict)
    files["onnx"].write_bytes((onnx_map_model if maps else onnx_model)(model).SerializeToString())
    card = {
        "name": name,
        "analysis": analysis,
        "version": 1,
        "digests": {kind: f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" for kind, file in files.items()},
        "input": {"size": model.input_shape[1] or multiple, "channels": model.input_shape[3]},
        "classes": list(classes),
        "layer": "" if maps else FEATURES,
        "parameters": model.count_params(),
        **entries,
        "licence": "GPL-3.0-or-later",
        "made": date.today().isoformat(),
    }
    (folder / f"{name}.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card
