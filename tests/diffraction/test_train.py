"""Training as it is called: kept, broken off, taken up again. On a corpus that a network can learn in seconds."""

import json
from dataclasses import replace

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from emwidgets.diffraction import train  # noqa: E402
from emwidgets.diffraction.networks import architectures as networks  # noqa: E402
from emwidgets.diffraction.networks import export  # noqa: E402
from emwidgets.diffraction.networks.augment import TARGETS, Batches, varied  # noqa: E402
from emwidgets.diffraction.networks.corpus import NEITHER, SPOTTY, Corpus  # noqa: E402
from emwidgets.diffraction.networks.normalise import ranked  # noqa: E402
from emwidgets.models.keeper import Keeper  # noqa: E402

SIZE = 48
Y, X = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2


def drawn(n, seed):
    """Rings, lattices of spots and noise, as simple as can be."""
    rng, images, classes = np.random.default_rng(seed), [], rng_classes(n, seed)
    for kind in classes:
        image = rng.normal(0, 0.15, (SIZE, SIZE))
        period = rng.uniform(6, 10)
        if kind != NEITHER:
            image += np.exp(-np.hypot(X, Y) / 6)
        if kind == 0:
            image += np.cos(np.pi * np.hypot(X, Y) / period) ** 8
        if kind == 1:
            image += (np.cos(np.pi * X / period) * np.cos(np.pi * Y / period)) ** 8
        images.append(np.round(255 * ranked(image)))
    some = np.array(["some"] * n)
    return Corpus(np.array(images, np.uint8), classes, np.ones(n, np.float32), some, some)


def rng_classes(n, seed):
    return np.random.default_rng(seed + 1).integers(3, size=n).astype(np.uint8)


@pytest.fixture
def small(monkeypatch):
    """The CNN for small patterns."""
    monkeypatch.setitem(networks.NETWORKS, "cnn", lambda: networks.cnn(width=8, depth=2, size=SIZE))


@pytest.fixture(scope="module")
def corpora():
    return drawn(192, 0), drawn(96, 50)


PLAN = train.Plan("cnn", epochs=4, epoch=192, batch=16, rate=1e-2)


@pytest.mark.slow
def test_a_training_that_was_broken_off_ends_as_one_that_was_not(small, corpora, tmp_path, monkeypatch):
    whole = train.train(PLAN, *corpora, tmp_path / "whole", verbose=0)

    kept = Keeper.on_epoch_end

    def breaks_off(self, epoch, logs=None):
        kept(self, epoch, logs)
        if epoch == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "on_epoch_end", breaks_off)
        with pytest.raises(KeyboardInterrupt):
            train.train(PLAN, *corpora, tmp_path / "broken", verbose=0)
    assert len(json.loads((tmp_path / "broken" / "history.json").read_text())["epochs"]) == 2

    again = train.train(PLAN, *corpora, tmp_path / "broken", verbose=0)
    histories = [json.loads((tmp_path / name / "history.json").read_text()) for name in ("whole", "broken")]
    assert [len(history["epochs"]) for history in histories] == [4, 4]
    for one, other in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=0.02, atol=2e-3)


@pytest.mark.slow
def test_it_learns_and_is_shipped_with_a_card_of_what_it_can(small, corpora, tmp_path):
    learnt, judged = corpora
    tested = drawn(150, 100)
    model = train.train(replace(PLAN, epochs=12), learnt, judged, tmp_path, verbose=0)
    card = export.ship(model, {"seed": 1}, judged, tested, tmp_path / "weights")
    assert card == json.loads((tmp_path / "weights" / "cnn.json").read_text())
    assert card["metrics"]["accuracy"]["share"] > 0.9
    low, high = card["metrics"]["accuracy"]["interval"]
    assert low < card["metrics"]["accuracy"]["share"] <= high
    assert card["metrics"]["patterns"] == (tested.classes < NEITHER).sum()
    assert 0.05 < card["temperature"] < 20
    assert {file.suffix for file in (tmp_path / "weights").iterdir()} == {".keras", ".onnx", ".json"}


@pytest.mark.slow
def test_another_plan_does_not_go_on_with_a_kept_training(small, corpora, tmp_path):
    train.train(train.Plan("cnn", epochs=1, epoch=64, batch=16), *corpora, tmp_path, verbose=0)
    with pytest.raises(ValueError, match=r"another plan.*give another folder"):
        train.train(train.Plan("cnn", epochs=2, epoch=64, batch=16), *corpora, tmp_path, verbose=0)


def test_it_stops_when_nothing_gets_better(tmp_path):
    keeper = Keeper(tmp_path, train.Plan("cnn", epochs=50, patience=3))
    losses = [1.0, 0.5, 0.6, 0.55, 0.51]
    for number in range(len(losses) + 1):
        keeper.history = [{"val_loss": loss} for loss in losses[:number]]
        assert keeper.finished == (number == 5)


def test_a_network_that_is_not_there_is_refused(corpora, tmp_path):
    with pytest.raises(ValueError, match="'resnet': expected one of cnn, googlenet, densenet"):
        train.train(train.Plan("resnet"), *corpora, tmp_path)


def test_an_epoch_of_a_seed_is_always_the_same_and_the_next_one_another(corpora):
    learnt, _ = corpora
    first, again = (Batches(learnt, 16, 64, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first[2][0], again[2][0])
    again.on_epoch_end()
    second = Batches(learnt, 16, 64, seed=3, epoch=1)
    np.testing.assert_array_equal(again[0][0], second[0][0])
    assert not np.array_equal(first[0][0], second[0][0])
    assert len(first) == 4


def test_all_patterns_are_seen_before_one_is_seen_again(corpora):
    learnt, _ = corpora
    marked = Corpus(learnt.images, np.arange(len(learnt)) % 4, learnt.grains, learnt.names, learnt.families)
    batches = Batches(marked, 16, len(marked), seed=0)
    wanted = np.concatenate([batches[number][1] for number in range(len(batches))])
    np.testing.assert_allclose(wanted.mean(axis=0), TARGETS.mean(axis=0), atol=1e-6)


def test_a_few_grains_might_be_either():
    assert TARGETS[SPOTTY].tolist() == [0.5, 0.5, 0]
    assert TARGETS[NEITHER].tolist() == [0, 0, 1]


def test_a_pattern_that_is_turned_and_resized_is_prepared_like_any_other():
    rng = np.random.default_rng(0)
    image = ranked(np.exp(-np.hypot(X, Y) / 8) + rng.normal(0, 0.02, X.shape))
    for _ in range(30):
        other = varied(image, rng)
        assert other.shape == image.shape
        assert other.dtype == np.float32
        assert 0 <= other.min() < other.max() <= 1
        middle = other[16:32, 16:32].mean()
        assert middle > other.mean()
