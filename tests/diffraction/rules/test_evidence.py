import numpy as np
import pytest
from hyperspy.signals import Signal2D

from emwidgets.diffraction.rules import RULES
from emwidgets.diffraction.rules.evidence import evidence

PIXEL = 24 / 192


@pytest.fixture
def calibrated():
    def make(data):
        signal = Signal2D(data, metadata={"General": {"title": "gold"}})
        signal.axes_manager.signal_axes.set(scale=PIXEL, units="1/nm", offset=-95.5 * PIXEL)
        return signal

    return make


@pytest.mark.parametrize("rule", RULES)
def test_rings_are_told_in_the_unit_of_the_axes(recorded, calibrated, rule):
    found = evidence(calibrated(recorded(20_000)), rule)
    assert found.attrs["unit"] == "1/nm"
    centre = found[found.kind == "centre"]
    assert len(centre) == 1
    assert centre[["x", "y"]].to_numpy()[0] == pytest.approx([0, 0], abs=2 * PIXEL)
    radius = found[found.kind == "circle"].radius
    assert np.abs(radius - 4.247).min() < 2 * PIXEL  # 111 of gold
    assert (found.probability > 0.5).all()


def test_spots_are_told_in_the_unit_of_the_axes(recorded, calibrated):
    found = evidence(calibrated(recorded(1)))
    spots = found[found.kind == "spot"].sort_values("strength", ascending=False)[:8]
    steps = spots[["x", "y"]].to_numpy() / (2 / 0.40786)
    assert np.abs(steps - np.round(steps)).max() < 0.15
    assert spots.radius.isna().all()


def test_a_stack_has_a_centre_for_each_of_its_patterns(recorded, calibrated):
    stack = np.stack([recorded(1), recorded(20_000)])
    for signal in (calibrated(stack), calibrated(stack).as_lazy()):
        found = evidence(signal)
        assert found[found.kind == "centre"].frame.tolist() == [0, 1]
        probability = found.groupby("frame").probability.first()
        assert probability[0] < 0.5 < probability[1]


def test_a_pattern_that_cannot_be_read_is_named_and_the_others_are_there(recorded, calibrated):
    found = evidence(calibrated(np.stack([recorded(1), np.zeros((192, 192))])))
    assert set(found.frame) == {0}
    assert "'frame 1' of 'gold' is constant" in found.attrs["problems"][1]


@pytest.mark.parametrize("error", [ValueError, ZeroDivisionError, FloatingPointError, OverflowError])
def test_a_pattern_too_odd_for_the_rule_is_named_and_the_others_are_there(recorded, calibrated, monkeypatch, error):
    judge = RULES["fourier"]

    def choosy(frame):
        if frame[0, 0] < 0:
            raise error("too odd")
        return judge(frame)

    monkeypatch.setitem(RULES, "fourier", choosy)
    odd = recorded(1).astype(float)
    odd[0, 0] = -1
    found = evidence(calibrated(np.stack([recorded(1), odd])))
    assert set(found.frame) == {0}
    assert found.attrs["problems"] == {1: "'frame 1' of 'gold': fourier found nothing to go by (too odd)"}


def test_nothing_but_unreadable_patterns_is_an_error(calibrated):
    with pytest.raises(ValueError, match="'gold' is constant"):
        evidence(calibrated(np.zeros((192, 192))))


def test_a_rule_that_there_is_not_is_named(recorded, calibrated):
    with pytest.raises(ValueError, match="rule is 'cnn': expected one of hough, ransac, fourier"):
        evidence(calibrated(recorded(1)), "cnn")
    with pytest.raises(TypeError):
        evidence(recorded(1))
