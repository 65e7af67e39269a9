"""What leaves an explorer: code, states, snapshots, signals, pictures; and that each says how it was made."""

import json

import hyperspy.api as hs
import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import emwidgets as emw
from emwidgets.domains import widget as explorers
from emwidgets.frontend.wire import array_from_payload, values_of
from emwidgets.signals import origin

HOSTILE = "<img src=x onerror=alert(1)></script><!--\"'\u202e\x00\ud800" + "x" * 10_000

# written by version 1 of emwidgets 0.1.0; it has to load for ever, so it is not to be changed
FIRST_STATE = """
{"emwidgets": "DomainExplorer", "version": 1,
 "parameters": {"threshold": 0.7, "d_range": [0.1, 0.5], "aperture": 0.5, "amplitude": 0.45, "eps": 0.06,
                "min_samples": 4, "min_area": 0.25, "include": [[2.5, 1.25]], "exclude": [[3.0, -1.5]],
                "pixel_size": 0.0205, "frame": 0},
 "view": {"colour_by": "family", "opacity": 0.6, "image": {"map": "viridis", "limits": [1000.0, 2000.0]},
          "image_view": {"cx": 0.5, "cy": 0.5, "zoom": 2.0}, "tool": "ruler",
          "measurement": {"kind": "ruler", "from": [0.5, 0.5], "to": [2.5, 1.5], "width": 1}},
 "selection": {"peak": 3, "domain": 1},
 "input": {"title": "CdTe twin", "digest": "b03f79aafbebdb8e1d1a1b9fd811080e6d9aba6418384360975f516c76488ee9"},
 "versions": {"python": "3.11.7", "emwidgets": "0.1.0", "hyperspy": "2.5.0", "rosettasciio": "0.15.0",
              "numpy": "2.4.6", "scipy": "1.17.1", "scikit-image": "0.26.0", "scikit-learn": "1.9.1"}}
"""


def without_date(made):
    return {name: value for name, value in made.items() if name != "date"}


# code and states


# every control; the values are such that most of their combinations can be computed
any_controls = st.fixed_dictionaries(
    {},
    optional={
        "threshold": st.floats(0, 1),
        "d_range": st.none() | st.tuples(st.floats(0.06, 0.2), st.floats(0.25, 0.9)),
        "amplitude": st.floats(0.1, 0.9).map(np.float64),
        "aperture": st.none() | st.floats(0.2, 1.5),
        "eps": st.none() | st.floats(0.03, 0.2),
        "min_samples": st.none() | st.integers(1, 20).map(np.int64),
        "min_area": st.none() | st.floats(0, 2),
        "include": st.lists(st.tuples(st.floats(1, 4), st.floats(-4, 4)), max_size=2),
        "exclude": st.lists(st.tuples(st.floats(1, 4), st.floats(-4, 4)), max_size=2),
        "pixel_size": st.none() | st.floats(0.015, 0.025),
        "frame": st.integers(0, 5),
    },
)


def outcome(compute):
    """What was found, or why it was not."""
    try:
        result = compute()
    except ValueError as error:
        return str(error)
    tables = [table.to_csv() for table in (result.peaks, result.domains)]
    arrays = [signal.data.tobytes() for signal in (result.labels, result.spectrum)]
    axes = result.labels.axes_manager.as_dictionary()
    made = {name: value for name, value in result.provenance.to_dict().items() if name != "date"}
    return [result.requested, result.parameters, *tables, *arrays, axes, made]


def test_the_strategy_has_every_control():
    drawn = set()

    @settings(max_examples=100, database=None)
    @given(any_controls)
    def draw(controls):
        drawn.update(controls)

    draw()
    assert drawn == set(emw.DomainExplorer.control_names())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=any_controls, controls=any_controls)
def test_the_code_gives_the_very_result(explore, series, before, controls):
    widget = explore(series, **before)
    outcome(lambda: widget.result)  # what is remembered of it must not be seen in the next one
    for name, value in controls.items():
        setattr(widget, name, value.tolist() if isinstance(value, np.generic) else value)
    assert outcome(lambda: eval(widget.code, {"emw": emw, "signal": series})) == outcome(lambda: widget.result)
    assert widget.code == widget.to_code()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(controls=any_controls)
def test_a_state_gives_the_very_result(explore, series, controls):
    widget, other = explore(series, **controls), explore(series)
    state = json.loads(json.dumps(widget.state(), allow_nan=False))
    assert other.from_state(state).state() == state
    assert other.code == widget.code
    assert outcome(lambda: other.result) == outcome(lambda: widget.result)
    assert state["input"] == {
        "title": "series",
        "digest": emw.signals.pixel_digest(series.inav[widget._indices(widget.frame)]),
    }


def test_the_first_state_ever_written_loads(explore, corner):
    state = json.loads(FIRST_STATE)
    widget = explore(corner).from_state(state)
    assert widget.code == (
        "emw.domains.segment(signal, threshold=0.7, d_range=[0.1, 0.5], aperture=0.5, amplitude=0.45, eps=0.06, "
        "min_samples=4, min_area=0.25, include=[[2.5, 1.25]], exclude=[[3.0, -1.5]], pixel_size=0.0205)"
    )
    now = widget.state()
    assert {name: now[name] for name in ("parameters", "view", "selection")} == {
        name: state[name] for name in ("parameters", "view", "selection")
    }
    assert widget.result.requested.include == ((2.5, 1.25),)
    assert state["input"]["digest"] == emw.signals.pixel_digest(emw.examples.cdte_twin())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold": 2}, "threshold"),
        ({"d_range": [0.5, 0.2]}, "d_range is .*expected"),
        ({"d_range": [0.5]}, "d_range"),
        ({"eps": -1}, "eps is -1.*expected a positive number"),
        ({"min_samples": 0}, "min_samples is 0"),
        ({"include": [[0, 0]]}, "include"),
        ({"include": [["__import__('os')", 1]]}, "include"),
        ({"pixel_size": -1}, "pixel_size is -1"),
        ({"frame": 1}, "frame is 1: the signal has frames 0 to 0"),
        ({"frame": -1}, "frame"),
    ],
)
def test_a_state_that_segment_would_refuse_changes_nothing(explore, corner, change, words):
    widget = explore(corner, threshold=0.6)
    state = json.loads(FIRST_STATE)
    before = widget.state()
    with pytest.raises((ValueError, traitlets.TraitError), match=words):
        widget.from_state(state | {"parameters": state["parameters"] | change})
    assert widget.state() == before
    assert not widget.undo()


@pytest.mark.parametrize("selection", [{"peak": "a"}, {"peak": [1]}, {"domain": 1.5}, [1], None])
def test_a_selection_that_is_none_is_refused(explore, corner, selection):
    widget = explore(corner)
    with pytest.raises(traitlets.TraitError, match="selection"):
        widget.from_state(json.loads(FIRST_STATE) | {"selection": selection})
    assert widget.selection == {"peak": None, "domain": None}


# undo


def test_peaks_by_hand_and_selections_are_taken_back_one_by_one(explore, corner):
    widget = explore(corner)
    widget.set_state({"include": [[2.5, 1.0]], "exclude": [[3.0, 1.0]]})
    widget.set_state({"include": [[2.5, 1.0], [1.0, 2.0]]})
    widget.set_state({"selection": {"peak": 1, "domain": None}})
    widget.set_state({"selection": {"peak": 2, "domain": None}})
    labels = []
    while widget.status["undo"]:
        labels.append(widget.status["undo"])
        widget.undo()
    assert labels == ["Selection", "Selection", "Peaks", "Peaks"]
    assert (widget.include, widget.exclude, widget.selection["peak"]) == ([], [], None)


def test_a_selection_that_follows_a_new_result_is_no_action(explore, corner):
    widget = explore(corner)
    widget.set_state({"selection": {"peak": None, "domain": 2}})
    widget.set_state({"threshold": 0.7, "selection": {"peak": None, "domain": 1, "followed": True}})
    assert widget.status["undo"] == "Threshold"
    widget.undo()
    assert (widget.threshold, widget.selection["domain"]) == (0.5, 1)
    assert "followed" not in widget.state()["selection"]
    widget.undo()
    assert widget.selection == {"peak": None, "domain": None}


def test_undo_of_another_frame_shows_the_former_one(explore, series):
    widget = explore(series)
    first = widget.result.labels.data
    widget.frame = 3
    assert widget.result is not None
    widget.undo()
    np.testing.assert_array_equal(widget.result.labels.data, first)
    np.testing.assert_array_equal(values_of(widget.image), series.data[0, 0])


# snapshots


def test_a_snapshot_of_another_frame_leaves_the_shown_one_in_peace(explore, series):
    widget = explore(series)
    result = widget.result
    before, stages = widget.get_state(), widget._chosen.stages
    for frame, size in [(4, None), (4, 0.02), (0, 0.02), (2, None)]:
        shown = widget.snapshot({"frame": frame, "pixel_size": size})
        assert (shown["frame"], shown["pixel_size"]) == (frame, size)
        np.testing.assert_array_equal(values_of(shown["image"]), series.data[frame // 3, frame % 3])
        assert shown["image"]["axes"]["x"]["scale"] == (size or 0.0202)
        alone = explore(series, frame=frame, pixel_size=size)
        assert alone.result is not None
        expected = alone.get_state(alone.public_traits())
        expected["provenance"] |= {"date": shown["provenance"]["date"]}
        assert shown == expected
    assert widget.get_state() == before
    assert widget.result is result
    assert widget._chosen.stages is stages
    widget.min_area = 0.3
    same = emw.domains.segment(series.inav[0, 0], min_area=0.3)
    np.testing.assert_array_equal(widget.result.labels.data, same.labels.data)
    assert widget._chosen.stages is stages  # nothing was read or computed anew


def test_steps_through_one_frame_elsewhere_compute_only_what_differs(explore, series, monkeypatch):
    widget = explore(series)
    _ = widget.result
    spectra = []
    original = explorers.spectrum_payload
    monkeypatch.setattr(explorers, "spectrum_payload", lambda *a: spectra.append(1) or original(*a))
    for frame in (2, 3):
        for threshold in (0.3, 0.5, 0.7):
            widget.snapshot({"frame": frame, "threshold": threshold})
    assert len(spectra) == 2
    widget.threshold = 0.6
    assert widget.result is not None
    assert len(spectra) == 2
    assert widget._looked_at is None  # not kept longer than it may be of use


def test_numbers_of_numpy_are_taken_for_what_they_are(explore, corner):
    widget = explore(corner, threshold=np.float32(0.5), min_samples=np.int64(4), d_range=np.array([0.1, 0.5]))
    assert (widget.min_samples, widget.d_range) == (4, [0.1, 0.5])
    assert widget.checked("min_samples", np.int64(5)) == 5
    assert widget.checked("d_range", (0.1, 0.4)) == [0.1, 0.4]
    for name, value in [("d_range", (0.4, 0.1)), ("pixel_size", -1), ("frame", 1), ("eps", 0), ("include", [[0, 0]])]:
        with pytest.raises((ValueError, traitlets.TraitError), match=name):
            widget.checked(name, value)


# provenance


def test_the_title_is_there_at_once_and_the_rest_with_the_result(explore, corner):
    widget = explore(corner, min_area=0.5)
    assert widget.provenance == {"title": "CdTe twin"}
    result = widget.result
    assert widget.provenance == result.provenance.to_dict()
    assert widget.provenance["digest"] == emw.signals.pixel_digest(corner)
    assert widget.provenance["parameters"]["min_area"] == 0.5
    json.dumps(widget.provenance, allow_nan=False)
    same = emw.domains.segment(corner, min_area=0.5).provenance.to_dict()
    assert without_date(widget.provenance) == without_date(same)


def test_the_digest_is_computed_once_for_an_image(explore, series, monkeypatch):
    counted = []
    original = origin.pixel_digest
    monkeypatch.setattr(emw.signals, "pixel_digest", lambda signal: counted.append(1) or original(signal))
    monkeypatch.setattr(origin, "pixel_digest", lambda signal: pytest.fail("computed a second time"))
    widget = explore(series)
    assert counted == []
    for n in range(4):
        widget.min_area = n / 10
        assert widget.result.provenance.digest == original(series.inav[0, 0])
        widget.snapshot({"threshold": 0.6})
        widget.state()
    for size in (0.019, 0.02):
        widget.pixel_size = size
        assert widget.result.provenance.digest == original(series.inav[0, 0])
    assert len(counted) == 1
    widget.frame = 1
    assert widget.result.provenance.digest == original(series.inav[1, 0])
    assert len(counted) == 2


def test_a_state_before_the_result_names_the_image_chosen(explore, series):
    widget = explore(series.as_lazy())
    widget.frame = 4
    assert widget.state()["input"] == {"title": "series", "digest": emw.signals.pixel_digest(series.inav[1, 1])}


def test_every_signal_of_a_result_says_how_it_was_made_and_keeps_it_in_a_file(explore, corner, tmp_path):
    result = explore(corner, include=[[2.5, 1.0]], d_range=(0.1, 0.5)).result
    made = result.provenance.to_dict()
    for name, signal in [
        ("signal", result.to_signal()), ("labels", result.labels), ("filtered", result.filtered),
        ("spectrum", result.spectrum),
    ]:  # fmt: skip
        assert signal.metadata.emwidgets.as_dictionary() == made, name
        signal.save(tmp_path / f"{name}.hspy")
        again = hs.load(tmp_path / f"{name}.hspy").metadata.emwidgets.as_dictionary()
        assert json.loads(json.dumps(again, default=list)) == made, name


# pictures


def test_a_picture_says_how_it_was_made(explore, corner, tmp_path):
    widget = explore(corner, min_area=0.5)
    path = widget.save_png(tmp_path / "twin")
    assert path == tmp_path / "twin.png"
    with Image.open(path) as picture:
        texts = picture.text
        assert (picture.size, picture.mode) == ((192, 160), "RGB")
    made = widget.result.provenance
    assert texts["Title"] == "CdTe twin"
    assert texts["Software"] == "emwidgets 0.1.0"
    assert texts["Source"] == made.digest
    assert texts["Creation Time"] == made.date
    assert json.loads(texts["Comment"]) == made.to_dict() | {"code": widget.code}


def test_a_title_of_a_stranger_is_text_in_a_picture_and_a_state(explore, corner, tmp_path):
    signal = corner.deepcopy()
    signal.metadata.General.title = HOSTILE
    widget = explore(signal)
    with Image.open(widget.save_png(tmp_path / "hostile.png")) as picture:
        texts = picture.text
        picture.load()
    whole = HOSTILE.replace("\ud800", "\ufffd")  # half a character cannot be sent
    assert texts["Title"] == whole.replace("\0", "")
    assert json.loads(texts["Comment"])["title"].startswith(whole[:30])
    assert json.loads(json.dumps(widget.state()))["input"]["title"] == whole


def test_a_picture_that_cannot_be_written_is_refused_before_anything_is_computed(explore, corner, tmp_path):
    widget = explore(corner)
    with pytest.raises(FileNotFoundError, match=r"no folder .* to write twin\.png into"):
        widget.save_png(tmp_path / "nowhere" / "twin.png")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(IsADirectoryError, match="expected the name of a file"):
        widget.save_png(tmp_path / "folder.png")
    assert widget.status["result"] == 0


# beside other widgets


def test_an_explorer_composes_with_ipywidgets(explore, corner):
    widget, other = explore(corner), explore(corner)
    slider = ipywidgets.FloatSlider(min=0, max=1, value=0.9)
    box = ipywidgets.HBox([widget, slider])
    assert box.children == (widget, slider)
    ipywidgets.jslink((slider, "value"), (widget, "threshold"))
    traitlets.link((slider, "value"), (widget, "threshold"))
    assert widget.threshold == 0.9
    slider.value = 0.6
    assert widget.result.requested.threshold == 0.6
    traitlets.dlink((widget, "threshold"), (other, "amplitude"))
    panel = ipywidgets.interactive(lambda threshold: widget.set_trait("threshold", threshold), threshold=(0.0, 1.0))
    panel.children[0].value = 0.75
    panel.update()
    assert (widget.threshold, slider.value, other.amplitude) == (0.75, 0.75, 0.75)
    box.close()


def test_linked_explorers_of_two_images_move_together(explore, corner, series):
    one, other = explore(corner, threshold=0.7), explore(series)
    one.link(other, "threshold")
    one.link(other, "view")
    one.view = {"colour_by": "family"}
    other.threshold = 0.6
    assert one.result.requested == other.result.requested
    assert other.view == {"colour_by": "family"}
    with pytest.raises(ValueError, match="'totals' of DomainExplorer is what Python computes"):
        one.link(other, "totals")
    with pytest.raises(ValueError, match="'treshold' of DomainExplorer is no trait that can be linked"):
        one.link(other, "treshold")
    with pytest.raises(traitlets.TraitError, match="frame is 3: the signal has frames 0 to 0"):
        explore(series, frame=3).link(one, "frame")
    assert array_from_payload(one.runs).shape[1] == 3
