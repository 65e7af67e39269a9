"""The playground in a running notebook: a hand turns the particle and cuts its corners, the kernel hears of it."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

CELL = """
import os
import emwidgets as emw

one = emw.ParticlePlayground(corners=[0])
one
"""
READING = """
import numpy as np
import hyperspy.api as hs

whole = emw.particles.cuboid(12, 13, 14)
shapes = [whole, whole.deform([7])]
made = [emw.particles.simulate(shape, (0.5, 0.5, 0.5, 0.5), seed=i).data for i, shape in enumerate(shapes)]
stack = hs.signals.Signal2D(np.stack(made), metadata={"General": {"title": "Mine <b>"}})
stack.axes_manager.signal_axes.set(scale=0.25, units="nm")
other = emw.ParticlePlayground(stack)
other
"""
SHOWN = re.compile(r"^[1-9]\d*$")
IDLE = "[one.status['state'], {row['state'] for row in one.predictions['rows']} <= {'ready', 'failed'}]"


def slider(root, control):
    return root.locator(f'[data-control="{control}"] input[type=range]')


@pytest.fixture(scope="module")
def lab(shared_lab):
    shared_lab.open(shared_lab.write("playground.ipynb", CELL))
    shared_lab.run_all()
    return shared_lab


@pytest.fixture(scope="module")
def root(lab):
    root = lab.page.locator(".em-playground").first
    expect(root).to_have_attribute("data-em-result", SHOWN)
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    rests(lab)
    return root


def rests(lab):
    """Wait until everybody has answered about what is shown."""
    assert lab.asked_until(IDLE, ["idle", True]) == ["idle", True]


def middle_of(place):
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(page, place, by):
    """Drag from near the middle of a place, clear of corners, and stop with the button down."""
    x, y = middle_of(place)
    page.mouse.move(x + 7, y + 11)
    page.mouse.down()
    page.mouse.move(x + 7 + by[0], y + 11 + by[1], steps=10)


def test_it_says_what_python_says(lab, root):
    truth = lab.ask("one.truth")
    expect(root.locator(".em-truths dd").first).to_contain_text(str(round(truth["volume"])))
    best = lab.ask(
        "max([row for row in one.predictions['rows'] if row['task'] == 'count' and row['best']][0]['probabilities'])"
    )
    expect(root.locator("[data-probability]")).to_contain_text(str(round(100 * best)))
    expect(root.locator(".em-class")).to_have_count(9)
    expect(root.locator(".em-class[data-truth]")).to_have_attribute("data-class", "1")


def test_a_drag_on_the_solid_turns_the_particle_and_python_records_it(lab, root, painted):
    before, image = lab.ask("one.orientation"), painted(root, "stage")
    pull(lab.page, root.locator(".em-solid"), (60, -25))
    assert painted(root, "stage") != image  # it follows the hand
    assert lab.ask("one.orientation") == before  # and Python has nothing to do with that
    lab.page.mouse.up()
    assert lab.asked_until(f"one.orientation != {before}", True) is True
    rests(lab)
    length = lab.ask("sum(each ** 2 for each in one.orientation)")
    assert length == pytest.approx(1, abs=1e-8)
    assert lab.ask("list(one.result.image.metadata.emwidgets.parameters.orientation)") == pytest.approx(
        lab.ask("one.orientation"), abs=1e-8
    )
    expect(root.locator("[data-action=undo]")).to_have_attribute("aria-label", "Undo Orientation")


def test_a_drag_on_the_picture_turns_it_too_with_the_kernel_standing_still(lab, root, painted):
    pid, before = lab.ask("os.getpid()"), lab.ask("one.orientation")
    picture = root.locator('[data-stage="stage"] canvas').first
    os.kill(pid, signal.SIGSTOP)
    try:
        seen = {painted(root, "stage")}
        pull(lab.page, picture, (40, 0))
        seen.add(painted(root, "stage"))
        x, y = middle_of(picture)
        lab.page.mouse.move(x + 47, y + 60, steps=5)
        seen.add(painted(root, "stage"))
        lab.page.mouse.up()
        assert len(seen) == 3
    finally:
        os.kill(pid, signal.SIGCONT)
    assert lab.asked_until(f"one.orientation != {before}", True) is True
    rests(lab)


def test_every_move_of_the_hand_is_a_picture_of_its_own(lab, root, painted):
    pull(lab.page, root.locator(".em-solid"), (10, 0))
    x, y = middle_of(root.locator(".em-solid"))
    seen = []
    for step in range(6):
        lab.page.mouse.move(x + 20 + 3 * step, y + 11)
        seen.append(painted(root, "stage"))
    lab.page.mouse.up()
    assert len(set(seen)) == len(seen)
    rests(lab)


def test_keys_turn_it_in_steps(lab, root):
    before = lab.ask("one.orientation")
    root.locator(".em-solid").focus()
    lab.page.keyboard.press("ArrowLeft")
    assert lab.asked_until(f"one.orientation != {before}", True) is True
    turned = lab.ask(
        "__import__('math').degrees(2 * __import__('math').acos(min(1, abs(sum(a * b for a, b in "
        f"zip(one.orientation, {before}))))))"
    )
    assert turned == pytest.approx(5, abs=0.01)
    lab.page.keyboard.press("Control+z")
    assert lab.asked_until("one.orientation", before) == before
    rests(lab)


def test_a_click_on_a_corner_cuts_it_and_the_result_says_so(lab, root):
    volume = lab.ask("one.result.shape.volume")
    cut = root.locator('[data-corner][aria-pressed="false"]:not([data-behind])').first
    corner = int(cut.get_attribute("data-corner"))
    cut.click()
    assert lab.asked_until("one.corners", sorted([0, corner])) == sorted([0, corner])
    rests(lab)
    expect(root.locator(f'[data-corner="{corner}"]')).to_have_attribute("aria-pressed", "true")
    assert lab.ask("one.result.truth['labels']['count']") == "2"
    assert lab.ask("one.result.shape.volume") < volume
    assert lab.ask("one.result.image.metadata.emwidgets.labels.count") == "2"
    assert f".deform({sorted([0, corner])}, depth=0.35)" in lab.ask("one.code")
    expect(root.locator(".em-class[data-truth]")).to_have_attribute("data-class", "2")
    root.locator("[data-action=undo]").click()
    assert lab.asked_until("one.corners", [0]) == [0]
    rests(lab)


def test_a_slider_changes_the_image_that_python_records(lab, root, drag, painted):
    before = painted(root, "stage"), root.get_attribute("data-em-result")
    drag(slider(root, "depth"), 1.0)
    assert lab.asked_until("one.depth", 0.5) == 0.5
    expect(root).not_to_have_attribute("data-em-result", before[1])
    rests(lab)
    assert painted(root, "stage") != before[0]
    root.locator("[data-action=undo]").click()
    assert lab.asked_until("one.depth", 0.35) == 0.35
    rests(lab)


def test_a_lesson_sets_all_controls_and_is_one_step_back(lab, root):
    before = lab.ask("one.parameters()")
    root.locator("[data-action=presets]").click()
    root.locator('[data-preset="hidden corner"]').click()
    assert lab.asked_until("one.corners", [7]) == [7]
    values = lab.ask("next(each for each in one.presets['rows'] if each['name'] == 'hidden corner')['values']")
    assert values.items() <= lab.ask("one.parameters()").items()
    rests(lab)
    expect(root.locator(".em-lesson")).to_be_visible()
    root.locator("[data-action=undo]").click()
    assert lab.asked_until("one.corners", [0]) == [0]
    assert lab.ask("one.parameters()") == before
    rests(lab)


def test_who_guesses_first_sees_nothing_before_and_everything_after(lab, root):
    root.locator("[data-action=teach]").click()
    expect(root.locator(".em-methods")).to_be_hidden()
    expect(root.locator("[data-probability]")).to_be_hidden()
    root.locator("[data-action=next-particle]").click()
    assert lab.asked_until("one.view.get('revealed') is False and one.status['state'] == 'idle'", True) is True
    rests(lab)
    expect(root.locator(".em-title")).not_to_contain_text("cut")
    truth = lab.ask("one.truth['labels']['count']")
    root.locator(f'[data-guess="{truth}"]').click()
    expect(root.locator(".em-methods")).to_be_visible()
    expect(root.locator(".em-score")).to_contain_text("1 of 1")
    assert lab.asked_until("one.view.get('score')", {"right": 1, "asked": 1}) == {"right": 1, "asked": 1}
    root.locator("[data-action=teach]").click()
    rests(lab)


def test_a_data_set_is_written_beside_the_notebook(lab, root):
    section = root.locator('[data-section="make"]')
    if section.get_attribute("open") is None:
        section.locator("summary").click()
    section.locator("select").first.select_option(index=0)
    root.locator("[data-action=make-dataset]").click()
    assert lab.asked_until("one.making['state']", "done") == "done"
    name = lab.ask("one.making['file']")
    expect(root.locator(".em-making-says")).to_contain_text(name)
    found = lab.ask(
        f"(lambda file: [list(file['images'].shape), str(file['images'].dtype), len(file['labels'])])"
        f"(__import__('numpy').load('{name}', allow_pickle=False))"
    )
    assert found == [[100, 128, 128], "uint16", 100]
    assert (lab.root / name).is_file()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible_in_both_themes(lab, root, inaccessible, theme):
    lab.theme(theme)
    assert not inaccessible(root)


def test_a_users_images_are_read_one_after_the_other(lab, root):
    lab.theme("light")
    lab.ask(f"exec({READING!r})")
    assert lab.asked_until("other.status['state'] in ('idle', 'running')", True) is True
    assert lab.ask("[other.result.label, other.shape_data, list(other.controls)]")[1:] == [{}, ["frame"]]
    lab.ask("setattr(other, 'frame', 1)")
    assert lab.ask("other.code") == "emw.particles.classify(signal.inav[1])"
    assert lab.ask("str(eval(other.code, {'emw': emw, 'signal': stack}).labels) == other.result.label")


def test_when_its_kernel_is_gone_it_still_turns(lab, root, painted):
    """Last, for nothing answers afterwards."""
    lab.command("kernelmenu:shutdown")
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "disconnected", timeout=30_000)
    expect(slider(root, "depth")).to_be_disabled()
    before = painted(root, "stage")
    pull(lab.page, root.locator(".em-solid"), (50, 20))
    lab.page.mouse.up()
    deadline = time.monotonic() + 10
    while painted(root, "stage") == before and time.monotonic() < deadline:
        pass  # each look takes two frames
    assert painted(root, "stage") != before
