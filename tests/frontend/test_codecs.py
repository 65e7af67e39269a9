"""Codecs are lossless for every array of the wire, and worth their while for those that widgets have."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from emwidgets.frontend import codecs

arrays = npst.arrays(
    st.sampled_from(codecs.DTYPES), npst.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=9)
) | npst.arrays(st.sampled_from(codecs.DTYPES), st.tuples(st.just(1), st.integers(0, 40)))


def unpacked(array):
    """What comes back from an array that was compressed."""
    used, data = codecs.compress(array)
    return codecs.decode(gzip.decompress(data), used, array.dtype.name, array.shape)


def symmetric(rows, columns, seed=0, dtype=np.uint16):
    """Image of whole numbers that is the same after half a turn about [rows // 2, columns // 2]."""
    image = np.random.default_rng(seed).integers(0, 60000, (rows, columns)).astype(dtype)
    opposite = np.roll(image[::-1, ::-1], (1 - rows % 2, 1 - columns % 2), (0, 1))
    return np.maximum(image, opposite)


def runs():
    """Rows (start, length, label) of the masks of four discs in an image of 512²."""
    y, x = np.indices((512, 512))
    found = []
    for label, (row, column, radius) in enumerate([(90, 100, 60), (300, 310, 95), (400, 120, 70), (110, 380, 85)], 1):
        inside = np.hypot(y - row, x - column) < radius
        edges = np.diff(inside.ravel().astype(int), prepend=0)
        starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        found.append(np.column_stack([starts, ends - starts, np.full(len(starts), label)]))
    return np.concatenate(found).astype(np.uint32)


@given(arrays)
def test_what_is_compressed_comes_back_bit_by_bit(array):
    again = unpacked(array)
    assert again.dtype == array.dtype
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes()  # NaN and -0.0 too


@given(arrays, st.sets(st.sampled_from(["columns", "delta", "shuffle"])))
def test_every_combination_can_be_taken_back(array, chosen):
    chosen -= {"columns"} if array.ndim != 2 else set()
    chosen -= {"delta"} if array.dtype.kind == "f" else set()
    ordered = [name for name in codecs.CODECS if name in chosen]
    again = codecs.decode(codecs.encode(array, ordered), ordered, array.dtype.name, array.shape)
    assert again.tobytes() == array.tobytes()


@given(st.integers(3, 12), st.integers(1, 12), st.sampled_from(["uint8", "uint16", "int32", "uint32"]))
def test_half_of_a_symmetric_image_is_enough_whatever_its_sides(rows, columns, dtype):
    image = symmetric(rows, columns, dtype=dtype)
    assert codecs.is_symmetric(image)
    for others in ([], ["delta"], ["columns", "delta", "shuffle"]):
        used = ["half", *others]
        data = codecs.encode(image, used)
        assert len(data) == (rows // 2 + 1) * columns * image.itemsize
        assert codecs.decode(data, used, dtype, image.shape).tobytes() == image.tobytes()


@given(st.integers(3, 8), st.integers(1, 8), st.data())
def test_one_pixel_out_of_symmetry_is_kept(rows, columns, data):
    image = symmetric(rows, columns)
    image[data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))] += 1
    assert unpacked(image).tobytes() == image.tobytes()


def test_a_big_endian_or_strided_array_is_stored_as_the_same_numbers():
    array = np.arange(24, dtype=">u2").reshape(4, 6)[:, ::2]
    used, data = codecs.compress(array)
    again = codecs.decode(gzip.decompress(data), used, "uint16", array.shape)
    assert np.array_equal(again, array)
    assert again.dtype == np.dtype("<u2")


def test_a_symmetric_spectrum_takes_half_the_room():
    spectrum = symmetric(128, 128)
    used, data = codecs.compress(spectrum)
    assert used[0] == "half"
    assert len(data) < 0.55 * len(gzip.compress(spectrum.tobytes()))


def test_runs_take_a_third_of_the_room():
    used, data = codecs.compress(runs())
    assert {"columns", "delta"} <= set(used)
    assert len(data) < len(gzip.compress(runs().tobytes())) / 3


@pytest.mark.parametrize("dtype", codecs.DTYPES)
def test_the_codecs_chosen_are_the_smallest_of_those_that_may_be(dtype):
    smooth = (1000 * np.add.outer(np.sin(np.arange(40) / 9), np.cos(np.arange(50) / 9)) + 3000).astype(dtype)
    used, data = codecs.compress(smooth)
    assert "columns" not in used  # 50 columns are an image
    for other in ([], ["shuffle"], *([["delta"], ["delta", "shuffle"]] if smooth.dtype.kind != "f" else [])):
        # chosen at a faster setting of zlib than what is written, so the order may differ by a hair
        assert len(data) <= 1.02 * len(codecs.gzipped(codecs.encode(smooth, other)))
    assert "delta" not in used or smooth.dtype.kind != "f"


def test_the_codecs_of_a_large_image_are_chosen_on_its_middle(monkeypatch):
    image = symmetric(64, 64)[:40]
    tried = []
    monkeypatch.setattr(codecs, "_SAMPLE", 1024)
    monkeypatch.setattr(codecs.zlib, "compress", lambda data, level, **more: tried.append(len(data)) or data)
    monkeypatch.setattr(codecs, "gzipped", lambda data: data)
    codecs.compress(image)
    assert set(tried) == {1024}


def test_the_same_array_always_gives_the_same_bytes():
    assert codecs.compress(runs()) == codecs.compress(runs())
    assert gzip.decompress(codecs.gzipped(b"abc")) == b"abc"
    assert codecs.gzipped(b"abc")[4:8] == bytes(4)  # the time


def test_a_codec_of_a_later_version_is_named():
    with pytest.raises(ValueError, match="unknown codec wavelet: expected some of half, columns, delta, shuffle"):
        codecs.decode(b"", ["shuffle", "wavelet"], "uint8", [0])


def test_what_is_unpacked_is_read_only():
    again = unpacked(runs())
    with pytest.raises(ValueError, match="read-only"):
        again[0] = 0
