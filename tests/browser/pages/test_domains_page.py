"""The page of a DomainExplorer: its tables in full, and what a reader takes along from it."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import expect

import emwidgets as emw
from emwidgets.domains import segment
from emwidgets.signals import pixel_digest

SWEEP = {"threshold": np.linspace(0.3, 0.99, 4)}


@pytest.fixture(scope="module")
def signal():
    return emw.examples.cdte_twin().isig[:256, :256]


@pytest.fixture(scope="module")
def page(signal, tmp_path_factory):
    explorer = emw.DomainExplorer(signal, min_area=2.0)
    yield explorer.save_html(tmp_path_factory.mktemp("page") / "twin.html", sweep=SWEEP)
    explorer.close()


def head(path):
    """What the comments at the head of a table say."""
    lines = [line[2:] for line in path.read_text(encoding="utf-8-sig").splitlines() if line.startswith("# ")]
    return dict(line.split(": ", 1) for line in lines)


def table(path, index):
    """The table, with names of columns as in Python."""
    data = pd.read_csv(path, comment="#", encoding="utf-8-sig")
    return data.rename(columns=lambda name: re.sub(r" \(.*\)$", "", name)).sort_values(index, ignore_index=True)


def test_exported_tables_are_pythons_to_the_last_digit_at_each_step(page, signal, reader, exported):
    root = reader.open(page)
    for place, threshold in enumerate(SWEEP["threshold"]):
        reader.step(root, "threshold", place)
        found = segment(signal, threshold=threshold, min_area=2.0)
        domains = table(exported(root, "csv-domains"), "label")
        expected = found.domains.sort_values("label", ignore_index=True)
        pd.testing.assert_frame_equal(domains, expected[domains.columns], check_dtype=False, check_exact=True)
        assert {"label", "grain", "family", "d_spacing", "d_error", "area", "orientation"} <= set(domains)
        peaks = table(exported(root, "csv-peaks"), ["kx", "ky"])
        crystalline = found.peaks[found.peaks["crystalline"]].sort_values(["kx", "ky"], ignore_index=True)
        numbers = crystalline.select_dtypes(float).columns
        assert {"kx", "ky", "d_spacing", "probability", "intensity"} <= set(numbers)
        np.testing.assert_array_equal(peaks[numbers], crystalline[numbers])


def test_an_exported_table_says_how_it_was_made(page, signal, reader, exported):
    root = reader.open(page)
    reader.step(root, "threshold", 3)
    says = head(exported(root, "csv-domains"))
    assert says["title"] == "CdTe twin"
    assert says["sha-256"] == pixel_digest(signal)
    assert json.loads(says["parameters"])["threshold"] == pytest.approx(0.99)
    assert json.loads(says["versions"])["emwidgets"] == emw.__version__
    assert re.match(r"\d{4}-\d\d-\d\dT", says["date"])
    again = eval(says["code"], {"emw": emw, "signal": signal})
    assert len(again.domains) == len(segment(signal, threshold=0.99, min_area=2.0).domains)


def test_an_exported_picture_says_how_it_was_made(page, signal, reader, exported):
    root = reader.open(page)
    reader.step(root, "threshold", 0)
    with Image.open(exported(root, "png-image")) as picture:
        assert min(picture.size) > 200
        assert picture.text["Title"] == "CdTe twin"
        assert picture.text["Source"] == pixel_digest(signal)
        made = json.loads(picture.text["Comment"])
    assert made["parameters"]["threshold"] == pytest.approx(0.3)
    assert made["parameters"]["min_area"] == 2.0
    assert made["versions"]["emwidgets"] == emw.__version__
    assert "threshold=0.3" in made["code"]


def test_the_page_says_below_how_it_was_made(page, signal, reader):
    root = reader.open(page)
    reader.step(root, "threshold", 3)
    about = reader.page.locator(".em-page-about")
    about.locator("summary").click()
    expect(about.locator("[data-about=digest]")).to_have_text(pixel_digest(signal))
    expect(about.locator("[data-about=title]")).to_have_text("CdTe twin")
    expect(about.locator("[data-about=code]")).to_contain_text("threshold=0.99")
    expect(about.locator("[data-about=versions]")).to_contain_text(emw.__version__)


def test_hovering_a_domain_and_choosing_a_row_work_as_in_a_notebook(page, reader, painted):
    root = reader.open(page)
    stage = root.locator("[data-stage=image]")
    before = painted(root)
    box = stage.bounding_box()
    reader.page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    expect(stage.locator(".em-tip")).to_contain_text(re.compile(r"Domain \d+"))
    expect(root.locator('[data-table="domains"] tr.em-lit')).not_to_have_count(0)
    reader.page.mouse.move(0, 0)
    row = root.locator('[data-table="domains"] tbody tr').first
    row.click()
    expect(row).to_have_attribute("aria-selected", "true")
    reader.page.mouse.move(0, 0)
    assert painted(root) != before
    row.press("Control+z")
    expect(row).to_have_attribute("aria-selected", "false")


def test_linked_widgets_of_one_page_move_together(signal, reader, painted, zoomed, tmp_path):
    """A control and the view are linked; each widget shows its own numbers."""
    elsewhere = emw.examples.cdte_twin().isig[256:, 256:]
    left, right = emw.DomainExplorer(signal), emw.DomainExplorer(elsewhere, min_area=4.0)
    left.link(right, "view")
    both = emw.page([left, right], links=[(left, right, "threshold")])
    root = reader.open(both.save_html(tmp_path / "both.html", sweep=[SWEEP, SWEEP]))
    other = reader.page.locator(".em-root").nth(1)
    assert painted(root) != painted(other)

    reader.step(root, "threshold", 3)
    slider = other.locator('[data-control="threshold"] input[type=range]')
    expect(slider).to_have_value("3")
    expect(other).not_to_have_attribute("data-em-result", "1")
    found = segment(elsewhere, threshold=0.99, min_area=4.0)
    expect(other.locator('[data-total="n_domains"]')).to_have_text(str(len(found.domains)))

    before = painted(other)
    zoomed(root, -600)
    assert painted(other) != before
    left.close()
    right.close()
