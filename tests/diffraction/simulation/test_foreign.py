"""Images that are neither ring nor spot are what their names say."""

import numpy as np
import pytest

from emwidgets.diffraction.simulation import foreign
from emwidgets.diffraction.simulation.beam import AmorphousFilm, CentralBeam
from emwidgets.diffraction.simulation.families import random_instrument
from emwidgets.diffraction.simulation.instrument import Instrument, Optics


@pytest.mark.parametrize("name", foreign.FOREIGN)
def test_foreign_images_are_finite_varied_and_reproducible(name):
    first, again, other = (foreign.FOREIGN[name]((64, 80), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (64, 80)
    assert np.isfinite(first).all()
    assert first.std() > 0
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", foreign.FOREIGN)
def test_they_go_through_an_instrument_without_its_beam(name):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        image = foreign.random_foreign(name, (64, 64), random_instrument(rng), rng)
        assert np.isfinite(image).all()


def test_no_direct_beam_is_put_into_a_photograph(rng):
    instrument = Instrument(effects=(CentralBeam(strength=1e6),))
    assert foreign.random_foreign("clouds", (64, 64), instrument, rng).max() < 100


def test_a_halo_lies_about_the_beam_of_its_instrument(rng):
    instrument = Instrument(Optics(shift=(0.3, 0.0)))
    frame = foreign.halo_frame(AmorphousFilm(1.0, 3.0, second=0.0), instrument, (96, 96), 0.15, rng)
    k = frame.geometry.radius
    assert frame.geometry.centre[1] == pytest.approx(47.5 + 0.3 * 48)
    assert k[np.unravel_index(frame.image.argmax(), k.shape)] == pytest.approx(3.0, abs=0.15)


def test_amorphous_specimens_have_no_lines_sharper_than_a_halo():
    for seed in range(8):
        image = foreign.random_amorphous((96, 96), Instrument(), np.random.default_rng(seed))
        assert np.isfinite(image).all()
        y, x = np.indices(image.shape) - 47.5
        rings = np.bincount(np.hypot(x, y).astype(int).ravel(), image.ravel()) / np.bincount(
            np.hypot(x, y).astype(int).ravel()
        )
        assert np.abs(np.diff(rings[:46])).max() < 0.35 * rings[:46].max()
