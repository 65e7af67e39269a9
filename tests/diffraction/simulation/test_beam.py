"""Direct beam, diffuse light, halos and Kikuchi lines are where and as bright as asked."""

import dataclasses

import numpy as np
import pytest

from emwidgets.diffraction.simulation.beam import (
    AmorphousFilm,
    CentralBeam,
    DiffuseBackground,
    KikuchiPattern,
    relative_radius,
    speckle,
)
from emwidgets.diffraction.simulation.frame import Frame, Geometry, KikuchiLines


def empty(shape=(128, 128), **geometry):
    return Frame(np.zeros(shape, np.float32), Geometry(shape, 0.15, **geometry))


def radial(frame, low, high):
    r = relative_radius(frame.geometry)
    return frame.image[(r >= low) & (r < high)]


def test_the_direct_beam_has_its_strength_and_radius(rng):
    frame = CentralBeam(strength=200, radius=0.2, softness=0.01, halo=0)(empty(), rng)
    assert frame.image.max() == pytest.approx(200, rel=1e-3)
    assert np.count_nonzero(frame.image > 100) == pytest.approx(np.pi * (0.2 * 64) ** 2, rel=0.05)
    assert radial(frame, 0.3, 1).max() < 1e-3


def test_the_tails_start_as_bright_as_asked_and_fall_off(rng):
    frame = CentralBeam(strength=0, halo=3.0, tail=0.2)(empty(), rng)
    means = [radial(frame, low, low + 0.1).mean() for low in (0.0, 0.2, 0.4, 0.8)]
    assert 2.3 < means[0] <= 3
    assert means[0] > 2 * means[1] > 4 * means[2]


def test_the_beam_goes_where_the_geometry_puts_it(rng):
    frame = CentralBeam(halo=0)(empty(centre=(30.0, 90.0)), rng)
    assert np.unravel_index(frame.image.argmax(), frame.image.shape) == (30, 90)


def test_brightness_is_relative_to_the_signal(rng):
    dim = dataclasses.replace(empty(), signal=0.01)
    bright = CentralBeam(strength=10, halo=0)(empty(), rng).image
    np.testing.assert_allclose(CentralBeam(strength=10, halo=0)(dim, rng).image, 0.01 * bright, rtol=1e-5)


@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_the_background_has_fallen_to_a_third_at_its_decay(power, rng):
    frame = DiffuseBackground(level=2, decay=0.5, power=power, floor=0.1)(empty(), rng)
    assert radial(frame, 0.49, 0.51).mean() == pytest.approx(2 / np.e + 0.1, rel=0.02)


def test_the_halo_lies_at_its_radius_in_reciprocal_nanometres(rng):
    frame = AmorphousFilm(level=0.5, first=4.8, second=0.0)(empty(), rng)
    k = frame.geometry.radius
    assert k[np.unravel_index(frame.image.argmax(), k.shape)] == pytest.approx(4.8, abs=0.1)
    assert frame.image.max() == pytest.approx(0.5, rel=0.01)


def test_the_second_halo_is_as_strong_as_asked(rng):
    frame = AmorphousFilm(level=1, first=3.0, second=0.5, width=0.1)(empty(), rng)
    k = frame.geometry.radius
    assert frame.image[np.abs(k - 1.72 * 3.0) < 0.1].mean() == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("contrast", [0.3, 1.0])
def test_speckle_has_its_contrast_and_size(contrast, rng):
    light = speckle((256, 256), contrast, 2.0, rng)
    assert light.mean() == pytest.approx(1, rel=0.02)
    assert light.std() == pytest.approx(contrast, rel=0.15)
    neighbours = np.corrcoef(light[:, :-1].ravel(), light[:, 1:].ravel())[0, 1]
    assert neighbours > 0.8
    assert abs(np.corrcoef(light[:, :-16].ravel(), light[:, 16:].ravel())[0, 1]) < 0.1


def test_a_film_may_be_speckled(rng):
    smooth, grainy = (AmorphousFilm(speckle=s)(empty(), np.random.default_rng(0)).image for s in (0.0, 0.8))
    ring = np.abs(empty().geometry.radius - 4.8) < 0.1
    assert grainy[ring].std() > 5 * smooth[ring].std()


def test_kikuchi_lines_brighten_and_darken_along_straight_lines(rng):
    lines = KikuchiLines(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([3.0, -2.0]), np.array([1.0, -1.0]))
    flat = Frame(np.ones((128, 128), np.float32), Geometry((128, 128), 0.15), lines=lines)
    profile = KikuchiPattern(contrast=0.5, width=0.02, floor=0)(flat, rng).image.mean(axis=0)
    bright, dark = (round(63.5 + k / 0.15) for k in (3.0, -2.0))
    assert profile.argmax() in (bright - 1, bright, bright + 1)
    assert profile.argmin() in (dark - 1, dark, dark + 1)
    assert profile.max() == pytest.approx(1.5, abs=0.05)
    assert profile.min() == pytest.approx(0.5, abs=0.05)


def test_without_a_single_crystal_there_are_no_lines(rng, ring_frame):
    assert KikuchiPattern()(ring_frame, rng) is ring_frame


def test_a_halo_needs_a_radius():
    with pytest.raises(ValueError, match="first is 0: expected the radius of a halo"):
        AmorphousFilm(first=0)
