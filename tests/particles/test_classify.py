"""The call: what goes in, what is refused, and that big stacks are read piece by piece."""

import importlib
import inspect

import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets import models, particles
from emwidgets.models import NetworkError
from emwidgets.particles.answers import BEST, CERTAINTY, answering
from emwidgets.particles.identifiable import NO_TILTS, ONE_DIRECTION, ONE_VIEW
from emwidgets.particles.verdict import UNREADABLE
from emwidgets.signals import UncalibratedError, pixel_digest


def test_each_frame_is_a_particle_of_its_own(scan, disc_reader):
    found = particles.classify(scan)
    assert found.labels.tolist() == [["0", "1", ""], ["3", "3", "8"]]
    assert found.classes == tuple("012345678")
    assert disc_reader.calls == [(1, None)] * 5


@pytest.mark.parametrize("shape", [(), (1,), (6,), (6, 1), (1, 2, 3)])
def test_any_navigation_shape_is_taken(disc, disc_reader, shape):
    frames = np.stack([disc(level) for level in range(6)])[: int(np.prod(shape))]
    found = particles.classify(hs.signals.Signal2D(frames.reshape(*shape, 40, 48)))
    assert found.labels.shape == shape
    assert found.labels.ravel().tolist() == list("012345")[: found.labels.size]


def test_the_order_is_kept_in_threads(disc, disc_reader):
    levels = np.random.default_rng(0).integers(0, 9, 70)
    found = particles.classify(hs.signals.Signal2D(np.stack([disc(level) for level in levels])))
    assert found.labels.tolist() == [str(level) for level in levels]


# views


def test_views_of_one_particle_give_one_answer(views, disc_reader):
    found = particles.classify(views, views=True)
    assert found.labels.shape == ()
    assert str(found.labels) == "2"
    assert found.probabilities.shape == (9,)
    assert disc_reader.calls == [(3, None)]  # the blank one is left out


def test_a_view_that_cannot_be_read_is_named_and_its_tilt_left_out(views, disc_reader):
    found = particles.classify(views, views=True, tilts=[-20, 0, 20, 40])
    assert list(found.problems) == [2]
    assert "'frame 2' of 'tilts' is constant" in found.problems[2]
    ((number, tilts),) = disc_reader.calls
    assert number == 3
    np.testing.assert_allclose(tilts.as_rotvec(degrees=True)[:, 0], [-20, 0, 40])


def test_a_view_without_a_particle_is_left_out_too(views, disc_reader):
    views.data[1] = 10 + np.random.default_rng(1).normal(size=(40, 48))
    found = particles.classify(views, views=True)
    assert list(found.problems) == [1, 2]
    assert "expected one bright particle" in found.problems[1]
    assert str(found.labels) == "2"


def test_when_no_view_can_be_read_there_is_no_answer(views, disc_reader):
    views.data[:] = 7
    found = particles.classify(views, views=True)
    assert str(found.labels) == ""
    assert np.isnan(found.probabilities).all()
    assert found.why == UNREADABLE
    assert list(found.problems) == [0, 1, 2, 3]
    assert disc_reader.calls == []


def test_a_single_image_is_a_view_as_well(disc, disc_reader):
    found = particles.classify(hs.signals.Signal2D(disc(4)), views=True)
    assert str(found.labels) == "4"
    assert found.views == 1


@pytest.mark.parametrize("tilts", [[-20, 0, 20, 40], np.ones((4, 2)), particles.tilts([1, 2, 3, 4])])
def test_tilts_are_taken_in_every_way_in_which_they_can_be_said(views, disc_reader, tilts):
    particles.classify(views, views=True, tilts=tilts)
    ((_, given),) = disc_reader.calls
    expected = particles.tilts(tilts)[[0, 1, 3]]
    np.testing.assert_allclose(given.as_matrix(), expected.as_matrix())


# handedness


@pytest.mark.parametrize("method", answering("handedness"))
def test_a_hand_is_never_told_from_one_view(scan, method):
    found = particles.classify(scan, "handedness", method=method, certainty=0)
    read = np.ones((2, 3), bool)
    read[0, 2] = False
    assert found.uncertain.all()
    assert (found.why[read] == ONE_VIEW).all()
    np.testing.assert_array_equal(found.probabilities[read], 0.5)
    assert found.why[0, 2] == UNREADABLE
    assert ONE_VIEW.startswith("not identifiable")


@pytest.mark.parametrize(
    ("tilts", "why"), [(None, NO_TILTS), ([0, 0, 0, 0], ONE_DIRECTION), ([0, 0, 30, 180], ONE_DIRECTION)]
)
def test_a_hand_is_told_from_views_of_known_tilt_only(views, tilts, why):
    """Frame 2 is blank: its tilt does not count."""
    found = particles.classify(views, "handedness", views=True, tilts=tilts)
    assert str(found.why) == why
    assert bool(found.uncertain)
    np.testing.assert_array_equal(found.probabilities, 0.5)


# calibration


@pytest.mark.parametrize(
    ("units", "scale", "unit", "size"), [("nm", 0.25, "nm", 0.25), ("Å", 2.0, "nm", 0.2), ("", 1, "px", 1)]
)
def test_lengths_are_in_nm_at_the_own_pixel_size_or_said_to_be_in_px(
    disc, disc_reader, as_stack, units, scale, unit, size
):
    found = particles.classify(as_stack(disc(2), (scale, scale), units), method="fit")
    assert found.unit == unit
    np.testing.assert_allclose(found.fitted[0].axes, np.diag([4.0, 5.0, 6.0]) * size)
    np.testing.assert_allclose(found.fitted[0].centre, (2 * size, -1 * size), atol=0.05 * size)
    assert ("not calibrated" in found._repr_html_()) == (unit == "px")


def test_the_size_of_a_pixel_does_not_matter_to_the_answer(scan, disc_reader):
    expected = particles.classify(scan).probabilities
    for units, scale in (("pm", 0.3), ("µm", 1.0), ("<undefined>", 1.0)):
        scan.axes_manager.signal_axes.set(units=units, scale=scale)
        np.testing.assert_array_equal(particles.classify(scan).probabilities, expected)


def test_pixels_that_are_not_square_are_made_so(disc, as_stack, disc_reader, monkeypatch):
    """A disc that was scanned in lines farther apart is read as round."""
    seen = []

    def look(images, *arguments, **options):
        seen.extend(images)
        return disc_reader(images, *arguments, **options)

    monkeypatch.setattr(importlib.import_module("emwidgets.particles.asking"), "answer", look)
    found = particles.classify(as_stack(disc(2)[::2], (0.5, 0.25)), "deformed", method="fit")
    bright = [np.ptp(places) for places in np.nonzero(seen[0] > 40)]
    assert bright[0] == pytest.approx(bright[1], abs=1)
    np.testing.assert_allclose(found.fitted[0].axes[0, 0], 4 * np.sqrt(0.5 * 0.25))


@pytest.mark.parametrize("units", ["1/nm", "mrad", "eV"])
def test_axes_that_are_no_lengths_are_refused(disc, as_stack, units):
    with pytest.raises(UncalibratedError, match="expected a length"):
        particles.classify(as_stack(disc(2), units=units))


# what is kept


def test_the_input_is_not_changed(scan, disc_reader):
    before, axes = scan.data.copy(), str(scan.axes_manager)
    scan.data.flags.writeable = False
    particles.classify(scan)
    np.testing.assert_array_equal(scan.data, before)
    assert str(scan.axes_manager) == axes


def test_missing_pixels_do_not_reach_the_method(disc, monkeypatch, disc_reader):
    image = disc(3)
    image[3, 4], image[20, 25] = np.nan, np.inf
    assert str(particles.classify(hs.signals.Signal2D(image)).labels) == "3"


def test_colours_are_read_as_their_luminance(scan, disc_reader):
    grey = np.clip(scan.data, 0, 255).astype(np.uint8)
    colours = np.zeros(grey.shape, np.dtype({"names": ["R", "G", "B"], "formats": ["u1"] * 3}))
    for colour in "RGB":
        colours[colour] = grey
    np.testing.assert_array_equal(
        particles.classify(hs.signals.Signal2D(colours)).labels, particles.classify(hs.signals.Signal2D(grey)).labels
    )


def test_the_result_says_how_it_was_made(views, disc_reader):
    asked = {"task": "count", "views": True, "tilts": [1, 2, 3, 4], "method": "fit", "certainty": 0.9}
    made = particles.classify(views, **asked).provenance
    assert made.function == "emwidgets.particles.classify"
    assert (made.title, made.digest) == ("tilts", pixel_digest(views))
    assert made.parameters == asked
    assert made.models
    for key, digest in made.models.items():
        assert digest == models.card(key).digests["onnx"]


def test_calling_again_with_what_the_provenance_says_gives_the_same(views, disc_reader):
    found = particles.classify(views, "handedness", views=True, tilts=np.array([[0, 1], [2, 3], [4, 5], [6, 7.5]]))
    assert found.provenance.parameters["method"] == BEST["handedness"]
    again = particles.classify(views, **found.provenance.parameters)
    np.testing.assert_array_equal(again.probabilities, found.probabilities)
    assert disc_reader.calls[0][1].as_quat().tolist() == disc_reader.calls[1][1].as_quat().tolist()


# frames that cannot be read


def test_a_frame_that_cannot_be_read_does_not_stop_the_others(scan, disc_reader):
    scan.data[1, 0] = np.nan
    scan.data[1, 1] = 10 + np.random.default_rng(2).normal(size=(40, 48))
    found = particles.classify(scan)
    assert found.labels.tolist() == [["0", "1", ""], ["", "", "8"]]
    assert np.isnan(found.probabilities[found.labels == ""]).all()
    assert np.isnan(found.other[found.labels == ""]).all()
    assert (found.why[found.labels == ""] == UNREADABLE).all()
    assert list(found.problems) == [2, 3, 4]
    assert "'frame 2' of 'scan' is constant (all 7" in found.problems[2]
    assert "'frame 3' of 'scan' has no valid pixel" in found.problems[3]
    assert "'frame 4' of 'scan'" in found.problems[4]
    assert "expected one bright particle" in found.problems[4]


def test_a_frame_that_is_too_odd_for_the_method_is_named(scan, monkeypatch):
    def fail(images, *arguments, **options):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(importlib.import_module("emwidgets.particles.asking"), "answer", fail)
    found = particles.classify(scan)
    assert len(found.problems) == 6
    assert found.problems[5] == "'frame 5' of 'scan': Singular matrix"


def test_a_damaged_network_is_no_matter_of_a_frame(scan, monkeypatch):
    def damaged(*arguments, **options):
        raise NetworkError("damaged")

    monkeypatch.setattr(importlib.import_module("emwidgets.particles.asking"), "answer", damaged)
    with pytest.raises(NetworkError, match="damaged"):
        particles.classify(scan)


@pytest.mark.parametrize("lazy", [False, True])
def test_a_damaged_network_is_said_before_the_work_begins(scan, monkeypatch, disc_reader, lazy):
    def damaged(name):
        raise NetworkError(f"{name} is damaged")

    monkeypatch.setattr(models, "load", damaged)
    with pytest.raises(NetworkError, match="particles/deformation is damaged"):
        particles.classify(scan.as_lazy() if lazy else scan)
    assert disc_reader.calls == []


def test_measured_features_need_no_network(scan, monkeypatch, disc_reader):
    monkeypatch.setattr(models, "load", None)
    assert particles.classify(scan, method="features").provenance.models == {}


# bad input


@pytest.mark.parametrize("thing", [None, "particle.dm4", np.ones((64, 64)), [1, 2]])
def test_what_is_no_signal_is_refused_with_the_way_out(thing):
    with pytest.raises(TypeError, match="expected a HyperSpy signal, got"):
        particles.classify(thing)


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        (hs.signals.Signal1D(np.arange(100.0)), r"1 signal axis .*expected images"),
        (hs.signals.Signal2D(np.ones((8, 8))), r"8 × 8 px: at least 16 × 16"),
        (hs.signals.ComplexSignal2D(np.ones((32, 32), complex)), r"is complex .*signal.amplitude"),
        (hs.signals.Signal2D(np.full((32, 32), "text")), r"expected numbers or RGB colours"),
        (hs.signals.Signal2D(np.ones((0, 32, 32))), r"has no frame: its navigation shape is \(0,\)"),
    ],
)
def test_what_is_no_image_is_refused(signal, message):
    with pytest.raises(ValueError, match=message):
        particles.classify(signal)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"task": "size"}, "task is 'size': expected one of deformed, count, arrangement, shape, handedness"),
        ({"method": "svm"}, "method is 'svm': expected one of fit, network, transfer, features"),
        ({"method": "Fit"}, "method is 'Fit'"),
        ({"task": "handedness", "method": "features"}, "method 'features' does not answer 'handedness': expected fit"),
        ({"certainty": 1.1}, "certainty is 1.1: expected a probability from 0 to 1"),
        ({"certainty": -0.1}, "certainty is -0.1"),
        ({"certainty": float("nan")}, "certainty is nan"),
        ({"certainty": "high"}, "certainty is 'high'"),
        ({"certainty": True}, "certainty is True"),
        ({"views": 3}, "views is 3: expected True"),
        ({"views": True}, r"'scan' has the navigation shape \(2, 3\): expected one navigation axis"),
        ({"tilts": [1, 2]}, "tilts are given, but views is False: say views=True"),
    ],
)
def test_an_argument_out_of_range_is_refused_before_anything_is_computed(scan, arguments, message, disc_reader):
    with pytest.raises(ValueError, match=message):
        particles.classify(scan, **arguments)
    assert disc_reader.calls == []


@pytest.mark.parametrize(
    ("tilts", "message"),
    [
        ([1, 2, 3], "there are 3 tilts, but 4 views: expected one for each"),
        (particles.tilts([1, 2]), "there are 2 tilts, but 4 views"),
        (np.ones((4, 3)), r"expected degrees \(n,\), pairs of degrees"),
        ([1, 2, 3, np.nan], "expected degrees"),
    ],
)
def test_tilts_that_do_not_fit_the_views_are_refused(views, tilts, message, disc_reader):
    with pytest.raises(ValueError, match=message):
        particles.classify(views, views=True, tilts=tilts)
    assert disc_reader.calls == []


def test_the_certainty_that_counts_is_the_one_in_the_signature():
    assert inspect.signature(particles.classify).parameters["certainty"].default == CERTAINTY
