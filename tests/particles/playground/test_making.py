"""Data sets in files."""

import json
import os

import numpy as np
import pytest

import emwidgets as emw
from emwidgets.particles.playground import making
from emwidgets.particles.playground.making import TILTS, Order, write
from emwidgets.particles.playground.presets import STANDARD
from emwidgets.particles.tasks import TASKS


def never(done):
    """Nobody stops it."""


class Stop(Exception):
    pass


def load(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def test_the_file_holds_the_images_of_dataset_and_says_so(tmp_path):
    path = write(Order("count", 40, size=64, seed=3), tmp_path, never)
    assert path == tmp_path / "particles-count-40.npz"
    found = load(path)
    images, labels = emw.particles.dataset("count", 40, size=64, seed=3)
    assert found["images"].dtype == np.uint16
    np.testing.assert_array_equal(found["images"], images)
    assert found["labels"].tolist() == labels.tolist()
    assert (found["corners"].sum(axis=1) == labels.astype(int)).all()
    assert found["quaternions"].shape == (40, 1, 4)
    assert found["positions"].shape == (40, 1, 2)
    made = json.loads(str(found["made"]))
    again = eval(made["code"], {"emw": emw})
    np.testing.assert_array_equal(again[0], found["images"])


@pytest.mark.parametrize("task", list(TASKS))
def test_every_question_can_be_made(tmp_path, task):
    order = Order(task, 3, size=64)
    found = load(write(order, tmp_path, never))
    assert set(found["labels"]) <= set(TASKS[task])
    again = eval(json.loads(str(found["made"]))["code"], {"emw": emw})[0]
    np.testing.assert_array_equal(found["images"], again)
    views = (len(TILTS),) if task == "handedness" else ()
    assert found["images"].shape == (3, *views, 64, 64)


def test_the_conditions_shown_are_those_of_the_controls(tmp_path):
    controls = STANDARD | {"dose": 500.0, "gain": 2.0, "offset": 10.0, "turn": 30.0, "probe": 1.5}
    order = Order.of({"task": "shape", "n": 2, "size": 64, "seed": 1, "conditions": "shown"}, controls)
    assert (order.conditions.imaging.dose, order.conditions.turn) == (500.0, 30.0)
    found = load(write(order, tmp_path, never))
    assert found["images"].dtype == np.float32
    assert found["images"].min() == 10.0
    np.testing.assert_array_equal(eval(json.loads(str(found["made"]))["code"], {"emw": emw})[0], found["images"])


def test_many_counts_are_kept_whole(tmp_path):
    controls = STANDARD | {"dose": 1e7, "atomic_number": 92}
    order = Order.of({"task": "shape", "n": 1, "size": 64, "seed": 1, "conditions": "shown"}, controls)
    found = load(write(order, tmp_path, never))
    assert found["images"].dtype == np.uint32
    assert found["images"].max() > np.iinfo(np.uint16).max
    np.testing.assert_array_equal(eval(order.code, {"emw": emw})[0], found["images"])


def test_what_a_data_set_says_itself_is_not_in_its_code(tmp_path):
    controls = STANDARD | {"pixel_size": 0.7, "size": 256, "spin_axis": "y", "turn": 20.0, "drift": 1.0}
    asked = {"task": "shape", "n": 2, "size": 64, "seed": 1, "conditions": "shown"}
    order = Order.of(asked, controls)
    assert "pixel_size" not in order.code
    assert "shape=" not in order.code
    assert "drift=(1.0, 0.0)" in order.code
    assert order == Order.of(asked, controls | {"pixel_size": 0.1, "spin_axis": "z"})
    images = load(write(order, tmp_path, never))["images"]
    np.testing.assert_array_equal(eval(order.code, {"emw": emw})[0], images)


def test_no_file_is_ever_replaced(tmp_path):
    order = Order("deformed", 2, size=64)
    first = write(order, tmp_path, never)
    before = first.read_bytes()
    second, third = (write(order, tmp_path, never) for _ in range(2))
    assert [path.name for path in (second, third)] == ["particles-deformed-2-2.npz", "particles-deformed-2-3.npz"]
    assert first.read_bytes() == before


def test_a_file_that_comes_while_images_are_made_is_not_replaced_either(tmp_path, monkeypatch):
    order, theirs = Order("deformed", 2, size=64), tmp_path / "particles-deformed-2.npz"
    path = write(order, tmp_path, lambda done: theirs.write_text("somebody else's"))
    assert path.name == "particles-deformed-2-2.npz"
    assert theirs.read_text() == "somebody else's"

    def none(source, target):
        if os.path.exists(target):
            raise FileExistsError(target)
        raise OSError("this disk knows no links")

    monkeypatch.setattr(os, "link", none)
    assert write(order, tmp_path, never).name == "particles-deformed-2-3.npz"
    assert theirs.read_text() == "somebody else's"


def test_what_is_stopped_leaves_nothing_behind(tmp_path):
    done = []

    def stop(number):
        done.append(number)
        if number == 3:
            raise Stop

    with pytest.raises(Stop):
        write(Order("count", 100, size=64), tmp_path, stop)
    assert done == [1, 2, 3]
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_before_anything_is_made(tmp_path, monkeypatch):
    class Usage:
        free = 10**6

    monkeypatch.setattr(making.shutil, "disk_usage", lambda folder: Usage)
    with pytest.raises(OSError, match="room for 1 MB: 16 are needed"):
        write(Order("count", 2000, size=64), tmp_path, lambda done: pytest.fail("made"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"task": "colour"}, "expected one of deformed"),
        ({"n": 0}, "n is 0"),
        ({"n": 100_001}, "from 1 to 100000"),
        ({"n": 1.5}, "n is 1.5"),
        ({"n": True}, "n is True"),
        ({"size": 100}, "expected one of 64, 128, 256"),
        ({"seed": -1}, "seed is -1"),
        ({"n": 100_000, "size": 256}, "would be 13107 MB, more than 4000: make at most 30517"),
        ({"conditions": "odd"}, "expected standard or shown"),
    ],
)
def test_what_cannot_be_made_is_said_at_once(change, words):
    with pytest.raises(ValueError, match=words):
        Order.of({"task": "count", "n": 10, "size": 128, "seed": 0} | change, STANDARD)


def test_without_task_or_number_nothing_is_made():
    with pytest.raises(ValueError, match="without n and task"):
        Order.of({"seed": 1}, STANDARD)


def test_a_hundred_thousand_standard_images_are_allowed():
    assert Order("count", 100_000).megabytes < making.MOST_MB
