"""The picture of a pattern with a heat map and evidence on it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from emwidgets.diffraction.viewer.picture import draw_evidence, lay_heat, pattern_picture
from emwidgets.frontend.colours import colour_table
from emwidgets.frontend.wire import array_payload, pixels_payload

BLUE, ORANGE = np.array([0x4C, 0xC3, 0xFF]), np.array([0xFF, 0xB4, 0x2E])


@pytest.fixture
def pattern():
    image = np.zeros((120, 160))
    image[0, 0] = 255
    return pixels_payload(image, scale=(0.2, 0.1), offset=(-12.0, -8.0), unit="1/nm")


def evidence(circles=(), spots=(), centre=(0.0, 0.0)):
    return {
        "centre": list(centre),
        "circles": array_payload(np.array(circles, np.float32).reshape(-1, 6)),
        "spots": array_payload(np.array(spots, np.float32).reshape(-1, 3)),
    }


def heat(left, right):
    values = np.full((16, 16), float(left))
    values[:, 8:] = right
    return pixels_payload(values, scale=(1.5, 1.0), offset=(-11.35, -7.55), unit="1/nm")


MAPS = {"densenet": {"ring": heat(0, 1), "spot": heat(1, 0)}, "cnn": {"ring": heat(1, 1), "spot": heat(0, 0)}}


def drawn(*arguments):
    return np.asarray(pattern_picture(*arguments)).astype(int)


def warmth(pixels, half):
    """How much of a heat map there is in a half, clear of the scale bar."""
    return pixels[5:80, (5 if half == "left" else 90) : (70 if half == "left" else 155)].sum(axis=-1).mean()


def test_nothing_over_it_leaves_the_pattern_in_its_colours(pattern):
    pixels = drawn(pattern, {}, {}, "ring", {"stage": {"map": "viridis"}})
    assert pixels[60, 80].tolist() == colour_table("viridis")[0].tolist()


def test_the_map_is_that_of_the_label_unless_the_view_says_otherwise(pattern):
    for label, view, warm in [
        ("ring", {}, "right"),
        ("spot", {}, "left"),
        ("spot", {"target": "ring"}, "right"),
        ("", {}, "right"),
        ("ring", {"target": ["nonsense"]}, "right"),
    ]:
        pixels = drawn(pattern, MAPS, {}, label, view)
        cold = "left" if warm == "right" else "right"
        assert warmth(pixels, warm) > 50 > warmth(pixels, cold)


def test_the_network_is_that_of_the_view(pattern):
    pixels = drawn(pattern, MAPS, {}, "ring", {"network": "cnn"})
    assert warmth(pixels, "left") > 50
    for network in ("none such", None, 3):
        assert warmth(drawn(pattern, MAPS, {}, "ring", {"network": network}), "right") == 0


def test_a_heat_map_is_blended_as_the_view_says(pattern):
    seen = [warmth(drawn(pattern, MAPS, {}, "ring", {"heat": opacity}), "right") for opacity in (0, 0.2, 0.7, 1)]
    assert seen[0] == 0
    assert seen == sorted(seen)
    inferno = colour_table("inferno")[255]
    np.testing.assert_array_equal(drawn(pattern, MAPS, {}, "ring", {"heat": 1})[60, 150], inferno)
    default = warmth(drawn(pattern, MAPS, {}, "ring", {}), "right")
    assert warmth(drawn(pattern, MAPS, {}, "ring", {"heat": "much"}), "right") == default


def test_weak_places_let_the_pattern_shine_through():
    picture = np.full((64, 64, 3), 200, np.uint8)
    lay_heat(picture, np.zeros((16, 16)), 1.0)
    np.testing.assert_array_equal(picture, 200)
    lay_heat(picture, np.full((16, 16), 0.5), 1.0)
    expected = (200 * 128 + colour_table("inferno")[128].astype(int) * 128) >> 8
    np.testing.assert_array_equal(picture[30, 30], expected)


def test_rings_and_spots_of_the_rule_chosen_are_where_it_found_them(pattern):
    found = evidence([[0.0, 0.0, 6.0, 3.0, 90.0, 0.9]], [[-4.0, -8.0, 0.0]])
    pixels = drawn(pattern, {}, {"hough": found}, "ring", {"rule": "hough"})
    ring = (pixels == BLUE).all(axis=-1)
    assert ring[89:92, 80].any()  # 6 along y at 0.2 a row
    assert ring[60, 109:112].any()  # 3 along x at 0.1 a column
    assert pixels[20 - 4, 40].tolist() == ORANGE.tolist()
    assert pixels[60, 80].tolist() == [255, 255, 255]
    for rule in (None, "fourier", ["hough"]):
        nothing = drawn(pattern, {}, {"hough": found}, "ring", {"rule": rule})
        assert not (nothing == BLUE).all(axis=-1).any()


def test_weak_rings_are_dashed(pattern):
    counts = {}
    for strength in (0.9, 0.2):
        found = evidence([[0.0, 0.0, 5.0, 5.0, 0.0, strength]])
        pixels = drawn(pattern, {}, {"fourier": found}, "ring", {})
        counts[strength] = (pixels == BLUE).all(axis=-1).sum()
    assert 0.3 * counts[0.9] < counts[0.2] < 0.8 * counts[0.9]


def test_what_is_no_number_is_not_drawn(pattern):
    image = Image.new("RGB", (160, 120))
    found = evidence([[np.nan, 0.0, 5.0, 5.0, 0.0, 1.0]], [[np.inf, 0.0, 1.0]], (float("nan"), 0.0))
    draw_evidence(ImageDraw.Draw(image), found, pattern["axes"], 1)
    assert not np.asarray(image).any()
