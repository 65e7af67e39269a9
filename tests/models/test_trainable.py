"""Networks in Keras: files that hold code, bombs, and a missing Keras."""

import json
import sys

import numpy as np
import pytest

from emwidgets import models
from emwidgets.models import NetworkError

LAYERS = [("keras.layers", "InputLayer"), ("keras.layers", "Conv2D"), ("keras.src.ops.numpy", "Mean")]


@pytest.fixture(autouse=True)
def without_keras(request, monkeypatch):
    """No test gets as far as Keras unless it says so: what is refused is refused before."""
    if "with_keras" not in request.fixturenames:
        monkeypatch.setitem(sys.modules, "keras", None)


@pytest.fixture
def with_keras():
    return pytest.importorskip("keras")


def test_without_keras_the_message_says_what_to_install(own, keras_zip):
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'emwidgets\[tensorflow\]'.*KERAS_BACKEND"):
        models.keras_model(own(keras=keras_zip(*LAYERS)))


@pytest.mark.parametrize(
    "layer",
    [
        ("keras.layers", "Lambda"),
        ("builtins", "__lambda__"),
        ("keras.layers", "TorchModuleWrapper"),
        ("keras.layers", "TFSMLayer"),
        ("keras.utils", "get_file"),
        ("keras.utils", "function"),
        ("os", "system"),
        ("subprocess", "Popen"),
        ("keras.src.utils.file_utils", "function"),
        ("keras.src.ops.numpy", "function"),
    ],
)
def test_a_file_that_can_run_code_is_refused_before_keras_is_loaded(own, keras_zip, layer):
    path = own(keras=keras_zip(*LAYERS, layer))
    with pytest.raises(NetworkError) as error:
        models.keras_model(path)
    for part in ("mine.keras", f"holds '{layer[1]}' of '{layer[0]}'", "run code of its own", "build the network"):
        assert part in str(error.value)


def test_code_is_found_however_deep_it_lies(own, keras_zip):
    deep = {"class_name": "Lambda", "module": "keras.layers"}
    for _ in range(300):
        deep = {"config": [deep]}
    config = json.dumps({"class_name": "Functional", "module": "keras.src.models.functional", "config": deep})
    with pytest.raises(NetworkError, match="holds 'Lambda'"):
        models.keras_model(own(keras=keras_zip(**{"config.json": config})))


def test_a_changed_byte_is_refused_with_both_digests(own, keras_zip):
    path = own(keras=keras_zip(*LAYERS))
    file = path.with_suffix(".keras")
    contents = bytearray(file.read_bytes())
    contents[20] ^= 1
    file.write_bytes(contents)
    expected = models.card(path).digests["keras"]
    with pytest.raises(NetworkError, match=f"mine.keras' is not the file .*expected {expected}, found sha256:"):
        models.keras_model(path)


def test_a_file_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(own, keras_zip):
    bomb = keras_zip(**{"model.weights.h5": "\0" * (64 * 2**20)})
    assert len(bomb) < 2**20
    with pytest.raises(NetworkError, match=r"unpacks to \d+ bytes: expected at most"):
        models.keras_model(own(keras=bomb))


def test_a_file_with_more_in_it_than_a_network_is_refused(own, keras_zip):
    with pytest.raises(NetworkError, match=r"holds '../evil.py': expected config.json"):
        models.keras_model(own(keras=keras_zip(**{"../evil.py": "print()"})))


@pytest.mark.parametrize("contents", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 50])
def test_a_file_that_is_no_keras_file_is_refused(own, contents):
    with pytest.raises(NetworkError, match="is no Keras file"):
        models.keras_model(own(keras=contents))


@pytest.mark.parametrize("name", ["cnn", "googlenet", "densenet"])
def test_a_shipped_network_says_the_same_in_keras(with_keras, name):
    model, network = models.keras_model(f"diffraction/{name}"), models.load(f"diffraction/{name}")
    images = np.random.default_rng(0).random((4, 128, 128, 1), np.float32)
    np.testing.assert_allclose(model.predict(images, verbose=0), network.run(images)[0], atol=1e-4)
    assert model.get_layer(network.card.layer).output.shape[1:] == network.run(images)[1].shape[1:]


def test_layers_that_hold_code_of_a_user_stay_out_with_keras_there(with_keras, own, keras_zip):
    with pytest.raises(NetworkError, match="holds 'Lambda'"):
        models.keras_model(own(keras=keras_zip(*LAYERS, ("keras.layers", "Lambda"))))


def test_what_keras_cannot_load_is_said_in_a_line_with_the_file_and_the_way_out(with_keras, own, keras_zip):
    path = own(keras=keras_zip(("keras.layers", "NoSuchLayer")))
    with pytest.raises(NetworkError, match=r"mine.keras' is no network that Keras can load .*; get the") as error:
        models.keras_model(path)
    assert len(str(error.value)) < 1000
