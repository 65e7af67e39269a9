"""The notebooks as they are stored, and how long each takes to run, said at the end of the tests."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
AIM = 120  # s of execution on two cores that have nothing else to do

_seconds = pytest.StashKey[dict[str, float]]()


def pytest_generate_tests(metafunc):
    """A test that asks for a `notebook` is run for each."""
    if "notebook" in metafunc.fixturenames:
        metafunc.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def stored(notebook):
    """The notebook as nbformat reads it."""
    return nbformat.read(notebook, as_version=4)


@pytest.fixture
def report_seconds(request):
    """Keeper of the time that a notebook took, for the summary."""
    return request.config.stash.setdefault(_seconds, {}).__setitem__


def pytest_terminal_summary(terminalreporter, config):
    """Say how long each notebook took, next to the aim; a busy machine fails no test by it."""
    seconds = config.stash.get(_seconds, {})
    if seconds:
        terminalreporter.section(f"notebooks: seconds from top to bottom (aim: {AIM} on two idle cores)")
        for name, each in sorted(seconds.items()):
            terminalreporter.write_line(f"{each:6.1f}  {name}{'  over the aim' if each > AIM else ''}")
