"""What a network is: its card, read from the JSON beside the weights and checked."""

from __future__ import annotations

import json
import math
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

PACKAGE = Path(__file__).parent.parent
LARGEST_CARD = 8 * 2**20  # bytes; a card holds the weights of one dense layer as text, and no more

# A name becomes a file name: nothing that could lead out of the card's folder
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_KINDS = ("onnx", "keras")


class NetworkError(ValueError):
    """A network's card or file is not what it should be; the message says what was expected and the way out."""


class Input(NamedTuple):
    """What a network takes: (n, size, size, channels) float32."""

    size: int
    channels: int


class Head(NamedTuple):
    """The dense layer after global average pooling: logits = mean of the features @ weights + bias."""

    weights: np.ndarray  # (channels of the feature map, classes) float32
    bias: np.ndarray  # (classes,) float32


@dataclass(frozen=True, eq=False)
class Card:
    """What is known of a network without loading it; the names are those of the JSON file.

    `digests` are the sha256 of its files by their ending; `temperature` divides the logits so that their softmax is a
    calibrated probability; `layer` is the Keras layer that makes the last feature map; `folder` is where the files are.
    """

    name: str
    analysis: str
    version: int
    digests: dict[str, str]
    input: Input
    parameters: int
    folder: Path
    classes: tuple[str, ...] = ()
    temperature: float = 1.0
    head: Head | None = None
    layer: str = ""
    multiply_adds: int = 0
    training: dict = field(default_factory=dict)
    metrics: dict = field(default_factory=dict)
    licence: str = ""
    made: str = ""
    emwidgets: str = ""

    @property
    def key(self) -> str:
        """As `load` takes it: "diffraction/densenet"."""
        return f"{self.analysis}/{self.name}"

    def file(self, kind: str) -> Path:
        """Where the "onnx" or "keras" file is."""
        return self.folder / f"{self.name}.{kind}"


def catalogue() -> list[Card]:
    """Cards of all networks that come with emwidgets.

    Returns
    -------
    list of Card
        In the order of their keys.
    """
    return sorted((read(path) for path in PACKAGE.glob("*/weights/*.json")), key=lambda card: card.key)


def card(network: str | os.PathLike) -> Card:
    """The card of a network.

    Parameters
    ----------
    network : str or path
        A shipped network, as "diffraction/densenet"; or the path of the card of your own, or of a folder that holds
        one card.

    Raises
    ------
    NetworkError
        If there is no such network, or its card is damaged.
    """
    text = os.fspath(network)
    analysis, _, name = text.partition("/")
    if _NAME.fullmatch(analysis) and _NAME.fullmatch(name):
        shipped = PACKAGE / analysis / "weights" / f"{name}.json"
        if shipped.is_file():
            return read(shipped)
    path = Path(text)
    if path.is_dir():
        cards = sorted(path.glob("*.json"))
        if len(cards) != 1:
            found = ", ".join(one.name for one in cards) or "none"
            raise NetworkError(f"'{path}' holds {len(cards)} cards ({found}): give the path of one .json file")
        return read(cards[0])
    if path.is_file():
        return read(path)
    known = ", ".join(one.key for one in catalogue()) or "none"
    raise NetworkError(
        f"there is no network '{text}': expected one that comes with emwidgets ({known}), or the path of a card (.json)"
    )


def read(path: Path) -> Card:
    """A card from its file, checked."""
    if path.stat().st_size > LARGEST_CARD:
        raise NetworkError(f"'{path}' has {path.stat().st_size} bytes: a card has at most {LARGEST_CARD}")
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:  # a bad character is a ValueError, too
        raise NetworkError(f"'{path}' is no JSON ({error}): expected the card of a network; {way_out(path)}") from None
    if not isinstance(found, dict):
        raise NetworkError(f"'{path}' holds a {type(found).__name__}: expected the card of a network, an object")
    return _checked(found, path)


def way_out(path: Path) -> str:
    """What to do about a damaged file."""
    if path.is_relative_to(PACKAGE):
        return "install emwidgets again: pip install --force-reinstall --no-deps emwidgets"
    return "get the file again from where it came, or export the network again"


def _checked(found: dict, path: Path) -> Card:
    def expect(condition, name, expected):
        if not condition:
            value = repr(found.get(name))
            shown = value if len(value) < 80 else value[:79] + "…"
            raise NetworkError(f"'{path}' has {name} = {shown}: expected {expected}; {way_out(path)}")

    for name in ("name", "analysis"):
        expect(_is_name(found.get(name)), name, "letters, digits, - and _, beginning with a letter")
    expect(found["name"] == path.stem, "name", f"'{path.stem}', the name of the file")
    for name in ("version", "parameters"):
        expect(_is_count(found.get(name)) and found[name] >= 1, name, "a whole number of at least 1")
    digests = found.get("digests")
    good = isinstance(digests, dict) and digests and digests.keys() <= set(_KINDS)
    good = good and all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in digests.values())
    expect(good, "digests", 'the sha256 of its files, {"onnx": "sha256:…", "keras": "sha256:…"}')
    size = found.get("input")
    good = isinstance(size, dict) and all(_is_count(size.get(one)) and size[one] >= 1 for one in Input._fields)
    expect(good, "input", '{"size": rows and columns, "channels": number}')
    classes = found.get("classes", [])
    good = isinstance(classes, list) and all(isinstance(one, str) and one for one in classes)
    expect(good and len(set(classes)) == len(classes), "classes", "different names")
    temperature = found.get("temperature", 1.0)
    expect(_is_number(temperature) and temperature > 0, "temperature", "a positive number")
    head = _head(found["head"], len(classes)) if "head" in found else None
    expect("head" not in found or head is not None, "head", "weights (channels × classes) and bias (classes), numbers")
    for name in ("training", "metrics"):
        expect(isinstance(found.get(name, {}), dict), name, "an object")
    expect(_is_count(found.get("multiply_adds", 0)), "multiply_adds", "a whole number")
    for name in ("layer", "licence", "made", "emwidgets"):
        expect(isinstance(found.get(name, ""), str), name, "text")
    known = {name: value for name, value in found.items() if name in Card.__dataclass_fields__}
    known |= {"input": Input(size["size"], size["channels"]), "classes": tuple(classes), "head": head}
    return Card(**known | {"temperature": float(temperature), "folder": path.parent})


def _head(head, classes: int) -> Head | None:
    """The dense layer as arrays; None if it is none."""
    try:
        weights, bias = np.asarray(head["weights"], np.float32), np.asarray(head["bias"], np.float32)
    except (TypeError, KeyError, ValueError):
        return None
    fits = weights.ndim == 2 and weights.shape[1] == classes and bias.shape == (classes,)
    return Head(weights, bias) if fits and np.isfinite(weights).all() and np.isfinite(bias).all() else None


def _is_name(value) -> bool:
    return isinstance(value, str) and bool(_NAME.fullmatch(value))


def _is_count(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
