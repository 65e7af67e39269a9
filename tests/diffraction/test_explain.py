import subprocess
import sys

import numpy as np
import pytest

from emwidgets import diffraction, models
from emwidgets.diffraction.explain import exact_maps, explain
from emwidgets.diffraction.heatmaps.activation import on_frame
from emwidgets.diffraction.networks.normalise import prepared


@pytest.fixture(scope="module")
def pattern():
    return diffraction.simulate("gold", orientation=(0, 0, 1), shape=(96, 128), pixel_size=0.2)


@pytest.fixture
def series(pattern):
    """Scan of 2 × 3 patterns, of which number 4 is blank."""
    from hyperspy.signals import Signal2D

    names = ("gold", "nickel", "silicon", "gold", "nickel", "silicon")
    frames = [
        diffraction.simulate(name, (1, 2000)[number % 2], shape=(48, 64), pixel_size=0.4, seed=number).data
        for number, name in enumerate(names)
    ]
    frames[4][:] = 3
    signal = Signal2D(np.stack(frames).reshape(2, 3, 48, 64), metadata={"General": {"title": "series"}})
    signal.axes_manager.signal_axes.set(scale=0.4, units="1/nm", offset=-12.8)
    return signal


def test_a_map_lies_on_the_pattern_and_in_the_unit_interval(pattern):
    heat = explain(pattern, "cnn", "spot")
    assert heat.data.shape == pattern.data.shape
    assert heat.data.dtype == np.float32
    assert heat.data.min() >= 0
    assert 0.9 < heat.data.max() <= 1
    for one, other in zip(heat.axes_manager.signal_axes, pattern.axes_manager.signal_axes, strict=True):
        assert (one.scale, one.offset, one.units) == (other.scale, other.offset, other.units)


def test_it_is_what_the_last_layer_adds_up(pattern):
    network = models.load("diffraction/densenet")
    maps = exact_maps(network, prepared(pattern.data[None]), "ring")
    np.testing.assert_array_equal(explain(pattern, "densenet", "ring").data, on_frame(maps, pattern.data.shape)[0])


def test_a_network_of_ones_own_is_explained_as_a_shipped_one(pattern):
    network = models.load("diffraction/cnn")
    np.testing.assert_array_equal(explain(pattern, network, "spot").data, explain(pattern, "cnn", "spot").data)


def test_without_a_target_each_pattern_is_asked_about_its_own_label(series):
    found = explain(series, "cnn").data.reshape(6, 48, 64)
    labels = diffraction.classify(series, "cnn").labels.ravel()
    assert set(labels) >= {"ring", "spot"}
    for number, label in enumerate(labels):
        if label:
            own = explain(series.inav[number % 3, number // 3], "cnn", str(label)).data
            np.testing.assert_allclose(found[number], own, atol=1e-6)


def test_one_that_cannot_be_read_does_not_stop_the_others(series):
    found = explain(series, "cnn")
    blank = np.isnan(found.data).all(axis=(2, 3))
    assert blank.ravel().tolist() == [False] * 4 + [True, False]
    assert not np.isnan(found.data[~blank]).any()
    assert list(found.metadata.emwidgets.problems) == ["'frame 4' of 'series' is constant (all 3)"]


def test_a_lazy_signal_gives_the_same_lazily(series):
    found = explain(series.as_lazy(), "cnn", "ring")
    assert found._lazy
    assert found.metadata.emwidgets.digest is None
    np.testing.assert_allclose(found.data.compute(), explain(series, "cnn", "ring").data, atol=1e-6)


def test_how_it_was_made_goes_with_it(pattern):
    before = pattern.data.copy()
    made = explain(pattern, "cnn", "spot").metadata.emwidgets
    assert made.function == "emwidgets.diffraction.explain"
    assert made.parameters.as_dictionary() == {"network": "diffraction/cnn", "target": "spot", "layer": None}
    assert made.models.as_dictionary() == {"diffraction/cnn": models.card("diffraction/cnn").digests["onnx"]}
    np.testing.assert_array_equal(pattern.data, before)


def test_missing_pixels_do_not_spread_over_the_map(pattern):
    holed = pattern.deepcopy()
    holed.data[10:14, 20:24] = np.nan
    found = explain(holed, "cnn", "spot").data
    assert np.isfinite(found).all()
    assert np.corrcoef(found.ravel(), explain(pattern, "cnn", "spot").data.ravel())[0, 1] > 0.8


def test_a_pattern_that_cannot_be_read_is_an_error_when_it_is_the_only_one(pattern):
    blank = pattern.deepcopy()
    blank.data[:] = 0
    with pytest.raises(ValueError, match=r"is constant \(all 0\): there is no pattern to explain"):
        explain(blank, "cnn")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("resnet",), "network is 'resnet': expected cnn, googlenet, densenet, or a network of your own"),
        (("hough",), r"what the rules go by is in diffraction.evidence\(signal, 'hough'\)"),
        (("cnn", "amorphous"), "target is 'amorphous': expected one of ring, spot, neither"),
    ],
)
def test_what_there_is_not_is_refused_by_name(pattern, arguments, message):
    with pytest.raises(ValueError, match=message):
        explain(pattern, *arguments)


def test_what_is_no_network_or_no_signal_is_refused(pattern):
    with pytest.raises(TypeError, match=r"network is int: expected cnn, googlenet, densenet, a keras.Model"):
        explain(pattern, 3)
    with pytest.raises(TypeError, match="expected a HyperSpy signal, got an array of shape"):
        explain(pattern.data)


def test_a_network_that_tells_other_things_apart_is_refused(pattern, left_or_right):
    network = left_or_right(classes=("ring", "cat"))
    network.card.head = None
    with pytest.raises(ValueError, match="'mine/sides' tells ring, cat apart: expected one for ring and spot"):
        explain(pattern, network)


def test_a_layer_needs_keras_and_the_message_says_how_to_get_it(pattern, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(ModuleNotFoundError, match="pip install 'emwidgets"):
        explain(pattern, "cnn", layer="features")


def test_the_exact_map_needs_no_keras():
    code = (
        "import sys, numpy as np, hyperspy.api as hs\n"
        "from emwidgets.diffraction.explain import explain\n"
        "explain(hs.signals.Signal2D(np.random.default_rng(0).random((64, 64))), 'cnn')\n"
        "print(sorted({'keras', 'tensorflow', 'torch', 'jax'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
