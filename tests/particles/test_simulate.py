"""The public way: calibrated signals with all that they were made from."""

from dataclasses import asdict

import hyperspy.api as hs
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets import particles
from emwidgets.particles import Imaging, Spin, cuboid, ellipsoid, simulate, sphere, truncated_octahedron
from emwidgets.signals import calibration

PARTICLE = cuboid(11, 12, 14).deform([0, 7], [0.3, [0.2, 0.4, 0.5]])


def test_the_signal_is_calibrated_from_the_first_pixel():
    signal = simulate(PARTICLE, imaging=Imaging(shape=(60, 80), pixel_size=0.4))
    where = calibration(signal, "length", required=True)
    assert (where.unit, where.frame_shape) == ("nm", (60, 80))
    np.testing.assert_allclose(where.scale, 0.4)
    assert [axis.name for axis in signal.axes_manager.signal_axes] == ["x", "y"]
    assert [axis.offset for axis in signal.axes_manager.signal_axes] == [0, 0]
    assert signal.data.dtype == np.float32
    assert signal.metadata.Signal.quantity == "Counts"
    assert simulate(PARTICLE, imaging=Imaging(dose=None)).metadata.Signal.quantity == "Intensity"


def test_parameters_and_truth_stand_in_the_metadata():
    spin, imaging = Spin(15.0, (1, 0, 2)), Imaging(brightest=150.0, drift=(0.5, 0.0), atomic_number=47)
    signal = simulate(PARTICLE, (0.5, 0.5, 0.5, 0.5), spin, imaging, seed=9)
    made = signal.metadata.emwidgets.as_dictionary()
    assert made["function"] == "emwidgets.particles.simulate"
    given = made["parameters"]
    assert given["seed"] == 9
    np.testing.assert_allclose(given["orientation"], [0.5] * 4)
    assert given["spin"] == {"turn": 15.0, "axis": [1, 0, 2], "each_pixel": False}
    assert given["imaging"] == {
        key: list(value) if isinstance(value, tuple) else value for key, value in asdict(imaging).items()
    }
    assert given["shape"]["name"] == "cuboid"
    assert made["labels"] == {
        "deformed": "deformed",
        "count": "2",
        "arrangement": "body",
        "shape": "cuboid",
    }
    assert made["volume"] == pytest.approx(PARTICLE.volume)
    # the dose that makes the brightest pixel, the counts of a nm, and the film's
    assert made["counts_per_nm"] == pytest.approx(made["dose"] * 0.25**2 * imaging.scattered)
    background = signal.data[:10].mean()
    assert background == pytest.approx(made["film_counts"], rel=0.05)


def test_a_signal_can_be_made_again_from_its_metadata():
    signal = simulate(PARTICLE, Rotation.from_euler("xyz", [10, 20, 30]), Spin(20.0), Imaging(readout=2.0), seed=4)
    given = signal.metadata.emwidgets.parameters.as_dictionary()
    shape, imaging, spin = given["shape"], given["imaging"], given["spin"]
    again = cuboid(shape["a"], shape["b"], shape["c"]).deform(shape["corners"], shape["depths"], unit="nm")
    signal_again = simulate(
        again, given["orientation"], Spin(**spin), Imaging(**imaging | {"shape": tuple(imaging["shape"])}), seed=4
    )
    np.testing.assert_allclose(signal_again.data, signal.data, atol=1)


@pytest.mark.parametrize("kind", ["hspy", "zspy"])
@pytest.mark.parametrize("shape", [PARTICLE, sphere(6), truncated_octahedron(15), cuboid(9, 9, 9)])
def test_it_is_saved_and_loaded_with_everything(tmp_path, kind, shape):
    signal = simulate(shape, spin=None, imaging=Imaging(shape=(32, 32), pixel_size=1.0, drift=np.array([0.1, 0.2])))
    signal.save(tmp_path / f"particle.{kind}")
    loaded = hs.load(tmp_path / f"particle.{kind}")
    np.testing.assert_array_equal(loaded.data, signal.data)
    assert loaded.metadata.emwidgets.as_dictionary() == signal.metadata.emwidgets.as_dictionary()
    assert loaded.axes_manager.as_dictionary() == signal.axes_manager.as_dictionary()
    assert loaded.metadata.General.title == signal.metadata.General.title


@pytest.mark.parametrize(
    ("shape", "title"),
    [
        (cuboid(9, 9, 9), "a cuboid"),
        (ellipsoid(3, 4, 5), "an ellipsoid"),
        (cuboid(9, 9, 9).deform([3]), "a cuboid without corner 3"),
        (cuboid(9, 9, 9).deform([3, 1, 6]), "a cuboid without corners 3, 1 and 6"),
    ],
)
def test_the_title_says_what_it_shows(shape, title):
    assert simulate(shape).metadata.General.title == f"Simulated STEM image of {title}"


def test_the_same_seed_gives_the_same_image_and_another_one_another():
    first, again, other = (simulate(PARTICLE, seed=seed).data for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_rotation_and_its_quaternion_give_the_same_image():
    pose = Rotation.from_euler("zyx", [20, 30, 40], degrees=True)
    np.testing.assert_array_equal(simulate(PARTICLE, pose).data, simulate(PARTICLE, pose.as_quat()).data)
    assert not np.array_equal(simulate(PARTICLE, pose).data, simulate(PARTICLE).data)


def test_without_a_dose_none_is_written():
    made = simulate(PARTICLE, imaging=Imaging(dose=None)).metadata.emwidgets
    assert not made.has_item("dose")
    assert made.counts_per_nm == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"shape": "cuboid"}, TypeError, "shape is 'cuboid': expected what particles.cuboid"),
        ({"shape": None}, TypeError, "shape is None"),
        ({"spin": 10.0}, TypeError, "expected what particles.Spin makes"),
        ({"imaging": {"dose": 100}}, TypeError, "expected what particles.Imaging makes"),
        ({"orientation": (1, 1, 1, 1)}, ValueError, "unit quaternion"),
        ({"imaging": Imaging(position=(99, 0))}, ValueError, "outside the image"),
        ({"seed": -1}, ValueError, "seed is -1: expected a whole number, at least 0"),
        ({"seed": "a"}, ValueError, "seed is 'a'"),
        ({"seed": 1.5}, ValueError, "seed is 1.5"),
    ],
)
def test_wrong_input_is_told_by_name(parameters, error, message):
    with pytest.raises(error, match=message):
        simulate(**{"shape": PARTICLE, **parameters})


def test_the_function_is_what_the_package_shows():
    assert particles.simulate is simulate
