"""The comparer beside a running loop: the image at once, progress, cancelling, and nothing ever held up."""

import asyncio
import time

import numpy as np

from emwidgets.frontend.wire import values_of


async def until(condition, seconds=60):
    """Let the loop run until something is so."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


async def rests(widget, number=1):
    await until(lambda: widget.status["result"] >= number and widget.status["state"] == "idle" and widget.after)


def test_the_image_is_there_before_it_is_refocused(comparer, sharpener, grains, as_image):
    sharpener.opened.clear()

    async def notebook():
        widget = comparer(as_image(grains().astype(np.uint8)), blur=True)
        await until(lambda: widget.before)
        assert widget.truth
        assert widget.provenance == {"title": "Grains, defocused"}
        assert widget.after == widget.defocus == widget.measures == widget.spectra == {}
        assert widget.summary == ""
        await until(lambda: widget.status["stage"] == "Refocusing")
        assert widget.status["state"] == "running"
        assert 0 <= widget.status["fraction"] < 1
        sharpener.opened.set()
        await rests(widget)
        assert widget.summary

    asyncio.run(notebook())


def test_another_network_leaves_the_former_restoration_in_sight(comparer, sharpener, grains, as_image):
    async def notebook():
        widget = comparer(as_image(grains()))
        await rests(widget)
        after, shown = widget.after, []
        widget.observe(lambda change: shown.append(change.new), names="after")
        sharpener.opened.clear()
        widget.set_state({"network": "srn"})
        await until(lambda: len(sharpener.calls) == 2)
        await asyncio.sleep(0.3)
        assert widget.after is after
        sharpener.opened.set()
        await until(lambda: widget.after is not after)
        assert len(shown) == 1

    asyncio.run(notebook())


def test_it_can_be_cancelled_at_once_and_asked_again(comparer, sharpener, grains, as_image):
    async def notebook():
        widget = comparer(as_image(grains()))
        await rests(widget)
        after = widget.after
        sharpener.opened.clear()
        widget.set_state({"turns": 8})
        await until(lambda: len(sharpener.calls) == 2)
        asked = time.perf_counter()
        widget.set_state({"asked": {**widget.asked, "cancel": 1}})
        await until(lambda: widget.status["state"] == "cancelled")
        assert time.perf_counter() - asked < 1  # a twentieth of a second where nothing else runs
        assert widget.after is after
        sharpener.opened.set()
        assert widget.result.provenance.parameters["turns"] == 8
        assert widget.status["state"] == "idle"

    asyncio.run(notebook())


def test_who_moves_on_does_not_wait_for_what_was_asked_before(comparer, sharpener, grains, as_image):
    sharpener.opened.clear()

    async def notebook():
        widget = comparer(as_image(grains()), blur=True)
        await until(lambda: len(sharpener.calls) == 1)
        for number, sigma in enumerate((1.0, 2.0, 3.0), start=2):
            before = widget.before
            widget.set_state({"blur_sigma": sigma})
            await until(lambda: widget.before is not before and len(sharpener.calls) == number)  # noqa: B023
        sharpener.opened.set()
        await rests(widget)
        assert "In truth 100 % was, by 3.0 px." in widget.summary

    asyncio.run(notebook())


def test_strength_follows_a_drag_and_the_loop_is_never_held_up(comparer, sharpener, grains, as_image):
    async def notebook():
        widget = comparer(as_image(grains((256, 256))))
        await rests(widget)
        longest, reached = 0.0, widget.status["result"]
        for step in range(8):
            widget.set_state({"strength": step / 8})
            for _ in range(20):
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - before)
        await until(lambda: widget.status["state"] == "idle" and widget.status["result"] > reached)
        assert longest < 0.5  # a tenth on a machine that has nothing else to do
        assert len(sharpener.calls) == 1
        assert widget.status["undo"] == "Strength"
        widget.undo()
        assert widget.strength == 1  # a drag is one step

    asyncio.run(notebook())


def test_a_step_undone_while_it_is_computed_shows_what_was(comparer, sharpener, grains, as_image):
    async def notebook():
        widget = comparer(as_image(grains()))
        await rests(widget)
        before = values_of(widget.before)
        sharpener.opened.clear()
        widget.set_state({"blur": True, "blur_where": "tilt"})
        await until(lambda: widget.truth)
        widget.set_state({"asked": {**widget.asked, "undo": 1}})
        await until(lambda: not widget.truth and widget.after)  # without the network, which does not answer now
        np.testing.assert_array_equal(values_of(widget.before), before)
        assert (widget.blur, widget.blur_where) == (False, "everywhere")

    asyncio.run(notebook())


def test_a_file_asked_for_while_it_is_refocused_is_written_once_it_is(
    comparer, sharpener, grains, as_image, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    sharpener.opened.clear()

    async def notebook():
        widget = comparer(as_image(grains()))
        await until(lambda: sharpener.calls)
        widget.set_state({"save": {"kind": "hspy", "number": 1}})
        await asyncio.sleep(0.2)
        assert widget.saved["state"] == "running"
        assert not list(tmp_path.iterdir())
        sharpener.opened.set()
        await until(lambda: widget.saved["state"] == "done")
        assert [path.name for path in tmp_path.iterdir()] == [widget.saved["file"]]

    asyncio.run(notebook())


def test_a_file_of_what_failed_is_not_written(comparer, sharpener, grains, as_image, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sharpener.broken = "no memory is left"

    async def notebook():
        widget = comparer(as_image(grains()))
        await until(lambda: widget.status["state"] == "error")
        widget.set_state({"save": {"kind": "tiff", "number": 1}})
        await until(lambda: widget.saved["state"] == "failed")
        assert "no memory is left" in widget.saved["message"]
        assert not list(tmp_path.iterdir())

    asyncio.run(notebook())


def test_closing_stops_the_work(comparer, sharpener, grains, as_image):
    sharpener.opened.clear()

    async def notebook():
        widget = comparer(as_image(grains()))
        await until(lambda: sharpener.calls)
        widget.close()
        await asyncio.sleep(0.3)
        assert not widget.after

    asyncio.run(notebook())
