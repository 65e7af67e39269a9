"""`dbscan_image` against scikit-learn's DBSCAN in the same run, on about 0.9 million points; one line of JSON."""

from __future__ import annotations

import json
import time
import tracemalloc

import numpy as np
from sklearn.cluster import DBSCAN

from emwidgets.domains import dbscan_image

EPS, MIN_SAMPLES = 3, 15


def main() -> None:
    """Time both, compare the partitions, and print the line."""
    mask = np.random.default_rng(90_000).random((1024, 1024)) < 0.88
    points = np.argwhere(mask)
    ours, theirs, labels = [], [], None
    for _ in range(3):
        start = time.perf_counter()
        labels = dbscan_image(mask, EPS, MIN_SAMPLES)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        reference = DBSCAN(eps=EPS, min_samples=MIN_SAMPLES).fit(points)
        theirs.append(time.perf_counter() - start)
    core = points[reference.core_sample_indices_]
    expected = np.full(mask.shape, -1)
    expected[mask] = reference.labels_
    same = np.array_equal(labels[tuple(core.T)], expected[tuple(core.T)]) and np.array_equal(labels < 0, expected < 0)
    print(
        json.dumps(
            {
                "benchmark": "clustering",
                "points": len(points),
                "seconds": round(float(np.median(ours)), 3),
                "sklearn_seconds": round(float(np.median(theirs)), 2),
                "times_as_fast": round(float(np.median(theirs) / np.median(ours))),
                "peak_mb": round(peak(lambda: dbscan_image(mask, EPS, MIN_SAMPLES))),
                "sklearn_peak_mb": round(peak(lambda: DBSCAN(eps=EPS, min_samples=MIN_SAMPLES).fit(points))),
                "same_partition": bool(same),
            }
        )
    )


def peak(call):
    """Largest memory that Python allocated during a call, in MB."""
    tracemalloc.start()
    call()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


if __name__ == "__main__":
    main()
