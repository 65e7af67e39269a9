"""Labelled patterns as a network sees them: what it can be taught on them, and how good it is on those held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import log_softmax

from emwidgets.models import Card
from emwidgets.models.calibrate import wilson

from ..finetuned import Score
from ..voting import LABELS
from .head import balanced, refitted_temperature, taught


@dataclass(frozen=True, eq=False)
class Lesson:
    """Labelled patterns and the network that shall learn from them.

    Attributes
    ----------
    features : (n, channels) array
        Mean of each feature over the map.
    numbers : (n,) int array
        Place in the stack.
    spot : (n,) bool array
        Labelled a spot pattern, or a ring pattern.
    card : Card
        Of the network.
    epochs : int
    """

    features: np.ndarray
    numbers: np.ndarray
    spot: np.ndarray
    card: Card
    epochs: int

    @property
    def fewest(self) -> int:
        """Number of patterns of the label that has fewer."""
        return min(np.count_nonzero(self.spot), np.count_nonzero(~self.spot))

    def teach(self, chosen: np.ndarray, bar) -> tuple[np.ndarray, np.ndarray]:
        """Weights and bias of the whole last layer, taught on some of the patterns; `bar` goes on by all epochs."""
        two, temperature = self._two, self.card.temperature
        weights, bias = (part.copy() for part in self.card.head)
        done = 0

        def tell(loss):
            nonlocal done
            done += 1
            bar.update()
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)

        calibrated = weights[:, two] / temperature, bias[two] / temperature
        found = taught(self.features[chosen], self.spot[chosen], *calibrated, epochs=self.epochs, tell=tell)
        weights[:, two], bias[two] = (temperature * part for part in found)
        bar.update(self.epochs - done)  # it was at the minimum sooner
        return weights, bias

    def held_out(self, parts, bar) -> np.ndarray:
        """Logits of ring and spot, (n, 2), each from a head that was taught without that pattern; NaN without parts."""
        found = np.full((len(self.spot), 2), np.nan)
        for learnt, asked in parts:
            found[asked] = self.logits(self.teach(learnt, bar))[asked]
        return found

    def logits(self, head) -> np.ndarray:
        """Logits of ring and spot, (n, 2), with a head."""
        weights, bias = head
        return (self.features @ weights + bias)[:, self._two]

    @property
    def _two(self) -> list[int]:
        return [self.card.classes.index(label) for label in LABELS]


class Judged(NamedTuple):
    """What teaching has brought: as `Finetuned` has it, and the temperature of the new network."""

    before: Score | None
    after: Score | None
    temperature: float
    table: pd.DataFrame
    note: str


def judge(lesson: Lesson, held: np.ndarray) -> Judged:
    """Scores before and after, from the logits of `Lesson.held_out`."""
    shipped, spot = lesson.card.temperature, lesson.spot.astype(int)
    known = lesson.logits(lesson.card.head)
    chances = [np.exp(log_softmax(logits / shipped, axis=1))[np.arange(len(spot)), spot] for logits in (known, held)]
    table = pd.DataFrame(
        {
            "frame": lesson.numbers,
            "label": np.array(LABELS)[spot],
            "before": chances[0],
            "after": chances[1],
        }
    )
    if np.isnan(held).any():
        note = (
            f"taught on {len(spot)} patterns; with {lesson.fewest} of the rarer label they are too few to hold "
            "any out, so whether it is better is not known"
        )
        return Judged(None, None, shipped, table, note)
    before, after = (_score(one, lesson.spot) for one in chances)
    temperature = refitted_temperature(held, spot, shipped)
    return Judged(before, after, temperature, table, _note(before, after))


def _score(chance: np.ndarray, spot: np.ndarray) -> Score:
    """From the probability of the right label of each pattern."""
    right = chance > 0.5
    recalls = [right[spot == label].mean() for label in (False, True)]
    surprise = np.average(-np.log(np.maximum(chance, 1e-12)), weights=balanced(spot))
    interval = wilson(int(right.sum()), len(right))
    return Score(len(right), float(right.mean()), interval, float(np.mean(recalls)), float(surprise))


def _note(before: Score, after: Score) -> str:
    counts = f"{before.accuracy:.0%} right before and {after.accuracy:.0%} after, on {after.patterns} held-out patterns"
    if after.balanced > before.balanced or (after.balanced == before.balanced and after.surprise < before.surprise):
        return counts
    return f"{counts}: no better, so keep the network as it was, or label more patterns"
