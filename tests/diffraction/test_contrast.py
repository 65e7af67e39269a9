import numpy as np
import pytest
from hyperspy.signals import Signal2D
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emwidgets.diffraction.contrast import equalize, equalized, reference_values

frames = hnp.arrays(np.float32, (24, 32), elements=st.floats(0, 1e4, width=32)).filter(lambda f: np.ptp(f) > 1)


@given(frames)
@settings(max_examples=25, deadline=None)
def test_what_was_brighter_stays_brighter_and_equal_pixels_stay_equal(frame):
    found = equalized(frame[None])[0]
    order = np.argsort(frame, axis=None)
    assert (np.diff(found.ravel()[order]) >= -1e-6).all()
    same = np.diff(frame.ravel()[order]) == 0
    assert (np.diff(found.ravel()[order])[same] == 0).all()
    assert found.min() >= 0
    assert found.max() <= 1


def test_all_patterns_get_the_histogram_of_the_reference(recorded):
    stack = np.stack([recorded(1), recorded(300), 1000 * recorded(20_000) + 5])
    found = equalized(stack, recorded(20_000))
    shares = np.linspace(0.05, 0.95, 10)
    expected = np.quantile(reference_values(recorded(20_000)), shares)
    for one in found:
        np.testing.assert_allclose(np.quantile(one, shares), expected, atol=0.05)


def test_without_a_reference_the_first_pattern_is_it(recorded):
    stack = np.stack([recorded(1), recorded(20_000)])
    np.testing.assert_array_equal(equalized(stack), equalized(stack, stack[0]))


def test_weak_and_strong_features_are_both_seen(recorded):
    frame = recorded(1)
    found = equalized(frame[None])[0]
    linear = (frame - frame.min()) / np.ptp(frame)
    assert np.mean(linear > 0.2) < 0.02
    assert np.mean(found > 0.2) > 0.2


def test_the_reference_may_have_another_size(recorded):
    assert equalized(recorded(1)[None], recorded(300)[:100, :150]).shape == (1, 192, 192)


def test_missing_pixels_count_as_the_median(recorded):
    frame = recorded(300).astype(np.float32).copy()
    frame[:10] = np.nan
    found = equalized(frame[None])[0]
    assert np.isfinite(found).all()
    assert np.ptp(found[:10]) == 0


@pytest.mark.parametrize(
    ("stack", "reference", "complaint"),
    [
        (np.zeros((2, 32, 32)), None, r"frame 0 is constant \(all 0\)"),
        (np.stack([np.eye(32), np.full((32, 32), np.nan)]), None, "frame 1 has no finite pixel"),
        (np.eye(32), None, r"frames has the shape \(32, 32\): expected a stack"),
        (np.eye(32)[None], np.ones((32, 32)), r"reference is constant \(all 1\)"),
        (np.eye(32)[None], np.ones((2, 32, 32)), r"reference has the shape \(2, 32, 32\)"),
        (np.zeros((0, 32, 32)), None, r"frames has the shape \(0, 32, 32\)"),
    ],
)
def test_what_cannot_be_equalised_is_named(stack, reference, complaint):
    with pytest.raises(ValueError, match=complaint):
        equalized(stack, reference)


@pytest.fixture
def series(recorded):
    data = np.stack([recorded(1), recorded(300), recorded(20_000), recorded(1, seed=1)]).reshape(2, 2, 192, 192)
    signal = Signal2D(data, metadata={"General": {"title": "series"}})
    signal.axes_manager.signal_axes.set(scale=0.125, units="1/nm", offset=-12)
    return signal


def test_a_signal_keeps_its_axes_and_says_how_it_was_made(series):
    found = equalize(series)
    assert found.data.shape == series.data.shape
    assert found.axes_manager.signal_axes[0].units == "1/nm"
    assert found.axes_manager.signal_axes[0].scale == pytest.approx(0.125)
    assert found.metadata.General.title == "series, equalised"
    assert found.metadata.emwidgets.function == "emwidgets.diffraction.equalize"
    np.testing.assert_allclose(found.data.reshape(-1, 192, 192), equalized(series.data.reshape(-1, 192, 192)))


def test_a_lazy_signal_gives_a_lazy_one_with_the_same_pixels(series):
    lazy = equalize(series.as_lazy())
    assert lazy._lazy
    np.testing.assert_array_equal(lazy.data.compute(), equalize(series).data)


def test_the_reference_may_be_a_signal_of_one_pattern(series, recorded):
    np.testing.assert_array_equal(equalize(series, series.inav[0, 1]).data, equalize(series, recorded(20_000)).data)
    with pytest.raises(ValueError, match="reference has more than one pattern"):
        equalize(series, series)


@pytest.mark.parametrize("number", [0, 3])
def test_one_that_cannot_be_read_does_not_stop_the_others(series, number):
    series.data = series.data.astype(np.float32)
    series.data[np.unravel_index(number, (2, 2))] = 4
    found, flat = equalize(series), series.data.reshape(-1, 192, 192)
    blank = np.isnan(found.data).all(axis=(2, 3)).ravel()
    assert np.flatnonzero(blank).tolist() == [number]
    np.testing.assert_allclose(found.data.reshape(-1, 192, 192)[~blank], equalized(flat[~blank]))
    (problem,) = found.metadata.emwidgets.problems
    assert problem.startswith(f"'frame {number}' of 'series' is constant (all 4.0)")
    np.testing.assert_array_equal(equalize(series.as_lazy()).data.compute(), found.data)


def test_a_single_pattern_may_be_equalised(series, recorded):
    found = equalize(series.inav[1, 0])
    np.testing.assert_allclose(found.data, equalized(recorded(300)[None])[0])


def test_problems_are_told_of_unreadable_patterns_alone(series):
    assert not equalize(series).metadata.has_item("emwidgets.problems")


@pytest.mark.parametrize("given", [False, True])
def test_nothing_but_unreadable_patterns_is_an_error(series, recorded, given):
    blank = Signal2D(np.zeros_like(series.data), metadata={"General": {"title": "series"}})
    with pytest.raises(ValueError, match="no pattern can be read: 'frame 0' of 'series' is constant"):
        equalize(blank, recorded(1) if given else None)


def test_the_input_is_not_changed(series):
    before = series.data.copy()
    equalize(series)
    np.testing.assert_array_equal(series.data, before)
