import numpy as np
import pytest

keras = pytest.importorskip("keras")

from emwidgets.refocusing.networks.architectures import answering, light_mrn, light_srn, mrn, srn  # noqa: E402
from emwidgets.refocusing.networks.bank import channels_of  # noqa: E402


def convolution(size, given, filters):
    return size * size * given * filters + filters


@pytest.mark.parametrize(("filters", "kernel", "blocks"), [(64, 3, 16), (8, 5, 2)])
def test_the_published_network_has_the_published_layers(filters, kernel, blocks):
    model = srn(filters, kernel, blocks)
    inner = (2 * blocks + 1) * convolution(kernel, filters, filters)
    assert model.count_params() == convolution(kernel, 1, filters) + inner + convolution(kernel, filters, 1)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds.count("Conv2D") == 2 * blocks + 3
    assert kinds.count("Add") == blocks + 1


def test_three_scales_are_three_networks_and_two_enlargements():
    one, three = srn(8, 3, 2), mrn(8, 3, 2)
    joined = 2 * convolution(3, 1, 8) - 2 * 8  # two of them are given what the coarser one restored, too
    enlarged = 2 * convolution(4, 1, 1)
    assert three.count_params() == 3 * one.count_params() + joined + enlarged


def test_images_of_256_are_learnt_from_at_64_128_and_256():
    model = mrn(4, 3, 1)
    found = model.predict_on_batch(np.zeros((1, 256, 256, 1), np.float32))
    assert {name: each.shape for name, each in found.items()} == {
        "quarter": (1, 64, 64, 1),
        "half": (1, 128, 128, 1),
        "restored": (1, 256, 256, 1),
    }


def test_the_skip_goes_round_the_blocks():
    """With blocks and last convolution that give nothing, what comes out is the final convolution of the first ReLU."""
    model = srn(4, 3, 2)
    for name in ("last",):
        model.get_layer(name).set_weights([np.zeros_like(one) for one in model.get_layer(name).get_weights()])
    image = np.random.default_rng(0).random((1, 9, 7, 1)).astype(np.float32)
    first = keras.Model(model.input, model.get_layer("first_relu").output)
    expected = model.get_layer("restored")(first.predict_on_batch(image))
    np.testing.assert_allclose(model.predict_on_batch(image), np.asarray(expected), atol=1e-5)


@pytest.mark.parametrize("shape", [(8, 8), (40, 64)])
def test_the_light_network_answers_at_every_scale(shape):
    model = light_mrn(3, (6, 5, 4), (1, 1, 1), smooth=2)
    found = model.predict_on_batch(np.zeros((2, *shape, channels_of(3, 2)), np.float32))
    rows, columns = shape
    assert {name: each.shape for name, each in found.items()} == {
        "half": (2, rows // 4, columns // 4, 1),
        "restored": (2, rows, columns, 1),
        "answer": (2, rows, columns, 7),
        "widths": (2, rows // 8, columns // 8, 5),
    }


@pytest.mark.parametrize("make", [lambda: light_mrn(3, (6, 5, 4), (1, 1, 1), smooth=0), lambda: light_srn(3, 4, 1)])
def test_what_is_shipped_answers_the_same_though_trained_in_half_the_precision(make):
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        model = make()
    finally:
        keras.mixed_precision.set_global_policy("float32")
    rng = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(weight.numpy() + rng.normal(0, 0.05, weight.shape))
    network = answering(model, "shipped")
    assert network.name == "shipped"
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    bank = rng.random((1, 16, 24, channels_of(3))).astype(np.float32)
    ours, theirs = (each.predict_on_batch(bank)["restored"] for each in (network, model))
    np.testing.assert_allclose(ours, theirs, atol=0.02)


def test_untrained_light_networks_give_the_mean_of_what_there_is_to_choose_from():
    bank = np.random.default_rng(2).random((1, 16, 16, channels_of(3))).astype(np.float32)
    restored = light_srn(3, 4, 1).predict_on_batch(bank)["restored"][0, ..., 0]
    np.testing.assert_allclose(restored, bank[0, ..., :4].mean(axis=-1), atol=1e-5)


def test_widths_are_enlarged_smoothly_until_that_is_learnt_otherwise():
    """Of the smooth restorations nothing is said; what lacks comes last in both."""
    model = light_mrn(2, (4, 4, 4), (1, 1, 1), smooth=2)
    layer = model.get_layer("likely")
    coarse = np.zeros((1, 6, 6, 4), np.float32)
    coarse[0] = np.arange(6)[:, None, None] * np.array([1.0, 0, 2, -1])
    fine = np.asarray(layer(coarse))[0, 8:-8, 8:-8]
    rows = (np.arange(48) + 0.5) / 8 - 0.5
    np.testing.assert_allclose(
        fine, rows[8:-8, None, None] * np.array([1.0, 0, 2, 0, 0, -1]) * np.ones((1, 32, 1)), atol=1e-5
    )
