"""What holds for every effect of an instrument: shape, type, finite, not negative, reproducible, input untouched."""

import numpy as np
import pytest

from emwidgets.diffraction import annotation, beam, detector, record, stops
from emwidgets.diffraction.simulation.frame import Frame, Geometry

EFFECTS = [
    beam.CentralBeam(),
    beam.DiffuseBackground(),
    beam.AmorphousFilm(speckle=0.5),
    beam.KikuchiPattern(),
    *(stops.BeamStop(kind) for kind in stops.STOPS),
    stops.RoundAperture(),
    stops.EdgeShadow(),
    stops.Illumination(),
    detector.PointSpread(tail=0.2),
    detector.Electrons(),
    detector.ReadoutNoise(),
    detector.Saturation(bloom=0.3),
    detector.HotPixels(0.01, 0.01),
    detector.DeadLines(2, 1, partial=True),
    detector.PanelGaps((2, 3)),
    detector.GainVariation(0.05, 0.02, 0.1),
    detector.FilmGrain(),
    detector.Scratches(),
    record.LowResolution(32),
    record.LowResolution(32, smooth=True),
    record.BackgroundRemoved(),
    record.Display(logarithm=100),
    record.EightBit(16),
    record.Inverted(),
    record.Jpeg(30),
    annotation.ScaleBar(box=True),
    annotation.Caption("SAED"),
    annotation.RingMarkers((0.3, 0.6), dashes=12),
    annotation.IndexLabels(4, circles=True),
    annotation.Crosses(5),
    annotation.Margin(),
]
every = pytest.mark.parametrize("effect", EFFECTS, ids=[repr(effect)[:40] for effect in EFFECTS])


@every
def test_shape_and_type_stay_and_values_are_finite_and_not_negative(effect, spot_frame, ring_frame):
    for frame in (spot_frame, ring_frame):
        before = frame.image.copy()
        found = effect(frame, np.random.default_rng(1)).image
        assert found.shape == frame.image.shape
        assert found.dtype == np.float32
        assert np.isfinite(found).all()
        assert found.min() >= -1e-4
        np.testing.assert_array_equal(frame.image, before)


@every
def test_the_same_seed_gives_the_same_picture(effect, ring_frame):
    first, again = (effect(ring_frame, np.random.default_rng(7)).image for _ in range(2))
    np.testing.assert_array_equal(first, again)


@every
def test_an_empty_frame_is_no_trouble(effect):
    frame = Frame(np.zeros((64, 64), np.float32), Geometry((64, 64), 0.2))
    assert np.isfinite(effect(frame, np.random.default_rng(0)).image).all()


@every
def test_effects_say_what_they_are(effect):
    assert type(effect).__doc__.strip()
    assert effect == type(effect)(**vars(effect))
