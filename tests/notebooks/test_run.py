"""Every notebook runs from top to bottom, without an error and without a warning that a reader would meet."""

import asyncio
import re
import time

import pytest
from nbclient import NotebookClient

LONGEST = 600  # s for a whole notebook: the aim is 120, and machines are slow at times
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A folder to run in, and a Jupyter without anybody's settings, start-up files and kernels."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def files(folder):
    return {path.name for path in folder.iterdir()} - {".ipynb_checkpoints"}


@pytest.mark.slow
def test_it_runs_from_top_to_bottom(notebook, stored, alone, report_seconds):
    before = files(notebook.parent)
    client = NotebookClient(stored, kernel_name="python3", resources={"metadata": {"path": str(alone)}})
    start = time.perf_counter()
    asyncio.run(asyncio.wait_for(client.async_execute(), LONGEST))  # raises the first error of a cell
    report_seconds(notebook.stem, time.perf_counter() - start)

    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    red = {
        cell.id: ESCAPES.sub("", output.text)
        for cell in code
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    }
    assert not red, "cells show warnings in red"
    assert files(notebook.parent) == before, "a notebook writes beside itself, not where it is run"
