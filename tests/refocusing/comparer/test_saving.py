"""Files: whole or not at all, never in the place of another, with names that any system takes."""

import asyncio
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.refocusing.comparer.saving import IDLE, Saver, file_name, write


async def until(condition, seconds=30):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


@given(st.text() | st.none())
def test_any_title_gives_a_name_of_plain_letters(title):
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]{0,100}[A-Za-z0-9])?", file_name(title))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Gold on carbon", "Gold-on-carbon-refocused"),
        ("Gold, refocused", "Gold-refocused"),
        ("../../etc/passwd", "etc-passwd-refocused"),
        ("Größe 5 µm", "Groe-5-m-refocused"),
        ("", "refocused"),
        ("日本", "refocused"),
    ],
)
def test_names_tell_what_is_in_the_file(title, name):
    assert file_name(title) == name


@pytest.mark.parametrize("kind", ["tiff", "hspy"])
def test_a_file_that_cannot_be_written_leaves_nothing_behind(as_image, tmp_path, monkeypatch, kind):
    from hyperspy.signals import Signal2D

    def full(self, path, **options):
        path.write_bytes(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(Signal2D, "save", full)
    with pytest.raises(OSError, match="no space left"):
        write(as_image(np.eye(16)), tmp_path, kind, {})
    assert not list(tmp_path.iterdir())


def test_a_file_system_without_links_does_not_overwrite_either(as_image, tmp_path, monkeypatch):
    def no_links(source, target):
        raise PermissionError("operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    paths = [write(as_image(np.eye(16)), tmp_path, "hspy", {}) for _ in range(2)]
    assert [path.name for path in paths] == ["Grains-refocused.hspy", "Grains-refocused-2.hspy"]
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_it_says_what_it_does(as_image, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = []

    async def notebook():
        saver = Saver(lambda still_wanted: (as_image(np.eye(16)), {"title": "Grains"}, "code"), said.append)
        saver.take({"kind": "hspy"}, "Grains")
        await until(lambda: said[-1]["state"] != "running")
        saver.close()

    asyncio.run(notebook())
    assert [each["state"] for each in said] == ["running", "done"]
    assert said[0]["file"] == "Grains-refocused.hspy"
    assert said[-1] == {**IDLE, "state": "done", "file": "Grains-refocused.hspy"}


def test_what_goes_wrong_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = []

    def fails(still_wanted):
        raise ValueError("there is no image")

    saver = Saver(fails, said.append)
    saver.take({"kind": "tiff"}, "Grains")
    with pytest.raises(ValueError, match="there is no image"):
        saver.finish()
    assert said[-1] == {"state": "failed", "file": "", "message": "there is no image"}
    assert not saver.waiting
