import numpy as np
import onnxruntime
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from emwidgets.diffraction.networks.architectures import NETWORKS  # noqa: E402
from emwidgets.models.onnx_graph import onnx_model  # noqa: E402


def used(name):
    """A network whose normalisations have seen something."""
    model, rng = NETWORKS[name](width=8, size=64), np.random.default_rng(3)
    for weight in model.weights:
        if "variance" in weight.path:
            weight.assign(rng.uniform(0.3, 2, weight.shape))
        elif any(part in weight.path for part in ("mean", "beta", "bias")):
            weight.assign(rng.normal(0, 0.3, weight.shape))
    return model


def answers_of(graph, images):
    return onnxruntime.InferenceSession(graph.SerializeToString()).run(["logits", "features"], {"image": images})


@pytest.mark.parametrize("name", NETWORKS)
def test_the_graph_answers_as_keras_does_for_any_number_of_patterns(name):
    model = used(name)
    graph = onnx_model(model)
    both = keras.Model(model.input, [model.output, model.get_layer("features").output])
    for n in (1, 5):
        images = np.random.default_rng(n).random((n, 64, 64, 1), np.float32)
        for ours, theirs in zip(answers_of(graph, images), both.predict_on_batch(images), strict=True):
            assert ours.shape == theirs.shape
            np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_normalisations_that_follow_a_convolution_cost_nothing():
    kinds = [node.op_type for node in onnx_model(used("cnn")).graph.node]
    assert kinds.count("Conv") == 5
    assert kinds.count("Mul") == kinds.count("Add") == 1  # of the rescaling at the beginning


def test_strides_pooling_and_padding_are_those_of_keras_on_odd_grids():
    image = keras.Input((45, 45, 1))
    x = keras.layers.Conv2D(4, 4, strides=3, padding="same")(image)
    x = keras.layers.MaxPooling2D(2, padding="same")(x)
    x = keras.layers.AveragePooling2D(2)(x)
    x = keras.layers.Activation("relu", name="features")(x)
    model = keras.Model(image, keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(x)))
    images = np.random.default_rng(0).random((2, 45, 45, 1), np.float32)
    np.testing.assert_allclose(answers_of(onnx_model(model), images)[0], model.predict_on_batch(images), atol=1e-5)


def branched():
    """Sums of two and of three maps, flattened, beside their mean: as residual networks with heads are made."""
    keras.utils.set_random_seed(5)
    image = keras.Input((12, 12, 2))
    first = keras.layers.Conv2D(3, 3, padding="same")(image)
    second = keras.layers.Conv2D(3, 1)(image)
    x = keras.layers.Activation("relu")(keras.layers.Add()([first, second]))
    x = keras.layers.Activation("relu", name="features")(keras.layers.Add()([x, second, first]))
    places = keras.layers.Activation("relu")(keras.layers.Dense(5)(keras.layers.Flatten()(x)))
    mean = keras.layers.GlobalAveragePooling2D()(x)
    heads = [keras.layers.Dense(2)(places), keras.layers.Dense(3)(mean), keras.layers.Flatten()(mean)]
    return keras.Model(image, keras.layers.Concatenate()(heads))


def test_sums_flattened_maps_and_several_heads_are_those_of_keras():
    model = branched()
    both = keras.Model(model.input, [model.output, model.get_layer("features").output])
    images = np.random.default_rng(6).normal(size=(3, 12, 12, 2)).astype(np.float32)
    for ours, theirs in zip(answers_of(onnx_model(model), images), both.predict_on_batch(images), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_a_map_is_flattened_place_by_place_with_its_channels_together():
    image = keras.Input((4, 4, 2))
    x = keras.layers.Activation("relu", name="features")(image)
    model = keras.Model(image, keras.layers.Flatten()(x))
    images = np.random.default_rng(7).random((2, 4, 4, 2), np.float32)
    flat, features = answers_of(onnx_model(model), images)
    np.testing.assert_array_equal(flat, images.reshape(2, -1))
    np.testing.assert_array_equal(features, images)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (keras.layers.DepthwiseConv2D(3), "DepthwiseConv2D"),
        (keras.layers.Conv2D(3, 3, dilation_rate=2), "no dilation"),
        (keras.layers.Conv2D(3, 3, activation="relu"), "activation"),
        (keras.layers.Activation("tanh"), "no ReLU"),
    ],
)
def test_what_is_not_written_down_is_refused_with_its_name(layer, message):
    image = keras.Input((32, 32, 1))
    x = keras.layers.Activation("relu", name="features")(layer(image))
    model = keras.Model(image, keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(x)))
    with pytest.raises(NotImplementedError, match=message):
        onnx_model(model)
