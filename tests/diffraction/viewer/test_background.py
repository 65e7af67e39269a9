"""Threads beside the one that waits."""

import threading
import time

import pytest

from emwidgets.diffraction.viewer.background import Background, Stopped, side_by_side


class EnoughError(Exception):
    """Nobody waits any more."""


def test_tasks_run_one_after_the_other_in_another_thread_from_begin_on():
    order = []

    def task(name):
        order.append((name, threading.current_thread() is threading.main_thread()))
        return name.upper()

    background = Background({name: lambda name=name: task(name) for name in "abc"})
    assert not background.done("a")
    assert order == []
    assert [background.result(name) for name in "cab"] == ["C", "A", "B"]
    background.begin()
    assert order == [("a", False), ("b", False), ("c", False)]


def test_one_that_fails_says_why_and_the_others_go_on():
    def fail():
        raise OSError("the disk is gone")

    background = Background({"a": fail, "b": lambda: 2})
    background.wait("b", lambda: None)
    assert background.done("a")
    assert str(background.failure("a")) == "the disk is gone"
    assert background.failure("b") is None
    with pytest.raises(OSError, match="disk is gone"):
        background.result("a")


def test_who_waits_can_be_told_that_it_is_in_vain():
    opened = threading.Event()
    background = Background({"a": opened.wait})
    asked = []

    def still_wanted():
        asked.append(1)
        if len(asked) == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        background.wait("a", still_wanted)
    assert not background.done("a")
    assert background.failure("a") is None
    opened.set()
    background.wait("a", lambda: None)
    assert background.result("a")


def test_results_come_in_the_order_of_the_items():
    def square(n, going_on):
        time.sleep(0.01 * (n % 3))
        return n * n

    assert list(side_by_side(square, range(20), lambda: None)) == [n * n for n in range(20)]


def test_what_fails_is_raised_and_nothing_more_is_begun():
    begun = []

    def odd_ones_out(n, going_on):
        begun.append(n)
        if n == 3:
            raise ValueError("3 is odd")
        return n

    found = []
    with pytest.raises(ValueError, match="3 is odd"):
        found.extend(side_by_side(odd_ones_out, range(1000), lambda: None))
    assert found == [0, 1, 2]
    assert len(begun) < 50


def test_who_does_not_want_them_any_more_stops_those_that_run():
    stopped, started = [], threading.Event()

    def long(n, going_on):
        started.set()
        try:
            for _ in range(2000):
                going_on()
                time.sleep(0.005)
        except Stopped:
            stopped.append(n)
            raise

    def still_wanted():
        if started.is_set():
            raise EnoughError

    begin = time.monotonic()
    with pytest.raises(EnoughError):
        list(side_by_side(long, range(3), still_wanted))
    assert time.monotonic() - begin < 5
    assert stopped


def test_a_loop_that_is_left_early_leaves_no_thread_behind():
    for first in side_by_side(lambda n, going_on: n, range(100), lambda: None):
        assert first == 0
        break
    assert not [each for each in threading.enumerate() if each.name.startswith("emwidgets_")]
