"""What leaves a classifier: code, states, links, snapshots, pages, pictures; and that each says how it was made."""

import json

import hyperspy.api as hs
import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import emwidgets as emw
from emwidgets.diffraction.answers import METHODS
from emwidgets.frontend.page import read
from emwidgets.frontend.wire import array_from_payload, values_of

HOSTILE = "<img src=x onerror=alert(1)></script><!--\"'\u202e\x00\ud800" + "x" * 10_000

# written by version 1 of emwidgets 0.1.0; it has to load for ever, so it is not to be changed
FIRST_STATE = """
{"emwidgets": "PatternClassifier", "version": 1,
 "parameters": {"method": "densenet", "vote": "hard", "certainty": 0.9, "frame": 3,
                "corrections": {"0": "spot", "5": "ring"}},
 "view": {"stage": {"map": "viridis"}, "heat": 0.3, "target": "ring", "network": "cnn", "rule": null, "filter": "ring",
          "sort": "doubt", "page": 2},
 "selection": {},
 "input": {"title": "gold", "digest": "b03f79aafbebdb8e1d1a1b9fd811080e6d9aba6418384360975f516c76488ee9"},
 "versions": {"python": "3.11.7", "emwidgets": "0.1.0", "numpy": "2.4.6"}}
"""

any_controls = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(METHODS),
        "vote": st.sampled_from(["soft", "hard"]),
        "certainty": st.floats(0.5, 1) | st.floats(0.5, 1).map(np.float64),
        "frame": st.integers(0, 5) | st.integers(0, 5).map(np.int64),
        "corrections": st.dictionaries(st.integers(0, 5), st.sampled_from(["ring", "spot"])),
    },
)


def outcome(result):
    """All that a classification says."""
    table = result.to_dataframe().to_csv()
    made = {name: value for name, value in result.provenance.to_dict().items() if name != "date"}
    return [table, result.probabilities.tobytes(), result.to_signal().data.tobytes(), made]


# code and states


def test_the_strategy_has_every_control():
    drawn = set()

    @settings(max_examples=100, database=None)
    @given(any_controls)
    def draw(controls):
        drawn.update(controls)

    draw()
    assert drawn == set(emw.PatternClassifier.control_names())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=any_controls, controls=any_controls)
def test_the_code_gives_the_very_result(classifier, gold_scan, before, controls):
    widget = classifier(gold_scan, **before)
    _ = widget.result  # what is remembered of it must not be seen in the next one
    for name, value in controls.items():
        setattr(widget, name, value.item() if isinstance(value, np.generic) else value)
    assert outcome(eval(widget.code, {"emw": emw, "signal": gold_scan})) == outcome(widget.result)
    assert widget.code == widget.to_code()


def test_the_code_names_what_is_not_default_and_never_where_one_looks(classifier, gold_scan):
    widget = classifier(gold_scan, frame=2)
    assert widget.code == "emw.diffraction.classify(signal)"
    widget.method, widget.corrections = "fourier", {3: "ring"}
    assert widget.code == "emw.diffraction.classify(signal, method='fourier', corrections={3: 'ring'})"


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(controls=any_controls)
def test_a_state_gives_the_very_result(classifier, gold_scan, controls):
    widget, other = classifier(gold_scan, **controls), classifier(gold_scan)
    state = json.loads(json.dumps(widget.state(), allow_nan=False))
    assert other.from_state(state).state() == state
    assert other.code == widget.code
    assert outcome(other.result) == outcome(widget.result)
    assert state["input"] == {"title": "gold", "digest": emw.signals.pixel_digest(gold_scan)}
    assert set(state["parameters"]) == set(widget.control_names())


def test_the_first_state_ever_written_loads(classifier, gold_scan):
    state = json.loads(FIRST_STATE)
    widget = classifier(gold_scan).from_state(state)
    assert widget.code == (
        "emw.diffraction.classify(signal, method='densenet', vote='hard', certainty=0.9, "
        "corrections={0: 'spot', 5: 'ring'})"
    )
    assert widget.frame == 3
    assert {name: widget.state()[name] for name in ("parameters", "view")} == {
        name: state[name] for name in ("parameters", "view")
    }
    assert widget.result.labels[0, 0] == "spot"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"method": "svm"}, "method"),
        ({"certainty": 1.5}, "certainty"),
        ({"certainty": True}, "certainty"),
        ({"frame": 6}, "frame is 6: the signal has frames 0 to 5"),
        ({"corrections": {"6": "ring"}}, "frame 6: the signal has frames 0 to 5"),
        ({"corrections": {"0": "__import__('os')"}}, "expected ring or spot"),
        ({"corrections": [0]}, "corrections"),
        ({"wanted": [0]}, "unknown parameter 'wanted'"),
    ],
)
def test_a_state_that_classify_would_refuse_changes_nothing(classifier, gold_scan, change, words):
    widget = classifier(gold_scan, certainty=0.6)
    state = json.loads(FIRST_STATE)
    before = widget.state()
    with pytest.raises((ValueError, traitlets.TraitError), match=words):
        widget.from_state(state | {"parameters": state["parameters"] | change})
    assert widget.state() == before
    assert not widget.undo()


def test_the_state_of_a_lazy_signal_reads_nothing(classifier, gold_scan):
    import dask.array as da

    def never(block, block_info=None):
        if block_info and block_info[0]["chunk-location"][0] == 1:
            pytest.fail("read")
        return block

    lazy = hs.signals.Signal2D(da.from_array(gold_scan.data, chunks=(1, 3, 96, 120)).map_blocks(never)).as_lazy()
    assert classifier(lazy).state()["input"]["digest"] is None


# undo and links


def test_each_label_is_a_step_of_its_own(classifier, gold_scan):
    widget = classifier(gold_scan)
    widget.set_state({"corrections": {"0": "spot"}})
    widget.set_state({"corrections": {"0": "spot", "1": "ring"}})
    widget.set_state({"wanted": [0, 1, 2]})
    assert widget.status["undo"] == "Label"
    assert widget.undo()
    assert widget.corrections == {"0": "spot"}
    assert widget.result.labels[0, 0] == "spot"
    assert widget.undo()
    assert widget.corrections == {}
    assert widget.redo()
    assert widget.redo()
    assert widget.corrections == {"0": "spot", "1": "ring"}
    assert not widget.redo()
    assert widget.wanted == [0, 1, 2]


def test_steps_through_patterns_and_certainty_are_named(classifier, gold_scan):
    widget = classifier(gold_scan)
    for name, value in [("method", "cnn"), ("vote", "hard"), ("frame", 3), ("certainty", 0.9)]:
        setattr(widget, name, value)
    labels = []
    while widget.status["undo"]:
        labels.append(widget.status["undo"])
        widget.undo()
    assert labels == ["Certainty", "Pattern", "Vote", "Method"]
    assert widget.code == "emw.diffraction.classify(signal)"


def test_linked_classifiers_look_at_the_same_pattern_by_different_methods(classifier, gold_scan):
    one, other = classifier(gold_scan, method="cnn"), classifier(gold_scan, method="fourier")
    for name in ("frame", "corrections", "view"):
        one.link(other, name)
    one.frame, one.corrections, one.view = 3, {2: "ring"}, {"heat": 0.2}
    assert (other.frame, other.corrections, other.view) == (3, {"2": "ring"}, {"heat": 0.2})
    other.corrections = {}
    assert one.corrections == {}
    assert one.result.members.keys() != other.result.members.keys()
    with pytest.raises(ValueError, match="'verdict' of PatternClassifier is what Python computes"):
        one.link(other, "verdict")
    slider = ipywidgets.IntSlider(max=5)
    traitlets.link((slider, "value"), (one, "frame"))
    slider.value = 1
    assert other.frame == 1


# snapshots and pages


def test_a_snapshot_is_what_another_widget_would_show_and_disturbs_nothing(classifier, gold_scan):
    widget = classifier(gold_scan)
    result = widget.result
    before, chosen = widget.get_state(), widget._chosen
    for parameters in (
        {"frame": 3},
        {"certainty": 0.95, "frame": 1},
        {"method": "hough", "corrections": {"2": "spot"}},
    ):
        shown = widget.snapshot(parameters)
        alone = classifier(gold_scan, **parameters)
        assert alone.result is not None
        expected = alone.get_state(alone.public_traits())
        expected["provenance"] |= {"date": shown["provenance"]["date"]}
        small = shown.pop("thumbnails")
        assert shown == {name: value for name, value in expected.items() if name != "thumbnails"}
        assert small["indices"] == [0, 1, 2, 3, 4, 5]
        assert small["pixels"]["shape"] == [6, 64, 64]
    assert widget.get_state() == before
    assert widget.result is result
    assert widget._chosen is chosen


def test_a_page_steps_through_certainty_and_patterns(classifier, gold_scan, tmp_path):
    widget = classifier(gold_scan)
    path = widget.save_html(tmp_path / "gold.html", sweep={"certainty": [0.6, 0.99], "frame": [0, 1, 3]})
    page = read(path)["widgets"][0]
    assert page["kind"] == "classifier"
    assert page["state"]["thumbnails"]["indices"] == [0, 1, 2, 3, 4, 5]
    assert page["state"]["wanted"] == []
    steps = page["sweep"]["steps"]
    for number, (certainty, frame) in enumerate((c, f) for c in (0.6, 0.99) for f in (0, 1, 3)):
        expected = emw.diffraction.classify(gold_scan, certainty=certainty)
        step = page["state"] | steps[number]
        assert (step["certainty"], step["frame"]) == (certainty, frame)
        assert step["verdict"]["uncertain"] == expected.uncertain.ravel()[frame]
        assert step["verdict"]["label"] == expected.labels.ravel()[frame]
        np.testing.assert_array_equal(array_from_payload(step["frames"]["uncertain"]), expected.uncertain.ravel())
        shown = emw.signals.frame(gold_scan, frame)
        np.testing.assert_allclose(values_of(step["image"]), shown, atol=step["image"]["scale"])


def test_of_a_long_stack_the_page_has_the_first_small_pictures(classifier, monkeypatch):
    monkeypatch.setattr("emwidgets.diffraction.widget.SMALL_STACK", 8)
    monkeypatch.setattr("emwidgets.diffraction.widget.FIRST", 5)
    patterns = np.random.default_rng(0).random((9, 32, 32))
    for number, expected in ((9, 5), (8, 8)):
        shown = classifier(hs.signals.Signal2D(patterns[:number]), method="cnn").snapshot()
        assert shown["thumbnails"]["indices"] == list(range(expected))


def test_displaying_in_a_script_computes(classifier, gold_scan):
    widget = classifier(gold_scan)
    bundle = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in (bundle[0] if isinstance(bundle, tuple) else bundle)
    assert widget.frames["done"] == 6


# provenance and pictures


def test_every_result_says_how_it_was_made(classifier, gold_scan):
    widget = classifier(gold_scan, corrections={1: "ring"})
    assert widget.provenance == {"title": "gold"}
    made = widget.result.provenance.to_dict()
    assert widget.provenance == made
    assert made["function"] == "emwidgets.diffraction.classify"
    assert made["digest"] == emw.signals.pixel_digest(gold_scan)
    assert made["parameters"]["corrections"] == {"1": "ring"}
    assert len(made["models"]) == 3
    json.dumps(made, allow_nan=False)


def test_a_picture_says_how_it_was_made(classifier, gold_scan, tmp_path):
    widget = classifier(gold_scan, frame=2, method="hough")
    path = widget.save_png(tmp_path / "gold")
    with Image.open(path) as picture:
        texts = picture.text
        assert (picture.size, picture.mode) == ((120, 96), "RGB")
    assert texts["Title"] == "gold"
    assert json.loads(texts["Comment"]) == widget.result.provenance.to_dict() | {"code": widget.code}


def test_a_picture_has_the_resolution_of_the_pattern_where_the_browser_has_less(classifier, gold_scan, tmp_path):
    large = np.kron(gold_scan.data[0, 2], np.ones((18, 18), np.float32))
    widget = classifier(hs.signals.Signal2D(large), method="fourier")
    assert max(widget.image["shape"]) < 2100
    with Image.open(widget.save_png(tmp_path / "large.png")) as picture:
        assert picture.size == (2160, 1728)


def test_texts_of_strangers_are_text(classifier, gold_scan, tmp_path):
    signal = gold_scan.deepcopy()
    signal.metadata.General.title = HOSTILE
    signal.metadata.Signal.quantity = HOSTILE
    for axis in signal.axes_manager.navigation_axes:
        axis.name, axis.units = HOSTILE[:40] + axis.name, HOSTILE
    for axis in signal.axes_manager.signal_axes:
        axis.units = HOSTILE
    widget = classifier(signal, method="fourier")
    _ = widget.result
    whole = HOSTILE.replace("\ud800", "\ufffd")  # half a character cannot be sent
    assert widget.provenance["title"] == whole
    assert widget.image["quantity"] == widget.frames["axes"][0]["unit"] == whole
    for name in ("provenance", "frames", "image", "members", "verdict", "navigator", "evidence", "code"):
        json.dumps(_without_bytes(getattr(widget, name)), ensure_ascii=False).encode()
    assert json.loads(json.dumps(widget.state()))["input"]["title"] == whole
    text = widget.save_html(tmp_path / "hostile.html").read_text(encoding="utf-8")
    assert "<img src=x" not in text
    widget.save_png(tmp_path / "hostile.png")


def _without_bytes(value):
    if isinstance(value, dict):
        return {name: _without_bytes(each) for name, each in value.items() if name != "data"}
    return [_without_bytes(each) for each in value] if isinstance(value, list) else value
