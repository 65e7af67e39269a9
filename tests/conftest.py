"""What tests of several folders need."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def built_documentation(tmp_path_factory):
    """The documentation as `make docs` builds it, but without running notebooks: site, returncode, log.

    Of the live figures the first is real and the others are empty, as their tests are elsewhere.
    """
    folder = tmp_path_factory.mktemp("documentation")
    for name in ("docs", "notebooks", "CONTRIBUTING.md", "CHANGELOG.md", "README.md"):
        _copy(ROOT / name, folder / name)
    make_pages = (
        "import sys, pathlib; sys.path[:0] = ['_ext', '.']; import pages; folder = pathlib.Path('_build/pages');"
        "pages.write_pages(folder, ['first']);"
        "[(folder / f'{name}.html').write_text('<p>Not in this test') for name in pages.PAGES if name != 'first'];"
        "(folder / 'made-from').write_text(pages.made_from())"
    )
    subprocess.run([sys.executable, "-c", make_pages], cwd=folder / "docs", check=True)
    site = folder / "docs" / "_build" / "html"
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-b", "html", "-D", "tutorials_execute=0", ".", site],
        cwd=folder / "docs",
        capture_output=True,
        text=True,
        env=os.environ | {"NO_COLOR": "1"},
    )
    return SimpleNamespace(site=site, returncode=done.returncode, log=done.stdout + done.stderr)


def _copy(source: Path, target: Path) -> None:
    """A copy of what belongs to the repository, without what builds leave behind."""
    if source.is_dir():
        left_out = shutil.ignore_patterns("_build", "__pycache__", ".ipynb_checkpoints")
        shutil.copytree(source, target, ignore=left_out)
    else:
        shutil.copy(source, target)
