"""What the explorer refuses, and in which words."""

import hyperspy.api as hs
import numpy as np
import pytest

import emwidgets as emw


def test_input_that_is_no_image_is_refused_at_once():
    flat = hs.signals.Signal2D(np.full((64, 64), 3.0))
    empty = hs.signals.Signal2D(np.full((64, 64), np.nan))
    backwards = hs.signals.Signal2D(np.random.default_rng(0).normal(size=(64, 64)))
    backwards.axes_manager.signal_axes.set(scale=-0.02, units="nm")
    for signal, words in [
        (None, "expected a HyperSpy signal"),
        ("image.dm3", "load"),
        (np.ones((64, 64)), "wrap it"),
        (hs.signals.Signal1D(np.arange(64.0)), "expected images"),
        (flat, "constant"),
        (empty, "no valid pixel"),
        (hs.signals.Signal2D(np.eye(8)), "at least 16"),
        (backwards, "positive"),
        (hs.signals.Signal2D(np.eye(64) * 1j), "complex"),
    ]:
        with pytest.raises((TypeError, ValueError), match=words):
            emw.DomainExplorer(signal)


@pytest.mark.parametrize(
    ("controls", "error"),
    [
        ({"threshold": 2}, ValueError),
        ({"d_range": (0.5, 0.2)}, ValueError),
        ({"eps": -1}, ValueError),
        ({"min_samples": 0}, ValueError),
        ({"min_samples": 1.5}, ValueError),
        ({"pixel_size": 0}, ValueError),
        ({"treshold": 0.5}, TypeError),
    ],
)
def test_an_impossible_argument_is_refused_by_name(corner, controls, error):
    with pytest.raises(error, match=next(iter(controls))):
        emw.DomainExplorer(corner, **controls)


def test_the_signal_is_not_changed(corner):
    signal = corner.deepcopy()
    widget = emw.DomainExplorer(signal, pixel_size=0.05)
    assert widget.result is not None
    widget.close()
    np.testing.assert_array_equal(signal.data, corner.data)
    assert signal.axes_manager.signal_axes[0].scale == corner.axes_manager.signal_axes[0].scale
