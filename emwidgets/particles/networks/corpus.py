"""Prepared images to learn from, with what the auxiliary heads are taught; kept in files so that they are made once.

Most are cuboids under the standard conditions, a quarter under others, so that a network meets other doses, probes,
films, cuts and turning particles too; the rest are other shapes and what is no single convex particle at all.
"""

from __future__ import annotations

import os
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from emwidgets.particles.dataset import BRIGHTEST, FIELD, OFF_CENTRE, Conditions
from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.orientation import Spin, random_rotation
from emwidgets.particles.shapes import Polyhedron
from emwidgets.particles.tasks import Sizes, draw

from .foreign import random_foreign
from .framing import NoParticle, find, prepared
from .outputs import KINDS

#: Seeds of the splits are far apart: no particle is in two of them.
SPLITS = {"train": 1_000_003, "validation": 2_000_003, "test": 3_000_017}

#: How often what is drawn: tasks, and "foreign" for what none of them asks about.
MIXTURE = {"count": 0.56, "arrangement": 0.12, "deformed": 0.1, "shape": 0.12, "foreign": 0.1}

#: Part of the images under other than the standard conditions.
VARIED = 0.25

#: Images in a file.
_SHARD = 2000


@dataclass(frozen=True, eq=False)
class Corpus:
    """Images and what is known of them, n of each.

    Attributes
    ----------
    images : (n, SIZE, SIZE) uint8 array
        Prepared, times 255.
    kinds : (n,) int8 array
        Index in `KINDS`.
    cuts : (n, 8) float32 array
        Depth of the cut of each corner of a cuboid as a fraction of its edges; 0 is uncut.
    axes : (n, 3, 3) float32 array
        Half the edges of a cuboid as columns, in the microscope's frame and px of the prepared image.
    centres : (n, 2) float32 array
        Of the uncut cuboid from the middle of the prepared image, x and y, px.
    standard : (n,) bool array
        Recorded under the standard conditions.
    """

    images: np.ndarray
    kinds: np.ndarray
    cuts: np.ndarray
    axes: np.ndarray
    centres: np.ndarray
    standard: np.ndarray

    def __len__(self) -> int:
        return len(self.images)

    @property
    def counts(self) -> np.ndarray:
        """Number of cut corners, (n,)."""
        return (self.cuts > 0).sum(axis=1)


def corpus(folder: str | Path, split: str, n: int, processes: int | None = None) -> Corpus:
    """The first n images of a split, from files where they are there already.

    There may be fewer: images in which no particle can be found are left out of their file. The files know nothing of
    the mixture, seeds and conditions that they were made with: a corpus of others needs a folder of its own.

    Raises
    ------
    ValueError
        If there is no such split, or a file is broken.
    """
    if split not in SPLITS:
        raise ValueError(f"split is {split!r}: expected one of {', '.join(SPLITS)}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{split}-{number:04d}.npz" for number in range(-(-n // _SHARD))]
    missing = [(file, split, number) for number, file in enumerate(files) if not file.is_file()]
    if missing:
        # forked children of a process that has started threads may hang
        with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=get_context("spawn")) as pool:
            list(pool.map(_write, *zip(*missing, strict=True)))
    parts = [_read(file) for file in files]
    return Corpus(*(np.concatenate([part[field.name] for part in parts])[:n] for field in fields(Corpus)))


def made(split: str, index: int) -> dict | None:
    """Image number `index` of a split and what is known of it; None where no particle can be found in it."""
    rng = np.random.default_rng([SPLITS[split], index])
    what = str(rng.choice(list(MIXTURE), p=list(MIXTURE.values())))
    conditions, standard = _conditions(rng)
    if what == "foreign":
        shape, kind = random_foreign(rng, conditions.sizes), KINDS.index("other")
    else:
        particle = draw(what, rng, conditions.sizes)
        shape, kind = particle.shape, KINDS.index(particle.label) if what == "shape" else 0
    pose = random_rotation(rng)
    place = rng.uniform(-OFF_CENTRE, OFF_CENTRE, 2)
    imaging = replace(conditions.imaging, position=tuple(place.tolist()))
    spin = Spin(conditions.turn, tuple(rng.standard_normal(3))) if conditions.turn else None
    image = record(shape, pose, imaging, rng, spin).image
    try:
        frame = find(image)
    except NoParticle:
        return None
    scale = 1 / imaging.pixel_size / frame.step
    known = {"images": np.round(prepared(image, frame) * 255).astype(np.uint8), "kinds": kind, "standard": standard}
    known |= {"cuts": np.zeros(8, np.float32), "axes": np.zeros((3, 3), np.float32), "centres": np.zeros(2, np.float32)}
    if kind == 0:
        known["axes"] = (pose.as_matrix() * np.ptp(shape.corners, axis=0) / 2 * scale).astype(np.float32)
        middle = np.array([size / 2 - 0.5 for size in reversed(image.shape)])
        origin = middle + place / imaging.pixel_size
        known["centres"] = ((origin - frame.centre[::-1]) / frame.step).astype(np.float32)
        known["cuts"] = depths(shape)
    return known


def depths(shape: Polyhedron) -> np.ndarray:
    """Cut of each corner of a cuboid as a fraction of its edges, (8,) float32."""
    found = np.zeros(8, np.float32)
    for corner, along in shape.cuts.items():
        found[corner] = np.mean(along / np.ptp(shape.corners, axis=0))
    return found


def _conditions(rng) -> tuple[Conditions, bool]:
    imaging = Imaging(brightest=BRIGHTEST, pixel_size=FIELD / 128)
    if rng.random() >= VARIED:
        return Conditions(imaging=imaging), True
    size = int(rng.choice([64, 96, 128, 192, 256]))
    varied = Imaging(
        shape=(size, size),
        pixel_size=FIELD / size,
        probe=float(rng.uniform(0.2, 2.0)),
        brightest=float(np.exp(rng.uniform(np.log(20), np.log(2000)))),
        film=float(rng.uniform(0, 0.4)),
        film_roughness=float(rng.uniform(0.02, 0.2)),
        film_grain=float(rng.uniform(0.5, 4)),
    )
    turn = float(rng.uniform(0, 30)) if rng.random() < 0.4 else 0.0
    return Conditions(Sizes(depth=(float(rng.uniform(0.15, 0.3)), 0.5)), varied, turn), False


def _write(file: Path, split: str, number: int) -> None:
    found = [made(split, index) for index in range(number * _SHARD, (number + 1) * _SHARD)]
    kept = [each for each in found if each is not None]
    arrays = {field.name: np.array([each[field.name] for each in kept]) for field in fields(Corpus)}
    arrays["kinds"] = arrays["kinds"].astype(np.int8)
    unfinished = file.with_suffix(f".{os.getpid()}")
    with open(unfinished, "wb") as stream:
        np.savez_compressed(stream, **arrays)
    os.replace(unfinished, file)


def _read(file: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(file, allow_pickle=False) as part:
            return {field.name: part[field.name] for field in fields(Corpus)}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"{file} is no part of a corpus ({error}): delete it, and it is made again") from error
