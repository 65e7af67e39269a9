"""Who is asked, in which order, and the rows that show what they say."""

import json

import numpy as np
import pytest

from emwidgets.particles.answers import BEST, answering
from emwidgets.particles.fit.fitted import Fitted
from emwidgets.particles.playground.predictions import ROWS, TITLES, fitted_of, order, rows
from emwidgets.particles.playground.presets import STANDARD
from emwidgets.particles.playground.scene import CONTROLS
from emwidgets.particles.playground.shot import measured, simulated
from emwidgets.particles.tasks import TASKS
from emwidgets.particles.verdict import Answers
from emwidgets.signals import calibration

CHOSEN = {name: STANDARD[name] for name in CONTROLS}


def said(*probabilities, other=0.1, why="", fitted=None, problem=""):
    problems = {0: problem} if problem else {}
    return Answers(np.array([probabilities]), np.array([other]), np.array([why]), fitted or {}, problems)


def row(shot, task, method, asking=None):
    (found,) = [each for each in rows(shot, asking) if (each["task"], each["method"]) == (task, method)]
    return found


def test_every_method_that_answers_a_question_has_a_row_and_one_of_them_is_the_best():
    assert set(ROWS) == {(task, method) for task in TASKS for method in answering(task)}
    assert set(TITLES) >= {method for _, method in ROWS}
    found = rows(simulated(CHOSEN))
    assert [(each["task"], each["method"]) for each in found] == list(ROWS)
    for task in TASKS:
        assert [each["method"] for each in found if each["task"] == task and each["best"]] == [BEST[task]]
    assert {each["state"] for each in found} == {"waiting"}
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("task", list(TASKS))
def test_first_comes_the_best_method_for_what_is_asked(task):
    asked = order(task)
    assert sorted(asked) == sorted(ROWS)
    assert asked[0] == (task, BEST[task])
    first_others = next(number for number, each in enumerate(asked) if each[0] != task)
    assert all(each[0] != task for each in asked[first_others:])


def test_a_row_says_label_probability_doubt_and_truth():
    shot = simulated(CHOSEN | {"corners": [0, 1]})
    shot.answers["arrangement", "network"] = said(0.1, 0.85, 0.05)
    found = row(shot, "arrangement", "network")
    assert found["probabilities"] == [0.1, 0.85, 0.05]
    assert (found["label"], found["truth"], found["uncertain"], found["why"]) == ("face", "edge", False, "")
    assert (found["state"], found["classes"], found["other"]) == ("ready", ["edge", "face", "body"], 0.1)
    assert found["needed"].startswith("Nothing more")
    shot.answers["arrangement", "network"] = said(0.3, 0.4, 0.3)
    found = row(shot, "arrangement", "network")
    assert (found["uncertain"], found["why"]) == (True, "probability below 0.80")
    assert "More views" in found["needed"]


def test_even_odds_are_no_label():
    shot = simulated(CHOSEN)
    shot.answers["handedness", "fit"] = said(0.5, 0.5, why="not identifiable from one view")
    found = row(shot, "handedness", "fit")
    assert (found["label"], found["uncertain"]) == ("", True)
    assert "known tilts" in found["needed"]


def test_what_could_not_be_read_and_what_failed_say_why(scan):
    shot = measured(scan, calibration(scan), 0)
    shot.answers["shape", "network"] = said(np.nan, np.nan, np.nan, other=np.nan, problem="'frame 2' is constant")
    shot.failures["count", "transfer"] = "the file is damaged"
    found = row(shot, "shape", "network")
    assert (found["label"], found["why"], found["probabilities"]) == ("", "'frame 2' is constant", None)
    found = row(shot, "count", "transfer", asking=("count", "fit"))
    assert (found["state"], found["why"]) == ("failed", "the file is damaged")
    assert row(shot, "count", "fit", asking=("count", "fit"))["state"] == "computing"
    assert row(shot, "count", "features")["truth"] == ""


def test_the_wire_frame_is_the_cuboid_that_was_fitted():
    axes = np.array([[0.0, -5.0, 0.0], [6.0, 0.0, 0.0], [0.0, 0.0, 7.0]])
    depths = np.zeros(8)
    depths[5] = 0.4
    fit = Fitted(axes=axes, centre=(1.0, -2.0), depths=depths, misfit=0.01)
    shot = simulated(CHOSEN)
    assert fitted_of(shot) == {}
    shot.answers["count", "fit"] = said(*[1 / 9] * 9, fitted={0: fit})
    found = fitted_of(shot)
    vertices = np.array(found["vertices"])
    assert (len(vertices), len(found["edges"])) == (10, 15)
    np.testing.assert_allclose(np.ptp(vertices, axis=0), [10, 12, 14])
    corner = axes @ [1, -1, 1]  # corner 5: +x, -y, +z
    assert np.linalg.norm(vertices - corner, axis=1).min() == pytest.approx(0.4 * 10)
    assert (found["centre"], found["misfit"], found["depths"][5]) == ([1.0, -2.0], 0.01, 0.4)
    json.dumps(found, allow_nan=False)
