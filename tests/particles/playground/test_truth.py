"""Which particles are the same and which have a mirror twin, found from the corners themselves."""

from itertools import combinations

import numpy as np
import pytest

from emwidgets.particles import symmetry
from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.orientation import rotation
from emwidgets.particles.playground.kinds import shape_of, uncut
from emwidgets.particles.playground.truth import class_of, symmetries, truth_of
from emwidgets.particles.shapes import cuboid, octahedron, triangular_pyramid

SUBSETS = [subset for count in range(9) for subset in combinations(range(8), count)]


@pytest.mark.parametrize(("edges", "classes"), [((10, 10, 10), 23), ((10, 10, 12), 43), ((10, 11, 12), 76)])
def test_cuboids_have_the_classes_that_their_symmetry_group_gives(edges, classes):
    shape = cuboid(*edges)
    found = [class_of(shape, subset) for subset in SUBSETS]
    assert len({min(orbit) for orbit, _ in found}) == classes
    for subset, (orbit, chiral) in zip(SUBSETS, found, strict=True):
        assert min(orbit) == symmetry.canonical(subset, edges)
        assert chiral == symmetry.is_chiral(subset, edges)


@pytest.mark.parametrize(
    ("shape", "rotations"),
    [(octahedron(10), 24), (triangular_pyramid(10, 9), 3), (triangular_pyramid(10, 10 * np.sqrt(2 / 3)), 12)],
)
def test_other_solids_have_the_symmetries_they_are_known_for(shape, rotations):
    proper, improper = symmetries(tuple(map(tuple, shape.corners.tolist())))
    assert (len(proper), len(improper)) == (rotations, rotations)
    assert tuple(range(len(shape.corners))) in proper


def test_three_corners_of_a_truncated_octahedron_can_be_chiral():
    shape = uncut({"solid": "truncated octahedron", "a": 12.0, "b": 1.0, "c": 1.0})
    chiral = {class_of(shape, subset)[1] for subset in combinations(range(24), 3)}
    assert chiral == {True, False}
    assert not class_of(shape, [0])[1]


def truth(**controls):
    chosen = {"solid": "cuboid", "a": 13.0, "b": 11.0, "c": 15.0, "corners": [], "depth": 0.3} | controls
    shape = shape_of(chosen)
    recorded = record(shape, rotation(), Imaging(), np.random.default_rng(0))
    return truth_of(shape, uncut(chosen), chosen["corners"], recorded), recorded, shape


def test_the_truth_says_what_each_question_has_for_an_answer():
    found, recorded, shape = truth(corners=[0, 1])
    assert found["labels"] == {
        "deformed": "deformed",
        "count": "2",
        "arrangement": "edge",
        "shape": "cuboid",
        "handedness": "",
    }
    assert (found["class"], found["equivalent"], found["chiral"]) == ([0, 1], 4, False)
    assert found["volume"] == shape.volume
    assert found["counts"] == pytest.approx(recorded.expected.sum())
    assert found["brightest"] == recorded.expected.max()


def test_questions_that_do_not_apply_have_no_answer():
    assert truth(solid="sphere")[0]["labels"] == {
        "deformed": "",
        "count": "",
        "arrangement": "",
        "shape": "sphere",
        "handedness": "",
    }
    assert truth(solid="ellipsoid")[0]["class"] == []
    assert truth(solid="octahedron", corners=[1])[0]["equivalent"] == 6
    assert truth(corners=[7])[0]["labels"]["handedness"] in ("left", "right")
