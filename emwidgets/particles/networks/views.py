"""Several pictures of one particle, in any order and number, without known tilts: a set network on the backbone.

Each view is turned into evidence on its own, the mean and the number of views decide together (Zaheer et al. 2017,
"Deep sets", arXiv:1703.06114): whatever the order, the answer is the same. It reads the features and answers of the
single-view network, is trained in Keras and answers in NumPy.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.special import log_softmax, softmax

from emwidgets import models
from emwidgets.models import NetworkError

from .outputs import split

#: Whose features and answers are read.
BACKBONE = "particles/deformation"

#: Shipped set networks, one for each task: NAME.npz and its card NAME.json.
FOLDER = Path(__file__).parent.parent / "weights" / "views"

#: Arrays of a set network: two layers for each view, two for all.
ARRAYS = ("view_kernel", "view_bias", "more_kernel", "more_bias", "set_kernel", "set_bias", "last_kernel", "last_bias")

#: Largest file of one.
_MOST = 4 * 2**20


def described(logits: np.ndarray, features: np.ndarray) -> np.ndarray:
    """What a set network is told of each view: (views, 16 + channels) float32.

    Parameters
    ----------
    logits : (views, outputs) array
    features : (views, rows, columns, channels) array
        Both as the network "particles/deformation" gives them.
    """
    said = split(np.asarray(logits, np.float32))
    answers = [log_softmax(said[name], axis=1) / 4 for name in ("count", "kind", "arrangement")]
    return np.concatenate([*answers, np.asarray(features).mean(axis=(1, 2))], axis=1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class SetNetwork:
    """Weights of a set network, by the names in `ARRAYS`."""

    arrays: dict[str, np.ndarray]

    def probabilities(self, views: np.ndarray) -> np.ndarray:
        """Of the classes, from what is said of each view by `described`."""
        a = self.arrays
        each = np.maximum(views @ a["view_kernel"] + a["view_bias"], 0)
        each = np.maximum(each @ a["more_kernel"] + a["more_bias"], 0)
        # sorted, so that not even the last digit of the sum depends on the order of the views
        mean = np.sort(each, axis=0).mean(axis=0)
        seen = np.append(mean, np.log(len(views)) / 2)
        hidden = np.maximum(seen @ a["set_kernel"] + a["set_bias"], 0)
        return softmax((hidden @ a["last_kernel"] + a["last_bias"]).astype(float))


@lru_cache(maxsize=8)
def load(task: str) -> SetNetwork:
    """The shipped set network of a task.

    Raises
    ------
    NetworkError
        If there is none, or its file is damaged or not the one that its card describes.
    """
    file = FOLDER / f"{task}.npz"
    try:
        card = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        contents = file.read_bytes()
    except (OSError, ValueError) as error:
        raise NetworkError(
            f"there is no set network for {task!r} in '{FOLDER}' ({error}): reinstall emwidgets"
        ) from None
    if not isinstance(card, dict):
        raise NetworkError(f"the card of '{file}' is a {type(card).__name__}, not an object: reinstall emwidgets")
    digest = f"sha256:{hashlib.sha256(contents).hexdigest()}"
    if len(contents) > _MOST or digest != card.get("digest"):
        raise NetworkError(
            f"'{file}' is not the file that its card describes: expected {card.get('digest')}, found {digest}; "
            "reinstall emwidgets"
        )
    behind = models.card(BACKBONE).digests["onnx"]
    if card.get("backbone") != behind:
        raise NetworkError(
            f"'{file}' was trained on features of another network ({card.get('backbone')}) than '{BACKBONE}' is "
            f"({behind}): train it again with python -m emwidgets.particles.train_views"
        )
    with np.load(io.BytesIO(contents), allow_pickle=False) as arrays:
        return SetNetwork({name: arrays[name].astype(np.float32) for name in ARRAYS})


def write(network: SetNetwork, task: str, entries: dict, folder: Path = FOLDER) -> None:
    """Write a set network with its card."""
    folder.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    np.savez(stream, **{name: network.arrays[name].astype(np.float16) for name in ARRAYS})
    (folder / f"{task}.npz").write_bytes(stream.getvalue())
    digest = f"sha256:{hashlib.sha256(stream.getvalue()).hexdigest()}"
    card = {"task": task, "digest": digest, **entries, "licence": "GPL-3.0-or-later"}
    (folder / f"{task}.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
