"""The classifier on patterns of gold, with the shipped networks and the real rules."""

import gc
import inspect
import json
import weakref

import hyperspy.api as hs
import ipywidgets
import numpy as np
import pytest
import traitlets

import emwidgets as emw
from emwidgets.diffraction import rules
from emwidgets.diffraction.answers import METHODS, NETWORKS, RULES, members_of
from emwidgets.frontend.wire import array_from_payload, values_of
from emwidgets.models import Network

CONTROLS = ["method", "vote", "certainty", "frame", "corrections"]
BAD = 4  # the pattern in which there is nothing


def own_traits(widget):
    inherited = ipywidgets.DOMWidget.class_traits(sync=True)
    return {name for name in widget.traits(sync=True) if not name.startswith("_") and name not in inherited}


def rows(widget):
    return {row["name"]: row for row in widget.members["rows"]}


def assert_same(one, other):
    np.testing.assert_array_equal(one.labels, other.labels)
    np.testing.assert_array_equal(one.probabilities, other.probabilities)
    np.testing.assert_array_equal(one.uncertain, other.uncertain)
    np.testing.assert_array_equal(one.neither, other.neither)
    assert one.members.keys() == other.members.keys()
    for name, members in one.members.items():
        np.testing.assert_array_equal(members, other.members[name])


@pytest.fixture
def asked(monkeypatch):
    """Patterns that each network has been asked about, and calls of the rules, from now on."""
    counts = dict.fromkeys((*NETWORKS, "rules"), 0)
    run = Network.run

    def counted(self, images):
        counts[self.card.name] += len(images)
        return run(self, images)

    def judge(module):
        original = module.judge

        def counted(pattern):
            counts["rules"] += 1
            return original(pattern)

        monkeypatch.setattr(module, "judge", counted)

    monkeypatch.setattr(Network, "run", counted)
    for name in RULES:
        judge(getattr(rules, name))
    return counts


# controls


def test_there_are_20_public_traits(classifier, gold_scan):
    widget = classifier(gold_scan)
    assert len(own_traits(widget)) == 20
    assert widget.control_names() == CONTROLS
    assert widget.user_traits() == [*CONTROLS, "view"]


def test_the_controls_are_the_keyword_arguments_of_classify_with_the_same_defaults(classifier, gold_scan):
    arguments = dict(inspect.signature(emw.diffraction.classify).parameters)
    widget = classifier(gold_scan)
    assert set(CONTROLS) - {"frame"} == set(arguments) - {"signal"}
    for name in ("method", "vote", "certainty"):
        assert getattr(widget, name) == arguments[name].default
    assert widget.corrections == {}


def test_sliders_are_for_certainty_and_for_the_patterns_of_a_stack(classifier, gold_scan):
    assert list(classifier(gold_scan).controls) == ["frame", "certainty"]
    assert classifier(gold_scan).controls["frame"]["max"] == 5
    assert list(classifier(gold_scan.inav[0, 0]).controls) == ["certainty"]


def test_unknown_controls_and_impossible_values_are_refused_by_name(classifier, gold_scan):
    with pytest.raises(TypeError, match="no control certanity; it has method, vote, certainty"):
        emw.PatternClassifier(gold_scan, certanity=0.9)
    for controls in ({"method": "svm"}, {"certainty": 0.4}, {"vote": "loud"}, {"corrections": {6: "ring"}}):
        with pytest.raises(traitlets.TraitError, match=next(iter(controls))):
            emw.PatternClassifier(gold_scan, **controls)
    with pytest.raises(IndexError, match="frames 0 to 5"):
        emw.PatternClassifier(gold_scan, frame=6)
    widget = classifier(gold_scan)
    with pytest.raises(traitlets.TraitError, match="frame is 6: the signal has frames 0 to 5"):
        widget.frame = 6


# the result


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("lazy", [False, True])
def test_the_result_is_that_of_classify_to_the_last_bit(classifier, gold_scan, method, lazy):
    signal = gold_scan.as_lazy() if lazy else gold_scan
    asked = {"method": method, "vote": "hard", "certainty": 0.9, "corrections": {1: "ring"}}
    result = classifier(signal, **asked, frame=2).result
    expected = emw.diffraction.classify(signal, **asked)
    assert_same(result, expected)
    assert set(result.problems) == set(expected.problems) == {BAD}
    ours, theirs = ({**each.provenance.to_dict(), "date": ""} for each in (result, expected))
    assert ours == theirs


@pytest.mark.parametrize("method", ["ensemble", "fourier"])
def test_a_single_pattern_gives_the_result_of_classify_too(classifier, gold_scan, method):
    signal = gold_scan.inav[1, 0]
    widget = classifier(signal, method=method)
    assert_same(widget.result, emw.diffraction.classify(signal, method=method))
    assert (widget.frames["total"], widget.frames["done"]) == (1, 1)
    assert widget.navigator == {}


def test_the_signal_is_not_changed(classifier, gold_scan):
    before = gold_scan.deepcopy()
    _ = classifier(gold_scan).result
    np.testing.assert_array_equal(gold_scan.data, before.data)
    assert gold_scan.axes_manager.as_dictionary() == before.axes_manager.as_dictionary()


# what is shown


def test_what_is_shown_is_what_the_result_says(classifier, gold_scan):
    widget = classifier(gold_scan, frame=1)
    result = widget.result
    assert widget.provenance == result.provenance.to_dict()
    assert widget.verdict["label"] == result.labels[0, 1]
    assert widget.verdict["probability"] == result.probabilities[0, 1].max()
    assert widget.verdict["uncertain"] == result.uncertain[0, 1]
    assert widget.verdict["why"] == result.why[0, 1]
    assert not widget.verdict["provisional"]
    np.testing.assert_array_equal(
        array_from_payload(widget.frames["ring"]), result.probabilities[..., 0].ravel().astype(np.float32)
    )
    np.testing.assert_array_equal(array_from_payload(widget.frames["uncertain"]), result.uncertain.ravel())
    assert array_from_payload(widget.frames["problem"]).tolist() == [0, 0, 0, 0, 1, 0]
    assert (widget.frames["shape"], widget.frames["done"]) == ([2, 3], 6)


def test_every_method_says_what_it_thinks_of_the_pattern(classifier, gold_scan):
    widget = classifier(gold_scan, frame=2)
    result = widget.result
    assert [row["name"] for row in widget.members["rows"]] == [
        "fourier", "hough", "ransac", "cnn", "googlenet", "densenet", "ensemble",
    ]  # fmt: skip
    assert {row["kind"] for row in widget.members["rows"]} == {"rule", "network", "vote"}
    expected = members_of(gold_scan.data[0, 2][None], (*RULES, *NETWORKS))
    for name, probabilities in expected.items():
        assert [rows(widget)[name][each] for each in ("ring", "spot", "neither")] == probabilities[0].tolist()
    assert rows(widget)["ensemble"]["ring"] == result.probabilities[0, 2, 0]
    assert {row["state"] for row in widget.members["rows"]} == {"ready"}


def test_the_pattern_comes_back_as_it_is(classifier, gold_scan):
    widget = classifier(gold_scan, frame=3)
    np.testing.assert_allclose(values_of(widget.image), gold_scan.data[1, 0], atol=widget.image["scale"])
    assert widget.image["axes"]["x"] == {"scale": 0.16, "offset": pytest.approx(-8), "unit": "1/nm"}
    assert widget.image["axes"]["y"] == {"scale": 0.2, "offset": -10, "unit": "1/nm"}
    assert widget.image["quantity"] == "Counts"


def test_evidence_and_maps_lie_on_the_pattern(classifier, gold_scan):
    widget = classifier(gold_scan)
    _ = widget.result
    assert set(widget.evidence) == set(RULES)
    found = rules.RULES["fourier"](emw.signals.frame(gold_scan, 0))
    row, column = found.centre
    assert widget.evidence["fourier"]["centre"] == pytest.approx([-8 + 0.16 * column, -10 + 0.2 * row])
    assert widget.evidence["fourier"]["probability"] == found.probability
    assert len(array_from_payload(widget.evidence["fourier"]["circles"])) == len(found.circles)
    assert set(widget.maps) == set(NETWORKS)
    for by_class in widget.maps.values():
        assert set(by_class) == {"ring", "spot"}
        for heat in by_class.values():
            values, axes = values_of(heat), heat["axes"]
            assert values.min() >= 0
            assert values.max() <= 1
            for name, size, first, step in (("x", 120, -8, 0.16), ("y", 96, -10, 0.2)):
                cells = heat["shape"][name == "x"]
                assert axes[name]["scale"] * cells == pytest.approx(size * step)
                assert axes[name]["offset"] - axes[name]["scale"] / 2 == pytest.approx(first - step / 2)
                assert axes[name]["unit"] == "1/nm"


def test_the_navigator_is_the_mean_intensity_on_the_axes_of_the_scan(classifier, gold_scan):
    widget = classifier(gold_scan)
    _ = widget.result
    expected = np.nanmean(gold_scan.data, axis=(2, 3))
    np.testing.assert_allclose(values_of(widget.navigator), expected, atol=2e-5 * np.ptp(expected))
    assert widget.navigator["axes"]["x"] == {"scale": 0.5, "offset": 0, "unit": "nm"}
    assert widget.navigator["axes"]["y"] == {"scale": 2.0, "offset": 0, "unit": "nm"}
    assert [axis["name"] for axis in widget.frames["axes"]] == ["y", "x"]


def test_a_series_has_no_navigator(classifier, gold_scan):
    widget = classifier(gold_scan.inav[:, 0])
    assert len(widget.result.labels) == 3
    assert widget.navigator == {}


def test_an_uncalibrated_pattern_is_measured_in_px(classifier, gold_scan):
    widget = classifier(hs.signals.Signal2D(gold_scan.data[0, 2]))
    _ = widget.result
    assert widget.image["axes"]["x"] == {"scale": 1, "offset": 0, "unit": "px"}
    x, y = widget.evidence["fourier"]["centre"]
    assert 40 < x < 80
    assert 30 < y < 66


def test_a_large_pattern_is_binned_for_the_browser_and_evidence_stays_where_it_is(classifier, gold_scan):
    large = np.kron(gold_scan.data[0, 2], np.ones((20, 20), np.float32))
    widget = classifier(hs.signals.Signal2D(large), method="fourier")
    _ = widget.result
    assert widget.image["binned"] == 2
    assert max(widget.image["shape"]) <= 2048
    x, y = widget.evidence["fourier"]["centre"]
    assert (x, y) == pytest.approx((1200, 960), abs=150)


def test_nothing_shown_has_numbers_that_json_lacks(classifier, gold_scan):
    widget = classifier(gold_scan, frame=BAD)
    _ = widget.result
    for name in ("members", "verdict", "controls", "provenance", "status", "corrections"):
        json.dumps(getattr(widget, name), allow_nan=False)


def test_a_steep_pattern_is_shown_logarithmically(classifier, gold_scan):
    assert not classifier(hs.signals.Signal2D(np.random.default_rng(0).normal(100, 5, (64, 64)))).image["log"]
    beam = np.random.default_rng(0).poisson(20.0, (64, 64)).astype(float)
    beam[28:36, 28:36] = 40_000
    assert classifier(hs.signals.Signal2D(beam)).image["log"]


# what costs what


def test_certainty_vote_method_and_labels_ask_nobody_again(classifier, gold_scan, asked):
    widget = classifier(gold_scan)
    _ = widget.result
    before = dict(asked)
    assert before["densenet"] >= 6 - 1
    changes = [("certainty", 0.95), ("vote", "hard"), ("corrections", {1: "spot"}), ("method", "cnn")]
    results = []
    for name, value in changes:
        setattr(widget, name, value)
        results.append(widget.result)
    assert asked == before
    for n, result in enumerate(results, start=1):
        assert_same(result, emw.diffraction.classify(gold_scan, **dict(changes[:n])))


def test_another_pattern_is_asked_about_alone(classifier, gold_scan, asked):
    widget = classifier(gold_scan)
    _ = widget.result
    before = dict(asked)
    widget.frame = 3
    _ = widget.result
    assert {name: asked[name] - before[name] for name in asked} == {"cnn": 1, "googlenet": 1, "densenet": 1, "rules": 3}
    widget.corrections = {3: "ring"}
    _ = widget.result
    assert asked["rules"] == before["rules"] + 3


def test_a_rule_is_scanned_without_asking_the_networks(classifier, gold_scan, asked):
    widget = classifier(gold_scan, method="ransac")
    assert widget.result.probabilities.shape == (2, 3, 2)
    assert asked["densenet"] == 1  # of the pattern that is looked at


def test_of_a_lazy_stack_only_the_chosen_pattern_is_read_at_first(classifier, gold_scan):
    import dask.array as da

    read = []

    def frame(block, block_info=None):
        if block_info:
            read.append(block_info[0]["chunk-location"][:2])
        return block

    lazy = hs.signals.Signal2D(da.from_array(gold_scan.data, chunks=(1, 1, 96, 120)).map_blocks(frame)).as_lazy()
    widget = classifier(lazy, frame=3)
    assert read == [(1, 0)]
    _ = widget.result
    assert sorted(set(read)) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_a_closed_classifier_frees_what_it_knew(gold_scan):
    widget = emw.PatternClassifier(gold_scan)
    _ = widget.result
    reference = weakref.ref(widget._chosen)
    widget.close()
    del widget
    gc.collect()
    assert reference() is None


# labels by hand


def test_a_correction_wins_and_the_probability_stays_the_method_s(classifier, gold_scan):
    widget = classifier(gold_scan, frame=1)
    before = widget.result
    other = {"ring": "spot", "spot": "ring"}[str(before.labels[0, 1])]
    widget.corrections = {1: other}
    result = widget.result
    assert widget.corrections == {"1": other}
    assert widget.verdict["label"] == result.labels[0, 1] == other
    assert widget.verdict["corrected"]
    assert not widget.verdict["uncertain"]
    assert widget.verdict["probability"] == before.probabilities[0, 1, ["ring", "spot"].index(other)]
    np.testing.assert_array_equal(result.probabilities, before.probabilities)
    assert result.to_dataframe()["corrected"].tolist() == [False, True, False, False, False, False]


def test_corrections_are_text_in_json_numbers_in_code_and_in_order(classifier, gold_scan):
    widget = classifier(gold_scan, corrections={np.int64(3): "ring", "0": "spot"})
    assert list(widget.corrections) == ["0", "3"]
    assert widget.code == "emw.diffraction.classify(signal, corrections={0: 'spot', 3: 'ring'})"
    widget.corrections = widget.corrections | {1: "ring"}
    assert widget.code == "emw.diffraction.classify(signal, corrections={0: 'spot', 1: 'ring', 3: 'ring'})"


@pytest.mark.parametrize(
    ("corrections", "words"),
    [
        ({6: "ring"}, "frame 6: the signal has frames 0 to 5"),
        ({"a": "ring"}, "key 'a'"),
        ({-1: "ring"}, "-1"),
        ({0: "rings"}, "'rings' of frame 0: expected ring or spot"),
        ({0: ["ring"]}, "expected ring or spot"),
    ],
)
def test_a_correction_that_is_none_is_refused_and_put_right(classifier, gold_scan, corrections, words):
    widget = classifier(gold_scan, corrections={0: "ring"})
    with pytest.raises(traitlets.TraitError, match=words):
        widget.corrections = corrections
    sent = []
    widget._send = lambda message, buffers=None: sent.append(message)
    widget.set_state({"corrections": {str(key): label for key, label in corrections.items()}})
    assert widget.status["state"] == "error"
    assert widget.corrections == {"0": "ring"}
    assert any(message["method"] == "update" and "corrections" in message["state"] for message in sent)
