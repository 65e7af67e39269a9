"""What every classifier says of an image: who is asked in which order, and the rows that show it."""

from __future__ import annotations

import numpy as np

from emwidgets.frontend.wire import plain

from ..answers import BEST, CERTAINTY, answering
from ..shapes import cuboid
from ..tasks import TASKS
from ..verdict import UNREADABLE, Answers, verdict
from .needed import needed
from .shot import Shot

#: What the user reads of each method.
TITLES = {
    "fit": "Model fit",
    "network": "Network",
    "transfer": "Transfer learning",
    "features": "Features",
}

#: Everybody who is asked, in the order of the rows.
ROWS = tuple((task, method) for task in TASKS for method in answering(task))


def order(task: str) -> list[tuple[str, str]]:
    """In which order they are asked: first about this task, and of each task first the method that decides."""
    return sorted(ROWS, key=lambda row: (row[0] != task, list(TASKS).index(row[0]), row[1] != BEST[row[0]]))


def rows(shot: Shot, asking: tuple[str, str] | None = None) -> list[dict]:
    """What each method has said of an image, one row for each, always in the same order.

    Parameters
    ----------
    shot : Shot
    asking : (task, method), optional
        Who is computing just now.
    """
    return [plain(_row(shot, *row, asking)) for row in ROWS]


def said(answers: Answers, task: str) -> tuple[str, str]:
    """Label of the one particle that was asked about, and why it is in doubt; "" for none."""
    found = verdict(answers, TASKS[task], CERTAINTY)
    return str(found.labels[0]), str(found.why[0])


def problem_of(shot: Shot, task: str, method: str) -> str:
    """Why there is no answer; "" if there is one."""
    if (task, method) in shot.failures:
        return shot.failures[task, method]
    if (task, method) not in shot.answers:
        return f"{TITLES[method]} was not asked"
    return "; ".join([shot.problem] if shot.problem else shot.answers[task, method].problems.values())


def fitted_of(shot: Shot) -> dict:
    """The cuboid that was fitted, as a wire frame about its centre, in the unit of the image; {} if there is none."""
    found = next((answers.fitted[0] for answers in shot.answers.values() if 0 in answers.fitted), None)
    if found is None:
        return {}
    cut = np.flatnonzero(np.asarray(found.depths) > 0)
    solid = cuboid(2, 2, 2).deform(cut.tolist(), np.asarray(found.depths)[cut].tolist())
    return plain(
        {
            "vertices": solid.vertices @ np.asarray(found.axes).T,
            "edges": solid.wires,
            "centre": list(found.centre),
            "depths": found.depths,
            "misfit": float(found.misfit),
        }
    )


def _row(shot, task, method, asking) -> dict:
    row = {
        "task": task,
        "method": method,
        "title": TITLES[method],
        "best": BEST[task] == method,
        "classes": list(TASKS[task]),
        "probabilities": None,
        "other": None,
        "label": "",
        "truth": shot.truth.get("labels", {}).get(task, ""),
        "uncertain": True,
        "why": "",
        "needed": "",
        "state": "computing" if (task, method) == asking else "waiting",
    }
    if (task, method) in shot.failures:
        return row | {"state": "failed", "why": shot.failures[task, method]}
    answers = shot.answers.get((task, method))
    if answers is None:
        return row
    label, why = said(answers, task)
    if np.ptp(answers.probabilities) == 0:
        label = ""  # the first of labels that are all as probable would look like an answer
    row |= {"label": label, "why": why, "uncertain": bool(why), "needed": needed(why, shot.conditions)}
    if why == UNREADABLE:
        return row | {"why": problem_of(shot, task, method), "state": "ready"}
    return row | {"probabilities": answers.probabilities[0], "other": float(answers.other[0]), "state": "ready"}
