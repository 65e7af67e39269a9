"""What is measured in an array, in px and counts."""

import numpy as np
import pytest
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from emwidgets.particles import shapes
from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.measures.measure import measure
from emwidgets.particles.measures.polygon import moments
from emwidgets.particles.networks.framing import NoParticle

TURNED = Rotation.from_euler("xyz", [20, 30, 40], degrees=True)


def recorded(**options):
    return record(shapes.cuboid(11, 13, 14), TURNED, Imaging(**options), np.random.default_rng(0))


def test_the_sum_of_the_signal_is_that_of_the_volume():
    made = recorded(brightest=300)
    found = measure(made.image)
    assert found.total * 0.25**2 / made.per_nm == pytest.approx(11 * 13 * 14, rel=0.015)
    assert found.background == pytest.approx(made.film, rel=0.03)
    assert len(found.signal) == pytest.approx(found.total / found.signal.mean(), rel=0.1)


def test_a_second_particle_in_the_corner_does_not_count():
    made = recorded(brightest=300)
    image = made.image.copy()
    image[4:14, 4:14] += 150
    assert measure(image).total == pytest.approx(measure(made.image).total, rel=0.02)


def test_signal_and_its_moments_go_with_the_image():
    image = recorded(brightest=300).image
    found, turned = measure(image), measure(np.ascontiguousarray(image.T))
    assert turned.centroid == pytest.approx(found.centroid[::-1], abs=0.05)
    np.testing.assert_allclose(turned.moments, found.moments[::-1, ::-1], rtol=0.01)
    assert turned.total == pytest.approx(found.total, rel=0.005)


def test_where_there_is_no_particle_it_is_said():
    noise = np.random.default_rng(0).poisson(20, (128, 128)).astype(float)
    with pytest.raises(NoParticle):
        measure(noise)
    with pytest.raises(ValueError, match="at least 16"):
        measure(np.zeros((8, 8)))


@pytest.mark.parametrize("width", [1, 2, 5])
def test_a_thread_of_few_pixels_is_refused(width):
    image = np.full((64, 64), 10.0) + np.random.default_rng(0).normal(0, 0.1, (64, 64))
    image[30 : 30 + width, 5:60] += 200
    with pytest.raises(ValueError, match="too thin"):
        measure(image)


@pytest.mark.parametrize("aspect", [1.5, 2, 3])
@pytest.mark.parametrize("turn", [(30, 20), (45, 45)])
def test_a_rod_is_measured(aspect, turn):
    rod, pose = shapes.cuboid(8 * aspect, 8, 8), Rotation.from_euler("xz", turn, degrees=True)
    made = record(rod, pose, Imaging(brightest=300), np.random.default_rng(0))
    area = ConvexHull(pose.apply(rod.vertices)[:, :2]).volume
    assert moments(measure(made.image).outline.vertices)[0] * 0.25**2 == pytest.approx(area, rel=0.05)
