"""What the page of each widget does, opened from a file without a network (see SPECIMENS in conftest.py)."""

import re

import pytest
from playwright.sync_api import expect

POLICY = re.compile(
    r"default-src 'none'; script-src 'sha256-[\w+/=]+'( 'sha256-[\w+/=]+')*; style-src 'unsafe-inline'; "
    r"img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
)
ATTACK = """async () => {
    window.ran = [];
    const script = Object.assign(document.createElement("script"), { textContent: "ran.push('script')" });
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror=\\"ran.push('handler')\\">");
    const fetched = await fetch("https://example.org/").then(() => "fetched", () => "refused");
    await new Promise((done) => setTimeout(done, 50));
    return [...ran, fetched];
}"""
BACKGROUND = """root => {
    for (; root; root = root.parentElement) {
        const [red, green, blue, alpha = 1] = getComputedStyle(root).backgroundColor.match(/[\\d.]+/g).map(Number);
        if (alpha) return red + green + blue;
    }
    return 3 * 255;
}"""


def slider_of(root, control):
    return root.locator(f'[data-control="{control}"] input[type=range]')


def test_it_asks_for_nothing_and_says_that_it_is_a_page(specimen, written, reader):
    root = reader.open(written)
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "page")
    assert reader.page.evaluate("performance.getEntriesByName('em-page-ready').length") == 1


def test_its_policy_lets_nothing_run_that_python_has_not_written(written, reading):
    with reading() as reader:
        reader.open(written)
        policy = reader.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
        assert POLICY.fullmatch(policy)
        assert reader.page.evaluate(ATTACK) == ["refused"]
        refused = [each for each in reader.trouble if "Content Security Policy" in each]
        assert len(refused) >= 2
        assert all(each.startswith("console:") for each in reader.trouble)
        reader.trouble.clear()


def test_a_wheel_over_the_picture_changes_it_and_can_be_undone(specimen, written, reader, painted, zoomed):
    root = reader.open(written)
    before, after = zoomed(root, -600, specimen.stage)
    assert len({0, before, after}) == 3
    reader.page.keyboard.press("Control+z")
    expect(root.locator("[data-action=redo]")).to_have_attribute("aria-label", "Redo View")
    assert painted(root, specimen.stage) == before


def test_each_step_shows_the_numbers_that_python_gives(specimen, written, steps, reader, reads_as):
    root = reader.open(written)
    seen = []
    for places, values in steps:
        for control, place in places.items():
            reader.step(root, control, place)
        shown, expected = specimen.numbers(root), specimen.expected(values)
        assert shown.keys() == expected.keys()
        for name, numbers in expected.items():
            assert len(shown[name]) == len(numbers), f"{name} at {values}"
            wrong = [pair for pair in zip(shown[name], numbers, strict=True) if not reads_as(*pair)]
            assert not wrong, f"{name} at {values}"
        seen.append(shown)
    assert all(seen.count(each) == 1 for each in seen), "each step of a specimen should show other numbers"


def test_a_drag_of_a_swept_slider_changes_picture_and_numbers_and_snaps(specimen, written, reader, painted, drag):
    root = reader.open(written)
    name, values = next(iter(specimen.sweep.items()))
    row = root.locator(f'[data-control="{name}"]')
    expect(row).to_have_attribute("data-steps", str(len(values)))
    slider = slider_of(root, name)
    place = int(slider.input_value())
    before = painted(root, specimen.stage), specimen.numbers(root), root.get_attribute("data-em-result")
    drag(slider, 0 if place else 1)
    expect(slider).to_have_value("0" if place else str(len(values) - 1))
    expect(root).not_to_have_attribute("data-em-result", before[2])
    assert painted(root, specimen.stage) != before[0]
    assert specimen.numbers(root) != before[1]
    field = row.locator("input[type=number]").first
    assert float(field.input_value()) == pytest.approx(values[0 if place else -1])

    slider.press("Control+z")
    expect(slider).to_have_value(str(place))
    expect(root.locator("[data-action=undo]")).to_have_attribute("aria-disabled", "true")
    assert specimen.numbers(root) == before[1]
    slider.press("Control+Shift+z")
    expect(slider).to_have_value("0" if place else str(len(values) - 1))


def test_controls_without_steps_show_their_value_and_cannot_be_moved(specimen, written, reader):
    root = reader.open(written)
    frozen = root.locator("[data-control][data-frozen]")
    names = frozen.evaluate_all("rows => rows.map(row => row.dataset.control)")
    assert names
    assert not set(names) & set(specimen.sweep)
    for row in frozen.all():
        assert "Python" in row.get_attribute("title")
        for field in row.locator("input, button").all():
            expect(field).to_be_disabled()
        for slider in row.locator("input[type=range]").all()[:1]:
            before = slider.input_value()
            box = slider.bounding_box()
            if box:
                reader.page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
            assert slider.input_value() == before
    assert root.get_attribute("data-em-result") == "1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 380])
def test_it_fits_wide_and_narrow_screens_in_both_themes_and_is_accessible(
    specimen, written, reading, inaccessible, scheme, width
):
    with reading(color_scheme=scheme, viewport={"width": width, "height": 900}) as reader:
        root = reader.open(written)
        assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert root.evaluate("root => root.scrollWidth <= root.clientWidth + 1")
        dark = root.evaluate(BACKGROUND) < 3 * 128
        assert dark == (scheme == "dark")
        assert not inaccessible(reader.page.locator("body"))


def test_tab_reaches_everything_that_can_be_used_in_the_order_it_is_read(specimen, written, reader):
    page, root = reader.page, reader.open(written)
    focused = """root => {
        const { activeElement: active } = document;
        const parts = ["action", "control", "stage", "table"];
        const part = parts.map(name => active.closest(`[data-${name}]`)?.dataset[name]).find(Boolean);
        const place = [...document.querySelectorAll("*")].indexOf(active);
        return { place, part, inside: root.contains(active) };
    }"""
    reached = []
    for _ in range(200):
        page.keyboard.press("Tab")
        at = root.evaluate(focused)
        if reached and not at["inside"]:
            break
        reached.append(at)
    places = [at["place"] for at in reached]
    assert places == sorted(places)
    parts = {at["part"] for at in reached}
    controls = root.locator("[data-control]").evaluate_all("rows => rows.map(row => row.dataset.control)")
    assert parts & set(controls) == set(specimen.sweep)
    assert parts >= {specimen.stage, "undo", "redo", "help", "export"}


def test_keys_move_a_swept_slider_open_the_menus_and_close_them(specimen, written, reader, drawn):
    page, root = reader.page, reader.open(written)
    slider = slider_of(root, next(iter(specimen.sweep)))
    before = int(slider.input_value())
    key, after = ("ArrowLeft", before - 1) if before else ("ArrowRight", 1)
    slider.focus()
    page.keyboard.press(key)
    expect(slider).to_have_value(str(after))
    expect(slider).to_be_focused()
    expect(root).not_to_have_attribute("data-em-result", "1")
    page.keyboard.press("Control+z")
    expect(slider).to_have_value(str(before))

    page.keyboard.press("?")
    expect(root.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(root.locator("dialog")).to_be_hidden()
    menu = root.locator("details:has(> [data-action=export])")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("button").first).to_be_focused()
    drawn(root)  # it listens for Escape a moment later
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
