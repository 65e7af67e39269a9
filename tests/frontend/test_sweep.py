"""Stepping a widget through values of its controls, tried on one whose analysis is slow."""

import itertools
import tracemalloc

import numpy as np
import pytest
import traitlets

from emwidgets.frontend.packing import Packer, Unpacker
from emwidgets.frontend.sweep import Replay, compute
from emwidgets.frontend.widget import control
from emwidgets.frontend.wire import array_payload


@pytest.fixture(autouse=True)
def _with_a_front_end(smoother, monkeypatch):
    own_class = next(each for each in type(smoother).__mro__ if "analyse" in vars(each))
    monkeypatch.setattr(own_class, "front_end", "smoother", raising=False)


def replayed(widget, sweep, max_mb=25):
    """The entry of the manifest with values in place of nodes."""
    packer = Packer()
    replay = Replay(widget, sweep, packer)
    compute([replay], packer, 0, max_mb)
    entry, value = replay.entry(), Unpacker(packer.pool, packer.buffers, packer.stored).value
    entry["state"] = value(entry["state"])
    if entry["sweep"]:
        entry["sweep"]["steps"] = value(entry["sweep"]["steps"])
    return entry


def values(widget, name, given):
    return Replay(widget, {name: given}, Packer()).values[0]


def windowed(smoother):
    """A widget with a control that is a pair."""

    class Windowed(type(smoother)):
        window = control(
            traitlets.List(traitlets.Float(), None, allow_none=True), label="Window", stage=0, min=0, max=9
        )

    return Windowed()


@pytest.fixture
def selecting(smoother):
    """A widget in whose result something can be chosen."""

    class Selecting(type(smoother)):
        selection = traitlets.Dict({"row": None}).tag(sync=True)

    return Selecting()


# what may be stepped


def test_numbers_are_sorted_and_each_is_taken_once(smoother):
    assert values(smoother, "sigma", [3, 1.0, 2, 3.0, 1]) == [1.0, 2.0, 3.0]
    assert values(smoother, "passes", range(3, 0, -1)) == [1, 2, 3]


def test_what_is_no_number_keeps_its_order(smoother):
    assert values(smoother, "level", [0.5, None, 0.1, None]) == [0.5, None, 0.1]
    windows = [[2.0, 3.0], None, [0.0, 1.0]]
    assert values(windowed(smoother), "window", [*windows, *windows]) == windows


@pytest.mark.parametrize("given", [np.linspace(1, 2, 3), np.linspace(1, 2, 3, dtype=np.float32), iter([2, np.int8(1)])])
def test_arrays_and_scalars_of_numpy_become_plain_values(smoother, given):
    assert {type(each) for each in values(smoother, "sigma", given)} == {float}


def test_pairs_of_numpy_become_plain_values(smoother):
    given = [np.array([1, 2]), (np.float32(3.0), 4)]
    assert values(windowed(smoother), "window", given) == [[1.0, 2.0], [3.0, 4.0]]


def test_a_control_without_a_slider_is_no_step(smoother):
    with pytest.raises(ValueError, match="corners of Smoother has no slider that a page could step: expected some of"):
        values(smoother, "corners", [[[1.0, 2.0]]])


def test_the_control_of_the_first_stage_runs_slowest_whatever_the_order(smoother):
    entry = replayed(smoother, {"level": [-1, 0, 1], "sigma": [1, 2, 3]})
    sigmas = [each["sigma"] for each in smoother.begun]
    assert sum(one != other for one, other in itertools.pairwise(sigmas)) <= 6  # four while sampling, then twice
    assert [each["level"] for each in entry["sweep"]["steps"]] == [-1.0] * 3 + [0.0] * 3 + [1.0] * 3


def test_a_selection_goes_along_only_if_the_page_begins_with_the_result_it_was_made_in(selecting):
    selecting.selection = {"row": 3}
    assert replayed(selecting, {"sigma": [1, 2]})["state"]["selection"] == {"row": 3}
    entry = replayed(selecting, {"sigma": [2, 3]})
    assert entry["state"]["selection"] == {"row": None}
    assert "selection" not in entry["sweep"]["steps"][0]


@pytest.mark.parametrize(
    ("sweep", "error", "says"),
    [
        ({"sigmma": [1]}, ValueError, "Smoother has no control sigmma to step through; it has passes, sigma, level"),
        ({"shown_sigma": [1]}, ValueError, "has no control shown_sigma"),
        ({"sigma": []}, ValueError, "the sweep of sigma has no values"),
        ({"sigma": [1, 21]}, traitlets.TraitError, "sigma"),
        ({"sigma": [1, "wide"]}, traitlets.TraitError, "sigma"),
        ({"sigma": [1, float("nan")]}, ValueError, "sigma cannot be stepped to nan"),
        ({"level": [None, float("inf")]}, ValueError, "level cannot be stepped to inf"),
        ({"sigma": 3}, TypeError, "the sweep of sigma is 3: expected several values"),
        ({"sigma": np.array(3)}, TypeError, "the sweep of sigma is 3: expected several values"),
        ({"sigma": "123"}, TypeError, "the sweep of sigma is '123': expected several values"),
        ([1, 2], TypeError, r"the sweep of Smoother is \[1, 2\]: expected a mapping of controls to values"),
        ({"passes": [1, 2], "sigma": [1, -1]}, traitlets.TraitError, "sigma"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_computed(smoother, sweep, error, says):
    with pytest.raises(error, match=says):
        Replay(smoother, sweep, Packer())
    assert smoother.begun == []


# the steps


def test_every_step_is_what_the_analysis_gives(smoother, smooth, image):
    entry = replayed(smoother, {"sigma": [1, 2, 3], "passes": [1, 2]})
    assert entry["sweep"]["names"] == ["sigma", "passes"]
    assert entry["sweep"]["values"] == [[1.0, 2.0, 3.0], [1, 2]]
    steps = entry["sweep"]["steps"]
    assert len(steps) == 6
    for (sigma, passes), step in zip(itertools.product([1.0, 2.0, 3.0], [1, 2]), steps, strict=True):
        assert (step["sigma"], step["passes"]) == (sigma, passes)
        assert step["smoothed"] == array_payload(smooth(image, sigma, passes).image)
        assert step["code"] == smoother.code_of({"passes": passes, "sigma": sigma})


def test_the_controls_that_stand_still_are_as_in_the_widget(smoother):
    smoother.level = 0.25
    entry = replayed(smoother, {"sigma": [1, 2]})
    assert {each["level"] for each in smoother.begun} == {0.25}
    assert entry["state"]["level"] == 0.25


def test_steps_list_what_differs_in_any_of_them_and_nothing_else(smoother):
    entry = replayed(smoother, {"sigma": [1, 2, 3]})
    step = entry["sweep"]["steps"][0]
    assert {"sigma", "smoothed", "shown_sigma", "controls", "code"} <= set(step)
    assert set(step) == {
        name
        for name in entry["state"]
        if len({repr(smoother.snapshot({"sigma": sigma})[name]) for sigma in (1, 2, 3)}) > 1
    }
    assert all(set(each) == set(step) for each in entry["sweep"]["steps"])


def test_without_a_sweep_there_is_the_state_alone(smoother):
    smoother.sigma = 2.5
    entry = replayed(smoother, None)
    assert entry["sweep"] is None
    assert entry["kind"] == "smoother"
    assert entry["state"] == smoother.snapshot()


def test_a_single_value_is_a_sweep_of_one_step(smoother):
    assert replayed(smoother, {"sigma": [4]})["sweep"]["steps"] == [{}]


def test_the_page_begins_with_the_step_nearest_to_the_widget(smoother):
    smoother.sigma = 2.6
    entry = replayed(smoother, {"sigma": [1, 2, 3, 4], "level": [0.9, None]})
    assert entry["sweep"]["start"] == [2, 1]
    assert entry["state"] == smoother.snapshot({"sigma": 3})


def test_a_control_that_follows_the_data_begins_nearest_to_what_it_is_there(smoother, image):
    assert abs(image.mean()) < 0.1
    assert replayed(smoother, {"level": [-1, -0.5, 0, 0.5]})["sweep"]["start"] == [2]


def test_near_on_a_logarithmic_slider_is_a_small_ratio(smoother, monkeypatch):
    smoother.sigma = 4.0
    assert replayed(smoother, {"sigma": [1, 9]})["sweep"]["start"] == [0]
    smoother.controls = {"sigma": smoother.controls["sigma"] | {"scale": "log"}}
    assert replayed(smoother, {"sigma": [1, 9]})["sweep"]["start"] == [1]


def test_no_step_is_computed_twice(smoother):
    replayed(smoother, {"sigma": np.linspace(1, 3, 7), "passes": [1, 2, 3]})
    asked = [(each["sigma"], each["passes"]) for each in smoother.begun]
    assert len(asked) == len(set(asked)) == 21


def test_the_widget_stays_as_it_was(smoother):
    _ = smoother.result
    before = {name: getattr(smoother, name) for name in smoother.traits(sync=True)}
    changes = []
    smoother.observe(changes.append)
    replayed(smoother, {"sigma": [2, 3]})
    assert changes == []
    assert {name: getattr(smoother, name) for name in before} == before


# what goes wrong


def test_the_step_that_fails_is_named(smoother):
    with pytest.raises(RuntimeError, match=r"the step sigma=0\.0, passes=2 of Smoother fails: sigma is 0: expected"):
        replayed(smoother, {"sigma": [0, 1, 2], "passes": [2]})


def test_a_widget_that_fails_as_it_stands_raises_its_own_error(smoother):
    smoother.sigma = 0
    with pytest.raises(ValueError, match=r"^sigma is 0: expected a width in px"):
        replayed(smoother, None)


def test_ctrl_c_leaves_a_widget_that_works(smoother, monkeypatch):
    analyse, calls = smoother.analyse, []

    def interrupted(parameters, checkpoint):
        calls.append(parameters)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return analyse(parameters, checkpoint)

    monkeypatch.setattr(smoother, "analyse", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replayed(smoother, {"sigma": np.linspace(1, 3, 9)})
    assert len(calls) == 5
    assert smoother.result.sigma == 1


def test_a_trait_that_has_no_form_on_a_page_is_named(smoother, monkeypatch):
    monkeypatch.setattr(smoother, "snapshot", lambda parameters: {"provenance": {}, "extra": object()})
    with pytest.raises(TypeError, match="'extra' of Smoother cannot go into a page"):
        replayed(smoother, None)


# size


@pytest.mark.parametrize(
    "sweep",
    [
        {"sigma": np.linspace(1, 6, 12)},
        {"sigma": np.linspace(1, 6, 4), "passes": [1, 2, 3]},
        {"level": np.linspace(-1, 1, 40)},  # the image is the same in all steps
        {"sigma": [1, 5], "level": np.linspace(-1, 1, 20)},
    ],
    ids=["each its image", "product", "one image", "few images"],
)
def test_the_size_is_predicted_within_a_quarter(smoother, sweep):
    packer = Packer()
    replay = Replay(smoother, sweep, packer)
    for _ in replay.sample():
        pass
    assert len(smoother.begun) < len(replay)
    predicted = packer.size() + replay.to_come()
    for _ in replay.finish():
        pass
    assert predicted[1] == pytest.approx(packer.size()[1], rel=0.25)
    assert replay.to_come()[1] >= 0


def test_a_page_that_will_be_too_large_is_refused_after_four_steps(smoother):
    with pytest.raises(
        ValueError, match=r"would have about 1\.\d+ MB with its 40 steps, more than max_mb = 0\.5: take f"
    ):
        replayed(smoother, {"sigma": np.linspace(0.5, 6, 40)}, max_mb=0.5)
    assert len(smoother.begun) == 4


def test_steps_that_are_larger_than_those_sampled_are_stopped(smoother, monkeypatch):
    snapshot = smoother.snapshot
    noise = np.random.default_rng(0)

    def larger_beside_the_samples(parameters):
        heavy = parameters["sigma"] in (2.0, 6.0)
        payload = array_payload(noise.integers(0, 255, 300_000 if heavy else 10).astype(np.uint8))
        return snapshot(parameters) | {"smoothed": payload}

    monkeypatch.setattr(smoother, "snapshot", larger_beside_the_samples)
    with pytest.raises(ValueError, match=r"the page has 0\.4 MB after 4 of 7 steps, more than max_mb = 0\.3"):
        replayed(smoother, {"sigma": [1, 2, 3, 4, 5, 6, 7]}, max_mb=0.3)


def test_raw_arrays_of_former_steps_are_not_kept(smoother, monkeypatch):
    def megabyte(parameters):
        raw = np.full(1_000_000, int(parameters["sigma"] * 10), np.uint8)
        return {"provenance": {}, "smoothed": array_payload(raw)}

    monkeypatch.setattr(smoother, "snapshot", megabyte)
    tracemalloc.start()
    try:
        assert len(replayed(smoother, {"sigma": [0.1 * i for i in range(1, 5)]})["sweep"]["steps"]) == 4
        tracemalloc.reset_peak()
        packer = Packer()
        compute([Replay(smoother, {"sigma": [0.1 * i for i in range(1, 41)]}, packer)], packer, 0, 25)
        assert len(packer.stored) == 40
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_the_bar_counts_the_steps_and_says_how_large_the_page_will_be(smoother, capsys):
    replayed(smoother, {"sigma": np.linspace(1, 6, 12)})
    said = capsys.readouterr().err
    assert "12" in said
    assert "about 0.5 MB" in said


def test_a_page_without_a_sweep_shows_no_bar(smoother, capsys):
    replayed(smoother, None)
    assert capsys.readouterr().err == ""


def test_widgets_share_what_they_have_in_common(Smoother):
    packer = Packer()
    replays = [Replay(Smoother(sigma=sigma), sweep, packer) for sigma, sweep in ((2, {"sigma": [1, 2]}), (1, None))]
    compute(replays, packer, 0, 25)
    assert len(packer.stored) == 2
