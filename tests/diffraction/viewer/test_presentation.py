"""Evidence and maps in the units of a pattern."""

import numpy as np
import pytest

from emwidgets.diffraction.rules.evidence import Evidence
from emwidgets.diffraction.viewer.presentation import (
    evidence_payload,
    map_payload,
    navigation_axes,
    part_on_frame,
    sendable,
)
from emwidgets.frontend.wire import array_from_payload, values_of
from emwidgets.signals import Calibration


def calibration(scale=(0.2, 0.1), offset=(-3.0, 5.0), shape=(40, 64), navigation_axes=()):
    return Calibration(
        scale=scale,
        offset=offset,
        unit="1/nm",
        calibrated=True,
        title="",
        frame_shape=shape,
        navigation_shape=tuple(axis["size"] for axis in navigation_axes),
        axis_names=("ky", "kx"),
        navigation_axes=navigation_axes,
        lazy=False,
    )


def test_evidence_is_in_the_units_of_the_pattern():
    found = Evidence(
        "hough", 0.9, 2.2, (10.0, 30.0), np.array([[10.0, 30.0, 8.0, 8.0, 0.0, 0.7]]), np.array([[1.0, 2.0, 0.4]])
    )
    payload = evidence_payload(found, calibration())
    assert payload["probability"] == 0.9
    assert payload["centre"] == pytest.approx([8.0, -1.0])
    np.testing.assert_allclose(array_from_payload(payload["circles"]), [[8.0, -1.0, 1.6, 0.8, 90.0, 0.7]], rtol=1e-6)
    np.testing.assert_allclose(array_from_payload(payload["spots"]), [[5.2, -2.8, 0.4]], rtol=1e-6)


def test_evidence_without_spots_has_none():
    payload = evidence_payload(
        Evidence("hough", 0.1, -2, (1.0, 1.0), np.empty((0, 6)), np.empty((0, 3))), calibration()
    )
    assert payload["circles"]["shape"] == [0, 6]
    assert payload["spots"]["shape"] == [0, 3]


def test_a_map_spans_the_pattern():
    heat = np.linspace(0, 1, 16 * 16, dtype=np.float32).reshape(16, 16)
    payload = map_payload(heat, calibration())
    np.testing.assert_allclose(values_of(payload), heat, atol=1e-4)
    x, y = payload["axes"]["x"], payload["axes"]["y"]
    assert (x["scale"] * 16, y["scale"] * 16) == pytest.approx((64 * 0.1, 40 * 0.2))
    assert x["offset"] - x["scale"] / 2 == pytest.approx(5.0 - 0.05)
    assert y["offset"] - y["scale"] / 2 == pytest.approx(-3.0 - 0.1)


def test_of_a_square_pattern_the_whole_map_is_on_the_frame():
    heat = np.random.default_rng(0).random((16, 16))
    np.testing.assert_array_equal(part_on_frame(heat, (64, 64)), heat)


@pytest.mark.parametrize(("shape", "axis"), [((40, 64), 0), ((64, 40), 1), ((33, 64), 0)])
def test_of_an_oblong_pattern_the_middle_of_the_map_is_on_the_frame(shape, axis):
    """A ramp of the px of the square is a ramp of the px of the frame."""
    centres = 4 * np.arange(16) + 1.5
    ramp = np.broadcast_to(centres if axis == 1 else centres[:, None], (16, 16))
    cropped = part_on_frame(ramp, shape)
    size = shape[axis]
    first = (64 - size) // 2
    expected = first + size / 16 * (np.arange(16) + 0.5) - 0.5
    np.testing.assert_allclose(cropped.take(0, 1 - axis), expected, rtol=1e-9)
    np.testing.assert_allclose(cropped.take(5, 1 - axis), expected, rtol=1e-9)


def test_axes_without_names_units_or_scale_are_said_so():
    from traits.api import Undefined

    axes = (
        {"size": 2, "name": "y", "scale": 0.5, "offset": 1.0, "units": "nm"},
        {"size": 3, "name": Undefined, "units": Undefined, "axis": [1.0, 2.0, 4.0]},
        {"size": 3, "name": "t\ud800", "units": None, "scale": np.float64("nan")},
    )
    assert navigation_axes(calibration(navigation_axes=axes)) == [
        {"name": "y", "scale": 0.5, "offset": 1.0, "unit": "nm"},
        {"name": "", "scale": 1.0, "offset": 0.0, "unit": ""},
        {"name": "t\ufffd", "scale": 1.0, "offset": 0.0, "unit": ""},
    ]


def test_half_a_character_is_replaced():
    assert sendable("a\ud800b").encode() == "a\ufffdb".encode()
    assert sendable(None) == sendable("<undefined>") == ""
