"""Figures of a classification: one particle, a stack, a scan, and more dimensions."""

import numpy as np
import pytest
from hyperspy.signals import Signal2D

from emwidgets import particles


def test_one_particle_is_shown_by_the_bars_of_its_classes(scan, disc_reader):
    found = particles.classify(scan.inav[1, 0])
    (bars,) = found.plot().data
    assert list(bars.x) == list(found.classes)
    np.testing.assert_array_equal(bars.y, found.probabilities)
    assert "1 (" in found.plot().layout.title.text


def test_doubt_is_said_in_the_title(scan, disc_reader):
    assert "uncertain: probability below" in particles.classify(scan.inav[1, 1]).plot().layout.title.text
    assert "constant" in particles.classify(scan.inav[2, 0]).plot().layout.title.text
    assert "not identifiable" in particles.classify(scan.inav[0, 0], "handedness").plot().layout.title.text


def test_views_of_one_particle_are_one_picture(views, disc_reader):
    (bars,) = particles.classify(views, views=True).plot().data
    assert np.argmax(bars.y) == 2


def test_a_stack_is_its_course_with_crosses_where_it_is_uncertain(scan, disc_reader):
    found = particles.classify(scan.inav[:, 1])
    heat, certain, uncertain = found.plot().data
    np.testing.assert_array_equal(heat.z, found.probabilities.T)
    assert list(heat.x) == [10.0, 10.5, 11.0]
    assert (list(certain.x), list(certain.y)) == ([10.0], ["3"])
    assert (list(uncertain.x), list(uncertain.y)) == ([10.5, 11.0], ["3", "8"])
    assert certain.marker.symbol != uncertain.marker.symbol
    assert uncertain.text[1].endswith("unlike anything learnt")
    assert found.plot().layout.xaxis.title.text == "x (nm)"


def test_what_could_not_be_read_has_no_mark_on_the_course(scan, disc_reader):
    _, certain, uncertain = particles.classify(scan.inav[:, 0]).plot().data
    assert list(certain.x) == [10.0, 10.5]
    assert list(uncertain.x) == []


def test_a_scan_is_a_map_in_its_units_with_a_veil_over_what_is_uncertain(scan, disc_reader):
    found = particles.classify(scan)
    figure = found.plot()
    labels, veil = figure.data
    np.testing.assert_array_equal(labels.z, [[0, 1, np.nan], [3, 3, 8]])
    np.testing.assert_array_equal(np.isfinite(veil.z), found.uncertain)
    assert list(labels.x) == [10.0, 10.5, 11.0]
    assert list(labels.y) == [0.0, 2.0]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("x (nm)", "y (nm)")
    assert labels.text.tolist() == [["0", "1", ""], ["3", "", ""]]  # not told apart by colour alone
    assert veil.text.tolist() == [["", "", "?"], ["", "3?", "8?"]]
    assert labels.customdata[0][2] == "could not be read"
    assert list(labels.colorbar.ticktext) == list(found.classes)


@pytest.mark.parametrize("task", ["deformed", "count"])
def test_every_class_has_one_step_of_the_colours(scan, disc_reader, task):
    found = particles.classify(scan, task)
    labels, _ = found.plot().data
    steps = [colour for _, colour in labels.colorscale]
    assert len(set(steps)) == len(found.classes)
    assert labels.colorscale[0][0] == 0
    assert labels.colorscale[-1][0] == 1


def test_what_has_more_dimensions_is_a_course_over_its_frames(disc, disc_reader):
    frames = np.stack([disc(level) for level in range(8)]).reshape(2, 2, 2, 40, 48)
    figure = particles.classify(Signal2D(frames)).plot()
    assert list(figure.data[0].x) == list(range(8))
    assert figure.layout.xaxis.title.text == "frame"
