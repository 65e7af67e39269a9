"""Quality and speed of the domain analysis on simulated images that no parameter was tuned on.

Prints one line of JSON: mean and worst IoU of the crystalline area, error of the coverage, amorphous images without a
domain, spacings found within 1 %, and the time of `segment` in complex FFTs of the same image (the peer, same run).
"""

from __future__ import annotations

import json
import time

import numpy as np
from scipy import fft

from emwidgets.domains.parameters import Parameters
from emwidgets.domains.simulate import simulate_array
from emwidgets.domains.stages import FrameStages

PIXEL = 0.026
SHAPE = (1024, 1024)
COVERAGES = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
MATRICES = (0.0, 0.3, 0.5)  # share of the matrix noise that went through the transfer function
PHASES = (
    {"gold": (0.2355,)},
    {"gold": (0.2355,), "Fe3O4": (0.2967,)},
    {"LiF": (0.2325,), "Li": (0.248,), "Li2O": (0.2665,)},  # of a solid electrolyte interphase
)
FIRST_SEED = 700_000


def main() -> None:
    """Run all images and print the line."""
    overlaps, coverage_errors, ratios, seconds = [], [], [], []
    spacings = {len(phases): [0, 0] for phases in PHASES}
    seed = FIRST_SEED
    timed(simulate_array(SHAPE, pixel_size=PIXEL, seed=seed)[0])  # the first call imports scikit-learn
    for phases in PHASES:
        for amorphous in MATRICES:
            for coverage in COVERAGES:
                seed += 1
                image, labels, _ = simulate_array(
                    SHAPE, pixel_size=PIXEL, phases=phases, coverage=coverage, amorphous=amorphous, seed=seed
                )
                found, taken = timed(image)
                overlaps.append(overlap(found.labels > 0, labels > 0))
                coverage_errors.append(found.crystalline_fraction - np.mean(labels > 0))
                seconds.append(taken)
                ratios.append(taken / fft_seconds(image))
                close = [within_one_percent(d, found.d_spacings) for (d,) in phases.values()]
                spacings[len(phases)][0] += all(close)
                spacings[len(phases)][1] += 1
    print(
        json.dumps(
            {
                "benchmark": "domains",
                "images": len(overlaps),
                "mean_iou": round(float(np.mean(overlaps)), 3),
                "worst_iou": round(float(np.min(overlaps)), 3),
                "mean_coverage_error": round(float(np.mean(np.abs(coverage_errors))), 4),
                "worst_coverage_error": round(float(np.max(np.abs(coverage_errors))), 4),
                "amorphous_without_domains": without_domains(seed + 1, 60),
                "amorphous_beside_vacuum_without_domains": beside_vacuum(seed + 100, 30),
                "all_spacings_within_1_percent": {f"{n} phases": f"{a}/{b}" for n, (a, b) in spacings.items()},
                "median_seconds": round(float(np.median(seconds)), 3),
                "ffts_median": round(float(np.median(ratios)), 1),
                "ffts_worst": round(float(np.max(ratios)), 1),
            }
        )
    )


def timed(image):
    """What is found in an image, and the seconds that it took from nothing."""
    start = time.perf_counter()
    found = FrameStages(image, (PIXEL, PIXEL)).run(Parameters())
    return found, time.perf_counter() - start


def fft_seconds(image):
    """Seconds of one complex FFT of the image, by SciPy in double precision on one thread."""
    data = image.astype(np.complex128)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        fft.fft2(data)
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def overlap(found, true):
    """Intersection over union."""
    return np.count_nonzero(found & true) / np.count_nonzero(found | true)


def within_one_percent(d, spacings):
    """Whether a true spacing is among those found."""
    return any(abs(found - d) <= 0.01 * d for found in spacings)


def without_domains(first_seed, number):
    """Share of amorphous images, of all kinds of transfer, in which nothing is found."""
    clean = 0
    for i in range(number):
        image, _, _ = simulate_array(
            SHAPE,
            pixel_size=PIXEL,
            coverage=0,
            amorphous=(0, 0.3, 0.6, 0.9, 1.0)[i % 5],
            defocus=(40, 60, 90)[i % 3],
            seed=first_seed + i,
        )
        clean += not np.any(timed(image)[0].labels)
    return f"{clean}/{number}"


def beside_vacuum(first_seed, number):
    """The same for amorphous films that end in the image, brighter or darker than what is beside them."""
    y, x = np.indices(SHAPE)
    clean = 0
    for i in range(number):
        rng = np.random.default_rng(first_seed + i)
        film, _, _ = simulate_array(SHAPE, pixel_size=PIXEL, coverage=0, seed=first_seed + i)
        angle, offset, radius = rng.uniform(0, np.pi), rng.uniform(-200, 200), rng.uniform(150, 400)
        straight = (x - 512) * np.cos(angle) + (y - 512) * np.sin(angle) < offset
        material = straight if i % 2 else np.hypot(x - 512, y - 512) < radius
        vacuum = rng.normal(rng.uniform(-4, 4), rng.uniform(0.1, 1), SHAPE)
        clean += not np.any(timed(np.where(material, film, vacuum).astype(np.float32))[0].labels)
    return f"{clean}/{number}"


if __name__ == "__main__":
    main()
