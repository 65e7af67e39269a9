"""Labelled images for networks, as many as wanted: particles × orientations × what the microscope does.

Needs NumPy and SciPy alone, so that training runs where there is no HyperSpy. Image number *i* of a task and seed is
always the same, whoever asks for it and in which order and on however many cores.
"""

from __future__ import annotations

import os
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, islice

import numpy as np
from scipy.spatial.transform import Rotation

from .arguments import is_number, whole
from .imaging import Imaging, record
from .orientation import Spin, random_rotation
from .orientation import tilts as holder_tilts
from .tasks import Particle, Sizes, check, draw, longest

#: Side of the images, nm, whatever their number of pixels.
FIELD = 32.0

#: Counts expected in the brightest pixel.
BRIGHTEST = 200.0

#: The particle's origin is at most so far from the middle of the image along each axis, nm.
OFF_CENTRE = 0.5

#: Images that a thread makes at a time.
_SHARE = 16


@dataclass(frozen=True)
class Conditions:
    """Under which particles are drawn and recorded; as it is, the standard conditions.

    Attributes
    ----------
    sizes : Sizes
        Of particles and cuts.
    imaging : Imaging, optional
        Its shape and pixel size are set by the size of the images, its position is drawn. Standard: 0.6 nm probe,
        carbon film of 15 %, 200 counts expected in the brightest pixel.
    turn : float
        Angle in degrees by which a particle turns while it is scanned, about an axis at random.

    Raises
    ------
    TypeError
        If the sizes or the imaging is something else.
    ValueError
        If the angle is no finite number.
    """

    sizes: Sizes = field(default_factory=Sizes)
    imaging: Imaging = field(default_factory=lambda: Imaging(brightest=BRIGHTEST))
    turn: float = 0.0

    def __post_init__(self):
        for name, kind in (("sizes", Sizes), ("imaging", Imaging)):
            if not isinstance(value := getattr(self, name), kind):
                raise TypeError(f"{name} is {value!r}: expected what particles.{kind.__name__} makes")
        if not is_number(self.turn):
            raise ValueError(f"turn is {self.turn!r}: expected an angle in degrees")


@dataclass(frozen=True, eq=False)
class Sample:
    """Images of one particle and the truth.

    Attributes
    ----------
    images : (views, size, size) float32 array
        Counts.
    particle : Particle
    orientations : tuple of Rotation
        From the particle to the microscope, in the middle of each image.
    positions : (views, 2) array
        Of the particle's origin from the middle of the image, x and y, nm.
    """

    images: np.ndarray
    particle: Particle
    orientations: tuple[Rotation, ...]
    positions: np.ndarray


def sample(
    task: str,
    index: int,
    size: int = 128,
    seed: int = 0,
    *,
    conditions: Conditions | None = None,
    views: int = 1,
    tilts=None,
) -> Sample:
    """Image number `index` of a data set; parameters as in `dataset`, which checks them."""
    conditions = Conditions() if conditions is None else conditions
    rng = np.random.default_rng([zlib.crc32(task.encode()), index, seed])
    particle = draw(task, rng, conditions.sizes)
    if tilts is None:
        poses = tuple(random_rotation(rng) for _ in range(views))
    else:
        first = random_rotation(rng)
        poses = tuple(tilt * first for tilt in holder_tilts(tilts))
    places = rng.uniform(-OFF_CENTRE, OFF_CENTRE, (len(poses), 2))
    images = np.empty((len(poses), size, size), np.float32)
    for number, (pose, place) in enumerate(zip(poses, places, strict=True)):
        imaging = replace(
            conditions.imaging, shape=(size, size), pixel_size=FIELD / size, position=(float(place[0]), float(place[1]))
        )
        spin = Spin(conditions.turn, tuple(rng.standard_normal(3))) if conditions.turn else None
        images[number] = record(particle.shape, pose, imaging, rng, spin).image
    return Sample(images, particle, poses, places)


def samples(
    task: str,
    first: int = 0,
    size: int = 128,
    seed: int = 0,
    *,
    conditions: Conditions | None = None,
    views: int = 1,
    tilts=None,
    workers: int | None = None,
) -> Iterator[Sample]:
    """All images of a data set from number `first` on, without end; parameters as in `dataset`."""
    _check(task, first, size, seed, views, tilts, workers, conditions)
    make = partial(sample, task, size=size, seed=seed, conditions=conditions, views=views, tilts=tilts)
    return _streamed(make, first, None, workers or processors())


def dataset(
    task: str,
    n: int,
    size: int = 128,
    seed: int = 0,
    *,
    conditions: Conditions | None = None,
    views: int = 1,
    tilts=None,
    workers: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Make labelled images of particles.

    Parameters
    ----------
    task : str
        "deformed", "count", "arrangement", "shape" or "handedness".
    n : int
        Number of particles.
    size : int
        Rows and columns of an image, which is 32 nm wide: 128 are 0.25 nm a pixel.
    seed : int
        The same seed gives the same images, whatever the number of workers.
    conditions : Conditions, optional
        How particles are drawn and recorded; the standard conditions if left out: edges of 10 to 16 nm, cuts of 0.25
        to 0.5 of them, all orientations, 0.6 nm probe, carbon film of 15 %, 200 counts in the brightest pixel.
    views : int
        Images of each particle, each in an orientation of its own.
    tilts : sequence, optional
        Instead of `views`: known tilts of the holder, as in `orientation.tilts`; degrees about the x axis of the image.
    workers : int, optional
        Threads; as many as there are processors if left out.

    Returns
    -------
    images : (n, size, size) float32 array
        Counts; with more than one view (n, views, size, size).
    labels : (n,) str array
        Of `TASKS`: all classes equally often in the mean, with the same distribution of volumes.

    Raises
    ------
    TypeError
        If the conditions are something else.
    ValueError
        If the task is not known, `n`, `size`, `seed`, `views` or `workers` is too small or no whole number, there are
        `views` and `tilts` but not as many, or the particles are too large for an image.

    Examples
    --------
    >>> from emwidgets import particles
    >>> images, labels = particles.dataset("shape", 4, seed=1)
    >>> images.shape, labels.tolist()
    ((4, 128, 128), ['cuboid', 'pyramid', 'pyramid', 'cuboid'])
    """
    n = whole("n", n, 1, "at least one image, and a whole number of them")
    _check(task, 0, size, seed, views, tilts, workers, conditions)
    make = partial(sample, task, size=size, seed=seed, conditions=conditions, views=views, tilts=tilts)
    images, labels = None, []
    for number, each in enumerate(_streamed(make, 0, n, workers or processors())):
        if images is None:
            images = np.empty((n, *each.images.shape), np.float32)
        images[number] = each.images
        labels.append(each.particle.label)
    return _squeezed(images), np.array(labels)


def batches(
    task: str,
    batch: int = 64,
    size: int = 128,
    seed: int = 0,
    *,
    conditions: Conditions | None = None,
    views: int = 1,
    tilts=None,
    workers: int | None = None,
) -> Iterator[tuple]:
    """The images of `dataset` in batches (images, labels), for ever; further parameters as there.

    Raises
    ------
    TypeError, ValueError
        As `dataset`, and if the batch is empty.
    """
    batch = whole("batch", batch, 1, "at least one image, and a whole number of them")
    stream = samples(task, 0, size, seed, conditions=conditions, views=views, tilts=tilts, workers=workers)
    return (_batched(list(islice(stream, batch))) for _ in count())


def _batched(found: list[Sample]) -> tuple[np.ndarray, np.ndarray]:
    return _squeezed(np.stack([each.images for each in found])), np.array([each.particle.label for each in found])


def _squeezed(images: np.ndarray) -> np.ndarray:
    """Without the axis of the views where there is one view of each particle."""
    return images[:, 0] if images.shape[1] == 1 else images


def _streamed(make: Callable[[int], Sample], first: int, end: int | None, threads: int) -> Iterator[Sample]:
    """What `make` makes of the numbers from `first` on, in their order, `threads` of them at a time.

    Threads will do: what takes time (counting electrons, drawing the film) runs in NumPy without the interpreter's
    lock. Shares lie ready for every thread, and no more of them, so that memory stays the same however many come.
    """
    share = _SHARE if end is None else max(1, min(_SHARE, (end - first) // threads))
    begins = count(first, share) if end is None else range(first, end, share)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="emwidgets")
    waiting: deque = deque()
    try:
        for begin in begins:
            numbers = range(begin, begin + share if end is None else min(begin + share, end))
            waiting.append(pool.submit(lambda numbers: [make(number) for number in numbers], numbers))
            if len(waiting) > threads:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check(task, first, size, seed, views, tilts, workers, conditions) -> None:
    """Say what is wrong with the parameters of a data set before any image is made."""
    check(task)
    least = {"first": (first, 0), "size": (size, 16), "seed": (seed, 0), "views": (views, 1), "workers": (workers, 1)}
    for name, (value, lowest) in least.items():
        if name != "workers" or value is not None:
            whole(name, value, lowest)
    if tilts is not None and views not in (1, len(known := holder_tilts(tilts))):
        raise ValueError(f"views is {views} and there are {len(known)} tilts: leave one of them out")
    if conditions is None:
        return
    if not isinstance(conditions, Conditions):
        raise TypeError(f"conditions is {conditions!r}: expected what particles.Conditions makes")
    room, needed = FIELD - 2 * OFF_CENTRE, longest(task, conditions.sizes)
    if needed > room:
        raise ValueError(
            f"edges are {conditions.sizes.edges}: particles of them are up to {needed:.3g} nm long, and an image of "
            f"{FIELD:g} nm has room for {room:g}; give Sizes shorter edges"
        )
