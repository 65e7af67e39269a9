"""From a slider's move to the new overlay on the screen, in a real JupyterLab, on a 1024² image; one line of JSON.

The clock runs in the browser: from the input event to the mark that the explorer sets after it has painted. The peer is
the same widget with the first stage computed anew each time, as a notebook without staged computation would.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM = Path("/usr/bin/chromium")
CELL = """
import emwidgets as emw
from emwidgets import domains
image, _ = domains.simulate((1024, 1024), coverage=0.4, amorphous=0.3, seed=90500,
                            phases={"gold": (0.2355,), "Fe3O4": (0.2967,)})
explorer = emw.DomainExplorer(image)
explorer
"""
# values in turn, so that each one is a change
CHANGES = {
    "threshold": (0.9, 0.4, 0.95, 0.5, 0.99, 0.3, 0.8, 0.45),
    "eps": (0.06, 0.1, 0.07, 0.09, 0.065, 0.11, 0.075, 0.08),
    "min_samples": (10, 20, 12, 18, 11, 19, 13, 16),
    "min_area": (1, 3, 1.5, 4, 2, 5, 2.5, 6),
    "amplitude": (0.4, 0.6, 0.45, 0.55, 0.42, 0.58, 0.48, 0.52),
}
MOVE = """([root, name, value]) => new Promise(done => {
    const input = root.querySelector(`[data-control="${name}"] input[type=number]`);
    const before = root.dataset.emResult;
    const start = performance.now();
    const watch = () => {
        if (root.dataset.emResult !== before) done(performance.now() - start);
        else if (performance.now() - start > 8000) done(null);
        else requestAnimationFrame(watch);
    };
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    watch();
})"""


def main() -> None:
    """Move each slider several times and print the line."""
    spec = importlib.util.spec_from_file_location("jupyter", ROOT / "tests" / "browser" / "notebooks" / "conftest.py")
    jupyter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(jupyter)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = jupyter.JupyterServer(Path(folder))
        try:
            server.wait()
            where = {"executable_path": CHROMIUM} if CHROMIUM.exists() else {}
            chromium = playwright.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **where)
            page = chromium.new_page(viewport={"width": 1400, "height": 1000})
            print(json.dumps({"benchmark": "slider_latency", "image": "1024²", **measure(jupyter.Lab(page, server))}))
        finally:
            server.stop()


def measure(lab) -> dict:
    """Median and worst milliseconds of each slider, and of a whole analysis from nothing."""
    lab.open(lab.write("latency.ipynb", CELL))
    lab.run_all()
    explorer = lab.page.locator(".em-domains").first
    explorer.wait_for()
    lab.page.wait_for_function("root => Number(root.dataset.emResult) > 0", arg=explorer.element_handle())
    times = {}
    for name, values in CHANGES.items():
        moves = [lab.page.evaluate(MOVE, [explorer.element_handle(), name, value]) for value in values]
        moves = [move for move in moves[1:] if move is not None]  # the first one may import something
        times[name] = {"median_ms": round(statistics.median(moves)), "worst_ms": round(max(moves)), "moves": len(moves)}
    whole = lab.ask(
        "(lambda t, p: (domains.segment(image), t.perf_counter() - p)[1])(__import__('time'), "
        "__import__('time').perf_counter())"
    )
    return {**times, "whole_analysis_ms": round(1000 * whole)}


if __name__ == "__main__":
    main()
