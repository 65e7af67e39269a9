"""The playground in a script: what its traits show, what they take, and what it gives."""

import numpy as np
import pytest
import traitlets
from scipy.spatial.transform import Rotation

import emwidgets as emw
from emwidgets.frontend.wire import values_of
from emwidgets.particles.answers import BEST
from emwidgets.particles.playground.presets import presets
from emwidgets.particles.playground.scene import CONTROLS
from emwidgets.particles.shapes import Polyhedron

pytestmark = pytest.mark.usefixtures("disc_reader")


def row(widget, task, method):
    return next(each for each in widget.predictions["rows"] if (each["task"], each["method"]) == (task, method))


def test_it_shows_the_image_that_simulate_gives(playground):
    widget = playground(corners=[0, 7], orientation=(0.5, 0.5, 0.5, 0.5), seed=3, dose=12_000)
    result = widget.result
    imaging = emw.particles.Imaging(dose=12_000)
    shape = emw.particles.cuboid(13, 11, 15).deform([0, 7], depth=0.35)
    expected = emw.particles.simulate(shape, (0.5, 0.5, 0.5, 0.5), imaging=imaging, seed=3)
    np.testing.assert_array_equal(result.image.data, expected.data)
    np.testing.assert_array_equal(values_of(widget.image), expected.data)
    assert result.image.metadata.emwidgets.labels.arrangement == "body"
    assert isinstance(result.shape, Polyhedron)
    assert result.shape.volume == widget.shape_data["volume"] == result.truth["volume"]
    np.testing.assert_array_equal(eval(widget.code, {"emw": emw}).data, expected.data)


def test_every_control_has_the_default_of_the_standard_conditions(playground):
    widget = playground()
    lesson = next(each["values"] for each in widget.presets["rows"] if each["name"] == "standard conditions")
    assert {name: getattr(widget, name) for name in lesson} == lesson
    assert set(lesson) == {*CONTROLS, "task"}
    assert set(widget.control_names()) == {*CONTROLS, "task", "frame"}


def test_each_lesson_can_be_set_and_taken_back_as_one_action(playground):
    widget = playground()
    before = widget.parameters()
    for lesson in presets():
        widget.set_state(lesson["values"])
        assert {name: getattr(widget, name) for name in lesson["values"]} == lesson["values"], lesson["name"]
        assert widget.status["state"] == "idle"
        if lesson["values"] != presets()[0]["values"]:
            assert widget.undo()
        assert widget.parameters() == before


def test_everybody_is_asked_and_the_answers_stand_in_the_result(playground, disc_reader):
    widget = playground(corners=[1])
    result = widget.result
    assert {each["state"] for each in widget.predictions["rows"]} == {"ready"}
    assert widget.predictions["certainty"] == 0.8
    assert set(result.predictions) == {(each["task"], each["method"]) for each in widget.predictions["rows"]}
    for (task, method), answers in result.predictions.items():
        np.testing.assert_allclose(row(widget, task, method)["probabilities"], answers.probabilities[0])
    assert result.label == row(widget, "count", BEST["count"])["label"]
    assert result.fitted is not None
    assert len(widget.fitted["vertices"]) == 8
    table = result.to_dataframe()
    assert list(table["truth"][table["task"] == "count"].unique()) == ["1"]
    assert len(table) == len(widget.predictions["rows"])
    assert not table["problem"].any()
    assert "count: " in repr(result)
    assert "Simulated cuboid with corner 1 cut" in result._repr_html_()


def test_another_question_asks_nobody_again(playground, disc_reader):
    widget = playground()
    result = widget.result
    asked = len(disc_reader.calls)
    widget.task = "shape"
    assert widget.result.task == "shape"
    assert widget.result.image is not None
    assert len(disc_reader.calls) == asked
    assert widget.result.predictions == result.predictions


def test_another_seed_is_other_noise_on_the_same_particle(playground):
    widget = playground()
    first, truth = widget.result.image.data, widget.truth["labels"]
    widget.seed += 1
    second = widget.result.image.data
    assert widget.truth["labels"] == truth
    assert 0 < np.abs(first - second).mean() < 20


def test_sliders_are_those_that_mean_something(playground):
    widget = playground()
    assert [widget.controls[name]["label"] for name in "abc"] == ["Edge a", "Edge b", "Edge c"]
    assert widget.controls["dose"]["scale"] == "log"
    assert "frame" not in widget.controls
    widget.solid = "triangular pyramid"
    assert widget.result is not None
    assert [widget.controls[name]["label"] for name in "ab"] == ["Edge", "Height"]
    assert "c" not in widget.controls
    widget.solid = "sphere"
    assert widget.result is not None
    assert {"b", "c", "depth"} & widget.controls.keys() == set()
    assert widget.controls["a"]["label"] == "Diameter"
    for entry in widget.controls.values():
        assert entry["min"] <= entry["value"] <= entry["max"]


# what it takes


def test_orientations_are_normalised_and_rotations_taken(playground):
    widget = playground(orientation=np.array([1.0, 1.0, 1.0, 1.0]))
    assert widget.orientation == [0.5] * 4
    turned = Rotation.from_euler("x", 30, degrees=True)
    widget = playground(orientation=turned)
    np.testing.assert_allclose(widget.orientation, turned.as_quat(), atol=1e-9)
    widget.orientation = [0.0, 0.0, 3.0, 4.0]
    assert widget.orientation == [0.0, 0.0, 0.6, 0.8]
    taken = widget.orientation
    widget.orientation = taken
    assert widget.orientation == taken


@pytest.mark.parametrize("seed", range(20))
def test_an_orientation_that_was_normalised_once_stays_as_it_is(playground, seed):
    widget = playground(orientation=np.random.default_rng(seed).standard_normal(4))
    first = list(widget.orientation)
    other = playground(orientation=first)
    assert other.orientation == first


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"a": 0}, "'a'"),
        ({"a": -3}, "'a'"),
        ({"b": np.nan}, "b is nan: expected a finite number"),
        ({"dose": np.inf}, "dose"),
        ({"depth": 0.6}, "depth"),
        ({"corners": [8]}, "corners has 8: the solid 'cuboid' has corners 0 to 7"),
        ({"corners": [1, 1]}, "name each corner once"),
        ({"corners": ["a"]}, "corners"),
        ({"orientation": [0, 0, 0, 0]}, "expected a quaternion"),
        ({"orientation": [0, 0, 1]}, "expected a quaternion"),
        ({"orientation": [0, 0, 1, np.nan]}, "expected a quaternion"),
        ({"solid": "cone"}, "solid"),
        ({"size": 100}, "size"),
        ({"task": "colour"}, "task"),
        ({"seed": -1}, "seed"),
        ({"atomic_number": 79.5}, "atomic_number"),
    ],
)
def test_what_cannot_be_is_refused_and_the_result_stays(playground, change, words):
    with pytest.raises(traitlets.TraitError, match=words):
        playground(**change)
    widget = playground(corners=[2])
    result, state = widget.result, widget.state()
    for name, value in change.items():
        with pytest.raises(traitlets.TraitError, match=words):
            setattr(widget, name, value)
    assert widget.state() == state
    assert widget.result.image.data is not None
    np.testing.assert_array_equal(widget.result.image.data, result.image.data)


def test_what_the_browser_sends_and_cannot_be_is_said_and_sent_back(playground):
    widget = playground(solid="sphere")
    _ = widget.result
    image = widget.image
    widget.set_state({"corners": [3]})
    assert widget.status["state"] == "error"
    assert "'sphere' has none to cut" in widget.status["message"]
    assert widget.corners == []
    assert widget.image is image


def test_controls_that_are_not_there_are_named(playground, scan):
    with pytest.raises(TypeError, match="without a signal has no control edge; it has solid, a, b, c"):
        playground(edge=3)
    with pytest.raises(TypeError, match="has no control frame"):
        playground(frame=0)
    with pytest.raises(TypeError, match="with a signal has no control a; it has task, frame"):
        playground(scan, a=3)


def test_corners_that_a_new_solid_has_not_go_with_the_old_one(playground):
    widget = playground(corners=[1, 3, 6])
    widget.solid = "triangular pyramid"
    assert widget.corners == [1, 3]
    assert widget.result.shape.name == "triangular pyramid"
    widget.solid = "ellipsoid"
    assert widget.corners == []
    assert widget.undo()
    assert (widget.solid, widget.corners) == ("triangular pyramid", [1, 3])
    assert widget.undo()
    assert (widget.solid, widget.corners) == ("cuboid", [1, 3, 6])
    widget.set_state({"solid": "octahedron", "corners": [5]})
    assert (widget.solid, widget.corners, widget.status["state"]) == ("octahedron", [5], "idle")


def test_a_particle_beyond_the_image_is_an_image_of_its_middle(playground):
    widget = playground(a=80, b=80, c=80, size=64, pixel_size=0.1)
    assert widget.result.image.data.min() > 0
    assert widget.status["state"] == "idle"


# data sets


def test_a_data_set_is_made_where_no_loop_runs(playground, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    widget = playground()
    assert widget.making["state"] == "idle"
    widget.set_state({"make": {"task": "shape", "n": 5, "size": 64, "seed": 2, "number": 1}})
    assert (widget.making["state"], widget.making["file"]) == ("done", "particles-shape-5.npz")
    with np.load(tmp_path / "particles-shape-5.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["images"], emw.particles.dataset("shape", 5, size=64, seed=2)[0])
    assert widget.status["undo"] is None
    widget.set_state({"make": {"task": "shape", "n": 0, "number": 2}})
    assert widget.making["state"] == "failed"
    assert "n is 0" in widget.making["message"]
