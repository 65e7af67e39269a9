"""What `classify` returns: labels, probabilities and doubts of every particle, as arrays, table, map and figure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.signals import Calibration, Provenance
from emwidgets.signals.labels import coordinates, frame_table, label_map, short_title
from emwidgets.signals.runs import Run, computed

from .tasks import TASKS
from .verdict import Answers, Verdict, gathered, verdict

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from hyperspy.signals import BaseSignal

    from .answers import Fitted

#: What each task asks, as titles have it.
QUESTIONS = {
    "deformed": "Deformed or not",
    "count": "Cut corners",
    "arrangement": "Arrangement of the two cut corners",
    "shape": "Shape",
    "handedness": "Handedness",
}

#: What the numbers in the map of labels mean that come after those of the classes.
BESIDE = ("uncertain", "unreadable")


@dataclass(frozen=True, eq=False)
class Classification:
    """The answer to one question, for one particle or each particle of a stack or scan.

    Arrays have the navigation shape of the signal; of a single image, and of views of one particle, they have no axis.
    Of a lazy signal nothing is computed before it is asked for: then once, block by block, and `to_signal` stays lazy.

    Attributes
    ----------
    where : Calibration
        Axes and title of the signal; without the navigation axis along which the views of one particle were.
    found : tuple of Run
        `Answers` for each run of particles, or dask objects of them.
    task, method : str
    certainty : float
        As given to `classify`.
    provenance : Provenance
    views : int or None
        How many frames were views of the one particle; None where each is a particle.
    """

    where: Calibration
    found: tuple[Run, ...]
    task: str
    method: str
    certainty: float
    provenance: Provenance | None = None
    views: int | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """What the answer can be, in the order of the probabilities."""
        return TASKS[self.task]

    @cached_property
    def labels(self) -> np.ndarray:
        """The most probable class of each particle; "" for one that could not be read. str array.

        Of classes that are as probable, as where it cannot be told, the first; such a label is always `uncertain`.
        """
        return self._navigated(self._verdict.labels)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Calibrated probabilities of the classes: navigation shape + (classes,), sum 1; NaN where unreadable."""
        return self._navigated(self._whole.probabilities)

    @cached_property
    def other(self) -> np.ndarray:
        """Probability that it is none of the particles that were asked about; NaN where unreadable."""
        return self._navigated(self._whole.other)

    @cached_property
    def uncertain(self) -> np.ndarray:
        """Whether it cannot be told (see `emwidgets.particles.verdict.verdict`); bool array."""
        return self._navigated(self._verdict.why != "")

    @cached_property
    def why(self) -> np.ndarray:
        """Why it cannot, in words; "" where it can. str array."""
        return self._navigated(self._verdict.why)

    @property
    def problems(self) -> dict[int, str]:
        """Frames that could not be read, by flat index, and what is wrong with them; of one particle its views."""
        return self._whole.problems

    @property
    def fitted(self) -> dict[int, Fitted]:
        """The solid fitted to each particle, by flat index, lengths in `unit`; empty where nothing was fitted.

        From one view the length of an edge that lies almost along the beam is hardly known.
        """
        return self._whole.fitted

    @property
    def unit(self) -> str:
        """Unit of the lengths in `fitted`: "nm", or "px" if the signal is not calibrated."""
        return self.where.unit

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each particle.

        Returns
        -------
        DataFrame
            frame (flat index); one column for each navigation axis, by its name and in its unit (``attrs["units"]``);
            label, probability (of the label), one column for each class, as "count 3", other, uncertain, why, problem.
            Where a cuboid was fitted: its edges a, b, c in ``attrs["units"]["a"]``, how deep each corner is cut as a
            fraction of them, as "cut 0", and the misfit (as in `Fitted`); NaN where none was.
        """
        flat = len(self.where)
        probabilities = self._whole.probabilities
        columns = {
            "label": self._verdict.labels,
            "probability": probabilities.max(axis=1),
            **{f"{self.task} {name}": column for name, column in zip(self.classes, probabilities.T, strict=True)},
            "other": self._whole.other,
            "uncertain": self._verdict.why != "",
            "why": self._verdict.why,
            "problem": self._problems_of_rows(),
        }
        solids = _solids(self.fitted, flat) if self.fitted else {}
        table = frame_table(self.where, columns | solids)
        table.attrs["units"] |= {edge: self.unit for edge in "abc" if edge in solids}
        return table

    def to_signal(self) -> BaseSignal:
        """Map of the labels over the navigation axes, as a signal; lazy for a lazy one.

        Its values count through the classes; then come one that means uncertain and one that means that it could not
        be read (``metadata.emwidgets.labels`` has the words).
        """
        return label_map(
            self.found,
            partial(_values, classes=self.classes, certainty=self.certainty),
            self._words,
            self.where,
            title=f"{QUESTIONS[self.task]} in {self.where.title or 'an image'}",
            single="particle",
            provenance=self.provenance,
        )

    def plot(self) -> go.Figure:
        """Probabilities of the classes: of one particle as bars, of a stack along it; of a scan a map of the labels.

        Along a stack crosses mark labels that are uncertain, in a map a veil does.
        """
        from .figures import bars, course, scan

        table = self.to_dataframe()
        columns = table[[f"{self.task} {name}" for name in self.classes]].to_numpy()
        question = QUESTIONS[self.task]
        dimension = len(self.where.navigation_shape)
        if dimension == 0:
            return bars(columns[0], self.classes, f"{question}: {self._summary}")
        axes = coordinates(table, self.where)
        if dimension == 2:
            return scan(table, self.where.navigation_shape, self.classes, question, *axes)
        return course(
            table, columns, self.classes, question, *(axes[0] if dimension == 1 else (table["frame"], "frame"))
        )

    def __repr__(self) -> str:
        return f"<Classification of {short_title(self.where)!r}, {self.task}: {self._summary}>"

    def _repr_html_(self) -> str:
        # <bdi>: marks for writing from right to left end with the title
        title = f"<b><bdi>{escape(short_title(self.where))}</bdi></b>"
        return f"<p>{QUESTIONS[self.task]} in {title}: {escape(self._summary)}</p>"

    @property
    def _summary(self) -> str:
        """What was found, in a line."""
        seen = f"{self.views} view{'' if self.views == 1 else 's'}"
        frames = f"{len(self.where)} particles" if self.views is None else f"one particle in {seen}"
        if self.where.lazy and "_whole" not in vars(self):
            return f"{frames}, not computed yet"
        unit = "" if self.where.calibrated else "; the signal is not calibrated: lengths are in px"
        if len(self.where) > 1:
            values = np.bincount(_values(self._whole, 0, self.classes, self.certainty), minlength=len(self._words))
            counts = ", ".join(f"{n} × {word}" for word, n in zip(self._words, values, strict=True) if n)
            return f"{frames}: {counts}{unit}"
        label, why = self._verdict.labels[0], self._verdict.why[0]
        if not label:
            return self._problems_of_rows()[0]
        probability = self._whole.probabilities[0].max()
        said = f"{label} ({probability:.1%}{', uncertain: ' + why if why else ''})"
        if why.startswith("not identifiable"):
            said = f"{why} ({', '.join(f'{name} {probability:.0%}' for name in self.classes)})"
        unread = f", {len(self.problems)} of them unreadable" if self.problems else ""
        return said + ("" if self.views is None else f", from {seen}{unread}") + unit

    @property
    def _words(self) -> tuple[str, ...]:
        return (*self.classes, *BESIDE)

    def _problems_of_rows(self) -> list[str]:
        if self.views is not None:
            return ["; ".join(self.problems.values())]
        return [self.problems.get(number, "") for number in range(len(self.where))]

    @cached_property
    def _whole(self) -> Answers:
        """What was said of all particles; of a lazy signal all of it in one computation."""
        return computed(self.found, self.where, gathered)

    @cached_property
    def _verdict(self) -> Verdict:
        return verdict(self._whole, self.classes, self.certainty)

    def _navigated(self, flat):
        return flat.reshape(self.where.navigation_shape + flat.shape[1:])


def _values(answers: Answers, first: int, classes: tuple[str, ...], certainty: float) -> np.ndarray:
    """Value in the map of each particle of a run."""
    labels, why = verdict(answers, classes, certainty)
    values = np.select([labels == "", why != ""], [len(classes) + 1, len(classes)], default=-1)
    for value, name in enumerate(classes):
        values[(values == -1) & (labels == name)] = value
    return values.astype(np.uint8)


def _solids(fitted: dict[int, Fitted], particles: int) -> dict[str, np.ndarray]:
    """Columns of the fitted cuboids."""
    names = ("a", "b", "c", *(f"cut {corner}" for corner in range(8)), "misfit")
    rows = np.full((particles, len(names)), np.nan)
    for number, solid in fitted.items():
        rows[number] = [*(2 * np.linalg.norm(solid.axes, axis=0)), *solid.depths, solid.misfit]
    return dict(zip(names, rows.T, strict=True))
