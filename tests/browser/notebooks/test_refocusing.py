"""The lesson on bringing an image back into focus, as a student takes it: in JupyterLab, with a mouse."""

import json
import re

import pytest
from playwright.sync_api import expect

NOTEBOOK = "04-refocusing.ipynb"
PATIENCE = 90_000  # ms
WHOLE_LESSON = 300_000  # ms; it restores some forty images
CALLS = {"widget": 'blur_where="tilt"', "real": "reference=reference"}


@pytest.fixture(scope="module")
def lesson(shared_lab):
    shared_lab.open(NOTEBOOK)
    shared_lab.run_all(WHOLE_LESSON)
    return shared_lab


def shown(lab, cell):
    """The comparer that a cell shows, once its image is restored."""
    ids = [each["id"] for each in json.loads((lab.root / NOTEBOOK).read_text())["cells"]]
    lab.scroll_to(ids.index(cell))
    comparer = lab.page.locator(".jp-CodeCell").filter(has_text=CALLS[cell]).locator(".em-comparer")
    expect(comparer).to_have_attribute("data-em-result", re.compile(r"^[1-9]\d*$"), timeout=PATIENCE)
    expect(comparer.locator('[data-measure="psnr"]')).to_be_visible(timeout=PATIENCE)
    return comparer


def test_no_cell_of_the_lesson_fails(lesson):
    assert lesson.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_every_network_brings_something_back_where_its_assumption_holds(lesson):
    gains = lesson.ask("{how: row['gain, 2.5 px'] for how, row in rows.items()}")
    assert gains.keys() == {"non-blind", "blind", "discriminative"}
    assert min(gains.values()) > 0.5


def test_only_the_discriminative_one_leaves_alone_what_is_sharp(lesson):
    for what in ("sharp half kept at", "sharp image kept at"):
        kept = lesson.ask(f"{{how: row['{what}'] for how, row in rows.items()}}")
        assert kept["discriminative"] > max(kept["non-blind"], kept["blind"]) + 3


def test_the_pair_is_laid_onto_itself_before_it_is_scored(lesson):
    shift = lesson.ask("list(refocusing.score(moved, part)['shift'])")
    assert shift == pytest.approx([0, 5], abs=0.3)


def test_decibels_of_smoothing_are_not_taken_for_focus(lesson):
    scores = lesson.ask("rows_of_pair")
    assert scores["smoothed only"]["as they are"] > scores["out of focus"]["as they are"] + 1
    fair = {name: score["both smoothed by 2 px"] for name, score in scores.items()}
    assert fair["refocused"] > max(fair["out of focus"], fair["smoothed only"])


def test_the_failure_is_one_black_and_white_stay_exchanged(lesson):
    values = "[contrast(image, 10) for image in (star, seen, refocusing.refocus(seen).image)]"
    truth, before, after = lesson.ask(values)
    assert truth == pytest.approx(2 / 3.1416, rel=0.05)
    assert before < -0.05
    assert after < -0.05


def test_a_handle_that_is_dragged_and_a_network_that_is_chosen_reach_the_kernel(lesson):
    comparer = shown(lesson, "widget")
    area = comparer.locator(".em-compare").bounding_box()
    grip = comparer.locator(".em-swipe-grip").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    lesson.page.mouse.move(x, y)
    lesson.page.mouse.down()
    lesson.page.mouse.move(x - 0.2 * area["width"], y, steps=4)
    lesson.page.mouse.up()
    assert lesson.asked_until("comparer.view['swipe'] < 0.4", True)
    networks = comparer.locator('[role=radiogroup][aria-label="Network"]')
    networks.locator("label", has=lesson.page.locator('input[value="srn"]')).click()
    assert lesson.asked_until("comparer.network", "srn") == "srn"
    assert lesson.ask("comparer.result.requested['network']") == "srn"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1700, 760])
def test_the_comparer_fits_wide_and_narrow_screens_in_both_themes(lesson, theme, width):
    lesson.page.set_viewport_size({"width": width, "height": 1300})
    lesson.theme(theme)
    comparer = shown(lesson, "real")
    box = comparer.bounding_box()
    assert box["x"] + box["width"] <= width
    assert comparer.evaluate("root => root.scrollWidth <= root.clientWidth + 1")
    lesson.screenshot(f"refocusing-{theme}-{width}")
