import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("keras")

from emwidgets.refocusing.networks.bank import LEVELS
from emwidgets.refocusing.networks.losses import (
    SHARE,
    blurredness,
    chances,
    decibels,
    sharp_loss,
    widths_loss,
)


def wanted(target, blurred):
    return np.stack([target, np.broadcast_to(blurred, target.shape)], axis=-1).astype(np.float32)


@pytest.fixture
def target():
    return np.random.default_rng(0).random((2, 16, 16)).astype(np.float32)


def test_a_blurred_image_counts_its_signal_to_noise_ratio(target):
    off = np.array([0.1, 0.01])[:, None, None]
    loss = float(np.mean(decibels(wanted(target, 1.0), (target + off)[..., None].astype(np.float32))))
    assert loss == pytest.approx(np.mean(10 * np.log10(off.ravel() ** 2 + 2e-4)), abs=1e-3)


def test_a_sharp_image_counts_less(target):
    off = (target + 0.05)[..., None].astype(np.float32)
    loss = float(np.mean(decibels(wanted(target, 0.0), off)))
    assert loss == pytest.approx(SHARE * 10 * np.log10(0.05**2 + 3e-5), abs=1e-3)


def test_errors_in_one_part_do_not_count_in_the_other(target):
    blurred = np.zeros((16, 16))
    blurred[:, 8:] = 1
    spoilt = target.copy()
    spoilt[:, :, 8:] += 0.2
    loss = float(np.mean(decibels(wanted(target, blurred), spoilt[..., None])))
    assert loss == pytest.approx(10 * np.log10(0.04) + SHARE * 10 * np.log10(3e-5), abs=0.1)


def test_the_right_answers_cost_least():
    sigma = np.full((1, 2, 2), LEVELS[3])
    right = np.full((1, 2, 2, 2 + len(LEVELS)), -9.0, np.float32)
    right[..., 4] = 9
    wrong = np.roll(right, 1, axis=-1)
    truth = chances(sigma, LEVELS)
    assert float(np.mean(widths_loss(truth, right))) < 0.01 < float(np.mean(widths_loss(truth, wrong)))
    answer = np.zeros((1, 2, 2, 2 + len(LEVELS)), np.float32)
    answer[..., 0] = 9
    costs = [float(np.mean(sharp_loss(np.full((1, 2, 2, 1), blur, np.float32), answer))) for blur in (0.0, 1.0)]
    assert costs[0] < 0.01 < costs[1]


def test_a_gate_that_is_shut_still_learns_to_open():
    """The slope of the loss does not vanish where the answer is surely wrong."""
    costs = []
    for logit in (30.0, 29.0):
        answer = np.zeros((1, 1, 1, 2 + len(LEVELS)), np.float32)
        answer[..., 0] = logit
        costs.append(float(np.mean(sharp_loss(np.ones((1, 1, 1, 1), np.float32), answer))))
    assert costs[0] - costs[1] == pytest.approx(1, abs=0.01)


@given(st.floats(0, 10))
def test_widths_as_probabilities_sum_to_one_and_mean_themselves(sigma):
    found = chances(np.array(sigma), LEVELS)
    assert found.sum() == pytest.approx(1, abs=1e-5)
    assert (found >= 0).all()
    if LEVELS[0] <= sigma <= LEVELS[-1]:
        mean = np.exp((found[1:] * np.log(LEVELS)).sum() / found[1:].sum())
        assert mean == pytest.approx(sigma, rel=0.02)


def test_what_blurs_nothing_is_sharp():
    assert blurredness(0.3) == 0
    assert blurredness(0.7) == 1
    assert 0.4 < blurredness(0.5) < 0.6
