"""What hides part of a particle, and what does not."""

import importlib

import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets import particles
from emwidgets.particles.identifiable import ONE_VIEW
from emwidgets.particles.incomplete import INCOMPLETE, incomplete, lost
from emwidgets.particles.networks.framing import find


@pytest.fixture
def image():
    """A cuboid of about 44 × 52 px in the middle of 128 × 128."""
    return particles.simulate(particles.cuboid(11, 13, 14), seed=1).data.astype(np.float32)


def nowhere(image):
    return np.zeros(image.shape, bool)


def test_a_whole_image_lacks_nothing(image):
    assert not incomplete(image, None)
    assert not incomplete(image, nowhere(image))


@pytest.mark.parametrize(
    "where",
    [np.s_[:, 64:], np.s_[:50], np.s_[:, :45], np.s_[60:62], np.s_[40:55, 40:55], np.s_[55:65, 55:65]],
)
def test_missing_pixels_in_or_at_the_particle_hide_part_of_it(image, where):
    missing = nowhere(image)
    missing[where] = True
    image[missing] = np.median(image[~missing])
    assert incomplete(image, missing)
    assert incomplete(image, missing, find(image))


@pytest.mark.parametrize("where", [np.s_[:25], np.s_[:, 110:], np.s_[5, 7], np.s_[60:63, 60:63], np.s_[::40, ::40]])
def test_a_few_missing_pixels_or_those_far_from_it_do_no_harm(image, where):
    missing = nowhere(image)
    missing[where] = True
    image[missing] = np.median(image[~missing])
    assert not incomplete(image, missing)


@pytest.mark.parametrize("value", [0.0, 1e4])
@pytest.mark.parametrize("where", [np.s_[:50], np.s_[80:], np.s_[:, :45], np.s_[:, 85:]])
def test_a_filled_border_hides_what_it_covers(image, where, value):
    image[where] = value if value == 0 else image.max()
    assert incomplete(image, None)


def test_a_filled_border_away_from_the_particle_does_no_harm(image):
    image[:20] = 0
    image[:, -20:] = 0
    assert not incomplete(image, None)


@pytest.mark.parametrize("probe", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("shape", [particles.cuboid(11, 13, 14), particles.sphere(7)])
def test_a_background_of_exactly_one_value_is_no_filled_border(shape, probe):
    bare = particles.simulate(shape, imaging=particles.Imaging(film=0.0, probe=probe))
    assert not incomplete(bare.data.astype(np.float32), None)


def test_where_there_is_no_particle_none_is_hidden(image):
    noise = np.random.default_rng(0).poisson(20, image.shape).astype(np.float32)
    assert not incomplete(noise, np.ones(image.shape, bool))


def test_the_end_of_the_range_of_a_whole_number_is_unknown(image):
    narrow = np.minimum(image * (500 / image.max()), 255).astype(np.uint8)
    unknown = lost(narrow, None)
    np.testing.assert_array_equal(unknown, narrow == 255)
    assert incomplete(narrow.astype(np.float32), unknown)
    missing = nowhere(image)
    missing[3, 4] = True
    assert lost(narrow, missing).sum() == unknown.sum() + 1
    assert lost(image, None) is None
    assert lost(narrow // 2, missing) is missing


@pytest.mark.parametrize("stretched", [False, True])
def test_a_particle_behind_missing_pixels_is_uncertain(disc, disc_reader, stretched):
    frame, whole = disc(4), disc(4)
    frame[:, 26:] = np.nan
    whole[5, 7] = np.nan
    signal = hs.signals.Signal2D(np.stack([frame, whole]))
    if stretched:
        for axis, scale in zip(signal.axes_manager.signal_axes, (1.5, 1.0), strict=True):
            axis.scale, axis.units = scale, "nm"
    found = particles.classify(signal)
    assert found.why.tolist() == [INCOMPLETE, ""]
    assert found.uncertain.tolist() == [True, False]
    assert str(particles.classify(signal, views=True).why) == INCOMPLETE


def test_a_hand_that_no_view_shows_stays_the_reason(disc, disc_reader):
    frame = disc(4)
    frame[:, 26:] = np.nan
    assert str(particles.classify(hs.signals.Signal2D(frame), "handedness").why) == ONE_VIEW


@pytest.mark.parametrize("method", ["features", "fit"])
def test_every_method_says_so(image, method):
    image[:, 64:] = np.nan
    found = particles.classify(hs.signals.Signal2D(image), "count", method=method)
    assert str(found.why) == INCOMPLETE


def test_what_was_read_for_one_question_is_kept_for_the_next(disc, disc_reader, monkeypatch):
    asking = importlib.import_module("emwidgets.particles.asking")
    frame, kept, read = disc(4), {}, []
    frame[:, 26:] = np.nan
    signal = hs.signals.Signal2D(frame)
    where = asking.Calibration(
        scale=(1.0, 1.0),
        offset=(0.0, 0.0),
        unit="px",
        calibrated=False,
        title="",
        frame_shape=frame.shape,
        navigation_shape=(),
        axis_names=("y", "x"),
        navigation_axes=(),
        lazy=False,
    )
    clean = asking.clean
    monkeypatch.setattr(asking, "clean", lambda *given: read.append(1) or clean(*given))
    monkeypatch.setattr(asking, "answer", lambda seen, task, method, **more: disc_reader(seen.images, task, method))
    for task in ("count", "shape"):
        assert asking.of_views(signal.data[None], 0, task, "network", where, kept=kept).why.tolist() == [INCOMPLETE]
    assert read == [1]
