"""The interpretable baseline: logistic regression on measured numbers: ``python -m emwidgets.particles.baseline``.

It says what can be read from a picture with a ruler and a scale, and which measurements speak for what; the networks
and the fitted model have to be better than it.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np

from .dataset import processors, samples
from .measures.descriptors import NAMES, descriptors
from .measures.linear import Linear, read
from .measures.measure import measure
from .networks.framing import LARGE, find
from .tasks import TASKS, check

#: Tasks that it answers: a hand cannot be told from one picture.
ANSWERED = tuple(task for task in TASKS if task != "handedness")

WEIGHTS = Path(__file__).parent / "weights" / "features"

#: Inverse strength of the regularisation.
STRENGTH = 0.1

#: Of a large image, how far about its particle is measured, in radii of gyration (as standard images reach), and the
#: px of such a radius that are left when it is binned.
SURROUNDINGS, FINE = 3.0, 50.0

#: It is judged by images of the seed of its training and this.
JUDGED = 500_000


def probabilities(images, task: str) -> np.ndarray:
    """What the measured numbers say of images, each of one particle.

    Parameters
    ----------
    images : sequence of (rows, columns) arrays
        Of any sizes, without missing pixels.
    task : str
        "deformed", "count", "arrangement" or "shape".

    Returns
    -------
    (n, classes) array
        In the order of `TASKS`; each row sums to 1.

    Raises
    ------
    ValueError
        If the task is another one, or an image cannot be measured: the message says which and why.
    emwidgets.particles.measures.linear.DamagedError
        If the file of numbers is damaged.
    """
    model = shipped(task)  # what is wrong with the question is said before the work
    return model.probabilities(described(images))


def told(numbers: np.ndarray, task: str) -> np.ndarray:
    """As `probabilities`, of images that are measured already: their descriptors, as `described` gives them."""
    return shipped(task).probabilities(numbers)


def shipped(task: str) -> Linear:
    """The classifier of a task that comes with emwidgets."""
    _answered(task)
    path = WEIGHTS / f"{task}.json"
    stamp = path.stat() if path.is_file() else None
    return _read(path, task, (stamp.st_mtime_ns, stamp.st_size) if stamp else None)


@lru_cache(maxsize=16)
def _read(path: Path, task: str, stamp) -> Linear:
    return read(path, task)


def described(images) -> np.ndarray:
    """Descriptors of images, (n, descriptors).

    They know no size: of an image of more than 512 × 512 px the surroundings of the particle are measured, binned
    where its radius of gyration is at least 100 px.

    Raises
    ------
    ValueError
        If an image cannot be measured.
    """
    rows = []
    for number, image in enumerate(images):
        try:
            rows.append(descriptors(measure(_enough(np.asarray(image, np.float32)))))
        except ValueError as error:
            raise type(error)(f"image {number}: {error}") from None
    return np.array(rows).reshape(len(rows), len(NAMES))


def _enough(image: np.ndarray) -> np.ndarray:
    """What is needed of an image to describe its particle; all of it unless it is large."""
    if image.size <= LARGE**2:
        return image
    frame = find(image)
    reach = SURROUNDINGS * frame.gyration
    part = image[tuple(slice(max(int(middle - reach), 0), int(middle + reach) + 2) for middle in frame.centre)]
    binned = max(1, int(frame.gyration / FINE))
    rows, columns = (size // binned for size in part.shape)
    part = part[: rows * binned, : columns * binned]
    return part.reshape(rows, binned, columns, binned).mean(axis=(1, 3)) if binned > 1 else part


def train(task: str, n: int = 8000, seed: int = 1, *, tested: int = 4000, workers: int | None = None) -> Linear:
    """Learn a task from simulated images under the standard conditions, and judge it by others.

    Parameters
    ----------
    task : str
        "deformed", "count", "arrangement" or "shape".
    n : int
        Images to learn from.
    seed : int
        Of these images; it is judged by those of the seed + 500 000. The same seed gives the same classifier.
    tested : int
        Images to judge it by.
    workers : int, optional
        Threads; as many as there are processors if left out.

    Returns
    -------
    Linear
        Its `metrics` have the accuracy on the other images with its 95 % interval (Wilson 1927), the confusion of the
        classes, and the importance of the descriptors: how much accuracy is lost when one is shuffled.

    Raises
    ------
    ValueError
        If the task is another one, or there are not at least 20 images of each class.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    _answered(task)
    least = 20 * len(TASKS[task])
    if min(n, tested) < least:
        raise ValueError(f"there are {n} images to learn {task!r} from and {tested} to judge by: expected {least} each")
    numbers, labels = measured(task, n, seed, workers=workers)
    scaler = StandardScaler().fit(numbers)
    scale = np.where(scaler.var_ > 1e-12, scaler.scale_, 1.0)
    regression = LogisticRegression(C=STRENGTH, max_iter=3000).fit((numbers - scaler.mean_) / scale, labels)
    coefficients, intercepts = regression.coef_, regression.intercept_
    if len(TASKS[task]) == 2:  # scikit-learn has one row then, for the second class
        coefficients, intercepts = np.vstack([-coefficients, coefficients]) / 2, np.append(-intercepts, intercepts) / 2
    training = {"images": len(labels), "seed": seed, "unmeasurable": n - len(labels), "strength": STRENGTH}
    model = Linear(task, scaler.mean_, scale, coefficients, intercepts, training)
    judged = measured(task, tested, seed + JUDGED, workers=workers)
    model.metrics.update(judge(model, *judged))
    return model


def measured(task: str, n: int, seed: int, *, workers: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Descriptors and numbers of the classes of the first n images of a data set; those not measurable are left out."""

    def one(sample):
        try:
            return descriptors(measure(sample.images[0])), TASKS[task].index(sample.particle.label)
        except ValueError:
            return None

    found = []
    stream = samples(task, 0, seed=seed, workers=workers)
    with ThreadPoolExecutor(workers or processors()) as pool:
        for start in range(0, n, 256):
            found += pool.map(one, islice(stream, min(256, n - start)))
    stream.close()
    found = [each for each in found if each is not None]
    return np.array([numbers for numbers, _ in found]), np.array([label for _, label in found])


def judge(model: Linear, numbers: np.ndarray, labels: np.ndarray, seed: int = 0) -> dict:
    """What a classifier is worth on descriptors and labels it has not seen."""
    from emwidgets.models.calibrate import wilson  # brings scipy.stats, which answers do not need

    said = model.probabilities(numbers)
    right = said.argmax(axis=1) == labels
    confusion = np.zeros((len(model.classes),) * 2, int)
    np.add.at(confusion, (labels, said.argmax(axis=1)), 1)
    losses = {}
    rng = np.random.default_rng(seed)
    for column, name in enumerate(NAMES):
        shuffled = numbers.copy()
        shuffled[:, column] = rng.permutation(shuffled[:, column])
        losses[name] = float(right.mean() - np.mean(model.probabilities(shuffled).argmax(axis=1) == labels))
    best = sorted(losses, key=losses.get, reverse=True)[:10]
    return {
        "images": len(labels),
        "accuracy": round(float(right.mean()), 4),
        "interval": [round(each, 4) for each in wilson(int(right.sum()), len(right))],
        "log loss": round(float(-np.log(np.maximum(said[np.arange(len(labels)), labels], 1e-12)).mean()), 4),
        "confusion": confusion.tolist(),
        "importance": {name: round(losses[name], 4) for name in best},
    }


def _answered(task: str) -> None:
    check(task)
    if task not in ANSWERED:
        raise ValueError(f"task is {task!r}: measured numbers answer {', '.join(ANSWERED)}")


def main(arguments: list[str] | None = None) -> None:
    """Command line: train, judge, tell what speaks, write the numbers."""
    parser = argparse.ArgumentParser("python -m emwidgets.particles.baseline", description=__doc__.splitlines()[0])
    parser.add_argument("--task", required=True, choices=ANSWERED)
    parser.add_argument("--n", type=int, default=8000, help="images to learn from")
    parser.add_argument("--tested", type=int, default=4000, help="images to judge it by")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, help="threads (all cores)")
    parser.add_argument("--weights", type=Path, help="folder in which <task>.json is put")
    chosen = parser.parse_args(arguments)
    model = train(chosen.task, chosen.n, chosen.seed, tested=chosen.tested, workers=chosen.workers)
    found = model.metrics
    low, high = found["interval"]
    print(f"{chosen.task}: {found['accuracy']:.1%} right ({low:.1%} to {high:.1%}) of {found['images']} other images")
    for name, lost in found["importance"].items():
        print(f"  {lost:.1%} fewer with {name} shuffled")
    for label, loudest in model.speaking().items():
        print(f"  for {label}: " + ", ".join(f"{name} {weight:+.2f}" for name, weight in loudest.items()))
    if chosen.weights:
        model.write(chosen.weights / f"{chosen.task}.json")


if __name__ == "__main__":
    main()
