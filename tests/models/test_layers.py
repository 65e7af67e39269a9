import numpy as np
import pytest

pytest.importorskip("keras")

from emwidgets.models.layers import Choose


def answer(*logits, lacks=0.0, shape=(1, 4, 5)):
    return np.broadcast_to(np.array([*logits, lacks], np.float32), (*shape, len(logits) + 1)).copy()


def chosen(bank, said):
    return np.asarray(Choose()(bank, said))[..., 0]


@pytest.fixture
def bank():
    return np.random.default_rng(0).random((1, 4, 5, 8)).astype(np.float32)


def test_what_is_surely_sharp_is_left_alone_whatever_lacks(bank):
    np.testing.assert_array_equal(chosen(bank, answer(200, 0, 0, 0, lacks=9)), bank[..., 0])


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_sure_width_gives_its_restoration_and_what_it_lacks(bank, level):
    logits = np.zeros(4)
    logits[level] = 200
    np.testing.assert_allclose(chosen(bank, answer(*logits, lacks=0.25)), bank[..., level] + 0.25, atol=1e-6)


def test_doubt_gives_the_mean(bank):
    np.testing.assert_allclose(chosen(bank, answer(0, 0, 0, 0)), bank[..., :4].mean(axis=-1), atol=1e-6)
