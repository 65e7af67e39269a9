"""The picture: both images cut at the handle, beside each other, subtracted, with a map over them."""

from dataclasses import replace

import numpy as np
import pytest

from emwidgets.frontend.colours import interpolated
from emwidgets.refocusing.comparer.picture import BLUE_ORANGE, comparison_picture, lay_map


@pytest.fixture
def looked(comparer, grains, as_image):
    """Scene and restoration of a comparer, blurred first."""
    signal = as_image(np.clip(grains((60, 80), low=40, high=200), 0, 255), scale=None)
    seen = comparer(signal, blur=True, blur_noise=0.0)._answered()
    return seen.scene, seen.shown.restoration


def drawn(looked, strength=1.0, **view):
    return np.asarray(comparison_picture(*looked, strength, view)).astype(int)


def without_bar(picture):
    """The upper part, where no scale bar is."""
    return picture[: len(picture) // 2]


def test_a_swipe_shows_one_image_before_the_handle_and_the_other_behind(looked):
    before, after = drawn(looked, swipe=1.0), drawn(looked, swipe=0.0)
    half = drawn(looked, swipe=0.5)
    assert half.shape == (60, 80, 3)
    np.testing.assert_array_equal(without_bar(half)[:, :38], without_bar(before)[:, :38])
    np.testing.assert_array_equal(without_bar(half)[:, 42:], without_bar(after)[:, 42:])
    assert (half[:30, 39:41] == 255).all()
    assert (without_bar(before) != without_bar(after)).any()
    upright = drawn(looked, swipe=0.25, swipe_vertical=True)
    np.testing.assert_array_equal(upright[:13], before[:13])
    np.testing.assert_array_equal(upright[17:30], after[17:30])


def test_side_by_side_both_are_whole(looked):
    both, before, after = drawn(looked, mode="side"), drawn(looked, swipe=1.0), drawn(looked, mode="blink")
    assert both.shape == (60, 162, 3)
    np.testing.assert_array_equal(without_bar(both)[:, :78], without_bar(before)[:, :78])
    np.testing.assert_array_equal(without_bar(both)[:, 84:], without_bar(after)[:, 2:])


def test_strength_nought_is_the_image_as_it_was_and_differs_nowhere(looked):
    nothing = drawn(looked, 0.0, mode="difference")
    middle = interpolated(BLUE_ORANGE)[128]
    assert (without_bar(nothing) == middle).all()
    after = drawn(looked, 0.0, mode="blink")
    np.testing.assert_array_equal(without_bar(after), without_bar(drawn(looked, 0.0, swipe=1.0)))


def test_what_became_darker_is_blue_and_what_became_brighter_orange(looked):
    picture = without_bar(drawn(looked, mode="difference"))
    scene, restoration = looked
    change = restoration.frame.restored.image - scene.seen
    clear = np.abs(change) > np.abs(change).max() / 3
    upper = (slice(0, 30), slice(None))
    bluer = picture[..., 2] > picture[..., 0]
    assert clear[upper].sum() > 20
    np.testing.assert_array_equal(bluer[clear[upper]], (change < 0)[upper][clear[upper]])


def test_what_was_hardly_changed_is_not_drawn_as_if_it_were(looked):
    scene, restoration = looked
    little = replace(restoration, frame=replace(restoration.frame, change=restoration.frame.change * np.float32(1e-4)))
    picture = np.asarray(comparison_picture(scene, little, 1.0, {"mode": "difference"})).astype(int)
    assert np.abs(without_bar(picture) - interpolated(BLUE_ORANGE)[128]).max() < 20


def test_against_the_truth_the_left_image_is_the_truth(looked):
    scene, _ = looked
    truth, before = drawn(looked, swipe=1.0, against="truth"), drawn(looked, swipe=1.0)
    assert (truth != before).any()
    assert np.std(truth[:30]) > np.std(before[:30])
    assert scene.truth is not None


def test_contrast_of_their_own_makes_each_image_fill_the_scale(looked):
    shared = drawn(looked, swipe=1.0, contrast="shared", stage={"limits": "min-max"})
    separate = drawn(looked, swipe=1.0, contrast="separate", stage={"limits": "min-max"})
    assert without_bar(shared).max() < without_bar(separate).max()


@pytest.mark.parametrize("overlay", ["change", "defocus", "uncertainty"])
def test_a_map_lies_over_both_images_and_lets_them_shine_through(looked, overlay):
    plain, covered = drawn(looked, mode="side"), drawn(looked, mode="side", overlay=overlay, opacity=0.8)
    assert (plain != covered)[:30, 45:75].any()
    assert (plain != covered)[:30, -30:].any()
    if overlay == "defocus":  # the left half is in focus
        np.testing.assert_array_equal(without_bar(plain)[:, :39], without_bar(covered)[:, :39])
    none = drawn(looked, mode="side", overlay=overlay, opacity=0.0)
    np.testing.assert_array_equal(plain, none)


def test_a_map_covers_as_much_as_it_is_told():
    picture = np.full((300, 4, 3), 100, np.uint8)
    table = np.full((256, 3), 200, np.uint8)
    cover = np.linspace(0, 1, 1200).reshape(300, 4)
    lay_map(picture, cover, table, cover, 1.0)
    assert picture[0, 0, 0] == 100
    assert picture[-1, -1, 0] == 200
    assert (np.diff(picture[..., 0].ravel().astype(int)) >= 0).all()


def test_an_image_without_a_restoration_is_drawn_too(comparer, as_image):
    seen = comparer(as_image(np.full((50, 60), 7.0)))._answered()
    for mode in ("swipe", "side", "blink", "difference"):
        picture = comparison_picture(seen.scene, seen.shown.restoration, 1.0, {"mode": mode, "overlay": "defocus"})
        assert picture.size[1] == 50
