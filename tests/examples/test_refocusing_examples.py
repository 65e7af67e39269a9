"""The shipped pair is one field, once in focus and once not, and the islands have hard edges."""

import numpy as np
import pytest

from emwidgets import examples
from emwidgets.refocusing import score
from emwidgets.refocusing.networks.splits import split_of
from emwidgets.refocusing.registration import registered
from emwidgets.refocusing.sharpness import sharpness
from emwidgets.signals import calibrated_frames

LOAD = [examples.gold_on_carbon, examples.brain_out_of_focus, examples.brain_in_focus]


@pytest.mark.parametrize("load", LOAD)
def test_nobody_has_stated_their_pixel_size(load):
    frames = calibrated_frames(load())
    assert (frames.unit, frames.calibrated) == ("px", False)
    assert frames.data.shape == (1, 384, 384)


def test_both_images_of_the_pair_show_one_field_to_a_fraction_of_a_pixel():
    out, in_focus = (load().data.astype(float) for load in (examples.brain_out_of_focus, examples.brain_in_focus))
    laid = registered(out, in_focus)
    assert np.abs(laid.shift).max() < 0.3
    assert np.corrcoef(out.ravel(), laid.reference.ravel())[0, 1] > 0.8


def test_one_of_the_pair_is_out_of_focus():
    out, in_focus = (load().data.astype(float) for load in (examples.brain_out_of_focus, examples.brain_in_focus))
    assert sharpness(in_focus) > 1.2 * sharpness(out)


def test_a_drift_between_the_two_costs_decibels_unless_they_are_registered():
    out, in_focus = examples.brain_out_of_focus().isig[:, :-5], examples.brain_in_focus().isig[:, 5:]
    found = score(out, in_focus)
    assert found["shift"] == pytest.approx((0, 5), abs=0.3)
    assert found["psnr"] > score(out, in_focus, register=False)["psnr"] + 1


def test_the_islands_are_sharper_than_anything_blurred_by_two_pixels():
    from scipy.ndimage import gaussian_filter

    gold = examples.gold_on_carbon().data.astype(float)
    assert sharpness(gold) > 1.3 * sharpness(gaussian_filter(gold, 2))


def test_no_network_has_learnt_from_the_islands():
    original = examples.sources().loc["gold_on_carbon.png", "source"]
    assert split_of(original.split("/")[3] + "_Gold_on_Carbon.jpg") == "test"


@pytest.mark.parametrize("load", LOAD)
def test_their_sources_say_which_part_of_the_original_they_are(load):
    changes = examples.sources().loc[load().metadata.General.original_filename, "changes"]
    first, last = (int(number) for number in changes.split("rows ")[1].split(" and")[0].split(" to "))
    assert last - first + 1 == load().data.shape[0]
