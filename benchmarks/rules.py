"""Quality and speed of the three rules on simulated patterns of structures and instruments that nothing was fitted on.

Prints one line of JSON for each rule: share of rings, of spots, and of both on average (balanced) that are told right,
each with its 95 % Wilson interval; and, on one thread, milliseconds for a pattern of 512² and of 128² px, for one rule
and for all three together, and minutes for a scan of 65 536 patterns of 128².
"""

from __future__ import annotations

import json
import time

import numpy as np

from emwidgets.diffraction.rules import RULES, judge_all
from emwidgets.diffraction.simulation.dataset import LABELS, batches

PATTERNS, SEED = 600, 2
SCAN = 65_536


def main() -> None:
    """Ask all rules, time them, and print the lines."""
    images, labels, _ = next(batches(PATTERNS, split="test", seed=SEED))
    said = {name: [] for name in RULES}
    for image in images:
        for name, found in judge_all(image).items():
            said[name].append(found.probability > 0.5)
    large = next(batches(12, 512, split="test", seed=SEED))[0]
    together = milliseconds(judge_all, images[:100])
    for name, rule in RULES.items():
        right = np.array(said[name]) == (labels == LABELS.index("ring"))
        by_class = {label: right[labels == number] for number, label in enumerate(LABELS)}
        each = milliseconds(rule, images[:100])
        print(
            json.dumps(
                {
                    "benchmark": "rules",
                    "rule": name,
                    "patterns": len(images),
                    "balanced_accuracy": round(float(np.mean([np.mean(one) for one in by_class.values()])), 4),
                    "accuracy": round(float(np.mean(right)), 4),
                    "accuracy_95": wilson(right),
                    **{f"{label}_right": round(float(np.mean(one)), 4) for label, one in by_class.items()},
                    **{f"{label}_right_95": wilson(one) for label, one in by_class.items()},
                    "ms_512": round(milliseconds(rule, large), 1),
                    "ms_128": round(each, 2),
                    "ms_128_all_rules": round(together, 2),
                    "minutes_65536_of_128": round(each * SCAN / 60_000, 1),
                }
            )
        )


def wilson(right: np.ndarray) -> list[float]:
    """95 % interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209, doi:10.2307/2276774)."""
    n, share, z = len(right), float(np.mean(right)), 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return [round(float(middle - half), 4), round(float(middle + half), 4)]


def milliseconds(rule, images) -> float:
    """Median time of one answer; every pattern has a centre of its own, so no polar matrix is found ready by chance."""
    rule(images[0])
    times = []
    for image in images:
        start = time.perf_counter()
        rule(image)
        times.append(1e3 * (time.perf_counter() - start))
    return float(np.median(times))


if __name__ == "__main__":
    main()
