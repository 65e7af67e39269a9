"""Threads beside the one that waits, which goes on asking whether the result is still wanted."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from emwidgets.signals.batches import processors

#: Seconds between looks at whether somebody still waits.
PATIENCE = 0.05


class Background:
    """Functions called once each, one after the other, in a thread of their own, from `begin` on.

    Parameters
    ----------
    tasks : mapping of str to callable
        Without arguments.
    """

    def __init__(self, tasks: Mapping[str, Callable[[], Any]]):
        self._tasks = dict(tasks)
        self._futures: dict[str, Future] = {name: Future() for name in self._tasks}
        self._begun = False

    def begin(self) -> None:
        """Start, unless that has been done."""
        if not self._begun:
            self._begun = True
            threading.Thread(target=self._work, name="emwidgets background", daemon=True).start()

    def done(self, name: str) -> bool:
        """Whether a function has been called, with or without success."""
        return self._futures[name].done()

    def failure(self, name: str) -> BaseException | None:
        """Why a function gave nothing; None as long as that may still come, or is there."""
        return self._futures[name].exception() if self.done(name) else None

    def wait(self, name: str, still_wanted: Callable[[], Any]) -> None:
        """Wait until a function has been called.

        Parameters
        ----------
        name : str
        still_wanted : callable
            Called again and again meanwhile; what it raises ends the waiting.
        """
        self.begin()
        while not wait([self._futures[name]], PATIENCE).done:
            still_wanted()

    def result(self, name: str):
        """What a function gave, at once or after waiting for it; or what it raised."""
        self.begin()
        return self._futures[name].result()

    def _work(self):
        while self._tasks:
            name = next(iter(self._tasks))
            function = self._tasks.pop(name)
            try:
                value = function()
            except Exception as error:
                self._futures[name].set_exception(error)
            else:
                self._futures[name].set_result(value)


class Stopped(Exception):
    """Nobody wants the result any more."""


def side_by_side(function: Callable, items: Iterable, still_wanted: Callable[[], Any]) -> Iterator:
    """What a function gives for each item, in their order, computed in as many threads as there are processors.

    Parameters
    ----------
    function : callable
        ``function(item, going_on)``; it calls ``going_on()`` now and then, which raises once the others have stopped.
    items : iterable
    still_wanted : callable
        Called in the thread that waits, again and again; what it raises stops all.
    """
    stop, threads = threading.Event(), processors()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="emwidgets")
    waiting: deque[Future] = deque()

    def going_on():
        if stop.is_set():
            raise Stopped

    def first():
        while not wait([waiting[0]], PATIENCE).done:
            still_wanted()
        still_wanted()
        return waiting.popleft().result()

    try:
        for item in items:
            waiting.append(pool.submit(function, item, going_on))
            if len(waiting) > threads:
                yield first()
        while waiting:
            yield first()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
