import numpy as np
import pytest
from hyperspy.signals import Signal2D

from emwidgets.refocusing.width import Width, pixel_length, sentence
from emwidgets.signals import calibration


def where_of(units="nm", scale=(2.0, 8.0)):
    signal = Signal2D(np.zeros((20, 30)))
    for axis, step in zip(signal.axes_manager.signal_axes, scale, strict=True):
        axis.scale, axis.units = step, units
    return calibration(signal)


def test_only_what_is_blurred_by_half_a_pixel_or_more_counts():
    widths = np.zeros((10, 10))
    widths[:, 6:] = [[1.0, 2.0, 3.0, 0.4]] * 10
    found = Width.of(widths)
    assert found.share == 0.3
    assert found.middle == 2
    assert found.spread == pytest.approx(1, abs=0.05)


def test_hardly_a_pixel_is_none():
    widths = np.zeros((30, 30))
    widths[0, :3] = 5
    assert np.isnan(Width.of(widths).middle)
    assert Width.of(np.zeros(0)).share == 0


def test_a_pixel_that_is_longer_than_wide_has_the_geometric_mean_for_its_length():
    assert pixel_length(where_of()) == 4
    assert pixel_length(where_of("")) is None


@pytest.mark.parametrize(
    ("share", "units", "said"),
    [
        (0.0, "nm", "No part of the image was found out of focus."),
        (0.4, "nm", "40 % of the image was out of focus by 2.0 ± 0.3 px (8 nm); the rest was left alone."),
        (0.4, "", "40 % of the image was out of focus by 2.0 ± 0.3 px; the rest was left alone."),
        (1.0, "nm", "The whole image was out of focus by 2.0 ± 0.3 px (8 nm)."),
    ],
)
def test_a_sentence_says_how_much_of_it_and_by_how_much(share, units, said):
    assert sentence(Width(share, 2.0, 0.3), where_of(units), "image") == said
