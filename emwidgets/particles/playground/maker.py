"""The making of data sets beside a widget: one at a time, with progress, and it can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from emwidgets.frontend.status import message_of
from emwidgets.frontend.worker import Answer, Cancelled, Worker

from .making import MOST, MOST_MB, Order, write

#: What the trait `making` says while nothing was ever asked for.
IDLE = {
    "state": "idle",
    "done": 0,
    "total": 0,
    "file": "",
    "mb": 0.0,
    "message": "",
    "limit": {"n": MOST, "mb": MOST_MB},
}


class Maker:
    """Makes the data sets that are asked for, the newest; an earlier one that is not finished is given up.

    Parameters
    ----------
    say : callable
        Takes each new value of the trait `making`; on the loop of the notebook, or in the thread that waits.
    """

    def __init__(self, say: Callable[[dict], None]):
        self._say = say
        self._now: dict[str, Any] = dict(IDLE)
        self._worker = Worker(self._make, self._deliver, self._report)

    @property
    def waiting(self) -> bool:
        """Whether something was asked for that is neither there nor given up."""
        return self._worker.waiting

    def take(self, asked: Mapping[str, Any], controls: Mapping[str, Any]) -> None:
        """Begin what a `make` trait asks for, or stop; what cannot be made is said."""
        if asked.get("cancel"):
            self._worker.cancel()
            return
        try:
            order = Order.of(asked, controls)
        except (ValueError, TypeError) as error:
            self._tell(message=message_of(error), **({} if self.waiting else {"state": "failed"}))
            return
        name = f"particles-{order.task}-{order.n}.npz"
        self._tell(state="running", done=0, total=order.n, file=name, mb=round(order.megabytes, 1), message="")
        self._worker.request((order, Path.cwd()))

    def finish(self) -> None:
        """Make what was asked for, here and now."""
        self._worker.answer()

    def close(self) -> None:
        """Stop."""
        self._worker.close()

    def _make(self, asked, checkpoint, show) -> tuple[Order, Path]:
        order, folder = asked
        return order, write(order, folder, lambda done: checkpoint("", done / order.n))

    def _deliver(self, answer: Answer) -> None:
        if answer.error is None:
            order, path = answer.result
            self._tell(state="done", done=order.n, file=path.name, message="")
        else:
            state = "cancelled" if isinstance(answer.error, Cancelled) else "failed"
            message = "" if state == "cancelled" else str(answer.error) or repr(answer.error)
            self._tell(state=state, message=message)

    def _report(self, stage, fraction) -> None:
        if self.waiting and self._now["state"] == "running":
            self._tell(done=round(fraction * self._now["total"]))

    def _tell(self, **news) -> None:
        self._now = {**self._now, **news}
        self._say(self._now)
