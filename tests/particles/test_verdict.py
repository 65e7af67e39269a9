"""From probabilities to labels and doubt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emwidgets.particles.verdict import OTHER, UNLIKE, UNREADABLE, Answers, gathered, verdict

CLASSES = ("edge", "face", "body")


def answers(probabilities, other=0.0, why="", **more):
    probabilities = np.atleast_2d(np.asarray(probabilities, float))
    n = len(probabilities)
    return Answers(probabilities, np.full(n, float(other)), np.array([why] * n), **more)


def test_the_label_is_the_most_probable_class():
    found = verdict(answers([[0.9, 0.05, 0.05], [0.05, 0.1, 0.85]]), CLASSES, 0.8)
    assert found.labels.tolist() == ["edge", "body"]
    assert found.why.tolist() == ["", ""]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (answers([0.79, 0.11, 0.1]), "probability below 0.80"),
        (answers([0.8, 0.1, 0.1]), ""),
        (answers([0.95, 0.05, 0], other=OTHER), UNLIKE),
        (answers([0.95, 0.05, 0], other=0.49), ""),
        (answers([0.95, 0.05, 0], why="touches the border"), "touches the border"),
        (answers([0.4, 0.3, 0.3], other=0.9, why="touches the border"), "touches the border"),
        (answers([0.4, 0.3, 0.3], other=0.9), UNLIKE),
        (answers([np.nan] * 3, other=np.nan), UNREADABLE),
    ],
)
def test_the_first_reason_that_holds_is_given(said, why):
    assert verdict(said, CLASSES, 0.8).why.tolist() == [why]


def test_what_is_as_probable_as_something_else_is_no_answer_whatever_is_asked_for():
    found = verdict(answers([[0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.3, 0.2]]), CLASSES, 0)
    assert (found.why != "").tolist() == [True, True, False]
    assert found.labels.tolist() == ["edge", "edge", "edge"]


def test_what_could_not_be_read_has_no_label():
    assert verdict(answers([np.nan] * 3, other=np.nan), CLASSES, 0).labels.tolist() == [""]


rows = hnp.arrays(float, st.tuples(st.integers(1, 20), st.just(3)), elements=st.floats(0.01, 1))


@given(rows, st.floats(0, 1), st.floats(0, 1))
def test_asking_for_more_never_makes_anything_certain(odds, one, two):
    said = answers(odds / odds.sum(axis=1, keepdims=True))
    less, more = (verdict(said, CLASSES, certainty) for certainty in sorted((one, two)))
    assert not ((less.why != "") & (more.why == "")).any()
    np.testing.assert_array_equal(less.labels, more.labels)


@given(rows, st.integers(0, 20))
def test_gathered_parts_are_the_whole(odds, cut):
    whole = answers(odds, problems={0: "blank"}, fitted={1: "solid"})
    middle, rest = (
        Answers(whole.probabilities[part], whole.other[part], whole.why[part])
        for part in (slice(1, cut + 1), slice(cut + 1, None))
    )
    first = Answers(whole.probabilities[:1], whole.other[:1], whole.why[:1], whole.fitted, whole.problems)
    again = gathered(part for part in (first, middle, rest))
    np.testing.assert_array_equal(again.probabilities, whole.probabilities)
    np.testing.assert_array_equal(again.why, whole.why)
    assert (again.fitted, again.problems) == (whole.fitted, whole.problems)
