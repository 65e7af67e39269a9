"""Packed values come back as they were, and what is there twice is stored once."""

import json
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emwidgets.frontend.packing import WORTH, Packer, Unpacker, to_json
from emwidgets.frontend.wire import array_payload

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "\"'`&",
    "\u202eright to left\u2066\u200f",
    "x" * 10_000,
    "\ud800 half a character",
    "\0",
    "$",
    "$d",
    "$b",
    "__proto__",
]


def one_for_two(text):
    """Text in which two halves of a character that meet are that character, as they are to JSON."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


texts = st.text(st.characters(codec=None, exclude_categories=())).map(one_for_two) | st.sampled_from(HOSTILE)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.binary(max_size=40)
)
wire_arrays = st.builds(
    lambda dtype, shape: array_payload(np.arange(np.prod(shape), dtype=dtype).reshape(shape)),
    st.sampled_from(["uint8", "uint16", "int32", "uint32", "float32"]),
    st.lists(st.integers(0, 5), max_size=3),
)
values = st.recursive(
    leaves | wire_arrays,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(texts, inner, max_size=6),
    max_leaves=30,
)


def round_trip(value):
    """A value packed, written as JSON, read and unpacked."""
    packer = Packer()
    node, pool, buffers = json.loads(to_json([packer.pack(value), packer.pool, packer.buffers]))
    return Unpacker(pool, buffers, packer.stored).value(node)


def exactly(value):
    """A value in which 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return {key: exactly(each) for key, each in value.items()}
    if isinstance(value, list):
        return [exactly(each) for each in value]
    return type(value), value


@given(values)
@example({"$": 1, "$b": {"$d": []}})
@example([{"$": {"$": 0}}] * 3)
def test_every_value_comes_back_as_it_was(value):
    assert exactly(round_trip(value)) == exactly(value)


@given(values, values)
def test_values_packed_together_come_back_apart(first, second):
    packer = Packer()
    nodes = [packer.pack(first), packer.pack(second)]
    value = Unpacker(packer.pool, packer.buffers, packer.stored).value
    assert exactly([value(each) for each in nodes]) == exactly([first, second])


@given(values)
def test_no_text_of_a_stranger_is_in_the_manifest_as_more_than_ascii(value):
    packer = Packer()
    text = to_json([packer.pack(value), packer.pool, packer.buffers])
    assert text.isascii()
    assert text.isprintable()


@given(values)
def test_entries_refer_to_earlier_ones_only(value):
    packer = Packer()
    packer.pack([value] * 2)
    Unpacker(packer.pool, packer.buffers, packer.stored)
    for number, entry in enumerate(packer.pool):
        assert all(other < number for other in references(entry))


def references(node):
    """Numbers of the entries to which a node refers."""
    if isinstance(node, list):
        return [number for each in node for number in references(each)]
    if not isinstance(node, dict):
        return []
    if "$" in node:
        return [node["$"]]
    return references([value for _, value in node["$d"]] if "$d" in node else list(node.values()))


def test_an_entry_that_refers_to_itself_or_ahead_is_refused():
    for ahead in (0, 1):
        with pytest.raises(ValueError, match="entry 0 of the pool refers to entry"):
            Unpacker([[{"$": ahead}], "x"], [], [])


def test_equal_values_are_stored_once_and_are_one_object_again():
    column = [i / 7 for i in range(100)]
    packer = Packer()
    first = packer.pack({"data": {"d": column, "angle": column[::-1]}, "rows": 100})
    before = packer.size()
    second = packer.pack({"data": {"d": tuple(column), "angle": column[::-1]}, "rows": 100})
    third = packer.pack({"data": {"d": column, "angle": [0.0] * 100}, "rows": 100})
    assert second == first
    assert packer.size()[0] - before[0] < 900  # not the 2000 characters of `column` again
    value = Unpacker(packer.pool, packer.buffers, packer.stored).value
    assert value(second) is value(first)
    assert value(third)["data"]["d"] is value(first)["data"]["d"]


def test_a_short_object_around_a_buffer_is_one_object_again():
    masks = array_payload(np.arange(30, dtype=np.uint32).reshape(10, 3))  # views draw again what is another object
    packer = Packer()
    first, second = packer.pack(masks), packer.pack(dict(masks))
    value = Unpacker(packer.pool, packer.buffers, packer.stored).value
    assert value(first) is value(second)
    assert value(first) == masks


def test_what_is_short_is_written_where_it_stands():
    packer = Packer()
    assert packer.pack({"unit": "nm", "shape": [512, 512]}) == {"unit": "nm", "shape": [512, 512]}
    assert packer.pool == []
    assert packer.pack("x" * WORTH) == packer.pack("x" * WORTH) == {"$": 0}


def test_an_array_is_stored_once_with_its_shape_and_type():
    image = np.random.default_rng(0).integers(0, 65535, (64, 64)).astype(np.uint16)
    packer = Packer()
    nodes = [packer.pack(array_payload(image) | {"unit": unit}) for unit in ("nm", "px")]
    assert nodes[0] != nodes[1]
    assert [node["data"] for node in packer.pool] == [{"$b": 0}] * 2
    assert len(packer.stored) == 1
    described = packer.buffers[0]
    assert {name: described[name] for name in ("length", "dtype", "shape")} == {
        "length": 8192,
        "dtype": "uint16",
        "shape": [64, 64],
    }
    assert set(described["codec"]) <= {"half", "columns", "delta", "shuffle"}


def test_the_same_bytes_in_another_shape_are_another_array():
    packer = Packer()
    flat = np.arange(12, dtype=np.uint16)
    for array in (flat, flat.reshape(3, 4), flat.astype(np.int32)):
        packer.pack(array_payload(array))
    packer.pack(flat.tobytes())
    assert [each["shape"] for each in packer.buffers] == [[12], [3, 4], [12], None]


@pytest.mark.parametrize(
    "almost",
    [
        {"shape": [3], "dtype": "float64", "data": bytes(24)},  # no browser has these from Python
        {"shape": [4], "dtype": "uint16", "data": bytes(6)},
        {"shape": [-1, -3], "dtype": "uint8", "data": bytes(3)},
        {"shape": [True, 3], "dtype": "uint8", "data": bytes(3)},
        {"shape": "3", "dtype": "uint8", "data": bytes(3)},
        {"shape": None, "dtype": ["uint8"], "data": bytes(3)},
        {"shape": [3], "dtype": "uint8"},
    ],
)
def test_what_only_looks_like_an_array_is_kept_as_bytes(almost):
    packer = Packer()
    packer.pack(almost)
    assert [each["dtype"] for each in packer.buffers] == [None] * ("data" in almost)
    assert exactly(round_trip(almost)) == exactly(almost)


def test_numbers_that_json_lacks_become_null_and_those_of_numpy_plain():
    assert round_trip([float("nan"), np.inf, np.float32(0.5), np.int64(3), np.array([1.0, np.nan])]) == [
        None,
        None,
        0.5,
        3,
        [1.0, None],
    ]


def test_buffers_may_come_as_views():
    data = bytearray(b"abcdef")
    assert round_trip([data, memoryview(data)]) == [b"abcdef"] * 2
    assert round_trip(array_payload(np.arange(3, dtype=np.uint8)) | {"data": memoryview(b"xyz")})["data"] == b"xyz"


def test_what_has_no_form_in_json_is_refused():
    with pytest.raises(TypeError, match="no form in JSON"):
        Packer().pack({"a": [object()]})


def test_a_buffer_of_the_wrong_length_is_noticed():
    packer = Packer()
    node = packer.pack(b"abc")
    unpacker = Unpacker([], [packer.buffers[0] | {"length": 4}], packer.stored)
    with pytest.raises(ValueError, match="buffer 0 has 3 bytes: expected 4"):
        unpacker.value(node)


def test_the_size_is_what_is_stored():
    packer = Packer()
    packer.pack([list(range(200)), "long " * 50, bytes(range(200))])
    text, stored = packer.size()
    assert stored == sum(map(len, packer.stored))
    assert text == len(to_json(packer.pool)) - 1  # commas and one bracket; the other one is not counted


def test_raw_arrays_are_not_kept():
    data = np.random.default_rng(0).bytes(100_000)
    before = sys.getrefcount(data)
    packer = Packer()
    node = packer.pack({"shape": [100_000], "dtype": "uint8", "data": data})
    assert sys.getrefcount(data) == before
    assert packer.pool[node["$"]]["data"] == {"$b": 0}
