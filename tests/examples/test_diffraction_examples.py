"""The shipped patterns show the lattices they are said to show, at the scale that was given to them."""

import numpy as np
import pytest
from scipy import ndimage

from emwidgets import examples
from emwidgets.signals import calibrated_frames

#: 1/nm of gold {111}, {220}, {311} (a = 0.40786 nm) and of graphite {100}, {110} (a = 0.2461 nm).
GOLD = np.sqrt([3, 8, 11]) / 0.40786
GRAPHITE = 2 / (np.sqrt(3) * 0.2461), 2 / 0.2461


def profile(frame, centre, scale):
    """Median over the azimuths at each distance in px, without its slow part; and the distances in 1/nm."""
    row, column = np.indices(frame.shape)
    ring = np.hypot(row - centre[0], column - centre[1]).astype(int)
    medians = ndimage.median(frame, ring, np.arange(40, 180))
    return np.arange(40, 180) * scale + scale / 2, medians - ndimage.gaussian_filter1d(medians, 12)


@pytest.mark.parametrize("k", GOLD)
def test_the_rings_are_those_of_gold(k):
    frames = calibrated_frames(examples.gold_rings(), kind=None)
    assert frames.unit == "1/nm"
    distance, height = profile(frames.data[0], (204.5, 196.5), frames.scale[0])
    near = np.abs(distance / k - 1) < 0.07
    assert distance[near][np.argmax(height[near])] == pytest.approx(k, rel=0.03)
    beside = (np.abs(distance / k - 1) > 0.05) & near
    assert height[near].max() > height[beside].max() + 2  # grey values


def test_the_spots_are_those_of_graphite_and_six_of_a_kind():
    frames = calibrated_frames(examples.graphite_spots(), kind=None)
    assert frames.unit == "1/nm"
    image = ndimage.gaussian_filter(frames.data[0].astype(float), 3)
    sharp = image - ndimage.gaussian_filter(image, 25)
    spots = np.argwhere((ndimage.maximum_filter(sharp, 25) == sharp) & (sharp > 0.3 * sharp.max()))
    k = np.hypot(*(spots - (556, 505.5)).T) * frames.scale[0]
    for expected, least in zip(GRAPHITE, (4, 5), strict=True):  # the beam stop hides some
        assert np.sum(np.abs(k / expected - 1) < 0.03) >= least


@pytest.mark.parametrize("load", [examples.gold_rings, examples.graphite_spots])
def test_the_scale_that_is_not_in_the_file_is_explained(load):
    assert "the file states none" in load().metadata.General.notes
