"""Speed, exactness and memory of the particle simulator, beside voxels that are rotated and summed in the same run.

Prints one line of JSON for the projection: milliseconds for one orientation of a cuboid with two corners cut, exactly
from its faces and by turning a grid of 100³ voxels (scipy.ndimage, linear interpolation) and summing it along the beam,
and how far the voxels are from the exact thickness; then one line for each size of image: finished images a second in
all threads, under the standard conditions and with a turning, drifting particle, a jittering scan and a noisy detector
besides, and how much memory a stream of them takes.
"""

from __future__ import annotations

import json
import os
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from scipy.ndimage import affine_transform

from emwidgets.particles.dataset import BRIGHTEST, Conditions, batches, dataset
from emwidgets.particles.imaging import Imaging
from emwidgets.particles.orientation import random_rotation
from emwidgets.particles.projection import thickness
from emwidgets.particles.shapes import cuboid

VOXELS = 100
ORIENTATIONS = 15
IMAGES = {128: 3000, 256: 800}
#: All that the simulator can do to an image, at once.
EVERYTHING = Conditions(
    imaging=Imaging(
        brightest=BRIGHTEST, drift=(0.5, 0.5), line_jitter=0.1, readout=1.0, offset=10.0, gain=2.0, atomic_number=47
    ),
    turn=20.0,
)


def main() -> None:
    """Time all, and print the lines."""
    print(json.dumps({"benchmark": "particles", "what": "projection", **projection()}))
    for size, images in IMAGES.items():
        print(json.dumps({"benchmark": "particles", "what": "images", "size": size, **finished(size, images)}))


def projection() -> dict:
    """Exact thickness against the sum over turned voxels."""
    particle = cuboid(11, 13, 15).deform([0, 7], 0.4)
    places = (np.arange(VOXELS) - (VOXELS - 1) / 2) * (2 * particle.radius / VOXELS)
    step = places[1] - places[0]
    grid = np.stack(np.meshgrid(places, places, places, indexing="ij"), axis=-1)
    filled = (grid @ particle.normals.T <= particle.offsets).all(axis=-1).astype(np.float32)
    x, y = places[None], places[:, None]
    rng = np.random.default_rng(0)
    exact_ms, voxel_ms, errors = [], [], []
    for _ in range(ORIENTATIONS):
        pose = random_rotation(rng).as_matrix()
        exact, taken = timed(lambda pose=pose: thickness(particle, pose, x, y))
        exact_ms.append(taken)
        summed, taken = timed(lambda pose=pose: turned_and_summed(filled, pose) * step)
        voxel_ms.append(taken)
        errors.append(np.sqrt(np.mean((summed - exact)[exact > 0] ** 2)) / exact.mean(where=exact > 0))
    return {
        "orientations": ORIENTATIONS,
        "exact_ms": round(float(np.median(exact_ms)), 3),
        f"voxels_{VOXELS}_ms": round(float(np.median(voxel_ms)), 1),
        "times_faster": round(float(np.median(voxel_ms) / np.median(exact_ms))),
        "voxel_rms_error": round(float(np.mean(errors)), 4),
    }


def turned_and_summed(filled: np.ndarray, pose: np.ndarray) -> np.ndarray:
    """Voxels [x, y, z] turned about their middle and summed along z: [row, column]."""
    middle = (np.array(filled.shape) - 1) / 2
    # of each place in the turned grid, where it was before
    turned = affine_transform(filled, pose.T, offset=middle - pose.T @ middle, order=1)
    return turned.sum(axis=2).T


def finished(size: int, images: int) -> dict:
    """Images a second, and the memory of a stream."""
    dataset("count", 32, size)
    rates = {}
    for name, conditions in (("standard", None), ("everything", EVERYTHING)):
        _, taken = timed(lambda conditions=conditions: dataset("count", images, size, conditions=conditions))
        rates[f"{name}_per_second"] = round(images / taken * 1e3)
    tracemalloc.start()
    stream = batches("count", 64, size)
    for _ in range(5):
        next(stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "images": images,
        "processors": len(os.sched_getaffinity(0)),
        **rates,
        "batch_mb": round(64 * size * size * 4 / 1e6, 1),
        "stream_peak_mb": round(peak / 1e6, 1),
    }


def timed(work: Callable) -> tuple:
    """What `work` gives, and milliseconds."""
    start = time.perf_counter()
    given = work()
    return given, 1e3 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
