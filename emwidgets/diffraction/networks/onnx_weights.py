"""Weights in an ONNX file: read and replaced in place, without a library for it.

ONNX Runtime answers, but does not show weights. An ONNX file is a protocol buffer [1]_: fields, each with a number and,
here, a length. The weights are plain numbers in it, so others of the same shape take their place and nothing else
changes.

References
----------
.. [1] https://protobuf.dev/programming-guides/encoding and https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

# Numbers of the fields in ModelProto, GraphProto and TensorProto, and of the types of a tensor
_GRAPH, _INITIALIZER = 7, 5
_DIMS, _DATA_TYPE, _NAME, _RAW_DATA = 1, 2, 8, 9
_TYPES = {1: np.dtype("<f4"), 10: np.dtype("<f2")}
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5


class _Place(NamedTuple):
    """Where the numbers of a weight are."""

    start: int
    shape: tuple[int, ...]
    dtype: np.dtype


def weights_of(contents: bytes) -> dict[str, np.ndarray]:
    """Floating-point weights of a network.

    Parameters
    ----------
    contents : bytes
        Of an ONNX file that holds its weights itself, as raw data of 2 or 4 bytes each.

    Returns
    -------
    dict of arrays
        Copies, by name.

    Raises
    ------
    ValueError
        If this is no ONNX file.
    """
    found = {}
    for name, (start, shape, dtype) in _places(contents).items():
        count = int(np.prod(shape))
        found[name] = np.frombuffer(contents, dtype, count, start).reshape(shape).copy()
    return found


def with_weights(contents: bytes, changed: Mapping[str, np.ndarray]) -> bytes:
    """The same network with other weights.

    Parameters
    ----------
    contents : bytes
    changed : mapping of name to array
        In the shapes that they have in the file; numbers are rounded to its type.

    Raises
    ------
    ValueError
        If there is no such weight, or it has another shape.
    """
    places, result = _places(contents), bytearray(contents)
    for name, values in changed.items():
        if name not in places or places[name].shape != np.shape(values):
            there = f"it has the shape {places[name].shape}" if name in places else f"there are {', '.join(places)}"
            raise ValueError(f"weight {name!r} of shape {np.shape(values)} does not fit the network: {there}")
        start, _, dtype = places[name]
        numbers = np.asarray(values).astype(dtype).tobytes()
        result[start : start + len(numbers)] = numbers
    return bytes(result)


def _places(contents: bytes) -> dict[str, _Place]:
    try:
        found = [
            _place(contents, *tensor)
            for graph in _parts(contents, 0, len(contents), _GRAPH)
            for tensor in _parts(contents, *graph, _INITIALIZER)
        ]
    except (IndexError, UnicodeDecodeError) as error:
        raise ValueError(f"these {len(contents)} bytes are no ONNX file ({error})") from None
    return {name: place for name, place in found if place is not None}


def _place(contents: bytes, start: int, end: int) -> tuple[str, _Place | None]:
    """Name of a tensor, and where its numbers are; None if they are of another type, or written in another way."""
    shape, dtype, name, raw = [], None, "", None
    for number, value in _fields(contents, start, end):
        if number == _DIMS:
            shape += [value] if isinstance(value, int) else _varints(contents, *value)
        elif number == _DATA_TYPE:
            dtype = _TYPES.get(value)
        elif number == _NAME:
            name = contents[slice(*value)].decode()
        elif number == _RAW_DATA:
            raw = value
    if dtype is None or raw is None or raw[1] - raw[0] != dtype.itemsize * int(np.prod(shape)):
        return name, None
    return name, _Place(raw[0], tuple(shape), dtype)


def _parts(contents: bytes, start: int, end: int, wanted: int) -> Iterator[tuple[int, int]]:
    """Where the contents of all fields of this number begin and end."""
    for number, value in _fields(contents, start, end):
        if number == wanted and not isinstance(value, int):
            yield value


def _fields(contents: bytes, start: int, end: int) -> Iterator[tuple[int, int | tuple[int, int]]]:
    """Number of each field, and its value where it is a whole number, or else where its contents begin and end."""
    while start < end:
        key, start = _varint(contents, start)
        kind = key & 7
        if kind == _VARINT:
            value, start = _varint(contents, start)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, start = _varint(contents, start)
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            length = 8 if kind == _EIGHT_BYTES else 4
        else:
            raise IndexError(f"a field of kind {kind} at byte {start}")
        if start + length > end:
            raise IndexError(f"a field of {length} bytes at byte {start} of {end}")
        yield key >> 3, (start, start + length)
        start += length


def _varints(contents: bytes, start: int, end: int) -> list[int]:
    numbers = []
    while start < end:
        number, start = _varint(contents, start)
        numbers.append(number)
    return numbers


def _varint(contents: bytes, start: int) -> tuple[int, int]:
    """A whole number, seven bits in each byte, and where the next field begins."""
    number = shift = 0
    while True:
        byte = contents[start]
        number |= (byte & 127) << shift
        start += 1
        if byte < 128:
            return number, start
        shift += 7
