"""Train a network on simulated patterns: ``python -m emwidgets.diffraction.train --network densenet``.

Training structures and instruments alone are learnt from; structures and instruments of the validation split say when
to stop. A training that was broken off goes on with its last epoch when it is called again with the same folder.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from emwidgets.models.teaching import optimizer, teach

from .networks.architectures import NETWORKS
from .networks.augment import TARGETS, Batches
from .networks.corpus import NEITHER, SPOTTY, Corpus, corpus


@dataclass(frozen=True)
class Plan:
    """How a network is trained; the same plan and corpus give the same network, but for rounding.

    Attributes
    ----------
    network : str
        Name in `NETWORKS`.
    epochs : int
        At most; the learning rate falls to nothing along half a cosine over so many.
    epoch : int
        Patterns in an epoch, after each of which the network is judged and kept.
    patience : int
        Epochs without a better validation loss after which the training stops.
    batch, rate, decay, smoothing
        Patterns in a batch, highest learning rate, weight decay (AdamW), label smoothing.
    seed : int
    """

    network: str
    epochs: int = 40
    epoch: int = 10_000
    patience: int = 12
    batch: int = 64
    rate: float = 2e-3
    decay: float = 1e-3
    smoothing: float = 0.02
    seed: int = 1


def train(plan: Plan, learnt: Corpus, judged: Corpus, folder: str | Path, verbose: int = 1) -> keras.Model:
    """Train a network, or go on with it.

    Parameters
    ----------
    plan : Plan
    learnt, judged : Corpus
        Patterns to train on, and patterns of other structures and instruments that say which epoch was best.
    folder : path
        Where the newest and the best network and the history are kept.
    verbose : int
        As in `keras.Model.fit`: 1 draws a progress bar, 2 prints a line an epoch, 0 nothing.

    Returns
    -------
    keras.Model
        The network with the lowest validation loss.

    Raises
    ------
    ValueError
        If there is no such network, or the folder holds a training with another plan.
    """
    if plan.network not in NETWORKS:
        raise ValueError(f"network is {plan.network!r}: expected one of {', '.join(NETWORKS)}")

    def prepare(model, done):
        batches = Batches(learnt, plan.batch, plan.epoch, plan.seed, epoch=done)
        images = judged.images[..., None].astype(np.float32) / 255
        return model or _compiled(plan, len(batches)), batches, (images, TARGETS[judged.classes])

    return teach(folder, plan, prepare, verbose)


def _compiled(plan: Plan, batches: int) -> keras.Model:
    model = NETWORKS[plan.network]()
    model.compile(optimizer(plan, batches), _SmoothedLoss(plan.smoothing), metrics=["accuracy"])
    return model


@keras.saving.register_keras_serializable("emwidgets")
class _SmoothedLoss(keras.losses.Loss):
    """Cross-entropy of logits, with a part of the certainty that is wanted spread over all classes."""

    def __init__(self, smoothing=0.0, name="smoothed_loss", reduction="sum_over_batch_size", **kwargs):
        super().__init__(name=name, reduction=reduction, **kwargs)
        self.smoothing = smoothing

    def call(self, y_true, y_pred):
        wanted = (1 - self.smoothing) * y_true + self.smoothing / y_pred.shape[-1]
        return -keras.ops.sum(wanted * keras.ops.log_softmax(y_pred), axis=-1)

    def get_config(self):
        return super().get_config() | {"smoothing": self.smoothing}


def _certain(patterns: Corpus) -> Corpus:
    """Those of which there is one right answer."""
    return patterns.only(patterns.classes != SPOTTY)


def _told(plan: Plan, learnt: Corpus, folder: Path) -> dict:
    """What the card says about a training."""
    history = json.loads((folder / "history.json").read_text())["epochs"]
    best = int(np.argmin([epoch["val_loss"] for epoch in history]))
    return {
        "plan": asdict(plan),
        "patterns": len(learnt.of_crystals()),
        "outsiders": int((learnt.classes == NEITHER).sum()),
        "of a few grains": int((learnt.classes == SPOTTY).sum()),
        "structures": len(np.unique(learnt.names[learnt.classes < NEITHER])),
        "instruments": sorted(set(learnt.families.tolist())),
        "epochs": len(history),
        "best epoch": best + 1,
        "validation": {name: round(history[best][f"val_{name}"], 5) for name in ("loss", "accuracy")},
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
    }


def main(arguments: list[str] | None = None) -> None:
    """Command line: corpus, training, temperature, export."""
    parser = argparse.ArgumentParser("python -m emwidgets.diffraction.train", description=__doc__.splitlines()[0])
    parser.add_argument("--network", required=True, choices=sorted(NETWORKS))
    parser.add_argument("--folder", type=Path, default=Path("training"), help="of corpus and kept networks")
    parser.add_argument("--patterns", type=int, default=60_000, help="to learn from")
    parser.add_argument("--processes", type=int, help="that simulate patterns (all cores)")
    parser.add_argument("--weights", type=Path, help="folder in which .keras, .onnx and card are put at the end")
    for name in ("epochs", "epoch", "patience", "batch", "rate", "seed"):
        default = getattr(Plan, name)
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"default {default}")
    chosen = parser.parse_args(arguments)
    plan = Plan(**{name: value for name, value in vars(chosen).items() if name in Plan.__dataclass_fields__})
    learnt = corpus(chosen.folder / "corpus", "train", chosen.patterns, processes=chosen.processes)
    held = max(500, math.ceil(chosen.patterns / 30))
    judged = _certain(corpus(chosen.folder / "corpus", "validation", held, processes=chosen.processes))
    model = train(plan, learnt, judged, chosen.folder / plan.network)
    if chosen.weights:
        from .networks.export import ship  # needs onnx, which training alone does not

        tested = _certain(corpus(chosen.folder / "corpus", "test", 3 * held, processes=chosen.processes))
        ship(model, _told(plan, learnt, chosen.folder / plan.network), judged, tested, chosen.weights)


if __name__ == "__main__":
    main()
