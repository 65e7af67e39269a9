"""The images that refocusing is measured with are the ones whose source and licence are named."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

FOLDER = Path(__file__).parents[2] / "benchmarks" / "refocusing_images"
with (FOLDER / "SOURCES.csv").open(newline="") as lines:
    SOURCES = {row["file"]: row for row in csv.DictReader(lines)}


def pixels(name):
    return np.asarray(Image.open(FOLDER / name))


def test_every_image_has_a_source_and_every_source_an_image():
    assert {file.name for file in FOLDER.glob("*.png")} == set(SOURCES)
    assert all(row["source"].startswith("https://") and row["licence"] and row["commit"] for row in SOURCES.values())


def test_every_repository_is_named_among_the_licences():
    text = (FOLDER / "LICENCES.md").read_text()
    assert all(row["source"] in text for row in SOURCES.values())


@pytest.mark.parametrize("name", SOURCES)
def test_an_image_is_unchanged_and_fit_to_measure_with(name):
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == SOURCES[name]["sha256"]
    assert pixels(name).dtype == np.uint8
    assert max(pixels(name).shape) <= 512
    assert np.ptp(pixels(name)) > 100


def test_the_real_pair_shows_one_place():
    from emwidgets.refocusing.registration import registered

    for other in ("base", "far"):
        shift = registered(pixels(f"through_focus_{other}.png"), pixels("through_focus_sharp.png")).shift
        assert np.abs(shift).max() < 1
