"""What the methods say of every pattern of a stack, computed once and kept: a few numbers a pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.signals.pixels import real_pixels
from emwidgets.signals.reading import pieces

from ..answers import Answers, answers
from ..classification import Classification, Run
from .background import side_by_side

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

    from emwidgets.signals import Calibration, Provenance

#: Patterns answered together: enough for a network to work at full speed, few enough to stop soon.
TOGETHER = 32
#: Bytes of them as float32, if that is less.
TOGETHER_BYTES = 16 * 2**20


class Scan:
    """Answers of members on the patterns of a signal, as far as they are known.

    Parameters
    ----------
    signal : Signal2D
        Lazy or not.
    where : Calibration
        Of the signal.
    """

    def __init__(self, signal: Signal2D, where: Calibration):
        self._signal, self._where = signal, where
        self._rows: dict[str, np.ndarray] = {}
        self._done: dict[str, np.ndarray] = {}
        self._problems: dict[str, dict[int, str]] = {}  # by member: a rule may fail where a network does not
        #: Mean intensity of each pattern read so far, NaN for the others.
        self.means = np.full(len(where), np.nan, np.float32)

    def known(self, names: Sequence[str]) -> np.ndarray:
        """Whether all of these members have answered, for each pattern; those with a problem count as answered."""
        return np.logical_and.reduce([self._done_by(name) for name in names])

    def answers(self, names: Sequence[str], which=slice(None)) -> Answers:
        """What these members say of all patterns, or of some; NaN for those with a problem, and those to come."""
        problems: dict[int, str] = {}
        for name in names:
            for number, problem in self._problems.get(name, {}).items():
                problems.setdefault(number, problem)
        return Answers({name: self._rows_of(name)[which] for name in names}, dict(sorted(problems.items())))

    def put(self, number: int, name: str, probabilities: np.ndarray, problem: str | None) -> None:
        """Take down what a member says of a pattern, or why it says nothing."""
        self._rows_of(name)[number] = probabilities
        self._done_by(name)[number] = True
        if problem:
            self._problems.setdefault(name, {})[number] = problem

    def classification(self, names: Sequence[str], asked: Mapping[str, Any], provenance: Provenance) -> Classification:
        """What `classify` gives, of answers that are all there.

        Parameters
        ----------
        names : sequence of str
            Who decides.
        asked : mapping
            certainty, vote and corrections.
        provenance : Provenance

        Raises
        ------
        ValueError
            If not a single pattern could be read.
        """
        found = self.answers(names)
        if len(found.problems) == len(self._where):
            first = next(iter(found.problems.values()))
            raise ValueError(f"no pattern of '{self._where.title or 'the signal'}' can be classified: {first}")
        return Classification(
            where=replace(self._where, lazy=False),
            found=(Run(0, len(self._where), found),),
            certainty=asked["certainty"],
            vote=asked["vote"],
            corrections=asked["corrections"],
            provenance=provenance,
        )

    def run(self, names: Sequence[str], checkpoint: Callable[[str, float], None]) -> Iterator[None]:
        """Let these members answer where they have not yet, some patterns at a time.

        Parameters
        ----------
        names : sequence of str
        checkpoint : callable
            Told of the progress; it raises if nobody waits any more. What is known by then is kept.
        """
        rows, columns = self._where.frame_shape
        together = max(1, min(TOGETHER, TOGETHER_BYTES // (4 * rows * columns)))
        tell = partial(self._tell, checkpoint, names)
        for numbers, read in pieces(self._signal, self._where):
            batches = [slice(start, start + together) for start in range(0, len(numbers), together)]
            batches = [batch for batch in batches if not self.known(names)[numbers[batch]].all()]
            if not batches:
                continue
            tell()
            asked = partial(self._asked, read(), numbers, names)
            for batch, found in zip(batches, side_by_side(asked, batches, tell), strict=True):
                self._take(numbers[batch], *found)
                yield

    def _asked(self, frames, numbers, names, batch, going_on) -> tuple[Answers, list[float]]:
        """What those members say of a batch that have not yet, and mean intensities."""
        these = numbers[batch]
        missing = [name for name in names if not self._done_by(name)[these].all()]
        called = [self._where.name_of(number) for number in these.tolist()]
        found = answers(frames[batch], missing, name_of=called.__getitem__, checkpoint=going_on)
        return found, [_mean(frame) for frame in frames[batch]]

    def _take(self, numbers, found: Answers, means) -> None:
        for name, rows in found.members.items():
            self._rows_of(name)[numbers] = rows
            lost = np.flatnonzero(np.isnan(rows).any(axis=1)).tolist()
            self._problems.setdefault(name, {}).update({int(numbers[i]): found.problems[i] for i in lost})
            self._done_by(name)[numbers] = True
        self.means[numbers] = means

    def _tell(self, checkpoint, names) -> None:
        """How much of the stack is done."""
        done, total = int(self.known(names).sum()), len(self._where)
        checkpoint(f"Scanning {done:,} of {total:,}".replace(",", "\u202f"), done / total)

    def _rows_of(self, name) -> np.ndarray:
        if name not in self._rows:
            self._rows[name] = np.full((len(self._where), 3), np.nan)
        return self._rows[name]

    def _done_by(self, name) -> np.ndarray:
        if name not in self._done:
            self._done[name] = np.zeros(len(self._where), bool)
        return self._done[name]


def _mean(frame) -> float:
    """Mean of the pixels that are not missing; 0 where all are."""
    pixels = real_pixels(frame)
    valid = pixels[~np.isnan(pixels)]
    return float(valid.mean()) if valid.size else 0.0
