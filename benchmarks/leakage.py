"""What rotating first and splitting afterwards does to an accuracy.

A few hundred simulated patterns are turned into thousands of copies by rotation, and the CNN is trained on them twice:
once the copies are split at random, so that nearly every pattern that is tested on was learnt from at another angle;
once the patterns are split first, by structure and instrument, and turned afterwards. Both trainings see as many images
and end after as many epochs; both networks are then asked about patterns of structures and instruments that neither has
seen. One line of JSON. Needs Keras and a backend (`KERAS_BACKEND`).
"""

from __future__ import annotations

import argparse
import json

import keras
import numpy as np
from scipy import ndimage

from emwidgets.diffraction.networks.architectures import cnn
from emwidgets.diffraction.networks.normalise import prepared
from emwidgets.diffraction.simulation.dataset import sample
from emwidgets.models.calibrate import wilson

SEED = 77


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patterns", type=int, default=200)
    parser.add_argument("--copies", type=int, default=30)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--tested", type=int, default=1000)
    asked = parser.parse_args()
    images, labels = drawn(asked.patterns, "train")
    others = drawn(asked.tested, "test")
    copies, copied = turned(images, labels, asked.copies)

    order = np.random.default_rng(SEED).permutation(len(copied))
    first, last = np.split(order, [round(0.8 * len(order))])
    leaky = trained(copies[first], copied[first], asked.epochs)
    unseen, unseen_labels = drawn(round(0.25 * asked.patterns), "validation")
    tested = turned(unseen, unseen_labels, asked.copies)
    kept = copies[: len(first)], copied[: len(first)]  # as many images, of four patterns in five
    honest = trained(*kept, asked.epochs)
    print(
        json.dumps(
            {
                "patterns": asked.patterns,
                "copies": asked.copies,
                "rotated, then split: accuracy on the held-out copies": right(leaky, copies[last], copied[last]),
                "the same network on unseen structures and instruments": right(leaky, *others),
                "split by structure and instrument, then rotated: accuracy on the held-out copies": right(
                    honest, *tested
                ),
                "that network on unseen structures and instruments": right(honest, *others),
            }
        )
    )


def drawn(n: int, split: str):
    samples = [sample(number, 128, split, SEED) for number in range(n)]
    return prepared(np.stack([one.image for one in samples])), np.array([one.label for one in samples])


def turned(images, labels, copies: int):
    """Every pattern at so many angles, all copies of one pattern together."""
    angles = np.arange(copies) * 360 / copies
    results = [
        ndimage.rotate(image, angle, reshape=False, order=1, mode="constant", cval=float(np.median(image)))
        for image in images
        for angle in angles
    ]
    return np.stack(results).astype(np.float32)[..., None], np.repeat(labels, copies)


def trained(images, labels, epochs: int):
    keras.utils.set_random_seed(SEED)
    model = cnn(classes=2)
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(images, labels, batch_size=64, epochs=epochs, verbose=2)
    return model


def right(model, images, labels) -> dict:
    images = images if images.ndim == 4 else images[..., None]
    found = np.concatenate([model.predict_on_batch(images[i : i + 250]).argmax(1) for i in range(0, len(images), 250)])
    low, high = wilson(int((found == labels).sum()), len(labels))
    return {"share": round(float(np.mean(found == labels)), 4), "interval": [round(low, 4), round(high, 4)]}


if __name__ == "__main__":
    main()
