import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.diffraction.networks.head import folds, refitted_temperature, taught


def labelled(n, seed=0, shift=2.0, channels=8):
    """Features of rings and spots, which the first feature tells apart, and a head that goes by the second alone."""
    rng = np.random.default_rng(seed)
    spot = np.arange(n) % 2 == 1
    features = rng.random((n, channels))
    features[:, 0] += np.where(spot, shift, 0)
    weights = np.zeros((channels, 2))
    weights[1] = -1, 1
    return features, spot, weights, np.zeros(2)


def accuracy(features, spot, weights, bias):
    return np.mean((features @ weights + bias).argmax(axis=1) == spot)


def test_it_learns_what_the_shipped_head_did_not_know():
    features, spot, weights, bias = labelled(500)
    new = taught(features[:300], spot[:300], weights, bias, epochs=200)
    assert accuracy(features[300:], spot[300:], weights, bias) < 0.7
    assert accuracy(features[300:], spot[300:], *new) > 0.95


def test_what_ring_and_spot_have_in_common_stays_as_it_was():
    features, spot, weights, bias = labelled(40)
    new_weights, new_bias = taught(features, spot, weights, bias, epochs=200)
    np.testing.assert_allclose(new_weights.sum(axis=1), weights.sum(axis=1), atol=1e-6)
    np.testing.assert_allclose(new_bias.sum(), bias.sum(), atol=1e-6)
    assert np.abs(new_weights - weights).max() > 0.1


def test_the_fewer_the_patterns_the_less_changes():
    features, spot, weights, bias = labelled(400)
    moved = [np.abs(taught(features[:n], spot[:n], weights, bias, epochs=300)[0] - weights).max() for n in (4, 40, 400)]
    assert moved == sorted(moved)
    assert moved[0] < moved[2] / 3


def test_without_freedom_nothing_changes():
    features, spot, weights, bias = labelled(40)
    new_weights, new_bias = taught(features, spot, weights, bias, epochs=200, freedom=1e-4)
    np.testing.assert_allclose(new_weights, weights, atol=1e-3)
    np.testing.assert_allclose(new_bias, bias, atol=1e-3)


def test_ten_times_as_many_of_one_label_do_not_make_it_the_answer_to_everything():
    features, spot, weights, bias = labelled(220, shift=0.0)  # nothing to learn but how often each label comes
    few = np.flatnonzero(spot)[:10]
    chosen = np.concatenate([np.flatnonzero(~spot), few])
    new = taught(features[chosen], spot[chosen], np.zeros_like(weights), bias, epochs=200)
    answered = (features @ new[0] + new[1]).argmax(axis=1)
    assert 0.2 < answered.mean() < 0.8


def test_labels_turned_round_turn_the_head_round():
    features, spot, weights, bias = labelled(40)
    there = taught(features, spot, weights, bias, epochs=300)
    back = taught(features, ~spot, weights[:, ::-1], bias[::-1], epochs=300)
    np.testing.assert_allclose(there[0], back[0][:, ::-1], atol=1e-3)


def test_the_loss_falls_and_each_pass_is_told():
    features, spot, weights, bias = labelled(60)
    told = []
    taught(features, spot, weights, bias, epochs=25, tell=told.append)
    assert 2 < len(told) <= 25
    assert told[-1] < told[0]
    short = []
    taught(features, spot, weights, bias, epochs=2, tell=short.append)
    assert len(short) == 2


@given(st.integers(2, 40), st.integers(2, 40), st.floats(0.05, 0.5), st.integers(0, 99))
def test_every_pattern_is_held_out_once_and_neighbours_together(rings, spots, held_out, seed):
    rng = np.random.default_rng(seed)
    numbers = rng.permutation(500)[: rings + spots]
    classes = rng.permutation(np.repeat([0, 1], [rings, spots]))
    parts = list(folds(numbers, classes, held_out))
    assert sorted(np.concatenate([asked for _, asked in parts])) == list(range(len(numbers)))
    for learnt, asked in parts:
        assert set(learnt) | set(asked) == set(range(len(numbers)))
        assert not set(learnt) & set(asked)
        assert set(classes[asked]) == set(classes[learnt]) == {0, 1}
        for one in (0, 1):
            inside = numbers[asked[classes[asked] == one]]
            others = numbers[learnt[classes[learnt] == one]]
            assert not np.any((others > inside.min()) & (others < inside.max()))


def test_a_fifth_held_out_makes_five_parts_and_fewer_labels_fewer():
    numbers = np.arange(40)
    assert len(list(folds(numbers, numbers % 2, 0.2))) == 5
    assert len(list(folds(numbers, (numbers < 3).astype(int), 0.2))) == 3


@pytest.mark.parametrize("true", [0.5, 3.0])
def test_many_held_out_patterns_set_the_temperature_and_few_leave_it(true):
    rng = np.random.default_rng(0)
    margin = rng.normal(size=4000) * 3
    spot = (rng.random(4000) < 1 / (1 + np.exp(-margin / true))).astype(int)
    logits = np.stack([-margin / 2, margin / 2], axis=1)
    assert refitted_temperature(logits, spot, 1.0) == pytest.approx(true, rel=0.15)
    assert abs(np.log(refitted_temperature(logits[:6], spot[:6], 1.0))) < abs(np.log(true)) / 2
