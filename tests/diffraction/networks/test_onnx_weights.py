import numpy as np
import pytest

from emwidgets import models
from emwidgets.diffraction.networks.network_files import changed, head_names, onnx_of, write
from emwidgets.diffraction.networks.onnx_weights import weights_of, with_weights


@pytest.fixture(scope="module", params=["cnn", "googlenet", "densenet"])
def card(request):
    return models.card(f"diffraction/{request.param}")


@pytest.fixture(scope="module")
def contents(card):
    return card.file("onnx").read_bytes()


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).random((3, 128, 128), np.float32)


def test_all_weights_of_a_shipped_network_are_found(card, contents):
    found = weights_of(contents)
    # normalisations stand in the convolutions before them, so some parameters of Keras are no weights here
    assert 0.8 * card.parameters < sum(one.size for one in found.values()) <= card.parameters
    assert all(np.isfinite(one).all() for one in found.values())


def test_writing_back_what_was_read_changes_nothing(contents):
    assert with_weights(contents, weights_of(contents)) == contents


def test_the_last_layer_is_found_by_what_the_card_says_of_it(card, contents):
    weights, bias = head_names(card, contents)
    np.testing.assert_allclose(weights_of(contents)[weights], card.head.weights, atol=1e-6)
    np.testing.assert_allclose(weights_of(contents)[bias], card.head.bias, atol=1e-6)


def test_a_network_with_another_last_layer_gives_the_logits_of_that_layer(card, contents, images, tmp_path):
    rng = np.random.default_rng(1)
    new = [rng.normal(size=part.shape).astype(np.float32) for part in card.head]
    written, onnx = changed(card, contents, dict(zip(head_names(card, contents), new, strict=True)), name="other")
    logits, features = models.load(write(written, onnx, tmp_path)).run(images)
    np.testing.assert_allclose(logits, features.mean(axis=(1, 2)) @ new[0] + new[1], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(features, models.load(f"diffraction/{card.name}").run(images)[1])
    np.testing.assert_array_equal(models.card(tmp_path).head.weights, new[0])


def test_a_card_that_does_not_describe_the_file_is_refused(card, contents):
    strange, _ = changed(card, contents, {head_names(card, contents)[0]: card.head.weights + 1})
    with pytest.raises(ValueError, match=r"the last layer of 'diffraction/.*' stands 0 times in its ONNX file"):
        head_names(strange, contents)


def test_a_folder_holds_one_network(card, contents, tmp_path):
    write(card, contents, tmp_path / "mine")
    with pytest.raises(FileExistsError, match=f"holds '{card.name}.json' already: choose another folder"):
        write(card, contents, tmp_path / "mine")


def test_the_file_of_a_network_is_checked_before_it_is_changed(card, contents, tmp_path):
    path = write(card, contents, tmp_path)
    network = models.Network(models.card(path))
    assert onnx_of(network) == contents
    (tmp_path / f"{card.name}.onnx").write_bytes(contents[:-1] + b"x")
    with pytest.raises(models.NetworkError, match="not the file that its card describes"):
        onnx_of(network)


def test_a_weight_of_another_shape_or_name_is_refused(card, contents):
    name, _ = head_names(card, contents)
    with pytest.raises(
        ValueError, match=f"weight '{name}' of shape \\(2, 2\\) does not fit the network: it has the shape"
    ):
        with_weights(contents, {name: np.zeros((2, 2))})
    with pytest.raises(ValueError, match=r"weight 'nothing' of shape .* there are weight_0"):
        with_weights(contents, {"nothing": np.zeros(3)})


@pytest.mark.parametrize("damaged", [b"\x3a\xff\x01ab", b"not an ONNX file at all", b"\x3b", b"\xff" * 9])
def test_what_is_no_onnx_file_is_said_to_be_none(damaged):
    with pytest.raises(ValueError, match=f"these {len(damaged)} bytes are no ONNX file"):
        weights_of(damaged)


def test_half_precision_is_read_and_written_as_such():
    numbers = np.array([[1.0, 2.5], [-3.0, 0.1]])
    raw = numbers.astype("<f2").tobytes()
    tensor = b"\x08\x02\x08\x02\x10\x0a\x42\x01w\x4a" + bytes([len(raw)]) + raw  # dims 2 2, FLOAT16, "w", raw data
    graph = b"\x2a" + bytes([len(tensor)]) + tensor
    contents = b"\x08\x08\x3a" + bytes([len(graph)]) + graph
    assert weights_of(contents)["w"].dtype == np.float16
    np.testing.assert_allclose(weights_of(contents)["w"], numbers, rtol=1e-3)
    np.testing.assert_allclose(weights_of(with_weights(contents, {"w": 2 * numbers}))["w"], 2 * numbers, rtol=1e-3)
