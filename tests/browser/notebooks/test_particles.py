"""The lesson on what one picture can tell, as a student takes it: in JupyterLab, with a mouse."""

import json
import re

import pytest
from playwright.sync_api import expect

NOTEBOOK = "03-particles.ipynb"
PATIENCE = 90_000  # ms
WHOLE_LESSON = 300_000  # ms; it fits some forty cuboids
CALLS = {
    "turn": "ParticlePlayground()",
    "guess": 'ParticlePlayground(task="deformed"',
    "stack": "ParticlePlayground(stack)",
}


@pytest.fixture(scope="module")
def lesson(shared_lab):
    shared_lab.open(NOTEBOOK)
    shared_lab.run_all(WHOLE_LESSON)
    return shared_lab


def shown(lab, cell):
    """The playground that a cell shows, once every method has answered every question."""
    ids = [each["id"] for each in json.loads((lab.root / NOTEBOOK).read_text())["cells"]]
    lab.scroll_to(ids.index(cell))
    playground = lab.page.locator(".jp-CodeCell").filter(has_text=CALLS[cell]).locator(".em-playground")
    expect(playground).to_have_attribute("data-em-result", re.compile(r"^[1-9]\d*$"), timeout=PATIENCE)
    answered(playground)
    return playground


def answered(playground):
    expect(playground.locator(".em-method").first).to_be_visible()
    expect(playground.locator('.em-method:not([data-state="ready"])')).to_have_count(0, timeout=PATIENCE)


def test_no_cell_of_the_lesson_fails(lesson):
    assert lesson.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_five_pictures_have_the_volume_of_the_particle(lesson):
    volume = lesson.ask("particle.volume")
    assert volume == pytest.approx(13 * 11 * 15 * (1 - 0.35**3 / 6))
    pictures = lesson.ask("[float(image.data.sum(dtype=float)) / per_nm * 0.25**2 for image in turned]")
    assert pictures == pytest.approx([volume] * 5, rel=1e-3)


def test_the_twins_have_one_picture_and_their_hand_needs_known_tilts(lesson):
    assert lesson.ask("float(np.abs(one.data - other.data).max())") == pytest.approx(0, abs=1e-6)
    one_view = lesson.ask("str(particles.classify(one, 'handedness').why)")
    assert one_view == "not identifiable from one view"
    found = "[[str(each.labels), str(each.why)] for each in [particles.classify(series, 'handedness', True, %s)]][0]"
    assert lesson.ask(found % "angles") == ["left", ""]
    assert "unknown tilt" in lesson.ask(found % "None")[1]


def test_turning_by_keys_and_cutting_a_corner_reach_the_kernel(lesson):
    playground = shown(lesson, "turn")
    before = lesson.ask("playground.orientation")
    playground.locator(".em-solid").focus()
    for _ in range(3):
        lesson.page.keyboard.press("ArrowRight")
    assert lesson.asked_until(f"playground.orientation != {before}", True) is True
    corner = playground.locator('[data-corner]:not([data-behind="true"])').first
    number = int(corner.get_attribute("data-corner"))
    corner.click()
    assert lesson.asked_until("list(playground.corners)", [number]) == [number]
    assert lesson.ask("playground.result.truth['labels']['count']") == "1"


def test_a_student_guesses_before_anything_is_revealed(lesson):
    game = shown(lesson, "guess")
    game.locator("[data-action=teach]").click()
    expect(game.locator(".em-veil")).to_be_visible()
    expect(game.locator(".em-methods")).to_be_hidden()
    game.locator('[data-guess="deformed"]').click()
    expect(game.locator(".em-veil")).to_be_hidden()
    expect(game.locator(".em-guess-result")).to_have_attribute("data-right", "true")
    expect(game.locator(".em-score")).to_have_text("1 of 1 right")
    before = lesson.ask("game.seed")
    game.locator("[data-action=next-particle]").click()
    assert lesson.asked_until(f"game.seed != {before}", True) is True
    expect(game.locator(".em-veil")).to_be_visible()


def test_a_stack_is_read_picture_by_picture(lesson, drag):
    reader = shown(lesson, "stack")
    drag(reader.locator('[data-control="frame"] input[type=range]').first, 0.5)
    assert lesson.asked_until("reader.frame > 0", True) is True
    answered(reader)
    frame = lesson.ask("reader.frame")
    assert lesson.ask("reader.result.label") == lesson.ask(f"str(said['fit'].labels[{frame}])")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1700, 760])
def test_the_playground_fits_wide_and_narrow_screens_in_both_themes(lesson, theme, width):
    lesson.page.set_viewport_size({"width": width, "height": 1300})
    lesson.theme(theme)
    playground = shown(lesson, "turn")
    box = playground.bounding_box()
    assert box["x"] + box["width"] <= width
    assert playground.evaluate("root => root.scrollWidth <= root.clientWidth + 1")
    lesson.screenshot(f"particles-{theme}-{width}")
