import numpy as np
import pytest

from emwidgets.diffraction.rules.slopes import STEEPEST, crests, slopes

Y, X = np.indices((128, 128))
SEEN = np.ones((128, 128), bool)
RING = np.exp(-((np.hypot(Y - 60, X - 70) - 35) ** 2) / 8).astype(np.float32)
SPOTS = sum(
    np.exp(-((Y - 60 - 35 * np.sin(a)) ** 2 + (X - 70 - 35 * np.cos(a)) ** 2) / 8)
    for a in np.radians(np.arange(10, 370, 45))
).astype(np.float32)


def test_the_gradients_of_a_ring_point_to_its_centre_and_to_no_other():
    found = slopes(RING, SEEN)
    _, cosine = found.from_centre((60, 70))
    assert np.average(cosine**2, weights=found.steepness) > 0.98
    _, cosine = found.from_centre((85, 50))
    assert np.average(cosine**2, weights=found.steepness) < 0.8


def test_the_gradients_of_spots_point_everywhere():
    found = slopes(SPOTS, SEEN)
    _, cosine = found.from_centre((60, 70))
    assert np.average(cosine**2, weights=found.steepness) == pytest.approx(0.5, abs=0.1)


def test_no_more_than_the_steepest_pixels_are_taken(rng):
    found = slopes(rng.random((128, 128)).astype(np.float32), SEEN)
    assert len(found.place) == STEEPEST
    assert found.steepness.sum() == pytest.approx(1, abs=1e-4)


def test_nothing_is_steep_where_nothing_is_seen(rng):
    seen = SEEN.copy()
    seen[:, :64] = False
    found = slopes(np.where(seen, rng.random((128, 128)), 0).astype(np.float32), seen)
    assert found.place[:, 1].min() > 64


def test_the_crest_of_a_ring_runs_along_it_and_that_of_a_spot_nowhere():
    _, across = crests(RING, SEEN).crosswise((60, 70))
    assert np.median(across) < 0.1
    _, across = crests(SPOTS, SEEN).crosswise((60, 70))
    assert np.median(across) == pytest.approx(0.5, abs=0.1)


def test_a_flat_relief_has_no_slopes():
    found = slopes(np.zeros((64, 64), np.float32), np.ones((64, 64), bool))
    assert len(found.place) == 0
    assert found.from_centre((32, 32))[0].shape == (0,)
