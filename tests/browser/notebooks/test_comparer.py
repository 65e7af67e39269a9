"""The comparer in a running notebook: a hand swipes, blends and draws, and the kernel hears of it."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

CELL = """
import os, time
import sys
import emwidgets as emw
import emwidgets.refocusing.frames

frames, asked, pause = sys.modules["emwidgets.refocusing.frames"], [], [0.0]
restore = frames.restore

def counted(image, network, *, cancelled, progress, **others):
    asked.append(network)
    steps = int(20 * pause[0])
    for step in range(steps):
        if cancelled():
            raise RuntimeError("cancelled")
        progress(step, steps)
        time.sleep(0.05)
    return restore(image, network, cancelled=cancelled, progress=progress, **others)

frames.restore = counted
sharp = emw.examples.platinum_cobalt_particle().isig[:160, :128]
sharp.metadata.General.title = "Mine <b>"
one = emw.RefocusComparer(sharp, turns=1, blur=True, blur_sigma=2.0)
one
"""
SHOWN = re.compile(r"^[1-9]\d*$")
IDLE = "[one.status['state'], 'data' in one.after]"


def slider(root, control):
    return root.locator(f'[data-control="{control}"] input[type=range]')


def choice(root, label, value):
    """A radio button's label, which is what a hand clicks on."""
    return root.locator(f'[role=radiogroup][aria-label="{label}"] label:has(input[value="{value}"])')


@pytest.fixture(scope="module")
def lab(shared_lab):
    shared_lab.open(shared_lab.write("comparer.ipynb", CELL))
    shared_lab.run_all()
    return shared_lab


@pytest.fixture(scope="module")
def root(lab):
    root = lab.page.locator(".em-comparer").first
    expect(root).to_have_attribute("data-em-result", SHOWN)
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    rests(lab)
    return root


def rests(lab):
    """Wait until what is shown is refocused."""
    assert lab.asked_until(IDLE, ["idle", True]) == ["idle", True]


def handle(root):
    return root.locator(".em-swipe")


def swipe(root, to):
    """Drag the handle to a share of the width of the picture, and let go."""
    page, area, grip = root.page, root.locator(".em-compare"), handle(root)
    area.scroll_into_view_if_needed()
    box, held = area.bounding_box(), grip.bounding_box()
    middle = held["y"] + held["height"] / 2
    page.mouse.move(held["x"] + held["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + to * box["width"], middle, steps=8)
    page.mouse.up()


def test_it_says_what_python_says(lab, root, reads_as):
    expect(root.locator(".em-title")).to_contain_text("Mine <b>")
    rows = {row["name"]: row for row in lab.ask("one.measures['rows']")}
    assert {"sharpness", "psnr", "ssim"} <= rows.keys()
    expect(root.locator("[data-measure]")).to_have_count(len(rows))
    for name, row in rows.items():
        texts = root.locator(f'[data-measure="{name}"] td').all_inner_texts()
        for text, value in zip(texts[:2], (row["before"], row["after"]), strict=True):
            assert text == "–" if value is None else reads_as(text, value), (name, text, value)
    expect(root).to_contain_text(lab.ask("one.summary"))


def test_a_swipe_by_hand_shows_more_of_the_other_image_and_the_kernel_knows(lab, root):
    expect(handle(root)).to_have_attribute("aria-valuenow", "50")
    swipe(root, 0.25)
    expect(handle(root)).to_have_attribute("aria-valuenow", re.compile("^2[456]$"))
    assert lab.asked_until("abs(one.view.get('swipe', 0.5) - 0.25) < 0.02", True) is True
    assert lab.ask("len(asked)") == 1
    root.locator("[data-action=undo]").click()
    expect(handle(root)).to_have_attribute("aria-valuenow", "50")


def test_swipe_and_strength_follow_the_hand_with_the_kernel_standing_still(lab, root, painted, held):
    pid = lab.ask("os.getpid()")
    os.kill(pid, signal.SIGSTOP)
    try:
        swipe(root, 0.7)
        expect(handle(root)).to_have_attribute("aria-valuenow", re.compile("^(69|70|71)$"))
        seen = {painted(root, "right")}
        with held(slider(root, "strength"), 0.0):
            seen.add(painted(root, "right"))
        assert len(seen) == 2
    finally:
        os.kill(pid, signal.SIGCONT)
    assert lab.asked_until("one.strength", 0.0) == 0.0
    rests(lab)


def test_strength_is_measured_without_asking_the_network(lab, root, drag):
    drag(slider(root, "strength"), 2 / 3)
    assert lab.asked_until("0.9 < one.strength < 1.1", True) is True
    rests(lab)
    assert lab.ask("len(asked)") == 1
    assert f"strength={lab.ask('one.strength')}" in lab.ask("one.code") or lab.ask("one.strength") == 1
    measured = lab.ask("{row['name']: row['after'] for row in one.measures['rows']}")
    expect(root.locator('[data-measure="psnr"] td').nth(1)).to_have_text(f"{measured['psnr']:.2f}")
    lab.ask("setattr(one, 'strength', 1.0)")
    rests(lab)


@pytest.mark.parametrize("mode", ["side", "difference", "blink", "swipe"])
def test_every_way_to_compare_is_one_click_away(lab, root, painted, mode):
    choice(root, "Compare by", mode).click()
    expect(root.locator(".em-compare")).to_have_attribute("data-mode", mode)
    assert lab.asked_until("one.view.get('mode')", mode) == mode
    assert painted(root, "right")


def test_a_map_over_the_images_says_what_its_colours_mean(lab, root, painted):
    before = painted(root, "right")
    choice(root, "Overlay", "change").click()
    expect(root.locator("[data-legend]").first).to_contain_text("Change")
    assert lab.asked_until("one.view.get('overlay')", "change") == "change"
    assert painted(root, "right") != before
    choice(root, "Overlay", "none").click()


def test_a_wider_blur_is_another_image_and_restored_anew(lab, root, painted):
    before, asked = painted(root, "left"), lab.ask("len(asked)")
    slider(root, "blur_sigma").fill("4")  # at once: a drag of more than a second is more than one step to undo
    assert lab.asked_until("one.blur_sigma", 4.0) == 4.0
    rests(lab)
    assert lab.ask("len(asked)") > asked
    assert painted(root, "left") != before
    root.locator("[data-action=undo]").click()
    assert lab.asked_until("one.blur_sigma", 2.0) == 2.0
    rests(lab)


def test_without_the_blur_there_is_no_truth_to_be_near_to(lab, root):
    root.locator("[data-action=blur]").click()
    assert lab.asked_until("one.blur", False) is False
    rests(lab)
    expect(root.locator('[data-measure="psnr"]')).to_have_count(0)
    expect(root.locator('[data-measure="sharpness"]')).to_have_count(1)
    assert lab.ask("one.code") == "emw.refocusing.refocus(signal, turns=1)"
    root.locator("[data-action=undo]").click()
    assert lab.asked_until("one.blur", True) is True
    rests(lab)
    expect(root.locator('[data-measure="psnr"]')).to_have_count(1)


def test_what_takes_long_tells_how_far_it_is_and_can_be_stopped(lab, root):
    after = lab.ask("hash(one.after['data'])")
    lab.ask("pause.__setitem__(0, 30.0)")
    choice(root, "Averaged orientations", 8).click()
    assert lab.asked_until("one.status['state'] == 'running' and one.status['fraction'] > 0", True) is True
    started = time.monotonic()
    root.locator("[data-action=cancel]").click()
    assert lab.asked_until("one.status['state']", "cancelled") == "cancelled"
    assert time.monotonic() - started < 15  # of thirty seconds
    assert lab.ask("hash(one.after['data'])") == after
    lab.ask("pause.__setitem__(0, 0.0)")
    root.locator("[data-action=undo]").click()
    assert lab.asked_until("one.turns", 1) == 1
    rests(lab)


def test_a_box_drawn_by_hand_is_refocused_alone(lab, root):
    choice(root, "Compare by", "swipe").click()
    root.locator("[data-action=draw-region]").click()
    root.locator(".em-compare").scroll_into_view_if_needed()
    box = root.locator('[data-stage="left"]').bounding_box()
    x, y = (box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + box["width"] * 0.15, y + box["height"] * 0.3, steps=6)
    lab.page.mouse.up()
    assert lab.asked_until("len(one.region)", 4) == 4
    rests(lab)
    changed = lab.ask("float((one.result.change.data != 0).mean())")
    assert 0.01 < changed < 0.2
    assert "region=[" in lab.ask("one.code")
    root.locator("[data-action=whole-image]").click()
    assert lab.asked_until("one.region", []) == []
    rests(lab)


@pytest.mark.parametrize(("kind", "ending"), [("tiff", ".tif"), ("hspy", ".hspy")])
def test_files_are_written_beside_the_notebook(lab, root, kind, ending):
    root.locator(f"[data-action=save-{kind}]").click()
    assert lab.asked_until(f"[one.saved['state'], one.saved['file'][-{len(ending)}:]]", ["done", ending])[0] == "done"
    name = lab.ask("one.saved['file']")
    expect(root.locator(".em-saved")).to_contain_text(name)
    assert (lab.root / name).is_file()
    assert lab.ask(f"bool((__import__('hyperspy.api').api.load({name!r}).data == one.result.image.data).all())")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1700, 760])
def test_it_is_accessible_and_fits_in_both_themes(lab, root, inaccessible, drawn, theme, width):
    lab.theme(theme)
    lab.page.set_viewport_size({"width": width, "height": 1300})
    drawn(root)
    assert root.evaluate("root => root.scrollWidth <= root.clientWidth + 1")
    assert not inaccessible(root)
    lab.scroll_to(0)
    root.evaluate("root => root.scrollIntoView({ block: 'start' })")
    drawn(root)
    lab.screenshot(f"comparer-{theme}-{width}")


def test_when_its_kernel_is_gone_it_still_compares(lab, root, painted, held):
    """Last, for nothing answers afterwards."""
    lab.page.set_viewport_size({"width": 1400, "height": 1000})
    lab.theme("light")
    lab.command("kernelmenu:shutdown")
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "disconnected", timeout=30_000)
    expect(slider(root, "blur_sigma")).to_be_disabled()
    swipe(root, 0.4)
    expect(handle(root)).to_have_attribute("aria-valuenow", re.compile("^(39|40|41)$"))
    before = painted(root, "right")
    with held(slider(root, "strength"), 0.1):
        assert painted(root, "right") != before
    choice(root, "Compare by", "difference").click()
    expect(root.locator(".em-compare")).to_have_attribute("data-mode", "difference")
