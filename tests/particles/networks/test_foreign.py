import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from emwidgets.particles.dataset import FIELD, OFF_CENTRE
from emwidgets.particles.networks.foreign import bipyramid, prism, random_foreign
from emwidgets.particles.shapes import Ellipsoid
from emwidgets.particles.tasks import Sizes, labels


def drawn(n, seed=0, sizes=None):
    rng = np.random.default_rng(seed)
    return [random_foreign(rng, sizes or Sizes()) for _ in range(n)]


def test_none_of_the_questions_is_about_them():
    for shape in drawn(200):
        assert labels(shape) == {}


def test_all_kinds_are_drawn_and_the_same_seed_draws_the_same():
    shapes = drawn(200)
    assert {shape.name for shape in shapes} == {"ellipsoid", "octahedron", "polyhedron"}
    assert sum(isinstance(shape, Ellipsoid) for shape in shapes) > 10
    assert [shape.volume for shape in shapes] == [shape.volume for shape in drawn(200)]
    assert [shape.volume for shape in shapes] != [shape.volume for shape in drawn(200, seed=1)]


def test_they_fit_the_image_and_are_not_much_smaller_or_larger_than_the_cuboids():
    volumes = np.array([shape.volume for shape in drawn(300)])
    assert max(shape.radius for shape in drawn(300)) < FIELD / 2 - OFF_CENTRE
    least, most = (edge**3 for edge in Sizes().edges)
    assert np.mean((volumes > least / 4) & (volumes < most)) > 0.95


def test_larger_cuboids_go_with_larger_foreign_particles():
    one = np.array([shape.volume for shape in drawn(50)])
    other = np.array([shape.volume for shape in drawn(50, sizes=Sizes(edges=(20.0, 32.0)))])
    np.testing.assert_allclose(other / one, 8, rtol=1e-6)


lengths = st.floats(1, 20)


@settings(deadline=None)
@given(st.integers(3, 8), lengths, lengths)
def test_a_prism_has_the_volume_of_its_base_times_its_height(sides, radius, height):
    base = sides / 2 * radius**2 * np.sin(2 * np.pi / sides)
    assert prism(sides, radius, height).volume == pytest.approx(base * height)


@settings(deadline=None)
@given(st.integers(3, 8), lengths, lengths)
def test_a_bipyramid_has_two_thirds_of_the_volume_of_a_prism_half_as_high(sides, radius, half):
    assert bipyramid(sides, radius, half).volume == pytest.approx(2 / 3 * prism(sides, radius, half).volume)


def test_they_are_convex():
    for shape in drawn(60):
        if not isinstance(shape, Ellipsoid):
            assert ConvexHull(shape.vertices).volume == pytest.approx(shape.volume)
