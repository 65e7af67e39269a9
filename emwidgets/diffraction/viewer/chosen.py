"""The pattern that is looked at, and what was computed of it: each thing once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.models import Network
from emwidgets.signals import Calibration

from ..answers import members_of
from ..voting import LABELS
from .presentation import evidence_payload, map_payload, part_on_frame

if TYPE_CHECKING:
    from ..rules.evidence import Evidence


@dataclass(frozen=True, eq=False)
class Chosen:
    """A pattern of a signal, and what the methods say of it so far.

    Attributes
    ----------
    pixels : (rows, columns) float32 array
        Without missing ones.
    problem : str
        Why they cannot be classified; "" if they can be.
    answers : dict of (3,) arrays
        Probabilities of ring, spot and neither by method; NaN where `failures` says why there are none.
    evidence, maps : dict
        Wire forms, by rule and by network.
    """

    number: int
    where: Calibration  # of this pattern alone
    pixels: np.ndarray
    problem: str
    image: dict
    answers: dict[str, np.ndarray] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, dict] = field(default_factory=dict)
    maps: dict[str, dict] = field(default_factory=dict)

    def judge(self) -> None:
        """Ask the rules."""
        from .. import rules  # with what they need: the widget is on the screen before that is loaded

        try:
            found = rules.judge_all(self.pixels)
        except (ValueError, ArithmeticError):  # one of them stops the others, which share its work
            found = {name: self._judged(rule) for name, rule in rules.RULES.items()}
        for name, evidence in found.items():
            if not isinstance(evidence, str):
                self.evidence[name] = evidence_payload(evidence, self.where)
                self.answers[name] = np.array([evidence.probability, 1 - evidence.probability, 0.0])
            else:
                self.failures[name] = evidence
                self.answers[name] = np.full(3, np.nan)

    def _judged(self, rule) -> Evidence | str:
        """Evidence, or why the pattern is too odd for this rule; as in `answers`."""
        try:
            return rule(self.pixels)
        except (ValueError, ArithmeticError) as error:
            return str(error)

    def ask(self, name: str, network: Network) -> None:
        """Ask a network, and where in the pattern it found its answer."""
        from ..heatmaps.activation import class_activation, positive_part

        heard = _Heard(network)
        answer = members_of(self.pixels[None], [heard])[network.card.name][0]
        classes, weights = network.card.classes, network.card.head.weights
        self.maps[name] = {
            label: map_payload(part_on_frame(heat, self.where.frame_shape), self.where)
            for label in LABELS
            for heat in positive_part(class_activation(heard.features, weights, classes.index(label)))
        }
        self.answers[name] = answer


class _Heard:
    """A network of which the last feature map is kept when it answers, so that it is asked once for both."""

    def __init__(self, network: Network):
        self._network, self.card = network, network.card

    def run(self, images):
        logits, self.features = self._network.run(images)
        return logits, self.features
