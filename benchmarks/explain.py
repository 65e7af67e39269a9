"""Do the maps of the shipped networks explain anything? Two sanity checks on simulated patterns of unseen crystals.

Prints one line of JSON for each network: the mean probability of the predicted class as the hottest places of its
class-activation map are deleted, and as many random ones (both curves), how far it falls without the hottest 20 % and
without a random 20 %, in how many patterns the former falls more; the rank correlation of the maps with those of the
same network with shuffled weights, and, as its peer, with those of another trained network; and the milliseconds that a
map takes beyond the answer. ``--figure FOLDER`` also draws the curves.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from emwidgets import models
from emwidgets.diffraction.answers import NETWORKS
from emwidgets.diffraction.explain import exact_maps
from emwidgets.diffraction.heatmaps.activation import class_activation, on_frame, positive_part
from emwidgets.diffraction.heatmaps.sanity import deletion, likeness, randomised
from emwidgets.diffraction.networks.normalise import prepared
from emwidgets.diffraction.simulation.dataset import LABELS, sample

PATTERNS = 120
FIRST = 500_000  # not the patterns by which the cards judge the networks
SHUFFLES = 5
SHARE = 0.2


def main() -> None:
    """Run the checks on each network and print the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figure", type=Path, help="folder for a figure of the curves of each network")
    folder = parser.parse_args().figure
    images = prepared(np.stack([sample(FIRST + number, split="test").image for number in range(PATTERNS)]))
    for number, name in enumerate(NETWORKS):
        network, other = (models.load(f"diffraction/{one}") for one in (name, NETWORKS[number - 1]))
        found = deletion(network, images)
        hottest, random = found.lowered(SHARE)
        line = {
            "benchmark": "explain",
            "network": name,
            "patterns": PATTERNS,
            "shares deleted": found.shares.tolist(),
            "probability, hottest first": found.hottest.mean(axis=0).round(4).tolist(),
            "probability, random": found.random.mean(axis=0).round(4).tolist(),
            "falls without the hottest 20 %": round(float(hottest.mean()), 4),
            "falls without a random 20 %": round(float(random.mean()), 4),
            "falls more without the hottest": f"{np.count_nonzero(hottest > random)}/{PATTERNS}",
            "likeness to shuffled weights": round(mean_likeness(network, images, shuffled(network)), 3),
            f"likeness to {other.card.name}": round(mean_likeness(network, images, [other]), 3),
            "map, ms": round(map_seconds(network, images[:1]) * 1e3, 3),
        }
        print(json.dumps(line), flush=True)
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            found.plot().write_html(folder / f"deletion_{name}.html", include_plotlyjs="cdn")


def shuffled(network):
    """The network with its weights shuffled, several times."""
    return (randomised(network, seed) for seed in range(SHUFFLES))


def mean_likeness(network, images, others) -> float:
    """Mean rank correlation of the maps of ring and spot with those of other networks."""
    own = {label: exact_maps(network, images, label) for label in LABELS}
    return float(np.mean([likeness(own[label], exact_maps(one, images, label)) for one in others for label in LABELS]))


def map_seconds(network, images) -> float:
    """Seconds from the feature map to a map of 512 × 512 px: median of many."""
    logits, features = network.run(images)
    times = []
    for _ in range(50):
        start = time.perf_counter()
        on_frame(
            positive_part(class_activation(features, network.card.head.weights, logits.argmax(axis=1))), (512, 512)
        )
        times.append(time.perf_counter() - start)
    return float(np.median(times))


if __name__ == "__main__":
    main()
