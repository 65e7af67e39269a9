import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.refocusing.masks import MASKS, box_mask, smooth_mask

kinds = st.sampled_from(sorted(MASKS))


def draw(kind, shape, seed=0):
    return smooth_mask(kind, shape, np.random.default_rng(seed))


@given(kinds, st.tuples(st.integers(1, 40), st.integers(1, 40)), st.integers(0, 999))
def test_a_mask_goes_from_nought_to_one_at_any_size(kind, shape, seed):
    mask = draw(kind, shape, seed)
    assert mask.shape == shape
    assert mask.dtype == np.float32
    assert mask.max() == 1
    assert mask.min() == (0 if mask.size > 1 else 1)


@given(kinds, st.integers(0, 999))
def test_the_same_seed_gives_the_same_mask_and_another_one_another(kind, seed):
    mask = draw(kind, (32, 48), seed)
    assert np.array_equal(mask, draw(kind, (32, 48), seed))
    assert not np.array_equal(mask, draw(kind, (32, 48), seed + 1))


@given(st.integers(0, 999))
def test_a_tilted_specimen_is_flat_on_both_sides_of_its_line_of_focus(seed):
    mask = draw("tilt", (64, 64), seed).astype(float)
    bend = np.abs(np.diff(mask, 2, axis=1)) + 0
    steep = np.abs(np.diff(mask, axis=1)).max()
    # away from the fold, of at most two pixels in each row, the second difference is rounding
    assert np.sort(bend, axis=1)[:, :-3].max() < 1e-5 + 1e-3 * steep


@given(st.integers(0, 999))
def test_terraces_are_two_to_four_heights_with_narrow_rims(seed):
    mask = draw("step", (128, 128), seed)
    heights, counts = np.unique(mask.round(3), return_counts=True)
    terraces = heights[counts > 0.02 * mask.size]
    assert 2 <= len(terraces) <= 4
    assert np.isin(mask.round(3), terraces).mean() > 0.7


@given(st.integers(0, 999))
def test_hills_are_smooth(seed):
    mask = draw("random", (96, 128), seed)
    assert max(np.abs(np.diff(mask, axis=axis)).max() for axis in (0, 1)) < 0.15


def test_a_box_is_one_inside_and_ends_before_its_last_edge():
    mask = box_mask((5, 6), (1, 3, 2, 6))
    assert mask.sum() == 8
    assert mask[1:3, 2:].all()


def test_an_unknown_kind_and_an_empty_shape_are_said():
    with pytest.raises(ValueError, match="mask is 'hill': expected one of tilt, step, random"):
        draw("hill", (4, 4))
    with pytest.raises(ValueError, match="at least one row and one column"):
        draw("tilt", (0, 4))
