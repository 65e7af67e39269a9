"""The classifier in a running notebook: what a user does to patterns, and what the kernel hears of it."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

CELL = """
import os
import numpy as np
import hyperspy.api as hs
import emwidgets as emw
from emwidgets.diffraction.simulation.simulate import simulate_array

made = [simulate_array("gold", n, shape=(128, 160), pixel_size=0.12, seed=i)[0] for i, n in enumerate([5000, 1] * 6)]
data = np.stack(made).reshape(3, 4, 128, 160)
data[2, 3] = 7.0
scan = hs.signals.Signal2D(data, metadata={"General": {"title": "Gold <b>scan</b>"}})
scan.axes_manager.signal_axes.set(scale=0.12, units="1/nm")
scan.axes_manager.navigation_axes.set(scale=2.0, units="nm")
asked, run = [], emw.models.Network.run
emw.models.Network.run = lambda self, images: asked.append(len(images)) or run(self, images)
one = emw.PatternClassifier(scan)
one
"""
SHOWN = re.compile(r"^[1-9]\d*$")


def slider(root, control):
    return root.locator(f'[data-control="{control}"] input[type=range]')


@pytest.fixture(scope="module")
def lab(shared_lab):
    shared_lab.open(shared_lab.write("classifier.ipynb", CELL))
    shared_lab.run_all()
    return shared_lab


@pytest.fixture(scope="module")
def root(lab):
    root = lab.page.locator(".em-classifier")
    expect(root).to_have_attribute("data-em-result", SHOWN)
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    assert lab.asked_until("[one.status['state'], one.frames['done']]", ["idle", 12]) == ["idle", 12]
    return root


def test_it_says_what_python_says(lab, root):
    expect(root.locator("[data-member]")).to_have_count(7)
    expect(root.locator('[data-member][data-state="ready"]')).to_have_count(7)
    verdict = lab.ask("one.verdict")
    expect(root.locator("[data-verdict]")).to_have_attribute("data-verdict", verdict["label"])
    expect(root.locator("[data-probability]")).to_contain_text(str(round(100 * verdict["probability"])))
    expect(root.locator('[data-total="all"]')).to_have_text("12")
    uncertain = lab.ask("int(one.result.uncertain.sum())")
    expect(root.locator('[data-total="uncertain"]')).to_have_text(str(uncertain))


def test_a_title_is_text(root):
    expect(root.locator(".em-title")).to_contain_text("Gold <b>scan</b>")


def test_the_gallery_has_a_picture_of_every_pattern(root):
    expect(root.locator("[data-tile]")).to_have_count(12)
    expect(root.locator("[data-tile][data-empty]")).to_have_count(0)
    expect(root.locator('[data-tile="11"]')).to_have_attribute("data-kind", "problem")


def test_a_click_in_the_gallery_shows_the_pattern_and_the_kernel_knows(lab, root, painted):
    before = painted(root, "stage")
    root.locator('[data-tile="5"]').click()
    assert lab.asked_until("one.frame", 5) == 5
    expect(root.locator('[data-tile="5"]')).to_have_attribute("aria-selected", "true")
    assert lab.asked_until("one.status['state']", "idle") == "idle"
    expect(root.locator("[data-verdict]")).to_have_attribute("data-verdict", lab.ask("one.verdict['label']"))
    assert painted(root, "stage") != before


def test_a_click_on_the_map_shows_the_pattern_of_that_place(lab, root):
    map_ = root.locator('[data-stage="navigator"]')
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    map_.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert lab.asked_until("one.frame in (5, 6)", True)  # the middle of 3 × 4


def test_the_heat_map_is_blended_without_the_kernel(lab, root, painted, drag):
    root.locator('[data-tile="2"]').click()
    assert lab.asked_until("[one.frame, one.status['state']]", [2, "idle"]) == [2, "idle"]
    pid = lab.ask("os.getpid()")
    handle = root.locator('[data-view="heat"] input[type=range]').first
    os.kill(pid, signal.SIGSTOP)
    try:
        seen = set()
        for to in (0.0, 0.5, 1.0):
            drag(handle, to)
            seen.add(painted(root, "stage"))
        assert len(seen) == 3
    finally:
        os.kill(pid, signal.SIGCONT)
    assert lab.asked_until("one.view.get('heat', 0) > 0.9", True)


def test_a_label_by_hand_wins_is_counted_and_can_be_taken_back(lab, root):
    root.locator('[data-tile="4"]').click()
    assert lab.asked_until("[one.frame, one.status['state']]", [4, "idle"]) == [4, "idle"]
    other = "spot" if lab.ask("one.verdict['label']") == "ring" else "ring"
    root.locator(f'[data-label-button="{other}"]').click()
    assert lab.asked_until("one.corrections", {"4": other}) == {"4": other}
    expect(root.locator('[data-tile="4"]')).to_have_attribute("data-kind", other)
    expect(root.locator("[data-verdict]")).to_have_attribute("data-verdict", other)
    expect(root.locator('[data-total="corrected"]')).to_have_text("1")
    expect(root.locator("[data-action=undo]")).to_have_attribute("aria-label", "Undo Label")
    assert lab.ask("str(one.result.labels[1, 0])") == other
    assert lab.ask("one.code") == f"emw.diffraction.classify(signal, corrections={{4: '{other}'}})"
    root.locator("[data-stage=stage] canvas").first.press("Control+z")
    assert lab.asked_until("one.corrections", {}) == {}
    expect(root.locator('[data-total="corrected"]')).to_have_text("0")


def test_labels_by_hand_are_in_the_table_that_is_exported(lab, root, exported):
    lab.ask("setattr(one, 'corrections', {0: 'spot', 7: 'ring'})")
    expect(root.locator('[data-total="corrected"]')).to_have_text("2")
    entries = root.locator("details:has(> [data-action=export]) [data-action^=csv]")
    name = entries.first.get_attribute("data-action")
    text = exported(root, name).read_text(encoding="utf-8-sig")
    assert re.search(r"^0,.*spot", text, re.M)
    assert re.search(r"^7,.*ring", text, re.M)
    lab.ask("setattr(one, 'corrections', {})")


def test_certainty_moves_the_doubtful_ones_without_asking_a_network_again(lab, root, drag):
    lab.ask("asked.clear()")
    before = root.get_attribute("data-em-result")
    drag(slider(root, "certainty"), 1.0)
    expect(root).not_to_have_attribute("data-em-result", before)
    assert lab.asked_until("one.certainty", 1.0) == 1.0
    assert lab.asked_until("one.status['state']", "idle") == "idle"
    uncertain = lab.ask("int(one.result.uncertain.sum())")
    expect(root.locator('[data-total="uncertain"]')).to_have_text(str(uncertain))
    assert lab.ask("asked") == []
    root.locator("[data-action=undo]").click()
    assert lab.asked_until("one.certainty", 0.8) == 0.8


def test_another_method_is_a_click_on_its_row(lab, root):
    root.locator('[data-member="hough"]').click()
    assert lab.asked_until("[one.method, one.status['state']]", ["hough", "idle"]) == ["hough", "idle"]
    expect(root.locator('[data-member="hough"]')).to_have_attribute("aria-pressed", "true")
    root.locator("[data-action=undo]").click()
    assert lab.asked_until("one.method", "ensemble") == "ensemble"


def test_a_pattern_in_which_there_is_nothing_is_said(lab, root):
    root.locator('[data-tile="11"]').click()
    expect(root.locator("[data-verdict]")).to_have_attribute("data-problem", "")
    expect(root.locator(".em-verdict")).to_contain_text("constant")
    root.locator('[data-tile="0"]').click()
    assert lab.asked_until("one.frame", 0) == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible_in_both_themes(lab, root, inaccessible, theme):
    lab.theme(theme)
    assert not inaccessible(root)


def test_when_its_kernel_is_gone_it_says_so_and_one_can_still_look(lab, root, painted, drag):
    """Last, for nothing answers afterwards."""
    lab.command("kernelmenu:shutdown")
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "disconnected", timeout=30_000)
    expect(slider(root, "certainty")).to_be_disabled()
    handle = root.locator('[data-view="heat"] input[type=range]').first
    drag(handle, 1.0)
    before = painted(root, "stage")
    drag(handle, 0.0)
    deadline = time.monotonic() + 10
    while painted(root, "stage") == before and time.monotonic() < deadline:
        pass  # each look takes two frames
    assert painted(root, "stage") != before
