"""The classifier of measured numbers: what ships, and how it is trained."""

import json
import sys
from subprocess import run

import numpy as np
import pytest

from emwidgets.particles import baseline
from emwidgets.particles.dataset import dataset
from emwidgets.particles.measures.descriptors import NAMES, descriptors
from emwidgets.particles.measures.measure import measure
from emwidgets.particles.networks.framing import NoParticle
from emwidgets.particles.tasks import TASKS

#: Right answers that it must give at least on fresh images, and those that guessing gives.
PROMISED = {"deformed": (0.93, 0.5), "count": (0.38, 1 / 9), "arrangement": (0.7, 1 / 3), "shape": (0.97, 1 / 3)}


@pytest.mark.parametrize("task", baseline.ANSWERED)
def test_what_ships_beats_chance_by_far_on_fresh_images(task):
    images, labels = dataset(task, 150, seed=77_001)
    found = baseline.probabilities(images, task)
    assert found.shape == (150, len(TASKS[task]))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    right = np.mean(np.array(TASKS[task])[found.argmax(axis=1)] == labels)
    promised, chance = PROMISED[task]
    assert right > promised > 1.4 * chance


@pytest.mark.parametrize("task", baseline.ANSWERED)
def test_the_file_says_what_it_is_worth(task):
    model = baseline.shipped(task)
    low, high = model.metrics["interval"]
    assert low < model.metrics["accuracy"] < high < low + 0.05
    assert model.metrics["images"] >= 2900
    assert set(model.metrics["importance"]) <= set(NAMES)
    assert np.sum(model.metrics["confusion"]) == model.metrics["images"]
    assert model.training["images"] > 1000


def test_images_of_any_size_are_answered_one_by_one():
    images = [dataset("shape", 1, size=size, seed=5)[0][0] for size in (96, 128, 200)]
    together = baseline.probabilities(images, "shape")
    for image, row in zip(images, together, strict=True):
        np.testing.assert_allclose(baseline.probabilities([image], "shape")[0], row)
    assert baseline.probabilities([], "shape").shape == (0, 3)


def test_what_is_measured_once_answers_every_task():
    images = dataset("count", 3, seed=6)[0]
    numbers = baseline.described(images)
    for task in ("count", "shape"):
        np.testing.assert_array_equal(baseline.told(numbers, task), baseline.probabilities(images, task))


def test_a_large_image_is_described_by_the_surroundings_of_its_particle_and_binned(monkeypatch):
    small = dataset("shape", 1, seed=5)[0][0]
    large = np.pad(np.kron(small, np.ones((6, 6), np.float32)), 300, mode="reflect")
    shapes = []
    monkeypatch.setattr(baseline, "measure", lambda image: shapes.append(image.shape) or measure(image))
    here, there = baseline.described([small]), baseline.described([large])
    assert shapes[0] == small.shape
    assert max(shapes[1]) < 400 < large.shape[0] / 3
    np.testing.assert_array_equal(here[0], descriptors(measure(small)))  # what is not large is taken as it is
    form = [NAMES.index(name) for name in ("compactness", "elongation", "area to gyration", "thickness quantile 50%")]
    np.testing.assert_allclose(there[0, form], here[0, form], rtol=0.06)


def test_a_hand_is_not_told_from_measurements():
    with pytest.raises(ValueError, match=r"handedness.*answer deformed, count, arrangement, shape"):
        baseline.probabilities(np.zeros((1, 64, 64)), "handedness")
    with pytest.raises(ValueError, match="expected one of"):
        baseline.probabilities(np.zeros((1, 64, 64)), "colour")


def test_an_image_without_a_particle_is_named():
    good = dataset("count", 1, seed=1)[0][0]
    with pytest.raises(NoParticle, match="image 1: "):
        baseline.probabilities([good, np.random.default_rng(0).poisson(20, (64, 64))], "count")


def test_training_is_the_same_again_and_whatever_the_number_of_workers():
    a = baseline.train("shape", 60, seed=3, tested=60, workers=1)
    b = baseline.train("shape", 60, seed=3, tested=60, workers=2)
    np.testing.assert_allclose(a.coefficients, b.coefficients, rtol=1e-9)
    assert a.metrics == b.metrics
    assert a.metrics["accuracy"] > 0.6
    assert a.training["seed"] == 3


def test_the_command_line_writes_what_can_be_read(tmp_path, capsys):
    baseline.main(["--task", "deformed", "--n", "60", "--tested", "60", "--weights", str(tmp_path), "--workers", "1"])
    printed = capsys.readouterr().out
    assert printed.startswith("deformed: ")
    assert "of 60 other images" in printed
    assert "for undeformed: " in printed
    found = json.loads((tmp_path / "deformed.json").read_text())
    assert found["classes"] == ["deformed", "undeformed"]
    assert found["descriptors"] == list(NAMES)


def test_too_few_images_to_learn_from_are_refused():
    with pytest.raises(ValueError, match="expected 180 each"):
        baseline.train("count", 100)
    with pytest.raises(ValueError, match="handedness"):
        baseline.train("handedness", 1000)


def test_asking_needs_neither_scikit_learn_nor_hyperspy():
    code = (
        "import sys; from emwidgets.particles import baseline; baseline.shipped('count'); "
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'hyperspy', 'tensorflow')))"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0
