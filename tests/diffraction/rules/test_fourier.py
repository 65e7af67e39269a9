import numpy as np
import pytest

from emwidgets.diffraction.rules.fourier import SECTORS, evidence_numbers, judge, sectors_agree
from emwidgets.diffraction.rules.pattern import Pattern


def polar(rng, rings=0.0, spots=0):
    """Noise over 60 radii and 128 angles, with a ring at radius 30 and spots at random."""
    found = rng.normal(size=(60, 128))
    found[30] += rings
    for _ in range(spots):
        found[rng.integers(60), rng.integers(128)] += 20
    return found


KNOWN, WEIGHT = np.ones((60, 128), bool), np.full(60, 1 / 60)


def test_sectors_agree_about_a_ring_and_about_nothing_in_noise(rng):
    whole, best = sectors_agree(polar(rng, rings=3.0), KNOWN, WEIGHT)
    assert best > 0.9
    assert whole > 0.3
    whole, best = sectors_agree(polar(rng), KNOWN, WEIGHT)
    assert abs(whole) < 0.05


def test_sectors_do_not_agree_about_spots(rng):
    whole, _ = sectors_agree(polar(rng, spots=40), KNOWN, WEIGHT)
    assert abs(whole) < 0.05


def test_an_unseen_sector_has_no_say(rng):
    known = KNOWN.copy()
    known[:, : 128 // SECTORS] = False
    _, best = sectors_agree(np.where(known, polar(rng, rings=3.0), 0), known, WEIGHT)
    assert best > 0.9


def test_rings_have_their_power_in_order_0_and_spots_elsewhere(recorded):
    ring, spot = (evidence_numbers(Pattern(recorded(grains))) for grains in (20_000, 1))
    assert ring[0] > np.log(0.5) > np.log(0.2) > spot[0]
    assert ring[3] > 0.5 > spot[3]
    assert spot[5] > ring[5]


def test_a_ring_is_confirmed_at_its_radius(recorded):
    found = judge(Pattern(recorded(20_000, shape=(192, 192))))
    radius = 4.247 * 192 / 24  # 111 of gold
    assert np.abs(found.circles[:, 2] - radius).min() < 1.5


def test_spots_confirm_no_ring(recorded):
    found = judge(Pattern(recorded(1)))
    assert len(found.circles) == 0


@pytest.mark.parametrize("grains", [100, 1000])
def test_spotty_rings_lie_between(recorded, grains):
    ring, between, spot = (judge(Pattern(recorded(n))).score for n in (20_000, grains, 1))
    assert ring > between > spot
