"""Numbers that know neither size nor pose."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets.particles import shapes
from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.measures.descriptors import NAMES, descriptors
from emwidgets.particles.measures.measure import measure

CUT = shapes.cuboid(11, 13, 14).deform([3], 0.45)
POSE = Rotation.from_euler("xyz", [20, 30, 40], degrees=True)


def numbers(solid=CUT, pose=POSE, scale=1.0, **options):
    image = record(solid, pose, Imaging(brightest=2000, **options), np.random.default_rng(0)).image
    return dict(zip(NAMES, descriptors(measure(scale * image)), strict=True))


def test_each_has_a_name_of_its_own():
    assert len(set(NAMES)) == len(NAMES) == len(numbers())


@pytest.mark.parametrize(
    "other",
    [
        {"scale": 37.0},
        {"pixel_size": 0.125, "shape": (256, 256)},
        {"pose": Rotation.from_euler("z", 50, degrees=True) * POSE},
        {"position": (1.3, -0.8)},
    ],
)
def test_they_do_not_change_with_brightness_pixels_spin_or_place(other):
    here, there = numbers(), numbers(**other)
    for name in ("compactness", "elongation", "area to gyration", "signal elongation", "thickness quantile 50%"):
        assert there[name] == pytest.approx(here[name], rel=0.06), name
    assert there["asymmetry"] == pytest.approx(here["asymmetry"], rel=0.15)
    assert there["wave 2 at 1.0 radii"] == pytest.approx(here["wave 2 at 1.0 radii"], abs=0.05)


def test_they_tell_a_cut_corner():
    even, odd = numbers(shapes.cuboid(11, 13, 14)), numbers()
    assert odd["asymmetry"] > 3 * abs(even["asymmetry"])
    assert odd["oddest place over noise"] > 2 * even["oddest place over noise"]
    assert odd["odd places"] >= 1


def test_they_are_finite_for_odd_images():
    rng = np.random.default_rng(1)
    rows, columns = np.indices((96, 96))
    for axes in ((24, 8), (10, 10), (40, 40)):
        disc = ((rows - 47) / axes[0]) ** 2 + ((columns - 48) / axes[1]) ** 2 < 1
        found = descriptors(measure(10 + 100.0 * disc + rng.normal(0, 1, disc.shape)))
        assert np.isfinite(found).all()
