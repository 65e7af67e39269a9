"""Train the networks that refocus: ``python -m emwidgets.refocusing.train --network mrn --setting discriminative``.

``--images`` is a folder of micrographs in focus; which of them are learnt from is said by their names
(``networks/splits.py``). A training that was broken off goes on with its last epoch when it is called again with the
same folder. ``--layout published`` builds the networks as they were published, which needs a GPU.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from emwidgets.models.keeper import Keeper
from emwidgets.models.maps import load_maps
from emwidgets.models.teaching import optimizer, teach

from .networks.architectures import light_mrn, light_srn, mrn, srn
from .networks.bank import channels_of
from .networks.corpus import Corpus, corpus
from .networks.given import guessing
from .networks.lessons import SETTINGS, Lessons, lesson, taught
from .networks.losses import decibels, sharp_loss, widths_loss
from .networks.smooth import FRACTIONS


@dataclass(frozen=True)
class Plan:
    """How a network is trained; the same plan and corpus give the same network, but for rounding.

    Attributes
    ----------
    network : str
        "mrn" or "srn"; or "widths", the part of a light MRN that tells the width of the blur: it is small, learns fast,
        and all else depends on it.
    setting : str
        "discriminative", "blind" or "non-blind".
    layout : str
        "light", for two processor cores, or "published".
    epochs : int
        At most; the learning rate falls to nothing along half a cosine over so many.
    batches, batch, size : int
        In an epoch, lessons in a batch, and their rows and columns (px).
    patience : int
        Epochs without a better validation loss after which the training stops.
    rate, decay
        Highest learning rate, weight decay (AdamW).
    widths : str
        Card (.json) of the network that tells the widths of the blur, for an MRN: train it first.
    start : str
        File of a network (.keras) whose layers those of the same names begin with; "" begins anew.
    seed : int
    """

    network: str = "mrn"
    setting: str = "discriminative"
    layout: str = "light"
    epochs: int = 50
    batches: int = 250
    batch: int = 8
    size: int = 128
    patience: int = 50
    rate: float = 8e-4
    decay: float = 1e-3
    widths: str = ""
    start: str = ""
    seed: int = 1


NETWORKS = ("mrn", "srn", "widths")
LAYOUTS = ("light", "published")
#: What each output counts: decibels of the restored image at every scale, width of the blur, sharp or not.
SHARES = {"quarter": 0.02, "half": 0.02, "restored": 0.1, "widths": 0.2, "answer": 0.1}
LOSSES = {"widths": widths_loss, "answer": sharp_loss}


def train(
    plan: Plan, learnt: Corpus, judged: Corpus, folder: str | Path, held: int = 96, verbose: int = 1
) -> keras.Model:
    """Train the network, or go on with it.

    Parameters
    ----------
    plan : Plan
    learnt, judged : Corpus
        Scenes to learn from, and scenes of other specimens that say which epoch was best.
    folder : path
        Where the newest and the best network and the history are kept.
    held : int
        Lessons of the validation.
    verbose : int
        As in `keras.Model.fit`: 1 draws a progress bar, 2 prints a line an epoch, 0 nothing.

    Returns
    -------
    keras.Model
        The network with the lowest validation loss.

    Raises
    ------
    ValueError
        If the plan asks for what there is not, or the folder holds a training with another plan.
    """
    _check(plan)

    def prepare(model, done):
        setting = SETTINGS[plan.setting]
        model = model or _untrained(plan)
        outputs = tuple(name for name in model.output if name != "answer" or setting.sharp or setting.mixed)
        if not done:
            losses = {name: LOSSES.get(name, decibels) for name in outputs}
            shares = {name: SHARES[name] for name in outputs}
            model.compile(optimizer(plan, plan.batches), losses, loss_weights=shares)
        guess = guessing(load_maps(plan.widths, threads=1)) if plan.widths else None
        batches = Lessons(learnt, setting, plan.size, plan.batch, plan.batches, plan.seed, outputs, done, guess)
        rng = np.random.default_rng([plan.seed, 2**31])
        kept = [lesson(judged, setting, rng, plan.size, guess) for _ in range(held)]
        return model, batches, taught(kept, setting, outputs)

    return teach(folder, plan, prepare, verbose)


def _check(plan: Plan) -> None:
    for name, known in (("network", NETWORKS), ("setting", tuple(SETTINGS)), ("layout", LAYOUTS)):
        if getattr(plan, name) not in known:
            raise ValueError(f"{name} is {getattr(plan, name)!r}: expected one of {', '.join(known)}")
    if plan.network == "widths" and plan.layout == "published":
        raise ValueError("network is 'widths', layout 'published': only light networks have such a part; leave one out")


def _untrained(plan: Plan) -> keras.Model:
    levels = len(SETTINGS[plan.setting].levels)
    if plan.layout == "published":
        model = (srn if plan.network == "srn" else mrn)(channels=channels_of(levels))
    else:
        model = (
            light_srn(levels)
            if plan.network == "srn"
            else light_mrn(levels, smooth=len(FRACTIONS) if plan.widths else 0)
        )
    if plan.network == "widths":
        model = keras.Model(model.input, {"widths": model.output["widths"]}, name="widths")
    if plan.start:
        begun = {layer.name: layer for layer in keras.saving.load_model(plan.start, compile=False).layers}
        for layer in model.layers:
            if layer.name in begun and layer.weights and _alike(layer, begun[layer.name]):
                layer.set_weights(begun[layer.name].get_weights())
    return model


def _alike(one, other) -> bool:
    return [weight.shape for weight in one.weights] == [weight.shape for weight in other.weights]


def main(arguments: list[str] | None = None) -> None:
    """Command line: corpus, training."""
    parser = argparse.ArgumentParser("python -m emwidgets.refocusing.train", description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, required=True, help="folder of micrographs in focus")
    parser.add_argument("--folder", type=Path, default=Path("training"), help="of corpus and kept networks")
    parser.add_argument("--made", type=int, default=400, help="made-up micrographs beside them")
    parser.add_argument("--held", type=int, default=96, help="lessons of the validation")
    parser.add_argument("--processes", type=int, help="that make up micrographs (all cores)")
    parser.add_argument("--bfloat16", action="store_true", help="half the precision while training, faster where known")
    parser.add_argument("--verbose", type=int, default=1, help="1 draws a progress bar, 2 prints a line an epoch")
    parser.add_argument("--weights", type=Path, help="folder in which .keras, .onnx and card are put at the end")
    for name in Plan.__dataclass_fields__:
        default = getattr(Plan, name)
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"default {default!r}")
    chosen = parser.parse_args(arguments)
    plan = Plan(**{name: getattr(chosen, name) for name in Plan.__dataclass_fields__})
    _check(plan)
    if chosen.bfloat16:
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    kept = chosen.folder / "corpus"
    learnt = corpus(chosen.images, "train", kept, chosen.made, chosen.processes)
    judged = corpus(chosen.images, "validation", kept, chosen.made // 8, chosen.processes)
    folder = chosen.folder / f"{plan.network}-{plan.setting}"
    model = train(plan, learnt, judged, folder, chosen.held, chosen.verbose)
    if chosen.weights:
        from .networks.export import ship  # needs onnx, which training alone does not

        ship(model, plan, Keeper(folder, plan), chosen.weights)


if __name__ == "__main__":
    main()
