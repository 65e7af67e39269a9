"""How much each number counts that a rule weighs: fitted on simulated training patterns, nothing else.

``python -m emwidgets.diffraction.rules.weigh`` prints the `WEIGHED` of every rule, to be written into its module when
what it weighs has changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

import numpy as np

from ..simulation.dataset import sample
from . import MODULES
from .pattern import Pattern
from .verdict import Weighed, fit


def weigh(images: Iterable[np.ndarray], labels: np.ndarray) -> dict[str, Weighed]:
    """Weights of every rule.

    Parameters
    ----------
    images : iterable of (rows, columns) arrays
        Of both labels.
    labels : (n,) int array
        0 ring, 1 spot, as in `dataset.LABELS`.

    Returns
    -------
    dict
        By the name of the rule.
    """
    numbers = {name: [] for name in MODULES}
    for image in images:
        pattern = Pattern(image)
        for name, module in MODULES.items():
            numbers[name].append(module.evidence_numbers(pattern))
    return {name: fit(np.array(rows), np.asarray(labels)) for name, rows in numbers.items()}


def main(arguments: list[str] | None = None) -> None:
    """Simulate training patterns and print what comes of them."""
    parser = argparse.ArgumentParser(
        prog="python -m emwidgets.diffraction.rules.weigh", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--patterns", type=int, default=3000, help="simulated training patterns")
    parser.add_argument("--seed", type=int, default=0, help="of the first of them")
    chosen = parser.parse_args(arguments)
    samples = [sample(number, split="train", seed=chosen.seed) for number in range(chosen.patterns)]
    found = weigh((one.image for one in samples), np.array([one.label for one in samples]))
    for name, weighed in found.items():
        print(f"{name}.py: WEIGHED = Weighed({weighed.weights}, {weighed.bias})")


if __name__ == "__main__":
    main()
