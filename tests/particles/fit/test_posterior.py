"""From corners to answers; against sums over all subsets of corners, one by one."""

from itertools import combinations
from math import comb
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.particles.fit.posterior import arrangements, corner_odds, counts, deformed
from emwidgets.particles.symmetry import arrangement, corner_rotations
from emwidgets.particles.tasks import TASKS

odds = st.lists(st.floats(-8, 8), min_size=8, max_size=8).map(np.array)
chances = st.lists(st.floats(0.01, 1), min_size=9, max_size=9).map(lambda each: np.array(each) / sum(each))


def all_subsets(odds):
    """Probabilities of numbers of cut corners, each number as likely beforehand and each of its subsets, too."""
    found = np.zeros(9)
    for number in range(9):
        for cut in combinations(range(8), number):
            found[number] += np.exp(odds[list(cut)].sum()) / comb(8, number)
    return found / found.sum()


@settings(deadline=None)
@given(odds)
def test_numbers_are_weighed_over_all_subsets(odds):
    np.testing.assert_allclose(counts(odds), all_subsets(odds), atol=1e-5)


def test_without_evidence_nothing_is_more_likely_than_anything_else():
    np.testing.assert_allclose(counts(np.zeros(8)), np.full(9, 1 / 9))
    np.testing.assert_allclose(arrangements(np.zeros(8)), np.full(3, 1 / 3))
    np.testing.assert_allclose(deformed(counts(np.zeros(8))), [0.5, 0.5])


@settings(deadline=None)
@given(odds, st.permutations(range(8)))
def test_which_corners_they_are_does_not_matter_to_their_number(odds, order):
    np.testing.assert_allclose(counts(odds[list(order)]), counts(odds), atol=1e-9)


@settings(deadline=None)
@given(odds, st.integers(0, 7), st.floats(0, 3))
def test_the_likelier_a_corner_is_cut_the_more_are(odds, corner, more):
    raised = odds.copy()
    raised[corner] += more
    numbers = np.arange(9)
    assert counts(raised) @ numbers >= counts(odds) @ numbers - 1e-4


@settings(deadline=None)
@given(st.sets(st.integers(0, 7)))
def test_clear_corners_make_a_clear_number(cut):
    clear = np.where(np.isin(np.arange(8), list(cut)), 12.0, -12.0)
    found = counts(clear)
    assert found.argmax() == len(cut)
    assert found.max() > 0.99


@settings(deadline=None)
@given(odds)
def test_arrangements_are_weighed_over_all_pairs(odds):
    found = dict.fromkeys(TASKS["arrangement"], 0.0)
    numbers = {"edge": 12, "face": 12, "body": 4}
    for pair in combinations(range(8), 2):
        found[arrangement(*pair)] += np.exp(odds[list(pair)].sum()) / numbers[arrangement(*pair)]
    expected = np.array(list(found.values()))
    np.testing.assert_allclose(arrangements(odds), expected / expected.sum(), atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(odds)
def test_a_turned_or_mirrored_particle_has_the_same_arrangement(odds):
    for moves in corner_rotations():
        np.testing.assert_allclose(arrangements(odds[list(moves)]), arrangements(odds), atol=1e-9)
    np.testing.assert_allclose(arrangements(odds[np.arange(8) ^ 1]), arrangements(odds), atol=1e-9)


@settings(deadline=None)
@given(odds, chances, st.floats(0, 2))
def test_the_network_speaks_for_what_it_says_as_far_as_it_is_trusted(odds, network, trust):
    alone, both = counts(odds), counts(odds, network, trust)
    assert both.sum() == pytest.approx(1)
    np.testing.assert_allclose(both / both.max(), (alone * network**trust) / (alone * network**trust).max(), rtol=1e-6)
    np.testing.assert_allclose(counts(odds, network, 0.0), alone)
    np.testing.assert_allclose(counts(odds, np.full(9, 1 / 9), trust), alone)


def test_nothing_is_ever_impossible():
    sure = np.full(8, -700.0)
    for found in (counts(sure), counts(sure, np.eye(9)[3]), arrangements(-sure), arrangements(sure, np.eye(3)[0])):
        assert (found > 0).all()
        assert found.sum() == pytest.approx(1)


@settings(deadline=None)
@given(chances)
def test_deformed_and_undeformed_are_as_likely_beforehand(counted):
    found = deformed(counted)
    assert found.sum() == pytest.approx(1)
    # all numbers as likely make 8 of 9 particles deformed: that is taken out
    assert found[0] / found[1] == pytest.approx((1 - counted[0]) / counted[0] / 8)


def test_gains_are_evidence_for_what_the_corner_was_found_to_be():
    found = SimpleNamespace(cut=np.arange(8) < 4, gains=np.array([2.0, 10.0, 50.0, 200.0] * 2))
    odds = corner_odds(found, temperature=2.0, occam=0.0)
    np.testing.assert_allclose(odds, [0.5, 2.5, 12.5, 50, -0.5, -2.5, -12.5, -50])
    # a free depth fits some noise, too: so much less speaks for a cut
    np.testing.assert_allclose(corner_odds(found, temperature=2.0, occam=3.0), odds - 1.5)
    np.testing.assert_allclose(corner_odds(found, temperature=4.0, occam=0.0), odds / 2)
