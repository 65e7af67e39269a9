"""The classifier beside a running loop: rules first, networks when they are there, then the stack, never blocking."""

import asyncio
import threading
import time

import hyperspy.api as hs
import numpy as np
import pytest

import emwidgets as emw
from emwidgets import models
from emwidgets.diffraction import rules
from emwidgets.diffraction.answers import NETWORKS, RULES
from emwidgets.frontend.wire import array_from_payload


def rows(widget):
    return {row["name"]: row for row in widget.members["rows"]}


async def until(condition, seconds=60):
    """Let the loop run until something is so."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


async def rests(widget, number=1):
    await until(lambda: widget.status["result"] >= number and widget.status["state"] == "idle")


@pytest.fixture
def gate(monkeypatch):
    """An event before which no network is loaded."""
    opened, load = threading.Event(), models.load

    def slowly(network):
        assert opened.wait(60)
        return load(network)

    monkeypatch.setattr(models, "load", slowly)
    yield opened
    opened.set()


@pytest.fixture
def long_scan(gold_scan):
    """200 patterns, each other one of rings."""
    frames = np.tile(gold_scan.data.reshape(6, 96, 120)[[0, 1]], (100, 1, 1))
    return hs.signals.Signal2D(frames, metadata={"General": {"title": "long"}})


def test_rules_answer_while_the_networks_are_being_loaded(classifier, gold_scan, gate):
    async def notebook():
        widget = classifier(gold_scan)
        assert widget.image["shape"] == [96, 120]  # to be seen before anything is computed
        await until(lambda: widget.members and rows(widget)["fourier"]["state"] == "ready")
        assert {rows(widget)[name]["state"] for name in (*NETWORKS, "ensemble")} == {"loading"}
        assert {rows(widget)[name]["ring"] for name in NETWORKS} == {None}
        assert widget.verdict["provisional"]
        assert widget.verdict["label"] in ("ring", "spot")
        assert set(widget.evidence) == set(RULES)
        assert widget.frames["done"] == 0
        assert widget.status["state"] == "running"
        await until(lambda: widget.status["stage"] == "Loading CNN")
        gate.set()
        await rests(widget)
        assert {row["state"] for row in rows(widget).values()} == {"ready"}
        assert not widget.verdict["provisional"]
        assert (widget.frames["done"], set(widget.maps)) == (6, set(NETWORKS))

    asyncio.run(notebook())


def test_a_rule_that_decides_waits_for_no_network(classifier, gold_scan, gate):
    async def notebook():
        widget = classifier(gold_scan, method="fourier")
        await until(lambda: widget.members and rows(widget)["fourier"]["state"] == "ready")
        assert not widget.verdict["provisional"]
        assert widget.verdict["probability"] == max(rows(widget)["fourier"][each] for each in ("ring", "spot"))
        gate.set()
        await rests(widget)

    asyncio.run(notebook())


def test_one_can_look_at_another_pattern_while_the_networks_are_being_loaded(classifier, gold_scan, gate):
    async def notebook():
        widget = classifier(gold_scan)
        await until(lambda: widget.evidence)
        first = widget.evidence["fourier"]["probability"]
        widget.frame = 1
        await until(lambda: widget.evidence and widget.evidence["fourier"]["probability"] != first)
        widget.set_state({"asked": {**widget.asked, "cancel": 1}})
        await until(lambda: widget.status["state"] == "cancelled")
        assert rows(widget)["cnn"]["state"] == "loading"
        gate.set()
        assert widget.result.labels.shape == (2, 3)

    asyncio.run(notebook())


def test_a_network_that_cannot_be_loaded_says_why_and_the_others_answer(classifier, gold_scan, monkeypatch):
    load = models.load

    def broken(network):
        if network == "diffraction/cnn":
            raise models.NetworkError("'cnn.onnx' is not the file that its card describes: install emwidgets again")
        return load(network)

    monkeypatch.setattr(models, "load", broken)

    async def notebook():
        widget = classifier(gold_scan)
        await until(lambda: widget.status["state"] == "error")
        assert "install emwidgets again" in widget.status["message"]
        assert rows(widget)["cnn"]["state"] == rows(widget)["ensemble"]["state"] == "failed"
        assert "install emwidgets again" in rows(widget)["cnn"]["message"]
        assert rows(widget)["densenet"]["ring"] is not None
        assert widget.verdict["provisional"]
        with pytest.raises(models.NetworkError, match="install emwidgets again"):
            _ = widget.result
        widget.method = "hough"
        await until(lambda: widget.status["state"] == "idle")
        assert widget.frames["done"] == 6

    asyncio.run(notebook())


def test_a_rule_that_finds_nothing_to_go_by_says_so_and_the_others_answer(classifier, gold_scan, monkeypatch):
    def nothing(frame):
        raise ValueError("there is no ring anywhere")

    def all_fail(frame):
        raise ValueError("one of them failed")

    monkeypatch.setitem(rules.RULES, "hough", nothing)
    monkeypatch.setattr(rules, "judge_all", all_fail)
    widget = classifier(gold_scan, method="hough")
    with pytest.raises(ValueError, match="no ring anywhere"):
        _ = widget.result
    widget.method = "fourier"
    _ = widget.result
    assert rows(widget)["hough"]["state"] == "failed"
    assert rows(widget)["hough"]["message"] == "there is no ring anywhere"
    assert rows(widget)["fourier"]["ring"] is not None
    widget.method = "hough"
    with pytest.raises(ValueError, match="no ring anywhere"):
        _ = widget.result


def test_a_stack_fills_up_while_it_is_scanned(classifier, long_scan, monkeypatch):
    monkeypatch.setattr("emwidgets.diffraction.widget.PAUSE", 0.02)

    async def notebook():
        widget = classifier(long_scan, frame=1)
        done, stages = [], []
        widget.observe(lambda change: done.append(change["new"]["done"]), names="frames")
        widget.observe(lambda change: stages.append(change["new"]["stage"]), names="status")
        await until(lambda: 0 < widget.frames.get("done", 0) < 200)
        ring = array_from_payload(widget.frames["ring"])
        assert np.isfinite(ring).sum() == widget.frames["done"]
        assert widget.verdict["label"] in ("ring", "spot")
        await rests(widget)
        assert done == sorted(done)
        assert done[-1] == 200
        assert any(stage.startswith("Scanning ") and stage.endswith(" of 200") for stage in stages)
        assert np.isfinite(array_from_payload(widget.frames["ring"])).all()

    asyncio.run(notebook())


def test_what_was_scanned_before_a_cancel_is_not_scanned_again(classifier, long_scan, monkeypatch):
    asked, run = [], models.Network.run

    def counted(self, images):
        asked.append((self.card.name, len(images)))
        time.sleep(0.02)
        return run(self, images)

    monkeypatch.setattr(models.Network, "run", counted)
    monkeypatch.setattr("emwidgets.diffraction.widget.PAUSE", 0.02)
    monkeypatch.setattr("emwidgets.diffraction.viewer.scan.TOGETHER", 10)

    async def notebook():
        widget = classifier(long_scan, method="cnn")
        await until(lambda: 0 < widget.frames.get("done", 0) < 150)
        widget.set_state({"asked": {**widget.asked, "cancel": 1}})
        await until(lambda: widget.status["state"] == "cancelled")
        reached = widget.frames["done"]
        assert 0 < reached < 200
        result = widget.result
        answered = sum(n for name, n in asked if name == "cnn")
        assert answered <= 200 + 1 + 10 * 9  # the pattern looked at, and batches on their way when it was cancelled
        expected = emw.diffraction.classify(long_scan, method="cnn")
        np.testing.assert_array_equal(result.probabilities, expected.probabilities)
        assert (widget.status["state"], widget.frames["done"]) == ("idle", 200)

    asyncio.run(notebook())


def test_a_slider_moved_during_a_scan_is_answered_at_once_and_the_scan_goes_on(classifier, long_scan, monkeypatch):
    monkeypatch.setattr("emwidgets.diffraction.viewer.scan.TOGETHER", 4)

    async def notebook():
        widget = classifier(long_scan)
        await until(lambda: widget.status["stage"].startswith("Scanning"))
        widget.set_state({"certainty": 0.99})
        await until(lambda: widget.controls["certainty"]["value"] == 0.99)
        assert widget.frames["done"] < 200
        await until(lambda: widget.status["state"] == "idle")
        assert widget.result.certainty == 0.99
        assert widget.frames["done"] == 200

    asyncio.run(notebook())


def test_the_loop_is_never_held_up(classifier, long_scan):
    async def notebook():
        widget = classifier(long_scan)
        longest = before = 0.0
        while widget.status["state"] != "idle" or not widget.status["result"]:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)
        assert longest < 0.5  # a tenth on a machine that has nothing else to do
        assert widget.frames["done"] == 200

    asyncio.run(notebook())


# the gallery


def test_the_gallery_gets_the_small_pictures_that_it_wants(classifier, gold_scan):
    async def notebook():
        widget = classifier(gold_scan)
        widget.set_state({"wanted": [5, 0, 4]})
        await until(lambda: widget.thumbnails)
        assert widget.thumbnails["indices"] == [5, 0, 4]
        pictures = array_from_payload(widget.thumbnails["pixels"])
        assert pictures.shape == (3, 64, 64)
        assert pictures.dtype == np.uint8
        assert np.ptp(pictures[0]) > 100
        assert np.ptp(pictures[2]) == 0  # there is nothing in it
        await rests(widget)
        assert widget.status["undo"] is None
        assert "wanted" not in widget.state()["parameters"]

    asyncio.run(notebook())


def test_small_pictures_come_before_a_scan_has_ended(classifier, long_scan, gate):
    async def notebook():
        widget = classifier(long_scan)
        widget.set_state({"wanted": list(range(64))})
        await until(lambda: widget.thumbnails)
        assert widget.status["state"] == "running"
        gate.set()

    asyncio.run(notebook())


def test_without_a_loop_small_pictures_are_there_when_a_message_has_been_taken(classifier, gold_scan):
    widget = classifier(gold_scan)
    widget.set_state({"wanted": [2]})
    assert widget.thumbnails["indices"] == [2]


def test_the_gallery_cannot_want_what_is_not_there(classifier, gold_scan):
    widget = classifier(gold_scan)
    widget.set_state({"wanted": [6]})
    assert widget.status["state"] == "error"
    assert "wanted is 6: the signal has frames 0 to 5" in widget.status["message"]
    assert widget.wanted == []


def test_a_file_that_cannot_be_read_any_more_is_said_in_the_gallery_too(classifier, gold_scan):
    import dask.array as da

    def lost(block, block_info=None):
        if block_info and block_info[0]["chunk-location"][0] == 1:
            raise OSError("the disk is gone")
        return block

    lazy = hs.signals.Signal2D(da.from_array(gold_scan.data, chunks=(1, 3, 96, 120)).map_blocks(lost)).as_lazy()

    async def notebook():
        widget = classifier(lazy, method="cnn")
        widget.set_state({"wanted": [4]})
        await until(lambda: widget.status["state"] == "error")
        assert "the disk is gone" in widget.status["message"]
        with pytest.raises(OSError, match="the disk is gone"):
            _ = widget.result

    asyncio.run(notebook())
