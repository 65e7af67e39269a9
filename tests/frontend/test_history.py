"""Undo and redo: what is one step, and that nothing but actions of a user is one."""

import asyncio
import contextlib
import itertools
import threading
import tracemalloc

import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.frontend.history import History

SLIDERS = {"a", "b", "view"}


class Clock:
    """Seconds as a test wants them."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def history(clock):
    return History(str.upper, SLIDERS.__contains__, clock)


def act(history, **changes):
    with history.action():
        for name, change in changes.items():
            history.note(name, *change)


def undone(history):
    """Values of the steps, the last one first."""
    seen = []
    while step := history.step("undo"):
        seen.append(step.values("undo"))
        history.move("undo")
    return seen


# what is one step


def test_a_drag_is_one_step_from_where_it_began_to_where_it_ended(history, clock):
    for n in range(50):
        clock.now += 0.9
        act(history, a=(n, n + 1))
    assert history.step("undo").values("undo") == {"a": 0}
    assert history.step("undo").values("redo") == {"a": 50}
    assert undone(history) == [{"a": 0}]


def test_a_pause_of_more_than_a_second_parts_two_steps(history, clock):
    act(history, a=(0, 1))
    clock.now += 1.0
    act(history, a=(1, 2))
    clock.now += 1.01
    act(history, a=(2, 3))
    assert undone(history) == [{"a": 2}, {"a": 0}]


def test_another_trait_begins_another_step(history):
    for name in ("a", "b", "a"):
        act(history, **{name: (0, 1)})
    act(history, a=(1, 2), b=(1, 2))
    assert undone(history) == [{"a": 1, "b": 1}, {"a": 0}, {"b": 0}, {"a": 0}]


def test_what_no_slider_moves_is_a_step_each_time(history):
    for n in range(3):
        act(history, peaks=(n, n + 1))
    act(history, a=(0, 1), peaks=(3, 4))
    act(history, a=(1, 2), peaks=(4, 5))
    assert len(undone(history)) == 5


def test_settings_of_the_view_join_if_they_are_the_same_settings(history):
    views = [{}, {"zoom": 1}, {"zoom": 2}, {"zoom": 2, "map": "gray"}, {"zoom": 2, "map": "magma"}, {"map": "magma"}]
    for before, after in itertools.pairwise(views):
        act(history, view=(before, after))
    assert undone(history) == [{"view": views[4]}, {"view": views[2]}, {"view": {}}]


def test_what_is_dragged_back_to_where_it_began_is_no_step(history):
    act(history, b=(0, 1))
    for change in ((0, 1), (1, 2), (2, 0)):
        act(history, a=change)
    assert undone(history) == [{"b": 0}]


def test_after_undo_a_new_drag_is_a_step_of_its_own(history):
    act(history, a=(0, 1))
    act(history, b=(0, 1))
    history.move("undo")
    act(history, a=(1, 2))
    assert undone(history) == [{"a": 1}, {"a": 0}]


def test_a_new_action_empties_what_could_be_redone_and_one_that_changes_nothing_does_not(history):
    act(history, a=(0, 1))
    history.move("undo")
    act(history, a=(0, 0))
    assert history.labels == {"undo": None, "redo": "A"}
    act(history, b=(0, 1))
    assert history.labels == {"undo": "B", "redo": None}


def test_all_that_is_noted_within_an_action_is_one_step_whatever_is_called_within(history):
    with history.action():
        history.note("a", 0, 1)
        act(history, peaks=([], [1]))
        history.note("a", 1, 2)
    assert undone(history) == [{"a": 0, "peaks": []}]


def test_an_action_with_a_label_stands_alone(history):
    act(history, a=(0, 1))
    with history.action("State"):
        history.note("a", 1, 2)
    act(history, a=(2, 3))
    assert history.labels["undo"] == "A"
    assert undone(history) == [{"a": 2}, {"a": 1}, {"a": 0}]


def test_an_action_that_fails_is_a_step_as_far_as_it_came(history):
    with contextlib.suppress(LookupError), history.action():
        history.note("a", 0, 1)
        raise LookupError
    assert undone(history) == [{"a": 0}]


def test_the_label_says_what_was_changed(history):
    for names, label in [(["a"], "A"), (["b", "a"], "B, A"), (["a", "b", "c"], "A, B …")]:
        act(history, **dict.fromkeys(names, (0, 1)))
        assert history.labels["undo"] == label


def test_the_oldest_of_more_than_200_steps_are_forgotten(history):
    for n in range(300):
        act(history, peaks=(n, n + 1))
    steps = undone(history)
    assert len(steps) == 200
    assert steps[-1] == {"peaks": 100}


def test_a_list_that_somebody_changes_afterwards_changes_no_step(history):
    before, after = [1], [1, 2]
    act(history, peaks=(before, after))
    before.append(9)
    after.clear()
    step = history.step("undo")
    assert (step.values("undo"), step.values("redo")) == ({"peaks": [1]}, {"peaks": [1, 2]})
    step.values("undo")["peaks"].clear()
    assert step.values("undo") == {"peaks": [1]}


def test_values_that_cannot_be_compared_are_different(history):
    act(history, view=({"data": np.zeros(3)}, {"data": np.zeros(3)}))
    assert history.labels["undo"] == "VIEW"


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "peaks", "undo", "redo"]), st.integers(0, 3), st.floats(0, 2))))
def test_undoing_and_redoing_everything_leads_back(actions):
    clock = Clock()
    history = History(str, SLIDERS.__contains__, clock)
    values = {"a": 0, "b": 0, "peaks": 0}

    def travel(direction):
        if step := history.step(direction):
            opposite = "redo" if direction == "undo" else "undo"
            assert step.values(opposite).items() <= values.items()  # it takes back what is there
            values.update(step.values(direction))
            history.move(direction)
        return step

    for name, value, seconds in actions:
        clock.now += seconds
        if name in ("undo", "redo"):
            travel(name)
        else:
            act(history, **{name: (values[name], value)})
            values[name] = value
    while travel("redo"):
        pass
    end = dict(values)
    while travel("undo"):
        pass
    assert values == {"a": 0, "b": 0, "peaks": 0}
    while travel("redo"):
        pass
    assert values == end


# of a widget


@pytest.fixture
def timed(smoother, clock):
    """A widget whose history has the clock."""
    smoother._history.clock = clock
    return smoother


def test_a_script_takes_back_what_it_set_and_does_it_again(timed):
    assert not timed.undo()
    timed.sigma = 3.0
    assert timed.status["undo"] == "Width"
    assert timed.undo() is True
    assert timed.sigma == 1.0
    assert (timed.status["undo"], timed.status["redo"]) == (None, "Width")
    assert timed.result.sigma == 1.0
    assert timed.redo() is True
    assert timed.result.sigma == 3.0
    assert timed.code == "smooth(IMAGE, sigma=3.0)"
    assert not timed.redo()


def test_values_given_to_the_constructor_and_results_are_no_actions(Smoother):
    widget = Smoother(sigma=3.0, view={"zoom": 2})
    assert widget.result.sigma == 3.0
    widget.sigma = 3.0
    assert not widget.undo()


def test_a_message_of_the_front_end_is_one_step_however_many_traits_it_has(timed):
    timed.set_state({"sigma": 2.0, "corners": [[1.0, 2.0]], "view": {"zoom": 2}})
    timed.undo()
    assert (timed.sigma, timed.corners, timed.view) == (1.0, [], {})
    assert timed.status["redo"] == "Width, Corners …"


def test_the_front_end_asks_by_counting(timed, clock):
    for n in range(3):
        clock.now += 5
        timed.set_state({"sigma": 2.0 + n})
    timed.set_state({"asked": {**timed.asked, "undo": 1}})
    assert (timed.sigma, timed.shown_sigma) == (3.0, 3.0)
    timed.set_state({"asked": {**timed.asked, "undo": 3}})  # twice, while the kernel was busy
    assert timed.sigma == 1.0
    timed.set_state({"asked": {**timed.asked, "redo": 1}})
    assert timed.sigma == 2.0
    timed.set_state({"asked": {"cancel": 0, "undo": "99", "redo": None}})
    timed.set_state({"asked": {}})
    timed.set_state({"asked": {"cancel": 0, "undo": 0, "redo": 0}})
    assert timed.sigma == 2.0


def test_undo_in_the_message_of_the_change_takes_back_that_change(timed, clock):
    timed.set_state({"sigma": 2.0})
    clock.now += 5
    timed.set_state({"asked": {**timed.asked, "undo": 1}, "sigma": 3.0})
    assert timed.sigma == 2.0
    assert (timed.status["undo"], timed.status["redo"]) == ("Width", "Width")


def test_the_front_end_hears_of_undo_in_one_message_with_the_values(timed):
    timed.set_state({"sigma": 2.0, "passes": 3})
    sent = []
    timed._send = lambda message, buffers=None: sent.append(message)
    timed.set_state({"asked": {**timed.asked, "undo": 1}})
    with_values = [message["state"] for message in sent if "sigma" in message.get("state", {})]
    assert len(with_values) == 1
    assert (with_values[0]["sigma"], with_values[0]["passes"]) == (1.0, 2)
    states = [message["state"]["status"] for message in sent if "status" in message.get("state", {})]
    assert (states[-1]["undo"], states[-1]["redo"]) == (None, "Width, Passes")


def test_a_drag_changes_the_status_once(timed):
    _ = timed.result
    seen = timed.history("status")
    for n in range(20):
        timed.sigma = 2 + n / 10
    assert [status["undo"] for status in seen] == ["Width"]


def test_a_refused_value_is_no_step(timed):
    with pytest.raises(traitlets.TraitError):
        timed.sigma = -1
    timed.set_state({"passes": 3, "sigma": -1.0})
    assert not timed.undo()
    assert (timed.sigma, timed.passes) == (1.0, 2)


def test_what_cannot_be_computed_can_be_undone(timed):
    _ = timed.result
    timed.set_state({"sigma": 0.0})
    assert timed.status["state"] == "error"
    assert timed.status["undo"] == "Width"
    timed.undo()
    assert timed.result.sigma == 1.0
    assert timed.status["state"] == "idle"


def test_what_observers_set_belongs_to_the_action_that_they_follow(timed):
    def three_passes_where_it_is_wide(change):
        timed.passes = 3 if change.new > 2 else 2

    timed.observe(three_passes_where_it_is_wide, names="sigma")
    timed.sigma = 3.0
    timed.undo()
    assert (timed.sigma, timed.passes) == (1.0, 2)
    timed.redo()
    assert (timed.sigma, timed.passes) == (3.0, 3)
    assert timed.status["redo"] is None


def test_an_observer_that_fails_leaves_a_history_that_works(timed):
    def fail(change):
        raise LookupError("somebody else's mistake")

    timed.sigma = 3.0
    timed.observe(fail, names="sigma")
    with pytest.raises(LookupError):
        timed.undo()
    assert (timed.sigma, timed.status["undo"], timed.status["redo"]) == (1.0, None, "Width")
    timed.unobserve(fail, names="sigma")
    timed.redo()
    assert timed.result.sigma == 3.0


def test_undo_moves_the_sliders_of_others_that_are_linked(timed):
    slider = ipywidgets.FloatSlider(min=0.5, max=10, value=1)
    traitlets.link((slider, "value"), (timed, "sigma"))
    slider.value = 4
    timed.undo()
    assert slider.value == 1
    timed.redo()
    assert slider.value == 4
    assert timed.status["redo"] is None


def test_undo_works_while_the_computation_that_is_taken_back_runs(Smoother):
    async def notebook():
        widget = Smoother()
        await widget.rests(shown_sigma=1.0)
        widget.set_state({"sigma": 4.0, "passes": 400})
        await widget.until(lambda: widget.status["state"] == "running")
        assert widget.status["undo"] == "Width, Passes"
        widget.set_state({"asked": {**widget.asked, "undo": 1}})
        await widget.until(lambda: widget.status["state"] == "idle" and not widget._worker.waiting)
        assert (widget.sigma, widget.passes, widget.shown_sigma) == (1.0, 2, 1.0)
        assert len(widget.ended) == 2  # the long one never came to its end
        assert widget.status["redo"] == "Width, Passes"

    asyncio.run(notebook())


def test_undo_from_other_threads_leaves_values_and_steps_that_agree(Smoother):
    async def notebook():
        widget = Smoother(passes=1)
        widget._history.together = 0.0

        def restless(seed):
            generator = np.random.default_rng(seed)
            for _ in range(60):
                [widget.undo, widget.redo, lambda: widget.set_state({"sigma": 1 + float(generator.random())})][
                    generator.integers(3)
                ]()

        await asyncio.gather(*(asyncio.to_thread(restless, seed) for seed in range(4)))
        step = widget._history.step("undo")
        if step:
            assert step.values("redo") == {"sigma": widget.sigma}
        while widget.undo():
            pass
        assert widget.sigma == 1.0
        await widget.rests(shown_sigma=1.0)
        assert threading.active_count() < 40

    asyncio.run(asyncio.wait_for(notebook(), 60))


def test_a_history_weighs_little(smoother):
    """Results and images are none of its business."""
    _ = smoother.result
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for n in range(50):
        smoother.corners = [[float(n), 0.0]]
        _ = smoother.result
    gained = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert smoother.status["undo"] == "Corners"
    assert gained < 10 * len(smoother.smoothed["data"])  # of fifty
