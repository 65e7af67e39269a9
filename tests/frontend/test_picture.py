"""Pictures drawn by Python: colours, limits, labels and the scale bar, by the rules of the front end."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emwidgets.frontend import colours
from emwidgets.frontend.picture import Display, add_scale_bar, bar_of, coloured, label_slots, paint_labels, write_png
from emwidgets.frontend.wire import pixels_payload

SOURCE = Path(colours.__file__).parent / "src" / "core" / "colormaps.ts"


def grey(image, **display):
    """One channel of the picture, which is grey."""
    picture = coloured(pixels_payload(image), Display(**display))
    assert (picture[..., :1] == picture).all()
    return picture[..., 0]


# colours


@pytest.mark.skipif(not SOURCE.is_file(), reason="the sources of the front end are not in a wheel")
def test_the_colours_are_those_of_the_front_end():
    source = SOURCE.read_text(encoding="utf-8")
    written = re.findall(r"(\w+):\s+((?:\"[0-9a-f]+\"[\s+,]*)+)", source)
    anchors = {name: "".join(re.findall(r"[0-9a-f]{20,}", text)) for name, text in written}
    assert anchors == colours._ANCHORS
    labels = re.search(r"LABEL_COLOURS = \[(.*?)\]", source)[1]
    assert tuple(re.findall(r"#[0-9a-f]{6}", labels)) == colours._LABELS
    assert f'"{colours._NONE}"' in source


@pytest.mark.parametrize("name", colours.MAPS)
def test_a_map_rises_in_brightness_from_dark_to_bright(name):
    table = colours.colour_table(name)
    assert (table.shape, table.dtype) == ((256, 3), np.uint8)
    brightness = table @ [0.2126, 0.7152, 0.0722]
    assert brightness[0] < 40
    assert brightness[-1] > 150
    assert np.diff(brightness).min() > -2


def test_a_map_that_is_none_is_refused_by_name():
    with pytest.raises(ValueError, match="no colour map 'jet': expected one of gray, viridis"):
        colours.colour_table("jet")


def test_labels_repeat_their_colours_with_another_hatch():
    assert [colours.label_colour(n) for n in (-1, 0, 8)] == ["#bbbbbb", "#56b4e9", "#56b4e9"]
    assert [colours.label_hatch(n) for n in (-1, 0, 7, 8, 24, 32)] == [0, 0, 0, 1, 3, 0]


def test_an_image_is_grey_between_its_limits():
    image = np.arange(256).reshape(16, 16)
    np.testing.assert_array_equal(grey(image, limits="min-max"), image)
    np.testing.assert_array_equal(grey(image, limits=(0.0, 51.0)), np.minimum(5 * image, 255))
    np.testing.assert_array_equal(grey(255 - image, limits=(255.0, 0.0)), image)
    assert set(grey(image, limits=(7.0, 7.0)).ravel()) == {0, 128, 255}


def test_the_presets_leave_as_much_dark_and_bright_as_they_say():
    image = np.random.default_rng(0).normal(size=(200, 200)).astype(np.float32)
    for preset, share in [("auto", 0.001), ("0.1-99.9", 0.001), ("1-99", 0.01)]:
        low, high = np.quantile(image, [share, 1 - share])
        expected = np.clip((image - low) / (high - low), 0, 1) * 255
        assert np.abs(grey(image, limits=preset) - expected).max() < 2


def test_a_few_bright_pixels_on_black_are_seen_where_the_percentiles_fall_together():
    image = np.zeros((100, 100), np.uint8)
    image[3, 4] = 200
    assert grey(image)[3, 4] == 255


def test_gamma_and_logarithm_brighten_what_is_dark():
    image = np.arange(256).reshape(16, 16)
    plain = grey(image, limits="min-max").astype(int)
    for display in ({"gamma": 0.5}, {"log": True}):
        brighter = grey(image, limits="min-max", **display)
        assert (brighter >= plain).all()
        assert brighter[4, 0] > plain[4, 0] + 50
        assert (brighter[0, 0], brighter[-1, -1]) == (0, 255)


@pytest.mark.parametrize(
    "said",
    [
        None, [], "auto", {"map": "jet"}, {"map": ["gray"]}, {"limits": "all"}, {"limits": [1]}, {"limits": [1, None]},
        {"limits": [float("nan"), 1]}, {"limits": [10**400, 1]}, {"gamma": 0}, {"gamma": "2"}, {"gamma": True},
        {"log": 1}, {"map": None, "limits": None, "gamma": None, "log": None},
    ],
)  # fmt: skip
def test_what_a_view_says_wrongly_is_left_at_its_default(said):
    assert Display.of(said) == Display()


def test_what_a_view_says_is_taken():
    said = {"map": "magma", "limits": [1, 2.5], "gamma": 0.5, "log": False, "smooth": True}
    assert Display.of(said) == Display("magma", (1, 2.5), 0.5, False)
    assert Display.of({"limits": "1-99"}).limits == "1-99"


# labels

SHAPE = (40, 60)
RUNS = np.array(
    [[60 * row + 5, 20, 1] for row in range(5, 25)] + [[60 * row + 15, 30, 2] for row in range(15, 35)], np.uint32
)


def test_of_labels_that_overlap_the_one_painted_last_is_on_top():
    for paint in ([1, 2], [2, 1]):
        slots = label_slots(RUNS, paint, SHAPE)
        expected = np.zeros(SHAPE, int)
        for slot, label in enumerate(paint, start=1):
            expected[(slice(5, 25), slice(5, 25)) if label == 1 else (slice(15, 35), slice(15, 45))] = slot
        np.testing.assert_array_equal(slots, expected)
    assert not label_slots(RUNS, [], SHAPE).any()


def painted(opacity=0.5, hatches=(0, 0), shape=SHAPE, slots=None):
    picture = np.full((*shape, 3), 100, np.uint8)
    slots = label_slots(RUNS, [1, 2], shape) if slots is None else slots
    paint_labels(picture, slots, ["#ff0000", "#0000ff"], hatches, opacity)
    return picture


def test_labels_are_laid_over_the_picture_with_a_border_inside():
    picture = painted()
    assert picture[2, 2].tolist() == [100] * 3
    assert picture[10, 10].tolist() == [(100 + 255) // 2, 50, 50]
    assert picture[30, 30].tolist() == [50, 50, (100 + 255) // 2]
    assert picture[5, 10].tolist() == [255, 0, 0]
    assert picture[14, 20].tolist() == [255, 0, 0]
    assert picture[15, 20].tolist() == [0, 0, 255]
    assert (picture[4] == 100).all()


def test_without_a_fill_only_borders_are_drawn():
    picture = painted(opacity=0)
    assert picture[10, 10].tolist() == [100] * 3
    assert picture[5, 10].tolist() == [255, 0, 0]


@pytest.mark.parametrize("hatch", [1, 2, 3])
def test_a_hatch_is_stronger_than_the_fill_and_leaves_most_of_it(hatch):
    picture = painted(hatches=(hatch, 0))
    inside = picture[6:14, 6:24, 1]
    assert set(np.unique(inside)) == {19, 50}
    assert 0 < (inside == 19).mean() < 0.5
    assert set(np.unique(picture[26:34, 16:44, 1])) == {50}


def test_labels_at_the_edge_of_the_image_have_no_border_there():
    picture = painted(shape=(8, 8), slots=np.ones((8, 8), np.uint16))
    assert (picture == [177, 50, 50]).all()


def test_borders_of_large_images_are_wide_enough_to_be_seen():
    slots = np.zeros((2100, 64), np.uint16)
    slots[1000:1100] = 1
    picture = painted(shape=(2100, 64), slots=slots, opacity=0.0)
    assert (picture[:, 30, 0] == 255).sum() == 4
    assert [row for row in range(2100) if picture[row, 30, 0] == 255] == [1000, 1001, 1098, 1099]


# the scale bar


@pytest.mark.parametrize(
    ("longest", "scale", "unit", "pixels", "text"),
    [
        (128, 0.02, "nm", 100, "2 nm"),
        (128, 0.0101, "nm", 1 / 0.0101, "1 nm"),
        (100, 0.0005, "nm", 100, "50 pm"),
        (100, 0.001, "nm", 100, "0.1 nm"),
        (100, 10, "nm", 100, "1 µm"),
        (120, 1, "px", 100, "100 px"),
        (120, 0.05, "1/nm", 100, "5 nm⁻¹"),
        (99.99, -0.02, "nm", 50, "1 nm"),
    ],
)
def test_the_bar_is_1_2_or_5(longest, scale, unit, pixels, text):
    assert bar_of(longest, scale, unit) == (pytest.approx(pixels), text)


@pytest.mark.parametrize("scale", [0.0, float("nan"), float("inf")])
def test_without_a_scale_there_is_no_bar(scale):
    assert bar_of(100, scale, "nm") is None
    image = Image.new("RGB", (100, 100))
    add_scale_bar(image, scale, "nm")
    assert image.getextrema() == ((0, 0),) * 3


@pytest.mark.parametrize("size", [(512, 512), (192, 160), (4096, 3000), (64, 48)])
def test_the_bar_is_as_long_as_it_says(size):
    image = Image.new("RGB", size, (90, 90, 90))
    add_scale_bar(image, 0.02, "nm")
    pixels = np.asarray(image)[..., 0]
    white = pixels == 255
    assert white.sum(axis=1).max() == round(bar_of(size[0] / 4, 0.02, "nm")[0])
    assert not white[:, 0].any()
    assert not white[-1].any()
    assert not white[: size[1] // 2].any()


def test_on_a_tiny_image_there_is_no_bar():
    image = Image.new("RGB", (40, 40))
    add_scale_bar(image, 0.02, "nm")
    assert image.getextrema() == ((0, 0),) * 3


# files


def test_a_file_has_the_texts_that_are_known(tmp_path):
    path = tmp_path / "small.png"
    write_png(path, Image.new("RGB", (3, 2)), {"title": "α <b>", "digest": None}, "smooth(IMAGE)")
    with Image.open(path) as picture:
        assert picture.text == {
            "Title": "α <b>",
            "Software": "emwidgets",
            "Comment": '{"title": "α <b>", "digest": null, "code": "smooth(IMAGE)"}',
        }
    assert [each.name for each in tmp_path.iterdir()] == ["small.png"]
