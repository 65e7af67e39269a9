"""What leaves a playground: code, states, links, snapshots, pages, pictures; and that each says how it was made."""

import json

import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import emwidgets as emw
from emwidgets.frontend.page import read
from emwidgets.frontend.wire import values_of
from emwidgets.particles.playground.kinds import KINDS
from emwidgets.particles.playground.scene import AXES
from emwidgets.particles.tasks import TASKS

HOSTILE = "<img src=x onerror=alert(1)></script><!--\"'\u202e\x00\ud800" + "x" * 10_000

# written by version 1 of emwidgets 0.1.0; it has to load for ever, so it is not to be changed
FIRST_STATE = """
{"emwidgets": "ParticlePlayground", "version": 1,
 "parameters": {"solid": "triangular pyramid", "a": 12.5, "b": 10.0, "c": 15.0, "corners": [3], "depth": 0.2,
                "orientation": [0.0, 0.6, 0.0, 0.8], "turn": 10.0, "spin_axis": "x", "drift": 0.5, "line_jitter": 0.1,
                "probe": 0.8, "dose": 20000.0, "atomic_number": 46, "film": 0.2, "film_roughness": 0.1, "offset": 5.0,
                "gain": 2.0, "size": 64, "pixel_size": 0.5, "seed": 7, "task": "shape", "frame": 0},
 "view": {"stage": {"map": "viridis"}, "wire": true, "teach": "guess"},
 "selection": {},
 "input": {"title": "Simulated triangular pyramid with corner 3 cut", "digest": null},
 "versions": {"python": "3.11.7", "emwidgets": "0.1.0", "numpy": "2.4.6"}}
"""

any_controls = st.fixed_dictionaries(
    {},
    optional={
        "solid": st.sampled_from(list(KINDS)),
        "a": st.floats(2, 40) | st.floats(2, 40).map(np.float64),
        "b": st.floats(2, 40),
        "c": st.floats(2, 40),
        "corners": st.lists(st.integers(0, 3), unique=True),
        "depth": st.floats(0.05, 0.5),
        "orientation": st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: np.linalg.norm(q) > 0.1).map(np.array),
        "turn": st.floats(0, 180),
        "spin_axis": st.sampled_from(list(AXES)),
        "drift": st.floats(0, 5),
        "line_jitter": st.floats(0, 1),
        "probe": st.floats(0, 3),
        "dose": st.floats(100, 1e6),
        "atomic_number": st.integers(6, 92) | st.integers(6, 92).map(np.int64),
        "film": st.floats(0, 1),
        "film_roughness": st.floats(0, 0.3),
        "offset": st.floats(0, 1000),
        "gain": st.floats(0.1, 10),
        "size": st.sampled_from([64, 128]),
        "pixel_size": st.floats(0.05, 1),
        "seed": st.integers(0, 2**32 - 1),
        "task": st.sampled_from(list(TASKS)),
        "frame": st.just(0),
    },
).map(lambda values: values | {"corners": []} if not KINDS[values.get("solid", "cuboid")].corners else values)
simulated = any_controls.map(lambda values: {name: value for name, value in values.items() if name != "frame"})
quick = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

pytestmark = pytest.mark.usefixtures("disc_reader")


def said(widget):
    """All that a playground shows, but for the date."""
    shown = widget.get_state(widget.public_traits())
    return shown | {"provenance": {name: value for name, value in shown["provenance"].items() if name != "date"}}


# code and states


def test_the_strategy_has_every_control():
    drawn = set()

    @settings(max_examples=200, database=None)
    @given(any_controls)
    def draw(controls):
        drawn.update(controls)

    draw()
    assert drawn == set(emw.ParticlePlayground.control_names())


@quick
@given(before=simulated, controls=simulated)
def test_the_code_gives_the_very_image(playground, before, controls):
    widget = playground(**before)
    _ = widget.result  # what is remembered of it must not be seen in the next one
    with widget.hold_trait_notifications():
        for name, value in controls.items():
            setattr(widget, name, value.tolist() if isinstance(value, np.generic | np.ndarray) else value)
        if "solid" in controls and "corners" not in controls:
            widget.corners = []
    np.testing.assert_array_equal(eval(widget.code, {"emw": emw}).data, widget.result.image.data)
    np.testing.assert_array_equal(values_of(widget.image).shape, widget.result.image.data.shape)
    assert widget.code == widget.to_code()


@quick
@given(controls=simulated)
def test_a_state_gives_the_very_result(playground, controls):
    widget, other = playground(**controls), playground(solid="sphere")
    state = json.loads(json.dumps(widget.state(), allow_nan=False))
    assert other.from_state(state).state() == state
    assert other.code == widget.code
    np.testing.assert_array_equal(other.result.image.data, widget.result.image.data)
    assert set(state["parameters"]) == set(widget.control_names())


def test_the_first_state_ever_written_loads(playground):
    state = json.loads(FIRST_STATE)
    widget = playground(solid="sphere").from_state(state)
    assert {name: widget.state()[name] for name in ("parameters", "view", "input")} == {
        name: state[name] for name in ("parameters", "view", "input")
    }
    assert widget.result.shape.name == "triangular pyramid"
    assert widget.undo()
    assert widget.solid == "sphere"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"solid": "sphere"}, "'sphere' has none to cut"),
        ({"corners": [4]}, "'triangular pyramid' has corners 0 to 3"),
        ({"a": 0}, "a"),
        ({"dose": True}, "dose"),
        ({"orientation": [0, 0, 0, 0]}, "expected a quaternion"),
        ({"size": 100}, "size"),
        ({"frame": 1}, "frame is 1: expected 0"),
        ({"make": {}}, "unknown parameter 'make'"),
    ],
)
def test_a_state_that_simulate_would_refuse_changes_nothing(playground, change, words):
    widget = playground(corners=[5])
    state, before = json.loads(FIRST_STATE), widget.state()
    with pytest.raises((ValueError, traitlets.TraitError), match=words):
        widget.from_state(state | {"parameters": state["parameters"] | change})
    assert widget.state() == before
    assert not widget.undo()
    with pytest.raises(traitlets.TraitError, match="has corners 0 to 7"):
        widget.corners = [8]  # checked again from now on


# undo and links


def test_turning_cutting_and_sliders_are_steps_of_their_own(playground):
    widget = playground()
    widget.set_state({"orientation": [0.0, 0.0, 0.0, 1.0]})
    widget.set_state({"corners": [2]})
    widget.set_state({"dose": 500.0})
    widget.set_state({"dose": 400.0})
    widget.set_state({"seed": 1})
    widget.set_state({"solid": "octahedron", "corners": [1], "a": 9.0})
    labels = []
    while widget.status["undo"]:
        labels.append(widget.status["undo"])
        widget.undo()
    assert labels == ["Solid, Cut corners …", "Noise", "Dose", "Cut corners", "Orientation"]
    for _ in labels:
        assert widget.redo()
    assert (widget.solid, widget.corners, widget.a, widget.dose) == ("octahedron", [1], 9.0, 400.0)
    assert not widget.redo()


def test_linked_playgrounds_turn_together(playground):
    one, other = playground(corners=[0]), playground(dose=1000.0)
    for name in ("orientation", "task", "view"):
        one.link(other, name)
    one.orientation, one.view = [0.6, 0.0, 0.0, 0.8], {"wire": True}
    assert (other.orientation, other.view) == ([0.6, 0.0, 0.0, 0.8], {"wire": True})
    other.task = "shape"
    assert one.task == "shape"
    assert one.corners != other.corners
    with pytest.raises(ValueError, match="'truth' of ParticlePlayground is what Python computes"):
        one.link(other, "truth")
    slider = ipywidgets.FloatSlider(min=2, max=40)
    traitlets.link((slider, "value"), (one, "a"))
    slider.value = 20
    assert one.a == 20


# snapshots and pages


def test_a_snapshot_is_what_another_playground_would_show_and_disturbs_nothing(playground):
    widget = playground(corners=[1, 2])
    result = widget.result
    before, shot = widget.get_state(), widget._shot
    for parameters in ({"dose": 700.0}, {"a": 9.0, "turn": 30.0}, {"seed": 5, "task": "shape"}):
        shown = widget.snapshot(parameters)
        alone = playground(corners=[1, 2], **parameters)
        assert alone.result is not None
        shown["provenance"] = {name: value for name, value in shown["provenance"].items() if name != "date"}
        assert shown == said(alone)
    assert widget.get_state() == before
    assert widget._shot is shot
    assert widget.result.predictions == result.predictions


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("dose", [200.0, 5000.0]),
        ("a", [9.0, 12.0, 14.0]),
        ("depth", [0.1, 0.4]),
        ("turn", [0.0, 90.0]),
        ("film", [0.0, 1.0]),
        ("pixel_size", [0.2, 0.5]),
        ("atomic_number", [29, 79]),
    ],
)
def test_a_page_steps_through_any_slider(playground, tmp_path, name, values):
    widget = playground(corners=[6], size=64)
    path = widget.save_html(tmp_path / "page.html", sweep={name: values})
    page = read(path)["widgets"][0]
    assert page["kind"] == "playground"
    assert page["state"]["make"] == {}
    assert page["state"]["making"]["state"] == "idle"
    for value, step in zip(values, page["sweep"]["steps"], strict=True):
        shown = page["state"] | step
        alone = playground(corners=[6], size=64, **{name: value})
        result = alone.result
        assert shown[name] == value
        np.testing.assert_array_equal(values_of(shown["image"]), values_of(alone.image))
        assert shown["predictions"]["rows"] == alone.predictions["rows"]
        assert shown["code"] == alone.code
        assert shown["truth"]["counts"] == pytest.approx(result.truth["counts"])


def test_a_page_steps_through_the_images_of_a_stack(playground, scan, tmp_path):
    widget = playground(scan)
    page = read(widget.save_html(tmp_path / "stack", sweep={"frame": [0, 1, 2]}))["widgets"][0]
    for number, step in enumerate(page["sweep"]["steps"]):
        shown = page["state"] | step
        expected = scan.data.reshape(6, 40, 48)[number]
        np.testing.assert_allclose(values_of(shown["image"]), expected, atol=shown["image"]["scale"])
    with pytest.raises(ValueError, match="a of ParticlePlayground has no slider"):
        widget.save_html(tmp_path / "no", sweep={"a": [3.0]})


def test_what_is_no_slider_cannot_be_stepped(playground, tmp_path):
    with pytest.raises(ValueError, match="no slider that a page could step"):
        playground(solid="sphere").save_html(tmp_path / "page", sweep={"b": [3.0, 4.0]})


# provenance and pictures


def test_every_result_says_how_it_was_made(playground):
    widget = playground(corners=[3], turn=5.0)
    assert widget.provenance == {"title": "Simulated particle"}
    made = widget.result.provenance.to_dict()
    assert widget.provenance == made
    assert made["function"] == "emwidgets.particles.simulate"
    assert made["title"] == "Simulated cuboid with corner 3 cut"
    assert made["parameters"]["shape"] == "cuboid(13.0, 11.0, 15.0).deform([3], depth=0.35)"
    assert made["parameters"]["spin"]["turn"] == 5.0
    assert all(digest.startswith("sha256:") for digest in made["models"].values())
    assert made["models"]
    json.dumps(made, allow_nan=False)


def test_a_picture_says_how_it_was_made(playground, scan, tmp_path):
    widget = playground(size=256, pixel_size=0.1)
    with Image.open(widget.save_png(tmp_path / "particle")) as picture:
        assert (picture.size, picture.mode) == ((256, 256), "RGB")
        assert picture.text["Title"] == "Simulated cuboid"
        assert json.loads(picture.text["Comment"]) == widget.result.provenance.to_dict() | {"code": widget.code}
    reading = playground(scan, frame=1)
    plain, wired = (
        np.asarray(Image.open(path))
        for path in (reading.save_png(tmp_path / "plain"), _with(reading, {"wire": True}).save_png(tmp_path / "wired"))
    )
    assert plain.shape == (40, 48, 3)
    assert (plain != wired).any()


def _with(widget, view):
    widget.view = view
    return widget


def test_a_picture_has_the_resolution_of_the_image_where_the_browser_has_less(playground, scan, tmp_path):
    import hyperspy.api as hs

    large = np.kron(scan.data[0, 1], np.ones((1, 60), np.float32))
    widget = playground(hs.signals.Signal2D(large))
    assert max(widget.image["shape"]) < 2100
    with Image.open(widget.save_png(tmp_path / "large.png")) as picture:
        assert picture.size == (2880, 40)


def test_displaying_in_a_script_computes(playground):
    widget = playground()
    bundle = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in (bundle[0] if isinstance(bundle, tuple) else bundle)
    assert widget.image["shape"] == [128, 128]


def test_texts_of_strangers_are_text(playground, scan, tmp_path):
    signal = scan.inav[1, 0]
    signal.metadata.General.title = HOSTILE
    signal.metadata.set_item("Signal.quantity", HOSTILE)
    widget = playground(signal)
    assert "onerror=alert" not in widget.result._repr_html_().replace("&lt;img src=x onerror=alert", "")
    whole = HOSTILE.replace("\ud800", "\ufffd")  # half a character cannot be sent
    assert widget.provenance["title"] == widget.image["quantity"] == whole
    assert json.loads(json.dumps(widget.state()))["input"]["title"] == whole
    text = widget.save_html(tmp_path / "hostile.html").read_text(encoding="utf-8")
    assert "<img src=x" not in text
    widget.save_png(tmp_path / "hostile.png")
