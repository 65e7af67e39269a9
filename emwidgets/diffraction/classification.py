"""What `classify` returns: labels, probabilities and doubts of every pattern, as arrays, table, map and figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.signals import Calibration, Provenance
from emwidgets.signals.labels import coordinates, frame_table, label_map, short_title
from emwidgets.signals.runs import Run, computed

from .answers import Answers, gathered
from .voting import LABELS, Verdict, shares, verdict

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from hyperspy.signals import BaseSignal

#: What the numbers in the map of labels mean.
MAP_VALUES = (*LABELS, "uncertain", "unreadable")


@dataclass(frozen=True, eq=False)
class Classification:
    """Ring or spot, for one pattern or each pattern of a stack or scan.

    Arrays have the navigation shape of the signal; of a single pattern they have no axis. Of a lazy signal nothing is
    computed before it is asked for: then once, block by block, and `to_signal` stays lazy.

    Attributes
    ----------
    where : Calibration
        Navigation axes and title of the signal.
    found : tuple of Run
        `Answers` to each run of patterns, or dask objects of them.
    certainty, vote
        As given to `classify`.
    corrections : dict of int to str
        Labels set by the user, by flat index of the pattern.
    provenance : Provenance
    """

    where: Calibration
    found: tuple[Run, ...]
    certainty: float
    vote: str
    corrections: dict[int, str] = field(default_factory=dict)
    provenance: Provenance | None = None

    @cached_property
    def labels(self) -> np.ndarray:
        """Label of each pattern, "ring" or "spot"; "" for one that could not be read. str array."""
        return self._navigated(_corrected(self._verdict.labels, self.corrections))

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Calibrated probabilities of ("ring", "spot"): navigation shape + (2,), summing to 1; NaN where unreadable.

        They are the method's own, also for a pattern whose label was corrected.
        """
        return self._navigated(self._verdict.probabilities)

    @cached_property
    def neither(self) -> np.ndarray:
        """Probability that it is no pattern of a crystal at all (amorphous, a foreign image); 0 from the rules."""
        return self._navigated(self._verdict.neither)

    @cached_property
    def uncertain(self) -> np.ndarray:
        """Whether it cannot be told (see `emwidgets.diffraction.voting.uncertain_of`); bool array."""
        return self._navigated(self._why != "")

    @cached_property
    def why(self) -> np.ndarray:
        """Why it cannot, in words; "" where it can. str array."""
        return self._navigated(self._why)

    @cached_property
    def members(self) -> dict[str, np.ndarray]:
        """Probabilities of ("ring", "spot") by each method that took part: navigation shape + (2,)."""
        return {name: self._navigated(shares(three)) for name, three in self._whole.members.items()}

    @cached_property
    def corrected(self) -> np.ndarray:
        """Whether the label was set by the user; bool array."""
        flat = np.zeros(len(self.where), bool)
        flat[list(self.corrections)] = True
        return self._navigated(flat)

    @property
    def problems(self) -> dict[int, str]:
        """Patterns that could not be read, by flat index, and what is wrong with them."""
        return self._whole.problems

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each pattern.

        Returns
        -------
        DataFrame
            frame (flat index); one column for each navigation axis, by its name and in its unit (``attrs["units"]``);
            label, probability (of the label), ring, spot, neither, uncertain, why, corrected, problem; and for each
            method that took part its probability of a ring pattern, as "densenet ring".
        """
        flat, own = len(self.where), self._verdict
        labels = _corrected(own.labels, self.corrections)
        table = {
            "label": labels,
            "probability": np.where(labels == "spot", own.probabilities[:, 1], own.probabilities[:, 0]),
            "ring": own.probabilities[:, 0],
            "spot": own.probabilities[:, 1],
            "neither": own.neither,
            "uncertain": self._why != "",
            "why": self._why,
            "corrected": self.corrected.reshape(flat),
            "problem": [self.problems.get(number, "") for number in range(flat)],
        }
        table |= {f"{name} ring": shares(three)[:, 0] for name, three in self._whole.members.items()}
        return frame_table(self.where, table)

    def to_signal(self) -> BaseSignal:
        """Map of the labels over the navigation axes, as a signal; lazy for a lazy one.

        0 is a ring pattern, 1 a spot pattern, 2 an uncertain one, 3 one that could not be read
        (``metadata.emwidgets.labels`` has the words). A correction is certain.
        """
        return label_map(
            self.found,
            self._values,
            MAP_VALUES,
            self.where,
            title=f"Ring or spot in {self.where.title or 'a pattern'}",
            single="pattern",
            provenance=self.provenance,
        )

    def plot(self) -> go.Figure:
        """Probability of a ring pattern: of one pattern by every method, of a stack as a curve, of a scan as a map.

        In curves and maps a cross, or a veil, marks what is uncertain.
        """
        from .figures import bars, curve, scan

        table = self.to_dataframe()
        dimension = len(self.where.navigation_shape)
        if dimension == 0:
            return bars(table.iloc[0])
        axes = coordinates(table, self.where)
        if dimension == 2:
            return scan(table, self.where.navigation_shape, *axes)
        return curve(table, *(axes[0] if dimension == 1 else (table["frame"].to_numpy(), "frame")))

    def __repr__(self) -> str:
        return f"<Classification of {short_title(self.where)!r}: {self._summary}>"

    def _repr_html_(self) -> str:
        # <bdi>: marks for writing from right to left end with the title
        return f"<p>Ring or spot in <b><bdi>{escape(short_title(self.where))}</bdi></b>: {escape(self._summary)}</p>"

    @property
    def _summary(self) -> str:
        """What was found, in a line."""
        if self.where.lazy and "_whole" not in vars(self):
            return f"{len(self.where)} patterns, not computed yet"
        if len(self.where) > 1:
            values = np.bincount(self._values(self._whole, 0), minlength=len(MAP_VALUES))
            counts = ", ".join(f"{n} {word}" for word, n in zip(MAP_VALUES, values, strict=True) if n)
            return f"{len(self.where)} patterns, {counts}"
        row = self.to_dataframe().iloc[0]
        if row.problem:
            return row.problem
        if row.corrected:
            return f"{row.label}, corrected by hand"
        return f"{row.label} ({row.probability:.1%}{', uncertain: ' + row.why if row.why else ''})"

    @cached_property
    def _whole(self) -> Answers:
        """What was said of all patterns; of a lazy signal all of it in one computation."""
        return computed(self.found, self.where, gathered)

    @cached_property
    def _verdict(self) -> Verdict:
        return verdict(self._whole.members, self.vote, self.certainty)

    @cached_property
    def _why(self) -> np.ndarray:
        why = self._verdict.why.copy()
        why[list(self.corrections)] = ""
        return why

    @property
    def _values(self):
        return partial(_values, vote=self.vote, certainty=self.certainty, corrections=self.corrections)

    def _navigated(self, flat):
        return flat.reshape(self.where.navigation_shape + flat.shape[1:])


def _values(answers: Answers, first: int, vote: str, certainty: float, corrections: dict[int, str]) -> np.ndarray:
    found = verdict(answers.members, vote, certainty)
    values = np.select(
        [found.labels == "", found.uncertain, found.labels == "spot"],
        [np.uint8(MAP_VALUES.index(word)) for word in ("unreadable", "uncertain", "spot")],
        default=np.uint8(MAP_VALUES.index("ring")),
    )
    for number, label in corrections.items():
        if 0 <= number - first < len(values):
            values[number - first] = MAP_VALUES.index(label)
    return values


def _corrected(labels: np.ndarray, corrections: dict[int, str]) -> np.ndarray:
    result = labels.copy()
    for number, label in corrections.items():
        result[number] = label
    return result
