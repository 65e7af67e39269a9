"""Particles drawn for each question: their labels, and that their volume gives none of them away."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist
from scipy.stats import chisquare, ks_2samp

from emwidgets.particles.shapes import (
    Ellipsoid,
    cuboid,
    ellipsoid,
    octahedron,
    polyhedron,
    sphere,
    triangular_pyramid,
)
from emwidgets.particles.symmetry import arrangement, handedness
from emwidgets.particles.tasks import HAND, TASKS, Sizes, _edges, draw, labels, longest

EACH = 1000


@pytest.fixture(scope="module", params=TASKS)
def drawn(request):
    """A task and many particles of it."""
    rng = np.random.default_rng(11)
    return request.param, [draw(request.param, rng) for _ in range(EACH)]


def test_all_classes_are_as_likely(drawn):
    task, particles = drawn
    counted = [sum(each.label == name for each in particles) for name in TASKS[task]]
    assert sum(counted) == EACH
    assert chisquare(counted).pvalue > 1e-4


def test_volumes_are_alike_in_all_classes(drawn):
    task, particles = drawn
    by_class = [[each.shape.volume for each in particles if each.label == name] for name in TASKS[task]]
    if task == "handedness":
        assert ks_2samp(*by_class).pvalue > 1e-3
        return
    everything = np.concatenate(by_class)
    for volumes in by_class:
        # seven classes of nine at p > 1e-4 each are wrong once in a thousand
        assert ks_2samp(volumes, everything).pvalue > 1e-4
        assert np.std(volumes) > 0.1 * np.mean(volumes)  # drawn, not all the same


def test_the_volume_does_not_tell_how_much_was_cut():
    rng = np.random.default_rng(2)
    # eight corners cut at half of the edges take a sixth of the volume, two take a twenty-fourth
    drawn = [draw("count", rng, Sizes(depth=(0.5, 0.5))) for _ in range(1000)]
    few, many = ([each.shape.volume for each in drawn if int(each.label) in some] for some in ((0, 1, 2), (6, 7, 8)))
    assert ks_2samp(few, many).pvalue > 1e-3
    assert np.mean(few) == pytest.approx(np.mean(many), rel=0.05)


def test_labels_are_what_the_shape_says(drawn):
    task, particles = drawn
    assert all(labels(each.shape)[task] == each.label for each in particles)


def test_cuboids_and_their_cuts_are_in_range(drawn):
    _, particles = drawn
    for each in particles:
        if each.shape.name != "cuboid":
            continue
        edges = np.array(list(each.shape.parameters.values()))
        assert (edges >= 10).all()
        assert (edges <= 16).all()
        assert tuple(sorted(each.shape.cuts)) == each.corners
        depths = np.array(list(each.shape.cuts.values())).reshape(-1, 3) / edges
        assert ((depths > 0.2499) & (depths < 0.5001)).all()
        np.testing.assert_allclose(np.ptp(depths, axis=1), 0, atol=1e-9)
        assert each.truth["corners"] == list(each.corners)


def test_corners_and_pairs_are_drawn_evenly():
    rng = np.random.default_rng(0)
    pairs = [draw("arrangement", rng).corners for _ in range(1500)]
    for name, number in (("edge", 12), ("face", 12), ("body", 4)):
        found = [pair for pair in pairs if arrangement(*pair) == name]
        counted = list({pair: found.count(pair) for pair in found}.values())
        assert len(counted) == number
        assert chisquare(counted).pvalue > 1e-4


def test_hands_are_asked_for_where_edges_differ():
    rng = np.random.default_rng(0)
    for each in [draw("handedness", rng) for _ in range(100)]:
        edges = tuple(each.shape.parameters.values())
        assert np.diff(sorted(edges)).min() >= HAND
        assert (handedness(each.corners, edges) > 0) == (each.label == "right")
        assert 1 <= len(each.corners) <= 3


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (sphere(5), {"shape": "sphere"}),
        (ellipsoid(5, 5, 5), {"shape": "sphere"}),
        (ellipsoid(5, 5, 6), {}),
        (triangular_pyramid(9, 8), {"shape": "pyramid"}),
        (octahedron(9), {}),
        (polyhedron(cuboid(1, 2, 3).corners), {}),
        (cuboid(9, 9, 9), {"deformed": "undeformed", "count": "0", "shape": "cuboid"}),
        (cuboid(9, 9, 9).deform([3]), {"deformed": "deformed", "count": "1", "shape": "cuboid"}),
        (
            cuboid(9, 9, 8).deform([3, 4]),
            {"deformed": "deformed", "count": "2", "shape": "cuboid", "arrangement": "body"},
        ),
        (
            cuboid(9, 10, 11).deform([4, 7]),
            {"deformed": "deformed", "count": "2", "shape": "cuboid", "arrangement": "face", "handedness": "right"},
        ),
        (
            cuboid(9, 10, 11).deform([6, 7]),
            {"deformed": "deformed", "count": "2", "shape": "cuboid", "arrangement": "edge"},
        ),
    ],
)
def test_tasks_that_do_not_apply_have_no_label(shape, expected):
    assert labels(shape) == expected


@pytest.mark.parametrize("task", TASKS)
def test_other_sizes_are_drawn_as_well(task):
    rng = np.random.default_rng(0)
    for sizes in (Sizes((20, 30)), Sizes((2.0, 6.0), (0.5, 0.5))):
        for each in [draw(task, rng, sizes) for _ in range(20)]:
            assert sizes.edges[0] ** 3 * 0.8 < each.shape.volume < sizes.edges[1] ** 3


@pytest.mark.parametrize("volume", [1000.0, 1000.001, 1500.0, 4095.99, 4096.0])
def test_edges_are_found_for_every_volume_that_has_them(volume, monkeypatch):
    monkeypatch.setattr("emwidgets.particles.tasks.PATIENCE", 20)
    rng = np.random.default_rng(0)
    found = np.array([_edges(volume, rng, Sizes()) for _ in range(20)])
    np.testing.assert_allclose(found.prod(axis=1), volume)
    assert found.min() >= 10
    assert found.max() <= 16


@given(task=st.sampled_from(list(TASKS)), seed=st.integers(0, 2**32 - 1), shortest=st.floats(3, 12))
def test_no_particle_is_longer_than_the_longest(task, seed, shortest):
    sizes = Sizes(edges=(shortest, 1.6 * shortest + 2))
    shape = draw(task, np.random.default_rng(seed), sizes).shape
    length = 2 * shape.radius if isinstance(shape, Ellipsoid) else pdist(shape.vertices).max()
    assert length <= longest(task, sizes)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"edges": (16, 10)}, "edges"),
        ({"edges": (0, 10)}, "edges"),
        ({"edges": (-3, 10)}, "edges"),
        ({"edges": (10, np.inf)}, "edges"),
        ({"edges": "ab"}, "edges are 'ab': expected the shortest and the longest in nm"),
        ({"edges": (10,)}, "edges are .10,.: expected the shortest"),
        ({"depth": 0.3}, "depth is 0.3: expected the least and the most"),
        ({"depth": (0, 0.5)}, "depth"),
        ({"depth": (0.3, 0.6)}, "at most 0.5"),
        ({"depth": (0.4, 0.3)}, "depth"),
        ({"edges": (15, 16)}, "volumes cannot be matched"),
    ],
)
def test_ranges_that_are_none_are_told(parameters, message):
    with pytest.raises(ValueError, match=message):
        Sizes(**parameters)


def test_questions_that_nobody_asks_or_no_particle_fits_are_told():
    for wrong in ("colour", ["count"], None):
        with pytest.raises(ValueError, match=r"task is .* expected one of deformed, count"):
            draw(wrong, np.random.default_rng(0))
    with pytest.raises(ValueError, match="hardly ever drawn"):
        draw("handedness", np.random.default_rng(0), Sizes((12, 14)))
