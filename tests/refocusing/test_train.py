import json

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from emwidgets.models import keras_model, load_maps  # noqa: E402
from emwidgets.models.keeper import Keeper  # noqa: E402
from emwidgets.refocusing.networks.architectures import light_mrn, light_srn  # noqa: E402
from emwidgets.refocusing.networks.bank import LEVELS  # noqa: E402
from emwidgets.refocusing.networks.corpus import Corpus  # noqa: E402
from emwidgets.refocusing.networks.export import ship  # noqa: E402
from emwidgets.refocusing.networks.given import given, guessing  # noqa: E402
from emwidgets.refocusing.networks.lessons import SETTINGS, lesson  # noqa: E402
from emwidgets.refocusing.networks.scenes import scene  # noqa: E402
from emwidgets.refocusing.networks.smooth import FRACTIONS  # noqa: E402
from emwidgets.refocusing.train import Plan, train  # noqa: E402

SMALL = {"epochs": 2, "batches": 2, "batch": 2, "size": 32, "rate": 1e-3}


@pytest.fixture(scope="module")
def corpora():
    made = [scene(np.random.default_rng(seed), 96) for seed in range(4)]
    return Corpus({"made": made[:3]}), Corpus({"made": made[3:]})


@pytest.fixture
def tiny(monkeypatch):
    """Networks small enough to be taught in a test."""
    import emwidgets.refocusing.train as module

    monkeypatch.setattr(module, "light_mrn", lambda levels, smooth: light_mrn(levels, (4, 4, 4), (1, 1, 1), smooth))
    monkeypatch.setattr(module, "light_srn", lambda levels: light_srn(levels, 4, 1))


@pytest.mark.parametrize(("network", "setting"), [("mrn", "discriminative"), ("mrn", "blind"), ("srn", "non-blind")])
def test_each_setting_is_taught_shipped_and_answers(tiny, corpora, tmp_path, network, setting):
    plan = Plan(network=network, setting=setting, **SMALL)
    model = train(plan, *corpora, tmp_path / "kept", held=2, verbose=0)
    card = ship(model, plan, Keeper(tmp_path / "kept", plan), tmp_path / "weights")
    file = tmp_path / "weights" / f"{card['name']}.json"
    assert json.loads(file.read_text())["training"]["levels"] == list(SETTINGS[setting].levels)
    bank = lesson(corpora[1], SETTINGS[setting], np.random.default_rng(0), 32).bank
    said = load_maps(file, threads=1).run(bank[None])
    for theirs in (model, keras_model(file)):
        np.testing.assert_allclose(said["restored"], theirs.predict_on_batch(bank[None])["restored"], atol=1e-4)
    assert ("widths" in said) == (network == "mrn")


def test_a_training_that_was_broken_off_goes_on_where_it_ended(tiny, corpora, tmp_path):
    plan = Plan(**SMALL)
    train(plan, *corpora, tmp_path, held=2, verbose=0)
    history = json.loads((tmp_path / "history.json").read_text())
    assert len(history["epochs"]) == 2
    train(plan, *corpora, tmp_path, held=2, verbose=0)  # nothing is left to do
    assert json.loads((tmp_path / "history.json").read_text()) == history
    with pytest.raises(ValueError, match="another plan"):
        train(Plan(**SMALL | {"seed": 2}), *corpora, tmp_path, held=2, verbose=0)


def test_teaching_lowers_the_loss(corpora, tiny, tmp_path):
    plan = Plan(setting="blind", **SMALL | {"epochs": 4, "batches": 12, "rate": 3e-3})
    train(plan, *corpora, tmp_path, held=8, verbose=0)
    losses = [epoch["val_loss"] for epoch in json.loads((tmp_path / "history.json").read_text())["epochs"]]
    assert min(losses[1:]) < losses[0]


def test_one_network_can_be_begun_with_another(tiny, corpora, tmp_path):
    first = Plan(**SMALL)
    train(first, *corpora, tmp_path / "first", held=2, verbose=0)
    start = str(tmp_path / "first" / "best.keras")
    slow = Plan(setting="blind", start=start, **SMALL | {"epochs": 1, "batches": 1, "rate": 1e-9})
    model = train(slow, *corpora, tmp_path / "second", held=2, verbose=0)
    for one, other in zip(model.weights, keras.saving.load_model(start, compile=False).weights, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), atol=1e-6)


def test_the_network_that_tells_widths_is_taught_first_and_asked_by_the_other(tiny, corpora, tmp_path):
    first = Plan(network="widths", **SMALL)
    taught = train(first, *corpora, tmp_path / "widths", held=2, verbose=0)
    card = ship(taught, first, Keeper(tmp_path / "widths", first), tmp_path)
    assert (card["name"], card["training"]["smooth"]) == ("widths", 0)
    start = str(tmp_path / "widths" / "best.keras")
    plan = Plan(widths=str(tmp_path / "widths.json"), start=start, **SMALL | {"epochs": 1, "batches": 1, "rate": 1e-9})
    model = train(plan, *corpora, tmp_path / "mrn", held=2, verbose=0)
    card = ship(model, plan, Keeper(tmp_path / "mrn", plan), tmp_path)
    assert card["training"]["smooth"] == len(FRACTIONS)
    guess = guessing(load_maps(tmp_path / "widths.json", threads=1))
    bank = given(np.random.default_rng(0).random((32, 32), np.float32), 0.01, LEVELS, guess)
    said = load_maps(tmp_path / "mrn.json", threads=1).run(bank[None])
    np.testing.assert_allclose(said["restored"], model.predict_on_batch(bank[None])["restored"], atol=1e-4)
    # layers of other shapes began anew, the others with what they were given
    inner = [each.get_layer("quarter_block1a").get_weights()[0] for each in (taught, model)]
    np.testing.assert_allclose(*inner, atol=1e-6)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"network": "unet"}, "expected one of mrn"),
        ({"setting": "deaf"}, "expected one of non-blind"),
        ({"layout": "heavy"}, "expected one of light"),
        ({"network": "widths", "layout": "published"}, "only light networks"),
    ],
)
def test_a_plan_for_what_there_is_not_is_refused(corpora, tmp_path, wrong, said):
    with pytest.raises(ValueError, match=said):
        train(Plan(**wrong), *corpora, tmp_path)
