"""An instrument is its optics and its list of effects, and families draw them as they say."""

import numpy as np
import pytest

from emwidgets.diffraction.simulation.beam import CentralBeam, DiffuseBackground
from emwidgets.diffraction.simulation.detector import Electrons
from emwidgets.diffraction.simulation.families import FAMILIES, random_family, random_instrument
from emwidgets.diffraction.simulation.instrument import Instrument, Optics
from emwidgets.diffraction.simulation.kinematic import Beam, Spots, diffract
from emwidgets.diffraction.simulation.orientation import zone_axis
from emwidgets.diffraction.simulation.record import Crop, Display, EightBit, Inverted
from emwidgets.diffraction.simulation.reflections import reflections

ALL = [family for split in FAMILIES.values() for family in split]


@pytest.fixture(scope="module")
def spots():
    return diffract(reflections("gold", 12.0), zone_axis("gold", (0, 0, 1)), Beam(thickness=4))


def test_effects_are_applied_in_the_order_in_which_they_stand(spots, rng):
    first = Instrument(effects=(Display(), EightBit(), Inverted())).record(spots, (64, 64), 0.25, rng).image
    second = Instrument(effects=(Inverted(), Display(), EightBit())).record(spots, (64, 64), 0.25, rng).image
    assert first[0, 0] == 255
    assert not np.array_equal(first, second)


def test_an_instrument_without_effects_records_the_diffracted_beams(spots, rng):
    frame = Instrument().record(spots, (64, 64), 0.25, rng)
    np.testing.assert_array_equal(frame.image, frame.features)
    assert frame.signal == 1
    assert 0.5 < frame.image.max() < 20  # brightness 1, whatever the specimen


def test_a_function_of_your_own_is_an_effect_too(spots, rng):
    def doubled(frame, rng):
        return frame.with_image(2 * frame.image)

    frame = Instrument(effects=(doubled,)).record(spots, (64, 64), 0.25, rng)
    np.testing.assert_allclose(frame.image, 2 * frame.features)


def test_the_optics_shift_and_stretch_the_pattern(spots, rng):
    optics = Optics(shift=(0.25, -0.125), ellipticity=1.3, ellipse_angle=0)
    geometry = Instrument(optics).record(spots, (64, 64), 0.25, rng).geometry
    np.testing.assert_allclose(geometry.centre, (31.5 - 4, 31.5 + 8))
    assert geometry.distortion[0, 0] == pytest.approx(np.sqrt(1.3))


def test_the_same_optics_suit_any_number_of_pixels():
    optics = Optics(blur=0.02, disk=0.1)
    small, large = optics.spot_shape((64, 64), None), optics.spot_shape((512, 512), None)
    assert large.disk == 8 * small.disk
    assert large.blur == pytest.approx(8 * small.blur)


def test_effects_can_be_left_out():
    whole = Instrument(effects=(CentralBeam(), DiffuseBackground(), Electrons()))
    assert whole.without(CentralBeam, Electrons).effects == (DiffuseBackground(),)


@pytest.mark.parametrize("family", ALL)
def test_every_family_records_pictures_of_every_kind(family, spots):
    nothing = Spots(np.empty((0, 2)), np.empty(0), np.empty(0, np.int64))
    for seed in range(12):
        rng = np.random.default_rng(seed)
        instrument = random_instrument(rng, family)
        assert instrument.name == family
        for content in (spots, nothing):
            image = instrument.record(content, (64, 64), 0.25, rng).image
            assert np.isfinite(image).all()
            assert image.min() >= -1e-3
            if not any(isinstance(effect, Crop) for effect in instrument.effects):
                assert image.shape == (64, 64)


@pytest.mark.parametrize("family", ALL)
def test_the_same_seed_draws_the_same_instrument_and_others_differ(family):
    first, again, other = (random_instrument(np.random.default_rng(seed), family) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_splits_share_no_family():
    assert len(ALL) == len(set(ALL))
    for split, families in FAMILIES.items():
        assert sum(families.values()) == pytest.approx(1)
        drawn = {random_instrument(np.random.default_rng(seed), split=split).name for seed in range(60)}
        assert drawn == set(families)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: random_instrument(rng, "kodak"), "family is 'kodak': expected one of ccd, film"),
        (lambda rng: random_instrument(rng, split="dev"), "split is 'dev': expected one of train"),
        (lambda rng: random_family(rng, "dev"), "split is 'dev'"),
    ],
)
def test_unknown_families_and_splits_are_refused(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)
