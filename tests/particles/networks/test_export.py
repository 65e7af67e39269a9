"""What is shipped is what was trained, calibrated, with a card that says what it is worth."""

import json

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from emwidgets import models  # noqa: E402
from emwidgets.models.calibrate import temperature, wilson  # noqa: E402
from emwidgets.particles.networks import export  # noqa: E402
from emwidgets.particles.networks.architectures import answering, backbone, deformation, transfer  # noqa: E402
from emwidgets.particles.networks.augment import classes, weights  # noqa: E402
from emwidgets.particles.networks.outputs import ANSWERS, OUTPUTS, split  # noqa: E402


@pytest.fixture(scope="module")
def corpora(any_corpus):
    return any_corpus(144), any_corpus(108, seed=5)


@pytest.fixture(scope="module")
def shipped(corpora, tmp_path_factory):
    """Folder and card of a network that is far too sure of itself, and what it said before it was shipped."""
    folder = tmp_path_factory.mktemp("weights")
    keras.utils.set_random_seed(1)
    model = deformation(width=4, depth=1)
    for name in ANSWERS:
        layer = model.get_layer(name)
        layer.set_weights([each * 30 for each in layer.get_weights()])
    said = export.outputs(answering(model), corpora[0])
    card = export.ship(model, {"seed": 7}, *corpora, folder)
    return folder, card, said


def test_the_files_are_loaded_by_their_card_and_answer_as_keras_does(shipped, corpora):
    folder, card, _ = shipped
    assert card == json.loads((folder / "deformation.json").read_text())
    assert models.card(folder).classes == OUTPUTS
    assert (card["analysis"], card["training"]["seed"]) == ("particles", 7)
    images = corpora[0].images[:5] / np.float32(255)
    logits, features = models.load(folder).run(images)
    again = models.keras_model(folder).predict_on_batch(images[..., None])
    np.testing.assert_allclose(logits, again, rtol=1e-3, atol=1e-3)
    assert features.shape == (5, 8, 8, 16)


def test_each_answer_has_its_temperature_in_its_weights(shipped, corpora):
    folder, card, before = shipped
    judged = corpora[0]
    said = split(models.load(folder).run(judged.images / np.float32(255))[0])
    right, weighs = classes(judged, np.arange(len(judged))), weights(judged)
    for name in ANSWERS:
        asked = weighs[name] > 0
        fitted = card["training"]["temperatures"][name]
        assert fitted == pytest.approx(temperature(before[name][asked], right[name][asked]), rel=1e-3)
        assert fitted > 1.5
        np.testing.assert_allclose(said[name] * fitted, before[name], rtol=2e-3, atol=0.02)
    np.testing.assert_allclose(said["pose"], before["pose"], atol=1e-3)


def test_the_card_counts_right_answers_of_test_images_by_their_conditions(shipped, corpora):
    folder, card, _ = shipped
    tested = corpora[1]
    said = split(models.load(folder).run(tested.images / np.float32(255))[0])
    right, weighs = classes(tested, np.arange(len(tested))), weights(tested)
    assert len(card["metrics"]) == 2 * len(ANSWERS)
    for name in ANSWERS:
        asked = (weighs[name] > 0) & tested.standard
        hits = said[name][asked].argmax(axis=1) == right[name][asked]
        told = card["metrics"][f"{name}, standard conditions"]
        assert told["images"] == asked.sum()
        assert told["accuracy"] == pytest.approx(hits.mean(), abs=1e-5)
        assert told["interval"] == pytest.approx(wilson(hits.sum(), len(hits)), abs=1e-5)
        assert 0 <= told["calibration error"] <= 1


def test_a_backbone_with_new_last_layers_is_shipped_as_any_other(corpora, tmp_path):
    model = transfer(backbone(width=4, depth=1))
    card = export.ship(model, {}, *corpora, tmp_path)
    assert card["name"] == "transfer"
    images = corpora[0].images[:3] / np.float32(255)
    logits, _ = models.load(tmp_path).run(images)
    for name, each in split(logits).items():
        np.testing.assert_allclose(each, model.predict_on_batch(images[..., None])[name], rtol=1e-3, atol=1e-3)
