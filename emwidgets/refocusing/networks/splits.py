"""Which images are learnt from, which judge a training, which test it: by material, specimen and day, not by crop."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

SPLITS = ("train", "validation", "test")
#: Beginnings of file names that are one specimen, or specimens of one day at a microscope; all others are learnt from.
_HELD = {
    "validation": ("brainycrystals", "nasa_050317", "nasa_me3"),
    "test": ("imranlabs", "neclipse", "rickgummy", "deepsem"),
}
#: Rows at the bottom that are no image: bars and labels of the microscope.
_BARS = {"neclipse": 60, "rickgummy": 75, "bam_rough": 160}


class Micrograph(NamedTuple):
    """An image in focus, of values from 0 to 1, and the name of its file."""

    name: str
    image: np.ndarray


def split_of(name: str) -> str:
    """The split that a file belongs to, by its name."""
    return next((split for split, names in _HELD.items() if name.startswith(names)), "train")


def micrographs(folder: str | Path, split: str) -> list[Micrograph]:
    """Images of a folder that belong to a split, without their information bars.

    Parameters
    ----------
    folder : path
        With images in focus (.png, .tif, .jpg).
    split : str
        One of `SPLITS`.

    Raises
    ------
    ValueError
        If there is no such split, or the folder holds no image of it.
    """
    from PIL import Image  # needed for training alone

    if split not in SPLITS:
        raise ValueError(f"split is {split!r}: expected one of {', '.join(SPLITS)}")
    files = sorted(
        f for f in Path(folder).glob("*") if f.suffix in (".png", ".tif", ".jpg") and split_of(f.name) == split
    )
    if not files:
        raise ValueError(f"'{folder}' holds no image (.png, .tif, .jpg) of the split '{split}': give another folder")
    found = []
    for file in files:
        grey = np.asarray(Image.open(file).convert("L"), np.float32) / 255
        bar = next((rows for start, rows in _BARS.items() if file.name.startswith(start)), 0)
        found.append(Micrograph(file.name, grey[: len(grey) - bar]))
    return found
