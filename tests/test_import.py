"""Importing emwidgets costs nothing: every name is attached on first use."""

import subprocess
import sys
import time

import emwidgets
from emwidgets import diffraction, domains

HEAVY = {"numpy", "scipy", "hyperspy", "dask", "pandas", "plotly", "sklearn", "skimage", "traitlets", "ipywidgets"}
HEAVY |= {"anywidget", "matplotlib", "gemmi", "onnxruntime", "keras", "tensorflow"}


def seconds(code):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def test_import_takes_under_a_tenth_of_a_second_more_than_python_itself():
    bare, ours = zip(*((seconds("pass"), seconds("import emwidgets")) for _ in range(9)), strict=True)
    assert min(ours) - min(bare) < 0.1


def test_import_loads_nothing_heavy():
    code = "import sys, emwidgets, emwidgets.diffraction, emwidgets.domains; "
    code += "print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "emwidgets" in loaded
    assert not HEAVY.intersection(loaded)


def test_every_public_name_is_there():
    for package in (emwidgets, diffraction, domains):
        missing = [name for name in package.__all__ if getattr(package, name, None) is None]
        assert not missing, package.__name__


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(emwidgets, "NoSuchWidget")


def test_no_analysis_needs_what_is_the_viewers():
    code = "import sys; from emwidgets import diffraction as d; d.classify, d.equalize, d.evidence, d.explain, "
    code += "d.finetune; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "emwidgets.diffraction.finetune" in loaded
    assert not [name for name in loaded if name.startswith("emwidgets.diffraction.viewer")]


def test_the_function_wins_over_the_module_that_has_its_name():
    code = "import emwidgets.domains.segment, emwidgets.domains.simulate; from emwidgets import domains as d; "
    code += "assert callable(d.segment) and callable(d.simulate)"
    subprocess.run([sys.executable, "-c", code], check=True)
