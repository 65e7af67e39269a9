"""Keys in a notebook: JupyterLab has commands on the same ones, and must leave them to the widget."""

import re

import pytest
from playwright.sync_api import expect

SHOWN = re.compile(r"^[1-9]\d*$")
TWICE = """() => {
    const seen = new Set(), twice = [];
    for (const { id } of document.querySelectorAll('.em-root [id]')) seen.has(id) ? twice.push(id) : seen.add(id);
    return { count: seen.size, twice };
}"""
RADIO_GROUPS = """roots => roots.map(root =>
    [...new Set([...root.querySelectorAll('input[type=radio]')].map(radio => radio.name))])"""


@pytest.fixture(scope="module")
def lab(shared_lab):
    shared_lab.open(
        shared_lab.write(
            "keys.ipynb",
            "import emwidgets as emw\n"
            "import ipywidgets\n"
            "twin = emw.DomainExplorer(emw.examples.cdte_twin())\n"
            "gold = emw.DomainExplorer(emw.examples.gold_grain_boundary())\n"
            "ipywidgets.VBox([twin, gold])",
        )
    )
    shared_lab.run_all()
    return shared_lab


@pytest.fixture(scope="module")
def explorers(lab):
    """Two explorers in one output: each of them runs the bundle on its own."""
    roots = lab.page.locator(".em-domains")
    expect(roots).to_have_count(2)
    for number in range(2):
        expect(roots.nth(number)).to_have_attribute("data-em-result", SHOWN)
    return roots


def test_widgets_of_one_page_share_no_ids_and_leave_jupyterlab_none_of_their_keys(lab, explorers, drawn):
    page, root = lab.page, explorers.first
    ids = page.evaluate(TWICE)
    assert ids["count"] > 20
    assert ids["twice"] == []
    first, second = explorers.evaluate_all(RADIO_GROUPS)
    assert first
    assert not set(first) & set(second)

    threshold = root.locator('[data-control="threshold"]')
    slider, field = threshold.locator("input[type=range]"), threshold.locator("input[type=number]")
    before = lab.ask("twin.threshold")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).not_to_have_value(str(before))
    expect(slider).to_be_focused()
    after = pytest.approx(before + 0.01)
    assert lab.asked_until("twin.threshold", after) == after

    field.fill("0.7")
    page.keyboard.press("Enter")
    expect(slider).to_have_value("0.7")
    expect(field).to_be_focused()
    assert lab.asked_until("twin.threshold", 0.7) == 0.7

    slider.focus()
    help_table = root.locator("dialog")
    page.keyboard.press("?")
    expect(help_table).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_table).to_be_hidden()

    contrast = root.locator(".em-panel-image details")
    slider.focus()
    page.keyboard.press("c")
    expect(contrast).to_have_attribute("open", "")
    drawn(root)  # it listens for Escape a moment later
    page.keyboard.press("Escape")
    expect(contrast).not_to_have_attribute("open", "")
    assert lab.ask("gold.threshold") == before  # the keys went to one widget only


def test_tab_reaches_the_pictures_controls_and_tables(lab, explorers):
    root = explorers.first
    root.locator("[data-action=help]").focus()
    reached = set()
    kind = """root => {
        const active = document.activeElement;
        if (!root.contains(active)) return null;
        for (const name of ["stage", "control", "table"]) {
            const part = active.closest(`[data-${name}]`);
            if (part) return part.dataset[name];
        }
        return "other";
    }"""
    for _ in range(120):
        lab.page.keyboard.press("Tab")
        where = root.evaluate(kind)
        if where is None:
            break
        reached.add(where)
    assert reached >= {"image", "spectrum", "threshold", "d_range", "min_area", "peaks", "domains"}
