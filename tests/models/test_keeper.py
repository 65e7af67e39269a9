"""A training as it is kept: the newest, the best, the history, and when it is over."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from emwidgets.models.keeper import Keeper  # noqa: E402


@dataclass(frozen=True)
class Plan:
    epochs: int = 5
    patience: int = 2
    rate: float = 0.1


@pytest.fixture
def model():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])


def told(keeper, model, losses):
    """What Keras tells a keeper at the end of each epoch; the network is then of that many epochs."""
    keeper.set_model(model)
    for number, loss in enumerate(losses, len(keeper.history)):
        model.layers[0].set_weights([np.full((2, 1), number + 1.0)])
        keeper.on_epoch_end(number, {"loss": np.float32(loss / 2), "val_loss": np.float32(loss)})


def epoch_of(file):
    return keras.saving.load_model(file, compile=False).get_weights()[0][0, 0]


def test_the_newest_and_the_best_network_are_kept_and_the_history(model, tmp_path):
    keeper = Keeper(tmp_path, Plan())
    told(keeper, model, [1.0, 0.5, 0.75])
    assert (epoch_of(keeper.best), epoch_of(keeper.newest)) == (2, 3)
    assert keeper.best_epoch == 1
    written = json.loads((tmp_path / "history.json").read_text())
    assert written["plan"] == {"epochs": 5, "patience": 2, "rate": 0.1}
    assert written["epochs"] == [
        {"loss": 0.5, "val_loss": 1.0},
        {"loss": 0.25, "val_loss": 0.5},
        {"loss": 0.375, "val_loss": 0.75},
    ]
    assert {file.name for file in tmp_path.iterdir()} == {"best.keras", "newest.keras", "history.json"}


def test_another_keeper_of_the_folder_goes_on_where_the_first_one_ended(model, tmp_path):
    told(Keeper(tmp_path, Plan()), model, [1.0, 0.5])
    again = Keeper(tmp_path, Plan())
    assert len(again.history) == 2
    assert not again.finished
    told(again, model, [0.6, 0.4])
    assert [epoch["val_loss"] for epoch in Keeper(tmp_path, Plan()).history] == pytest.approx([1.0, 0.5, 0.6, 0.4])
    assert (epoch_of(again.best), epoch_of(again.newest)) == (4, 4)


def test_it_stops_when_nothing_gets_better_for_as_long_as_is_waited(model, tmp_path):
    keeper = Keeper(tmp_path, Plan(epochs=50, patience=3))
    model.stop_training = False
    for number, loss in enumerate([1.0, 0.5, 0.6, 0.55, 0.51]):
        assert not keeper.finished
        assert not model.stop_training
        told(keeper, model, [loss])
        assert len(keeper.history) == number + 1
    assert keeper.finished
    assert model.stop_training


def test_it_is_over_after_the_last_epoch(model, tmp_path):
    keeper = Keeper(tmp_path, Plan(epochs=2))
    told(keeper, model, [1.0])
    assert not keeper.finished
    told(keeper, model, [0.9])
    assert keeper.finished
    assert Keeper(tmp_path, Plan(epochs=2)).finished


def test_a_loss_that_is_no_number_is_never_the_best(model, tmp_path):
    keeper = Keeper(tmp_path, Plan(epochs=50, patience=3))
    told(keeper, model, [np.nan, 0.5, np.nan, np.nan])
    assert keeper.best_epoch == 1
    assert epoch_of(keeper.best) == 2
    assert not keeper.finished
    told(Keeper(tmp_path, Plan(epochs=50, patience=3)), model, [0.4])
    assert Keeper(tmp_path, Plan(epochs=50, patience=3)).best_epoch == 4
    assert epoch_of(keeper.best) == 5


def test_an_empty_folder_is_the_beginning(tmp_path):
    keeper = Keeper(tmp_path, Plan())
    assert keeper.history == []
    assert not keeper.finished


def test_a_training_with_another_plan_is_not_gone_on_with(model, tmp_path):
    told(Keeper(tmp_path, Plan()), model, [1.0])
    with pytest.raises(ValueError, match=r"another plan \(.*'rate': 0.1.*give another folder"):
        Keeper(tmp_path, Plan(rate=0.2))


def test_if_it_is_broken_off_while_it_writes_the_last_epoch_that_was_whole_is_there(model, tmp_path, monkeypatch):
    keeper = Keeper(tmp_path, Plan())
    told(keeper, model, [1.0, 0.5])

    def full_disk(file):
        file.write_bytes(b"half a network")
        raise OSError("no space left on device")

    monkeypatch.setattr(model, "save", full_disk)
    with pytest.raises(OSError, match="no space"):
        told(keeper, model, [0.4])
    again = Keeper(tmp_path, Plan())
    assert len(again.history) == 2
    assert (epoch_of(again.best), epoch_of(again.newest)) == (2, 2)
