"""Labelled images in a file: made one after the other, written as they come, there as a whole or not at all."""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from emwidgets.frontend.files import placed

from ..dataset import Conditions, Sample, samples
from ..imaging import Imaging
from ..tasks import check
from .scene import call_of, imaging_of

#: Images and 10⁶ bytes that one file may have.
MOST, MOST_MB = 100_000, 4000

#: Tilts in degrees at which a particle is seen whose hand is asked for, which no single view can tell.
TILTS = (-30.0, -10.0, 10.0, 30.0)

#: Pixels along a side that images can have.
SIZES = (64, 128, 256)

#: What the images can be recorded with: the standard conditions, or those that the controls show but for what a data
#: set says itself: images are 32 nm wide whatever the pixel size, and particles turn about an axis at random.
CONDITIONS = ("standard", "shown")


@dataclass(frozen=True)
class Order:
    """A data set that somebody wants; as `dataset` takes it.

    Raises
    ------
    ValueError
        If there is no such task, or the file would be empty or too large.
    """

    task: str
    n: int
    size: int = 128
    seed: int = 0
    conditions: Conditions | None = None

    def __post_init__(self):
        check(self.task)
        for name, least, most in (("n", 1, MOST), ("seed", 0, 2**32 - 1)):
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise ValueError(f"{name} is {value!r}: expected a whole number from {least} to {most}")
        if self.size not in SIZES:
            raise ValueError(f"size is {self.size!r}: expected one of {', '.join(map(str, SIZES))} px")
        if self.megabytes > MOST_MB:
            most = int(self.n * MOST_MB / self.megabytes)
            raise ValueError(
                f"{self.n} images of {self.size} px would be {self.megabytes:.0f} MB, more than {MOST_MB}: make at "
                f"most {most} at a time, or stream them with emwidgets.particles.batches"
            )

    @classmethod
    def of(cls, asked: Mapping[str, Any], controls: Mapping[str, Any]) -> Order:
        """From a `make` trait: task, n, size, seed, conditions; and the controls, which may say the conditions.

        Pixel size and turn axis of the controls are no conditions: see `CONDITIONS`.

        Raises
        ------
        ValueError
            As above.
        """
        given = {name: asked[name] for name in ("task", "n", "size", "seed") if name in asked}
        missing = {"task", "n"} - given.keys()
        if missing:
            raise ValueError(f"a data set without {' and '.join(sorted(missing))}: expected task, n, size and seed")
        wanted = asked.get("conditions", CONDITIONS[0])
        if wanted not in CONDITIONS:
            raise ValueError(f"conditions are {wanted!r}: expected {' or '.join(CONDITIONS)}")
        return cls(**given, conditions=_shown(controls) if wanted == "shown" else None)

    @property
    def views(self) -> tuple[int, ...]:
        """How many images there are of a particle, as a part of the shape of them all; () for one."""
        return (len(TILTS),) if self.task == "handedness" else ()

    @property
    def megabytes(self) -> float:
        """Size of the images, 10⁶ bytes."""
        return self.n * int(np.prod(self.views)) * self.size**2 * self.dtype.itemsize / 1e6

    @property
    def dtype(self) -> np.dtype:
        """Counts are whole numbers, of the standard conditions some hundreds; values of a detector are none."""
        if self.conditions is None:
            return np.dtype("<u2")
        imaging = self.conditions.imaging
        counts = (imaging.gain, imaging.offset, imaging.readout) == (1.0, 0.0, 0.0)
        return np.dtype("<u4" if counts else "<f4")

    @property
    def code(self) -> str:
        """Python call that gives the same images."""
        arguments = [repr(self.task), str(self.n), f"size={self.size}", f"seed={self.seed}"]
        arguments += [f"tilts={TILTS}"] if self.views else []
        if self.conditions:
            turn = f", turn={self.conditions.turn!r}" if self.conditions.turn else ""
            imaging = call_of("Imaging", self.conditions.imaging)
            arguments.append(f"conditions=emw.particles.Conditions(imaging={imaging}{turn})")
        return f"emw.particles.dataset({', '.join(arguments)})"

    def samples(self) -> Iterator[Sample]:
        """The particles, without end."""
        tilts = {"tilts": TILTS} if self.views else {}
        return samples(self.task, 0, self.size, self.seed, conditions=self.conditions, **tilts)


def _shown(controls: Mapping[str, Any]) -> Conditions:
    """Conditions that the controls show; what a data set says itself is left as it is."""
    plain = Imaging()
    imaging = replace(imaging_of(controls), shape=plain.shape, pixel_size=plain.pixel_size, position=plain.position)
    return Conditions(imaging=imaging, turn=controls["turn"])


def write(order: Order, folder: Path, checkpoint: Callable[[int], None]) -> Path:
    """Make a data set and write it into a folder, under a name that no other file has.

    Parameters
    ----------
    order : Order
    folder : Path
    checkpoint : callable
        Told after each particle how many there are; what it raises ends the making, and leaves nothing behind.

    Returns
    -------
    Path
        Of an uncompressed ``.npz``, which `numpy.load` reads without pickles: ``images`` (n, size, size), or (n, views,
        size, size), uint16 or uint32 counts or float32 values; ``labels`` (n,) str; ``quaternions`` (n, views, 4),
        from the particle to the microscope, scalar last; ``positions`` (n, views, 2), nm; ``corners`` (n, 8) bool,
        those cut; ``made``, JSON that says how.

    Raises
    ------
    OSError
        If there is no room for it, or the folder cannot be written to.
    """
    free = shutil.disk_usage(folder).free
    if free < order.megabytes * 1.05e6:
        raise OSError(f"{folder} has room for {free / 1e6:.0f} MB: {order.megabytes:.0f} are needed; make fewer images")
    unfinished = folder / f".particles.{secrets.token_hex(4)}.part"
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name, array in _images(order, archive, checkpoint).items():
                with archive.open(f"{name}.npy", "w") as stream:
                    npy.write_array(stream, array, allow_pickle=False)
        return placed(unfinished, folder, f"particles-{order.task}-{order.n}", ".npz")
    finally:
        with contextlib.suppress(FileNotFoundError):  # it has moved
            unfinished.unlink()


def _images(order: Order, archive: zipfile.ZipFile, checkpoint) -> dict[str, np.ndarray]:
    """Write the images; what else there is to be written."""
    labels, quaternions, positions, corners = [], [], [], np.zeros((order.n, 8), bool)
    described = {"descr": npy.dtype_to_descr(order.dtype), "fortran_order": False}
    with contextlib.closing(order.samples()) as stream, archive.open("images.npy", "w", force_zip64=True) as file:
        npy.write_array_header_1_0(file, {**described, "shape": (order.n, *order.views, order.size, order.size)})
        for number in range(order.n):
            sample = next(stream)
            file.write(sample.images.astype(order.dtype).tobytes())
            labels.append(sample.particle.label)
            quaternions.append([pose.as_quat() for pose in sample.orientations])
            positions.append(sample.positions)
            corners[number, list(sample.particle.corners)] = True
            checkpoint(number + 1)
    made = {"code": order.code, "task": order.task, "n": order.n, "size": order.size, "seed": order.seed}
    return {
        "labels": np.array(labels),
        "quaternions": np.array(quaternions),
        "positions": np.array(positions),
        "corners": corners,
        "made": np.array(json.dumps(made)),
    }
