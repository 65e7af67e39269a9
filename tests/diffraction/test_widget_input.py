"""The classifier on what can hardly be read, or not at all."""

import hyperspy.api as hs
import numpy as np
import pytest

import emwidgets as emw

BAD = 4  # the pattern of the scan in which there is nothing


def test_a_pattern_in_which_there_is_nothing_is_said_and_the_others_are_classified(classifier, gold_scan):
    widget = classifier(gold_scan, frame=BAD)
    result = widget.result
    assert set(result.problems) == {BAD}
    assert (result.labels != "").sum() == 5
    assert "constant" in widget.verdict["problem"]
    assert (widget.verdict["label"], widget.verdict["probability"]) == ("", None)
    assert widget.verdict["uncertain"]
    assert {row["ring"] for row in widget.members["rows"]} == {None}
    assert widget.image["shape"] == [96, 120]
    widget.frame = 0
    assert widget.result.labels[0, 0] in ("ring", "spot")
    assert widget.verdict["problem"] == ""


def test_a_signal_without_a_readable_pattern_is_an_error(classifier):
    with pytest.raises(ValueError, match="'blank' is constant"):
        emw.PatternClassifier(hs.signals.Signal2D(np.ones((32, 32)), metadata={"General": {"title": "blank"}}))
    widget = classifier(hs.signals.Signal2D(np.ones((3, 32, 32)), metadata={"General": {"title": "blank"}}))
    with pytest.raises(ValueError, match="no pattern of 'blank' can be classified: 'frame 0' of 'blank' is constant"):
        _ = widget.result
    assert widget.status["state"] == "error"


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        (None, "expected a HyperSpy signal"),
        ("pattern.dm4", "load"),
        (np.ones((64, 64)), "wrap it"),
        (hs.signals.Signal1D(np.arange(64.0)), "expected images"),
        (hs.signals.Signal2D(np.eye(8)), "at least 16"),
        (hs.signals.Signal2D(np.eye(64) * 1j), "complex"),
        (hs.signals.Signal2D(np.full((64, 64), np.nan)), "no valid pixel"),
    ],
)
def test_input_that_is_no_pattern_is_refused_at_once(signal, words):
    with pytest.raises((TypeError, ValueError), match=words):
        emw.PatternClassifier(signal)


def test_a_frame_that_a_rule_cannot_read_does_not_stop_the_others(classifier, gold_scan):
    scan = gold_scan.deepcopy()
    scan.data[0, 1] = 0
    scan.data[0, 1, 20, 30] = 900  # a cosmic ray on a blanked frame
    result = classifier(scan, method="fourier").result
    assert set(result.problems) == {1, BAD}
    assert "a few bright pixels" in result.problems[1]
    assert (result.labels != "").sum() == 4


def test_a_network_as_method_is_refused_in_a_sentence_that_says_where_it_answers(classifier, gold_scan, left_or_right):
    with pytest.raises(TypeError, match=r"^method is the network 'mine/sides': expected one of .*classify\(signal"):
        classifier(gold_scan, method=left_or_right())


def test_colours_and_masks_are_taken(classifier, gold_scan):
    grey = np.round(255 * gold_scan.data[0, 1:3] / gold_scan.data[0, 1:3].max()).astype(np.uint8)
    colours = np.zeros(grey.shape, dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    for name in "RGB":
        colours[name] = grey
    for data in (colours, np.ma.masked_equal(grey, 255)):
        signal = hs.signals.Signal2D(np.ones(grey.shape))
        signal.data = data
        shown, found = classifier(signal).result, emw.diffraction.classify(signal)
        np.testing.assert_array_equal(shown.labels, found.labels)
        np.testing.assert_array_equal(shown.probabilities, found.probabilities)
