import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emwidgets.diffraction.heatmaps.activation import class_activation, class_asked, on_frame, positive_part

CLASSES = ("ring", "spot", "neither")
GRIDS = arrays(np.float32, (2, 6, 6), elements=st.floats(-10, 10, width=32))


@pytest.fixture
def answer():
    """Feature maps, head and what they answer."""
    rng = np.random.default_rng(0)
    features, weights, bias = rng.random((4, 5, 6, 7)), rng.normal(size=(7, 3)), rng.normal(size=3)
    return features, weights, bias, features.mean(axis=(1, 2)) @ weights + bias


def test_the_mean_of_a_map_and_the_bias_make_the_logit(answer):
    features, weights, bias, logits = answer
    for target in range(3):
        found = class_activation(features, weights, target).mean(axis=(1, 2)) + bias[target]
        np.testing.assert_allclose(found, logits[:, target], atol=1e-5)


def test_each_pattern_can_be_asked_about_another_class(answer):
    features, weights, _, _ = answer
    asked = np.array([2, 0, 1, 0])
    for one, target, map_ in zip(features, asked, class_activation(features, weights, asked), strict=True):
        np.testing.assert_allclose(map_, one @ weights[:, target], atol=1e-5)


def test_without_a_target_the_likelier_of_ring_and_spot_is_asked_about_even_where_neither_is_likelier_still():
    logits = np.array([[1.0, 0.0, 9.0], [0.0, 1.0, 9.0]])
    assert class_asked(logits, CLASSES, None).tolist() == [0, 1]
    assert class_asked(logits[:, ::-1], CLASSES[::-1], None).tolist() == [2, 1]


def test_a_class_that_is_none_is_refused_by_name():
    with pytest.raises(ValueError, match="target is 'sopt': expected one of ring, spot, neither"):
        class_asked(np.zeros((1, 3)), CLASSES, "sopt")


@given(GRIDS)
def test_the_positive_part_is_in_the_unit_interval_and_keeps_the_order_of_what_speaks_for_the_class(maps):
    found = positive_part(maps)
    assert found.min() >= 0
    assert found.max() <= 1
    for one, part in zip(maps, found, strict=True):
        assert part.max() == (1 if one.max() > 0 else 0)
        assert np.all(part[one <= 0] == 0)
        assert np.all(np.diff(part.ravel()[np.argsort(one, axis=None)]) >= 0)


@given(GRIDS, st.integers(16, 50), st.integers(16, 50))
def test_a_map_drawn_on_the_frame_stays_in_its_range_and_turns_with_it(maps, rows, columns):
    drawn = on_frame(maps, (rows, columns))
    assert drawn.shape == (2, rows, columns)
    assert np.all(drawn.max(axis=(1, 2)) <= maps.max(axis=(1, 2)))
    assert np.all(drawn.min(axis=(1, 2)) >= maps.min(axis=(1, 2)))
    turned = on_frame(maps.transpose(0, 2, 1), (columns, rows)).transpose(0, 2, 1)
    np.testing.assert_allclose(drawn, turned, atol=1e-4)


@pytest.mark.parametrize("shape", [(64, 64), (64, 128), (128, 64), (30, 100)])
def test_a_hot_cell_is_drawn_where_the_network_saw_it_in_the_frame_filled_up_to_a_square(shape):
    side = max(shape)
    maps = np.zeros((1, 16, 16), np.float32)
    row, column = 7, 8
    maps[0, row, column] = 1
    drawn = on_frame(maps, shape)[0]
    found = np.array(np.unravel_index(drawn.argmax(), shape)) + [(side - length) // 2 for length in shape]
    assert np.all(np.abs((found + 0.5) * 16 / side - (np.array([row, column]) + 0.5)) < 0.5)
    assert drawn.max() > 0.9


def test_a_map_is_drawn_without_steps():
    maps = np.random.default_rng(1).random((1, 16, 16)).astype(np.float32)
    drawn = on_frame(maps, (512, 512))[0]
    assert np.abs(np.diff(drawn, axis=0)).max() < 0.08  # a cell is 32 px: a linear ramp over one has steps of 0.03
