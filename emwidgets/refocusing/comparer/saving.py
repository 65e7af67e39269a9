"""The refocused image as a file in the folder that Python works in: TIFF or HyperSpy, with how it was made in it."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.frontend.files import placed
from emwidgets.frontend.status import message_of
from emwidgets.frontend.worker import Answer, Cancelled, Worker
from emwidgets.signals import calibration, to_signal

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

#: Ending of each kind of file.
KINDS = {"tiff": ".tif", "hspy": ".hspy"}
#: Private tag of a TIFF file in which how it was made stands as JSON; HyperSpy reads it as "Number_65000".
TAG = 65000
#: What the trait `saved` says while nothing was ever asked for.
IDLE = {"state": "idle", "file": "", "message": ""}

_LONGEST = 80  # characters of a file's name that come from a title


class Saver:
    """Writes what is asked for, the newest.

    Parameters
    ----------
    image : callable
        ``image(checkpoint)`` gives the refocused image, its provenance and the code that makes it, once it is there.
    say : callable
        Takes each new value of the trait `saved`; on the loop of the notebook, or in the thread that waits.
    """

    def __init__(self, image: Callable, say: Callable[[dict], None]):
        self._image, self._say = image, say
        self._worker = Worker(self._write, self._deliver, lambda stage, fraction: None)

    @property
    def waiting(self) -> bool:
        """Whether something was asked for that is neither written nor given up."""
        return self._worker.waiting

    def take(self, asked: Mapping[str, Any], title: str) -> None:
        """Begin what a `save` trait asks for; what cannot be written is said. `title` names the file meanwhile."""
        kind = asked.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            self._tell("failed", message=f"the kind of file is {kind!r}: expected {' or '.join(KINDS)}")
            return
        self._tell("running", file=f"{file_name(title)}{KINDS[kind]}")
        self._worker.request((kind, Path.cwd()))

    def finish(self) -> None:
        """Write what was asked for, here and now."""
        self._worker.answer()

    def close(self) -> None:
        """Stop."""
        self._worker.close()

    def _write(self, asked, checkpoint, show) -> Path:
        kind, folder = asked
        image, made, code = self._image(lambda: checkpoint("", 0.0))
        return write(image, folder, kind, {**made, "code": code})

    def _deliver(self, answer: Answer) -> None:
        if answer.error is None:
            self._tell("done", file=answer.result.name)
        elif isinstance(answer.error, Cancelled):
            self._tell("idle")
        else:
            self._tell("failed", message=message_of(answer.error))

    def _tell(self, state, **news) -> None:
        self._say({**IDLE, "state": state, **news})


def write(image: Signal2D, folder: Path, kind: str, made: Mapping[str, Any]) -> Path:
    """Write an image into a folder, under a name that no other file has, whole or not at all.

    Parameters
    ----------
    image : Signal2D
    folder : Path
    kind : {"tiff", "hspy"}
    made : mapping
        How it was made. A TIFF file, which has no place for the metadata of HyperSpy, has it as JSON in the tag 65000;
        the other one has ``metadata.emwidgets``.

    Returns
    -------
    Path
        Of the file, named after the title of the image.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    ending = KINDS[kind]
    unfinished = folder / f".refocused-{secrets.token_hex(4)}{ending}"
    try:
        if kind == "tiff":
            _for_tiff(image).save(unfinished, extratags=[(TAG, "s", 0, json.dumps(made), False)])
        else:
            _for_hdf5(image).save(unfinished)
        return placed(unfinished, folder, file_name(image.metadata.get_item("General.title", "")), ending)
    finally:
        with contextlib.suppress(FileNotFoundError):  # it has moved
            unfinished.unlink()


def file_name(title) -> str:
    """Name of a file, without its ending, from a title that may have anything in it."""
    text = unicodedata.normalize("NFKD", str(title or "")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", text)[:_LONGEST].strip("-")
    if not words:
        return "refocused"
    return words if "refocused" in words.lower() else f"{words}-refocused"


def _for_tiff(image: Signal2D) -> Signal2D:
    """The image without what its tags cannot hold: letters beyond ASCII, and pixels of 10⁻⁹ m."""
    return to_signal(np.asarray(image.data), calibration(image, smallest=1))  # lengths in nm, no quantity


def _for_hdf5(image: Signal2D) -> Signal2D:
    """The image without what texts of HDF5 cannot hold: zeros, and halves of characters."""
    copied = image.isig[:, :]
    for tree in (copied.metadata, copied.original_metadata):
        tree.add_dictionary(_whole(tree.as_dictionary()))
    return copied


def _whole(value):
    """A value of metadata whose texts can be written."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return type(value)(_whole(each) for each in value) if type(value) in (list, tuple) else value
