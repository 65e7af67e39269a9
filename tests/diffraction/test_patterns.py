"""What every analysis of diffraction patterns says of a signal without any."""

import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets import PatternClassifier, diffraction
from emwidgets.diffraction.patterns import patterns_of


def finetune(signal):
    return diffraction.finetune(signal, {0: "ring"})


ANALYSES = [
    diffraction.classify,
    diffraction.equalize,
    diffraction.evidence,
    diffraction.explain,
    finetune,
    PatternClassifier,
]


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.__name__)
def test_a_signal_without_a_pattern_is_refused_in_the_same_words(analysis):
    nothing = hs.signals.Signal2D(np.empty((0, 64, 64)), metadata={"General": {"title": "nothing"}})
    message = r"^'nothing' has no pattern: its navigation shape is \(0,\); give a signal with at least one frame$"
    with pytest.raises(ValueError, match=message):
        analysis(nothing)


def test_one_without_a_title_is_called_the_signal():
    with pytest.raises(ValueError, match=r"'the signal' has no pattern: its navigation shape is \(0, 3\)"):
        patterns_of(hs.signals.Signal2D(np.empty((0, 3, 64, 64))))


def test_a_single_pattern_is_one():
    assert len(patterns_of(hs.signals.Signal2D(np.ones((64, 64))))) == 1
