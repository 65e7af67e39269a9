"""What can no longer be seen is known to be invisible."""

import dataclasses

import numpy as np
import pytest

from emwidgets.diffraction.simulation.beam import CentralBeam, DiffuseBackground
from emwidgets.diffraction.simulation.detector import Electrons, Saturation
from emwidgets.diffraction.simulation.record import Display, Inverted
from emwidgets.diffraction.simulation.stops import BeamStop
from emwidgets.diffraction.simulation.visibility import Visibility


def after(frame, *effects):
    for effect in effects:
        frame = effect(frame, np.random.default_rng(0))
    return Visibility(frame)


def test_a_clean_pattern_is_well_visible(spot_frame, ring_frame):
    for frame in (spot_frame, ring_frame):
        assert Visibility(frame).contrast > 5
        assert Visibility(frame).significance > 50
    assert Visibility(spot_frame).spots >= 8


def test_contrast_falls_with_the_electrons(ring_frame):
    seen = [after(ring_frame, DiffuseBackground(1, 1), Electrons(n)).contrast for n in (1000, 30, 1, 0.01)]
    assert seen == sorted(seen, reverse=True)
    assert seen[0] > 3 > 0.5 > seen[-1]


def test_spots_drown_in_the_background_one_by_one(spot_frame):
    seen = [after(spot_frame, DiffuseBackground(level, 2), Electrons(20)).spots for level in (0.01, 3, 300)]
    assert seen[0] > seen[1] > seen[2]
    assert seen[2] <= 2


def test_what_a_linear_display_leaves_black_is_not_seen(ring_frame):
    strong = CentralBeam(strength=1e5, radius=0.08, halo=0)
    assert after(ring_frame, strong, Display(0, 100)).contrast < 0.1
    assert after(ring_frame, strong, Display(0, 100, logarithm=1e6)).contrast > 1
    assert after(ring_frame, strong, Saturation(2), Display(0, 100)).contrast > 3


def test_dark_features_count_as_bright_ones_do(spot_frame):
    shown = after(spot_frame, Display(0, 99.9))
    inverted = after(spot_frame, Display(0, 99.9), Inverted())
    assert inverted.contrast == pytest.approx(shown.contrast, rel=0.01)
    assert inverted.spots == shown.spots


def test_what_a_stop_covers_is_not_seen(spot_frame):
    assert after(spot_frame, BeamStop("disk", width=3)).contrast < 0.1
    assert after(spot_frame, BeamStop("disk", width=3)).spots == 0


def test_nothing_is_nowhere_seen(spot_frame):
    nothing = dataclasses.replace(spot_frame, features=np.zeros_like(spot_frame.image))
    assert Visibility(nothing).contrast == 0
