"""Classes of corner subsets, counted and turned by rotations that come from elsewhere; hands and arrangements."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from emwidgets.particles.shapes import cuboid
from emwidgets.particles.symmetry import (
    arrangement,
    canonical,
    corner_classes,
    corner_rotations,
    handedness,
    is_chiral,
    mirrored,
)

CUBE, PRISM, GENERIC = (5, 5, 5), (5, 5, 7), (5, 6, 7)
GROUPS = {CUBE: "O", PRISM: "D4", GENERIC: "D2"}
subsets = st.lists(st.integers(0, 7), unique=True)


def moves(edges):
    """Where the corners of a cuboid go in each rotation of SciPy's point groups."""
    corners = cuboid(1, 1, 1).corners
    turned = [group.apply(corners) for group in Rotation.create_group(GROUPS[edges])]
    return [[int(np.argmin(np.linalg.norm(corners - place, axis=1))) for place in places] for places in turned]


@pytest.mark.parametrize(
    ("edges", "total", "by_count"),
    [
        (CUBE, 23, [1, 1, 3, 3, 7, 3, 3, 1, 1]),
        (GENERIC, 76, [1, 2, 10, 14, 22, 14, 10, 2, 1]),
        (PRISM, None, None),
    ],
)
def test_there_are_as_many_classes_as_burnside_counts(edges, total, by_count):
    classes = corner_classes(edges)
    counted = Counter(len(each[0]) for each in classes)
    every = [set(each) for n in range(9) for each in combinations(range(8), n)]
    fixed = [[len(s) for s in every if {move[c] for c in s} == s] for move in moves(edges)]
    burnside = [sum(lengths.count(n) for lengths in fixed) // len(fixed) for n in range(9)]
    assert [counted[n] for n in range(9)] == burnside
    if total:
        assert (len(classes), burnside) == (total, by_count)
    assert sorted(subset for each in classes for subset in each) == sorted(tuple(sorted(s)) for s in every)


@pytest.mark.parametrize("edges", GROUPS)
def test_the_rotations_are_those_of_the_point_group(edges):
    assert sorted(corner_rotations(edges)) == sorted(tuple(move) for move in moves(edges))


@given(corners=subsets, edges=st.sampled_from(list(GROUPS)), number=st.integers(0, 23))
def test_a_rotation_changes_neither_class_nor_chirality_and_a_mirror_keeps_the_count(corners, edges, number):
    group = moves(edges)
    turned = [group[number % len(group)][corner] for corner in corners]
    assert canonical(turned, edges) == canonical(corners, edges)
    assert canonical(canonical(corners, edges), edges) == canonical(corners, edges)
    assert is_chiral(turned, edges) == is_chiral(corners, edges)
    assert is_chiral(mirrored(corners), edges) == is_chiral(corners, edges)
    assert mirrored(mirrored(corners)) == tuple(sorted(corners))


@given(corners=subsets, number=st.integers(0, 3), order=st.permutations(GENERIC))
def test_a_hand_is_kept_by_rotations_and_changed_by_mirrors(corners, number, order):
    turned = [moves(GENERIC)[number][corner] for corner in corners]
    hand = handedness(corners, tuple(order))
    assert handedness(turned, tuple(order)) == hand
    for bit in (1, 2, 4):
        assert handedness([corner ^ bit for corner in corners], tuple(order)) == -hand
    if hand:
        assert is_chiral(corners, tuple(order))


@given(corners=subsets, order=st.permutations(range(3)))
def test_naming_the_axes_anew_by_a_rotation_keeps_the_hand(corners, order):
    matrix = np.eye(3)[list(order)]
    matrix *= np.linalg.det(matrix)
    places = cuboid(*GENERIC).corners[list(corners)] @ matrix.T
    renamed = [int((place > 0) @ [1, 2, 4]) for place in places]
    edges = tuple(np.abs(matrix @ GENERIC).tolist())
    assert handedness(renamed, edges) == handedness(corners, GENERIC)


def test_the_right_corner_has_its_edges_counter_clockwise_from_short_to_long():
    # seen from (1, 1, 1), x, y and z follow each other counter-clockwise: corner 7, short along x, long along z
    assert handedness([7], GENERIC) == 1
    assert handedness([6], GENERIC) == -1
    assert handedness([7], (6, 5, 7)) == -1
    assert handedness([0, 7], GENERIC) == 0
    assert is_chiral([7], GENERIC)
    assert not is_chiral([0, 7], GENERIC)
    assert not is_chiral([7], CUBE)


def test_two_subsets_of_a_cube_of_four_corners_are_mirror_twins_and_no_other():
    chiral = [each[0] for each in corner_classes(CUBE) if is_chiral(each[0], CUBE)]
    assert [len(each) for each in chiral] == [4, 4]
    assert canonical(mirrored(chiral[0]), CUBE) == canonical(chiral[1], CUBE)


@given(first=st.integers(0, 7), second=st.integers(0, 7))
def test_pairs_are_arranged_by_their_distance(first, second):
    if first == second:
        with pytest.raises(ValueError, match="each once"):
            arrangement(first, second)
        return
    distance = cuboid(1, 1, 1).corner_distances()[first, second]
    assert arrangement(first, second) == {1: "edge", 2: "face", 3: "body"}[round(distance**2)]


@pytest.mark.parametrize("wrong", [[8], [-1], [1, 1]])
def test_corners_that_are_none_are_told(wrong):
    for ask in (canonical, mirrored, is_chiral):
        with pytest.raises(ValueError, match="from 0 to 7"):
            ask(wrong)


def test_edges_without_a_class_or_a_hand_are_told():
    with pytest.raises(ValueError, match="whole numbers"):
        canonical([0.5])
    with pytest.raises(ValueError, match="three positive"):
        corner_classes((1, 2, -3))
    for wrong in ([1, 2], 5, "abc", [1, 2, [3]]):
        with pytest.raises(ValueError, match=r"edges are .* three positive"):
            corner_rotations(wrong)
    with pytest.raises(ValueError, match="all three are different"):
        handedness([0], PRISM)
