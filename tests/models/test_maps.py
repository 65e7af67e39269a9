import json
import pickle

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from keras import layers  # noqa: E402

from emwidgets.models import NetworkError, load_maps  # noqa: E402
from emwidgets.models.onnx_graph import onnx_map_model  # noqa: E402
from emwidgets.models.shipping import ship  # noqa: E402


def restorer():
    """Down by two, up again, and a mean over squares: maps of different sizes."""
    keras.utils.set_random_seed(3)
    image = keras.Input((None, None, 2))
    x = layers.Conv2D(4, 6, strides=2, padding="same")(image)
    x = layers.Activation("relu")(x)
    coarse = layers.Conv2D(3, 3, padding="same", name="coarse")(layers.AveragePooling2D(2)(x))
    wide = layers.Conv2DTranspose(4, 4, strides=2, padding="same")(coarse)
    fine = layers.Conv2DTranspose(2, 6, strides=2, padding="same")(layers.Add()([x, wide]))
    smooth = layers.Conv2DTranspose(2, 8, strides=4, padding="same", use_bias=False)(coarse)
    fine = layers.Add()([fine, smooth])
    return keras.Model(image, {"fine": fine, "coarse": coarse}, name="restorer")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    model, folder = restorer(), tmp_path_factory.mktemp("weights")
    ship(model, "refocusing", (), folder, multiple=4)
    return model, folder / "restorer.json"


@pytest.mark.parametrize("shape", [(1, 4, 4), (2, 16, 28), (1, 36, 20)])
def test_maps_of_any_size_are_those_of_keras(shipped, shape):
    model, card = shipped
    images = np.random.default_rng(0).random((*shape, 2), np.float32)
    ours, theirs = load_maps(card, threads=1).run(images), model.predict_on_batch(images)
    assert ours.keys() == theirs.keys() == {"fine", "coarse"}
    for name in ours:
        assert ours[name].shape == theirs[name].shape
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-5)


def test_an_image_of_another_shape_is_refused_with_what_is_taken(shipped):
    network = load_maps(shipped[1], threads=1)
    for shape in [(1, 5, 8, 2), (1, 8, 8, 3), (8, 8, 2), (0, 8, 8, 2)]:
        with pytest.raises(ValueError, match="multiples of 4"):
            network.run(np.zeros(shape))


def test_a_network_is_loaded_once_and_travels(shipped):
    network = load_maps(shipped[1], threads=1)
    assert load_maps(shipped[1], threads=1) is network
    assert pickle.loads(pickle.dumps(network)) is network
    assert "restorer" in repr(network)


def test_a_card_of_other_channels_is_refused(shipped, tmp_path):
    for file in shipped[1].parent.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    card = json.loads(shipped[1].read_text())
    card["input"]["channels"] = 5
    (tmp_path / "restorer.json").write_text(json.dumps(card))
    with pytest.raises(NetworkError, match="5 channels"):
        load_maps(tmp_path / "restorer.json")


def test_a_damaged_file_is_refused(shipped, tmp_path):
    for file in shipped[1].parent.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    damaged = bytearray((tmp_path / "restorer.onnx").read_bytes())
    damaged[-1] ^= 1
    (tmp_path / "restorer.onnx").write_bytes(damaged)
    with pytest.raises(NetworkError, match="not the file that its card describes"):
        load_maps(tmp_path / "restorer.json")


def test_a_transposed_convolution_that_is_not_known_is_refused():
    image = keras.Input((None, None, 1))
    x = layers.Conv2DTranspose(1, 4, strides=2, padding="valid", name="odd")(image)
    with pytest.raises(NotImplementedError, match="odd"):
        onnx_map_model(keras.Model(image, {"map": x}))
