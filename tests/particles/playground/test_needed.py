"""What it would take to be sure."""

import pytest

from emwidgets.particles.answers import NOISY
from emwidgets.particles.playground.needed import NOTHING, VIEWS, Conditions, needed

GOOD = Conditions(brightest=200, turn=0, probe=0.05)


def test_a_sure_answer_needs_nothing():
    assert needed("", None) == needed("", GOOD) == NOTHING


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("not identifiable from one view", "known tilts"),
        ("could not be read", "stands out"),
        ("the particle touches the border", "whole particle"),
        ("part of the particle is missing", "whole particle"),
        (NOISY, "thinner and smoother film"),
    ],
)
def test_some_doubts_need_the_same_whatever_the_conditions(why, words):
    for conditions in (None, GOOD, Conditions(1, 90, 1)):
        assert words in needed(why, conditions)


@pytest.mark.parametrize("why", ["unlike anything learnt", "no cuboid fits the picture", "not one convex particle"])
def test_a_strange_picture_is_one_of_a_strange_particle_unless_it_was_recorded_badly(why):
    for conditions in (None, GOOD):
        assert "unlike all of them" in needed(why, conditions)
    assert "turns by 90°" in needed(why, Conditions(200, 90, 0.1))


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (None, VIEWS),
        (GOOD, VIEWS),
        (Conditions(3, 90, 1), "More dose: the brightest pixel counts 3 electrons"),
        (Conditions(200, 40, 1), "turns by 40°"),
        (Conditions(200, 0, 0.3), "30% of the particle"),
    ],
)
def test_doubt_is_blamed_on_the_worst_of_the_conditions_first(conditions, words):
    assert words in needed("probability below 0.80", conditions)
