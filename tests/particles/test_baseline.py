"""The classifier of measured numbers: what ships, and how it is trained."""

import json
import sys
from subprocess import run

import numpy as np
import pytest

from emwidgets.particles import baseline
from emwidgets.particles.dataset import dataset
from emwidgets.particles.measures.descriptors import NAMES
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


@pytest.mark.parametrize(("right", "n"), [(0, 10), (5, 10), (10, 10), (944, 1000)])
def test_the_interval_holds_the_share_and_stays_between_0_and_1(right, n):
    low, high = baseline.wilson(right, n)
    assert -1e-12 <= low <= right / n <= high <= 1 + 1e-12


def test_the_interval_is_the_published_one():
    # 94.4 % of 198 test images: 90 to 97 %
    assert baseline.wilson(187, 198) == pytest.approx((0.903, 0.969), abs=0.002)


def test_asking_needs_neither_scikit_learn_nor_hyperspy():
    code = (
        "import sys; from emwidgets.particles import baseline; baseline.shipped('count'); "
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'hyperspy', 'tensorflow')))"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0
