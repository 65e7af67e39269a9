"""Arrays made ready for gzip: the symmetric half left out, tables column by column, neighbours subtracted, bytes apart.

Every codec is lossless and turns one array into another. The names of those that were used, in this order, go with the
buffer, and `decode` in Python or ``src/page.ts`` in the browser takes them back in the opposite order.

===========  ==========================================================================================
``half``     of an array that is symmetric about its middle (a power spectrum), the rows up to the middle
``columns``  of a table (n, k), each column in one piece
``delta``    along the last axis, what each whole number adds to its left neighbour, modulo 2ⁿ
``shuffle``  the lowest byte of all numbers, then the next of all numbers, …
===========  ==========================================================================================
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from itertools import combinations

import numpy as np

#: In the order in which they are applied.
CODECS = ("half", "columns", "delta", "shuffle")
#: Of the arrays, those of the wire.
DTYPES = ("uint8", "uint16", "int32", "uint32", "float32")
#: A table has at most this many columns; beyond it an array is an image.
_WIDEST = 16
#: Bytes of an array on which the codecs are tried.
_SAMPLE = 2**20


def encode(array: np.ndarray, codecs: Sequence[str]) -> bytes:
    """Bytes of an array after the codecs.

    Parameters
    ----------
    array : array
        Of one of the `DTYPES`.
    codecs : sequence of str
        Some of `CODECS`, in that order; ``half`` only if `is_symmetric`, ``columns`` only for two axes, ``delta`` only
        for whole numbers.
    """
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    if "half" in codecs:
        array = array[: len(array) // 2 + 1]
    if "columns" in codecs:
        array = array.T
    if "delta" in codecs:
        unsigned = array.view(_unsigned(array.dtype))
        array = np.diff(unsigned, axis=-1, prepend=np.zeros_like(unsigned[..., :1]))
    data = np.ascontiguousarray(array)
    if "shuffle" in codecs:
        data = data.reshape(-1, 1).view(np.uint8).T
    return data.tobytes()


def decode(data: bytes, codecs: Sequence[str], dtype: str, shape: Sequence[int]) -> np.ndarray:
    """Array of that dtype and shape whose bytes after the codecs are `data`, read-only.

    Raises
    ------
    ValueError
        If the bytes are not those of such an array.
    """
    unknown = [name for name in codecs if name not in CODECS]
    if unknown:
        raise ValueError(f"unknown codec {', '.join(unknown)}: expected some of {', '.join(CODECS)}")
    dtype, stored = np.dtype(dtype).newbyteorder("<"), tuple(shape)
    if "half" in codecs:
        stored = (stored[0] // 2 + 1, *stored[1:])
    if "columns" in codecs:
        stored = stored[::-1]
    if "shuffle" in codecs:
        data = np.frombuffer(data, np.uint8).reshape(dtype.itemsize, -1).T.tobytes()
    array = np.frombuffer(data, dtype).reshape(stored)
    if "delta" in codecs:
        unsigned = _unsigned(dtype)
        array = np.add.accumulate(array.view(unsigned), axis=-1, dtype=unsigned).view(dtype)
    if "columns" in codecs:
        array = array.T
    if "half" in codecs:
        array = np.concatenate([array, _opposite(array, shape)])
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


def compress(array: np.ndarray) -> tuple[list[str], bytes]:
    """Codecs that make an array small, and its bytes after them and gzip."""
    first = ["half"] if is_symmetric(array) else []
    tried = _middle(array[: len(array) // 2 + 1] if first else array)
    best = min(_candidates(tried), key=lambda codecs: len(zlib.compress(encode(tried, codecs), 6)))
    codecs = [*first, *best]
    return codecs, gzipped(encode(array, codecs))


def gzipped(data: bytes) -> bytes:
    """The bytes after gzip, without a date, so that the same bytes always look the same."""
    return gzip.compress(data, 9, mtime=0)


def is_symmetric(array: np.ndarray) -> bool:
    """Whether the rows after the middle of an image of whole numbers are those before it, turned by half a turn.

    About [rows // 2, columns // 2], and periodic beyond the edges: pixel [r, c] is pixel [2 (rows // 2) - r,
    2 (columns // 2) - c], modulo the shape.
    """
    if array.ndim != 2 or array.dtype.kind not in "iu" or len(array) < 3 or array.size == 0:
        return False
    kept = len(array) // 2 + 1
    return bool(np.array_equal(array[kept:], _opposite(array[:kept], array.shape)))


def _opposite(upper, shape):
    """Rows after the middle of a symmetric image of that shape, from those up to the middle."""
    rows, columns = shape
    row = (2 * (rows // 2) - np.arange(rows // 2 + 1, rows)) % rows
    column = (2 * (columns // 2) - np.arange(columns)) % columns
    return upper[row[:, None], column]


def _candidates(array):
    """Combinations of the other codecs that are worth a try."""
    if array.size < 2:
        return [[]]
    choices = [
        ("columns", array.ndim == 2 and len(array) > 1 and 1 < array.shape[1] <= _WIDEST),
        ("delta", array.ndim > 0 and array.dtype.kind in "iu"),
        ("shuffle", array.dtype.itemsize > 1),
    ]
    possible = [name for name, suits in choices if suits]
    return [list(subset) for n in range(len(possible) + 1) for subset in combinations(possible, n)]


def _middle(array):
    """The middle rows of an array, not more than are needed to choose by."""
    rows = max(1, _SAMPLE * len(array) // max(1, array.nbytes)) if array.ndim else 1
    if not array.ndim or rows >= len(array):
        return array
    start = (len(array) - rows) // 2
    return array[start : start + rows]


def _unsigned(dtype):
    return np.dtype(f"<u{dtype.itemsize}")
