"""How often each method reads a particle rightly, with 95 % intervals, and how that falls with worse pictures.

Simulated particles of a seed that nothing was chosen by. Prints a line of JSON for each number: all methods under the
standard conditions, then one thing changed at a time: number of views, dose, probe, film, depth of the cuts, turn and
jitter during the scan. A hand from one view has even odds whatever is asked: that line says how even the classes are.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from emwidgets.models.calibrate import calibration_error, wilson
from emwidgets.particles.answers import CERTAINTY, answer, answering
from emwidgets.particles.dataset import BRIGHTEST, Conditions, sample
from emwidgets.particles.imaging import Imaging
from emwidgets.particles.tasks import TASKS, Sizes
from emwidgets.particles.verdict import OTHER

SEED = 20_262_026
TILTS = (-45.0, -15.0, 15.0, 45.0)


def changed(**imaging) -> Conditions:
    return Conditions(imaging=Imaging(**{"brightest": BRIGHTEST, **imaging}))


#: One thing after the other is made better or worse: name, value, conditions.
CURVES = [
    *(("counts in the brightest pixel", each, changed(brightest=each)) for each in (10, 20, 50, 100, 200, 1000)),
    *(("probe, nm", each, changed(probe=each)) for each in (0.3, 0.6, 1.0, 1.5, 2.0, 3.0)),
    *(("film, % of the particle", round(100 * each), changed(film=each)) for each in (0, 0.15, 0.3, 0.6)),
    *(("roughness of the film, %", round(100 * each), changed(film_roughness=each)) for each in (0.05, 0.1, 0.2)),
    *(("turn during the scan, degrees", each, Conditions(turn=each)) for each in (0, 2, 5, 10, 20)),
    *(("jitter of the lines, nm", each, changed(line_jitter=each)) for each in (0, 0.1, 0.2, 0.4)),
    *(
        ("depth of the cuts", each, Conditions(Sizes(depth=(each, each + 0.001))))
        for each in (0.15, 0.2, 0.25, 0.3, 0.4, 0.49)
    ),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--particles", type=int, default=1000, help="for each number under the standard conditions")
    parser.add_argument("--points", type=int, default=300, help="for each point of a curve")
    parts = ["table", "size", "views", "tilts", "curves"]
    parser.add_argument("--parts", nargs="+", choices=parts, default=parts)
    parser.add_argument("--curve", help="of the curves, only those whose name begins so")
    asked = parser.parse_args()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        if "table" in asked.parts:
            for task in TASKS:
                for method in answering(task) if task != "handedness" else ():
                    say(pool, "standard conditions", task, method, asked.particles)
        if "size" in asked.parts:
            say(pool, "images of 256² px", "count", "fit", asked.points, size=256)
            say(pool, "images of 256² px", "count", "network", asked.points, size=256)
        if "views" in asked.parts:
            for method in ("fit", "network"):
                for number in (1, 2, 4, 8):
                    particles = asked.particles if number == 8 and method == "network" else asked.points
                    say(pool, f"{number} views, tilts unknown", "count", method, particles, views=number)
            say(pool, "4 known tilts", "count", "fit", asked.points, tilts=TILTS)
        if "tilts" in asked.parts:
            say(pool, "one view", "handedness", "fit", asked.particles)
            say(pool, "4 known tilts", "handedness", "fit", asked.points, tilts=TILTS)
            say(pool, "2 known tilts", "handedness", "fit", asked.points, tilts=TILTS[1:3])
        if "curves" in asked.parts:
            for name, value, conditions in CURVES:
                if not name.startswith(asked.curve or ""):
                    continue
                for method in ("fit", "network"):
                    say(pool, f"{name}: {value}", "count", method, asked.points, conditions=conditions)


def say(pool, what, task, method, number, **how) -> None:
    """Ask about so many particles, and print what came of it."""
    share = [(task, method, begin, min(begin + 25, number), how) for begin in range(0, number, 25)]
    found = [each for part in pool.map(read, share) for each in part]
    labels, chances, doubts = (np.array(each) for each in zip(*found, strict=True))
    right = chances.argmax(axis=1) == labels
    sure = ~doubts
    line = {"what": what, "task": task, "method": method, **counted(right)}
    if task == "count":
        line["within one"] = round(float((np.abs(chances.argmax(axis=1) - labels) <= 1).mean()), 4)
    line |= {"uncertain": round(float(doubts.mean()), 4), "right where certain": counted(right[sure])}
    line["calibration error"] = round(calibration_error(chances, labels), 4)
    print(json.dumps(line), flush=True)


def read(share) -> list[tuple]:
    """Labels, probabilities and doubts of some particles."""
    task, method, begin, end, how = share
    found = []
    for index in range(begin, end):
        each = sample(task, index, how.get("size", 128), SEED, **{k: v for k, v in how.items() if k != "size"})
        said = answer(list(each.images), task, method, tilts=how.get("tilts"))
        doubt = bool(said.why) or said.other >= OTHER or said.probabilities.max() < CERTAINTY
        found.append((TASKS[task].index(each.particle.label), said.probabilities, doubt))
    return found


def counted(right) -> dict:
    if not len(right):
        return {"share": None, "of": 0}
    low, high = wilson(int(right.sum()), len(right))
    return {"share": round(float(right.mean()), 4), "of": len(right), "interval": [round(low, 4), round(high, 4)]}


if __name__ == "__main__":
    main()
