"""Thickness along the beam against rays that step through the particle, hulls, and conservation of volume."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from emwidgets.particles.orientation import Spin, random_rotation
from emwidgets.particles.projection import extent, thickness
from emwidgets.particles.shapes import (
    Ellipsoid,
    Polyhedron,
    Shape,
    cuboid,
    ellipsoid,
    octahedron,
    sphere,
    triangular_pyramid,
)

STEPS = 500
seeds = st.integers(0, 2**32 - 1)


def rays(shape, seed, count=60):
    """Places at random within the reach of a shape: x, y of (count, 1)."""
    x, y = np.random.default_rng(seed).uniform(-1, 1, (2, count, 1)) * shape.radius
    return x, y


@settings(max_examples=80, deadline=None)
@given(shape=st.from_type(Shape), pose=st.from_type(Rotation), seed=seeds)
def test_thickness_is_what_a_ray_steps_through(inside, shape, pose, seed):
    x, y = rays(shape, seed)
    step = 2 * shape.radius / STEPS
    z = (np.arange(STEPS) + 0.5) * step - shape.radius
    places = np.stack(np.broadcast_arrays(x, y, z), axis=-1)
    # in the frame of the particle: the inverse rotation, row vectors on the left
    stepped = inside(shape, places @ pose.as_matrix()).sum(axis=1) * step
    found = thickness(shape, pose.as_matrix(), x, y)
    assert found.shape == x.shape
    np.testing.assert_allclose(found[:, 0], stepped, atol=1.01 * step)


@settings(max_examples=80, deadline=None)
@given(shape=st.from_type(Polyhedron), pose=st.from_type(Rotation), seed=seeds)
def test_the_silhouette_is_the_hull_of_the_projected_vertices(shape, pose, seed):
    x, y = rays(shape, seed, 400)
    hull = ConvexHull(pose.apply(shape.vertices)[:, :2])
    beyond = (np.hstack([x, y]) @ hull.equations[:, :2].T + hull.equations[:, 2]).max(axis=1)
    found = thickness(shape, pose.as_matrix(), x, y)[:, 0]
    near = 1e-6 * shape.radius
    assert (found[beyond > near] == 0).all()
    assert (found[beyond < -near] > 0).all()


@settings(max_examples=60, deadline=None)
@given(shape=st.from_type(Ellipsoid), pose=st.from_type(Rotation), seed=seeds)
def test_the_silhouette_of_an_ellipsoid_is_an_ellipse(shape, pose, seed):
    x, y = rays(shape, seed, 400)
    projected = pose.as_matrix()[:2] * shape.semi_axes  # of the unit sphere to the image
    square = np.einsum("ni,ij,nj->n", np.hstack([x, y]), np.linalg.inv(projected @ projected.T), np.hstack([x, y]))
    found = thickness(shape, pose.as_matrix(), x, y)[:, 0]
    np.testing.assert_array_equal(found[np.abs(square - 1) > 1e-9] > 0, square[np.abs(square - 1) > 1e-9] < 1)
    # the chord shrinks from the middle to the outline as that of a sphere
    middle = thickness(shape, pose.as_matrix(), np.zeros((1, 1)), np.zeros((1, 1)))[0, 0]
    np.testing.assert_allclose(found, middle * np.sqrt(np.maximum(1 - square, 0)), atol=1e-6 * middle)


@settings(max_examples=60, deadline=None)
@given(shape=st.from_type(Shape), seed=seeds)
def test_turning_keeps_the_volume(shape, seed):
    # faces along the beam end between pixels: only orientations without any add up as exactly as that
    pose = random_rotation(np.random.default_rng(seed)).as_matrix()
    places = np.linspace(-shape.radius, shape.radius, 500)
    pixel = places[1] - places[0]
    found = thickness(shape, pose, places[None], places[:, None]).sum() * pixel**2
    assert found == pytest.approx(shape.volume, rel=5e-3)


@settings(max_examples=60, deadline=None)
@given(shape=st.from_type(Shape), pose=st.from_type(Rotation), seed=seeds)
def test_the_extent_is_that_of_the_uncut_particle_and_nothing_is_beyond(shape, pose, seed):
    half = extent(shape, pose.as_matrix())
    x, y = rays(shape, seed, 400)
    lit = thickness(shape, pose.as_matrix(), x, y) > 0
    assert (np.abs(x[lit]) <= half[0]).all()
    assert (np.abs(y[lit]) <= half[1]).all()
    if isinstance(shape, Ellipsoid):
        around = np.random.default_rng(seed).standard_normal((20_000, 3))
        surface = around / np.linalg.norm(around, axis=1, keepdims=True) * shape.semi_axes
        assert half == pytest.approx(np.abs(pose.apply(surface)[:, :2]).max(axis=0), rel=5e-3)
    else:
        assert half == pytest.approx(np.abs(pose.apply(shape.corners)[:, :2]).max(axis=0))


@settings(max_examples=60, deadline=None)
@given(
    edges=st.tuples(*[st.floats(5, 20)] * 3),
    corners=st.lists(st.integers(0, 7), unique=True),
    pose=st.from_type(Rotation),
    seed=seeds,
)
def test_no_view_tells_a_particle_from_its_mirror_image(edges, corners, pose, seed):
    particle, twin = cuboid(*edges), cuboid(*edges)
    particle, twin = particle.deform(corners, 0.4), twin.deform([corner ^ 4 for corner in corners], 0.4)
    flip = np.diag([1, 1, -1])
    turned = flip @ pose.as_matrix() @ flip  # a rotation again, of the twin
    assert np.linalg.det(turned) == pytest.approx(1)
    x, y = rays(particle, seed, 300)
    np.testing.assert_allclose(
        thickness(particle, pose.as_matrix(), x, y), thickness(twin, turned, x, y), atol=1e-7 * particle.radius
    )


@pytest.mark.parametrize("pixel", [0.0, 0.9])
@pytest.mark.parametrize("each_pixel", [False, True])
@pytest.mark.parametrize("shape", [cuboid(9, 12, 15).deform([0, 3], 0.4), ellipsoid(5, 7, 9), octahedron(12)])
def test_each_line_or_pixel_sees_its_own_orientation(shape, each_pixel, pixel):
    first = random_rotation(np.random.default_rng(3))
    matrices = Spin(170, (1, 2, -1), each_pixel).matrices(first, 20, 16)
    y, x = np.linspace(-9, 9, 20)[:, None], np.linspace(-9, 9, 16)[None]
    found = thickness(shape, matrices, x, y, pixel)
    for row in range(20):
        for column in range(16):
            pose = matrices[row, column if each_pixel else 0]
            alone = thickness(shape, pose, x[:, column, None], y[row, None], pixel)
            assert found[row, column] == pytest.approx(alone[0, 0], abs=1e-9)


def test_a_cube_turned_through_face_on_never_loses_a_wall():
    cube = cuboid(10, 10, 10)
    matrices = Spin(1.0, (0, 1, 0)).matrices(Rotation.identity(), 3, 5)  # exactly face-on in the middle line
    found = thickness(cube, matrices, np.array([[-6.0, -4.9, 0.1, 4.9, 6.0]]), np.zeros((3, 1)))
    np.testing.assert_allclose(found[1], [0, 10, 10, 10, 0])
    np.testing.assert_allclose(found[:, 2], 10, atol=0.01)
    assert (found[:, [0, 4]] == 0).all()


def test_known_thicknesses():
    origin = np.zeros((1, 1))
    assert thickness(cuboid(3, 4, 5), np.eye(3), origin, origin) == 5
    diagonal = Rotation.align_vectors([[0, 0, 1]], [[1, 1, 1]])[0]
    assert thickness(cuboid(2, 2, 2), diagonal.as_matrix(), origin, origin) == pytest.approx(2 * np.sqrt(3))
    assert thickness(sphere(4), np.eye(3), origin + 2, origin) == pytest.approx(2 * np.sqrt(12))
    assert thickness(triangular_pyramid(6, 8), np.eye(3), origin, origin) == pytest.approx(8)


def test_rows_go_down_and_columns_to_the_right():
    # corner 3 of the cuboid, at +x and +y, is cut to nothing at +z and -z both
    shape = cuboid(10, 10, 10).deform([3, 7], 1.0)
    quarters = thickness(shape, np.eye(3), np.array([[-4, 4]]), np.array([[-4], [4]]))
    assert quarters[1, 1] < quarters[0, 0]
    assert quarters[0, 1] == pytest.approx(quarters[1, 0])


def test_a_particle_as_small_as_a_pixel_is_bounded_by_its_steep_faces():
    """Of a slender pyramid all faces but the base end within a pixel."""
    needle, origin = triangular_pyramid(1, 40), np.zeros((1, 1))
    for matrices in (np.eye(3), np.eye(3)[None, None]):
        assert thickness(needle, matrices, origin, origin, pixel=1.0) == pytest.approx(40)
        assert thickness(needle, matrices, origin + 5, origin, pixel=1.0) == 0
