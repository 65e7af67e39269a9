"""The page of a PatternClassifier: what a reader can look at without Python, and what is frozen."""

import re

import numpy as np
import pandas as pd
import pytest
from hyperspy.signals import Signal2D
from playwright.sync_api import expect

import emwidgets as emw
from emwidgets.diffraction.simulation.simulate import simulate_array

HOSTILE = "\"'></title></style></script><!--<img src=x onerror=window.hacked=1><b>\u202e\0\ud800"


@pytest.fixture(scope="module")
def signal():
    """A scan of 2 × 3 patterns with texts of a stranger in all places that a reader sees."""
    made = [simulate_array("gold", grains, shape=(80, 96), pixel_size=0.2, seed=7)[0] for grains in (5000, 1)]
    signal = Signal2D(np.stack(made * 3).reshape(2, 3, 80, 96))
    signal.data[1, 2] = 3.0
    signal.metadata.General.title = HOSTILE
    signal.metadata.set_item("Signal.quantity", HOSTILE)
    for number, axis in enumerate((*signal.axes_manager.signal_axes, *signal.axes_manager.navigation_axes)):
        axis.name, axis.units = f"{HOSTILE}{number}", HOSTILE
    return signal


@pytest.fixture(scope="module")
def page(signal, tmp_path_factory):
    widget = emw.PatternClassifier(signal, corrections={1: "ring"}, view={"rule": "hough"})
    path = tmp_path_factory.mktemp("page") / "gold.html"
    yield widget.save_html(path, sweep={"frame": [0, 1, 5], "certainty": [0.6, 0.9]})
    widget.close()


def test_texts_of_strangers_are_text(page, reader):
    root = reader.open(page)
    assert reader.page.evaluate("() => window.hacked") is None
    assert reader.page.locator("main").locator("img, iframe, script, style, b").count() == 0
    assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(root.locator(".em-title")).to_contain_text("<img src=x")


def test_a_click_shows_a_pattern_that_was_swept_and_says_so_of_the_others(page, reader):
    root = reader.open(page)
    expect(root.locator("[data-tile]")).to_have_count(6)
    expect(root.locator("[data-tile][data-empty]")).to_have_count(0)
    root.locator('[data-tile="5"]').click()
    expect(root.locator("[data-verdict]")).to_have_attribute("data-problem", "")
    root.locator('[data-tile="1"]').click()
    expect(root.locator("[data-verdict]")).to_have_attribute("data-corrected", "")
    expect(root.locator("[data-verdict]")).to_have_attribute("data-verdict", "ring")
    root.locator('[data-tile="3"]').click()
    expect(root.locator(".em-toasts")).to_contain_text("Python")
    expect(root.locator('[data-tile="1"]')).to_have_attribute("aria-selected", "true")


def test_what_needs_python_is_frozen_with_the_reason(page, reader):
    root = reader.open(page)
    for label in root.locator("[data-label-button]").all():
        expect(label).to_have_attribute("aria-disabled", "true")
        expect(label).to_have_attribute("title", re.compile("Python"))
    before = root.get_attribute("data-em-result")
    root.locator('[data-member="hough"]').click(force=True)
    expect(root.locator('[data-member="ensemble"]')).to_have_attribute("aria-pressed", "true")
    assert root.get_attribute("data-em-result") == before


def test_heat_map_and_evidence_need_no_python(page, reader, painted, drag):
    root = reader.open(page)
    seen = {painted(root, "stage")}
    drag(root.locator('[data-view="heat"] input[type=range]').first, 0.0)
    seen.add(painted(root, "stage"))
    root.locator('[data-view="rule"]').get_by_text("None").click()
    seen.add(painted(root, "stage"))
    assert len(seen) == 3


def test_labels_by_hand_can_be_taken_along(page, reader, exported, signal):
    root = reader.open(page)
    path = exported(root, "csv-corrections")
    table = pd.read_csv(path, comment="#", encoding="utf-8-sig")
    assert table.iloc[:, 0].tolist() == [1]
    assert table["label"].tolist() == ["ring"]
    path = exported(root, "csv-frames")
    assert not set(path.name) & set("<>/\\:\"'`$\u202e")
    table = pd.read_csv(path, comment="#", encoding="utf-8-sig")
    expected = emw.diffraction.classify(signal, certainty=0.9, corrections={1: "ring"})
    ring = next(name for name in table.columns if name.startswith("probability"))
    np.testing.assert_allclose(table[ring], expected.probabilities[..., 0].ravel(), atol=1e-3)
    assert table["corrected"].tolist() == expected.corrected.ravel().tolist()
