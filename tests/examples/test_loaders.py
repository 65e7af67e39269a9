"""Every shipped image has a loader, is calibrated or says that nobody knows its scale, and stands on a page of docs."""

import re
from importlib import resources
from pathlib import Path

import pytest

from emwidgets import examples
from emwidgets.signals import calibrated_frames

FOLDER = resources.files("emwidgets.examples")
DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXTS = {"__init__.py", "LICENCES.md", "SOURCES.csv"}
LOADERS = [name for name in examples.__all__ if name != "sources"]
SILICON_IS_LEFT_TO_THE_READER = {"silicon_110": {"calibrated": True}}  # uncalibrated unless asked, for lessons


def loaded(name):
    return getattr(examples, name)(**SILICON_IS_LEFT_TO_THE_READER.get(name, {}))


def test_the_folder_holds_the_images_of_the_list_their_licences_and_nothing_else():
    there = {entry.name for entry in FOLDER.iterdir() if entry.name != "__pycache__"}
    assert there - TEXTS == set(examples.sources().index)
    assert there >= TEXTS


def test_every_image_has_one_loader():
    files = [loaded(name).metadata.General.original_filename for name in LOADERS]
    assert sorted(files) == sorted(examples.sources().index)


@pytest.mark.parametrize("name", LOADERS)
def test_an_image_has_the_pixel_size_of_its_row_or_none_at_all(name):
    signal = loaded(name)
    frames = calibrated_frames(signal, kind=None)
    source = examples.sources().loc[signal.metadata.General.original_filename]
    if source.unit == "px":
        assert (source.pixel_size, source.pixel_size_from) == (1, "the file states none")
        assert not frames.calibrated
    else:
        assert frames.unit == source.unit
        assert frames.scale == pytest.approx([float(source.pixel_size)] * 2, rel=1e-4)
        assert len(source.pixel_size_from) > 5


@pytest.mark.parametrize("name", LOADERS)
def test_an_image_says_itself_where_it_is_from(name):
    signal = loaded(name)
    source = examples.sources().loc[signal.metadata.General.original_filename]
    assert signal.metadata.General.title
    assert source.source in signal.metadata.General.notes
    assert source.licence in signal.metadata.General.notes


def test_the_page_of_the_examples_shows_them_all_and_says_how_large_they_are():
    page = (DOCS / "examples.md").read_text(encoding="utf-8")
    rows = re.findall(r"!\[(\w+)\]\(pictures/examples/(\w+)\.webp\) \| `(\w+)\(\)`", page)
    assert all(len(set(row)) == 1 for row in rows)
    assert sorted(row[0] for row in rows) == sorted(LOADERS)
    assert sorted(path.stem for path in (DOCS / "pictures" / "examples").iterdir()) == sorted(LOADERS)
    size = sum((FOLDER / file).stat().st_size for file in examples.sources().index)
    assert f"{size / 1e6:.1f} MB in all" in page
    assert size < 20e6


def test_the_pictures_of_the_readme_are_there_and_light():
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]{20,}\]\((docs/pictures/\w+\.webp)\)", readme)
    assert len(shown) == 4
    assert all((DOCS.parent / path).is_file() for path in shown)
    assert sum(path.stat().st_size for path in (DOCS / "pictures").rglob("*.webp")) < 1.5e6
