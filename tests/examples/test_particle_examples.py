"""The shipped particle is what it is said to be: one nearly round particle, which no cuboid is."""

import numpy as np

from emwidgets import examples, particles
from emwidgets.particles.networks.framing import find


def test_there_is_one_nearly_round_particle_that_does_not_touch_the_border():
    image = examples.platinum_cobalt_particle().data
    frame = find(image)
    assert not frame.touches
    assert frame.solidity > 0.95
    rows, columns = np.nonzero(frame.outline)
    spreads = np.linalg.eigvalsh(np.cov(rows, columns))
    assert spreads[1] / spreads[0] < 1.4  # of a disc 1, of an ellipse the square of the ratio of its axes
    assert frame.mean > 2 * frame.background


def test_its_source_says_which_part_of_the_original_it_is():
    source = examples.sources().loc["platinum_cobalt_particle.png"]
    assert "rows 209 to 304 and columns 386 to 481" in source.changes
    assert examples.platinum_cobalt_particle().data.shape == (304 - 208, 481 - 385)


def test_asked_for_cut_corners_it_is_in_doubt_and_measured_in_pixels():
    found = particles.classify(examples.platinum_cobalt_particle(), "count")
    assert found.unit == "px"
    assert found.uncertain
