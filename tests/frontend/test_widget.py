"""The base of all widgets, tried on one whose analysis is slow; what needs a running loop is in test_worker.py."""

import json
import math
import threading

import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ipywidgets.embed import dependency_state, embed_data

from emwidgets.frontend import widget as base
from emwidgets.frontend.wire import plain

# scripts


def test_a_script_pays_for_a_result_only_when_it_asks(smoother):
    for sigma in (2.0, 3.0, 4.0):
        smoother.sigma = sigma
    assert smoother.begun == []
    assert smoother.result.sigma == 4.0
    assert smoother.result is smoother.result
    assert [each["sigma"] for each in smoother.ended] == [4.0]
    assert smoother.threads == {threading.main_thread()}


def test_the_result_in_a_script_fills_the_traits(smoother):
    smoother.sigma = 2.5
    assert smoother.status["result"] == 0
    result = smoother.result
    assert smoother.shown_sigma == 2.5
    assert smoother.smoothed["data"] == result.image.tobytes()
    assert smoother.status == {
        "state": "idle", "stage": "", "fraction": 0, "message": "", "result": 1, "undo": "Width", "redo": None,
    }  # fmt: skip
    assert smoother.controls["level"]["value"] == pytest.approx(result.level)


def test_an_error_in_a_script_is_raised_and_the_former_result_stays(smoother):
    before = smoother.result
    smoother.sigma = 0
    for _ in range(2):  # it is tried again each time it is asked for
        with pytest.raises(ValueError, match="expected a width"):
            _ = smoother.result
    assert smoother.status["state"] == "error"
    assert smoother.status["message"] == "sigma is 0: expected a width in px"
    assert smoother.status["result"] == 1
    assert smoother.smoothed["data"] == before.image.tobytes()
    smoother.sigma = 2
    assert smoother.result.sigma == 2
    assert smoother.status["state"] == "idle"


def test_a_keyboard_interrupt_leaves_a_widget_that_works(smoother):
    _ = smoother.result

    def press_ctrl_c(parameters, checkpoint):
        raise KeyboardInterrupt

    smoother.sigma = 2
    smoother.analyse = press_ctrl_c
    with pytest.raises(KeyboardInterrupt):
        _ = smoother.result
    assert smoother.status["state"] == "cancelled"
    assert smoother.shown_sigma == 1
    del smoother.analyse
    assert smoother.result.sigma == 2


def test_asking_for_the_result_within_the_computation_is_an_error_not_a_deadlock(smoother):
    smoother.passes = 60

    def ask(change):
        if change["new"]["state"] == "running":
            _ = smoother.result

    smoother.observe(ask, names="status")
    with pytest.raises(RuntimeError, match="while it is being computed"):
        _ = smoother.result


def test_displaying_or_embedding_in_a_script_computes(smoother):
    smoother._repr_mimebundle_()
    assert smoother.status["result"] == 1
    smoother.sigma = 3
    data = embed_data(views=[smoother], state=dependency_state([smoother]))
    state = data["manager_state"]["state"][smoother.model_id]["state"]
    assert state["shown_sigma"] == 3


def test_a_change_from_a_front_end_without_a_loop_is_answered_at_once(smoother):
    smoother.set_state({"sigma": 4.0})
    assert smoother.shown_sigma == 4


# controls and code


def test_controls_are_described_in_the_order_of_the_stages(smoother, image):
    assert list(smoother.controls) == ["sigma", "passes", "level"]  # corners has no range, so no slider
    assert smoother.controls["sigma"] == {
        "label": "Width", "help": "width", "unit": "px", "min": 0, "max": 20, "step": 0, "scale": "linear",
        "value": 1.0, "auto": False, "px": None, "pxUnit": "", "stage": 0,
    }  # fmt: skip
    assert smoother.controls["level"]["auto"]
    assert smoother.controls["level"]["value"] is None
    assert smoother.controls["level"]["step"] == 0.5
    _ = smoother.result
    assert smoother.controls["level"]["value"] == pytest.approx(image.mean(), abs=1e-6)


settings_of_controls = st.fixed_dictionaries(
    {},
    optional={
        "sigma": st.floats(0.5, 20) | st.floats(0.5, 20).map(np.float64),
        "passes": st.integers(1, 3),
        "level": st.none() | st.floats(-1, 1),
        "corners": st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)).map(list), max_size=3),
    },
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=settings_of_controls)
def test_the_code_gives_the_very_result(Smoother, image, smooth, chosen):
    widget = Smoother(**chosen)
    again = eval(widget.code, {"smooth": smooth, "IMAGE": image})
    assert widget.code == widget.to_code()
    np.testing.assert_array_equal(again.image, widget.result.image)
    shown = widget.result
    assert (again.sigma, again.passes, again.level) == (shown.sigma, shown.passes, shown.level)


def test_the_code_names_only_what_is_not_default(smoother, image, smooth):
    assert smoother.code == "smooth(IMAGE)"
    smoother.level = np.float64(0.25)
    assert smoother.code == "smooth(IMAGE, level=0.25)"
    smoother.passes = 3
    smoother.level = None
    assert smoother.code == "smooth(IMAGE, passes=3)"


def test_no_trait_carries_what_json_has_no_word_for(smoother, image):
    smoother.image = np.full_like(image, np.nan)
    assert math.isnan(smoother.result.level)
    assert smoother.controls["level"]["value"] is None
    state = {name: value for name, value in smoother.get_state().items() if name not in ("smoothed", "layout")}
    json.dumps(plain(state), allow_nan=False)
    json.dumps({name: state[name] for name in ("controls", "status", "view", "code")}, allow_nan=False)


# snapshots


def test_a_snapshot_has_the_public_traits_as_they_would_be(smoother, image, smooth):
    smoother.view = {"zoom": 2}
    shown = smoother.snapshot({"sigma": 3, "passes": np.int64(1)})
    assert set(shown) == {
        "provenance", "controls", "code", "view", "status", "asked", "passes", "sigma", "level", "corners", "smoothed",
        "shown_sigma",
    }  # fmt: skip
    assert (shown["sigma"], shown["passes"], shown["shown_sigma"], shown["view"]) == (3.0, 1, 3.0, {"zoom": 2})
    assert shown["smoothed"]["data"] == smooth(image, sigma=3.0, passes=1).image.tobytes()
    assert shown["controls"]["sigma"]["value"] == 3.0
    assert shown["code"] == "smooth(IMAGE, passes=1, sigma=3.0)"
    assert shown["status"] == {
        "state": "idle", "stage": "", "fraction": 0, "message": "", "result": 1, "undo": None, "redo": None,
    }  # fmt: skip
    assert shown["asked"] == {"cancel": 0, "undo": 0, "redo": 0}
    del shown["smoothed"]
    json.dumps(shown, allow_nan=False)


def test_a_snapshot_leaves_the_widget_as_it_is(smoother):
    result = smoother.result
    before = smoother.get_state()
    seen = smoother.history(list(smoother.traits()))
    smoother.snapshot({"sigma": 3.0})
    assert smoother.get_state() == before
    assert seen == []
    assert smoother.result is result


def test_a_snapshot_without_parameters_is_what_is_shown(smoother):
    smoother.sigma = 2.0
    _ = smoother.result
    shown = smoother.get_state(smoother.public_traits())
    assert smoother.snapshot() == shown | {"status": shown["status"] | {"undo": None}}


def test_a_snapshot_says_why_there_is_none(smoother):
    for parameters, error, words in [
        ({"sgima": 1}, ValueError, "Smoother has no control sgima; it has passes, sigma, level, corners"),
        ({"view": {}}, ValueError, "no control view"),
        ({"sigma": -1}, traitlets.TraitError, "sigma"),
        ({"sigma": 0}, ValueError, "expected a width"),
    ]:
        with pytest.raises(error, match=words):
            smoother.snapshot(parameters)
    assert smoother.status["state"] == "idle"
    assert smoother.snapshot({"sigma": 2})["shown_sigma"] == 2


def test_a_value_is_checked_as_the_trait_takes_it(smoother):
    for name, value, taken in [
        ("sigma", 2, 2.0),
        ("sigma", np.float32(0.5), 0.5),
        ("passes", np.int64(3), 3),
        ("level", None, None),
        ("corners", np.eye(2), [[1.0, 0.0], [0.0, 1.0]]),
        ("corners", ((1.0, 2.0),), [[1.0, 2.0]]),
    ]:
        checked = smoother.checked(name, value)
        assert checked == taken
        assert type(checked) is type(taken)
    for name, value in [("sigma", "2"), ("sigma", None), ("sigma", True), ("passes", 2.5), ("corners", 3)]:
        with pytest.raises(traitlets.TraitError, match=name):
            smoother.checked(name, value)
    assert (smoother.sigma, smoother.passes, smoother.corners) == (1.0, 2, [])


def test_a_widget_that_does_not_say_how_its_picture_is_drawn_says_so(smoother, tmp_path):
    with pytest.raises(NotImplementedError, match="Smoother does not say"):
        smoother.save_png(tmp_path / "picture.png")
    assert list(tmp_path.iterdir()) == []


# the front end


def test_a_value_out_of_range_is_refused_in_python(Smoother, smoother):
    with pytest.raises(traitlets.TraitError, match="sigma"):
        smoother.sigma = -1
    with pytest.raises(traitlets.TraitError, match="sigma"):
        Smoother(sigma=50)
    assert smoother.sigma == 1


def test_a_value_out_of_range_from_the_front_end_is_said_and_put_right(smoother):
    sent = []
    smoother._send = lambda message, buffers=None: sent.append(message)
    smoother.set_state({"sigma": -3.0})
    assert smoother.sigma == 1
    assert smoother.status["state"] == "error"
    assert "sigma" in smoother.status["message"]
    assert any(message["method"] == "update" and message["state"].get("sigma") == 1 for message in sent)


def test_view_settings_compute_nothing(smoother):
    _ = smoother.result
    smoother.set_state({"view": {"zoom": 3}})
    assert smoother.view == {"zoom": 3}
    assert len(smoother.begun) == 1


def test_an_observer_that_fails_does_not_leave_the_browser_with_half_a_result(smoother):
    def fail(change):
        raise LookupError("somebody else's mistake")

    for name in ("smoothed", "shown_sigma", "controls"):
        smoother.observe(fail, names=name)
    sent = []
    smoother._send = lambda message, buffers=None: sent.append(message["state"])
    smoother.sigma = 2
    with pytest.raises(LookupError, match="somebody else"):
        _ = smoother.result
    assert {"smoothed", "shown_sigma", "controls", "status"} <= set().union(*sent)
    assert smoother.result.sigma == 2


def test_composition_with_ipywidgets_works(smoother):
    slider = ipywidgets.FloatSlider(min=0.5, max=10, value=2)
    box = ipywidgets.HBox([smoother, slider])
    assert smoother in box.children
    ipywidgets.jslink((slider, "value"), (smoother, "sigma"))
    traitlets.link((slider, "value"), (smoother, "sigma"))
    slider.value = 3
    assert smoother.result.sigma == 3
    smoother.sigma = 4
    assert slider.value == 4

    def passes(n):
        smoother.passes = n
        return smoother.result

    panel = ipywidgets.interactive(passes, n=(1, 5))
    panel.update()
    assert smoother.passes == 3
    assert panel.result.passes == 3


def test_links_of_traitlets_and_of_the_browser_keep_working(Smoother):
    one, other, slider = Smoother(), Smoother(), ipywidgets.FloatSlider(min=0.5, max=10)
    traitlets.dlink((one, "sigma"), (other, "sigma"), lambda sigma: 2 * sigma)
    ipywidgets.jsdlink((slider, "value"), (one, "sigma"))
    one.set_state({"sigma": 3.0})
    assert (one.result.sigma, other.result.sigma) == (3.0, 6.0)
    one.undo()
    assert (one.result.sigma, other.result.sigma) == (1.0, 2.0)


def test_several_widgets_in_one_box_are_embedded_with_their_results(Smoother):
    one, other = Smoother(sigma=2.0), Smoother(sigma=3.0)
    box = ipywidgets.VBox([ipywidgets.HBox([one]), other])
    states = dependency_state([box])
    assert [states[each.model_id]["state"]["shown_sigma"] for each in (one, other)] == [2.0, 3.0]
    assert "result" in states[one.model_id]["state"]["status"]


def test_a_missing_bundle_is_named_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(base, "STATIC", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"lacks rings\.js .* run 'make build-frontend'"):
        base.bundle("rings")
    (tmp_path / "rings.js").write_text('export default { name: "Ångström" }\n', encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"lacks emwidgets\.css"):
        base.bundle("rings")
    (tmp_path / "emwidgets.css").write_text(".em {}\n", encoding="utf-8")
    assert base.bundle("rings") == ('export default { name: "Ångström" }\n', ".em {}\n")
