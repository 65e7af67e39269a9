import numpy as np
import pytest

from emwidgets.diffraction.rules import MODULES
from emwidgets.diffraction.rules.pattern import Pattern
from emwidgets.diffraction.rules.weigh import main, weigh


def test_weights_that_were_fitted_tell_their_patterns_apart(recorded):
    images = [recorded(grains, seed=seed, shape=(96, 96)) for grains in (20_000, 1) for seed in range(6)]
    labels = np.repeat([0, 1], 6)
    for name, weighed in weigh(images, labels).items():
        scores = [weighed.log_odds(MODULES[name].evidence_numbers(Pattern(image))) for image in images]
        assert ((np.array(scores) > 0) == (labels == 0)).all()


def test_every_rule_has_a_weight_for_each_number_that_it_weighs(recorded):
    for module in MODULES.values():
        assert len(module.WEIGHED.weights) == len(module.evidence_numbers(Pattern(recorded(1))))


@pytest.mark.slow
def test_the_command_prints_the_weights_of_every_rule(capsys):
    main(["--patterns", "12", "--seed", "5"])
    printed = capsys.readouterr().out
    for name in MODULES:
        assert f"{name}.py: WEIGHED = Weighed((" in printed
