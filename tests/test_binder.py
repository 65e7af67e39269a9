"""The environment of Binder holds what the tutorials need, in versions that the package allows; each has a badge."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


def loaded(name):
    spec = importlib.util.spec_from_file_location(f"binder_{name}", BINDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


badges = loaded("badges")


def lines():
    text = (BINDER / "requirements.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pins():
    """Version of each package that is pinned."""
    return {canonicalize_name(name): Version(version) for name, version in (line.split("==") for line in lines()[:-1])}


def imported(notebook):
    """Names of the packages that a notebook imports."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    code = "\n".join(line for line in code.splitlines() if not line.lstrip().startswith(("%", "!")))
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def test_every_line_is_one_exact_version_and_the_last_is_the_package_itself():
    assert lines()[-1] == "."
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*", line) for line in lines()[:-1])
    assert len(pins()) == len(lines()) - 1


@pytest.mark.parametrize("wanted", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["lab"][:1]])
def test_what_the_package_asks_for_is_pinned_in_a_version_that_it_allows(wanted):
    requirement = Requirement(wanted)
    assert requirement.name != "emwidgets"
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_the_python_of_the_pins_is_one_that_the_package_allows():
    runtime = (BINDER / "runtime.txt").read_text().strip()
    assert re.fullmatch(r"python-3\.\d+", runtime)
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(runtime.removeprefix("python-"))
    assert runtime in (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()[0]


def test_it_is_lean():
    assert not {"tensorflow", "tensorflow-cpu", "keras", "torch", "jax", "onnx"} & set(pins())


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_all_that_a_tutorial_imports_is_there(notebook):
    distributions = packages_distributions()
    for name in set(imported(notebook)) - set(sys.stdlib_module_names) - {"emwidgets"}:
        there = {canonicalize_name(each) for each in distributions[name]}
        assert there & set(pins()), f"{notebook.name} imports {name}, which binder/requirements.txt does not have"


@pytest.mark.skipif(sys.platform == "win32", reason="an image of Binder is Linux")
def test_what_runs_after_the_installation_is_bash_that_can_be_run():
    script = BINDER / "postBuild"
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/bin/bash\n")
    subprocess.run(["bash", "-n", script], check=True)
    for word in re.findall(r"(?:binder|notebooks)/\S+", script.read_text()):
        assert list(ROOT.glob(word)), f"postBuild names {word}, and there is none"
    assert not re.search(r"\b(npm|node|npx)\b", script.read_text())


def test_every_tutorial_has_a_badge_that_opens_it():
    table = badges.table("someone/emwidgets")
    for notebook in NOTEBOOKS:
        assert f"https://mybinder.org/v2/gh/someone/emwidgets/HEAD?urlpath=lab/tree/notebooks/{notebook.name})" in table
    assert table.count("badge_logo.svg") == len(NOTEBOOKS)


def test_the_table_in_the_readme_is_the_one_that_the_script_writes():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert badges.written(text, badges.table(badges.known_address())) == text, "run: python binder/badges.py"


def test_without_an_address_the_table_leads_to_the_notebooks_and_nowhere_else():
    table = badges.table(None)
    assert "http" not in table
    assert re.findall(r"\]\((\S+)\)", table) == [f"notebooks/{notebook.name}" for notebook in NOTEBOOKS]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("someone/emwidgets", "gh/someone/emwidgets"),
        ("https://github.com/someone/emwidgets", "gh/someone/emwidgets"),
        ("https://github.com/someone/emwidgets.git", "gh/someone/emwidgets"),
        ("https://gitlab.com/group/lessons/emwidgets", "gl/group%2Flessons%2Femwidgets"),
        ("https://git.example.org/a/emwidgets", "git/https%3A%2F%2Fgit.example.org%2Fa%2Femwidgets"),
    ],
)
def test_a_copy_on_any_host_is_written_as_a_hub_wants_it(address, said):
    assert badges.source(address) == said


@pytest.mark.parametrize("address", ["emwidgets", "a/b/c", "/emwidgets", "someone/"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValueError, match="neither OWNER/REPO nor an address"):
        badges.source(address)


def test_a_branch_and_a_hub_of_ones_own_stand_in_the_link():
    made = badges.link("someone/emwidgets", "notebooks/00-tour.ipynb", "autumn/2026", "https://hub.example.org/")
    assert made == (
        "https://hub.example.org/v2/gh/someone/emwidgets/autumn%2F2026?urlpath=lab/tree/notebooks/00-tour.ipynb"
    )


def test_links_without_an_address_are_refused_with_the_way_out(capsys, monkeypatch):
    monkeypatch.setattr(badges, "known_address", lambda: None)
    with pytest.raises(SystemExit):
        badges.main(["--links"])
    assert "name OWNER/REPO" in capsys.readouterr().err


def test_a_readme_without_the_marks_is_left_alone():
    with pytest.raises(ValueError, match="lacks the lines"):
        badges.written("# emwidgets\n", badges.table(None))
