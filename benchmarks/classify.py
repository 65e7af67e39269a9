"""Throughput of `classify` against Keras' own `predict` on the same network, in the same run.

One line of JSON a network. Ours is the whole way: reading recorded frames from a file that is mapped into memory,
preparing them, answering, voting, and the digest of all pixels for the provenance. Keras gets frames that are prepared
and in memory already, at the faster of two batch sizes. Beside it, both on prepared frames alone; the memory that ten
times as many frames take; and the first answer in a fresh Python. Needs Keras and a backend (`KERAS_BACKEND`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from hyperspy.signals import Signal2D

from emwidgets import diffraction, models
from emwidgets.diffraction.networks.normalise import prepared

SIZE = 128
GRAINS = (1, 3, 3000, 30_000)
BATCHES = (32, 256)  # Keras' default, and one that is large

FIRST = """
import time; started = time.perf_counter()
import sys, numpy as np
from hyperspy.signals import Signal2D
signal = Signal2D(np.random.default_rng(0).poisson(5, (512, 512)).astype(np.uint16))
loaded = time.perf_counter()
from emwidgets import diffraction
diffraction.classify(signal).labels
answered = time.perf_counter()
heavy = sorted({"tensorflow", "keras", "torch", "jax"} & set(sys.modules))
print(answered - started, answered - loaded, ",".join(heavy) or "none")
"""

# anonymous pages alone: those of the file that is mapped are given back whenever others need them
MEMORY = """
import sys, threading
import numpy as np
from hyperspy.signals import Signal2D
from emwidgets import diffraction

def anonymous():
    line = next(line for line in open("/proc/self/status") if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024

def watch():
    while not done.wait(0.01):
        peak.append(max(peak.pop(), anonymous()))

path, n, name = sys.argv[1:]
signal = Signal2D(np.load(path, mmap_mode="r")[:int(n)])
diffraction.classify(signal.inav[0], name)
before = anonymous()
peak, done = [before], threading.Event()
watcher = threading.Thread(target=watch)
watcher.start()
diffraction.classify(signal, name).labels
done.set()
watcher.join()
print(peak[0] - before)
"""


def main() -> None:
    """Measure every network and print the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    first = first_answer()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frames.npy"
        frames = recorded(asked.frames, path)
        images = np.concatenate([prepared(frames[n : n + 500]) for n in range(0, len(frames), 500)])
        for card in models.catalogue():
            if card.analysis == "diffraction":
                print(json.dumps(measured(card, path, frames, images, asked.runs) | first), flush=True)


def recorded(n: int, path: Path) -> np.ndarray:
    """Patterns with counting noise of their own, mapped from a file."""
    looks = {"shape": (SIZE, SIZE), "pixel_size": 0.2, "orientation": (0, 0, 1), "seed": 1}
    patterns = [diffraction.simulate("gold", grains, **looks).data for grains in GRAINS]
    patterns = [5 + 500 * np.sqrt(pattern / pattern.max()) for pattern in patterns]
    rng = np.random.default_rng(0)
    file = np.lib.format.open_memmap(path, "w+", np.uint16, (n, SIZE, SIZE))
    for i in range(n):
        file[i] = rng.poisson(patterns[i % len(patterns)])
    file.flush()
    return np.load(path, mmap_mode="r")


def measured(card, path: Path, frames, images, runs: int) -> dict:
    """Figures of one network."""
    import keras

    network, model = models.load(card.key), models.keras_model(card.key)
    signal = Signal2D(frames)
    few = len(frames) // 10
    diffraction.classify(signal.inav[:100], card.name)
    for size in BATCHES:
        model.predict(images[:size, ..., None], batch_size=size, verbose=0)
    seconds = {name: [] for name in ("ours", "ours_alone", *BATCHES)}
    for _ in range(runs):  # by turns, so that a slow minute of the machine falls on both
        whole, taken = timed(diffraction.classify, signal, card.name)
        seconds["ours"].append(taken)
        seconds["ours_alone"].append(timed(answered, network, images)[1])
        for size in BATCHES:
            logits, taken = timed(model.predict, images[..., None], batch_size=size, verbose=0)
            seconds[size].append(taken)
    best = {name: float(np.median(times)) for name, times in seconds.items()}
    theirs = min(best[size] for size in BATCHES)
    odds = np.exp((logits - logits.max(axis=1, keepdims=True)) / card.temperature)
    expected = odds[:, 0] / odds[:, :2].sum(axis=1)
    return {
        "benchmark": "classify",
        "network": card.name,
        "frames": len(frames),
        "seconds": round(best["ours"], 2),
        "frames_per_second": round(len(frames) / best["ours"]),
        "keras_backend": keras.backend.backend(),
        "keras_predict_seconds": round(theirs, 2),
        "times_as_fast": round(theirs / best["ours"], 2),
        "times_as_fast_on_prepared_frames": round(theirs / best["ours_alone"], 2),
        "largest_difference": float(f"{np.abs(whole.probabilities[:, 0] - expected).max():.1e}"),
        f"peak_mb_of_{few}_frames": memory(path, few, card.name),
        f"peak_mb_of_{len(frames)}_frames": memory(path, len(frames), card.name),
    }


def answered(network, images) -> None:
    """Ask a network about prepared frames, a few hundred at a time, as their feature maps fill the memory."""
    for first in range(0, len(images), 512):
        network.run(images[first : first + 512])


def timed(call, *arguments, **keywords):
    """What a call returns, and its seconds."""
    start = time.perf_counter()
    result = call(*arguments, **keywords)
    return result, time.perf_counter() - start


def memory(path: Path, n: int, name: str) -> int:
    """MB that classifying the first n frames of a file takes at most, in a Python of its own (Linux only)."""
    call = [sys.executable, "-c", MEMORY, str(path), str(n), name]
    return round(float(subprocess.run(call, check=True, capture_output=True, text=True).stdout))


def first_answer() -> dict:
    """Seconds to the first answer in a fresh Python: from its start, and from having the signal."""
    times = []
    for _ in range(4):
        out = subprocess.run([sys.executable, "-c", FIRST], check=True, capture_output=True, text=True).stdout.split()
        times.append((float(out[0]), float(out[1]), out[2]))
    whole, alone, heavy = sorted(times[1:])[1]  # the first of them reads the files from disk
    return {
        "first_answer_seconds_with_hyperspy": round(whole, 2),
        "first_answer_seconds": round(alone, 2),
        "first_answer_loads": heavy,
    }


if __name__ == "__main__":
    main()
