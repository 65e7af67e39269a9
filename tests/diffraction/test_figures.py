"""Figures of a classification: one pattern, a stack, a scan, and more dimensions."""

import numpy as np
import plotly.graph_objects as go
import pytest

from emwidgets import diffraction


def test_one_pattern_is_shown_by_the_bars_of_every_method(spot_frame):
    from hyperspy.signals import Signal2D

    found = diffraction.classify(Signal2D(spot_frame.image))
    figure = found.plot()
    ring, spot = figure.data
    assert list(ring.y) == ["densenet", "googlenet", "cnn", "vote"]
    np.testing.assert_allclose(np.add(ring.x, spot.x), 1)
    assert ring.x[-1] == pytest.approx(found.probabilities[0])
    assert ring.x[0] == pytest.approx(found.members["densenet"][0])
    assert str(found.labels) in figure.layout.title.text


def test_doubt_and_correction_are_said_in_the_title(scan, left_or_right):
    faint = scan.inav[1, 1]
    assert "uncertain: probability below" in diffraction.classify(faint, left_or_right()).plot().layout.title.text
    corrected = diffraction.classify(faint, left_or_right(), corrections={0: "spot"}).plot()
    assert corrected.layout.title.text == "spot (corrected by hand)"


def test_a_pattern_that_cannot_be_read_has_no_bars(scan, left_or_right):
    figure = diffraction.classify(scan.inav[2, 0], left_or_right()).plot()
    assert np.isnan(np.asarray(figure.data[0].x, float)).all()
    assert "unreadable" in figure.layout.title.text


def test_a_scan_is_a_map_in_its_units_with_a_veil_over_what_is_uncertain(scan, left_or_right):
    found = diffraction.classify(scan, left_or_right())
    figure = found.plot()
    ring, veil = figure.data
    np.testing.assert_array_equal(ring.z, found.probabilities[..., 0])
    np.testing.assert_array_equal(np.isfinite(veil.z), found.uncertain)
    assert list(ring.x) == [10.0, 10.5, 11.0]
    assert list(ring.y) == [0.0, 2.0]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("x (nm)", "y (nm)")
    assert ring.text[0][0].startswith("ring ")
    assert ring.text[0][2] == "could not be read"


def test_a_stack_is_a_curve_with_crosses_where_it_is_uncertain(scan, left_or_right):
    figure = diffraction.classify(scan.inav[:, 1], left_or_right()).plot()
    certain, uncertain = figure.data
    assert list(certain.x) == [10.0, 11.0]
    assert list(uncertain.x) == [10.5]
    assert uncertain.marker.symbol == "x"
    assert figure.layout.xaxis.title.text == "x (nm)"


def test_what_has_more_dimensions_is_a_curve_over_its_frames(sided, left_or_right):
    from hyperspy.signals import Signal2D

    frames = np.stack([sided("ring")] * 8).reshape(2, 2, 2, 40, 48)
    figure = diffraction.classify(Signal2D(frames), left_or_right()).plot()
    assert isinstance(figure, go.Figure)
    assert list(figure.data[0].x) == list(range(8))
    assert figure.layout.xaxis.title.text == "frame"
