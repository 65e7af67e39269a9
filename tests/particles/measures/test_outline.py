"""The polygon of the silhouette against the true one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from emwidgets.particles import shapes
from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.measures.outline import outline
from emwidgets.particles.measures.polygon import moments
from emwidgets.particles.networks.framing import find
from emwidgets.particles.scan import FWHM

rotations = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: np.linalg.norm(q) > 0.1).map(Rotation.from_quat)
edge_lengths = st.tuples(*[st.floats(9, 15)] * 3)


def seen(shape, rotation, imaging, seed=0):
    """Outline of a recorded particle in nm from the middle of the image, with the probe known."""
    image = record(shape, rotation, imaging, np.random.default_rng(seed)).image
    found = outline(image, find(image), imaging.probe / FWHM / imaging.pixel_size)
    middle = (np.array(image.shape)[::-1] - 1) / 2
    return (found.vertices - middle) * imaging.pixel_size - imaging.position


def hull(shape, rotation):
    projected = rotation.apply(shape.vertices)[:, :2]
    return projected[ConvexHull(projected).vertices]


@settings(max_examples=30, deadline=None)
@given(edges=edge_lengths, rotation=rotations, corners=st.sets(st.integers(0, 7)), seed=st.integers(0, 99))
def test_the_area_of_any_cut_cuboid_in_any_orientation_is_right_within_six_percent(edges, rotation, corners, seed):
    shape = shapes.cuboid(*edges).deform(sorted(corners), 0.4)
    polygon = seen(shape, rotation, Imaging(brightest=400), seed)
    # of faces that stand upright, a sharp edge and the probe's width look alike
    upright = (np.abs(rotation.apply(shape.normals)[:, 2]) < 0.05).any()
    assert moments(polygon)[0] == pytest.approx(moments(hull(shape, rotation))[0], rel=0.1 if upright else 0.06)


def test_areas_are_right_in_the_mean():
    rng = np.random.default_rng(8)
    ratios = []
    for seed in range(30):
        shape, rotation = shapes.cuboid(*rng.uniform(10, 16, 3)), Rotation.from_quat(rng.standard_normal(4))
        polygon = seen(shape, rotation, Imaging(brightest=200), seed)
        ratios.append(moments(polygon)[0] / moments(hull(shape, rotation))[0])
    assert np.mean(ratios) == pytest.approx(1, abs=0.02)
    assert np.std(ratios) < 0.02


def on_its_corner(spin=0.0):
    """A cube seen along its body diagonal is a regular hexagon."""
    corner_up = Rotation.align_vectors([[0, 0, 1]], [[1, 1, 1]])[0]
    return Rotation.from_euler("z", spin, degrees=True) * corner_up


def test_the_vertices_of_a_cube_on_its_corner_lie_where_they_are():
    shape, rng = shapes.cuboid(13, 13, 13), np.random.default_rng(6)
    counts, errors = [], []
    for seed in range(20):
        rotation = on_its_corner(rng.uniform(0, 360))
        polygon = seen(shape, rotation, Imaging(brightest=400, position=tuple(rng.uniform(-1, 1, 2))), seed)
        counts.append(len(polygon))
        errors.extend(np.linalg.norm(polygon - each, axis=1).min() for each in hull(shape, rotation))
    assert np.mean(np.array(counts) == 6) >= 0.85
    assert np.sqrt(np.mean(np.square(errors))) < 0.4  # nm; 1.6 pixels
    assert max(errors) < 1.2


def test_a_square_has_four_vertices_and_a_cut_corner_in_the_silhouette_makes_two_of_one():
    imaging = Imaging(brightest=400)
    square = Rotation.from_euler("z", 20, degrees=True)
    assert len(seen(shapes.cuboid(14, 14, 14), square, imaging)) == 4
    cut = shapes.cuboid(14, 14, 14).deform([1], 0.5)
    assert len(hull(cut, on_its_corner())) == 7
    counts = [len(seen(cut, on_its_corner(20 * spin), imaging, spin)) for spin in range(9)]
    assert np.median(counts) == 7


def test_a_shifted_picture_has_a_shifted_outline():
    image = record(shapes.cuboid(12, 13, 14), Rotation.from_euler("xy", [30, 20], degrees=True), Imaging(), RNG()).image
    moved = np.roll(image, (5, -7), axis=(0, 1))
    a, b = (outline(each, find(each)) for each in (image, moved))
    assert len(a.vertices) == len(b.vertices)
    assert np.mean(b.vertices - a.vertices, axis=0) == pytest.approx([-7, 5], abs=0.3)


def RNG():
    return np.random.default_rng(4)


def test_one_picture_gives_one_outline():
    image = record(shapes.cuboid(12, 13, 14), Rotation.from_euler("xy", [30, 20], degrees=True), Imaging(), RNG()).image
    a, b = (outline(image.copy(), find(image)) for _ in range(2))
    np.testing.assert_array_equal(a.vertices, b.vertices)


def test_the_outline_is_convex_and_holds_the_centre():
    rng = np.random.default_rng(0)
    for seed in range(10):
        shape = shapes.cuboid(*rng.uniform(10, 16, 3)).deform([1, 6], 0.45)
        polygon = seen(shape, Rotation.from_quat(rng.standard_normal(4)), Imaging(brightest=100), seed)
        sides = np.roll(polygon, -1, axis=0) - polygon
        after = np.roll(sides, -1, axis=0)
        turns = sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0]
        assert (turns > 0).all()
