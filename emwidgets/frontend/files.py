"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from itertools import count
from pathlib import Path


def writable(path, *endings: str) -> Path:
    """Path of a file that can be written there.

    Parameters
    ----------
    path : str or Path
    *endings : str
        That its name may have; the first is added where it has none of them.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, PermissionError
        If there is no folder to write into, or something in the way.
    """
    if str(path).endswith(("/", os.sep)) or Path(path).name.lower() in ("", *endings):
        raise IsADirectoryError(f"'{path}' names no file: expected a name such as figure{endings[0]}")
    path = Path(path).expanduser()
    if path.suffix.lower() not in endings:
        path = path.with_name(f"{path.name}{endings[0]}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder '{path.parent}' to write {path.name} into: make it first")
    if path.is_dir():
        raise IsADirectoryError(f"'{path}' is a folder: expected the name of a file")
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"the folder '{path.parent}' cannot be written to: choose another one")
    return path


def replace(path: Path, data: bytes) -> None:
    """Put a file in the place of another one, so that there is always one of the two as a whole."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    finally:
        with contextlib.suppress(FileNotFoundError):  # it has moved
            unfinished.unlink()


def placed(unfinished: Path, folder: Path, name: str, ending: str) -> Path:
    """Give a file its name, or the first of name-2, name-3 … that is free; never in the place of another file.

    Parameters
    ----------
    unfinished : Path
        The file, in the same folder or file system.
    folder : Path
    name, ending : str
        Of the file: ``NAME.npz`` has the ending ".npz".

    Returns
    -------
    Path
        Where it is now; it may still have its old name as well.
    """
    for number in count(1):
        path = folder / f"{name}{'' if number == 1 else f'-{number}'}{ending}"
        with contextlib.suppress(FileExistsError):
            _link(unfinished, path)
            return path
    raise AssertionError("counting has no end")


def _link(unfinished: Path, path: Path) -> None:
    """A second name for a file, which fails where that name is taken; renaming would replace what is there."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is taken first, then the file put in its place
        path.touch(exist_ok=False)
        os.replace(unfinished, path)
