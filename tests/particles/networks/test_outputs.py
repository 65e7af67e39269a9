import numpy as np
import pytest

from emwidgets import models
from emwidgets.particles.networks.outputs import ANSWERS, KINDS, OUTPUTS, POSE, split
from emwidgets.particles.tasks import TASKS


def test_every_number_has_a_name_of_its_own_and_is_found_by_it():
    logits = np.random.default_rng(0).normal(size=(3, len(OUTPUTS)))
    said = split(logits)
    assert len(set(OUTPUTS)) == len(OUTPUTS)
    assert list(said) == [*ANSWERS, "pose"]
    for name, labels in (ANSWERS | {"pose": POSE}).items():
        for column, label in enumerate(labels):
            np.testing.assert_array_equal(said[name][:, column], logits[:, OUTPUTS.index(f"{name} {label}")])


def test_kinds_begin_with_the_classes_of_the_question_about_the_shape():
    assert KINDS[: len(TASKS["shape"])] == TASKS["shape"]
    assert KINDS[-1] == "other"


@pytest.mark.parametrize("card", [card for card in models.catalogue() if card.analysis == "particles"], ids=str)
def test_shipped_networks_give_these_numbers(card):
    assert card.classes == OUTPUTS
    assert card.temperature == 1  # each answer has its own, and has it in its weights
