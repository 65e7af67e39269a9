"""Steps in a thread of their own: progress, results, errors, and giving up at once."""

import subprocess
import sys
import threading
import time

import pytest

from emwidgets.refocusing.comparer.beside import beside


def test_it_gives_what_the_function_gives_and_tells_how_far_it_is():
    said, halfway = [], threading.Event()

    def work(pace):
        pace.progress(1, 2)
        assert halfway.wait(10)
        return "done", threading.current_thread() is not main

    def checkpoint(stage, fraction):
        said.append((stage, fraction))
        if fraction == 0.5:
            halfway.set()

    main = threading.current_thread()
    assert beside(work, "Working", checkpoint) == ("done", True)
    assert said[0] == ("Working", 0.0)
    assert said[-1] == ("Working", 0.5)


def test_an_error_of_the_function_comes_through():
    def work(pace):
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        beside(work, "", lambda stage, fraction: None)


def test_giving_up_does_not_wait_for_the_function_which_is_told():
    told = threading.Event()

    def work(pace):
        while not pace.cancelled():
            time.sleep(0.01)
        told.set()

    def checkpoint(stage, fraction):
        if time.monotonic() - started > 0.1:
            raise InterruptedError("enough")

    started = time.monotonic()
    with pytest.raises(InterruptedError):
        beside(work, "", checkpoint)
    assert told.wait(10)


def test_nothing_is_begun_if_nobody_wants_it():
    def checkpoint(stage, fraction):
        raise InterruptedError

    begun = []
    with pytest.raises(InterruptedError):
        beside(begun.append, "", checkpoint)
    assert not begun


def test_nought_of_nought_is_no_error():
    assert beside(lambda pace: pace.progress(0, 0) or pace.fraction, "", lambda stage, fraction: None) == 0.0


def test_a_step_that_is_still_taken_when_python_ends_is_stopped_first():
    code = """
import threading, time
from emwidgets.refocusing.comparer.beside import beside

begun = threading.Event()

def work(pace):
    begun.set()
    while not pace.cancelled():
        time.sleep(0.01)
    print("stopped", flush=True)

threading.Thread(target=beside, args=(work, "", lambda *said: None), daemon=True).start()
begun.wait()
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ended.stdout == "stopped\n", ended.stderr
