"""Whole or cut, corner by corner."""

import numpy as np
import pytest

from emwidgets.particles.fit.cuboid import Cuboid
from emwidgets.particles.fit.decide import DEPTHS, decided
from emwidgets.particles.fit.posterior import corner_odds, counts
from emwidgets.particles.fit.refine import View, residual
from emwidgets.particles.networks.framing import SIZE, cropped
from emwidgets.particles.orientation import tilts


def fitted(truth, checkpoint=None):
    views = [View.of(cropped(image, frame)) for image, frame in zip(truth.images, truth.frames, strict=True)]
    return decided(views, [truth.starting], truth.shifts, checkpoint)


@pytest.fixture(scope="module")
def forty(recorded):
    """Forty particles of the task "count" under the standard conditions, none of which anything was fitted to."""
    truths = [recorded("count", index, seed) for seed in (11, 12) for index in range(20)]
    return [(truth, fitted(truth)) for truth in truths]


def test_nine_of_ten_particles_are_read_without_an_error_at_any_corner(forty):
    right = [np.array_equal(found.cut, truth.cut) for truth, found in forty]
    assert sum(right) >= 36


def test_whole_corners_have_no_depth_and_cut_ones_a_depth_that_there_is(forty):
    for _, found in forty:
        depths = found.state.cuboid.depths
        np.testing.assert_array_equal(found.cut, depths > 0)
        assert ((depths[found.cut] >= DEPTHS[0]) & (depths[found.cut] <= DEPTHS[1])).all()
        assert (found.gains >= 0).all()


def test_depths_and_edges_come_out_as_they_were_made(forty):
    depths, edges = [], []
    for truth, found in forty:
        both = found.cut & truth.cut
        depths += list(found.state.cuboid.depths[both] - truth.model.depths[both])
        edges += list(found.state.cuboid.half / truth.model.half - 1)
    assert np.abs(np.median(depths)) < 0.01
    assert np.percentile(np.abs(depths), 68) < 0.03
    # one scale is that of gyration, which noise moves
    assert np.percentile(np.abs(edges), 68) < 0.03


def test_what_is_left_over_is_about_the_noise(forty):
    # mostly less than one for each pixel: beside the particle is less noise than within it, by which all is weighted
    assert all(0.2 < found.state.chi / SIZE**2 < 1.3 for _, found in forty)
    for _, found in forty:
        left = np.abs(residual(found.views[0], found.state) * found.views[0].weights) ** 2
        assert left.sum() == pytest.approx(found.state.chi, rel=1e-3)


def test_probabilities_made_of_it_are_such_and_mostly_right_and_say_when_they_are_not(forty):
    chances = [counts(corner_odds(found)) for _, found in forty]
    for each in chances:
        assert each.shape == (9,)
        assert each.sum() == pytest.approx(1)
        assert (each >= 0).all()
    said = np.array([each[truth.cut.sum()] for each, (truth, _) in zip(chances, forty, strict=True)])
    assert (said > 0.5).mean() >= 0.9
    assert -np.log(said).mean() < 0.5  # a guess would have 2.2


def test_the_start_that_fits_best_is_gone_on_with(recorded):
    truth = recorded("count", 3, 11)
    view = View.of(cropped(truth.images[0], truth.frames[0]))
    wrong = Cuboid(np.eye(3), truth.model.half[[2, 0, 1]], np.zeros(8))
    both = [decided([view], starts, truth.shifts) for starts in ([truth.starting, wrong], [wrong, truth.starting])]
    for found in both:
        np.testing.assert_array_equal(found.cut, truth.cut)
    assert both[0].state.chi == pytest.approx(both[1].state.chi, rel=1e-3)


def test_several_views_of_known_tilt_are_read_together(recorded):
    truth = recorded("count", 4, 13, [-20.0, 20.0])
    matrices = tilts([-20.0, 20.0]).as_matrix()
    views = [
        View.of(cropped(image, frame), matrix, frame.step / truth.frames[0].step)
        for image, frame, matrix in zip(truth.images, truth.frames, matrices, strict=True)
    ]
    found = decided(views, [truth.starting], truth.shifts)
    np.testing.assert_array_equal(found.cut, truth.cut)
    assert found.state.shifts.shape == (2, 2)


def test_it_ends_where_the_checkpoint_raises(recorded):
    truth, calls = recorded("count", 0, 11), []

    def checkpoint():
        calls.append(1)
        if len(calls) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fitted(truth, checkpoint)
    assert len(calls) == 2
