"""What leaves a comparer: states, links, snapshots, pages, pictures, files; and that each says how it was made."""

import json

import hyperspy.api as hs
import numpy as np
import pytest
import traitlets
from PIL import Image

import emwidgets as emw
from emwidgets.frontend.page import read
from emwidgets.frontend.wire import values_of

HOSTILE = "<img src=x onerror=alert(1)></script><!--\"'\u202e\x00\ud800../../" + "x" * 10_000

# written by version 1 of emwidgets 0.1.0; it has to load for ever, so it is not to be changed
FIRST_STATE = """
{"emwidgets": "RefocusComparer", "version": 1,
 "parameters": {"network": "srn", "strength": 0.8, "turns": 2, "frame": 0, "region": [20.0, 100.0, 10.0, 60.0],
                "blur": true, "blur_sigma": 1.5, "blur_shape": "disc", "blur_where": "step", "blur_noise": 0.02,
                "blur_seed": 7},
 "view": {"mode": "side", "overlay": "defocus", "stage": {"map": "viridis"}},
 "selection": {},
 "input": {"title": "Grains", "digest": "00"},
 "versions": {"python": "3.11.7", "emwidgets": "0.1.0", "numpy": "2.4.6"}}
"""


def said(widget):
    """All that a comparer shows, but for the date."""
    shown = widget.get_state(widget.public_traits())
    return shown | {"provenance": {name: value for name, value in shown["provenance"].items() if name != "date"}}


# states, undo, links


def test_the_first_state_ever_written_loads(comparer, grains, as_image):
    state = json.loads(FIRST_STATE)
    widget = comparer(as_image(grains())).from_state(state)
    assert {name: widget.state()[name] for name in ("parameters", "view")} == {
        name: state[name] for name in ("parameters", "view")
    }
    parameters = widget.result.provenance.parameters
    assert (parameters["network"], parameters["turns"]) == ("srn", 2)
    assert widget.undo()
    assert widget.network == "mrn"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"network": "unet"}, "network"),
        ({"strength": True}, "strength"),
        ({"region": [9000.0, 9100.0, 0.0, 10.0]}, "no pixel of"),
        ({"region": [1.0]}, "region is"),
        ({"frame": 1}, "frame is 1: expected 0"),
        ({"save": {}}, "unknown parameter 'save'"),
    ],
)
def test_a_state_that_refocus_would_refuse_changes_nothing(comparer, grains, as_image, change, words):
    widget = comparer(as_image(grains()), strength=0.3)
    state, before = json.loads(FIRST_STATE), widget.state()
    with pytest.raises((ValueError, traitlets.TraitError), match=words):
        widget.from_state(state | {"parameters": state["parameters"] | change})
    assert widget.state() == before
    assert not widget.undo()


def test_a_state_says_of_which_image_it_is(comparer, grains, as_image):
    stack = np.stack([grains(seed=seed) for seed in range(3)])
    widget = comparer(as_image(stack), frame=2, blur=True)
    alone = as_image(stack[2])
    assert widget.state()["input"] == {"title": "Grains", "digest": emw.signals.pixel_digest(alone)}


def test_every_kind_of_change_is_a_step_of_its_own(comparer, grains, as_image):
    widget = comparer(as_image(grains()))
    widget.set_state({"strength": 0.5})
    widget.set_state({"strength": 0.4})
    widget.set_state({"network": "srn"})
    widget.set_state({"blur": True})
    widget.set_state({"blur_sigma": 3.0})
    widget.set_state({"region": [10.0, 90.0, 10.0, 50.0]})
    widget.set_state({"view": {"mode": "difference"}})
    labels = []
    while widget.status["undo"]:
        labels.append(widget.status["undo"])
        widget.undo()
    assert labels == ["View", "Region", "Blur width", "Blur it first", "Network", "Strength"]
    for _ in labels:
        assert widget.redo()
    assert (widget.strength, widget.network, widget.blur_sigma) == (0.4, "srn", 3.0)


def test_linked_comparers_move_together(comparer, grains, as_image):
    one, other = comparer(as_image(grains())), comparer(as_image(grains(seed=1)), strength=0.2)
    for name in ("strength", "view", "region"):
        one.link(other, name)
    assert other.strength == 1
    one.strength, one.view, one.region = 0.6, {"swipe": 0.3}, [10.0, 90.0, 10.0, 50.0]
    assert (other.strength, other.view, other.region) == (0.6, {"swipe": 0.3}, [10.0, 90.0, 10.0, 50.0])
    with pytest.raises(ValueError, match="'after' of RefocusComparer is what Python computes"):
        one.link(other, "after")


# snapshots and pages


def test_a_snapshot_is_what_another_comparer_would_show_and_disturbs_nothing(comparer, sharpener, grains, as_image):
    signal = as_image(np.stack([grains(seed=seed) for seed in range(2)]))
    widget = comparer(signal, blur=True)
    result = widget.result
    before = widget.get_state()
    for parameters in ({"strength": 0.4}, {"network": "srn"}, {"frame": 1, "blur": False}, {"blur_sigma": 1.0}):
        shown = widget.snapshot(parameters)
        alone = comparer(signal, **({"blur": True} | parameters))
        assert alone.result is not None
        shown["provenance"] = {name: value for name, value in shown["provenance"].items() if name != "date"}
        assert shown == said(alone) | {"status": shown["status"]}
    assert widget.get_state() == before
    asked = len(sharpener.calls)
    assert widget.result is result
    widget.strength = 0.3
    _ = widget.result
    assert len(sharpener.calls) == asked


@pytest.mark.parametrize(
    ("name", "values"),
    [("strength", [0.0, 0.5, 1.0]), ("blur_sigma", [1.0, 3.0]), ("blur_noise", [0.0, 0.05])],
)
def test_a_page_steps_through_any_slider(comparer, sharpener, grains, as_image, tmp_path, name, values):
    signal = as_image(grains())
    widget = comparer(signal, blur=True)
    page = read(widget.save_html(tmp_path / "page.html", sweep={name: values}))["widgets"][0]
    assert page["kind"] == "comparer"
    assert page["state"]["save"] == {}
    assert page["state"]["saved"]["state"] == "idle"
    if name == "strength":
        assert len(sharpener.calls) == 1
        assert "after" not in page["sweep"]["steps"][0]  # one image for all steps
    for value, step in zip(values, page["sweep"]["steps"], strict=True):
        shown = page["state"] | step
        alone = comparer(signal, blur=True, **{name: value})
        assert alone.result is not None
        assert shown[name] == value
        assert shown["measures"] == alone.measures
        assert shown["summary"] == alone.summary
        assert shown["code"] == alone.code
        np.testing.assert_array_equal(values_of(shown["after"]), values_of(alone.after))


def test_a_page_steps_through_the_images_of_a_stack(comparer, grains, as_image, tmp_path):
    stack = np.stack([grains(seed=seed) for seed in range(3)]).astype(np.uint8)
    widget = comparer(as_image(stack))
    page = read(widget.save_html(tmp_path / "stack", sweep={"frame": [0, 1, 2]}))["widgets"][0]
    for number, step in enumerate(page["sweep"]["steps"]):
        np.testing.assert_array_equal(values_of((page["state"] | step)["before"]), stack[number])


def test_what_is_no_slider_cannot_be_stepped(comparer, grains, as_image, tmp_path):
    widget = comparer(as_image(grains()))
    for sweep in ({"network": ["srn"]}, {"blur_sigma": [1.0]}, {"frame": [0]}):
        with pytest.raises(ValueError, match="no slider that a page could step"):
            widget.save_html(tmp_path / "page", sweep=sweep)


# provenance, pictures, files


def test_every_result_says_how_it_was_made(comparer, grains, as_image):
    widget = comparer(as_image(grains()), strength=0.7)
    assert widget.provenance == {"title": "Grains"}
    made = widget.result.provenance.to_dict()
    assert widget.provenance == made
    assert made["function"].startswith("emwidgets.refocusing.refocus")
    assert made["parameters"]["strength"] == 0.7
    assert len(made["digest"]) == 64
    json.dumps(made, allow_nan=False)


def test_a_picture_says_how_it_was_made(comparer, grains, as_image, tmp_path):
    widget = comparer(as_image(grains((120, 160))))
    with Image.open(widget.save_png(tmp_path / "swipe")) as picture:
        assert (picture.size, picture.mode) == ((160, 120), "RGB")
        assert picture.text["Title"] == "Grains"
        assert json.loads(picture.text["Comment"]) == widget.provenance | {"code": widget.code}
    widget.view = {"mode": "side"}
    with Image.open(widget.save_png(tmp_path / "side")) as picture:
        assert picture.size == (322, 120)


@pytest.mark.parametrize("kind", ["tiff", "hspy"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_a_file_has_the_image_its_scale_and_how_it_was_made(
    comparer, grains, as_image, tmp_path, monkeypatch, kind, dtype
):
    monkeypatch.chdir(tmp_path)
    widget = comparer(as_image(grains().astype(dtype), scale=0.5), blur=True, strength=0.9)
    widget.set_state({"save": {"kind": kind, "number": 1}})
    assert widget.saved["state"] == "done", widget.saved
    saved = hs.load(tmp_path / widget.saved["file"])
    np.testing.assert_array_equal(saved.data, widget.result.image.data)
    assert saved.data.dtype == dtype
    assert [axis.scale for axis in saved.axes_manager.signal_axes] == pytest.approx([0.5, 0.5])
    if kind == "hspy":
        assert float(saved.metadata.emwidgets.refocus.parameters.strength) == 0.9
    else:
        made = json.loads(saved.original_metadata["Number_65000"])
        assert made["parameters"]["strength"] == 0.9
        assert made["code"] == widget.code


def test_a_file_is_never_put_in_the_place_of_another(comparer, grains, as_image, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    widget = comparer(as_image(grains()))
    names = []
    for number in range(1, 4):
        widget.set_state({"save": {"kind": "tiff", "number": number}})
        names.append(widget.saved["file"])
    assert names == ["Grains-refocused.tif", "Grains-refocused-2.tif", "Grains-refocused-3.tif"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@pytest.mark.parametrize("asked", [{"kind": "exe"}, {"kind": ["tiff"]}, {"number": 3}, {}])
def test_another_kind_of_file_is_refused(comparer, grains, as_image, tmp_path, monkeypatch, asked):
    monkeypatch.chdir(tmp_path)
    widget = comparer(as_image(grains()))
    widget.set_state({"save": {**asked, "number": 7}})
    assert widget.saved["state"] == "failed"
    assert "expected tiff or hspy" in widget.saved["message"]
    assert not list(tmp_path.iterdir())


def test_displaying_in_a_script_computes(comparer, grains, as_image):
    widget = comparer(as_image(grains()))
    bundle = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in (bundle[0] if isinstance(bundle, tuple) else bundle)
    assert widget.after["shape"] == [72, 97]


def test_texts_of_strangers_are_text(comparer, grains, as_image, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    signal = as_image(grains())
    signal.metadata.General.title = HOSTILE
    signal.metadata.set_item("Signal.quantity", HOSTILE)
    widget = comparer(signal, as_image(grains(), title=HOSTILE))
    assert "onerror=alert" not in widget.result._repr_html_().replace("&lt;img src=x onerror=alert", "")
    whole = HOSTILE.replace("\ud800", "\ufffd")  # half a character cannot be sent
    assert widget.provenance["title"] == widget.before["quantity"] == whole
    assert json.loads(json.dumps(widget.state()))["input"]["title"] == whole
    text = widget.save_html(tmp_path / "hostile.html").read_text(encoding="utf-8")
    assert "<img src=x" not in text
    widget.save_png(tmp_path / "hostile.png")
    for number, kind in enumerate(("tiff", "hspy"), start=1):
        widget.set_state({"save": {"kind": kind, "number": number}})
        assert widget.saved["state"] == "done", widget.saved
        assert (tmp_path / widget.saved["file"]).is_file()
        assert len(widget.saved["file"]) < 120


def test_a_view_with_anything_in_it_still_gives_a_picture(comparer, grains, as_image, tmp_path):
    widget = comparer(as_image(grains()), blur=True)
    for view in (
        {"mode": 7, "swipe": "half", "opacity": None, "overlay": ["change"], "against": {}, "stage": 3},
        {"swipe": float("1e30"), "swipe_vertical": "yes", "contrast": None, "after_stage": []},
        {"swipe": -2, "overlay": "defocus", "opacity": 900},
    ):
        widget.view = view
        with Image.open(widget.save_png(tmp_path / "any.png")) as picture:
            assert picture.size == (97, 72)
