"""Set networks: trained in Keras, answering in NumPy."""

import json

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from emwidgets import models  # noqa: E402
from emwidgets.particles import train_views as module  # noqa: E402
from emwidgets.particles.dataset import sample  # noqa: E402
from emwidgets.particles.networks import views  # noqa: E402
from emwidgets.particles.networks.framing import prepared  # noqa: E402
from emwidgets.particles.networks.views import BACKBONE, described  # noqa: E402
from emwidgets.particles.tasks import TASKS  # noqa: E402
from emwidgets.particles.train_views import VIEWS, metrics, set_model, train, views_of  # noqa: E402

NUMBERS = 12


def told_of(n, seed=0, noise=2.0):
    """Views each of which says little of its class: three numbers, of which that of the class is larger by 1."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=n)
    told = rng.normal(0, noise, (n, VIEWS, NUMBERS)).astype(np.float32)
    told[np.arange(n), :, labels] += 2
    return told, labels


@pytest.fixture(scope="module")
def trained():
    return train("arrangement", *told_of(1024), told_of(400, seed=1), epochs=12)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(views, "FOLDER", tmp_path / "views")
    views.load.cache_clear()
    yield tmp_path / "views"
    views.load.cache_clear()


def test_the_more_views_the_more_often_it_is_right(trained):
    found = metrics(trained, *told_of(300, seed=2))
    shares = [found[str(number)]["accuracy"] for number in range(1, VIEWS + 1)]
    assert shares[0] > 0.4
    assert shares[-1] > 0.9
    assert shares[-1] > shares[2] > shares[0]
    for each in found.values():
        low, high = each["interval"]
        assert low < each["accuracy"] <= high


def test_over_all_numbers_of_views_its_probabilities_mean_what_they_say(trained):
    told, labels = told_of(400, seed=3)
    numbers = np.random.default_rng(3).integers(1, VIEWS + 1, 400)
    said = np.array([trained.probabilities(each[:number]) for each, number in zip(told, numbers, strict=True)])
    right = said.argmax(axis=1) == labels
    assert said.max(axis=1).mean() == pytest.approx(right.mean(), abs=0.07)


def test_numpy_answers_as_keras_does(trained):
    model = set_model(NUMBERS, 3)
    for name in ("view", "more", "set", "last"):
        model.get_layer(name).set_weights([trained.arrays[f"{name}_kernel"], trained.arrays[f"{name}_bias"]])
    told, _ = told_of(6, seed=4)
    numbers = np.array([1, 2, 3, 5, 7, 8])
    present = (np.arange(VIEWS) < numbers[:, None]).astype(np.float32)
    logits = np.asarray(model.predict([told, present], verbose=0), float)
    theirs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    ours = [trained.probabilities(each[:number]) for each, number in zip(told, numbers, strict=True)]
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_in_keras_too_views_that_do_not_count_do_not_count():
    model = set_model(NUMBERS, 3)
    told, _ = told_of(4, seed=5)
    other = told.copy()
    other[:, 3:] = 100
    present = np.tile(np.arange(VIEWS) < 3, (4, 1)).astype(np.float32)
    np.testing.assert_allclose(
        model.predict([told, present], verbose=0), model.predict([other, present], verbose=0), atol=1e-5
    )


def test_sets_have_any_number_of_views():
    numbers = module._present(2000, np.random.default_rng(0)).sum(axis=1)
    assert np.bincount(numbers.astype(int), minlength=VIEWS + 1)[1:].min() > 150
    assert set(numbers) == set(range(1, VIEWS + 1))


def test_what_the_backbone_says_of_views_is_kept(tmp_path, monkeypatch):
    told, labels = views_of("shape", "validation", 2, tmp_path)
    assert told.shape[:2] == (2, VIEWS)
    first = sample("shape", 1, 128, module.SEEDS["validation"], views=VIEWS)
    assert TASKS["shape"][labels[1]] == first.particle.label
    shown = np.stack([prepared(image) for image in first.images])
    expected = described(*models.load(BACKBONE).run(shown))
    np.testing.assert_allclose(told[1], expected, rtol=2e-3, atol=2e-3)

    monkeypatch.setattr(module, "samples", None)  # what is there is not made again
    again, _ = views_of("shape", "validation", 2, tmp_path)
    np.testing.assert_array_equal(again, told)


def test_what_another_backbone_said_is_not_taken_for_this_ones(tmp_path, monkeypatch):
    digest = models.card(BACKBONE).digests["onnx"]
    views_of("shape", "validation", 1, tmp_path)

    class Other:
        digests = {"onnx": "sha256:" + "0" * 64}  # noqa: RUF012

    monkeypatch.setattr(module.models, "card", lambda name: Other)
    views_of("shape", "validation", 1, tmp_path)
    keys = (digest.removeprefix("sha256:")[:12], "0" * 12)
    assert {file.name for file in tmp_path.iterdir()} == {f"shape-validation-1-{key}.npz" for key in keys}


def test_the_splits_have_seeds_of_their_own():
    assert len(set(module.SEEDS.values())) == len(module.SEEDS) == 3


@pytest.mark.slow
def test_from_the_command_line_to_the_files_that_are_shipped(folder, tmp_path, monkeypatch):
    asked = []

    def known(task, split, n, _):
        asked.append((task, split, n))
        return told_of(n, seed=len(asked))

    monkeypatch.setattr(module, "views_of", known)
    monkeypatch.setattr(module, "write", lambda *arguments: views.write(*arguments, folder))
    module.main(["--task", "arrangement", "--particles", "256", "--folder", str(tmp_path)])
    assert asked == [("arrangement", name, n) for name, n in (("train", 256), ("validation", 200), ("test", 200))]
    found = views.load("arrangement")
    assert found.probabilities(told_of(1)[0][0]).shape == (3,)
    card = json.loads((folder / "arrangement.json").read_text())
    assert card["classes"] == list(TASKS["arrangement"])
    assert card["particles"] == 256
    assert set(card["test"]) == {str(number) for number in range(1, VIEWS + 1)}
