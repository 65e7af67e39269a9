"""Widgets of a running kernel: linked, inside others, taken back by a key, and left behind when the kernel dies."""

import contextlib
import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

CELLS = (
    "import os\n"
    "import emwidgets as emw\n"
    "import ipywidgets\n"
    "image = emw.examples.cdte_twin().isig[:256, :256]\n"
    "one, other = emw.DomainExplorer(image), emw.DomainExplorer(image, min_area=9.0)\n"
    "links = [one.link(other, 'threshold'), one.link(other, 'view')]\n"
    "ipywidgets.HBox([one, other])",
    "area = ipywidgets.FloatSlider(value=3, min=1, max=12, description='area')\n"
    "linked = ipywidgets.jslink((area, 'value'), (one, 'min_area'))\n"
    "def move(amplitude):\n"
    "    one.amplitude = amplitude\n"
    "moved = ipywidgets.interactive(move, amplitude=(0.1, 0.9, 0.1))\n"
    "ipywidgets.VBox([area, moved])",
)
COUNT = "jupyterapp.shell.currentWidget.content.widgets.length"


def slider(root, control):
    return root.locator(f'[data-control="{control}"] input[type=range]')


@contextlib.contextmanager
def stopped(pid):
    """A kernel that answers nothing for a while: what moves now moves in the browser alone."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def lab(shared_lab):
    shared_lab.open(shared_lab.write("live.ipynb", *CELLS))
    shared_lab.run_all()
    return shared_lab


@pytest.fixture(scope="module")
def explorers(lab):
    roots = lab.page.locator(".em-domains")
    expect(roots).to_have_count(2)
    for root in roots.all():
        expect(root).to_have_attribute("data-em-result", re.compile(r"^[1-9]\d*$"))
        expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    return roots


def test_they_share_the_width_of_a_box(explorers):
    one, other = (root.bounding_box() for root in explorers.all())
    assert one["width"] > 350
    assert one["width"] == pytest.approx(other["width"], abs=20)
    assert one["x"] + one["width"] <= other["x"] + 1


def test_linked_widgets_follow_each_other_in_the_browser_while_a_hand_drags(lab, explorers, held, painted):
    one, other = explorers.all()
    pid = lab.ask("os.getpid()")
    for source, target, to in ((one, other, 0.9), (other, one, 0.3)):
        with stopped(pid), held(slider(source, "threshold"), to):
            value = slider(source, "threshold").input_value()
            assert float(value) == pytest.approx(to, abs=0.05)
            expect(slider(target, "threshold")).to_have_value(value)
        assert lab.asked_until("[one.threshold, other.threshold]", [float(value)] * 2) == [float(value)] * 2
    with stopped(pid):
        one.locator("[data-stage=image]").hover()
        before = painted(other)
        lab.page.mouse.wheel(0, -600)
        deadline = time.monotonic() + 10
        while (now := painted(other)) == before and time.monotonic() < deadline:
            pass  # each look takes two frames
        assert now != before
    assert lab.asked_until("one.view == other.view and bool(one.view)", True)


def test_ctrl_z_takes_back_what_the_widget_did_and_no_operation_on_cells(lab, explorers):
    one, other = explorers.all()
    threshold = lab.ask("one.threshold")
    lab.command("notebook:insert-cell-below")
    cells = lab.page.evaluate(COUNT)
    handle = slider(one, "threshold")
    handle.focus()
    lab.page.keyboard.press("ArrowRight")
    expect(one.locator("[data-action=undo]")).to_have_attribute("aria-label", "Undo Threshold")
    moved = float(handle.input_value())
    assert moved > threshold
    assert lab.asked_until("one.threshold", moved) == moved
    lab.page.keyboard.press("Control+z")
    expect(handle).to_have_value(str(threshold))
    assert lab.asked_until("[one.threshold, other.threshold]", [threshold] * 2) == [threshold] * 2
    lab.page.keyboard.press("Control+Shift+z")
    expect(slider(other, "threshold")).to_have_value(str(moved))
    lab.page.keyboard.press("Control+z")
    expect(handle).to_have_value(str(threshold))
    expect(handle).to_be_focused()
    assert lab.page.evaluate(COUNT) == cells


def test_other_widgets_move_it_by_jslink_and_interactive(lab, explorers):
    one = explorers.first
    lab.scroll_to(1)
    serial = one.get_attribute("data-em-result")
    area = lab.page.locator(".widget-slider", has_text="area").locator(".widget-readout")
    area.fill("5")
    area.press("Enter")
    expect(one.locator('[data-control="min_area"] input[type=number]')).to_have_value("5")
    expect(one).not_to_have_attribute("data-em-result", serial)
    assert lab.asked_until("one.min_area", 5) == 5
    amplitude = lab.page.locator(".widget-slider", has_text="amplitude").locator(".widget-readout")
    amplitude.fill("0.7")
    amplitude.press("Enter")
    expect(one.locator('[data-control="amplitude"] input[type=number]')).to_have_value("0.7")
    assert lab.asked_until("round(one.amplitude, 9)", 0.7) == 0.7


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible_in_both_themes(lab, explorers, inaccessible, theme):
    lab.theme(theme)
    assert not inaccessible(explorers.first)


def test_when_its_kernel_is_killed_it_says_so_and_one_can_still_look(lab, explorers, zoomed, painted):
    """Last, for nothing answers afterwards."""
    lab.scroll_to(0)
    one = explorers.first
    shown = one.locator("[data-total]").all_inner_texts()
    threshold = slider(one, "threshold").input_value()
    os.kill(lab.ask("os.getpid()"), signal.SIGKILL)
    lab.page.get_by_role("dialog", name=re.compile("Kernel Restarting")).get_by_role("button", name="Ok").click()
    for root in explorers.all():
        expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "disconnected", timeout=30_000)
        expect(root.locator("[data-control][data-frozen]")).to_have_count(root.locator("[data-control]").count())
        expect(slider(root, "threshold")).to_be_disabled()
    assert slider(one, "threshold").input_value() == threshold
    assert one.locator("[data-total]").all_inner_texts() == shown
    undo = one.locator("[data-action=undo]")
    expect(undo).to_have_attribute("aria-label", "Nothing to undo")
    before, after = zoomed(one, -300)
    assert after != before
    undo.press("Control+z")  # the focus stays in a cell where one was being written
    expect(undo).to_have_attribute("aria-label", "Nothing to undo")
    one.locator("[data-stage=image]").hover()
    assert painted(one) == before
    lab.wait_idle()  # JupyterLab has started the kernel again, which knows nothing of these widgets
    expect(one.locator("[data-connection]")).to_have_attribute("data-connection", "disconnected")
