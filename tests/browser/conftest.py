"""A real Chromium, and what a hand does in it with a widget, be it in a page or in a notebook."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",  # Chromium has no sandbox when it runs as root, as in most containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# what is painted on the canvases of a stage, as one number; from a copy, for Chromium warns of reading what it shows
CHECKSUM = """(root, stage) => {
    let sum = 0;
    for (const canvas of root.querySelectorAll(`[data-stage="${stage}"] canvas`)) {
        const { width, height } = canvas;
        if (!width || !height) continue;
        const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const pixels = copy.getImageData(0, 0, width, height).data;
        for (let i = 0; i < pixels.length; i += 7) sum = (sum * 31 + pixels[i]) % 2147483647;
    }
    return sum;
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SERIOUS = ("serious", "critical")  # impacts of what axe finds that nobody may meet


def pytest_collection_modifyitems(items):
    """Mark what lies in this folder, and run it last: Playwright keeps an event loop running from its first use on."""
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """How Chromium is started: Debian's where it is installed, else Playwright's own."""
    where = {"executable_path": SYSTEM_CHROMIUM} if SYSTEM_CHROMIUM.exists() else {}
    return {**browser_type_launch_args, **where, "args": CHROMIUM_ARGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1400, "height": 1000}, "accept_downloads": True}


@pytest.fixture(scope="session")
def drawn():
    """Waiter until all that a widget has been told is drawn, and the browser's own events are through."""
    return lambda root: root.evaluate(TWO_FRAMES)


@pytest.fixture(scope="session")
def painted(drawn):
    """What a widget has painted, as one number: `painted(root)`, or of another stage than that of the image."""

    def checksum(root, stage="image"):
        drawn(root)
        return root.evaluate(CHECKSUM, stage)

    return checksum


@pytest.fixture(scope="session")
def zoomed(painted):
    """Zoomer by the wheel over a stage: what was painted before and after, with the pointer on the same place."""

    def zoom(root, by, stage="image"):
        root.locator(f'[data-stage="{stage}"]').hover()
        before = painted(root, stage)
        root.page.mouse.wheel(0, by)
        expect(root.locator("[data-action=undo]")).to_have_attribute("aria-label", "Undo View")
        return before, painted(root, stage)

    return zoom


@pytest.fixture(scope="session")
def held():
    """Context manager that drags the handle of a range input to a share of its width, as a hand does, and lets go."""

    @contextlib.contextmanager
    def hold(slider, to):
        page = slider.page
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        lowest, highest, value = (float(slider.evaluate(f"input => input.{name}")) for name in ("min", "max", "value"))
        start = box["x"] + 8 + (box["width"] - 16) * (value - lowest) / (highest - lowest)
        page.mouse.move(start, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + 8 + (box["width"] - 16) * to, middle, steps=12)
        yield
        page.mouse.up()

    return hold


@pytest.fixture(scope="session")
def drag(held):
    """Mover of the handle of a range input to a share of its width."""

    def move(slider, to):
        with held(slider, to):
            pass

    return move


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """Chooser of an entry of a widget's export menu; `exported(root, "csv-domains")` is the path of the file."""

    def export(root, entry):
        root.locator("[data-action=export]").click()
        with root.page.expect_download() as download:
            root.locator(f"[data-action={entry}]").click()
        path = tmp_path_factory.mktemp("exported") / download.value.suggested_filename
        download.value.save_as(path)
        return path

    return export


@pytest.fixture(scope="session")
def npm():
    """Path of a file of an npm package; the test is skipped where Node.js, and so `npm ci`, is left out."""

    def path(name):
        file = ROOT / "node_modules" / name
        if not (ROOT / "node_modules").is_dir():
            pytest.skip("the packages of package.json are not installed")
        assert file.is_file(), f"{name} is not there: run npm ci"
        return file

    return path


@pytest.fixture(scope="session")
def inaccessible(npm):
    """What axe-core finds serious or critical below an element: rule, and where it is broken."""

    def find(root):
        page = root.page
        if not page.evaluate("'axe' in window"):
            page.evaluate(npm("axe-core/axe.min.js").read_text())
        found = root.evaluate("root => axe.run(root, { resultTypes: ['violations'] })")["violations"]
        return [
            f"{each['id']}: {node['html'][:200]} ({node['failureSummary']})"
            for each in found
            if each["impact"] in SERIOUS
            for node in each["nodes"]
        ]

    return find


@pytest.fixture(scope="session")
def reads_as():
    """Whether a text that a widget shows is a number, rounded to the decimals shown."""

    def check(text, number):
        shown = re.sub(r"[^\d.\-].*", "", text.replace("−", "-"))
        decimals = len(shown.partition(".")[2])
        return bool(shown) and abs(float(shown) - number) <= 0.5000001 * 10**-decimals

    return check
