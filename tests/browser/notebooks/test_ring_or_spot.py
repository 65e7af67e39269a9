"""The lesson from one grain to a thousand, as a student takes it: in JupyterLab, with a mouse."""

import json
import re

import pytest
from playwright.sync_api import expect

NOTEBOOK = "02-ring-or-spot.ipynb"
PATIENCE = 60_000  # ms


@pytest.fixture(scope="module")
def lesson(shared_lab):
    shared_lab.open(NOTEBOOK)
    shared_lab.run_all()
    return shared_lab


def shown(lab, cell, title):
    """The classifier that a cell shows, once its networks have answered."""
    ids = [each["id"] for each in json.loads((lab.root / NOTEBOOK).read_text())["cells"]]
    lab.scroll_to(ids.index(cell))
    classifier = lab.page.locator(".em-classifier").filter(has=lab.page.locator(".em-title", has_text=title))
    expect(classifier).to_have_attribute("data-em-result", re.compile(r"^[1-9]\d*$"), timeout=PATIENCE)
    expect(classifier.locator('[data-member="ensemble"]')).to_have_attribute("data-state", "ready", timeout=PATIENCE)
    return classifier


def test_no_cell_of_the_lesson_fails(lesson):
    assert lesson.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert lesson.ask("len(classifier.result.problems)") == 0


def test_more_grains_turn_spots_into_rings(lesson, drag):
    classifier = shown(lesson, "many", "from one grain to a thousand")
    expect(classifier.locator('[data-tile][data-kind="pending"]')).to_have_count(0, timeout=PATIENCE)
    slider = classifier.locator('[data-control="frame"] input[type=range]').first
    drag(slider, 0.0)
    expect(classifier.locator("[data-verdict]")).to_have_attribute("data-verdict", "spot", timeout=PATIENCE)
    drag(slider, 1.0)
    expect(classifier.locator("[data-verdict]")).to_have_attribute("data-verdict", "ring", timeout=PATIENCE)
    assert lesson.asked_until("classifier.frame >= 10", True)  # 180 grains or more
    assert lesson.asked_until("str(classifier.result.labels[classifier.frame])", "ring") == "ring"


def test_a_place_on_the_map_shows_its_pattern(lesson):
    classifier = shown(lesson, "scan", "Edge of a nanocrystalline film")
    stage = classifier.locator('[data-stage="navigator"]')
    box = stage.bounding_box()
    stage.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.4})
    assert lesson.asked_until("scan_classifier.frame > 0", True)
    x, y = lesson.ask("[scan_classifier.frame % 8, scan_classifier.frame // 8]")
    assert x > 3 + y / 3  # on the film
    expect(classifier.locator("[data-verdict]")).to_have_attribute("data-verdict", "ring", timeout=PATIENCE)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1700, 760])
def test_the_classifier_fits_wide_and_narrow_screens_in_both_themes(lesson, theme, width):
    lesson.page.set_viewport_size({"width": width, "height": 1300})
    lesson.theme(theme)
    classifier = shown(lesson, "many", "from one grain to a thousand")
    box = classifier.bounding_box()
    assert box["x"] + box["width"] <= width
    assert classifier.evaluate("root => root.scrollWidth <= root.clientWidth + 1")
    lesson.screenshot(f"lesson-{theme}-{width}")
