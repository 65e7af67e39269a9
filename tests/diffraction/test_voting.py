"""The vote of the members, and when it is in doubt."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emwidgets.diffraction.voting import (
    CERTAINTY,
    DISAGREE,
    NEITHER,
    SURE,
    UNLIKE,
    UNREADABLE,
    VOTES,
    hard_vote,
    shares,
    soft_vote,
    uncertain_of,
    verdict,
)


def three(*rows):
    """Members of one pattern each, by (ring, spot); the rest is neither."""
    return {f"member {i}": np.array([[ring, spot, 1 - ring - spot]]) for i, (ring, spot) in enumerate(rows)}


def why(members, **arguments):
    return str(uncertain_of(members, **arguments)[1][0])


odds = arrays(float, (3, 5, 3), elements=st.floats(-30, 30))


@st.composite
def members(draw):
    """Three members' probabilities of five patterns."""
    powers = np.exp(draw(odds))
    return dict(zip("abc", powers / powers.sum(axis=2, keepdims=True), strict=True))


def test_the_soft_vote_is_the_mean_and_the_answer_is_the_share_of_ring_and_spot_among_the_two():
    voted = soft_vote(three((0.9, 0.1), (0.2, 0.2)))
    assert voted.neither[0] == pytest.approx(0.3)
    assert voted.probabilities[0] == pytest.approx([0.55 / 0.7, 0.15 / 0.7])


def test_the_hard_vote_counts_heads():
    voted = hard_vote(three((0.9, 0.1), (0.45, 0.55), (0.1, 0.2)))
    assert voted.probabilities[0] == pytest.approx([1 / 3, 2 / 3])
    assert voted.neither[0] == pytest.approx(1 / 3)


def test_the_two_votes_can_differ():
    split = three((0.99, 0.01), (0.45, 0.55), (0.4, 0.6))
    assert [str(verdict(split, vote).labels[0]) for vote in VOTES] == ["ring", "spot"]


def test_a_pattern_of_nothing_is_half_ring_and_half_spot():
    np.testing.assert_array_equal(shares([[0.0, 0.0, 1.0]]), [[0.5, 0.5]])


def test_an_even_hard_vote_is_decided_by_the_soft_one_and_is_uncertain_whatever_is_asked():
    split = three((0.45, 0.55), (0.9, 0.1))
    found = verdict(split, "hard", 0.5)
    assert found.probabilities[0] == pytest.approx([0.5, 0.5])
    assert (found.labels[0], found.why[0]) == ("ring", DISAGREE)


def test_one_member_alone_does_not_vote():
    one = three((0.7, 0.3))
    for vote in VOTES:
        assert verdict(one, vote).probabilities[0] == pytest.approx([0.7, 0.3])


@settings(deadline=None)
@given(members(), st.sampled_from(VOTES), st.floats(0.5, 1))
def test_an_answer_is_a_probability_and_its_label_the_larger_one(found, vote, certainty):
    answer = verdict(found, vote, certainty)
    np.testing.assert_allclose(answer.probabilities.sum(axis=1), 1)
    assert ((answer.neither >= 0) & (answer.neither <= 1)).all()
    ring, spot = answer.probabilities.T
    assert (answer.labels[ring > spot] == "ring").all()
    assert (answer.labels[ring < spot] == "spot").all()
    np.testing.assert_array_equal(answer.uncertain, answer.why != "")


@settings(deadline=None)
@given(members(), st.sampled_from(VOTES), st.permutations("abc"))
def test_the_order_of_the_members_does_not_count(found, vote, order):
    one, other = verdict(found, vote), verdict({name: found[name] for name in order}, vote)
    np.testing.assert_allclose(one.probabilities, other.probabilities)
    clear = np.abs(one.probabilities[:, 0] - 0.5) > 1e-9
    np.testing.assert_array_equal(one.labels[clear], other.labels[clear])


@settings(deadline=None)
@given(members(), st.sampled_from(VOTES))
def test_ring_and_spot_are_treated_alike(found, vote):
    one = verdict(found, vote)
    other = verdict({name: rows[:, [1, 0, 2]] for name, rows in found.items()}, vote)
    clear = np.abs(one.probabilities[:, 0] - 0.5) > 1e-9
    swapped = np.where(other.labels == "ring", "spot", "ring")
    np.testing.assert_array_equal(one.labels[clear], swapped[clear])
    np.testing.assert_array_equal(one.uncertain[clear], other.uncertain[clear])


@settings(deadline=None)
@given(members(), st.sampled_from(VOTES), st.floats(0.5, 1), st.floats(0.5, 1))
def test_who_asks_for_more_certainty_gets_no_more_certain_answers(found, vote, one, other):
    low, high = sorted((one, other))
    assert not (uncertain_of(found, low, vote)[0] & ~uncertain_of(found, high, vote)[0]).any()


# reasons


def test_members_that_agree_and_are_sure_leave_no_doubt():
    assert why(three((0.98, 0.01), (0.95, 0.03), (0.9, 0.05))) == ""


def test_what_is_unlike_anything_learnt_is_said_first():
    assert why(three((0.02, 0.01), (0.9, 0.05), (0.03, 0.02))) == UNLIKE
    just = (1 - NEITHER) / 2
    assert why(three((just, just))) == UNLIKE


def test_a_member_that_is_sure_of_the_other_label_is_a_reason_even_if_little_certainty_is_asked():
    split = three((0.99, 0.01), (0.99, 0.01), (1 - SURE - 0.02, SURE + 0.01))
    assert str(verdict(split).labels[0]) == "ring"
    assert why(split, certainty=0.5) == DISAGREE


def test_a_member_that_leans_a_little_to_the_other_side_is_outvoted():
    assert why(three((0.99, 0.01), (0.99, 0.01), (0.48, 0.52)), certainty=0.8) == ""


def test_members_on_two_sides_of_a_weak_answer_disagree():
    assert why(three((0.7, 0.3), (0.6, 0.4), (0.4, 0.6)), certainty=0.8) == DISAGREE


def test_a_weak_answer_that_all_give_is_said_with_the_certainty_asked_for():
    assert why(three((0.7, 0.3), (0.6, 0.4), (0.65, 0.35)), certainty=0.8) == "probability below 0.80"
    assert why(three((0.7, 0.3)), certainty=0.75) == "probability below 0.75"


def test_a_member_that_could_not_read_a_pattern_leaves_the_others_alone():
    found = {"a": np.array([[np.nan] * 3, [0.9, 0.1, 0.0]]), "b": np.array([[0.9, 0.1, 0.0], [0.95, 0.05, 0.0]])}
    for vote in VOTES:
        answer = verdict(found, vote)
        assert answer.labels.tolist() == ["", "ring"]
        assert answer.why.tolist() == [UNREADABLE, ""]
        assert np.isnan(answer.probabilities[0]).all()
        assert np.isnan(answer.neither[0])


def test_no_members_is_an_error():
    with pytest.raises(ValueError, match="there are no members"):
        verdict({})


def test_the_certainty_that_is_asked_for_by_default_can_be_reached():
    assert 0.5 < CERTAINTY < 1
