"""Three files that belong together."""

import hashlib
import json

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from emwidgets import models  # noqa: E402
from emwidgets.models.shipping import ship  # noqa: E402


def network(name="tiny", seed=0):
    keras.utils.set_random_seed(seed)
    image = keras.Input((16, 16, 1))
    x = keras.layers.Conv2D(3, 3, strides=2, padding="same")(image)
    x = keras.layers.Activation("relu", name="features")(x)
    x = keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, x, name=name)


@pytest.fixture
def shipped(tmp_path):
    model = network()
    card = ship(model, "diffraction", ("this", "that"), tmp_path / "weights", temperature=1.5, training={"seed": 0})
    return model, card, tmp_path / "weights"


def test_there_are_weights_for_keras_a_graph_and_a_card_of_both(shipped):
    model, card, folder = shipped
    assert {file.name for file in folder.iterdir()} == {"tiny.keras", "tiny.onnx", "tiny.json"}
    assert card == json.loads((folder / "tiny.json").read_text())
    for kind, digest in card["digests"].items():
        assert digest == f"sha256:{hashlib.sha256((folder / f'tiny.{kind}').read_bytes()).hexdigest()}"
    assert (card["input"], card["classes"], card["parameters"]) == (
        {"size": 16, "channels": 1},
        ["this", "that"],
        model.count_params(),
    )
    assert (card["temperature"], card["training"]) == (1.5, {"seed": 0})


def test_both_are_loaded_by_the_card_and_answer_as_the_network_did(shipped):
    model, _, folder = shipped
    images = np.random.default_rng(0).random((4, 16, 16, 1), np.float32)
    expected = model.predict_on_batch(images)
    logits, features = models.load(folder).run(images)
    np.testing.assert_allclose(logits, expected, atol=1e-5)
    assert features.shape == (4, 8, 8, 3)
    np.testing.assert_allclose(models.keras_model(folder).predict_on_batch(images), expected, atol=1e-6)


def test_shipped_again_the_files_and_the_card_are_the_new_ones(shipped):
    _, old, folder = shipped
    new = ship(network(seed=1), "diffraction", ("this", "that"), folder)
    assert new["digests"]["onnx"] != old["digests"]["onnx"]
    assert models.load(folder).card.digests == new["digests"]


def test_several_networks_may_share_a_folder(shipped):
    _, _, folder = shipped
    ship(network("other"), "diffraction", ("this", "that"), folder)
    assert {models.card(folder / f"{name}.json").name for name in ("tiny", "other")} == {"tiny", "other"}
