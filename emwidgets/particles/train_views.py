"""Train the set networks, which read several views of one particle: ``python -m emwidgets.particles.train_views``.

The backbone stays as it is: its features of many views of many particles are computed once and kept in the folder.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from emwidgets import models
from emwidgets.models.calibrate import temperature, wilson

from .dataset import samples
from .networks.framing import find, prepared
from .networks.views import ARRAYS, BACKBONE, SetNetwork, described, write
from .tasks import TASKS

#: What is answered from several views; the others need one, or tilts.
ANSWERED = ("count", "deformed", "arrangement", "shape")

#: Views kept of each particle; sets of fewer are drawn from them.
VIEWS = 8

#: Seeds of the splits: no particle is in two of them, or in a corpus.
SEEDS = {"train": 610_001, "validation": 620_003, "test": 630_007}


def views_of(task: str, split: str, n: int, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """What the backbone says of `VIEWS` views of n particles, (n, VIEWS, numbers), and the numbers of their classes.

    Kept in the folder for each backbone: another one says something else.
    """
    backbone = models.card(BACKBONE).digests["onnx"].removeprefix("sha256:")[:12]
    file = folder / f"{task}-{split}-{n}-{backbone}.npz"
    if not file.is_file():
        network = models.load(BACKBONE)
        told, labels = [], []
        for each in islice(samples(task, seed=SEEDS[split], views=VIEWS), n):
            shown = np.stack([prepared(image, find(image)) for image in each.images])
            told.append(described(*network.run(shown)))
            labels.append(TASKS[task].index(each.particle.label))
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(file, told=np.array(told, np.float16), labels=np.array(labels))
    with np.load(file, allow_pickle=False) as kept:
        return kept["told"].astype(np.float32), kept["labels"]


def set_model(numbers: int, classes: int, width: int = 96) -> keras.Model:
    """From (n, VIEWS, numbers) and which of the views count (n, VIEWS) to logits; layers as `SetNetwork` has them."""
    told, present = keras.Input((VIEWS, numbers)), keras.Input((VIEWS,))
    x = layers.Dense(width, activation="relu", name="view")(layers.Dropout(0.1)(told))
    x = layers.Dense(width, activation="relu", name="more")(x)
    number = ops.sum(present, axis=1, keepdims=True)
    mean = ops.sum(x * present[..., None], axis=1) / number
    x = layers.Dense(width, activation="relu", name="set")(layers.Concatenate()([mean, ops.log(number) / 2]))
    return keras.Model([told, present], layers.Dense(classes, name="last")(layers.Dropout(0.1)(x)))


def train(task: str, told: np.ndarray, labels: np.ndarray, judged, epochs: int = 40, seed: int = 1) -> SetNetwork:
    """Train a set network on sets of one to `VIEWS` views; calibrated on other particles."""
    keras.utils.set_random_seed(seed)
    model = set_model(told.shape[-1], len(TASKS[task]))
    steps = epochs * (len(told) // 128)
    model.compile(
        keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(2e-3, steps), weight_decay=1e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        model.fit([told, _present(len(told), rng)], labels, batch_size=128, verbose=0)
    arrays = {}
    for name in ("view", "more", "set", "last"):
        kernel, bias = model.get_layer(name).get_weights()
        arrays |= {f"{name}_kernel": kernel, f"{name}_bias": bias}
    views, right = judged
    logits = model.predict([views, _present(len(views), rng)], verbose=0)
    spread = temperature(logits, right)
    arrays["last_kernel"], arrays["last_bias"] = arrays["last_kernel"] / spread, arrays["last_bias"] / spread
    return SetNetwork({name: arrays[name] for name in ARRAYS})


def metrics(network: SetNetwork, told: np.ndarray, labels: np.ndarray) -> dict:
    """Accuracy with its 95 % interval for each number of views."""
    found = {}
    for number in range(1, VIEWS + 1):
        right = [
            network.probabilities(each[:number]).argmax() == label for each, label in zip(told, labels, strict=True)
        ]
        low, high = wilson(sum(right), len(right))
        found[str(number)] = {"accuracy": round(float(np.mean(right)), 5), "interval": [round(low, 5), round(high, 5)]}
    return found


def _present(n: int, rng) -> np.ndarray:
    """Which of the views count: the first few, a different number in each set."""
    return (np.arange(VIEWS) < rng.integers(1, VIEWS + 1, (n, 1))).astype(np.float32)


def main(arguments: list[str] | None = None) -> None:
    """Command line: features of views, training, files."""
    parser = argparse.ArgumentParser("python -m emwidgets.particles.train_views", description=__doc__.splitlines()[0])
    parser.add_argument("--task", nargs="+", choices=ANSWERED, default=list(ANSWERED))
    parser.add_argument("--folder", type=Path, default=Path("training/views"), help="of features that are kept")
    parser.add_argument("--particles", type=int, default=6000, help="to learn from")
    chosen = parser.parse_args(arguments)
    held = max(200, chosen.particles // 8)
    for task in chosen.task:
        told, labels = views_of(task, "train", chosen.particles, chosen.folder)
        judged = views_of(task, "validation", held, chosen.folder)
        network = train(task, told, labels, judged)
        worth = metrics(network, *views_of(task, "test", held, chosen.folder))
        backbone = models.card(BACKBONE).digests["onnx"]
        write(
            network, task, {"classes": list(TASKS[task]), "backbone": backbone, "particles": len(told), "test": worth}
        )
        print(task, worth, flush=True)


if __name__ == "__main__":
    main()
