"""The tour as a reader takes it: in JupyterLab, with a mouse."""

import json
import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def tour(shared_lab):
    shared_lab.open("00-tour.ipynb")
    shared_lab.run_all()
    return shared_lab


def shown(lab, cell, title, widget="domains"):
    """The widget that a cell of the tour shows, once it has painted a result."""
    ids = [each["id"] for each in json.loads((lab.root / "00-tour.ipynb").read_text())["cells"]]
    lab.scroll_to(ids.index(cell))
    root = lab.page.locator(f".em-{widget}").filter(has=lab.page.locator(".em-title", has_text=title))
    expect(root).to_have_attribute("data-em-result", re.compile(r"^[1-9]\d*$"))
    return root


@pytest.mark.parametrize(
    ("cell", "title", "widget"),
    [
        ("twin-explorer", "CdTe", "domains"),
        ("rings-classifier", "Gold rings", "classifier"),
        ("particle-playground", "cuboid with corner 7 cut", "playground"),
        ("focus-comparer", "Brain tissue", "comparer"),
    ],
)
def test_all_four_widgets_are_there_and_answer(tour, cell, title, widget):
    root = shown(tour, cell, title, widget)
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    assert tour.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_dragging_a_slider_changes_overlay_table_and_result_together(tour, painted, drag):
    explorer = shown(tour, "twin-explorer", "CdTe")
    rows = explorer.locator('[data-table="domains"] tbody tr')
    before = {
        "picture": painted(explorer),
        "rows": rows.count(),
        "result": tour.ask("len(explorer.result.domains)"),
        "serial": int(explorer.get_attribute("data-em-result")),
    }
    assert before["rows"] == before["result"] > 2
    drag(explorer.locator('[data-control="threshold"] input[type=range]').first, 0.99)
    tour.page.wait_for_function(
        "([root, serial]) => Number(root.dataset.emResult) > serial", arg=[explorer.element_handle(), before["serial"]]
    )
    tour.wait_idle()
    assert tour.ask("explorer.threshold") > 0.85  # the tour has left it at 0.5
    result = tour.ask("len(explorer.result.domains)")
    assert result < before["result"]
    expect(rows).to_have_count(result)
    assert painted(explorer) != before["picture"]


def test_taking_a_peak_out_of_the_table_takes_its_domains_away(tour):
    explorer = shown(tour, "twin-explorer", "CdTe")
    rows = explorer.locator('[data-table="domains"] tbody tr')
    before = rows.count()
    row = explorer.locator('[data-table="peaks"] tbody tr').first
    row.focus()
    tour.page.keyboard.press("Enter")
    expect(rows).not_to_have_count(before)
    assert tour.ask("len(explorer.exclude)") == 1
    expect(rows).to_have_count(tour.ask("len(explorer.result.domains)"))
    assert "exclude=" in tour.ask("explorer.to_code()")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 700])
def test_the_explorer_fits_wide_and_narrow_screens_in_both_themes(tour, theme, width):
    tour.page.set_viewport_size({"width": width, "height": 1000})
    tour.theme(theme)
    explorer = shown(tour, "twin-explorer", "CdTe")
    box = explorer.bounding_box()
    assert box["x"] + box["width"] <= width
    assert explorer.evaluate("root => root.scrollWidth <= root.clientWidth + 1")
    tour.screenshot(f"tour-{theme}-{width}")
