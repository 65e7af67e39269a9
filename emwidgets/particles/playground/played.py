"""What `ParticlePlayground` gives: an image, the particle in it, and what every classifier says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from emwidgets.signals import Provenance

from ..answers import BEST
from ..shapes import Shape
from ..tasks import TASKS
from ..verdict import Answers
from .predictions import problem_of, rows, said
from .shot import Shot

if TYPE_CHECKING:
    import pandas as pd
    from hyperspy.signals import Signal2D

    from ..answers import Fitted


@dataclass(frozen=True, eq=False)
class Played:
    """An image of a particle, simulated or a user's, and what was said of it.

    Attributes
    ----------
    task : str
        What `label` is about.
    provenance : Provenance
    """

    task: str
    provenance: Provenance
    _shot: Shot
    _signal: Signal2D | None = None  # the user's own image

    @cached_property
    def image(self) -> Signal2D:
        """The image: a simulated one in nm, with all parameters and labels in ``metadata.emwidgets``; or the user's."""
        return self._shot.scene.simulate() if self._signal is None else self._signal

    @property
    def shape(self) -> Shape | None:
        """The particle that was simulated; None of a user's image."""
        return self._shot.scene.shape if self._shot.scene else None

    @property
    def label(self) -> str:
        """Answer to the task by the best method for it; "" where there is none."""
        answers = self.predictions.get((self.task, BEST[self.task]))
        return said(answers, self.task)[0] if answers else ""

    @property
    def predictions(self) -> Mapping[tuple[str, str], Answers]:
        """What was said by (task, method), each of this one particle."""
        return dict(self._shot.answers)

    @property
    def failures(self) -> Mapping[tuple[str, str], str]:
        """Methods that could not answer at all, by (task, method), and why."""
        return dict(self._shot.failures)

    @property
    def truth(self) -> dict:
        """Labels by task, volume (nm³), counts, chirality and class of the simulated particle; {} of a user's image."""
        return dict(self._shot.truth)

    @property
    def fitted(self) -> Fitted | None:
        """The cuboid that was fitted, in the unit of the image; None if there is none."""
        return next((answers.fitted[0] for answers in self._shot.answers.values() if 0 in answers.fitted), None)

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each task and method.

        Returns
        -------
        DataFrame
            task, method, label, probability (of the label), other (probability that it is none of the particles asked
            about), uncertain, why, needed, truth ("" where it is not known or does not apply), problem.
        """
        import pandas as pd

        table = [
            {
                "task": row["task"],
                "method": row["method"],
                "label": row["label"],
                "probability": max(row["probabilities"]) if row["probabilities"] else float("nan"),
                "other": float("nan") if row["other"] is None else row["other"],
                **{name: row[name] for name in ("uncertain", "why", "needed", "truth")},
                "problem": problem_of(self._shot, row["task"], row["method"]),
            }
            for row in rows(self._shot)
        ]
        return pd.DataFrame(table)

    def __repr__(self) -> str:
        return f"<Played of {self.provenance.title or 'untitled'!r}: {self._summary}>"

    def _repr_html_(self) -> str:
        # <bdi>: marks for writing from right to left end with the title
        title = escape(self.provenance.title or "untitled")
        return f"<p><b><bdi>{title}</bdi></b>: {escape(self._summary)}</p>"

    @property
    def _summary(self) -> str:
        """What the best method for each task says, in a line."""
        parts = []
        for task, method in BEST.items():
            answers = self.predictions.get((task, method))
            if answers is None:
                parts.append(f"{task}: no answer")
                continue
            label, why = said(answers, task)
            parts.append(f"{task}: {label or 'no answer'}{f' (uncertain: {why})' if why else ''}")
        return "; ".join(parts[list(TASKS).index(self.task) :] + parts[: list(TASKS).index(self.task)])
