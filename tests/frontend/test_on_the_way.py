"""Results that come in stages: what an analysis yields is shown at once, what it returns is the result."""

import asyncio
import threading
import time

import pytest

from emwidgets.frontend.worker import Cancelled, finished


@pytest.fixture
def Staged(smoother):
    """Maker of smoothers that show every pass; the widths shown are the numbers of passes done."""
    kind = type(smoother)

    class Staged(kind):
        analysed = kind.analyse  # of one pass
        closed = False
        fails_after = None

        def analyse(self, parameters, checkpoint):
            try:
                for n in range(parameters["passes"]):
                    result = self.analysed(parameters | {"passes": 1}, checkpoint)
                    if n == self.fails_after:
                        raise ValueError("the detector is broken: expected counts")
                    yield n + 1, result
                return parameters["passes"], result
            finally:
                self.closed = True

        def present(self, result):
            self.presented = [*getattr(self, "presented", []), result[0]]
            return super().present(result[1]) | {"shown_sigma": float(result[0])}

        def in_force(self, result):
            return {}

    made = []

    def make(**controls):
        made.append(Staged(**controls))
        return made[-1]

    yield make
    for widget in made:
        widget.close()


def test_a_function_that_is_no_generator_has_finished():
    assert finished([1, 2]) == [1, 2]


def test_of_a_generator_what_it_returns_counts_and_what_it_yields_is_handed_on():
    def stages():
        yield 1
        yield 2
        return 3

    seen = []
    assert finished(stages(), seen.append) == 3
    assert seen == [1, 2]
    assert finished(stages()) == 3


def test_a_notebook_sees_every_stage_and_the_result_last(Staged):
    async def notebook():
        widget = Staged(passes=12)
        shown, states = widget.history("shown_sigma"), widget.history("status")
        await widget.rests(shown_sigma=12.0)
        assert shown == sorted(shown)
        assert len(shown) >= 3
        numbers = [status["result"] for status in states]
        assert numbers == sorted(numbers)
        assert numbers[-1] - len(shown) in (0, 1)  # the last stage may look like the result
        assert all(status["state"] == "running" for status in states[:-1])
        assert widget.result[0] == 12

    asyncio.run(notebook())


def test_a_stage_keeps_the_progress_that_was_told(Staged):
    async def notebook():
        widget = Staged(passes=60)
        states = widget.history("status")
        await widget.rests(shown_sigma=60.0)
        told = [status for status in states if status["stage"]]
        later = states[states.index(told[0]) :]
        assert {status["stage"] for status in later[:-1]} == {"smoothing"}

    asyncio.run(notebook())


def test_a_script_computes_all_stages_and_presents_the_result_alone(Staged):
    widget = Staged(passes=5)
    shown = widget.history("shown_sigma")
    assert widget.result[0] == 5
    assert shown == [5.0]
    assert widget.presented == [5]
    assert widget.status["result"] == 1


def test_a_cell_that_asks_gets_the_result_and_no_stage_comes_after_it(Staged):
    async def notebook():
        widget = Staged(passes=20)
        await widget.until(lambda: widget.status["result"] >= 2)
        assert widget.result[0] == 20
        shown = widget.history("shown_sigma")
        assert (widget.shown_sigma, widget.status["state"]) == (20.0, "idle")
        await asyncio.sleep(0.1)
        assert shown == []
        assert widget.status["state"] == "idle"

    asyncio.run(notebook())


def test_a_loop_that_is_busy_gets_the_newest_stage_only(Staged):
    async def notebook():
        widget = Staged(passes=60)
        shown = widget.history("shown_sigma")
        await widget.until(lambda: shown)
        time.sleep(0.2)  # a cell that computes something else
        before = len(shown)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(shown) <= before + 1
        assert shown[-1] > before + 2
        await widget.rests(shown_sigma=60.0)

    asyncio.run(notebook())


def test_a_newer_request_drops_the_stages_to_come(Staged):
    async def notebook():
        widget = Staged(passes=200)
        await widget.until(lambda: widget.shown_sigma > 25)  # its tenth of a second is over
        widget.passes = 3
        shown = widget.history("shown_sigma")
        await widget.rests(shown_sigma=3.0)
        assert max(shown) < 200
        assert widget.result[0] == 3

    asyncio.run(notebook())


def test_cancelling_keeps_the_stage_that_was_reached_and_one_can_ask_again(Staged):
    async def notebook():
        widget = Staged(passes=100)
        await widget.until(lambda: widget.shown_sigma >= 3)
        widget.set_state({"asked": {**widget.asked, "cancel": 1}})
        await widget.until(lambda: widget.status["state"] == "cancelled")
        assert 3 <= widget.shown_sigma < 100
        assert widget.closed
        assert widget.result[0] == 100
        assert (widget.status["state"], widget.shown_sigma) == ("idle", 100.0)

    asyncio.run(notebook())


def test_an_error_after_a_stage_is_said_beside_it_and_raised_for_who_asks(Staged):
    async def notebook():
        widget = Staged(passes=8)
        type(widget).fails_after = 4
        await widget.until(lambda: widget.status["state"] == "error")
        assert widget.status["message"] == "the detector is broken: expected counts"
        assert widget.shown_sigma == 4
        with pytest.raises(ValueError, match="detector is broken"):
            _ = widget.result
        type(widget).fails_after = None
        assert widget.result[0] == 8
        assert widget.status["state"] == "idle"

    asyncio.run(notebook())


def test_a_cell_that_waits_can_be_cancelled_between_stages(Staged):
    widget = Staged(passes=400)
    timer = threading.Timer(0.2, widget.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        _ = widget.result
    timer.join()
    assert widget.closed


def test_a_snapshot_is_of_the_result_with_what_only_a_page_needs(Staged):
    widget = Staged(passes=2)
    type(widget).standing = lambda self, result: {"corners": [[float(result[0]), 0.0]]}
    shown = widget.snapshot({"passes": 4})
    assert (shown["shown_sigma"], shown["corners"]) == (4.0, [[4.0, 0.0]])
    assert widget.presented == [4]
    assert widget.corners == []
