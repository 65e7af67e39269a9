"""Simulated patterns on disk, as the networks take them: made once by several processes, read by every training.

One file holds one number's worth of patterns and is always the same, so that a corpus that was broken off, or is to
become larger, goes on where it was.
"""

from __future__ import annotations

import math
import os
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from ..simulation.dataset import LABELS, outsider, sample, spotty
from .normalise import SIZE, prepared

#: Patterns in a file.
SHARD = 500
#: For each ring or spot pattern there are so many of the others.
SHARES = {"crystal": 1.0, "outsider": 0.1, "spotty": 0.1}
#: Numbers of the classes after 0 ring and 1 spot: an outsider, and a few grains, which are in between.
NEITHER, SPOTTY = len(LABELS), len(LABELS) + 1


@dataclass(frozen=True, eq=False)
class Corpus:
    """Prepared patterns with what is known of them.

    Attributes
    ----------
    images : (n, size, size) uint8 array
        `normalise.prepared` times 255.
    classes : (n,) uint8 array
        0 ring, 1 spot, `NEITHER`, `SPOTTY`.
    grains : (n,) float32 array
    names : (n,) str array
        Structure, or kind of outsider.
    families : (n,) str array
        Of instruments.
    """

    images: np.ndarray
    classes: np.ndarray
    grains: np.ndarray
    names: np.ndarray
    families: np.ndarray

    def __len__(self) -> int:
        return len(self.classes)

    def of_crystals(self) -> Corpus:
        """Ring and spot patterns alone."""
        return self.only(self.classes < NEITHER)

    def only(self, kept: np.ndarray) -> Corpus:
        """Those of which an array of bool says so."""
        return Corpus(*(part[kept] for part in vars(self).values()))


def corpus(folder: str | Path, split: str, patterns: int, seed: int = 1, processes: int | None = None) -> Corpus:
    """Read a corpus, after making what the folder lacks of it.

    Parameters
    ----------
    folder : path
        Where the files are or shall be; 8 MB for each thousand patterns.
    split : str
        "train", "validation" or "test": structures and instruments of that split.
    patterns : int
        Ring and spot patterns, rounded up to whole files; the others come with them in their `SHARES`.
    seed : int
    processes : int, optional
        As many as there are cores, if not given.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(kind, n) for kind, share in SHARES.items() for n in range(math.ceil(share * patterns / SHARD))]
    files = [folder / f"{split}-{seed}-{kind}-{number:04d}.npz" for kind, number in wanted]
    lacking = [(*what, file) for what, file in zip(wanted, files, strict=True) if not file.is_file()]
    if lacking:
        kinds, numbers, paths = zip(*lacking, strict=True)
        with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
            made = pool.map(_make, paths, kinds, numbers, repeat(split), repeat(seed))
            for _ in tqdm(made, f"simulating {split} patterns", len(lacking), unit_scale=SHARD, unit="pattern"):
                pass
    parts = [_read(file) for file in files]
    return Corpus(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _make(file: Path, kind: str, number: int, split: str, seed: int) -> None:
    draw = {"crystal": sample, "outsider": outsider, "spotty": spotty}[kind]
    drawn = [draw(each, SIZE, split, seed) for each in range(number * SHARD, (number + 1) * SHARD)]
    write(
        file,
        np.stack([each.image for each in drawn]),
        [{"outsider": NEITHER, "spotty": SPOTTY}.get(kind, each.label) for each in drawn],
        [each.grains for each in drawn],
        [each.structure for each in drawn],
        [each.family for each in drawn],
    )


def write(file: Path, images, classes, grains, names, families) -> None:
    """One file of a corpus; it is there whole or not at all."""
    unfinished = file.with_suffix(f".{os.getpid()}")
    with unfinished.open("wb") as stream:
        np.savez(
            stream,
            images=np.round(255 * prepared(images)).astype(np.uint8),
            classes=np.asarray(classes, np.uint8),
            grains=np.asarray(grains, np.float32),
            names=np.asarray(names),
            families=np.asarray(families),
        )
    unfinished.replace(file)


def _read(file: Path) -> list[np.ndarray]:
    try:
        with np.load(file, allow_pickle=False) as parts:
            return [parts[name] for name in ("images", "classes", "grains", "names", "families")]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"{file} is no part of a corpus ({error}): delete it, and it is made again") from error
