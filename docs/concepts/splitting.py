"""The experiment of docs/concepts/splitting.md: how well a label can be "predicted" that means nothing at all.

Sessions at made-up microscopes: one specimen, one instrument, many frames of many places. Each *session* is labelled
by the toss of a coin, so that nothing in a pattern says which label it has. Classifiers are asked all the same, once
after frames were split at random, once after sessions were, and all of that again with other tosses. It takes a minute
or two, and prints the table.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from emwidgets import diffraction
from emwidgets.diffraction.networks.normalise import prepared

SESSIONS, FRAMES, TOSSES = 40, 20, 20
SIZE = 32  # px that the classifiers see
CLASSIFIERS = {
    "nearest neighbour": lambda: KNeighborsClassifier(1),
    "logistic regression": lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000)),
}
SPLITS = {
    "frames at random": lambda: KFold(5, shuffle=True, random_state=0),
    "by session": lambda: GroupKFold(5),
}


def session(number: int, frames: int, seed: int = 0) -> np.ndarray:
    """Patterns of one specimen under one instrument, each of another place: (frames, 128, 128)."""
    rng = np.random.default_rng((seed, number))
    structure = str(rng.choice(diffraction.structures.names()))
    grains = int(rng.choice([1, 4, 30, 1000]))
    instrument = diffraction.random_instrument(rng)
    options = {"shape": (128, 128), "pixel_size": 0.2, "instrument": instrument}
    seeds = rng.integers(2**31, size=frames)
    return np.stack([diffraction.simulate(structure, grains, seed=int(one), **options).data for one in seeds])


def corpus(sessions: int = SESSIONS, frames: int = FRAMES, seed: int = 0):
    """Patterns as the classifiers see them, (n, pixels), and the session of each."""
    patterns = [prepared(session(number, frames, seed), SIZE) for number in range(sessions)]
    return np.concatenate(patterns).reshape(sessions * frames, -1), np.repeat(np.arange(sessions), frames)


def tossed(groups: np.ndarray, toss: int) -> np.ndarray:
    """A label for each session that says nothing of it."""
    return np.random.default_rng((1, toss)).integers(2, size=groups.max() + 1)[groups]


def right(images, groups, labels, classifier: str, split: str) -> float:
    """Share of the held-out patterns that get the label of their session."""
    found = np.empty_like(labels)
    asked_by = groups if split == "by session" else None
    for taught, asked in SPLITS[split]().split(images, labels, asked_by):
        found[asked] = CLASSIFIERS[classifier]().fit(images[taught], labels[taught]).predict(images[asked])
    return float(np.mean(found == labels))


def main() -> None:
    """Print the table."""
    images, groups = corpus()
    for classifier in CLASSIFIERS:
        for split in SPLITS:
            shares = [right(images, groups, tossed(groups, toss), classifier, split) for toss in range(TOSSES)]
            low, high = min(shares), max(shares)
            print(f"{classifier:20} {split:17} mean {np.mean(shares):.1%}, from {low:.1%} to {high:.1%}", flush=True)


if __name__ == "__main__":
    main()
