"""The page of a RefocusComparer: all that compares two images needs no Python."""

import importlib
import re

import numpy as np
import pytest
from hyperspy.signals import Signal2D
from playwright.sync_api import expect
from scipy import ndimage

import emwidgets as emw

HOSTILE = "\"'></title></style></script><!--<img src=x onerror=window.hacked=1><b>\u202e\0\ud800"
SIZE = (120, 160)  # rows and columns


def sharpened(image, network="mrn", *, turns=4, **_):
    """What stands in for a network: quick, and the same on every machine."""
    from emwidgets.refocusing.restore import Restored

    image = np.asarray(image, np.float32)
    change = image - ndimage.gaussian_filter(image, 2)
    change[:, : image.shape[1] // 2] = 0
    defocus = np.zeros(image.shape, np.float32)
    defocus[:, image.shape[1] // 2 :] = 2.5
    return Restored(image + change, defocus, np.abs(change) / 10, 0.3)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Something like grains, blurred first; with texts of a stranger wherever a reader sees some."""
    image = ndimage.gaussian_filter(np.random.default_rng(3).normal(size=SIZE), 2)
    signal = Signal2D((40 + 150 * (image - image.min()) / np.ptp(image)).astype(np.float32))
    signal.axes_manager.signal_axes.set(scale=2.0, units="nm")
    signal.metadata.General.title = HOSTILE
    signal.metadata.set_item("Signal.quantity", HOSTILE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module("emwidgets.refocusing.frames"), "restore", sharpened)
        widget = emw.RefocusComparer(signal, blur=True, blur_sigma=2.0)
        yield widget.save_html(tmp_path_factory.mktemp("page") / "grains.html")
        widget.close()


def handle(root):
    return root.get_by_role("slider", name=re.compile("^Swipe"))


def cut(root):
    """From where on, in percent of the width, the restored image is seen."""
    path = root.locator('[data-stage="right"]').evaluate("host => getComputedStyle(host).clipPath")
    return float(re.fullmatch(r"inset\(0px 0px 0px ([\d.]+)%\)", path)[1])


def choose(root, group, name):
    root.get_by_role("radiogroup", name=group).get_by_text(name, exact=True).click()


def test_texts_of_strangers_are_text(page, reader):
    root = reader.open(page)
    assert reader.page.evaluate("() => window.hacked") is None
    assert reader.page.locator("main").locator("img, iframe, script, style, b").count() == 0
    expect(root.locator(".em-title")).to_contain_text("<img src=x")


def test_the_handle_is_dragged_and_uncovers_the_restored_image(page, reader):
    root = reader.open(page)
    area = root.locator(".em-compare").bounding_box()
    grip = root.locator(".em-swipe-grip").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    assert cut(root) == 50
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x - 0.25 * area["width"], y + 30, steps=4)
    assert cut(root) == pytest.approx(25, abs=0.5)  # it follows before it is let go
    reader.page.mouse.up()
    expect(handle(root)).to_have_attribute("aria-valuenow", "25")
    root.locator("[data-action=undo]").click()
    expect(handle(root)).to_have_attribute("aria-valuenow", "50")
    assert cut(root) == 50


def test_the_handle_goes_by_keys_and_says_where_it_is(page, reader):
    root = reader.open(page)
    handle(root).focus()
    reader.page.keyboard.press("ArrowRight")
    reader.page.keyboard.press("Shift+ArrowRight")
    expect(handle(root)).to_have_attribute("aria-valuenow", "62")
    expect(handle(root)).to_have_attribute("aria-valuetext", "62 % blurred")
    assert cut(root) == 62
    reader.page.keyboard.press("Home")
    assert cut(root) == 0


def test_both_images_are_moved_and_zoomed_as_one(page, reader, painted):
    root = reader.open(page)
    seen = [painted(root, "left"), painted(root, "right")]
    area = root.locator(".em-compare").bounding_box()
    reader.page.mouse.move(area["x"] + 0.9 * area["width"], area["y"] + 0.3 * area["height"])  # over the restored image
    reader.page.mouse.wheel(0, -400)
    expect(root.locator("[data-action=undo]")).to_have_attribute("aria-label", "Undo View")
    after = [painted(root, "left"), painted(root, "right")]
    assert seen[0] != after[0]
    assert seen[1] != after[1]
    line = root.locator(".em-stage-readout")
    expect(line).to_contain_text("blurred")
    expect(line).to_contain_text("restored")
    expect(line).to_contain_text("truth")


def test_modes_show_the_images_beside_each_other_in_turn_and_their_difference(page, reader, painted):
    root = reader.open(page)
    boxes = [root.locator(f'[data-stage="{side}"]') for side in ("left", "right")]
    choose(root, "Compare by", "Side by side")
    left, right = (box.bounding_box() for box in boxes)
    assert right["x"] >= left["x"] + left["width"]
    assert left["width"] == pytest.approx(right["width"], abs=1)

    choose(root, "Compare by", "Blink")
    expect(boxes[1]).to_be_hidden()  # and comes again by itself
    expect(boxes[1]).to_be_visible()
    root.locator("[data-action=blink]").click()
    hidden = not boxes[1].is_visible()
    root.locator("[data-action=turn]").click()
    expect(boxes[1]).to_be_visible() if hidden else expect(boxes[1]).to_be_hidden()

    restored = painted(root, "right")
    choose(root, "Compare by", "Difference")
    assert painted(root, "right") != restored
    expect(root.locator("[data-legend]")).to_contain_text("Restored − blurred")
    choose(root, "Compare with", "Truth")
    expect(root.locator("[data-legend]")).to_contain_text("Restored − truth")


def test_a_reader_who_wants_less_motion_sees_nothing_blink(page, reading):
    with reading(reduced_motion="reduce") as reader:
        root = reader.open(page)
        choose(root, "Compare by", "Blink")
        right = root.locator('[data-stage="right"]')
        seen = set()
        for _ in range(8):
            reader.page.wait_for_timeout(250)
            seen.add(right.is_visible())
        assert len(seen) == 1


def test_overlays_have_a_scale_in_physical_units(page, reader, painted):
    root = reader.open(page)
    pictures, legends = {painted(root, "left")}, []
    for name in ("Change", "Blur", "Uncertainty"):
        choose(root, "Overlay", name)
        pictures.add(painted(root, "left"))
        legends.append(root.locator("[data-legend]").inner_text())
    assert len(pictures) == 4
    assert re.search(r"2\.5\s*px · 5\.0\s*nm", legends[1])


def test_the_strength_is_blended_without_python(page, reader, painted, drag):
    root = reader.open(page)
    left, right = painted(root, "left"), painted(root, "right")
    drag(root.locator('[data-control="strength"] input[type=range]'), 0.0)
    assert painted(root, "right") == left  # at strength 0 it is the image as it was
    assert painted(root, "left") == left != right
    expect(root.locator(".em-panel-measures")).to_contain_text("numbers of strength 1.00")


def test_a_line_is_measured_in_all_images(page, reader):
    root = reader.open(page)
    root.locator("[data-action=draw-profile]").click()
    area = root.locator(".em-compare").bounding_box()
    reader.page.mouse.move(area["x"] + 0.2 * area["width"], area["y"] + 0.2 * area["height"])
    reader.page.mouse.down()
    reader.page.mouse.move(area["x"] + 0.8 * area["width"], area["y"] + 0.3 * area["height"], steps=4)
    reader.page.mouse.up()
    expect(root.locator(".em-panel-profile path.em-curve")).to_have_count(3)
    expect(root.locator(".em-panel-profile .em-curve-name")).to_have_text(["Truth", "Blurred", "Restored"])


def test_what_is_seen_is_saved_as_a_picture_with_how_it_was_made(page, reader):
    root = reader.open(page)
    choose(root, "Overlay", "Change")
    with reader.page.expect_download() as waiting:
        root.locator("[data-action=save-png]").click()
    png = waiting.value.path().read_bytes()
    assert png.startswith(b"\x89PNG")
    assert b"emw.refocusing.refocus" in png


def test_regions_and_files_need_python_and_say_so(page, reader):
    root = reader.open(page)
    for action in ("region-tool", "save-tiff", "save-hspy"):
        expect(root.locator(f'[data-action="{action}"]')).to_have_attribute("aria-disabled", "true")
        expect(root.locator(f'[data-action="{action}"]')).to_have_attribute("title", re.compile("Python"))
