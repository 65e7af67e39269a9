import numpy as np
import pytest

from emwidgets.diffraction.rules.relief import LARGEST, SMALLEST, relief, without_hot_pixels


def test_small_frames_are_enlarged_and_large_ones_reduced_with_their_proportions(rng):
    for shape, expected in (((64, 48), (128, 96)), ((150, 100), (150, 100)), ((768, 384), (LARGEST, LARGEST // 2))):
        found = relief(rng.random(shape))
        assert found.even.shape == expected
        assert found.even.shape == found.height.shape == found.tone.shape == found.seen.shape
    assert SMALLEST < LARGEST


def test_places_are_told_in_pixels_of_the_frame(rng):
    frame = np.zeros((512, 384)) + rng.normal(0, 0.01, (512, 384))
    frame[296:304, 96:104] += 1
    found = relief(frame)
    place = np.unravel_index(np.argmax(found.height), found.height.shape)
    assert found.to_frame(*place) == pytest.approx((299.5, 99.5), abs=2)


def test_gain_and_offset_change_nothing(recorded):
    frame = recorded(1)
    ours, others = relief(frame), relief(frame.astype(np.float64) * 37.5 - 1e4)
    np.testing.assert_allclose(ours.even, others.even, atol=0.01)
    np.testing.assert_allclose(ours.height, others.height, atol=0.001)


def test_a_smooth_background_leaves_no_relief():
    y, x = np.indices((128, 128))
    spot = np.exp(-((y - 40) ** 2 + (x - 90) ** 2) / 8)
    slope = 3 * np.exp(-np.hypot(y - 64, x - 64) / 60)
    height = relief(spot + slope).height
    assert np.unravel_index(np.argmax(height), height.shape) == (40, 90)
    assert np.abs(height[90:120, 10:40]).max() < 0.05 * height.max()


def test_gaps_between_chips_are_taken_off_whole_rows_and_columns(recorded):
    frame = recorded(5000).copy()
    frame[60:62] = 0
    frame[:, 130] = 0
    gap = np.abs(relief(frame).height[60:62].mean(axis=1))
    assert gap.max() < 0.2 * relief(frame).height.max()


def test_a_hot_pixel_goes_and_a_reflection_stays(rng):
    y, x = np.indices((64, 64))
    reflection = 100 * np.exp(-((y - 20) ** 2 + (x - 20.3) ** 2) / (2 * 0.7**2))
    frame = (reflection + rng.random((64, 64))).astype(np.float32)
    hot = frame.copy()
    hot[40, 40] = 500
    cleaned = without_hot_pixels(hot)
    assert cleaned[40, 40] < 2
    assert cleaned[20, 20] == hot[20, 20]


def test_missing_pixels_count_as_hidden(recorded):
    frame = recorded(5000).copy()
    frame[:40, :40] = np.nan
    found = relief(frame)
    assert not found.seen[:38, :38].any()
    assert np.isfinite(found.even).all()
    assert (found.even[:38, :38] == 0).all()


@pytest.mark.parametrize(
    ("frame", "complaint"),
    [
        (np.zeros((64, 64)), r"frame is constant \(all 0\)"),
        (np.full((64, 64), 7, np.uint16), r"frame is constant \(all 7\)"),
        (np.full((64, 64), np.nan), "frame has no finite pixel"),
        (np.ones((4, 64, 64)), r"frame has shape \(4, 64, 64\): expected one pattern"),
        (np.eye(12), "frame has 12 × 12 px: expected at least 16 × 16"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_reason(frame, complaint):
    with pytest.raises(ValueError, match=complaint):
        relief(frame)


def test_a_frame_saturated_but_for_a_few_pixels_still_has_a_relief():
    frame = np.full((64, 64), 255, np.uint8)
    frame[30:33, 30:33] = 10
    assert np.abs(relief(frame).even).max() > 0


@pytest.mark.parametrize("background", [0.0, 100.0])
def test_a_blank_frame_with_a_cosmic_ray_is_no_pattern(background):
    frame = np.full((100, 100), background)
    frame[40, 60], frame[70, 20] = 5000, 900
    with pytest.raises(ValueError, match="constant but for a few bright pixels"):
        relief(frame)
