"""The solids of the playground: what they are made of, their code, and what the browser needs of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

import emwidgets as emw
from emwidgets.particles.playground.kinds import KINDS, check_corners, code_of, shape_of, solid_payload, uncut
from emwidgets.particles.shapes import Ellipsoid

lengths = st.floats(2, 40).map(lambda length: round(length, 3))


@st.composite
def particles(draw):
    """Values of the controls that describe a particle."""
    solid = draw(st.sampled_from(list(KINDS)))
    count = KINDS[solid].corners
    corners = draw(st.sets(st.integers(0, count - 1), max_size=4)) if count else set()
    edges = {name: draw(lengths) for name in "abc"}
    return {"solid": solid, "corners": sorted(corners), "depth": draw(st.floats(0.05, 0.5)), **edges}


def controls(solid="cuboid", corners=(), depth=0.3):
    return {"solid": solid, "a": 12.0, "b": 10.0, "c": 14.0, "corners": list(corners), "depth": depth}


@given(particles())
def test_the_code_makes_the_particle(chosen):
    made, shape = eval(code_of(chosen), {"emw": emw}), shape_of(chosen)
    assert made.volume == shape.volume
    np.testing.assert_array_equal(made.vertices, shape.vertices)


@given(particles())
def test_what_the_browser_gets_is_a_solid_of_that_volume(chosen):
    shape = shape_of(chosen)
    sent = solid_payload(shape, chosen)
    assert sent["volume"] == shape.volume
    if sent["kind"] == "ellipsoid":
        assert 4 / 3 * np.pi * np.prod(sent["semi_axes"]) == pytest.approx(shape.volume)
        return
    vertices, normals = np.array(sent["vertices"]), np.array(sent["normals"])
    assert ConvexHull(vertices).volume == pytest.approx(shape.volume)
    assert (vertices @ normals.T <= np.array(sent["offsets"]) + 1e-6 * sent["radius"]).all()
    on_faces = np.abs(vertices @ normals.T - sent["offsets"]) < 1e-6 * sent["radius"]
    faces = (on_faces.sum(axis=0) > 2).sum()
    assert len(vertices) - len(sent["edges"]) + faces == 2  # Euler
    assert len(sent["corners"]) == KINDS[chosen["solid"]].corners
    assert sent["cut"] == chosen["corners"]


@pytest.mark.parametrize(
    ("solid", "corners", "faces", "edges"),
    [
        ("cuboid", 8, 6, 12),
        ("triangular pyramid", 4, 4, 6),
        ("octahedron", 6, 8, 12),
        ("truncated octahedron", 24, 14, 36),
        ("sphere", 0, 0, 0),
        ("ellipsoid", 0, 0, 0),
    ],
)
def test_every_solid_has_the_corners_it_is_known_for(solid, corners, faces, edges):
    sent = solid_payload(shape_of(controls(solid)), controls(solid))
    assert (len(sent["corners"]), len(sent["normals"]), len(sent["edges"])) == (corners, faces, edges)
    assert KINDS[solid].corners == corners


def test_lengths_are_full_widths():
    for solid, widths in {"cuboid": (12, 10, 14), "ellipsoid": (12, 10, 14), "sphere": (12, 12, 12)}.items():
        shape = shape_of(controls(solid))
        points = np.diag(shape.semi_axes) if isinstance(shape, Ellipsoid) else shape.vertices
        np.testing.assert_allclose(2 * np.abs(points).max(axis=0), widths)


def test_the_corner_that_is_clicked_is_the_one_that_goes():
    for solid in ("cuboid", "triangular pyramid", "octahedron", "truncated octahedron"):
        chosen = controls(solid, [2])
        sent = solid_payload(shape_of(chosen), chosen)
        corner = np.array(sent["corners"][2])
        outside = np.array(sent["normals"]) @ corner - sent["offsets"]
        assert (outside > 1e-6).sum() == 1
        others = np.delete(np.array(sent["corners"]), 2, axis=0)
        assert ((others @ np.array(sent["normals"]).T - sent["offsets"]) < 1e-6).all()


def test_a_cut_truncated_octahedron_has_lost_that_corner_alone():
    whole, cut = controls("truncated octahedron"), controls("truncated octahedron", [5])
    np.testing.assert_allclose(uncut(whole).volume, shape_of(whole).volume)
    assert shape_of(cut).volume < shape_of(whole).volume
    assert len(shape_of(cut).vertices) == 24 - 1 + 3


@pytest.mark.parametrize(
    ("solid", "corners", "words"),
    [
        ("cuboid", [8], "has corners 0 to 7"),
        ("cuboid", [-1], "has corners 0 to 7"),
        ("triangular pyramid", [4], "has corners 0 to 3"),
        ("sphere", [0], "'sphere' has none to cut"),
        ("cuboid", [1, 1], "each corner once"),
    ],
)
def test_corners_that_are_not_there_are_said(solid, corners, words):
    with pytest.raises(ValueError, match=words):
        check_corners(solid, corners)
    with pytest.raises(ValueError, match=words):
        shape_of(controls(solid, corners))
