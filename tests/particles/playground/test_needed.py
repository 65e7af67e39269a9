"""What it would take to be sure."""

import pytest

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
        ("unlike anything learnt", "unlike all of them"),
        ("unlike the particles that are asked about", "unlike all of them"),
        ("no cuboid fits the picture", "unlike all of them"),
    ],
)
def test_what_no_dose_can_mend_is_said_whatever_the_conditions(why, words):
    for conditions in (None, GOOD, Conditions(1, 90, 1)):
        assert words in needed(why, conditions)


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
