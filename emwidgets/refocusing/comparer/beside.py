"""Long steps in a thread of their own, while the one that waits asks every now and then whether it is still wanted."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any

#: Seconds between looks at whether somebody still waits.
PATIENCE = 0.05
#: Seconds that the end of Python waits for steps which are still taken.
_PARTING = 5.0

_going: dict[threading.Thread, Pace] = {}


@dataclass(eq=False)
class Pace:
    """How far a step is, told by the thread that takes it, and whether it shall stop, asked by that thread."""

    fraction: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int) -> None:
        """Say how far it is."""
        self.fraction = done / total if total else 0.0

    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Nobody waits any more."""
        self._stop.set()


def beside(function: Callable[[Pace], Any], stage: str, checkpoint: Callable[[str, float], None]):
    """What a function returns, called in another thread.

    What only it holds is left to it where the waiting ends early: it must not change what others see.

    Parameters
    ----------
    function : callable
        Takes a `Pace`, which it may tell how far it is, and ask whether it shall stop.
    stage : str
        What it does, for `checkpoint`.
    checkpoint : callable
        ``checkpoint(stage, fraction)``, called every 50 ms; what it raises ends the waiting at once.

    Raises
    ------
    Exception
        What `function` or `checkpoint` raises.
    """
    pace, future = Pace(), Future()

    def work():
        try:
            future.set_result(function(pace))
        except BaseException as error:
            future.set_exception(error)
        finally:
            _going.pop(thread, None)

    checkpoint(stage, 0.0)
    thread = threading.Thread(target=work, name="emwidgets step", daemon=True)
    _going[thread] = pace
    thread.start()
    try:
        while not wait([future], PATIENCE).done:
            checkpoint(stage, pace.fraction)
    finally:
        pace.stop()
    return future.result()


@atexit.register
def _stop_all() -> None:
    """Python ends: a thread that it ends within ONNX Runtime would bring down the process."""
    left = dict(_going)
    for pace in left.values():
        pace.stop()
    for thread in left:
        thread.join(_PARTING)
