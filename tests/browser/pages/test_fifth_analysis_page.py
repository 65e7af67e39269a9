"""The page of the worked example of docs/extending.md, once its bundle lies where those of the four widgets do."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hyperspy.signals import Signal2D
from playwright.sync_api import expect
from scipy import ndimage

from emwidgets.frontend import widget

EXAMPLE = Path(__file__).parents[3] / "docs" / "extending" / "resolution"
FRAMES = [2, 4, 8, 16]


@pytest.fixture
def resolution(monkeypatch, tmp_path):
    static = tmp_path / "static"
    shutil.copytree(widget.STATIC, static)
    shutil.copy(EXAMPLE / "static" / "resolution.js", static)
    monkeypatch.setattr(widget, "STATIC", static)
    monkeypatch.syspath_prepend(EXAMPLE.parent)
    import resolution

    return resolution


@pytest.fixture
def series():
    rng = np.random.default_rng(0)
    place = 8 * ndimage.gaussian_filter(rng.normal(size=(256, 256)), 2)
    signal = Signal2D(place + 1.5 * rng.normal(size=(16, 256, 256)))
    signal.axes_manager.signal_axes.set(scale=0.02, units="nm")
    signal.metadata.General.title = "Series of frames"
    return signal


def test_each_step_says_what_python_says(resolution, series, reader, tmp_path):
    meter = resolution.ResolutionMeter(series)
    path = meter.save_html(tmp_path / "meter.html", sweep={"frames": FRAMES})
    meter.close()
    root = reader.open(path)
    for place, frames in enumerate(FRAMES):
        reader.step(root, "frames", place)
        found = resolution.measure(series, frames=frames)
        expect(root.locator("[data-said]")).to_have_text(str(found))
        limit = root.locator("[data-limit]").get_attribute("data-limit")
        assert float(limit) == pytest.approx(found.limit)
    root.page.wait_for_timeout(1100)  # moves of one slider within a second are one action
    reader.step(root, "frames", 0)
    root.press("Control+z")
    expect(root.locator("[data-said]")).to_have_text(str(resolution.measure(series)))
