"""A documentation of two pages, built by the configuration of the real one: what would fail that, must fail this."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents and {"little", "built_documentation"} & set(item.fixturenames):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def from_docs(monkeypatch):
    """Import a module of docs/_ext, or docs/pages.py, by name."""
    for folder in (DOCS, DOCS / "_ext"):
        monkeypatch.syspath_prepend(str(folder))
    return __import__


class Little:
    """Sources to be changed by a test, and `build`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.docs = folder / "docs"
        shutil.copytree(DOCS / "_ext", self.docs / "_ext", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(DOCS / "_static", self.docs / "_static")
        shutil.copy(DOCS / "conf.py", self.docs)
        (self.docs / "pages.py").write_text("def setup(app):\n    pass\n")
        cards = "def setup(app):\n    pass\n"  # of the real networks, which have their own test
        (self.docs / "_ext" / "cards.py").write_text(cards)
        self.write("install.md", "# Installing")
        self.write("names.md", "# Names\n\n```{public-names} little\n```\n")
        self.write("index.md", "# Little\n\n```{toctree}\ninstall\nnames\ntutorials/0-one\n```\n")
        (self.docs / "tutorials").mkdir()
        self.package('"""Little."""\n\n__all__ = ["told"]\n\n\ndef told(a):\n    """Tell a."""\n')
        self.notebook("print(6 * 7)")

    def write(self, name: str, text: str) -> None:
        (self.docs / name).write_text(text, encoding="utf-8")

    def package(self, text: str) -> None:
        (self.folder / "little.py").write_text(text)

    def notebook(self, *cells: str) -> None:
        (self.folder / "notebooks").mkdir(exist_ok=True)
        found = [nbformat.v4.new_markdown_cell("# One"), *map(nbformat.v4.new_code_cell, cells)]
        nbformat.write(nbformat.v4.new_notebook(cells=found), self.folder / "notebooks" / "0-one.ipynb")

    def build(self, execute: bool = False) -> tuple[int, str]:
        """Exit status and what was said."""
        settings = ["-D", f"tutorials_execute={int(execute)}", "-D", "reference_root=little"]
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-b", "html", *settings, ".", "_build/html"]
        environment = os.environ | {"PYTHONPATH": str(self.folder), "NO_COLOR": "1"}
        done = subprocess.run(command, cwd=self.docs, capture_output=True, text=True, env=environment)
        return done.returncode, done.stdout + done.stderr

    def page(self, name: str) -> str:
        return (self.docs / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def little(tmp_path):
    return Little(tmp_path)
