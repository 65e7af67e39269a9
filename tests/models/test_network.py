"""Loading and answering: the right numbers from the right file, and nothing from any other."""

import pickle
import shutil
import threading

import numpy as np
import pytest

from emwidgets import models
from emwidgets.models import NetworkError
from emwidgets.models.network import BATCH

WEIGHTS = [3.0, -1.0, 0.5]


@pytest.fixture
def images():
    return np.random.default_rng(0).random((2 * BATCH + 3, 8, 8), np.float32)


def test_logits_and_features_come_in_the_order_of_the_images(own, images):
    logits, features = models.load(own()).run(images)
    np.testing.assert_allclose(logits, images.mean(axis=(1, 2))[:, None] * WEIGHTS, rtol=1e-5)
    np.testing.assert_array_equal(features[..., 0], images)


@pytest.mark.parametrize("n", [0, 1, BATCH, BATCH + 1])
def test_any_number_of_images_is_answered(own, images, n):
    logits, features = models.load(own()).run(images[:n, ..., None])
    assert logits.shape == (n, 3)
    assert features.shape == (n, 8, 8, 1)
    assert logits.dtype == np.float32


def test_a_network_is_loaded_once_for_its_card(own, onnx):
    path = own()
    first = models.load(path)
    assert models.load(path) is first
    path = own(onnx=onnx(weights=np.array([[1.0, 2.0, 3.0]], np.float32)))
    second = models.load(path)
    assert second is not first
    one = np.ones((1, 8, 8), np.float32)
    np.testing.assert_allclose(second.run(one)[0], [[1, 2, 3]])
    np.testing.assert_allclose(first.run(one)[0], [WEIGHTS])


def test_the_card_of_a_copy_elsewhere_does_not_serve_for_the_network_it_was_copied_from(own, tmp_path):
    path = own()
    copy = shutil.copytree(path.parent, tmp_path / "copy") / path.name
    copy.write_text(copy.read_text().replace('["ring", "spot", "neither"]', '["spot", "ring", "neither"]'))
    assert models.load(copy).card.classes == ("spot", "ring", "neither")
    assert models.load(path).card.classes == ("ring", "spot", "neither")


def test_a_damaged_copy_is_refused_though_the_network_it_was_copied_from_is_loaded(own, tmp_path):
    path = own()
    models.load(path)
    copy = shutil.copytree(path.parent, tmp_path / "copy") / path.name
    copy.with_suffix(".onnx").write_bytes(b"damaged")
    with pytest.raises(NetworkError, match="is not the file that its card describes"):
        models.load(copy)


def test_a_card_that_was_changed_in_its_place_counts(own):
    assert models.load(own(temperature=2.0)).card.temperature == 2.0
    assert models.load(own(temperature=3.0)).card.temperature == 3.0


def test_many_threads_load_one_network_and_are_answered_right(own, images):
    path, found = own("busy"), []

    def work(n):
        network = models.load(path)
        found.append((network, n, network.run(images[n : n + 5])[0]))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({id(network) for network, _, _ in found}) == 1
    for _, n, logits in found:
        np.testing.assert_allclose(logits[:, 0], 3 * images[n : n + 5].mean(axis=(1, 2)), rtol=1e-5)


def test_a_network_that_is_sent_to_another_process_is_loaded_there_from_its_file(own, images):
    network = models.load(own())
    sent = pickle.dumps(network)
    assert len(sent) < 2000
    assert pickle.loads(sent) is network


@pytest.mark.parametrize("shape", [(8, 8), (3, 8, 9), (3, 8, 8, 2), (3, 1, 8, 8)])
def test_images_of_another_shape_are_refused(own, shape):
    with pytest.raises(ValueError, match=r"images have the shape .* takes \(n, 8, 8, 1\)"):
        models.load(own()).run(np.zeros(shape, np.float32))


# files that are not what they should be


def test_a_changed_byte_is_refused_with_both_digests_and_the_way_out(own):
    path = own("changed")
    file = path.with_suffix(".onnx")
    contents = bytearray(file.read_bytes())
    expected = models.card(path).digests["onnx"]
    contents[len(contents) // 2] ^= 1
    file.write_bytes(contents)
    with pytest.raises(NetworkError) as error:
        models.load(path)
    for part in (str(file), f"expected {expected}, found sha256:", "not loaded", "export the network again"):
        assert part in str(error.value)


def test_a_changed_byte_of_a_shipped_network_is_refused(tmp_path):
    shipped = models.card("diffraction/cnn")
    for kind in ("json", "onnx"):
        shutil.copy(shipped.file(kind), tmp_path)
    file = tmp_path / "cnn.onnx"
    contents = bytearray(file.read_bytes())
    contents[-100] ^= 0x10
    file.write_bytes(contents)
    with pytest.raises(NetworkError, match=r"cnn.onnx' is not the file that its card describes: expected sha256"):
        models.load(tmp_path / "cnn.json")


def test_a_missing_file_is_said(own):
    path = own("missing")
    path.with_suffix(".onnx").unlink()
    with pytest.raises(NetworkError, match=r"missing.onnx' cannot be read \(No such file"):
        models.load(path)


def test_a_card_without_an_onnx_file_cannot_answer(own):
    path = own(digests={"keras": "sha256:" + "0" * 64})
    with pytest.raises(NetworkError, match="has no onnx file"):
        models.load(path)


def test_a_file_far_larger_than_its_parameters_is_not_read(own, onnx):
    path = own(onnx=onnx() + b"\0" * (9 * 2**20))
    with pytest.raises(NetworkError, match=r"is larger than .* bytes: expected at most that for 3 parameters"):
        models.load(path)


@pytest.mark.parametrize("contents", [b"", b"not a network", b"\x08" * 300])
def test_a_file_with_the_right_digest_that_is_no_network_is_refused(own, contents):
    with pytest.raises(NetworkError, match=r"no network that ONNX Runtime can load|takes|gives"):
        models.load(own(onnx=contents))


@pytest.mark.parametrize("location", ["weights.bin", "/etc/hostname", "../../weights.bin"])
def test_weights_in_another_file_are_not_followed(own, onnx, location, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.bin").write_bytes(np.ones(3, np.float32).tobytes())
    path = own(onnx=onnx(location=location))
    (path.parent / "weights.bin").write_bytes(np.ones(3, np.float32).tobytes())
    with pytest.raises(NetworkError, match="keeps weights in another file"):
        models.load(path)


def test_weights_in_another_file_are_not_followed_however_the_length_of_the_key_is_written(own, onnx):
    contents = onnx(location="weights.bin").replace(b"\x08location", b"\x88\x00location")
    with pytest.raises(NetworkError, match="keeps weights in another file"):
        models.load(own(onnx=contents))


@pytest.mark.parametrize(
    ("made", "expected"), [({"size": 16}, r"expected 'image' \(n, 8, 8, 1\)"), ({"inside": "x"}, "expected 'image'")]
)
def test_a_network_that_takes_something_else_than_its_card_says_is_refused(own, onnx, made, expected):
    with pytest.raises(NetworkError, match=expected):
        models.load(own(onnx=onnx(**made)))


def test_a_network_of_another_number_of_classes_than_its_card_says_is_refused(own, onnx):
    with pytest.raises(NetworkError, match="its card has 3 classes"):
        models.load(own(onnx=onnx(weights=np.ones((1, 2), np.float32))))


def test_a_head_for_other_features_than_the_network_s_is_refused(own):
    head = {"weights": [[1.0, 2.0, 3.0]] * 2, "bias": [0.0, 0.0, 0.0]}
    with pytest.raises(NetworkError, match="its card has a head for 2 channels"):
        models.load(own(head=head))


# what is shipped


@pytest.mark.parametrize("name", ["cnn", "googlenet", "densenet"])
def test_a_shipped_network_answers_and_its_head_is_in_its_card(name):
    network = models.load(f"diffraction/{name}")
    size = network.card.input.size
    images = np.random.default_rng(1).random((3, size, size), np.float32)
    logits, features = network.run(images)
    head = network.card.head
    np.testing.assert_allclose(features.mean(axis=(1, 2)) @ head.weights + head.bias, logits, atol=1e-4)
    assert network.card.classes == ("ring", "spot", "neither")
