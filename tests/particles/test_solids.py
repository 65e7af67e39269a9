"""Volumes, vertices and cuts of convex solids against what is found by other means."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist
from scipy.stats import qmc

from emwidgets.particles.shapes import (
    Polyhedron,
    Shape,
    cuboid,
    ellipsoid,
    octahedron,
    polyhedron,
    sphere,
    triangular_pyramid,
)

POINTS = qmc.Sobol(3, seed=0).random_base2(15)


@settings(max_examples=60, deadline=None)
@given(shape=st.from_type(Shape))
def test_the_volume_is_that_of_the_points_inside(inside, shape):
    points = (2 * POINTS - 1) * shape.radius
    box = (2 * shape.radius) ** 3
    assert shape.volume / box == pytest.approx(inside(shape, points).mean(), abs=2e-3)


@settings(max_examples=60, deadline=None)
@given(shape=st.from_type(Polyhedron))
def test_every_point_within_all_faces_is_inside_and_no_other(inside, shape):
    points = (2 * POINTS[:2000] - 1) * shape.radius
    distance = (points @ shape.normals.T - shape.offsets).max(axis=1)
    clear = np.abs(distance) > 1e-6 * shape.radius
    np.testing.assert_array_equal(inside(shape, points)[clear], distance[clear] < 0)


@settings(max_examples=60, deadline=None)
@given(shape=st.from_type(Polyhedron))
def test_vertices_lie_on_three_faces_at_least_and_outside_of_none(shape):
    distance = shape.vertices @ shape.normals.T - shape.offsets
    assert distance.max() < 1e-6 * shape.radius
    assert ((np.abs(distance) < 1e-6 * shape.radius).sum(axis=1) >= 3).all()
    assert pdist(shape.vertices).min() > 1e-7 * shape.radius


@settings(max_examples=60, deadline=None)
@given(shape=st.from_type(Polyhedron))
def test_wires_are_the_edges_that_euler_counts(shape):
    distance = np.abs(shape.vertices @ shape.normals.T - shape.offsets)
    corners_of_faces = (distance < 1e-6 * shape.radius).sum(axis=0)
    assume(np.sort(pdist(shape.vertices))[0] > 1e-4 * shape.radius)
    faces = np.count_nonzero(corners_of_faces >= 3)  # a deep cut leaves a face of the uncut solid an edge or a point
    assert len(shape.vertices) - len(shape.wires) + faces == 2


@given(
    edges=st.tuples(*[st.floats(1, 100)] * 3),
    corner=st.integers(0, 7),
    depths=st.tuples(*[st.floats(0.01, 1)] * 3),
)
def test_a_cut_takes_a_sixth_of_the_box_along_its_depths(edges, corner, depths):
    along = np.multiply(edges, depths)
    shape = cuboid(*edges)
    assert shape.deform([corner], [depths]).volume == pytest.approx(shape.volume - along.prod() / 6)
    assert shape.deform([corner], [along], unit="nm").volume == pytest.approx(shape.volume - along.prod() / 6)


@given(depth=st.floats(0.5, 1), edges=st.tuples(*[st.floats(5, 20)] * 3))
def test_cuts_at_both_ends_of_an_edge_share_what_is_beyond_its_middle(depth, edges):
    # both tetrahedra reach 2 depth - 1 of the edge into each other: twice a quarter of the smaller one like them
    lost = 2 * depth**3 / 6
    shared = 2 * (depth - 0.5) ** 3 / 6
    expected = np.prod(edges) * (1 - lost + shared)
    assert cuboid(*edges).deform([0, 1], depth).volume == pytest.approx(expected, rel=1e-9)


def test_all_corners_cut_to_their_neighbours_leave_an_octahedron():
    shape = cuboid(10, 10, 10).deform(range(8), 1.0)
    assert (len(shape.vertices), len(shape.wires)) == (6, 12)
    assert shape.volume == pytest.approx(10**3 / 6)
    half = cuboid(10, 10, 10).deform([0, 3, 5, 6], 1.0)
    assert (len(half.vertices), len(half.wires), half.volume) == (4, 6, pytest.approx(10**3 / 3))


def test_cutting_one_after_the_other_is_cutting_together_and_leaves_the_first_alone():
    whole = cuboid(10, 12, 14)
    together = whole.deform([1, 6], [0.2, 0.4])
    one = whole.deform([1], 0.2)
    after = one.deform([6], 0.4)
    assert after.cuts == together.cuts
    assert after.volume == pytest.approx(together.volume)
    assert not whole.cuts
    assert list(one.cuts) == [1]
    assert whole.deform([]) is whole


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e4])
def test_size_does_not_matter(size):
    shape = cuboid(size, 2 * size, 3 * size).deform([0, 1, 7], 0.9)
    unit = cuboid(1, 2, 3).deform([0, 1, 7], 0.9)
    assert shape.volume / size**3 == pytest.approx(unit.volume)
    assert len(shape.vertices) == len(unit.vertices)
    assert len(octahedron(size).edges) == 12


def test_a_thin_plate_keeps_what_a_deep_cut_leaves():
    assert cuboid(1000, 1000, 0.5).deform([0], 0.9).volume == pytest.approx(5e5 * (1 - 0.9**3 / 6))


def test_distances_of_corners_are_from_the_middle_of_a_cut():
    distances = cuboid(6, 8, 12).corner_distances()
    assert distances[0, [1, 2, 4, 3, 7]] == pytest.approx([6, 8, 12, 10, np.sqrt(244)])
    cut = cuboid(6, 6, 6).deform([0], 0.5).corner_distances()
    assert cut[0, 7] == pytest.approx(np.sqrt(3) * 5)
    assert cut[1, 7] == pytest.approx(6 * np.sqrt(2))
    np.testing.assert_allclose(cut, cut.T)
    assert sphere(3).corner_distances().shape == (0, 0)


def test_neighbours_of_a_corner_of_a_cuboid_lie_along_x_y_z():
    assert cuboid(1, 2, 3).neighbours(5) == [4, 7, 1]


def test_surfaces_are_exact():
    assert cuboid(2, 3, 4).surface == pytest.approx(52)
    assert octahedron(3).surface == pytest.approx(2 * np.sqrt(3) * 9)


def test_nothing_left_no_plane_and_no_corners_are_told():
    with pytest.raises(ValueError, match="leaves nothing"):
        octahedron(10).deform([0, 3], 1.0)
    with pytest.raises(ValueError, match="one plane"):
        octahedron(10).deform([0], [[0.1, 0.2, 0.3, 0.4]])
    with pytest.raises(ValueError, match="cut already"):
        cuboid(1, 1, 1).deform([0]).deform([0])
    for round_shape in (sphere(3), ellipsoid(1, 2, 3)):
        with pytest.raises(ValueError, match="no corners to cut"):
            round_shape.deform([0])
    assert triangular_pyramid(10, 8).deform([3], 0.5).volume == pytest.approx(
        triangular_pyramid(10, 8).volume * (1 - 0.5**3)
    )
    assert polyhedron(octahedron(10).vertices).deform([0], 0.5).volume == pytest.approx(
        octahedron(10).volume * (1 - 0.5 * 0.5**3)
    )
