"""Computing beside a notebook: the newest request counts, in one thread at a time, with progress and cancelling."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any


class Cancelled(Exception):
    """The user asked to stop; what was shown before stays."""


class Overtaken(Exception):
    """A newer request makes this one pointless."""


@dataclass(frozen=True)
class Answer:
    """What came of a request: a result, or why there is none; or what there is of it while more is computed."""

    request: int
    result: Any = None
    error: Exception | None = None
    final: bool = True


def finished(computed, on_the_way: Callable | None = None):
    """What a computation gives: of a generator what it returns, while `on_the_way` takes what it yields."""
    if not isinstance(computed, Generator):
        return computed
    with contextlib.closing(computed):
        while True:
            try:
                so_far = next(computed)
            except StopIteration as end:
                return end.value
            if on_the_way is not None:
                on_the_way(so_far)


class Worker:
    """Serves requests, the newest only.

    Where an asyncio loop runs (a notebook kernel, a server), a request starts a daemon thread that lives until no
    request is left; answers and progress come back on the loop that ran when the request was made. Where none runs
    (a script), nothing happens before `answer` is called, which computes in the calling thread. Both share one lock,
    so `compute` need not be thread-safe.

    Parameters
    ----------
    compute : callable
        ``compute(parameters, checkpoint, show)``; it calls ``checkpoint(stage, fraction)`` every 100 ms or more often.
        ``show`` delivers what there is so far; it is None where nobody could see that before the result.
    deliver : callable
        Takes each `Answer`; on the loop, or in the thread that called `answer`.
    report : callable
        ``report(stage, fraction)``, once work has gone on for `notice` seconds and no more often than that.
    """

    #: Seconds that an overtaken computation may have taken and yet go on to its end. What takes less is always shown,
    #: so that a picture follows a slider that moves all the time; what takes more is dropped at its next checkpoint.
    patience = 0.1
    #: Seconds of work before progress is reported, and between reports: below this it would only flicker.
    notice = 0.1

    def __init__(self, compute: Callable, deliver: Callable, report: Callable):
        self._compute, self._deliver, self._report = compute, deliver, report
        self._guard = threading.Lock()  # of the fields below; never held while anything is called
        self._parameters: Any = None
        self._newest = 0
        self._cancelled = 0  # requests up to this one shall stop
        self._last = Answer(0)
        self._so_far: Answer | None = None  # on its way to the loop
        self._home: tuple | None = None  # loop and context of the last request made on a loop
        self._thread: threading.Thread | None = None
        self._closed = False
        self._waiting_since = self._reported = 0.0
        self._computing = threading.Lock()  # of `compute`
        self._computing_thread: int | None = None

    @property
    def waiting(self) -> bool:
        """Whether the newest request has no answer yet."""
        return self._last.request < self._newest

    def request(self, parameters) -> None:
        """Ask for a result; what was asked before is overtaken."""
        with self._guard:
            if not self.waiting:
                self._waiting_since = time.monotonic()
            self._newest += 1
            self._parameters = parameters
            self._remember_home()
            if self._home is None or self._closed or self._thread is not None:
                return
            self._thread = threading.Thread(target=self._work, name="emwidgets", daemon=True)
        self._thread.start()

    def answer(self):
        """Result of the newest request, computed here unless it is there already; delivered before this returns.

        Raises
        ------
        Exception
            What `compute` raised; `Cancelled` if somebody cancelled meanwhile.
        RuntimeError
            If called from within `compute`, which cannot wait for itself.
        """
        self._refuse_within_compute()
        self._ask_again()
        while (answer := self._serve(self._say)) is None or answer.request < self._newest:
            pass  # overtaken from another thread
        self._deliver(answer)
        if answer.error is not None:
            raise answer.error
        return answer.result

    def aside(self, function: Callable):
        """What a function returns, called here while nothing is computed; requests and answers stay as they are.

        Raises
        ------
        RuntimeError
            If called from within `compute`, which cannot wait for itself.
        """
        self._refuse_within_compute()
        with self._computing:
            self._computing_thread = threading.get_ident()
            try:
                return function()
            finally:
                self._computing_thread = None

    def cancel(self) -> None:
        """Stop what is being computed at its next checkpoint; further requests are served as ever."""
        self._cancelled = self._newest

    def close(self) -> None:
        """Stop what is being computed and start no more threads; `answer` still works."""
        self._closed = True
        self.cancel()

    def _refuse_within_compute(self):
        if self._computing_thread == threading.get_ident():
            raise RuntimeError("the result was asked for while it is being computed: wait until status.state is 'idle'")

    def _remember_home(self):
        try:
            self._home = asyncio.get_running_loop(), contextvars.copy_context()
        except RuntimeError:  # no loop in this thread; a loop elsewhere will do as long as it runs
            if self._home is not None and not self._home[0].is_running():
                self._home = None

    def _ask_again(self):
        """Make an unanswered, failed or cancelled request a new one, so that an old cancel does not meet it."""
        with self._guard:
            if not self.waiting and self._last.error is not None:
                self._waiting_since = time.monotonic()
                self._newest += 1
            elif self.waiting and self._cancelled == self._newest:
                self._newest += 1

    def _work(self):
        while True:
            with self._guard:
                if not self.waiting or self._closed:
                    self._thread = None
                    return
            answer = self._serve(self._post, self._show)
            if answer is not None:
                self._post(self._deliver, answer)

    def _serve(self, say, show=None) -> Answer | None:
        """Answer the newest request; None if it was overtaken."""
        with self._computing:
            with self._guard:
                request, parameters = self._newest, self._parameters
            if self._last.request == request:  # by another thread, while this one waited for the lock
                return self._last
            self._computing_thread = threading.get_ident()
            checkpoint = partial(self._checkpoint, say, request, time.monotonic())
            self._so_far = None
            try:
                checkpoint("", 0.0)
                answer = Answer(request, result=self._compute(parameters, checkpoint, show and partial(show, request)))
            except Overtaken:
                return None
            except Exception as error:
                answer = Answer(request, error=error)
            except BaseException:  # Ctrl+C in a cell that waits for the result
                self._last = Answer(request, error=Cancelled("interrupted"))
                raise
            finally:
                self._computing_thread = None
            self._last = answer
            return answer

    def _checkpoint(self, say, request, started, stage, fraction):
        now = time.monotonic()
        if request <= self._cancelled:
            raise Cancelled("cancelled; ask again to compute it")
        if request < self._newest and now - started > self.patience:
            raise Overtaken
        if now - self._waiting_since > self.notice and now - self._reported > self.notice:
            self._reported = now
            say(self._report, stage, fraction)

    def _show(self, request, result):
        """Deliver what there is so far; where the loop is slower than the work, only the newest of it."""
        with self._guard:
            on_its_way = self._so_far is not None
            self._so_far = Answer(request, result, final=False)
        if not on_its_way:
            self._post(self._deliver_so_far)

    def _deliver_so_far(self):
        with self._guard:
            answer, self._so_far = self._so_far, None
        if answer is not None:
            self._deliver(answer)

    def _say(self, callback, *arguments):
        callback(*arguments)

    def _post(self, callback, *arguments):
        if self._home is None:
            return
        loop, context = self._home
        # the loop may have ended, and with it the front end; `answer` delivers when somebody asks
        with contextlib.suppress(RuntimeError):
            # a copy, because a context cannot be entered twice (nested loops)
            loop.call_soon_threadsafe(partial(callback, *arguments), context=context.copy())
