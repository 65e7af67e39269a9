import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.diffraction.rules.pattern import Pattern
from emwidgets.diffraction.rules.verdict import Weighed, conclude, fit, probability, round_circles


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_a_higher_score_never_is_less_probable(one, other):
    low, high = sorted([one, other])
    assert 0 <= probability(low) <= probability(high) <= 1


def test_the_score_is_the_log_odds():
    assert probability(0.0) == 0.5
    assert probability(np.log(3)) == pytest.approx(0.75)


def test_weights_are_found_that_tell_rings_from_spots(rng):
    labels = rng.integers(2, size=400)
    numbers = np.column_stack([rng.normal(3 - 2 * labels), 1000 * rng.normal(size=400)])
    weighed = fit(numbers, labels)
    said = weighed.log_odds(numbers) > 0
    assert np.mean(said == (labels == 0)) > 0.8
    assert abs(weighed.weights[1]) * 1000 < 0.3 * weighed.weights[0]


def test_rings_and_spots_count_the_same_however_many_there_are(rng):
    labels = (rng.random(2000) < 0.05).astype(int)
    numbers = rng.normal(1 - 2 * labels)[:, None]
    weighed = fit(numbers, labels)
    assert -weighed.bias / weighed.weights[0] == pytest.approx(0, abs=0.2)


def test_what_is_concluded_is_in_pixels_of_the_frame(recorded):
    frame = recorded(1, shape=(384, 384), shift=(0.25, -0.25))
    pattern = Pattern(frame)
    found = conclude("hough", pattern, np.array([2.0]), Weighed((1.5,), -1.0), round_circles(pattern, [10.0], [0.7]))
    assert found.score == pytest.approx(2.0)
    assert found.centre == pytest.approx((143.5, 239.5), abs=2)
    assert found.circles[0, :2] == pytest.approx(found.centre)
    assert found.circles[0, 2:] == pytest.approx([20, 20, 0, 0.7])
    assert found.spots[:, :2].max() > 200


def test_nothing_is_concluded_from_what_is_no_number(recorded):
    pattern = Pattern(recorded(1))
    with pytest.raises(ValueError, match="nothing that could be weighed"):
        conclude("hough", pattern, np.array([np.nan]), Weighed((1.5,), -1.0), np.zeros((0, 6)))
