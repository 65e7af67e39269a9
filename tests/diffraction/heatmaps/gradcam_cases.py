"""What must hold of Grad-CAM on every backend of Keras.

A process has one backend, so `test_gradcam.py` runs these cases in a process of their own for each. By hand:
``KERAS_BACKEND=jax python -m pytest tests/diffraction/gradcam_cases.py``.
"""

import pickle
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from keras import layers

from emwidgets import models
from emwidgets.diffraction.explain import explain
from emwidgets.diffraction.finetune import finetune
from emwidgets.diffraction.heatmaps.activation import class_activation, class_asked, positive_part
from emwidgets.diffraction.heatmaps.gradcam import GradCam, layers_of
from emwidgets.diffraction.heatmaps.gradients import Gradients
from emwidgets.diffraction.networks.architectures import NETWORKS
from emwidgets.diffraction.networks.normalise import prepared

SIZE = 32
CLASSES = ("ring", "spot", "neither")


def grad_cam(model, images, target=None, layer=None):
    return GradCam(model, target, layer)(images)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).random((3, SIZE, SIZE), np.float32)


@pytest.fixture
def branched():
    """A network with a branch round its middle layer, so that no layer but the last cuts it in two."""
    keras.utils.set_random_seed(1)
    image = keras.Input((SIZE, SIZE, 1))
    near = layers.Conv2D(4, 3, padding="same", activation="tanh", name="near")(image)
    far = layers.Conv2D(4, 3, padding="same", name="far")(near)
    both = layers.Add(name="both")([near, layers.Activation("tanh")(far)])
    last = layers.Conv2D(6, 3, strides=2, padding="same", activation="softplus", name="last")(both)
    mean = layers.GlobalAveragePooling2D(name="pool")(last)
    return keras.Model(image, layers.Dense(3, name="logits")(mean), name="branched")


class Subclassed(keras.Model):
    """A network of which Keras knows no graph."""

    def __init__(self, inner):
        super().__init__(name="subclassed")
        self.inner = inner
        self.softmax = layers.Softmax()

    def call(self, images, training=False):
        return self.softmax(self.inner(images, training=training))


def shaken(model):
    """The network with weights as if it had been trained: those of normalisations, too."""
    rng = np.random.default_rng(2)
    for weight in model.weights:
        noise = 0.1 * rng.normal(size=weight.shape)
        values = keras.ops.convert_to_numpy(weight) + noise
        weight.assign(np.abs(values) if "variance" in weight.name else values)
    return model


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("target", [None, "neither"])
def test_at_the_last_feature_map_it_is_the_exact_class_activation_map(name, target, images):
    model = shaken(NETWORKS[name](width=4, depth=2, size=SIZE))
    both = keras.Model(model.input, [model.get_layer("features").output, model.output])
    features, logits = both.predict_on_batch(images[..., None])
    weights = keras.ops.convert_to_numpy(model.get_layer("logits").kernel)
    exact = positive_part(class_activation(features, weights, class_asked(logits, CLASSES, target)))
    np.testing.assert_allclose(grad_cam(model, images, target), exact, atol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_of_a_shipped_network_both_ways_give_the_same_map(name, pattern):
    exact, by_gradients = (explain(pattern, name, "spot", layer=layer).data for layer in (None, "features"))
    np.testing.assert_allclose(by_gradients, exact, atol=1e-4)


def test_gradients_are_what_the_score_changes_by(branched, images):
    """A constant added to a channel, by the bias of its layer, changes the score by the sum of the channel's slopes."""
    layer = branched.get_layer("far")
    outputs, features, gradients = Gradients(branched, layer, lambda outputs: keras.ops.eye(3))(images[..., None])
    assert features.shape == gradients.shape == (3, SIZE, SIZE, 4)
    kernel, bias = layer.get_weights()
    for channel in range(4):
        step = np.zeros(4)
        step[channel] = 0.01
        scores = []
        for sign in (1, -1):
            layer.set_weights([kernel, bias + sign * step])
            scores.append(keras.ops.convert_to_numpy(branched(images[..., None]))[np.arange(3), np.arange(3)])
        layer.set_weights([kernel, bias])
        slope = (scores[0] - scores[1]) / 0.02
        np.testing.assert_allclose(gradients[..., channel].sum(axis=(1, 2)), slope, rtol=0.02, atol=1e-3)
    np.testing.assert_allclose(outputs, keras.ops.convert_to_numpy(branched(images[..., None])), atol=1e-5)


def test_every_layer_with_a_feature_map_has_a_map(branched, images):
    assert [name for name in layers_of(branched) if "activation" not in name] == ["near", "far", "both", "last"]
    for name in layers_of(branched):
        maps = grad_cam(branched, images, None, name)
        assert maps.shape == ((3, 16, 16) if name == "last" else (3, SIZE, SIZE))
        assert np.isfinite(maps).all()
        assert maps.min() >= 0
        assert maps.max() == 1


def test_a_network_in_a_network_and_a_softmax_at_the_end_change_nothing(branched, images):
    image = keras.Input((SIZE, SIZE, 1))
    nested = keras.Model(image, layers.Activation("softmax")(branched(image)), name="outer")
    expected = grad_cam(branched, images, "ring", "both")
    for model in (nested, Subclassed(branched)):
        np.testing.assert_allclose(grad_cam(model, images, "ring", "branched/both"), expected, atol=1e-4)


def test_a_dense_layer_with_softmax_is_asked_for_what_goes_into_it(branched, images):
    expected = grad_cam(branched, images, "spot", "far")
    branched.get_layer("logits").activation = keras.activations.softmax
    np.testing.assert_allclose(grad_cam(branched, images, "spot", "far"), expected, atol=1e-4)
    assert branched.get_layer("logits").activation is keras.activations.softmax


def test_a_network_that_is_sure_is_explained_as_well(branched, images):
    """The gradient of a probability of one would be nothing."""
    model = keras.Sequential([keras.Input((SIZE, SIZE, 1)), branched, layers.Rescaling(1e4), layers.Softmax()])
    assert grad_cam(model, images, None, "branched/both").max(axis=(1, 2)).min() == 1


def test_a_sequential_network_of_two_classes_will_do(images):
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [layers.Conv2D(3, 3, activation="relu", name="conv"), layers.Flatten(), layers.Dense(2, activation="softmax")]
    )
    model.build((None, SIZE, SIZE, 1))
    assert grad_cam(model, images).shape == (3, 30, 30)
    with pytest.raises(ValueError, match="target is 'neither': expected one of ring, spot, or None"):
        grad_cam(model, images, "neither")


def test_the_network_is_afterwards_as_it_was(branched, images):
    before = keras.ops.convert_to_numpy(branched(images[..., None]))
    attributes = {layer.name: set(vars(layer)) for layer in branched.layers}
    grad_cam(branched, images, "ring", "both")
    with pytest.raises(ValueError, match="target is 'x'"):
        grad_cam(branched, images, "x", "both")
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(branched(images[..., None])), before)
    assert {layer.name: set(vars(layer)) for layer in branched.layers} == attributes


def test_it_can_be_sent_to_another_process(branched, images):
    found = GradCam(branched, "spot", "both")
    np.testing.assert_allclose(pickle.loads(pickle.dumps(found))(images), found(images), atol=1e-5)


def test_threads_that_ask_the_same_network_do_not_disturb_each_other(branched, images):
    asked = [GradCam(branched, "ring", layer) for layer in ("far", "both")] * 4
    expected = [one(images) for one in asked]
    with ThreadPoolExecutor(4) as pool:
        for one, other in zip(pool.map(lambda one: one(images), asked), expected, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_channels_first_gives_the_map_of_channels_last(images):
    if keras.backend.backend() == "tensorflow":
        pytest.skip("TensorFlow has no convolution with channels first on a CPU")
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 1)),
            layers.Permute((3, 1, 2)),
            layers.Conv2D(5, 3, activation="relu", data_format="channels_first", name="conv"),
            layers.GlobalAveragePooling2D(data_format="channels_first"),
            layers.Dense(2, name="head"),
        ]
    )
    last = keras.Sequential([keras.Input((SIZE, SIZE, 1)), layers.Conv2D(5, 3, activation="relu", name="conv")])
    last.add(layers.GlobalAveragePooling2D())
    last.add(layers.Dense(2))
    last.set_weights(model.get_weights())
    np.testing.assert_allclose(grad_cam(model, images, "ring", "conv"), grad_cam(last, images, "ring"), atol=1e-4)


def test_a_layer_that_there_is_not_is_refused_with_those_that_there_are(branched, images):
    with pytest.raises(
        ValueError, match=r"layer is 'pool', which the network 'branched' has not; .*'near', 'far'.*'last'"
    ):
        grad_cam(branched, images, None, "pool")
    with pytest.raises(ValueError, match=r"'subclassed' does not say .* choose layer= from 'branched/near'"):
        grad_cam(Subclassed(branched), images)


def test_a_layer_that_takes_part_twice_is_refused(images):
    shared = layers.Conv2D(1, 3, padding="same", name="shared")
    image = keras.Input((SIZE, SIZE, 1))
    model = keras.Model(image, layers.Dense(2)(layers.Flatten()(shared(shared(image)))))
    with pytest.raises(ValueError, match="layer 'shared' takes part 2 times"):
        grad_cam(model, images, None, "shared")


@pytest.mark.parametrize(
    ("shape", "classes", "message"),
    [
        ((64, 64, 3), 2, r"takes \(64, 64, 3\): expected one square image of one channel"),
        ((64, 32, 1), 2, r"takes \(64, 32, 1\): expected one square image of one channel"),
        ((64, 64, 1), 10, r"gives \(10,\) numbers a pattern: this analysis needs two"),
        ((64, 64, 1), 1, r"gives \(1,\) numbers a pattern: this analysis needs two"),
    ],
)
def test_a_network_for_something_else_is_refused_before_a_pattern_is_read(pattern, shape, classes, message):
    model = keras.Sequential([keras.Input(shape), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(classes)])
    with pytest.raises(ValueError, match=message):
        explain(pattern.as_lazy(), model)


@pytest.fixture(scope="module")
def pattern():
    from emwidgets import diffraction

    return diffraction.simulate("gold", orientation=(0, 0, 1), shape=(96, 128), pixel_size=0.2)


def test_a_network_of_ones_own_explains_stacks_in_memory_and_lazily(branched, pattern):
    from hyperspy.signals import Signal2D

    frames = np.stack([np.rot90(pattern.data[:, :96], turns) for turns in range(4)]).reshape(2, 2, 96, 96)
    stack = Signal2D(frames.astype(np.float32))
    found = explain(stack, branched, "ring", layer="both")
    lazy = explain(stack.as_lazy(), branched, "ring", layer="both")
    np.testing.assert_allclose(lazy.data.compute(), found.data, atol=1e-5)
    alone = explain(stack.inav[1, 0], branched, "ring", layer="both")
    np.testing.assert_allclose(alone.data, found.data[0, 1], atol=1e-5)
    assert found.metadata.emwidgets.parameters.network == "branched"
    assert found.metadata.emwidgets.parameters.layer == "both"


def test_a_finetuned_network_is_the_same_in_keras():
    from hyperspy.signals import Signal2D

    from emwidgets.diffraction.simulation.simulate import simulate_array

    frames = [
        simulate_array("gold", (1, 900)[n % 2], shape=(64, 64), pixel_size=0.4, seed=n)[0].astype(np.float32)
        for n in range(12)
    ]
    stack = Signal2D(np.stack(frames))
    tuned = finetune(stack, {n: ("spot", "ring")[n % 2] for n in range(12)}, "cnn", progress=False)
    images = prepared(stack.data[:3])
    in_keras = keras.ops.convert_to_numpy(tuned.keras_model()(images[..., None], training=False))
    np.testing.assert_allclose(in_keras, tuned.run(images)[0], atol=1e-3)
    exact, by_gradients = (explain(stack.inav[:3], tuned, "ring", layer=layer).data for layer in (None, "features"))
    np.testing.assert_allclose(by_gradients, exact, atol=1e-3)
    assert models.card("diffraction/cnn").layer == "features"
