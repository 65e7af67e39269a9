"""Size and ready time of the pages that widgets write, opened from a file with the network cut; one line of JSON each.

The peer, in the same run, is the one-file page that plotly writes of the same image as a heat map: no network either,
zoom and hover, but no analysis behind it. Time is the browser's own, from navigation to the mark that the page sets
when every widget shows its first result (plotly: when its picture is there).
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import plotly.express
from playwright.sync_api import sync_playwright

import emwidgets as emw

CHROMIUM = Path("/usr/bin/chromium")
RUNS = 7
READY = "html[data-em-page=ready]"
READY_AT = "performance.getEntriesByName('em-page-ready')[0].startTime"
PLOTLY_READY = ".js-plotly-plot .hm image"
# a slider of a page counts the steps
STEP = """step => new Promise(done => {
    const root = document.querySelector(".em-root");
    const input = root.querySelector('[data-control="threshold"] input[type=range]');
    const before = root.dataset.emResult;
    const start = performance.now();
    const shown = () => root.dataset.emResult !== before;
    const watch = () => shown() ? done(performance.now() - start) : requestAnimationFrame(watch);
    input.value = step;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    watch();
})"""


def domains_512():
    """512², 16 steps of the threshold."""
    phases = {"gold": (0.2355,), "magnetite": (0.2967,)}
    image, _ = emw.domains.simulate((512, 512), phases=phases, coverage=0.4, seed=4)
    return image, emw.DomainExplorer(image), {"threshold": np.linspace(0.2, 0.95, 16)}


def domains_1024():
    image, _ = emw.domains.simulate((1024, 1024), phases={"gold": (0.2355,)}, coverage=0.4, seed=4)
    return image, emw.DomainExplorer(image), {"threshold": np.linspace(0.2, 0.95, 16), "min_area": [0.5, 2, 8]}


PAGES = {"domains 512², 16 steps": domains_512, "domains 1024², 48 steps": domains_1024}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        where = {"executable_path": CHROMIUM} if CHROMIUM.exists() else {}
        browser = playwright.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **where)
        for name, make in PAGES.items():
            print(json.dumps({"benchmark": "pages", "page": name, **measure(browser, Path(folder), make)}))


def measure(browser, folder, make) -> dict:
    """Size, seconds to write, milliseconds to be ready and to show a step, each with its peer."""
    image, widget, sweep = make()
    widget.result  # noqa: B018 - the first analysis belongs to the notebook, not to the page
    start = time.perf_counter()
    page = widget.save_html(folder / "page.html", sweep=sweep)
    seconds = time.perf_counter() - start
    peer = folder / "plotly.html"
    plotly.express.imshow(image.data, binary_string=False).write_html(peer, include_plotlyjs=True)
    ready, steps = opened(browser, page)
    return {
        "mb": round(page.stat().st_size / 1e6, 2),
        "plotly_mb": round(peer.stat().st_size / 1e6, 2),
        "written_s": round(seconds, 2),
        "ready_ms": round(ready),
        "plotly_ready_ms": round(plotly_opened(browser, peer)),
        "step_ms": round(statistics.median(steps)),
        "slowest_step_ms": round(max(steps)),
    }


def opened(browser, path) -> tuple[float, list[float]]:
    """Median time to be ready, and the time of each of some steps, each shown for the first time."""
    times, steps = [], []
    for _ in range(RUNS):
        page = browser.new_context(offline=True, viewport={"width": 1400, "height": 1000}).new_page()
        page.goto(path.as_uri())
        page.wait_for_selector(READY)
        times.append(page.evaluate(READY_AT))
        if not steps:
            steps = [page.evaluate(STEP, step) for step in ("15", "2", "13", "0", "10")]
        page.context.close()
    return statistics.median(times), steps


def plotly_opened(browser, path) -> float:
    times = []
    for _ in range(RUNS):
        page = browser.new_context(offline=True, viewport={"width": 1400, "height": 1000}).new_page()
        page.goto(path.as_uri())
        page.wait_for_selector(PLOTLY_READY, state="attached")
        times.append(page.evaluate("performance.now()"))
        page.context.close()
    return statistics.median(times)


if __name__ == "__main__":
    main()
