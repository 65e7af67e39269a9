"""Making beside a notebook: progress, stopping, the newest wins."""

import asyncio

import pytest

from emwidgets.particles.playground.maker import IDLE, Maker
from emwidgets.particles.playground.presets import STANDARD


async def until(condition, seconds=60):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.fixture
def maker(tmp_path, monkeypatch):
    """A maker in an empty folder, and all that it has said."""
    monkeypatch.chdir(tmp_path)
    said = [dict(IDLE)]
    made = Maker(said.append)
    yield made, said
    made.close()


def asked(n, **others):
    return {"task": "count", "n": n, "size": 64, "seed": 0, **others}


def test_progress_is_told_and_the_file_is_there_at_the_end(maker, tmp_path):
    making, said = maker

    async def notebook():
        making.take(asked(600), STANDARD)
        assert said[-1]["state"] == "running"
        assert not list(tmp_path.glob("*.npz"))
        await until(lambda: said[-1]["state"] == "done")

    asyncio.run(notebook())
    counts = [each["done"] for each in said]
    assert counts == sorted(counts)
    assert len(set(counts)) > 3
    assert said[-1] == {
        **IDLE,
        "state": "done",
        "done": 600,
        "total": 600,
        "file": "particles-count-600.npz",
        "mb": 4.9,
    }
    assert [path.name for path in tmp_path.iterdir()] == ["particles-count-600.npz"]


def test_it_can_be_stopped_and_begun_again(maker, tmp_path):
    making, said = maker

    async def notebook():
        making.take(asked(5000), STANDARD)
        await until(lambda: said[-1]["done"] > 0)
        making.take({"cancel": True}, STANDARD)
        await until(lambda: said[-1]["state"] == "cancelled")
        assert list(tmp_path.iterdir()) == []
        making.take(asked(2), STANDARD)
        await until(lambda: said[-1]["state"] == "done")

    asyncio.run(notebook())
    assert [path.name for path in tmp_path.iterdir()] == ["particles-count-2.npz"]


def test_the_loop_is_never_held_up(maker):
    import time

    making, said = maker

    async def notebook():
        making.take(asked(1000), STANDARD)
        longest = 0.0
        while said[-1]["state"] == "running":
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)
        assert longest < 0.5  # a tenth on a machine that has nothing else to do

    asyncio.run(notebook())


def test_what_cannot_be_made_is_said_and_stops_nothing(maker):
    making, said = maker

    async def notebook():
        making.take(asked(0), STANDARD)
        assert (said[-1]["state"], "n is 0" in said[-1]["message"]) == ("failed", True)
        making.take(asked(3000), STANDARD)
        assert (said[-1]["state"], said[-1]["message"]) == ("running", "")
        making.take(asked(10**9), STANDARD)
        assert said[-1]["state"] == "running"
        assert "from 1 to 100000" in said[-1]["message"]
        making.take({"cancel": True}, STANDARD)
        await until(lambda: said[-1]["state"] == "cancelled")

    asyncio.run(notebook())


def test_a_folder_that_is_gone_is_said(maker, tmp_path, monkeypatch):
    making, said = maker
    monkeypatch.setattr("emwidgets.particles.playground.maker.Path.cwd", lambda: tmp_path / "gone")
    making.take(asked(2), STANDARD)
    with pytest.raises(OSError, match="gone"):
        making.finish()
    assert said[-1]["state"] == "failed"
    assert "gone" in said[-1]["message"]
