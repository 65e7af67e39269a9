import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from emwidgets.frontend.wire import (
    Column,
    array_from_payload,
    array_payload,
    bin_by_averaging,
    pixels_payload,
    plain,
    table_payload,
    values_of,
)

shapes = npst.array_shapes(min_dims=2, max_dims=2, max_side=12)
wire_types = st.sampled_from(["uint8", "uint16", "int32", "uint32", "float32", ">u2", ">f4", ">i4"])


@given(wire_types.flatmap(lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=0, min_side=0))))
def test_an_array_comes_back_bit_for_bit(array):
    payload = array_payload(array)
    assert len(payload["data"]) == array.nbytes
    np.testing.assert_array_equal(array_from_payload(payload), array)
    assert json.loads(json.dumps(payload["shape"])) == list(array.shape)


def test_bytes_on_the_wire_are_little_endian_in_c_order():
    payload = array_payload(np.array([[1, 2], [3, 4]], ">u2").T)
    assert payload["data"] == bytes([1, 0, 3, 0, 2, 0, 4, 0])
    assert payload["dtype"] == "uint16"


@pytest.mark.parametrize("dtype", ["float64", "int64", "complex64", "bool", "U3"])
def test_an_array_the_browser_has_no_type_for_is_refused(dtype):
    with pytest.raises(TypeError, match="expected one of uint8"):
        array_payload(np.zeros(3, dtype))


@given(npst.arrays("uint8", shapes), st.sampled_from(["uint8", "int16", "float32", "float64", "bool"]))
def test_an_8_bit_image_stays_exact_whatever_its_type_in_python(image, dtype):
    image = image.astype(dtype)
    payload = pixels_payload(image)
    assert (payload["dtype"], payload["scale"], payload["offset"]) == ("uint8", 1, 0)
    np.testing.assert_array_equal(values_of(payload), image.astype(float))


@given(npst.arrays("int32", shapes, elements=st.integers(-30_000, 35_535)))
def test_whole_numbers_that_span_16_bit_stay_exact(image):
    np.testing.assert_array_equal(values_of(pixels_payload(image)), image)


@given(
    st.sampled_from([("float32", 32), ("float64", 64)]).flatmap(
        lambda kind: npst.arrays(kind[0], shapes, elements=st.floats(-(2.0**100), 2.0**100, width=kind[1]))
    )
)
def test_values_come_back_within_one_of_65535_steps_of_the_range(image):
    low, high = float(image.min()), float(image.max())
    # the sum scale * stored + offset itself rounds; a range whose steps would be denormal counts as constant
    rounding = 4 * np.finfo(float).eps * max(abs(low), abs(high)) + 65535 * np.finfo(float).tiny
    error = np.abs(values_of(pixels_payload(image)) - image)
    assert error.max() <= 0.51 * (high - low) / 65535 + rounding


def test_values_of_a_range_beyond_the_largest_float_come_back():
    image = np.array([[-1.7e308, 0.0, 1.7e308]])
    payload = pixels_payload(image)
    np.testing.assert_array_equal(array_from_payload(payload), [[0, 32768, 65535]])


def test_missing_and_infinite_pixels_are_shown_at_the_ends_of_the_range():
    payload = pixels_payload(np.array([[np.nan, 1.5, 3.5], [np.inf, -np.inf, 2.5]]))
    np.testing.assert_allclose(values_of(payload), [[1.5, 1.5, 3.5], [3.5, 1.5, 2.5]], atol=2 / 65535)


def test_a_constant_image_keeps_its_value():
    np.testing.assert_array_equal(values_of(pixels_payload(np.full((3, 4), 0.1))), np.full((3, 4), 0.1))


@pytest.mark.parametrize(
    ("image", "error", "words"),
    [
        (np.ones((4, 4), complex), TypeError, "expected real numbers"),
        (np.full((4, 4), np.nan), ValueError, "no finite pixel"),
        (np.ones(4), ValueError, "expected rows and columns"),
        (np.ones((0, 4)), ValueError, "expected rows and columns"),
    ],
)
def test_what_is_no_image_is_refused(image, error, words):
    with pytest.raises(error, match=words):
        pixels_payload(image)


@given(st.integers(5, 40), st.integers(5, 40), st.integers(4, 16))
def test_a_large_image_is_binned_to_fit_and_says_so(rows, columns, max_size):
    image = np.random.default_rng(0).normal(size=(rows, columns))
    payload = pixels_payload(image, scale=(0.5, 0.25), offset=(1.0, -2.0), unit="nm", max_size=max_size)
    factor = payload["binned"]
    assert max(payload["shape"]) <= max_size
    assert factor == -(-max(rows, columns) // max_size)
    square = image[:factor, :factor]
    assert values_of(payload)[0, 0] == pytest.approx(square.mean(), abs=np.ptp(image) / 65535)
    y, x = payload["axes"]["y"], payload["axes"]["x"]
    assert (y["scale"], x["scale"]) == (0.5 * factor, 0.25 * factor)
    assert y["offset"] == pytest.approx(1 + 0.5 * np.arange(factor).mean())
    assert x["offset"] == pytest.approx(-2 + 0.25 * np.arange(factor).mean())


def test_binning_leaves_missing_pixels_out_and_takes_the_rest_of_the_edge():
    image = np.array([[1, 3, 5], [np.nan, 5, 7], [np.nan, np.nan, 9]])
    np.testing.assert_array_equal(bin_by_averaging(image, 2), [[3, 6], [np.nan, 9]])


def test_a_table_travels_as_strict_json():
    frame = pd.DataFrame(
        {
            "d": [0.2, np.nan, np.inf],
            "family": np.array([0, -1, 1]),
            "good": [True, False, True],
            "reason": ["", "<b>", "x"],
        }
    )
    columns = [Column("good", "Crystalline"), Column("d", "d", "nm", "lattice spacing", 4), Column("family", "Family")]
    payload = table_payload(frame, columns)
    assert payload == json.loads(json.dumps(payload, allow_nan=False))
    assert payload["rows"] == 3
    assert payload["data"] == {"good": [True, False, True], "d": [0.2, None, None], "family": [0, -1, 1]}
    assert payload["columns"][1] == {"name": "d", "label": "d", "unit": "nm", "help": "lattice spacing", "digits": 4}


def test_a_table_without_a_promised_column_is_refused():
    with pytest.raises(KeyError, match=r"no column area; it has d"):
        table_payload(pd.DataFrame({"d": [1.0]}), [Column("area", "Area")])


def test_an_empty_table_keeps_its_columns():
    payload = table_payload(pd.DataFrame({"d": pd.Series(dtype=float)}), [Column("d", "d")])
    assert payload["rows"] == 0
    assert payload["data"] == {"d": []}


numbers = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.floats(width=32).map(np.float32), st.text()
)
nested = st.recursive(
    numbers | npst.arrays("float32", 3) | npst.arrays("int16", (2, 2)),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


@given(nested)
def test_plain_values_are_strict_json(value):
    json.dumps(plain(value), allow_nan=False)


def test_a_value_without_a_form_in_json_is_refused():
    with pytest.raises(TypeError, match="no form in JSON"):
        plain({"when": object()})
