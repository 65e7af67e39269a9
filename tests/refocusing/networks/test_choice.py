import numpy as np
import pytest

from emwidgets.refocusing.networks.choice import chosen, width

LEVELS = (1.0, 2.0, 4.0)


def answer(*logits, lacks=0.0, shape=(4, 5)):
    return np.broadcast_to(np.array([*logits, lacks], np.float32), (*shape, len(logits) + 1))


@pytest.fixture
def bank():
    return np.random.default_rng(0).random((4, 5, 8)).astype(np.float32)


def test_what_is_surely_sharp_is_left_alone_whatever_lacks(bank):
    np.testing.assert_array_equal(chosen(bank, answer(200, 0, 0, 0, lacks=9)), bank[..., 0])


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_sure_width_gives_its_restoration_and_what_it_lacks(bank, level):
    logits = np.zeros(4)
    logits[level] = 200
    np.testing.assert_allclose(chosen(bank, answer(*logits, lacks=0.25)), bank[..., level] + 0.25, atol=1e-6)


def test_doubt_gives_the_mean(bank):
    np.testing.assert_allclose(chosen(bank, answer(0, 0, 0, 0)), bank[..., :4].mean(axis=-1), atol=1e-6)


def test_the_layer_of_the_network_does_the_same(bank):
    pytest.importorskip("keras")
    from emwidgets.refocusing.networks.layers import Choose

    said = np.random.default_rng(1).normal(0, 2, (4, 5, 5)).astype(np.float32)
    layer = np.asarray(Choose()(bank[None], said[None]))[0, ..., 0]
    np.testing.assert_allclose(layer, chosen(bank, said), atol=1e-5)


def test_the_width_is_the_mean_of_the_likely_ones_and_nought_where_sharp():
    assert width(np.array([-9.0, 9, -9, -9]), LEVELS) == pytest.approx(1, abs=1e-3)
    assert width(np.array([-9.0, -9, 9, 9]), LEVELS) == pytest.approx(3, abs=1e-3)
    assert width(np.array([9.0, 0, 0, 8]), LEVELS) == 0
    assert width(np.array([8.0, 0, 0, 9]), LEVELS) == pytest.approx(4, abs=0.01)
