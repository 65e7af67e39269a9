import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emwidgets.diffraction.networks.normalise import SIZE, prepared, ranked, unusable
from emwidgets.diffraction.simulation.dataset import sample


@pytest.fixture(scope="module")
def pattern():
    return sample(3, size=96, seed=5).image


frames = hnp.arrays(np.float32, (40, 40), elements=st.floats(0, 1000, width=32)).filter(lambda f: np.ptp(f) > 1)


def test_a_pattern_of_any_size_comes_out_square_in_the_range_of_the_networks(pattern):
    image = prepared(pattern[None])
    assert image.shape == (1, SIZE, SIZE)
    assert image.dtype == np.float32
    assert 0 <= image.min() < image.max() <= 1


@given(frames, st.floats(0.01, 1000), st.floats(-100, 100))
@settings(max_examples=25, deadline=None)
def test_gain_and_offset_of_the_detector_change_next_to_nothing(frame, gain, offset):
    ours, others = prepared(np.stack([frame, frame.astype(np.float64) * gain + offset]))
    assert np.mean(np.abs(ours - others) > 0.02) < 0.01


def test_linear_square_root_and_logarithmic_displays_of_a_pattern_look_nearly_the_same(pattern):
    counts = np.clip(pattern, 0, None)
    linear = prepared(counts[None])
    for displayed in (np.sqrt(counts), np.log1p(counts)):
        assert np.abs(prepared(displayed[None]) - linear).mean() < 0.02


def test_bright_pixels_come_out_brighter_and_equal_ones_equal(pattern):
    order = np.argsort(pattern, axis=None)
    values = ranked(pattern).ravel()[order]
    assert np.all(np.diff(values) >= 0)
    constant = pattern.copy()
    constant[:10] = 7
    assert len(np.unique(ranked(constant)[:10])) == 1


def test_a_film_negative_is_the_mirror_image_of_its_print(pattern):
    np.testing.assert_allclose(ranked(pattern.max() - pattern), 1 - ranked(pattern), atol=0.03)


def test_a_turned_pattern_comes_out_turned(pattern):
    turned = np.stack([pattern, np.rot90(pattern), pattern[:, ::-1]])
    one, quarter, mirrored = prepared(turned)
    np.testing.assert_allclose(np.rot90(one), quarter, atol=1e-3)
    np.testing.assert_allclose(one[:, ::-1], mirrored, atol=1e-3)


def test_a_frame_that_is_no_square_keeps_its_circles_round():
    y, x = np.mgrid[-60:60, -90:90]
    wide = np.exp(-np.square((np.hypot(x, y) - 40) / 3)) * 100
    image = prepared(wide[None])[0]
    bright = np.argwhere(image > 0.8)
    extent = np.ptp(bright, axis=0)
    assert abs(extent[0] - extent[1]) <= 1
    np.testing.assert_allclose(bright.mean(axis=0), (SIZE - 1) / 2, atol=1)


def test_pixels_that_are_not_finite_count_as_background(pattern):
    broken = pattern.copy()
    broken[20:22] = np.nan
    broken[5, 5] = np.inf
    image = prepared(broken[None])
    assert np.isfinite(image).all()
    whole = prepared(pattern[None])
    assert np.mean(np.abs(image - whole) > 0.1) < 0.05


def test_counts_of_which_most_are_nought_keep_their_few_electrons():
    sparse = np.zeros((SIZE, SIZE), np.uint16)
    sparse[10::16, 10::16] = 1
    image = prepared(sparse[None])[0]
    assert image[10, 10] > image[0, 0] + 0.3


@pytest.mark.parametrize(
    ("frame", "why"),
    [(np.zeros((8, 8)), "constant"), (np.full((8, 8), 255), "constant"), (np.full((8, 8), np.nan), "no finite pixel")],
)
def test_a_frame_without_a_pattern_is_named_with_the_reason(pattern, frame, why):
    assert why in unusable(frame)
    frames = np.stack([np.ones((8, 8)) * np.arange(8), frame])
    with pytest.raises(ValueError, match=f"frame 1 .*{why}"):
        prepared(frames)
    assert unusable(pattern) is None


def test_contrast_that_float32_has_no_room_for_is_said_to_be_lost():
    frame = np.float32(1e9 + np.eye(8))
    assert unusable(frame).startswith("is constant (all 1e+09 to the precision of float32; subtract the offset")


def test_a_single_frame_is_asked_for_as_a_stack_of_one(pattern):
    with pytest.raises(ValueError, match="one frame is n = 1"):
        prepared(pattern)
