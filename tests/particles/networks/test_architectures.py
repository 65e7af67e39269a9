import numpy as np
import pytest

keras = pytest.importorskip("keras")

from emwidgets.particles.networks import architectures  # noqa: E402
from emwidgets.particles.networks.architectures import (  # noqa: E402
    MAP,
    answering,
    backbone,
    deformation,
    head_of,
    imagenet,
    transfer,
)
from emwidgets.particles.networks.framing import SIZE  # noqa: E402
from emwidgets.particles.networks.outputs import ANSWERS, OUTPUTS, POSE, split  # noqa: E402


@pytest.fixture(scope="module")
def small():
    return deformation(width=4, depth=1)


def some(n):
    return np.random.default_rng(n).random((n, SIZE, SIZE, 1), np.float32)


def numbers(layer):
    return [keras.ops.convert_to_numpy(weight) for weight in layer.weights]


def test_it_gives_every_answer_the_pose_and_a_map_of_corners(small):
    said = small.predict_on_batch(some(2))
    shapes = {name: (2, len(classes)) for name, classes in ANSWERS.items()}
    assert {name: each.shape for name, each in said.items()} == shapes | {
        "pose": (2, len(POSE)),
        "corners": (2, MAP, MAP, 2),
    }
    assert all(np.isfinite(each).all() and np.ptp(each) > 0 for each in said.values())


def test_the_answering_part_says_the_same_in_one_row_and_has_no_map(small):
    network = answering(small)
    assert network.name == "deformation"
    assert network.output_shape == (None, len(OUTPUTS))
    assert "corners" not in {layer.name for layer in network.layers}
    said = split(network.predict_on_batch(some(3)))
    for name, each in small.predict_on_batch(some(3)).items():
        if name != "corners":
            np.testing.assert_allclose(said[name], each, atol=1e-5)


def test_nothing_but_a_mean_and_a_sum_stands_between_the_last_feature_map_and_an_answer(small):
    features = keras.Model(small.input, small.get_layer("features").output).predict_on_batch(some(3))
    assert features.shape == (3, SIZE // 8, SIZE // 8, 16)
    said = small.predict_on_batch(some(3))
    for name in ANSWERS:
        kernel, bias = numbers(head_of(small, name))
        np.testing.assert_allclose(features.mean(axis=(1, 2)) @ kernel + bias, said[name], atol=1e-5)


def test_the_backbone_never_hears_of_cuts():
    assert set(backbone(width=4, depth=1).output) == {"kind", "pose"}


def test_transfer_learns_the_last_layers_alone_and_keeps_the_pose():
    pretrained = backbone(width=4, depth=1)
    poses = pretrained.predict_on_batch(some(2))["pose"]
    model = transfer(pretrained)
    assert set(model.output) == {*ANSWERS, "pose"}
    learnt = {weight.path.split("/")[0] for weight in model.trainable_weights}
    assert learnt == {f"new_{name}" for name in (*ANSWERS, "scale")}
    np.testing.assert_allclose(model.predict_on_batch(some(2))["pose"], poses, atol=1e-6)
    assert head_of(model, "kind").name == "new_kind"
    network = answering(model)
    assert (network.name, network.output_shape) == ("transfer", (None, len(OUTPUTS)))
    assert network.get_layer("features").output.shape[1:] == (SIZE // 8, SIZE // 8, 16)


def test_width_and_depth_make_a_network_larger(small):
    assert deformation(width=8, depth=1).count_params() > small.count_params()
    assert deformation(width=4, depth=2).count_params() > small.count_params()


@pytest.mark.parametrize("network", [deformation, backbone])
@pytest.mark.parametrize(
    ("options", "message"),
    [({"width": 3}, "width is 3: expected at least 4"), ({"depth": 0}, "depth is 0: expected at least 1")],
)
def test_a_network_that_cannot_be_is_refused(network, options, message):
    with pytest.raises(ValueError, match=message):
        network(**options)


@pytest.mark.slow
def test_inception_is_frozen_but_for_new_last_layers():
    model = imagenet(size=75, weights=None)
    assert set(model.output) == set(ANSWERS)
    learnt = {weight.path.split("/")[0] for weight in model.trainable_weights}
    assert learnt == {f"new_{name}" for name in ANSWERS}
    said = model.predict_on_batch(some(2))
    assert {name: each.shape for name, each in said.items()} == {
        name: (2, len(classes)) for name, classes in ANSWERS.items()
    }


def test_where_the_weights_of_imagenet_cannot_be_had_it_says_what_to_do(monkeypatch):
    def unreachable(**_):
        raise OSError("no route to host")

    monkeypatch.setattr(architectures.keras.applications, "InceptionV3", unreachable)
    with pytest.raises(RuntimeError, match=r"no route to host.*storage.googleapis.com, or use the backbone that comes"):
        imagenet()
