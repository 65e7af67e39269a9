import numpy as np
import pytest

keras = pytest.importorskip("keras")

from emwidgets.diffraction.networks.architectures import CLASSES, NETWORKS  # noqa: E402


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_gives_logits_of_each_class_from_patterns_of_one_channel(name):
    model = NETWORKS[name](width=8, size=64)
    assert model.name == name
    assert model.input_shape == (None, 64, 64, 1)
    assert model.output_shape == (None, len(CLASSES))
    logits = model.predict_on_batch(np.random.default_rng(0).random((2, 64, 64, 1), np.float32))
    assert np.isfinite(logits).all()
    assert np.ptp(logits) > 0


@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_but_a_mean_and_a_sum_stands_between_the_last_feature_map_and_the_answer(name):
    model = NETWORKS[name](width=8, size=64)
    both = keras.Model(model.input, [model.get_layer("features").output, model.output])
    features, logits = both.predict_on_batch(np.random.default_rng(1).random((3, 64, 64, 1), np.float32))
    assert features.shape[:3] == (3, 8, 8)
    head = model.get_layer("logits")
    weights, bias = (keras.ops.convert_to_numpy(part) for part in (head.kernel, head.bias))
    np.testing.assert_allclose(features.mean(axis=(1, 2)) @ weights + bias, logits, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_width_and_depth_make_a_network_larger(name):
    small = NETWORKS[name](width=8, depth=2, size=64).count_params()
    assert NETWORKS[name](width=16, depth=2, size=64).count_params() > small
    assert NETWORKS[name](width=8, depth=4, size=64).count_params() > small


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 100}, "size is 100: expected a multiple of 8"),
        ({"size": 16}, "size is 16: .*at least 32"),
        ({"width": 2}, "width is 2: expected at least 4"),
        ({"depth": 0}, "depth is 0"),
        ({"classes": 1}, "classes is 1"),
    ],
)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_cannot_be_is_refused(name, options, message):
    with pytest.raises(ValueError, match=message):
        NETWORKS[name](**options)
