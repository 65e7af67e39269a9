"""The call: what goes in, what is refused, and that big stacks are read piece by piece."""

import importlib
import tracemalloc

import dask.array as da
import hyperspy.api as hs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emwidgets import diffraction, models
from emwidgets.diffraction.answers import METHODS, NETWORKS, RULES
from emwidgets.diffraction.voting import CERTAINTY
from emwidgets.models import NetworkError
from emwidgets.signals import pixel_digest


@pytest.fixture(scope="module")
def pattern():
    return diffraction.simulate("gold", grains=3000, seed=1)


@pytest.fixture
def endless():
    """Maker of a lazy stack of frames that are made when they are read, in chunks of 32 MB."""

    def make(n, size=256, together=256):
        def block(block_info=None):
            frame = np.tile(np.arange(size, dtype=np.uint16), (size, 1))
            return np.tile(frame, (together, 1, 1))

        chunks = ((together,) * (n // together), size, size)
        data = da.map_blocks(block, chunks=chunks, dtype=np.uint16, meta=np.empty((0, 0, 0), np.uint16))
        return hs.signals.Signal2D(data).as_lazy()

    return make


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_a_pattern(pattern, method):
    found = diffraction.classify(pattern, method)
    assert found.labels.shape == ()
    assert str(found.labels) in ("ring", "spot")
    assert found.probabilities.sum() == pytest.approx(1)
    expected = NETWORKS if method == "ensemble" else (method,)
    assert tuple(found.members) == expected
    assert found.provenance.parameters["method"] == method


def test_the_ensemble_is_the_vote_of_its_networks(pattern):
    whole = diffraction.classify(pattern, certainty=0.5)
    alone = {name: diffraction.classify(pattern, name) for name in NETWORKS}
    for name, one in alone.items():
        np.testing.assert_allclose(whole.members[name], one.probabilities)
    assert whole.neither == pytest.approx(np.mean([one.neither for one in alone.values()]))


def test_a_network_of_ones_own_answers(scan, left_or_right):
    found = diffraction.classify(scan, left_or_right())
    assert found.labels.tolist() == [["ring", "spot", ""], ["spot", "ring", "ring"]]
    assert list(found.members) == ["sides"]
    assert found.provenance.models == {"mine/sides": "sha256:" + "1" * 64}
    assert found.provenance.parameters["method"] == "mine/sides"


def test_a_shipped_network_copied_elsewhere_is_one_of_ones_own(pattern, tmp_path):
    import shutil

    shipped = models.card("diffraction/cnn")
    for kind in ("json", "onnx"):
        shutil.copy(shipped.file(kind), tmp_path)
    own = diffraction.classify(pattern, models.load(tmp_path))
    np.testing.assert_array_equal(own.probabilities, diffraction.classify(pattern, "cnn").probabilities)


def test_the_result_says_how_it_was_made(scan):
    found = diffraction.classify(scan, "cnn", certainty=0.9, vote="hard", corrections={1: "ring"})
    made = found.provenance
    assert made.function == "emwidgets.diffraction.classify"
    assert (made.title, made.digest) == ("scan", pixel_digest(scan))
    assert made.parameters == {"method": "cnn", "certainty": 0.9, "vote": "hard", "corrections": {"1": "ring"}}
    assert made.models == {"diffraction/cnn": models.card("diffraction/cnn").digests["onnx"]}
    assert "onnxruntime" in made.versions


def test_calling_again_with_what_the_provenance_says_gives_the_same(scan):
    found = diffraction.classify(scan, corrections={1: "ring"})
    again = diffraction.classify(scan, **found.provenance.parameters)
    np.testing.assert_array_equal(again.labels, found.labels)
    np.testing.assert_array_equal(again.probabilities, found.probabilities)
    assert again.corrections == found.corrections == {1: "ring"}


def test_the_input_is_not_changed(scan, left_or_right):
    before = scan.data.copy()
    diffraction.classify(scan, left_or_right())
    np.testing.assert_array_equal(scan.data, before)


def test_units_do_not_matter(scan, left_or_right):
    expected = diffraction.classify(scan, left_or_right()).probabilities
    for units, scale in (("mrad", 0.3), ("nm", 1.0), ("<undefined>", -1.0)):
        scan.axes_manager.signal_axes.set(units=units, scale=scale)
        np.testing.assert_array_equal(diffraction.classify(scan, left_or_right()).probabilities, expected)


# invariance


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(1e-3, 1e4), st.floats(-1e3, 1e3))
def test_brightness_and_contrast_do_not_matter(scan, left_or_right, factor, offset):
    network = left_or_right()
    scan.change_dtype("float64")
    expected = diffraction.classify(scan, network)
    found = diffraction.classify(scan * factor + offset, network)
    np.testing.assert_array_equal(found.labels, expected.labels)
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("method", NETWORKS)
def test_turning_or_mirroring_a_pattern_hardly_changes_what_the_networks_say(method):
    """Over patterns of all kinds, as a network learns symmetry from examples and has it not by construction."""
    looks = {"shape": (128, 128), "pixel_size": 0.2}
    frames = np.stack([diffraction.simulate("gold", n, seed=n, **looks).data for n in (5, 10, 20, 40, 2000, 5000)])
    turned = [np.rot90(frames, k, axes=(1, 2)) for k in range(4)] + [frames[:, ::-1], frames[:, :, ::-1]]
    answers = [diffraction.classify(hs.signals.Signal2D(one.copy()), method) for one in turned]
    assert not any(one.problems for one in answers)
    same = [one.labels == answers[0].labels for one in answers]
    assert np.mean(same) >= 0.9


# stacks


def test_a_stack_gives_what_its_patterns_give_one_by_one(scan):
    found = diffraction.classify(scan, "densenet")
    for i in (0, 1, 3, 4, 5):
        alone = diffraction.classify(scan.inav[i % 3, i // 3], "densenet")
        assert found.labels.ravel()[i] == str(alone.labels)
        np.testing.assert_allclose(found.probabilities.reshape(6, 2)[i], alone.probabilities, atol=1e-6)
    assert list(found.problems) == [2]


@pytest.mark.parametrize("chunks", [(1, 2, 40, 48), (2, 3, 16, 48), (2, 1, 40, 7)])
def test_a_lazy_stack_stays_lazy_and_gives_the_same(scan, chunks):
    expected = diffraction.classify(scan, corrections={3: "ring"})
    scan.data = da.from_array(scan.data, chunks=chunks)
    found = diffraction.classify(scan.as_lazy(), corrections={3: "ring"})
    assert found.to_signal()._lazy
    assert "_whole" not in vars(found)
    np.testing.assert_array_equal(found.labels, expected.labels)
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-6)
    np.testing.assert_array_equal(found.uncertain, expected.uncertain)
    assert found.problems == expected.problems
    np.testing.assert_array_equal(found.to_signal().data.compute(), expected.to_signal().data)


def test_nothing_of_a_lazy_stack_is_read_before_it_is_asked_for():
    def explode(block):
        raise AssertionError("read")

    data = da.zeros((4, 32, 32), chunks=(2, 32, 32)).map_blocks(explode, dtype=float, meta=np.empty((0, 0, 0)))
    found = diffraction.classify(hs.signals.Signal2D(data).as_lazy(), "cnn")
    assert found.to_signal()._lazy
    assert "4 patterns" in found._repr_html_()
    with pytest.raises(AssertionError, match="read"):
        found.labels  # noqa: B018


def test_the_numbers_of_a_lazy_stack_come_from_one_computation(scan, left_or_right):
    runs = []

    class Counting(left_or_right):
        def run(self, images):
            runs.append(len(images))
            return super().run(images)

    found = diffraction.classify(scan.as_lazy(), Counting())
    assert not runs
    for name in ("labels", "probabilities", "neither", "uncertain", "members", "problems", "corrected"):
        getattr(found, name)
    found.to_dataframe()
    assert sum(runs) == 5


def test_the_answers_of_a_lazy_stack_can_travel_to_a_cluster(scan):
    import cloudpickle

    flat = diffraction.classify(scan.as_lazy(), "cnn").to_signal().data
    arrived = cloudpickle.loads(cloudpickle.dumps(flat))
    np.testing.assert_array_equal(arrived.compute(), diffraction.classify(scan, "cnn").to_signal().data)


def test_a_stack_that_is_mapped_from_a_file_is_read_in_batches(tmp_path, left_or_right, sided, monkeypatch):
    monkeypatch.setattr("emwidgets.signals.origin._PIECE", 2**18)  # the digest reads 64 MB at once, more than is here
    n = 2000
    frames = np.lib.format.open_memmap(tmp_path / "scan.npy", "w+", np.float32, (n, 40, 48))
    frames[:], frames[::3] = sided("ring"), sided("spot")
    signal = hs.signals.Signal2D(np.load(tmp_path / "scan.npy", mmap_mode="r"))
    diffraction.classify(signal.inav[:2], left_or_right())  # imports are not what is measured
    tracemalloc.start()
    found = diffraction.classify(signal, left_or_right(size=16))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < frames.nbytes / 5
    assert (found.labels == np.where(np.arange(n) % 3, "ring", "spot")).all()


@pytest.mark.slow
def test_memory_does_not_grow_with_a_lazy_stack(endless, left_or_right):
    peaks = []
    for n in (1024, 4096):
        found = diffraction.classify(endless(n), left_or_right())
        tracemalloc.start()
        assert (found.labels == "spot").all()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


# bad input


@pytest.mark.parametrize("thing", [None, "pattern.dm4", np.ones((64, 64)), [1, 2]])
def test_what_is_no_signal_is_refused_with_the_way_out(thing):
    with pytest.raises(TypeError, match="expected a HyperSpy signal, got"):
        diffraction.classify(thing)


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        (hs.signals.Signal1D(np.arange(100.0)), r"1 signal axis .*expected images"),
        (hs.signals.Signal2D(np.ones((8, 8))), r"8 × 8 px: at least 16 × 16"),
        (hs.signals.ComplexSignal2D(np.ones((32, 32), complex)), r"is complex .*signal.amplitude"),
        (hs.signals.Signal2D(np.full((32, 32), "text")), r"expected numbers or RGB colours"),
    ],
)
def test_what_is_no_image_is_refused(signal, message):
    with pytest.raises(ValueError, match=message):
        diffraction.classify(signal)


def test_colours_are_read_as_their_luminance(scan, left_or_right):
    grey = np.clip(scan.data, 0, 255).astype(np.uint8)
    colours = np.zeros(grey.shape, np.dtype({"names": ["R", "G", "B"], "formats": ["u1"] * 3}))
    for colour in "RGB":
        colours[colour] = grey
    expected = diffraction.classify(hs.signals.Signal2D(grey), left_or_right())
    found = diffraction.classify(hs.signals.Signal2D(colours), left_or_right())
    np.testing.assert_array_equal(found.labels, expected.labels)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "svm"}, "method is 'svm': expected ensemble, hough"),
        ({"method": "Ensemble"}, "method is 'Ensemble'"),
        ({"certainty": 0.4}, "certainty is 0.4: expected a probability from 0.5 to 1"),
        ({"certainty": 1.1}, "certainty is 1.1"),
        ({"certainty": float("nan")}, "certainty is nan"),
        ({"certainty": "high"}, "certainty is 'high'"),
        ({"vote": "loud"}, "vote is 'loud': expected soft or hard"),
        ({"corrections": {6: "ring"}}, "corrections has the frame 6: the signal has frames 0 to 5"),
        ({"corrections": {-1: "ring"}}, "corrections has the frame -1"),
        ({"corrections": {0.5: "ring"}}, r"corrections has the key 0.5: expected the flat index"),
        ({"corrections": {True: "ring"}}, "corrections has the key True"),
        ({"corrections": {"one": "ring"}}, "corrections has the key 'one'"),
        ({"corrections": {0: "Ring"}}, "corrections says 'Ring' of frame 0: expected ring or spot"),
        ({"corrections": {0: ["ring"]}}, r"corrections says \['ring'\] of frame 0"),
        ({"corrections": ["ring"]}, "corrections is a list"),
    ],
)
def test_an_argument_out_of_range_is_refused_before_anything_is_computed(scan, arguments, message, monkeypatch):
    monkeypatch.setattr(importlib.import_module("emwidgets.diffraction.classify"), "answers", None)
    with pytest.raises(ValueError, match=message):
        diffraction.classify(scan, **arguments)


def test_what_is_no_network_is_refused(scan):
    with pytest.raises(TypeError, match=r"method is dict: expected ensemble.*models.load\(path\)"):
        diffraction.classify(scan, {"cnn": 1})


def test_a_damaged_network_is_said_before_the_work_begins_also_for_a_lazy_stack(scan, monkeypatch):
    def damaged(name):
        raise NetworkError(f"{name} is damaged")

    monkeypatch.setattr(models, "load", damaged)
    for signal in (scan, scan.as_lazy()):
        with pytest.raises(NetworkError, match="diffraction/cnn is damaged"):
            diffraction.classify(signal)


def test_the_rules_need_no_network(scan, monkeypatch):
    monkeypatch.setattr(models, "load", None)
    for name in RULES:
        assert diffraction.classify(scan, name).provenance.models == {}


def test_the_first_answer_loads_no_keras_and_no_tensorflow():
    import subprocess
    import sys

    code = (
        "import sys, numpy as np\n"
        "from hyperspy.signals import Signal2D\n"
        "from emwidgets import diffraction\n"
        "diffraction.classify(Signal2D(np.random.default_rng(0).poisson(5, (128, 128)))).labels\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "onnxruntime" in loaded
    assert not {"keras", "tensorflow", "torch", "jax", "ipywidgets"} & set(loaded)


def test_the_certainty_that_counts_is_the_one_in_the_signature():
    import inspect

    assert inspect.signature(diffraction.classify).parameters["certainty"].default == CERTAINTY
