"""Computing beside a notebook, tried on a widget whose analysis is slow."""

import asyncio
import gc
import threading
import time
import weakref

import numpy as np
import pytest

from emwidgets.frontend.worker import Cancelled


def test_a_notebook_gets_the_result_without_asking(Smoother):
    async def notebook():
        widget = Smoother(sigma=3.0)
        assert widget.status["result"] == 0
        await widget.rests(shown_sigma=3.0)
        assert widget.status["result"] == 1
        assert threading.main_thread() not in widget.threads

    asyncio.run(notebook())


def test_traits_are_set_on_the_loop_and_observers_meet_no_mixture(Smoother, image, smooth):
    async def notebook():
        widget = Smoother()
        seen = []

        def look(change):
            smoothed = np.frombuffer(widget.smoothed["data"], np.float32).reshape(image.shape)
            expected = smooth(image, sigma=widget.shown_sigma).image
            seen.append((threading.current_thread(), np.array_equal(smoothed, expected)))

        widget.observe(look, names=["shown_sigma", "smoothed"])
        widget.sigma = 2.0
        await widget.rests(shown_sigma=2.0)
        assert seen
        assert all(seen_in is threading.main_thread() and consistent for seen_in, consistent in seen)

    asyncio.run(notebook())


def test_a_result_goes_to_the_browser_in_one_message(Smoother):
    async def notebook():
        widget = Smoother()
        await widget.until(lambda: widget.status["result"] == 1)
        sent = []
        widget._send = lambda message, buffers=None: sent.append(message["state"])
        widget.sigma = 2.0
        await widget.rests(shown_sigma=2.0)
        results = [state for state in sent if "shown_sigma" in state]
        assert len(results) == 1
        assert {"smoothed", "controls", "status"} <= results[0].keys()
        assert results[0]["status"]["result"] == 2

    asyncio.run(notebook())


def test_overtaken_requests_are_dropped_and_the_last_wins(Smoother):
    async def notebook():
        widget = Smoother(passes=100)  # half a second and more
        for n in range(1, 21):
            widget.sigma = n / 2
            await asyncio.sleep(0.02)
        await widget.rests(shown_sigma=10.0)
        assert [each["sigma"] for each in widget.ended] == [10.0]
        assert len(widget.begun) < 8  # each one dropped had its tenth of a second
        assert widget.status["result"] == 1

    asyncio.run(notebook())


def test_changes_without_a_pause_for_the_loop_cost_one_or_two_computations(Smoother):
    async def notebook():
        widget = Smoother(passes=4)
        for n in range(1, 201):
            widget.sigma = n / 20
        assert widget.result.sigma == 10.0
        await widget.rests(shown_sigma=10.0)
        assert len(widget.ended) <= 3

    asyncio.run(notebook())


def test_a_picture_follows_a_slider_that_never_rests_if_its_computation_is_quick(Smoother):
    async def notebook():
        widget = Smoother(passes=6)  # 30 ms
        await widget.rests(shown_sigma=1.0)
        shown = widget.history("shown_sigma")
        for n in range(10, 70):
            widget.sigma = n / 10
            await asyncio.sleep(0.01)
        await widget.rests(shown_sigma=6.9)
        assert len(shown) >= 5
        assert shown == sorted(shown)

    asyncio.run(notebook())


def test_the_result_right_after_a_change_is_the_new_one_in_a_cell_too(Smoother):
    async def notebook():
        widget = Smoother(passes=20)
        for sigma in (2.0, 3.0, 4.0):
            widget.sigma = sigma
            await asyncio.sleep(0.01 * sigma)
            assert widget.result.sigma == sigma
            assert widget.shown_sigma == sigma
        shown = widget.status["result"]
        await asyncio.sleep(0.1)
        assert widget.status["result"] == shown  # what the thread had found too is not shown twice

    asyncio.run(notebook())


def test_cancelling_leaves_the_former_result(Smoother, image, smooth):
    async def notebook():
        widget = Smoother()
        await widget.until(lambda: widget.status["result"] == 1)
        widget.passes = 400
        await widget.until(lambda: widget.status["state"] == "running")
        widget.set_state({"asked": {**widget.asked, "cancel": 1}})  # as the front end does
        await widget.until(lambda: widget.status["state"] == "cancelled")
        assert widget.status["result"] == 1
        assert widget.smoothed["data"] == smooth(image).image.tobytes()
        assert len(widget.ended) == 1
        widget.passes = 3
        await widget.until(lambda: widget.status["state"] == "idle")
        assert widget.result.passes == 3

    asyncio.run(notebook())


def test_a_cancelled_result_can_be_asked_for_again(Smoother):
    async def notebook():
        widget = Smoother(passes=50)
        await widget.until(lambda: widget.status["state"] == "running")
        widget.cancel()
        await widget.until(lambda: widget.status["state"] == "cancelled")
        assert widget.result.passes == 50
        assert widget.status["state"] == "idle"

    asyncio.run(notebook())


def test_cancelling_a_cell_that_waits_for_the_result_raises_there(smoother):
    smoother.passes = 400
    timer = threading.Timer(0.2, smoother.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        _ = smoother.result
    timer.join()
    assert smoother.status["state"] == "cancelled"


def test_an_error_in_a_notebook_is_said_and_the_former_result_stays(Smoother):
    async def notebook():
        widget = Smoother()
        await widget.until(lambda: widget.status["result"] == 1)
        widget.sigma = 0
        await widget.until(lambda: widget.status["state"] == "error")
        assert widget.status["message"] == "sigma is 0: expected a width in px"
        assert widget.status["result"] == 1
        assert widget.shown_sigma == 1
        widget.sigma = 2
        await widget.rests(shown_sigma=2.0)

    asyncio.run(notebook())


def test_short_work_shows_no_progress_and_long_work_a_few_times_a_second(Smoother):
    async def notebook():
        widget = Smoother()
        seen = widget.history("status")
        await widget.until(lambda: widget.status["result"] == 1)
        assert [status["state"] for status in seen] == ["idle"]
        started = time.monotonic()
        widget.passes = 160
        await widget.until(lambda: widget.status["result"] == 2)
        seconds = time.monotonic() - started
        running = [status for status in seen if status["state"] == "running"]
        assert 2 <= len(running) <= 1 + seconds / 0.1
        assert {status["stage"] for status in running} == {"smoothing"}
        fractions = [status["fraction"] for status in running]
        assert fractions == sorted(fractions)
        assert {status["result"] for status in running} == {1}

    asyncio.run(notebook())


def test_progress_of_a_cell_that_waits_is_shown_while_it_waits(smoother):
    seen = smoother.history("status")
    smoother.passes = 80
    _ = smoother.result
    assert [status["state"] for status in seen].count("running") >= 2
    assert seen[-1]["state"] == "idle"


def test_a_loop_that_has_ended_leaves_a_widget_for_scripts(Smoother):
    async def notebook():
        widget = Smoother(passes=40)
        await asyncio.sleep(0.02)
        return widget

    widget = asyncio.run(notebook())
    widget.sigma = 2.0
    assert widget.result.sigma == 2.0
    assert widget.shown_sigma == 2.0
    widget.close()


def test_a_thread_of_the_user_may_move_controls_while_a_loop_runs(Smoother):
    async def notebook():
        widget = Smoother()
        await widget.until(lambda: widget.status["result"] == 1)
        await asyncio.to_thread(widget.set_trait, "sigma", 5.0)
        await widget.rests(shown_sigma=5.0)

    asyncio.run(notebook())


def test_messages_in_one_thread_and_a_cell_in_another_do_not_block_each_other(Smoother):
    async def notebook():
        widget = Smoother(passes=6)
        widget.observe(lambda change: widget.result, names="sigma")  # a user's observer that waits
        done = threading.Event()

        def messages():
            for n in range(1, 30):
                widget.set_state({"sigma": 1 + n / 10})
            done.set()

        thread = threading.Thread(target=messages, daemon=True)
        thread.start()
        while not done.is_set():
            _ = widget.result
            await asyncio.sleep(0)
        thread.join(10)
        assert widget.result.sigma == 3.9
        await widget.rests(shown_sigma=3.9)

    asyncio.run(asyncio.wait_for(notebook(), 60))


# beside the widget's own results


def test_a_snapshot_beside_a_running_computation_waits_for_its_turn_and_disturbs_nothing(Smoother):
    async def notebook():
        widget = Smoother(passes=60)
        await widget.until(lambda: widget.status["state"] == "running")
        shown = await asyncio.to_thread(widget.snapshot, {"sigma": 3.0, "passes": 1})
        assert shown["shown_sigma"] == 3.0
        await widget.rests(shown_sigma=1.0)
        assert widget.status["result"] == 1
        assert [each["passes"] for each in widget.ended] == [60, 1]

    asyncio.run(notebook())


def test_a_slider_moved_during_a_snapshot_is_answered_after_it(Smoother):
    async def notebook():
        widget = Smoother()
        await widget.rests(shown_sigma=1.0)
        snapshot = asyncio.create_task(asyncio.to_thread(widget.snapshot, {"sigma": 3.0, "passes": 60}))
        await widget.until(lambda: len(widget.begun) == 2)
        widget.set_state({"sigma": 5.0})
        assert (await snapshot)["shown_sigma"] == 3.0
        await widget.rests(shown_sigma=5.0)
        assert widget.result.sigma == 5.0

    asyncio.run(notebook())


def test_cancelling_reaches_no_snapshot(Smoother):
    async def notebook():
        widget = Smoother()
        await widget.rests(shown_sigma=1.0)
        snapshot = asyncio.create_task(asyncio.to_thread(widget.snapshot, {"passes": 60}))
        await widget.until(lambda: len(widget.begun) == 2)
        widget.cancel()
        assert (await snapshot)["passes"] == 60
        assert widget.result.passes == 2

    asyncio.run(notebook())


def test_ctrl_c_in_a_snapshot_leaves_a_widget_that_works(smoother):
    def press_ctrl_c(parameters, checkpoint):
        raise KeyboardInterrupt

    smoother.analyse = press_ctrl_c
    with pytest.raises(KeyboardInterrupt):
        smoother.snapshot({"sigma": 3.0})
    del smoother.analyse
    assert smoother.result.sigma == 1.0
    assert smoother.snapshot({"sigma": 3.0})["shown_sigma"] == 3.0


def test_a_snapshot_within_the_computation_is_an_error_not_a_deadlock(smoother):
    smoother.passes = 60

    def ask(change):
        if change["new"]["state"] == "running":
            smoother.snapshot({"sigma": 3.0})

    smoother.observe(ask, names="status")
    with pytest.raises(RuntimeError, match="while it is being computed"):
        _ = smoother.result


# closing


def test_closing_stops_the_work_and_frees_the_widget(Smoother):
    async def notebook():
        widget = Smoother(passes=400)
        await widget.until(lambda: widget.status["state"] == "running")
        threads = list(widget.threads)
        widget.close()
        widget.sigma = 3.0  # starts nothing any more
        await widget.until(lambda: not any(thread.is_alive() for thread in threads))
        assert widget.ended == []
        return weakref.ref(widget)

    reference = asyncio.run(notebook())
    gc.collect()
    assert reference() is None


def test_a_closed_widget_still_tells_its_result(smoother):
    smoother.close()
    smoother.sigma = 2.0
    assert smoother.result.sigma == 2.0


def test_many_widgets_leave_no_thread_behind(Smoother):
    async def notebook():
        widgets = [Smoother(sigma=1 + n) for n in range(10)]
        await widgets[0].until(lambda: all(widget.status["result"] == 1 for widget in widgets))

    asyncio.run(notebook())
    end = time.monotonic() + 5
    while any(thread.name == "emwidgets" for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.01)
