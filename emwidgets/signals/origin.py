"""How a result was made, kept with it: enough to make it again and to know that the input is the same."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import math
import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata

import numpy as np

from emwidgets.signals.axes import title_of

# what a number in a result can depend on
PACKAGES = ("emwidgets", "hyperspy", "rosettasciio", "numpy", "scipy", "scikit-image", "scikit-learn", "onnxruntime")
_PIECE = 64 * 2**20  # bytes of a lazy signal in memory at once


@dataclasses.dataclass(frozen=True)
class Provenance:
    """How a result was made.

    `digest` is the sha256 of the input's pixels (see `pixel_digest`), `models` the digests of the networks that
    took part, `date` the time in UTC. Everything in it goes into JSON as it is.
    """

    function: str
    title: str
    digest: str | None
    parameters: dict
    versions: dict
    date: str
    models: dict = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict:
        """Plain dictionary, for ``metadata.emwidgets`` and JSON."""
        return dataclasses.asdict(self)


def provenance(
    signal, function, parameters: Mapping | None = None, *, models=None, digest: bool | str = True
) -> Provenance:
    """Provenance of what `function` makes of `signal` with `parameters`, now.

    Parameters
    ----------
    signal : HyperSpy signal
    function : callable or str
        The public function; a callable is written as module and name.
    parameters : mapping, optional
        Its keyword arguments; values that JSON does not know are written as text.
    models : mapping of name to digest, optional
    digest : bool or str
        Whether to read all pixels for the digest. False for a lazy signal whose result is lazy, too: reading a
        terabyte is the user's to ask for. Or the digest, where it is known.
    """
    return Provenance(
        function=function if isinstance(function, str) else f"{function.__module__}.{function.__qualname__}",
        title=title_of(signal),
        digest=(digest if isinstance(digest, str) else pixel_digest(signal)) if digest else None,
        parameters=_plain(parameters or {}),
        versions=versions(),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        models=_plain(models or {}),
    )


def pixel_digest(signal) -> str:
    """Sha256 of the pixels of a signal: their type, shape and values.

    The same for one image in memory, lazy in any chunks, big- or little-endian. A lazy signal is read in pieces of
    64 MB, never as a whole.

    Parameters
    ----------
    signal : HyperSpy signal

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    little_endian = signal.data.dtype.newbyteorder("<")
    digest.update(f"{little_endian.descr}{tuple(signal.data.shape)}".encode())
    for piece in _pieces(signal.data):
        pixels = np.asanyarray(piece.compute() if hasattr(piece, "compute") else piece)
        missing = np.ascontiguousarray(np.ma.getmaskarray(pixels)).view(bool) if np.ma.isMaskedArray(pixels) else None
        if missing is not None and missing.any():
            digest.update(b"mask" + np.packbits(missing).tobytes())
            pixels = pixels.filled(np.zeros((), pixels.dtype)[()])  # what lies under a mask is nobody's
        digest.update(np.ascontiguousarray(np.ma.getdata(pixels), dtype=little_endian).tobytes())
    return digest.hexdigest()


def _pieces(data) -> Iterator:
    """An array in pieces of at most 64 MB where its frames allow it, in C order."""
    rows = max(1, int(_PIECE // max(1, data.nbytes // max(1, data.shape[0]))))
    if data.ndim > 3 and data.nbytes // data.shape[0] > _PIECE:
        for part in data:
            yield from _pieces(part)
        return
    for start in range(0, data.shape[0], rows):
        yield data[start : start + rows]


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that a number in a result can depend on."""
    return dict(_versions())


@functools.cache  # reads files, and a slider asks for every result
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue  # run from a checkout, or an optional package that is not there
    return found


def _plain(value):
    """The value in the types that JSON knows."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, np.generic | np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "metadata") and hasattr(value, "axes_manager"):
        return f"{type(value).__name__} '{title_of(value)}'"
    return getattr(value, "__qualname__", None) or str(value)
