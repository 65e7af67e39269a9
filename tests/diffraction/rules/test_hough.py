import numpy as np
import pytest

from emwidgets.diffraction.rules.hough import evidence_numbers, judge, votes
from emwidgets.diffraction.rules.pattern import Pattern
from emwidgets.diffraction.simulation.stops import BeamStop

RADIUS = 4.247 * 192 / 24  # 111 of gold, px


def test_the_circle_of_a_ring_gets_most_of_its_votes(recorded):
    share = votes(Pattern(recorded(20_000)))
    near = share[int(RADIUS) - 4 : int(RADIUS) + 5]
    assert near.max() > 0.6
    assert share[8 : int(RADIUS) - 8].max() < 0.5 * near.max()


def test_spots_of_one_spacing_get_few_votes(recorded):
    assert votes(Pattern(recorded(1))).max() < 0.4


def test_no_share_is_more_than_all(recorded):
    for grains in (1, 300, 20_000):
        share = votes(Pattern(recorded(grains)))
        assert share.min() >= 0
        assert share.max() <= 1


def test_what_a_stop_hides_does_not_count_against_a_ring(recorded):
    frame = recorded(20_000, effects=(BeamStop("wedge", 0.2, angle=45),))
    share = votes(Pattern(frame))
    assert share[int(RADIUS) - 4 : int(RADIUS) + 5].max() > 0.5


def test_a_ring_is_confirmed_at_its_radius(recorded):
    found = judge(Pattern(recorded(20_000)))
    assert np.abs(found.circles[:, 2] - RADIUS).min() < 2


def test_spots_confirm_no_ring(recorded):
    assert len(judge(Pattern(recorded(1))).circles) == 0


def test_gradients_point_to_the_centre_of_rings_and_crests_run_along_them(recorded):
    ring, spot = (evidence_numbers(Pattern(recorded(grains))) for grains in (20_000, 1))
    assert ring[0] > 0.6 > 0.3 > spot[0]
    assert ring[4] < 0.3 < spot[4]


@pytest.mark.parametrize("grains", [100, 1000])
def test_spotty_rings_lie_between(recorded, grains):
    ring, between, spot = (judge(Pattern(recorded(n))).score for n in (20_000, grains, 1))
    assert ring > between > spot
