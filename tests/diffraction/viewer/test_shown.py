"""What the classifier says of one pattern and of all."""

import numpy as np
import pytest

from emwidgets.diffraction.answers import Answers
from emwidgets.diffraction.viewer.background import Background
from emwidgets.diffraction.viewer.chosen import Chosen
from emwidgets.diffraction.viewer.shown import frames_payload, member_rows, navigator_payload, verdict_payload
from emwidgets.frontend.wire import array_from_payload, values_of
from emwidgets.signals import calibration

NETWORKS = ("cnn", "googlenet", "densenet")
RULES = ("hough", "ransac", "fourier")


def loaded(**failing):
    """Networks that have been loaded, or failed to."""

    def task(name):
        if name in failing:
            raise OSError(failing[name])

    background = Background({name: lambda name=name: task(name) for name in NETWORKS})
    background.wait("densenet", lambda: None)
    return background


def chosen(problem="", failures=None, **answers):
    pattern = Chosen(3, None, np.ones((4, 4)), problem, {})
    pattern.answers.update({name: np.array(each, float) for name, each in answers.items()})
    for name, words in (failures or {}).items():
        pattern.failures[name] = words
        pattern.answers[name] = np.full(3, np.nan)
    return pattern


def states(pattern, networks):
    return {row["name"]: row["state"] for row in member_rows(pattern, networks, "soft", 0.8)}


SAID = {
    "hough": (0.9, 0.1, 0), "ransac": (0.7, 0.3, 0), "fourier": (0.8, 0.2, 0),
    "cnn": (0.1, 0.9, 0), "googlenet": (0.2, 0.7, 0.1), "densenet": (0.1, 0.8, 0.1),
}  # fmt: skip


def test_a_method_is_ready_when_it_has_answered():
    waiting = Background({name: lambda: None for name in NETWORKS})
    assert set(states(chosen(), waiting).values()) == {"computing", "loading"}
    assert states(chosen(hough=(0.9, 0.1, 0)), waiting)["hough"] == "ready"
    before = states(chosen(**{name: SAID[name] for name in RULES}), loaded())
    assert [before[name] for name in (*RULES, *NETWORKS)] == ["ready"] * 3 + ["computing"] * 3
    assert before["ensemble"] == "computing"
    assert set(states(chosen(**SAID), loaded()).values()) == {"ready"}


def test_the_vote_is_in_the_last_row():
    rows = member_rows(chosen(**SAID), loaded(), "soft", 0.8)
    assert [row["kind"] for row in rows] == ["rule"] * 3 + ["network"] * 3 + ["vote"]
    assert rows[-1]["spot"] == pytest.approx(2.4 / 2.8)
    assert rows[-1]["neither"] == pytest.approx(0.2 / 3)
    assert member_rows(chosen(**SAID), loaded(), "hard", 0.8)[-1]["spot"] == 1


def test_one_network_that_failed_fails_the_vote_and_says_why():
    rows = {row["name"]: row for row in member_rows(chosen(**SAID), loaded(googlenet="no such file"), "soft", 0.8)}
    assert rows["googlenet"]["state"] == rows["ensemble"]["state"] == "failed"
    assert rows["googlenet"]["message"] == rows["ensemble"]["message"] == "no such file"
    assert rows["ensemble"]["ring"] is None


def test_the_rules_decide_provisionally_until_all_networks_have_answered():
    some = chosen(**{name: SAID[name] for name in (*RULES, "cnn", "googlenet")})
    shown = verdict_payload(some, NETWORKS, "soft", 0.8, None)
    assert (shown["label"], shown["provisional"]) == ("ring", True)
    assert shown["probability"] == pytest.approx(0.8)
    shown = verdict_payload(chosen(**SAID), NETWORKS, "soft", 0.8, None)
    assert (shown["label"], shown["provisional"]) == ("spot", False)
    assert shown["probability"] == pytest.approx(2.4 / 2.8)


def test_nothing_is_said_before_anybody_has_answered():
    shown = verdict_payload(chosen(), NETWORKS, "soft", 0.8, None)
    assert (shown["label"], shown["probability"], shown["provisional"]) == ("", None, True)


def test_doubt_comes_with_its_reason():
    shown = verdict_payload(chosen(**SAID), NETWORKS, "soft", 0.95, None)
    assert (shown["uncertain"], shown["why"]) == (True, "probability below 0.95")
    sure = verdict_payload(chosen(**SAID), NETWORKS, "soft", 0.8, None)
    assert (sure["uncertain"], sure["why"]) == (False, "")


def test_a_correction_wins_and_has_the_probability_that_the_method_gives_it():
    shown = verdict_payload(chosen(**SAID), NETWORKS, "soft", 0.95, "ring")
    assert (shown["label"], shown["corrected"], shown["uncertain"], shown["why"]) == ("ring", True, False, "")
    assert shown["probability"] == pytest.approx(0.4 / 2.8)


def test_a_pattern_that_cannot_be_read_has_a_problem_and_no_label_but_one_by_hand():
    pattern = chosen("'frame 3' is constant")
    shown = verdict_payload(pattern, NETWORKS, "soft", 0.8, None)
    assert (shown["label"], shown["problem"], shown["provisional"]) == ("", "'frame 3' is constant", False)
    assert set(states(pattern, loaded()).values()) == {"ready"}
    assert verdict_payload(pattern, NETWORKS, "soft", 0.8, "spot")["label"] == "spot"


def test_a_rule_that_failed_says_why_and_the_others_decide_provisionally():
    pattern = chosen(failures={"hough": "no ring"}, ransac=(0.7, 0.3, 0), fourier=(0.9, 0.1, 0))
    assert states(pattern, loaded())["hough"] == "failed"
    assert verdict_payload(pattern, NETWORKS, "soft", 0.8, None)["probability"] == pytest.approx(0.8)
    alone = verdict_payload(pattern, ("hough",), "soft", 0.8, None)
    assert (alone["label"], alone["problem"], alone["uncertain"]) == ("", "no ring", True)


def test_of_a_stack_what_is_not_known_yet_is_no_number(gold_scan):
    where = calibration(gold_scan, None)
    rows = np.full((6, 3), np.nan)
    rows[:3] = (0.9, 0.1, 0), (0.5, 0.3, 0.2), (0.1, 0.9, 0)
    known = np.array([True, True, True, False, True, False])
    payload = frames_payload(where, known, Answers({"cnn": rows}, {4: "constant"}), "soft", 0.8)
    assert (payload["done"], payload["total"], payload["shape"]) == (4, 6, [2, 3])
    np.testing.assert_allclose(
        array_from_payload(payload["ring"]), [0.9, 0.625, 0.1, np.nan, np.nan, np.nan], rtol=1e-6
    )
    assert array_from_payload(payload["uncertain"]).tolist() == [0, 1, 0, 0, 1, 0]
    assert array_from_payload(payload["problem"]).tolist() == [0, 0, 0, 0, 1, 0]


def test_a_navigator_shows_what_has_been_read(gold_scan):
    where = calibration(gold_scan, None)
    assert navigator_payload(where, np.full(6, np.nan, np.float32)) == {}
    means = np.array([1, 2, 3, 4, np.nan, np.nan], np.float32)
    payload = navigator_payload(where, means)
    assert values_of(payload).ravel().tolist() == [1, 2, 3, 4, 1, 1]
    assert navigator_payload(calibration(gold_scan.inav[:, 0], None), means[:3]) == {}
