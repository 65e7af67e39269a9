"""Files of a network that was made of another one: the same graph with other weights, and a card of its own."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from emwidgets.models import Card, Head
from emwidgets.models.verified import verified

from .onnx_weights import weights_of, with_weights

#: Cards write the head in decimals.
_ROUNDED = 1e-6


def onnx_of(network) -> bytes:
    """The ONNX file of a network, as it is on disk or, of one that is not saved, would be."""
    own = getattr(network, "onnx", None)
    return own if own is not None else verified(network.card, "onnx")


def changed(card: Card, contents: bytes, weights: Mapping[str, np.ndarray], **entries) -> tuple[Card, bytes]:
    """Card and ONNX file of a network with some other weights.

    Parameters
    ----------
    card, contents
        Of the network as it is.
    weights : mapping of name to array
        By their names in the file.
    **entries
        Of the card, that are others, too.
    """
    names = head_names(card, contents)
    contents = with_weights(contents, weights)
    found = weights_of(contents)
    head = Head(*(found[name].astype(np.float32) for name in names))
    digests = {"onnx": f"sha256:{hashlib.sha256(contents).hexdigest()}"}
    return replace(card, head=head, digests=digests, **entries), contents


def head_names(card: Card, contents: bytes) -> tuple[str, str]:
    """Names of weights and bias of the last layer in the ONNX file: those that are what the card says.

    Raises
    ------
    ValueError
        If there are none, or several.
    """
    found = weights_of(contents)

    def name_of(wanted):
        names = [n for n, one in found.items() if one.shape == wanted.shape and np.allclose(one, wanted, 0, _ROUNDED)]
        if len(names) != 1:
            raise ValueError(
                f"the last layer of '{card.key}' stands {len(names)} times in its ONNX file as its card has it: "
                "expected a network exported by emwidgets, with the card that came with it"
            )
        return names[0]

    return name_of(card.head.weights), name_of(card.head.bias)


def write(card: Card, contents: bytes, folder: str | os.PathLike) -> Path:
    """Write a network, so that `emwidgets.models.load(folder)` reads it.

    Parameters
    ----------
    card : Card
    contents : bytes
        The ONNX file that the card describes.
    folder : path
        Made if it is not there.

    Returns
    -------
    Path
        Of the card.

    Raises
    ------
    FileExistsError
        If another network is in the folder.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    others = sorted(folder.glob("*.json"))
    if others:
        raise FileExistsError(
            f"'{folder}' holds '{others[0].name}' already: choose another folder, one for each network"
        )
    (folder / f"{card.name}.onnx").write_bytes(contents)
    path = folder / f"{card.name}.json"
    path.write_text(json.dumps(_entries(card), indent=1) + "\n", encoding="utf-8")
    return path


def _entries(card: Card) -> dict:
    """The card as `emwidgets.models` reads it."""
    entries = {one.name: getattr(card, one.name) for one in fields(card) if one.name != "folder"}
    head = {name: values.astype(float).tolist() for name, values in card.head._asdict().items()}
    return entries | {"input": card.input._asdict(), "classes": list(card.classes), "head": head}
