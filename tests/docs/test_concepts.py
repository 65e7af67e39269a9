"""What the pages on concepts claim, by the scripts that made their figures and numbers."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

CONCEPTS = Path(__file__).parents[2] / "docs" / "concepts"


def script(name):
    spec = importlib.util.spec_from_file_location(name, CONCEPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_twin_looks_alike_in_one_view_and_differs_when_both_are_tilted():
    found = script("figures").twins(30)
    assert np.abs(np.subtract(*found[0])).max() < 1e-9
    assert np.abs(np.subtract(*found[30])).max() > 5


def test_every_figure_is_there():
    figures = script("figures").FIGURES
    assert {path.stem for path in (CONCEPTS / "figures").glob("*.svg")} == set(figures)
    pages = "".join(path.read_text(encoding="utf-8") for path in CONCEPTS.glob("*.md"))
    assert all(f"figures/{name}.svg" in pages for name in figures)


@pytest.mark.slow
def test_a_label_that_means_nothing_is_predicted_where_frames_are_split_at_random():
    experiment = script("splitting")
    images, groups = experiment.corpus(sessions=20, frames=8)
    labels = [experiment.tossed(groups, toss) for toss in range(10)]

    def share(split):
        return np.mean([experiment.right(images, groups, one, "nearest neighbour", split) for one in labels])

    assert share("frames at random") > 0.75
    assert 0.35 < share("by session") < 0.65
