"""Train the networks that read particles: ``python -m emwidgets.particles.train --network deformation``.

``deformation`` is ours: all questions are learnt at once, from one backbone. ``backbone`` learns kinds and poses alone;
``transfer`` freezes it and learns the last layer of each question, and ``imagenet`` does so with Inception-v3: the
published way, for comparison. ``--task count`` gives that question the most weight. A training that was broken off
goes on with its last epoch when it is called again with the same folder.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from emwidgets.models.keeper import Keeper
from emwidgets.models.teaching import optimizer, teach

from .networks.architectures import backbone, deformation, imagenet, transfer
from .networks.augment import Batches, lesson, weights
from .networks.corpus import Corpus, corpus
from .networks.losses import map_loss, pose_loss
from .networks.outputs import ANSWERS


@dataclass(frozen=True)
class Plan:
    """How a network is trained; the same plan and corpus give the same network, but for rounding.

    Attributes
    ----------
    network : str
        Name in `NETWORKS`.
    task : str
        "all", or the question that counts most: the others count a tenth.
    width, depth : int
        Of the network, as in `deformation`.
    epochs : int
        At most; the learning rate falls to nothing along half a cosine over so many.
    epoch : int
        Images in an epoch, after each of which the network is judged and kept.
    patience : int
        Epochs without a better validation loss after which the training stops.
    batch, rate, decay
        Images in a batch, highest learning rate, weight decay (AdamW).
    seed : int
    """

    network: str = "deformation"
    task: str = "all"
    width: int = 24
    depth: int = 2
    epochs: int = 50
    epoch: int = 20_000
    patience: int = 15
    batch: int = 64
    rate: float = 2e-3
    decay: float = 2e-3
    seed: int = 1


#: What each thing that is taught counts in the loss.
SHARES = {"count": 1.0, "kind": 0.5, "arrangement": 0.3, "pose": 2.0, "corners": 20.0}

#: Which answer of the network each task is read from.
READ = {"count": "count", "deformed": "count", "arrangement": "arrangement", "shape": "kind"}

#: What can be trained.
NETWORKS = ("deformation", "backbone", "transfer", "imagenet")


def train(plan: Plan, learnt: Corpus, judged: Corpus, folder: str | Path, verbose: int = 1) -> keras.Model:
    """Train the network, or go on with it.

    Parameters
    ----------
    plan : Plan
    learnt, judged : Corpus
        Images to train on, and images of other particles that say which epoch was best.
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
        If the folder holds a training with another plan.
    """
    _check(plan)

    def prepare(model, done):
        model = model or _untrained(plan, Path(folder))
        taught = tuple(name for name in SHARES if name in model.output)
        batches = Batches(learnt, plan.batch, plan.epoch, plan.seed, taught, epoch=done)
        if not done:
            _compile(model, plan, taught, len(batches))
        return model, batches, lesson(judged, np.arange(len(judged)), weights(judged), taught)

    return teach(folder, plan, prepare, verbose)


def _check(plan: Plan) -> None:
    if plan.network not in NETWORKS:
        raise ValueError(f"network is {plan.network!r}: expected one of {', '.join(NETWORKS)}")
    if plan.task not in ("all", *READ):
        raise ValueError(f"task is {plan.task!r}: expected 'all' or one of {', '.join(READ)}")


def _untrained(plan: Plan, folder: Path) -> keras.Model:
    if plan.network == "imagenet":
        return imagenet()
    if plan.network != "transfer":
        return {"deformation": deformation, "backbone": backbone}[plan.network](plan.width, plan.depth)
    file = folder.parent / "backbone" / "best.keras"
    if not file.is_file():
        raise ValueError(f"there is no trained backbone '{file}': train it first, with --network backbone")
    return transfer(keras.saving.load_model(file, compile=False))


def _compile(model: keras.Model, plan: Plan, taught: tuple[str, ...], batches: int) -> None:
    answers = [name for name in ANSWERS if name in taught]
    losses = {name: keras.losses.CategoricalCrossentropy(from_logits=True) for name in answers}
    losses |= {name: loss for name, loss in (("pose", pose_loss), ("corners", map_loss)) if name in taught}
    shares = {name: SHARES[name] * (0.1 if _beside(name, plan.task) else 1.0) for name in taught}
    model.compile(
        optimizer(plan, batches), losses, loss_weights=shares, weighted_metrics={name: ["accuracy"] for name in answers}
    )


def _beside(name: str, task: str) -> bool:
    """Whether an answer is not the one that a training is about."""
    return task != "all" and name in ANSWERS and name != READ[task]


def main(arguments: list[str] | None = None) -> None:
    """Command line: corpus, training."""
    parser = argparse.ArgumentParser("python -m emwidgets.particles.train", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("training"), help="of corpus and kept networks")
    parser.add_argument("--images", type=int, default=200_000, help="to learn from")
    parser.add_argument("--held", type=int, default=8_000, help="images of the validation split")
    parser.add_argument("--processes", type=int, help="that simulate images (all cores)")
    parser.add_argument("--verbose", type=int, default=1, help="1 draws a progress bar, 2 prints a line an epoch")
    parser.add_argument("--weights", type=Path, help="folder in which .keras, .onnx and card are put at the end")
    for name in Plan.__dataclass_fields__:
        default = getattr(Plan, name)
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"default {default}")
    chosen = parser.parse_args(arguments)
    plan = Plan(**{name: getattr(chosen, name) for name in Plan.__dataclass_fields__})
    learnt = corpus(chosen.folder / "corpus", "train", chosen.images, processes=chosen.processes)
    judged = corpus(chosen.folder / "corpus", "validation", chosen.held, processes=chosen.processes)
    model = train(plan, learnt, judged, chosen.folder / plan.network, chosen.verbose)
    if chosen.weights and plan.network in ("deformation", "transfer"):
        from .networks.export import ship  # needs onnx, which training alone does not

        tested = corpus(chosen.folder / "corpus", "test", chosen.held, processes=chosen.processes)
        ship(model, _told(plan, learnt, chosen.folder / plan.network), judged, tested, chosen.weights)


def _told(plan: Plan, learnt: Corpus, folder: Path) -> dict:
    """What the card says about a training."""
    keeper = Keeper(folder, plan)
    best = keeper.history[keeper.best_epoch]
    return {
        "plan": asdict(plan),
        "images": len(learnt),
        "epochs": len(keeper.history),
        "best epoch": keeper.best_epoch + 1,
        "validation": {name: round(value, 5) for name, value in best.items() if name.startswith("val_")},
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
    }


if __name__ == "__main__":
    main()
