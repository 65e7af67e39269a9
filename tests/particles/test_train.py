"""Training as it is called: kept, broken off, taken up again. On a corpus that a network can learn in seconds."""

import json
from dataclasses import replace

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from emwidgets import models  # noqa: E402
from emwidgets.particles import train  # noqa: E402
from emwidgets.particles.networks.corpus import Corpus  # noqa: E402
from emwidgets.particles.networks.outputs import ANSWERS, OUTPUTS, split  # noqa: E402
from emwidgets.particles.tasks import TASKS  # noqa: E402

Y, X = np.mgrid[:64, :64] - 31.5
PLAN = train.Plan(width=4, depth=1, epochs=3, epoch=64, batch=16, rate=5e-3)


def drawn(n, seed=0):
    """Squares of four levels of grey for four kinds, with a hole for each cut corner; both conditions."""
    rng = np.random.default_rng(seed)
    kinds = np.where(np.arange(n) % 2, rng.integers(1, 4, n), 0).astype(np.int8)
    cuts, axes, centres = np.zeros((n, 8), np.float32), np.zeros((n, 3, 3), np.float32), np.zeros((n, 2), np.float32)
    images = rng.normal(0.1, 0.03, (n, 64, 64))
    pairs = [(0, 1), (0, 3), (0, 7)]
    for number in np.flatnonzero(kinds == 0):
        cut = pairs[number // 2 % 3] if number % 4 else rng.permutation(8)[: rng.integers(9)]
        cuts[number, list(cut)] = 0.4
        axes[number] = np.linalg.qr(rng.normal(size=(3, 3)))[0] * rng.uniform(10, 15, 3)
        centres[number] = rng.normal(0, 1, 2)
    for image, kind, cut in zip(images, kinds, cuts, strict=True):
        image[(np.abs(X) < 20) & (np.abs(Y) < 20)] += 0.2 * (kind + 1)
        for corner in np.flatnonzero(cut):
            image[4 + 7 * corner : 9 + 7 * corner, :8] += 0.5
    images = np.round(255 * images.clip(0, 1)).astype(np.uint8)
    return Corpus(images, kinds, cuts, axes, centres, rng.random(n) < 0.5)


@pytest.fixture(scope="module")
def corpora():
    return drawn(128), drawn(64, seed=1)


def history(folder):
    return json.loads((folder / "history.json").read_text())["epochs"]


@pytest.mark.slow
def test_a_training_that_was_broken_off_ends_as_one_that_was_not(corpora, tmp_path, monkeypatch):
    whole = train.train(PLAN, *corpora, tmp_path / "whole", verbose=0)

    kept = train.Keeper.on_epoch_end

    def breaks_off(self, epoch, logs=None):
        kept(self, epoch, logs)
        if epoch == 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train.Keeper, "on_epoch_end", breaks_off)
        with pytest.raises(KeyboardInterrupt):
            train.train(PLAN, *corpora, tmp_path / "broken", verbose=0)
    assert len(history(tmp_path / "broken")) == 1

    again = train.train(PLAN, *corpora, tmp_path / "broken", verbose=0)
    one, other = (history(tmp_path / name) for name in ("whole", "broken"))
    assert len(one) == len(other) == 3
    for straight, resumed in zip(one, other, strict=True):
        assert resumed["val_loss"] == pytest.approx(straight["val_loss"], rel=0.02)
    for straight, resumed in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(resumed, straight, rtol=0.02, atol=2e-3)


@pytest.mark.slow
def test_it_learns_all_that_it_is_taught(corpora, tmp_path):
    train.train(replace(PLAN, epochs=6, epoch=128), *corpora, tmp_path, verbose=0)
    epochs = history(tmp_path)
    for name in train.SHARES:
        assert epochs[-1][f"{name}_loss"] < epochs[0][f"{name}_loss"]
    assert epochs[-1]["kind_accuracy"] > max(0.5, epochs[0]["kind_accuracy"])  # one of four is right by chance
    assert min(epoch["val_loss"] for epoch in epochs) < epochs[0]["val_loss"]


@pytest.mark.slow
def test_the_backbone_comes_first_and_transfer_learns_new_last_layers_on_it(corpora, tmp_path):
    with pytest.raises(ValueError, match=r"no trained backbone .*best.keras'.*--network backbone"):
        train.train(replace(PLAN, network="transfer"), *corpora, tmp_path / "transfer", verbose=0)

    short = replace(PLAN, epochs=2)
    pretrained = train.train(replace(short, network="backbone"), *corpora, tmp_path / "backbone", verbose=0)
    assert set(pretrained.output) == {"kind", "pose"}
    model = train.train(replace(short, network="transfer"), *corpora, tmp_path / "transfer", verbose=0)
    assert set(model.output) == {*ANSWERS, "pose"}
    for layer in pretrained.layers:
        if layer.weights and layer.name in {each.name for each in model.layers}:
            for before, after in zip(layer.get_weights(), model.get_layer(layer.name).get_weights(), strict=True):
                np.testing.assert_array_equal(after, before)


@pytest.mark.slow
def test_from_the_command_line_to_the_files_that_are_shipped(corpora, tmp_path, monkeypatch):
    asked = []

    def corpus(folder, name, n, processes=None):
        asked.append((name, n))
        return {"train": corpora[0], "validation": corpora[1], "test": drawn(80, seed=2)}[name]

    monkeypatch.setattr(train, "corpus", corpus)
    options = {"width": 4, "depth": 1, "epochs": 1, "epoch": 64, "batch": 16, "images": 128, "held": 64, "verbose": 0}
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    train.main([*arguments, "--folder", str(tmp_path / "kept"), "--weights", str(tmp_path / "weights")])
    assert asked == [("train", 128), ("validation", 64), ("test", 64)]
    card = models.card(tmp_path / "weights")
    assert card.classes == OUTPUTS
    assert card.training["plan"]["width"] == 4
    assert (card.training["epochs"], card.training["best epoch"], card.training["images"]) == (1, 1, 128)
    assert card.training["validation"]["val_loss"] == pytest.approx(
        history(tmp_path / "kept" / "deformation")[0]["val_loss"], abs=1e-4
    )
    logits, _ = models.load(tmp_path / "weights").run(corpora[0].images[:2] / np.float32(255))
    assert set(split(logits)) == {*ANSWERS, "pose"}


@pytest.mark.slow
def test_another_plan_does_not_go_on_with_a_kept_training(corpora, tmp_path):
    train.train(replace(PLAN, epochs=1), *corpora, tmp_path, verbose=0)
    with pytest.raises(ValueError, match=r"another plan.*give another folder"):
        train.train(replace(PLAN, epochs=1, task="count"), *corpora, tmp_path, verbose=0)


class Told:
    """What a network is compiled with."""

    def compile(self, optimizer, losses, **options):
        self.optimizer, self.losses, self.options = optimizer, losses, options


def test_the_question_that_a_training_is_about_counts_ten_times_the_others():
    every, count = Told(), Told()
    for model, task in ((every, "all"), (count, "count")):
        train._compile(model, replace(PLAN, task=task), tuple(train.SHARES), 4)
    shares = {name: count.options["loss_weights"][name] / every.options["loss_weights"][name] for name in train.SHARES}
    assert shares == pytest.approx({"count": 1, "kind": 0.1, "arrangement": 0.1, "pose": 1, "corners": 1})
    assert every.options["loss_weights"] == train.SHARES
    assert set(every.losses) == set(train.SHARES)


def test_the_rate_rises_in_the_first_epoch_and_falls_to_nothing():
    model = Told()
    train._compile(model, replace(PLAN, epochs=20, rate=1e-2), ("count",), 10)
    rate = model.optimizer._learning_rate
    along = [float(keras.ops.convert_to_numpy(rate(step))) for step in (0, 10, 100, 199)]
    assert along[0] < along[1] == pytest.approx(1e-2, rel=0.05)
    assert along[1] > along[2] > along[3]
    assert along[3] < 1e-4


def test_every_question_is_read_from_an_answer_that_is_taught():
    assert set(train.READ) == set(TASKS) - {"handedness"}
    assert set(train.READ.values()) <= set(ANSWERS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": "resnet"}, "'resnet': expected one of deformation, backbone, transfer, imagenet"),
        ({"task": "handedness"}, "task is 'handedness': expected 'all' or one of count, deformed"),
        ({"width": 2}, "width is 2: expected at least 4"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(corpora, tmp_path, change, message):
    with pytest.raises(ValueError, match=message):
        train.train(replace(PLAN, **change), *corpora, tmp_path / "folder", verbose=0)
