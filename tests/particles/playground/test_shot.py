"""An image that is looked at: simulated ones with all that the browser needs, and those of a user."""

import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets.frontend.wire import values_of
from emwidgets.models import NetworkError
from emwidgets.particles.imaging import blurred_thickness
from emwidgets.particles.playground.presets import STANDARD
from emwidgets.particles.playground.scene import CONTROLS, Scene
from emwidgets.particles.playground.shot import measured, simulated
from emwidgets.signals import calibration

CHOSEN = {name: STANDARD[name] for name in CONTROLS}


def never():
    """Nobody stops it."""


def test_a_simulated_image_goes_to_the_browser_as_it_is():
    shot = simulated(CHOSEN)
    np.testing.assert_array_equal(values_of(shot.image), shot.pixels)
    assert shot.image["axes"]["x"] == {"scale": 0.25, "offset": 0.0, "unit": "nm"}
    assert shot.image["quantity"] == "counts"


@pytest.mark.parametrize("detector", [{}, {"gain": 3.0, "offset": 40.0}])
def test_the_projection_is_on_the_scale_of_the_recorded_image(detector):
    chosen = CHOSEN | {"dose": 1e10, "film_roughness": 0.0} | detector
    shot = simulated(chosen)
    scene = Scene.of(chosen)
    thickness, _ = blurred_thickness(scene.shape, scene.pose, scene.imaging, np.random.default_rng(0))
    live = thickness * shot.projection["per_nm"] + shot.projection["background"]
    np.testing.assert_allclose(live, shot.pixels, rtol=4e-3)


def test_the_projection_says_how_the_image_was_recorded():
    shot = simulated(CHOSEN | {"turn": 20.0, "spin_axis": "z", "drift": 1.0, "probe": 0.9, "size": 64})
    said = shot.projection
    assert said["orientation"] == CHOSEN["orientation"]
    assert (said["turn"], said["spin_axis"], said["drift"], said["probe"]) == (20.0, "z", 1.0, 0.9)
    assert (said["size"], said["pixel_size"], said["position"], said["noise"]) == (64, 0.25, [0.0, 0.0], True)


def test_conditions_that_blur_an_answer_are_known():
    shot = simulated(CHOSEN | {"probe": 1.1, "turn": 5.0})
    assert shot.conditions.probe == pytest.approx(0.1)
    assert shot.conditions.turn == 5.0
    assert shot.conditions.brightest == shot.recorded.expected.max()
    sphere = simulated(CHOSEN | {"solid": "sphere", "a": 10.0, "probe": 1.0})
    assert sphere.conditions.probe == pytest.approx(0.1)


def test_a_users_image_keeps_its_pixel_size_and_has_no_truth(scan):
    shot = measured(scan, calibration(scan), 4)
    np.testing.assert_allclose(values_of(shot.image), scan.data[1, 1], atol=shot.image["scale"])
    assert (shot.solid, shot.projection, shot.truth, shot.conditions) == ({}, {}, {}, None)
    assert shot.where.navigation_shape == ()
    assert shot.image["axes"]["y"]["scale"] == 0.25
    assert shot.problem == ""
    assert "constant" in measured(scan, calibration(scan), 2).problem


def test_a_large_image_is_binned_for_the_browser_alone():
    signal = hs.signals.Signal2D(np.random.default_rng(0).random((32, 4100), np.float32))
    shot = measured(signal, calibration(signal), 0)
    assert shot.image["binned"] == 3
    assert shot.pixels.shape == (32, 4100)
    assert shot.image["axes"]["x"]["unit"] == "px"


def test_what_is_said_is_kept_and_what_goes_wrong_too(disc_reader, scan, monkeypatch):
    shot = measured(scan, calibration(scan), 1)
    shot.ask("count", "network", never)
    assert shot.answers["count", "network"].probabilities.argmax() == 1
    assert shot.heard("count", "network")
    assert not shot.heard("shape", "network")

    def broken(task, method):
        raise NetworkError("'it' is damaged: install emwidgets again")

    monkeypatch.setattr("emwidgets.particles.playground.shot.digests", broken)
    shot.ask("shape", "network", never)
    assert shot.failures == {("shape", "network"): "'it' is damaged: install emwidgets again"}


def test_whoever_stops_waiting_is_no_failure(scan):
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    shot = simulated(CHOSEN)
    with pytest.raises(Stop):
        shot.ask("count", "fit", stop)
    assert not shot.heard("count", "fit")
