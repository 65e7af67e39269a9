"""The playground beside a running loop: the image at once, then one answer after the other, never blocking."""

import asyncio
import threading
import time

import numpy as np
import pytest

from emwidgets.frontend.wire import values_of


async def until(condition, seconds=60):
    """Let the loop run until something is so."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


async def rests(widget, number=1):
    await until(lambda: widget.status["result"] >= number and widget.status["state"] == "idle")


def states(widget):
    return [row["state"] for row in widget.predictions["rows"]]


@pytest.fixture
def gate(disc_reader, monkeypatch):
    """An event before which nobody answers; while they wait, they ask whether somebody still does."""
    opened, asked = threading.Event(), []

    def slowly(images, task, method=None, *, tilts=None, checkpoint=None):
        asked.append((task, method))
        while not opened.wait(0.01):
            checkpoint()
        return disc_reader(images, task, method)

    monkeypatch.setattr("emwidgets.particles.asking.answer", slowly)
    slowly.opened, slowly.asked = opened, asked
    yield slowly
    opened.set()


def test_the_image_is_there_before_anybody_has_answered(playground, gate):
    async def notebook():
        widget = playground(corners=[4], task="arrangement")
        await until(lambda: widget.image)
        assert widget.shape_data["cut"] == [4]
        assert widget.truth["labels"]["count"] == "1"
        assert widget.projection["orientation"] == widget.orientation
        assert set(states(widget)) == {"computing", "waiting"}
        assert widget.status["state"] == "running"
        (row,) = [row for row in widget.predictions["rows"] if row["state"] == "computing"]
        assert (row["task"], row["best"]) == ("arrangement", True)
        gate.opened.set()
        await rests(widget)
        assert {"computing", "waiting"} & set(states(widget)) == set()

    asyncio.run(notebook())


def test_who_turns_on_gets_the_new_image_without_waiting_for_answers_about_the_old_one(playground, gate):
    async def notebook():
        widget = playground()
        await until(lambda: widget.image)
        seen = []
        for number in range(5):
            turned = [float(np.sin(0.1 * number)), 0.0, 0.0, float(np.cos(0.1 * number))]
            started = time.perf_counter()
            widget.set_state({"orientation": turned})
            await until(lambda: widget.projection["orientation"] == widget.orientation)
            seen.append(time.perf_counter() - started)
        assert max(seen) < 2  # a tenth of a second more than the patience of the worker where nothing else runs
        gate.opened.set()
        await rests(widget)
        np.testing.assert_array_equal(values_of(widget.image), widget.result.image.data)

    asyncio.run(notebook())


def test_it_can_be_cancelled_and_asked_again(playground, gate):
    async def notebook():
        widget = playground()
        await until(lambda: widget.image and gate.asked)
        image = widget.image
        widget.set_state({"asked": {**widget.asked, "cancel": 1}})
        await until(lambda: widget.status["state"] == "cancelled")
        assert widget.image is image
        gate.opened.set()
        assert widget.result.label
        assert widget.status["state"] == "idle"

    asyncio.run(notebook())


def test_a_method_that_fails_says_why_and_the_others_answer(playground, disc_reader, monkeypatch):
    from emwidgets.models import NetworkError
    from emwidgets.particles.playground import shot

    digests = shot.digests

    def broken(task, method):
        if method == "network":
            raise NetworkError("'deformation.onnx' is not the file that its card describes: install emwidgets again")
        return digests(task, method)

    monkeypatch.setattr(shot, "digests", broken)

    async def notebook():
        widget = playground()
        await rests(widget)
        rows = {(row["task"], row["method"]): row for row in widget.predictions["rows"]}
        assert rows["count", "network"]["state"] == "failed"
        assert "install emwidgets again" in rows["count", "network"]["why"]
        assert rows["count", "fit"]["state"] == "ready"
        result = widget.result
        assert "install emwidgets again" in result.failures["count", "network"]
        assert ("count", "network") not in result.predictions
        table = result.to_dataframe().set_index(["task", "method"])
        assert "install emwidgets again" in table.loc[("count", "network"), "problem"]

    asyncio.run(notebook())


def test_the_loop_is_never_held_up(playground):
    async def notebook():
        widget = playground(corners=[0, 7])
        longest = 0.0
        for number in range(4):
            widget.set_state({"a": 10.0 + number})
            reached = widget.status["result"]
            while widget.status["state"] != "idle" or widget.status["result"] <= reached:
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - before)
        assert longest < 0.5  # a tenth on a machine that has nothing else to do

    asyncio.run(notebook())


@pytest.mark.usefixtures("disc_reader")
def test_a_data_set_is_made_while_one_plays_on(playground, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    async def notebook():
        widget = playground()
        await rests(widget)
        widget.set_state({"make": {"task": "count", "n": 3000, "size": 64, "seed": 0, "number": 1}})
        await until(lambda: widget.making["done"] > 0)
        number = widget.status["result"]
        widget.set_state({"orientation": [0.0, 0.0, 0.0, 1.0]})
        await until(lambda: widget.status["result"] > number and widget.status["state"] == "idle")
        assert widget.making["state"] == "running"
        widget.set_state({"make": {"cancel": True, "number": 2}})
        await until(lambda: widget.making["state"] == "cancelled")
        assert list(tmp_path.iterdir()) == []
        assert widget.status["undo"] == "Orientation"

    asyncio.run(notebook())


def test_closing_stops_what_is_being_made(playground, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    async def notebook():
        widget = playground()
        widget.set_state({"make": {"task": "count", "n": 20_000, "size": 64, "seed": 0, "number": 1}})
        await until(lambda: widget.making["done"] > 0)
        widget.close()
        await until(lambda: not list(tmp_path.iterdir()))

    asyncio.run(notebook())
