"""A notebook that was saved and is read again while nobody runs it: in JupyterLab, and as nbconvert writes it."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

SAVE_STATE = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"
CELLS = (
    "import emwidgets as emw\n"
    "explorer = emw.DomainExplorer(emw.examples.cdte_twin().isig[:256, :256], threshold=0.9)\n"
    "explorer",
    "explorer.show_static(sweep={'threshold': [0.5, 0.9, 0.999]})",
)
SHOWN = re.compile(r"^[1-9]\d*$")
BUNDLE = 120 * 1024  # bytes of script and style in each saved widget
VIEW = "application/vnd.jupyter.widget-view+json"
FRAME = "iframe[srcdoc]"
# what nbconvert's page asks of the network, and the file of an npm package that is the same
NETWORK = {
    "/require.min.js": "requirejs/require.js",
    "/@jupyter-widgets/html-manager@": "@jupyter-widgets/html-manager/dist/embed-amd.js",
    "/anywidget@": "anywidget/dist/index.js",
}


def numbers(root):
    """All that the tables and totals say."""
    return root.locator("[data-total], [data-table] tbody tr").all_inner_texts()


@pytest.fixture(scope="module")
def saved(shared_lab, painted, zoomed):
    """Path of the saved notebook, and the picture and numbers that the widget showed; its kernel is gone."""
    lab = shared_lab
    lab.open(lab.write("saved.ipynb", *CELLS))
    lab.run_all()
    root = lab.page.locator(".em-domains")
    expect(root).to_have_attribute("data-em-result", SHOWN)
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    lab.scroll_to(1)  # a frame draws only while it is seen
    expect(lab.page.frame_locator(FRAME).locator("html")).to_have_attribute("data-em-page", "ready")
    lab.scroll_to(0)
    zoomed(root, -300)
    lab.page.mouse.move(0, 0)
    lab.command(SAVE_STATE)
    lab.command("docmanager:save")
    lab.command(SAVE_STATE)
    shown = {"picture": painted(root), "numbers": numbers(root)}
    assert len(shown["numbers"]) > 10
    lab.command("kernelmenu:shutdown")
    lab.page.wait_for_function("() => !jupyterapp.shell.currentWidget.sessionContext.session")
    badge = root.locator("[data-connection]")
    expect(badge).not_to_have_attribute("data-connection", "live")  # the browser hears of it a moment later
    shown["connection"] = badge.get_attribute("data-connection")
    return lab.root / "saved.ipynb", shown


@pytest.fixture(scope="module")
def reopened(saved, shared_lab):
    """The explorer in the notebook opened once more; no cell has been run."""
    shared_lab.open(saved[0].name)
    root = shared_lab.page.locator(".em-domains")
    expect(root).to_have_attribute("data-em-result", SHOWN)
    return root


@pytest.fixture(scope="module")
def converted(saved):
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "--log-level", "WARN", saved[0].name],
        cwd=saved[0].parent,
        check=True,
    )
    return saved[0].with_suffix(".html")


def test_a_widget_says_when_its_kernel_was_shut_down(saved):
    assert saved[1]["connection"] == "disconnected"


def test_a_saved_notebook_has_each_array_once_and_the_front_end_once_a_widget(saved):
    notebook = json.loads(saved[0].read_text())
    state = notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    explorers = [model for model in state.values() if "_esm" in model["state"]]
    assert len(explorers) == 1
    for model in explorers:
        assert len((model["state"]["_esm"] + model["state"]["_css"]).encode()) < BUNDLE
    arrays = [buffer["data"] for model in state.values() for buffer in model.get("buffers", ())]
    assert sum(len(data) > 10_000 for data in arrays) >= 2  # the image, its spectrum
    assert len(arrays) == len(set(arrays))
    outputs = [output for cell in notebook["cells"] for output in cell["outputs"]]
    assert len(json.dumps(outputs[0])) < 2000  # the widget's state is not there a second time
    views = [output["data"][VIEW]["model_id"] for output in outputs if VIEW in output.get("data", {})]
    assert views
    assert set(views) <= set(state)  # no progress bar was left behind


def test_reopened_it_shows_picture_and_numbers_and_says_that_python_is_gone(saved, reopened, painted):
    expect(reopened.locator("[data-connection]")).to_have_attribute("data-connection", "disconnected")
    assert numbers(reopened) == saved[1]["numbers"]
    assert painted(reopened) == saved[1]["picture"]


def test_reopened_its_controls_do_not_move(reopened):
    rows = reopened.locator("[data-control]")
    frozen = reopened.locator("[data-control][data-frozen]")
    assert rows.count() > 5
    expect(frozen).to_have_count(rows.count())
    for field in frozen.locator("input, button").all():
        expect(field).to_be_disabled()
    assert reopened.locator('[data-control="threshold"] input[type=range]').input_value() == "0.9"


def test_reopened_one_can_still_look_and_take_along(reopened, painted, zoomed, exported):
    page, stage = reopened.page, reopened.locator("[data-stage=image]")
    before, after = zoomed(reopened, 300)
    expect(stage.locator(".em-tip")).to_contain_text("Domain")
    assert after != before
    page.keyboard.press("Control+z")
    expect(reopened.locator("[data-action=undo]")).to_have_attribute("aria-label", "Nothing to undo")
    assert painted(reopened) == before

    contrast = reopened.locator(".em-panel-image details")
    contrast.locator("summary").click()
    page.mouse.move(0, 0)
    before = painted(reopened)
    contrast.locator("label:has([value=viridis])").click()
    page.mouse.move(0, 0)
    assert painted(reopened) != before
    page.keyboard.press("Escape")
    assert "# title: CdTe twin" in exported(reopened, "csv-domains").read_text(encoding="utf-8-sig")


def moves_in_its_frame(frame, painted):
    """A page in the output of a cell: its slider changes picture and numbers."""
    expect(frame.locator("html")).to_have_attribute("data-em-page", "ready")
    root = frame.locator(".em-domains")
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "page")
    slider = root.locator('[data-control="threshold"] input[type=range]')
    expect(slider).to_have_value("1")
    before = painted(root), numbers(root)
    slider.fill("2")
    expect(root).not_to_have_attribute("data-em-result", "1")
    assert (painted(root), numbers(root)) != before
    slider.fill("1")
    expect(root).to_have_attribute("data-em-result", "3")
    assert numbers(root) == before[1]


def test_reopened_a_static_output_still_moves(reopened, shared_lab, painted):
    shared_lab.scroll_to(1)
    moves_in_its_frame(shared_lab.page.frame_locator(FRAME), painted)
    shared_lab.scroll_to(0)


def test_nbconvert_writes_a_page_that_shows_picture_and_numbers(saved, converted, browser, npm, zoomed):
    """What it wants of the network comes from the same packages, installed by npm."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page, complaints = context.new_page(), []

    def answer(route):
        name = next((file for part, file in NETWORK.items() if part in route.request.url), None)
        route.fulfill(path=npm(name), content_type="text/javascript") if name else route.abort()

    page.route(re.compile("^https?:"), answer)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(converted.as_uri())
    root = page.locator(".em-domains").first
    expect(root).to_have_attribute("data-em-result", SHOWN, timeout=30_000)
    expect(root.locator("[data-connection]")).to_have_attribute("data-connection", "disconnected")
    expect(root.locator("[data-control][data-frozen]")).to_have_count(root.locator("[data-control]").count())
    assert numbers(root) == saved[1]["numbers"]
    assert len({0, *zoomed(root, -300)}) == 3
    # MathJax is not there, nor anywidget beside the file, where it is looked for first
    assert [each for each in complaints if "Failed to load resource" not in each] == []
    context.close()


def test_nbconvert_writes_a_page_whose_static_output_moves_without_a_network(converted, browser, painted):
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, offline=True)
    page = context.new_page()
    page.goto(converted.as_uri())
    page.locator(FRAME).scroll_into_view_if_needed()
    moves_in_its_frame(page.frame_locator(FRAME), painted)
    context.close()
