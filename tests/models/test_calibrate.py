import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from emwidgets.models.calibrate import calibration_error, probabilities, temperature, wilson


def drawn(n, sharpness, seed=0):
    """Logits of an observer, and classes drawn with the very probabilities that they say."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=sharpness, size=(n, 3))
    said = probabilities(logits)
    return logits, (rng.random(n)[:, None] > np.cumsum(said, axis=1)).sum(axis=1)


@pytest.mark.parametrize("too_sure", [0.5, 1.0, 3.0])
def test_the_temperature_of_one_that_exaggerates_is_how_much_it_does(too_sure):
    logits, classes = drawn(40_000, 2.0)
    assert temperature(logits * too_sure, classes) == pytest.approx(too_sure, rel=0.05)


def test_a_temperature_changes_no_answer_and_makes_probabilities_honest():
    logits, classes = drawn(40_000, 2.0)
    sure = logits * 4
    honest = probabilities(sure, temperature(sure, classes))
    np.testing.assert_array_equal(honest.argmax(axis=1), probabilities(sure).argmax(axis=1))
    np.testing.assert_allclose(honest.sum(axis=1), 1)
    assert calibration_error(honest, classes) < 0.01 < 0.1 < calibration_error(probabilities(sure), classes)


def test_the_error_of_one_that_is_always_sure_is_its_share_of_wrong_answers():
    classes = np.array([0] * 70 + [1] * 30)
    assert calibration_error(np.tile([1.0, 0.0], (100, 1)), classes) == pytest.approx(0.3)


@given(st.integers(1, 300), st.data())
@settings(max_examples=40, deadline=None)
def test_an_interval_holds_the_share_that_was_counted(of, data):
    right = data.draw(st.integers(0, of))
    low, high = wilson(right, of)
    assert 0 <= low <= right / of <= high <= 1


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    truth, of = 0.93, 60
    covered = sum(
        binom.pmf(right, of, truth) for right in range(of + 1) if wilson(right, of)[0] <= truth <= wilson(right, of)[1]
    )
    assert 0.92 < covered < 0.98


def test_numbers_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match=r"expected \(n, classes\) and \(n,\)"):
        temperature(np.zeros((4, 3)), np.zeros(3, int))
    with pytest.raises(ValueError, match="at least one case"):
        wilson(0, 0)
