"""Runs notebooks, once: the outputs are kept until the notebook, or emwidgets itself, is another one."""

import hashlib
import json
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from package import package_digest

STARTUP = Path(__file__).parent / "kernel" / "live_pages.py"
TIMEOUT = 900  # s for one cell, on two cores that have other work as well

#: What an output depends on beside emwidgets: other versions may give other numbers or another picture.
_PEERS = ("hyperspy", "numpy", "onnxruntime", "pandas", "plotly", "scikit-image", "scikit-learn", "scipy")


class NotebookError(RuntimeError):
    """A notebook of the documentation does not run from top to bottom."""


def fingerprint(notebook: Path) -> str:
    """Digest of all that the outputs of a notebook depend on."""
    cells = [[cell.cell_type, cell.source] for cell in nbformat.read(notebook, as_version=4).cells]
    digest = hashlib.sha256(json.dumps([cells, [version(peer) for peer in _PEERS]]).encode())
    digest.update(STARTUP.read_bytes())
    digest.update(package_digest().encode())
    return digest.hexdigest()


def executed(notebooks: list[Path], folder: Path, say=print) -> dict[str, Path]:
    """Executed notebooks in `folder`, by name; those that are there already and still right are not run again.

    Raises
    ------
    NotebookError
        If a cell fails; the message names the notebook and has the cell and its traceback.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = {notebook.stem: folder / f"{notebook.stem}.ipynb" for notebook in notebooks}
    prints = {notebook.stem: fingerprint(notebook) for notebook in notebooks}
    due = [each for each in notebooks if _kept(made[each.stem]) != prints[each.stem]]
    say(f"{len(due)} of {len(notebooks)} notebooks have to be executed")
    # the analyses are threaded themselves, so half as many notebooks at a time as there are cores
    with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
        for notebook, done in zip(due, pool.map(run, due), strict=True):
            done.metadata["emwidgets"] = {"fingerprint": prints[notebook.stem]}
            _replace(made[notebook.stem], nbformat.writes(done))
            say(f"executed {notebook.name}")
    return made


def run(notebook: Path) -> nbformat.NotebookNode:
    """A notebook with its outputs, widgets as pages; it runs in a folder of its own, which is thrown away."""
    found = nbformat.read(notebook, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        startup = Path(folder) / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        shutil.copy(STARTUP, startup / "00-live-pages.py")
        work = Path(folder) / "work"
        work.mkdir()
        settings = os.environ | {"IPYTHONDIR": str(startup.parents[1]), "PLOTLY_RENDERER": "plotly_mimetype"}
        client = NotebookClient(
            found,
            timeout=TIMEOUT,
            kernel_name="python3",
            store_widget_state=False,
            resources={"metadata": {"path": str(work)}},
        )
        try:
            client.execute(env=settings)
        except CellExecutionError as error:
            raise NotebookError(f"{notebook.name} does not run from top to bottom: {error}") from error
    check(found, notebook.name)
    return found


def check(found, name):
    """Raise if an output needs a kernel: it would be an empty place on the page."""
    for number, cell in enumerate(found.cells):
        for output in cell.get("outputs", ()):
            if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
                raise NotebookError(
                    f"cell {number} of {name} shows a widget that has no page ({output['data'].get('text/plain')!r}): "
                    "expected widgets of emwidgets, alone or in a box"
                )


def _kept(file: Path) -> str | None:
    try:
        return nbformat.read(file, as_version=4).metadata.get("emwidgets", {}).get("fingerprint")
    except (OSError, ValueError):
        return None


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all: a build may be broken off."""
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)
