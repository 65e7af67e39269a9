"""Values of traits packed so that what is there twice is stored once: a pool of JSON, and buffers.

A *node* is a JSON value in which ``{"$": i}`` stands for entry i of the pool and ``{"$b": i}`` for buffer i; an object
that has a key beginning with "$" is written as ``{"$d": [[key, node], …]}``. Entries of the pool refer to earlier ones
only. Whoever unpacks makes one object of each entry, so that what did not change is seen without a comparison.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping, Sequence

import numpy as np

from . import codecs
from .wire import array_from_payload, plain

#: Characters of JSON from which a node gets an entry of the pool. Of 20 to 1000, 100 to 200 made the smallest pages of
#: 16 and of 256 steps of an image of 512².
WORTH = 100


class Packer:
    """Packs values one after the other and keeps what they share.

    Attributes
    ----------
    pool : list of nodes
    buffers : list of dict
        length in bytes, dtype, shape and codec of each buffer; dtype and shape are None for one that is no array.
    stored : list of bytes
        What is stored of each buffer, after its codecs and gzip.
    """

    def __init__(self):
        self.pool: list = []
        self.buffers: list[dict] = []
        self.stored: list[bytes] = []
        self._size = np.zeros(2)
        self._entries: dict[bytes, int] = {}  # number by digest, of the pool
        self._numbers: dict[bytes, int] = {}  # and of the buffers

    def pack(self, value):
        """Node of a value.

        Parameters
        ----------
        value : JSON value, buffer, or mapping or sequence of such
            Numbers that JSON cannot say become null, as in all that goes to the browser.

        Raises
        ------
        TypeError
            If it is, or holds, anything else.
        """
        if isinstance(value, bytes | bytearray | memoryview):
            return self._buffer(np.frombuffer(value, np.uint8), None)
        if isinstance(value, Mapping):
            return self._shared(self._object(value))
        if isinstance(value, list | tuple):
            return self._shared([self.pack(each) for each in value])
        return self._shared(plain(value))

    def size(self) -> np.ndarray:
        """Characters of JSON in the pool, and bytes stored of the buffers."""
        return self._size.copy()

    def _object(self, value):
        array = _array(value)
        pairs = [
            (str(key), self.pack(each) if array is None or key != "data" else self._buffer(array, value["dtype"]))
            for key, each in value.items()
        ]
        return {"$d": pairs} if any(key.startswith("$") for key, _ in pairs) else dict(pairs)

    def _shared(self, node):
        """The node, or a reference to it if it, or what it refers to, is long."""
        text = to_json(node)
        if len(text) < WORTH and '{"$' not in text:  # quotes within texts are escaped
            return node
        digest = hashlib.sha256(text.encode()).digest()
        if digest not in self._entries:
            self._entries[digest] = len(self.pool)
            self.pool.append(node)
            self._size[0] += len(text) + 1
        return {"$": self._entries[digest]}

    def _buffer(self, array, dtype):
        shape = list(array.shape) if dtype else None
        digest = hashlib.sha256(f"{dtype} {shape} ".encode())
        digest.update(array)
        number = self._numbers.setdefault(digest.digest(), len(self.buffers))
        if number == len(self.buffers):
            used, stored = codecs.compress(array) if dtype else ([], codecs.gzipped(array))
            self.buffers.append({"length": array.nbytes, "dtype": dtype, "shape": shape, "codec": used})
            self.stored.append(stored)
            self._size[1] += len(stored)
        return {"$b": number}


class Unpacker:
    """Gives back the values of nodes.

    Parameters
    ----------
    pool, buffers, stored
        Those of the `Packer`.

    Raises
    ------
    ValueError
        If an entry of the pool refers to one that is not before it.
    """

    def __init__(self, pool: Sequence, buffers: Sequence[Mapping], stored: Sequence[bytes]):
        self._buffers, self._stored = buffers, stored
        self._raw: dict[int, bytes] = {}
        self._values: list = []
        for node in pool:
            self._values.append(self.value(node))

    def value(self, node):
        """Value of a node; the same object for the same entry of the pool."""
        if isinstance(node, list):
            return [self.value(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$" in node:
            if node["$"] >= len(self._values):
                raise ValueError(
                    f"entry {len(self._values)} of the pool refers to entry {node['$']}: expected an earlier one"
                )
            return self._values[node["$"]]
        if "$b" in node:
            return self._buffer(node["$b"])
        pairs = node["$d"] if "$d" in node else node.items()
        return {key: self.value(each) for key, each in pairs}

    def _buffer(self, number) -> bytes:
        if number not in self._raw:
            described, data = self._buffers[number], gzip.decompress(self._stored[number])
            if described["dtype"] is not None:
                data = codecs.decode(data, described["codec"], described["dtype"], described["shape"]).tobytes()
            if len(data) != described["length"]:
                raise ValueError(f"buffer {number} has {len(data)} bytes: expected {described['length']}")
            self._raw[number] = data
        return self._raw[number]


def to_json(value) -> str:
    """Strict JSON in ASCII, so that no text of a stranger, not even half a character, can upset its reader."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _array(value):
    """The array of a mapping that is one on the wire, else None."""
    if not isinstance(value.get("data"), bytes | bytearray | memoryview) or value.get("dtype") not in codecs.DTYPES:
        return None
    shape = value.get("shape")
    if not isinstance(shape, list | tuple) or not all(type(n) is int and n >= 0 for n in shape):
        return None
    length = math.prod(shape) * np.dtype(value["dtype"]).itemsize
    return array_from_payload(value) if memoryview(value["data"]).nbytes == length else None
