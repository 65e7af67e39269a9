"""Particles to start from: their volumes by formula, their numbers of corners, and what is no particle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.particles.shapes import (
    SIGNS,
    cuboid,
    ellipsoid,
    octahedron,
    polyhedron,
    sphere,
    triangular_pyramid,
    truncated_octahedron,
)

lengths = st.floats(0.1, 1000)


@given(lengths, lengths, lengths)
def test_volumes_are_those_of_the_formulas(a, b, c):
    assert cuboid(a, b, c).volume == pytest.approx(a * b * c)
    assert ellipsoid(a, b, c).volume == pytest.approx(4 / 3 * np.pi * a * b * c)
    assert sphere(a).volume == pytest.approx(4 / 3 * np.pi * a**3)
    assert triangular_pyramid(a, b).volume == pytest.approx(np.sqrt(3) / 12 * a**2 * b)
    assert octahedron(a).volume == pytest.approx(np.sqrt(2) / 3 * a**3)
    assert truncated_octahedron(a).volume == pytest.approx(8 * np.sqrt(2) * (a / 3) ** 3)
    assert truncated_octahedron(a, 0.5).volume == pytest.approx(5 / 3 * np.sqrt(2) * (a / 2) ** 3)


@pytest.mark.parametrize(
    ("shape", "vertices", "edges", "faces"),
    [
        (cuboid(1, 2, 3), 8, 12, 6),
        (triangular_pyramid(2, 3), 4, 6, 4),
        (octahedron(2), 6, 12, 8),
        (truncated_octahedron(3), 24, 36, 14),
        (truncated_octahedron(3, 0.5), 12, 24, 14),
    ],
)
def test_solids_have_their_vertices_edges_and_faces(shape, vertices, edges, faces):
    assert (len(shape.vertices), len(shape.wires), len(shape.normals)) == (vertices, edges, faces)
    np.testing.assert_allclose(np.linalg.norm(shape.normals, axis=1), 1)


def test_corners_of_a_cuboid_count_in_binary():
    shape = cuboid(2, 4, 6)
    np.testing.assert_array_equal(shape.corners[0], [-1, -2, -3])
    np.testing.assert_array_equal(shape.corners[1], [1, -2, -3])
    np.testing.assert_array_equal(shape.corners[2], [-1, 2, -3])
    np.testing.assert_array_equal(shape.corners[4], [-1, -2, 3])
    np.testing.assert_array_equal((SIGNS > 0) @ [1, 2, 4], range(8))


def test_solids_lie_with_their_centroid_at_the_origin():
    points = np.random.default_rng(0).standard_normal((20, 3)) + np.array([5, 6, 7])
    for shape in (polyhedron(points), triangular_pyramid(3, 7), octahedron(3)):
        inside = np.random.default_rng(1).uniform(-1, 1, (400_000, 3)) * shape.radius
        inside = inside[(inside @ shape.normals.T <= shape.offsets).all(axis=1)]
        np.testing.assert_allclose(inside.mean(axis=0), 0, atol=0.01 * shape.radius)


def test_points_inside_a_polyhedron_and_its_place_do_not_matter():
    corners = cuboid(2, 3, 4).corners
    crowd = np.vstack([[0.1, 0.2, 0.3], corners, np.zeros(3)]) + 100
    shape = polyhedron(crowd)
    assert (len(shape.corners), len(shape.normals), len(shape.edges)) == (8, 6, 12)
    assert shape.volume == pytest.approx(24)
    np.testing.assert_allclose(np.abs(shape.corners), np.abs(corners)[0] + np.zeros((8, 3)))


@pytest.mark.parametrize("wrong", [0, -1, np.nan, np.inf, None, "ten", [1, 2]])
def test_lengths_that_are_none_are_named(wrong):
    for make, name in (
        (lambda: cuboid(1, wrong, 1), "b"),
        (lambda: sphere(wrong), "radius"),
        (lambda: ellipsoid(1, 1, wrong), "c"),
        (lambda: triangular_pyramid(1, wrong), "height"),
        (lambda: octahedron(wrong), "edge"),
        (lambda: truncated_octahedron(wrong), "edge"),
    ):
        with pytest.raises(ValueError, match=f"{name} is .*expected a positive length in nm"):
            make()


@pytest.mark.parametrize("depth", [0, -0.1, 0.51, np.nan, "a", [0.3]])
def test_an_octahedron_is_truncated_up_to_half_its_edges(depth):
    with pytest.raises(ValueError, match=r"depth is .* at most 0\.5"):
        truncated_octahedron(3, depth)


@pytest.mark.parametrize(
    ("vertices", "message"),
    [
        (np.eye(3), "at least four points"),
        (np.zeros((5, 2)), "at least four points"),
        (np.full((4, 3), np.nan), "finite"),
        ("abc", "vertices are 'abc': expected at least four points"),
        (np.c_[np.random.default_rng(0).random((9, 2)), np.ones(9)], "no volume"),
        (np.zeros((4, 3)), "no volume"),
        (np.c_[np.random.default_rng(0).random((9, 2)), 1e-12 * np.arange(9.0)], "no volume"),
    ],
)
def test_vertices_without_volume_are_told(vertices, message):
    with pytest.raises(ValueError, match=message):
        polyhedron(vertices)
