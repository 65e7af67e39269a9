"""The state of a widget: there and back, old versions, and what strangers may write into one."""

import copy
import json
from typing import ClassVar

import pytest
import traitlets
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from emwidgets.frontend import state as states
from emwidgets.frontend.widget import AnalysisWidget, control

KIND = "Smoother"


@pytest.fixture
def state(Smoother):
    return Smoother(sigma=3.0, corners=[[1.0, 2.0]], view={"zoom": 2}).state()


def test_a_state_is_json_and_says_what_it_is_of(Smoother):
    widget = Smoother(sigma=3.0, view={"zoom": 2, "limits": [0.5, 1]}, provenance={"title": "</script>"})
    state = widget.state()
    assert json.loads(json.dumps(state, allow_nan=False)) == state
    assert (state["emwidgets"], state["version"]) == (KIND, 1)
    # all of them, as a default may be another one some day
    assert state["parameters"] == {"passes": 2, "sigma": 3.0, "level": None, "corners": []}
    assert state["view"] == {"zoom": 2, "limits": [0.5, 1]}
    assert state["input"] == {"title": "</script>", "digest": None}
    assert {"python", "emwidgets", "numpy"} <= state["versions"].keys()


def test_a_state_shares_nothing_with_the_widgets(Smoother):
    widget = Smoother(corners=[[1.0, 2.0]], view={"limits": [0, 1]})
    state = widget.state()
    other = Smoother().from_state(state)
    state["parameters"]["corners"].append([3.0, 4.0])
    state["view"]["limits"].clear()
    assert widget.corners == other.corners == [[1.0, 2.0]]
    assert widget.view == other.view == {"limits": [0, 1]}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "sigma": st.floats(0.5, 20),
            "passes": st.integers(1, 2),
            "level": st.none() | st.floats(-1, 1),
            "corners": st.lists(st.lists(st.floats(-5, 5), max_size=3), max_size=3),
            "view": st.dictionaries(st.text(), st.none() | st.booleans() | st.text() | st.lists(st.integers(-9, 9))),
        },
    )
)
def test_a_state_brings_a_fresh_widget_to_the_same_result_and_state(Smoother, chosen):
    widget, other = Smoother(**chosen), Smoother()
    state = json.loads(json.dumps(widget.state(), allow_nan=False))
    assert other.from_state(state) is other
    assert other.state() == widget.state()
    assert other.code == widget.code
    assert other.result.image.tobytes() == widget.result.image.tobytes()


def test_from_state_is_one_action(smoother, state):
    smoother.set_state({"sigma": 2.0})
    smoother.from_state(state)
    assert smoother.status["undo"] == "State"
    smoother.sigma = 4.0
    smoother.undo()
    assert smoother.state() == state
    smoother.undo()
    assert (smoother.sigma, smoother.corners, smoother.view) == (2.0, [], {})
    smoother.redo()
    assert smoother.state() == state


def test_what_a_state_does_not_name_has_its_default(Smoother):
    widget = Smoother(sigma=3.0, passes=5, view={"zoom": 2})
    widget.from_state({"emwidgets": KIND, "version": 1, "parameters": {"passes": 3}})
    assert (widget.sigma, widget.passes, widget.view) == (1.0, 3, {})


def test_the_front_end_gets_a_state_in_one_message(smoother, state):
    sent = []
    smoother._send = lambda message, buffers=None: sent.append(message["state"])
    smoother.from_state(state)
    assert len([each for each in sent if {"sigma", "corners", "view"} & each.keys()]) == 1


# what is refused


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


BROKEN = {
    "text": (lambda s: json.dumps(s), TypeError, "text: json.loads it first"),
    "list": (lambda s: [s], TypeError, "a list; expected the dictionary"),
    "nothing": (lambda s: {}, ValueError, "one of None: expected one of 'Smoother'"),
    "other widget": (lambda s: s | {"emwidgets": "Explorer"}, ValueError, "one of 'Explorer': expected one of 'Smoo"),
    "newer": (lambda s: s | {"version": 2, "versions": {"emwidgets": "9.0"}}, ValueError, "update emwidgets.*'9.0'"),
    "version 0": (lambda s: s | {"version": 0}, ValueError, "version of the state is 0"),
    "version text": (lambda s: s | {"version": "1"}, ValueError, "version of the state is '1'"),
    "version true": (lambda s: s | {"version": True}, ValueError, "version of the state is True"),
    "no version": (lambda s: {"emwidgets": KIND, "parameters": {}}, ValueError, "version of the state is None"),
    "no parameters": (lambda s: {"emwidgets": KIND, "version": 1}, ValueError, "lacks parameters"),
    "unknown part": (lambda s: s | {"__import__('os')": 1}, ValueError, "unknown"),
    "parameters a list": (lambda s: s | {"parameters": [1]}, TypeError, "expected a dictionary"),
    "unknown parameter": (lambda s: s | {"parameters": {"sgima": 1}}, ValueError, "'sgima': Smoother has passes, s"),
    "wrong type": (lambda s: s | {"parameters": {"passes": 2, "sigma": "3"}}, traitlets.TraitError, "sigma"),
    "truth value": (lambda s: s | {"parameters": {"sigma": True}}, traitlets.TraitError, "sigma.*expected a number"),
    "out of range": (lambda s: s | {"parameters": {"passes": 3, "sigma": 21}}, traitlets.TraitError, "sigma"),
    "null": (lambda s: s | {"parameters": {"sigma": None}}, traitlets.TraitError, "sigma"),
    "nested wrong": (lambda s: s | {"parameters": {"corners": [["a"]]}}, traitlets.TraitError, "corners"),
    "view a list": (lambda s: s | {"view": []}, traitlets.TraitError, "view"),
    "view nothing": (lambda s: s | {"view": None}, traitlets.TraitError, "view"),
    "not a number": (lambda s: s | {"parameters": {"sigma": float("nan")}}, ValueError, "JSON has not"),
    "infinite": (lambda s: s | {"view": {"a": [float("inf")]}}, ValueError, "JSON has not"),
    "huge number": (lambda s: s | {"parameters": {"sigma": 10**5000}}, ValueError, "2⁵³"),
    "object": (lambda s: s | {"view": {"a": object()}}, TypeError, "a object: expected JSON"),
    "bytes": (lambda s: s | {"view": {"a": b"a"}}, TypeError, "a bytes: expected JSON"),
    "number as name": (lambda s: s | {"view": {1: 2}}, TypeError, "a name that is no text"),
    "deep": (lambda s: s | {"view": {"a": nested(5000)}}, ValueError, "nested more than"),
    "half a character": (lambda s: s | {"view": {"title": "\ud800"}}, ValueError, "half a character"),
    "long": (lambda s: s | {"parameters": {"corners": [[0.0]] * 200_000}}, ValueError, "more than 100,000 entries"),
    "long text": (lambda s: s | {"view": {"a": "x" * 10**6}}, ValueError, "1,000,000 characters"),
    "long name": (lambda s: s | {"view": {"x" * 10**6: 1}}, ValueError, "1,000,000 characters"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_state_that_cannot_be_is_refused_in_words_and_changes_nothing(Smoother, state, name):
    break_it, error, words = BROKEN[name]
    widget = Smoother(sigma=5.0)
    seen = widget.history(widget.user_traits())
    before = widget.state()
    with pytest.raises(error, match=words) as raised:
        widget.from_state(break_it(copy.deepcopy(state)))
    assert len(str(raised.value)) < 1000
    assert widget.state() == before
    assert seen == []
    assert not widget.undo()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.integers(0, 5), max_size=3), value=json_values)
@example(path=[2, 1], value=10**400)
def test_whatever_stands_in_a_state_it_is_taken_whole_or_not_at_all(smoother, state, path, value):
    changed = copy.deepcopy(state)
    place = changed
    for step in path[:-1]:
        inside = [each for each in place.values() if isinstance(each, dict) and each]
        place = inside[step % len(inside)] if inside else place
    place[list(place)[path[-1] % len(place)] if path else "more"] = value
    before = smoother.state()
    try:
        smoother.from_state(changed)
    except (TypeError, ValueError, traitlets.TraitError):
        assert smoother.state() == before
    else:
        assert changed["parameters"].items() <= smoother.state()["parameters"].items()
        smoother.from_state(before)


# versions


def from_first(parts):
    """Version 1 called the width "radius" and knew no view."""
    parameters = dict(parts["parameters"])
    parameters["width"] = parameters.pop("radius")
    return {**parts, "parameters": parameters, "view": {}}


def from_second(parts):
    """Version 2 called it "width", and gave it in half pixels."""
    parameters = dict(parts["parameters"])
    parameters["sigma"] = parameters.pop("width") / 2
    return {**parts, "parameters": parameters}


class Grown(AnalysisWidget):
    """In its third version."""

    _esm = "export default { render() {} }"
    call = "grown"
    state_version = 3
    migrations: ClassVar = {1: from_first, 2: from_second}

    sigma = control(traitlets.Float(1.0, min=0, max=20), label="Width", stage=0, min=0, max=20)


@pytest.fixture
def grown():
    widget = Grown()
    yield widget
    widget.close()


@pytest.mark.parametrize(
    "old",
    [
        {"emwidgets": "Grown", "version": 1, "parameters": {"radius": 8.0}},
        {"emwidgets": "Grown", "version": 2, "parameters": {"width": 8.0}, "view": {}},
        {"emwidgets": "Grown", "version": 3, "parameters": {"sigma": 4.0}, "view": {}},
    ],
)
def test_states_of_old_versions_still_load(grown, old):
    frozen = copy.deepcopy(old)
    grown.from_state(old)
    assert grown.sigma == 4.0
    assert grown.state()["version"] == 3
    assert old == frozen


@pytest.mark.parametrize("parameters", [{}, {"radius": "8"}, {"radius": []}, 5, None])
def test_what_an_old_version_never_wrote_is_refused(grown, parameters):
    with pytest.raises(ValueError, match=r"not one of version [12] of Grown"):
        grown.from_state({"emwidgets": "Grown", "version": 1, "parameters": parameters})
    assert grown.sigma == 1.0


def test_what_a_migration_gives_is_checked_like_any_state(grown):
    with pytest.raises(ValueError, match="'more'"):
        grown.from_state({"emwidgets": "Grown", "version": 1, "parameters": {"radius": 8.0, "more": 1}})
    with pytest.raises(traitlets.TraitError, match="sigma"):
        grown.from_state({"emwidgets": "Grown", "version": 1, "parameters": {"radius": 80.0}})


def test_a_state_of_a_thousand_peaks_by_hand_is_of_a_sensible_size(smoother, state):
    state["parameters"]["corners"] = [[float(n), 1.0] for n in range(1000)]
    smoother.from_state(state)
    assert len(smoother.corners) == 1000
    assert states.MOST > 10_000
