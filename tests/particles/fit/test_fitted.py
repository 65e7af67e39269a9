"""One cuboid for one picture, or for several whose tilts are known: from images to a solid in their pixels."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from emwidgets.particles.dataset import FIELD
from emwidgets.particles.fit.cuboid import Cuboid
from emwidgets.particles.fit.fitted import Fitted, fit, hand, mirrored_fit
from emwidgets.particles.fit.refine import State
from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.networks.framing import find
from emwidgets.particles.networks.pose import distance, targets
from emwidgets.particles.orientation import tilts
from emwidgets.particles.shapes import sphere
from emwidgets.particles.symmetry import corner_rotations

TILTS = [-25.0, 0.0, 25.0]
MATRICES = tilts(TILTS).as_matrix()


def said(truth, matrices=None):
    """What a network says that is off by 8° and 5 %."""
    views = []
    for number, (frame, shift) in enumerate(zip(truth.frames, truth.shifts, strict=True)):
        axes = truth.starting.axes if matrices is None else matrices[number] @ truth.starting.axes
        axes = axes * truth.frames[0].step / frame.step
        views.append(targets(axes[None], shift[None], np.zeros((1, 8)))[0])
    return np.array(views)


@pytest.fixture(scope="module")
def single(recorded):
    truths = [recorded("count", index, 21) for index in range(6)]
    return [(truth, *fit(truth.images, truth.frames, said(truth))) for truth in truths]


@pytest.fixture(scope="module")
def tilted(recorded):
    truth = recorded("handedness", 1, 3, TILTS)
    return truth, *fit(truth.images, truth.frames, said(truth, MATRICES), MATRICES)


def test_edges_and_place_come_out_in_pixels_of_the_image(single):
    px = FIELD / 128
    off = [np.sort(fitted.edges * px) / np.sort(truth.edges) - 1 for truth, fitted, _ in single]
    # an edge near to the beam's direction is told from brightness alone
    assert np.median(np.abs(off)) < 0.03
    assert np.abs(off).max() < 0.25
    # what of the half edges is to be seen in the image is told from its outline, too
    for truth, fitted, _ in single:
        seen, true = fitted.axes[:2] * px, truth.model.axes[:2] * truth.frames[0].step * px
        assert np.sort(np.linalg.norm(seen, axis=0)) == pytest.approx(np.sort(np.linalg.norm(true, axis=0)), abs=0.15)
    for truth, fitted, _ in single:
        assert np.multiply(fitted.centre, px) == pytest.approx(truth.places[0], abs=0.2)


def test_half_edges_are_perpendicular_and_lie_as_the_particle_does_but_for_the_sense_of_z(single):
    for _, fitted, _ in single:
        np.testing.assert_allclose(fitted.axes.T @ fitted.axes, np.diag((fitted.edges / 2) ** 2), atol=1e-6)
    away = [distance(fitted.axes, truth.model.axes) for truth, fitted, _ in single]
    assert np.median(away) < 4.5
    assert max(away) < 8  # from where they started


def test_as_many_corners_are_cut_as_were(single):
    right = [(fitted.depths > 0).sum() == truth.cut.sum() for truth, fitted, _ in single]
    assert sum(right) >= 5


def test_the_fit_and_its_account_are_one(single):
    for truth, fitted, found in single:
        np.testing.assert_array_equal(fitted.depths, found.state.cuboid.depths)
        np.testing.assert_allclose(fitted.axes, found.state.cuboid.axes * truth.frames[0].step)


def test_a_picture_of_twice_the_pixels_has_the_same_solid_twice_as_large(recorded):
    truth = recorded("count", 2, 21)
    finer = np.kron(truth.images[0], np.ones((2, 2)))
    one, _ = fit(truth.images, truth.frames, said(truth))
    other, _ = fit([finer], [find(finer)], said(truth))
    np.testing.assert_allclose(sorted(other.edges), sorted(2 * one.edges), rtol=0.02)
    np.testing.assert_allclose(other.centre, np.multiply(one.centre, 2), atol=1)


def test_a_sphere_leaves_more_over_than_any_cuboid(single):
    imaging = Imaging(brightest=200.0)
    image = record(sphere(7), Rotation.identity(), imaging, np.random.default_rng(1)).image
    frame = find(image)
    start = targets(np.eye(3)[None] * 13, np.zeros((1, 2)), np.zeros((1, 8)))
    round_one, _ = fit([image], [frame], start)
    assert round_one.misfit > 2 * max(fitted.misfit for _, fitted, _ in single)


def test_views_of_known_tilt_make_one_solid_that_is_told_as_it_lies_in_the_first(tilted):
    truth, fitted, found = tilted
    px = FIELD / 128
    np.testing.assert_array_equal(np.sort(fitted.depths > 0), np.sort(truth.cut))
    assert distance(fitted.axes, MATRICES[0] @ truth.model.axes) < 2
    assert distance(found.state.cuboid.axes, truth.model.axes) < 2
    assert np.multiply(fitted.centre, px) == pytest.approx(truth.places[0], abs=0.2)
    assert found.state.shifts.shape == (3, 2)


def test_of_a_particle_and_its_mirror_image_the_views_tell_the_right_one(tilted):
    truth, _, found = tilted
    mirror = mirrored_fit(found)
    assert mirror.views is found.views  # weighted alike, or chi² could not be compared
    better, worse = sorted((found, mirror), key=lambda each: each.state.chi)
    assert worse.state.chi > better.state.chi + 10
    assert (hand(better) > 0) == (truth.particle.label == "right")


def made(half, corners, rotation=None):
    depths = np.where(np.isin(np.arange(8), list(corners)), 0.3, 0.0)
    cuboid = Cuboid(np.eye(3) if rotation is None else rotation, np.array(half, float), depths)
    state = State(cuboid, np.zeros((1, 2)), 0.8)
    return SimpleNamespace(state=state, cut=depths > 0)


@settings(deadline=None)
@given(st.sets(st.integers(0, 7)), st.permutations([9.0, 11.0, 14.0]), st.from_type(Rotation))
def test_a_hand_is_turned_round_by_mirrors_and_by_no_rotation(corners, half, rotation):
    found = hand(made(half, corners))
    assert hand(made(half, corners, rotation.as_matrix())) == found
    for moves in corner_rotations(tuple(half)):
        assert hand(made(half, {moves[corner] for corner in corners})) == found
    mirrored = made(half, corners)
    mirrored.state = replace(mirrored.state, cuboid=mirrored.state.cuboid.reflected())
    mirrored.cut = mirrored.state.cuboid.depths > 0
    assert hand(mirrored) == -found


def test_a_particle_with_two_edges_alike_has_no_hand():
    assert hand(made([9, 11, 14], {0})) != 0
    assert hand(made([9, 9.05, 14], {0})) == 0
    assert hand(made([9, 11, 14], {0, 1})) == 0
    assert hand(made([9, 11, 14], ())) == 0


def test_edges_are_twice_the_half_edges():
    rotation = Rotation.random(random_state=1).as_matrix()
    assert Fitted(rotation * [4.0, 5.0, 6.0], (0, 0), np.zeros(8), 0.0).edges == pytest.approx([8, 10, 12])


def test_it_ends_where_the_checkpoint_raises(recorded):
    truth = recorded("count", 0, 21)

    def checkpoint():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        fit(truth.images, truth.frames, said(truth), checkpoint=checkpoint)
