"""Linked traits: the same in both widgets, whoever moves them, without a tug of war."""

import asyncio
import gc
import weakref

import ipywidgets
import pytest
import traitlets
from ipywidgets.widgets.widget_link import Link as JsLink


def links_of_the_browser(*widgets):
    """Those that ipywidgets has told it of."""
    known = ipywidgets.widgets.widget._instances.values()
    return [each for each in known if isinstance(each, JsLink) and {each.source[0], each.target[0]} & {*widgets}]


@pytest.fixture
def pair(Smoother):
    """Two widgets that are linked by their width, and the link."""
    one, other = Smoother(sigma=3.0), Smoother()
    return one, other, one.link(other, "sigma")


def test_the_value_of_the_first_is_taken_over_at_once(pair):
    one, other, _ = pair
    assert other.sigma == 3.0
    assert other.result.sigma == 3.0
    assert one.links == [(other, "sigma", "sigma")]
    assert other.links == [(one, "sigma", "sigma")]


def test_a_script_moves_either_and_both_follow(pair):
    one, other, _ = pair
    one.sigma = 4.0
    assert (other.sigma, other.result.sigma) == (4.0, 4.0)
    other.sigma = 5.0
    assert (one.sigma, one.result.sigma) == (5.0, 5.0)


def test_other_names_views_and_settings_without_a_slider_can_be_linked(Smoother):
    one, other = Smoother(view={"zoom": 2}), Smoother()
    one.link(other, "sigma", "level")
    one.link(other, "view")
    one.link(other, "corners")
    assert (other.level, other.view) == (1.0, {"zoom": 2})
    other.level = 0.5
    assert one.sigma == 0.5
    one.corners = [[1.0, 2.0]]
    assert other.corners == [[1.0, 2.0]]
    assert sorted(one.links, key=str) == sorted(
        [(other, "sigma", "level"), (other, "view", "view"), (other, "corners", "corners")], key=str
    )


def test_what_comes_from_a_browser_is_left_to_the_browser(pair):
    """There `jslink` has moved the other one already, maybe on and on since; see `Link`."""
    one, other, _ = pair
    sent = []
    other._send = lambda message, buffers=None: sent.append(message)
    one.set_state({"sigma": 6.0})
    assert (one.sigma, other.sigma, sent) == (6.0, 3.0, [])
    other.set_state({"sigma": 6.0})  # what the browser's own link sends
    assert other.sigma == 6.0
    assert not any("sigma" in message["state"] for message in sent if message["method"] == "update")


def test_what_an_observer_sets_while_a_message_is_taken_is_pythons(pair):
    one, other, _ = pair
    one.observe(lambda change: one.set_trait("sigma", round(change.new)), names="sigma")
    one.set_state({"sigma": 6.3})
    assert (one.sigma, other.sigma) == (6.0, 6.0)


def test_undo_asked_for_by_a_browser_moves_both(pair):
    one, other, _ = pair
    for widget in (one, other):
        widget.set_state({"sigma": 6.0})
    one.set_state({"asked": {**one.asked, "undo": 1}})
    assert (one.sigma, other.sigma) == (3.0, 3.0)


def test_undo_in_one_is_undo_in_the_other(pair):
    one, other, _ = pair
    one._history.together = other._history.together = 0
    one.sigma = 4.0
    one.sigma = 5.0
    one.undo()
    assert (one.sigma, other.sigma) == (4.0, 4.0)
    assert other.status["redo"] == "Width"
    other.undo()
    assert (one.sigma, other.sigma) == (3.0, 3.0)
    one.redo()
    other.redo()
    assert (one.sigma, other.sigma) == (5.0, 5.0)
    assert (one.status["redo"], other.status["redo"]) == (None, None)


def test_undo_where_the_other_has_done_something_else_is_a_new_action_there(pair):
    one, other, _ = pair
    one.sigma = 4.0
    other.passes = 3
    one.undo()
    assert (other.sigma, other.passes) == (3.0, 3)
    other.undo()
    assert (one.sigma, other.sigma, other.passes) == (4.0, 4.0, 3)


def test_three_in_a_ring_come_to_rest(Smoother):
    widgets = [Smoother() for _ in range(3)]
    for n in range(3):
        widgets[n].link(widgets[(n + 1) % 3], "sigma")
    for n, widget in enumerate(widgets):
        widget.sigma = 4.0 + n
        assert [each.sigma for each in widgets] == [4.0 + n] * 3
    widgets[0].undo()
    assert len({each.sigma for each in widgets}) == 1


def test_any_widget_can_be_linked(smoother):
    slider = ipywidgets.FloatSlider(min=0.5, max=10, value=7)
    link = smoother.link(slider, "sigma", "value")
    assert slider.value == 1.0
    slider.value = 3.0
    assert smoother.result.sigma == 3.0
    smoother.undo()
    assert slider.value == 1.0
    smoother.sigma = 15.0  # beyond the slider's end
    assert (smoother.sigma, slider.value) == (10.0, 10.0)
    link.unlink()
    slider.value = 4.0
    assert smoother.sigma == 10.0


def test_pairs_and_lists_are_the_same_to_a_link(smoother):
    knob = ipywidgets.Box()
    knob.add_traits(pair=traitlets.Tuple(traitlets.List(), traitlets.List(), default_value=([], [])).tag(sync=True))
    smoother.corners = [[1.0], [2.0]]
    smoother.link(knob, "corners", "pair")
    assert knob.pair == ([1.0], [2.0])
    knob.pair = ([3.0], [4.0])
    assert smoother.corners == [[3.0], [4.0]]


# what is refused


def test_what_cannot_be_linked_is_said_with_what_can(Smoother):
    one, other = Smoother(), Smoother()
    slider = ipywidgets.FloatSlider()
    can = "expected one of passes, sigma, level, corners, view"
    for arguments, error, words in [
        ((other, "sgima"), ValueError, f"'sgima' of Smoother is no trait that can be linked: {can}"),
        ((other, "shown_sigma"), ValueError, f"'shown_sigma' of Smoother is what Python computes: {can}"),
        ((other, "sigma", "status"), ValueError, f"'status' of Smoother is what Python computes: {can}"),
        ((slider, "sigma"), ValueError, "'sigma' of FloatSlider is no trait that can be linked.*value"),
        ((slider, "sigma", "_model_name"), ValueError, "'_model_name' of FloatSlider"),
        (("sigma", "sigma"), TypeError, r"expected a widget, as in explorer.link\(other, 'threshold'\)"),
        ((one, "sigma"), ValueError, "to itself"),
    ]:
        with pytest.raises(error, match=words):
            one.link(*arguments)
    assert one.links == other.links == []


def test_a_value_that_the_other_cannot_have_is_refused_and_nothing_is_linked(Smoother):
    one, other = Smoother(sigma=15.0), Smoother()
    slider = ipywidgets.FloatSlider(min=0, max=10, value=5)
    with pytest.raises(
        traitlets.TraitError, match="'level' of Smoother is linked to 'sigma' of Smoother, which cannot"
    ):
        other.link(one, "level", "sigma")  # None
    with pytest.raises(traitlets.TraitError, match=r"cannot be 15\.0: it takes 10\.0 instead"):
        one.link(slider, "sigma", "value")
    with pytest.raises(traitlets.TraitError, match=r"cannot be 15\.0"):
        one.link(other, "sigma", "corners")
    assert (one.sigma, other.level, other.corners, slider.value) == (15.0, None, [], 5)
    assert one.links == other.links == links_of_the_browser(one, other) == []


def test_a_later_value_that_the_other_cannot_have_is_refused_for_both(Smoother):
    one, other = Smoother(), Smoother()
    other.link(one, "sigma", "level")
    with pytest.raises(traitlets.TraitError, match=r"'level' of Smoother is linked to 'sigma'.*cannot be -0\.5"):
        one.level = -0.5
    assert (one.level, other.sigma) == (1.0, 1.0)
    assert one.status["undo"] == "Level"  # only what the link itself did
    assert one.result.level == 1.0
    one.set_state({"level": -0.5})  # from a browser, where the other one's refusal comes back by the browser's link
    assert (one.level, other.sigma) == (-0.5, 1.0)


# the end of a link


def test_unlinked_each_goes_its_own_way(pair):
    one, other, link = pair
    assert len(links_of_the_browser(one)) == 1
    for _ in range(2):
        link.unlink()
    one.sigma = 6.0
    other.set_trait("sigma", 7.0)
    assert (one.sigma, other.sigma) == (6.0, 7.0)
    assert one.links == other.links == links_of_the_browser(one) == []


@pytest.mark.parametrize("which", [0, 1])
def test_closing_a_widget_unlinks_it(pair, which):
    pair[which].close()
    assert not pair[2].linked
    assert links_of_the_browser(pair[0]) == []
    assert pair[1 - which].links == []
    pair[1 - which].sigma = 6.0
    assert pair[which].sigma == 3.0


def test_closing_the_slider_of_somebody_else_unlinks_it(smoother):
    slider = ipywidgets.FloatSlider(min=0.5, max=10)
    link = smoother.link(slider, "sigma", "value")
    slider.close()
    assert not link.linked
    assert smoother.links == []


def test_closed_widgets_that_were_linked_are_freed(Smoother):
    one, other = Smoother(), Smoother()
    one.link(other, "sigma")
    references = weakref.ref(one), weakref.ref(other)
    one.close()
    other.close()
    del one, other
    gc.collect()
    assert [reference() for reference in references] == [None, None]


def test_threads_that_move_linked_widgets_do_not_wait_for_each_other_for_ever(Smoother):
    async def notebook():
        one, other = Smoother(passes=1), Smoother(passes=1)
        one.link(other, "sigma")

        def move(widget, first):
            for n in range(80):
                widget.sigma = first + n / 100

        await asyncio.gather(asyncio.to_thread(move, one, 1.0), asyncio.to_thread(move, other, 5.0))
        one.sigma = 9.0
        assert other.sigma == 9.0
        await one.rests(shown_sigma=9.0)
        await other.rests(shown_sigma=9.0)

    asyncio.run(asyncio.wait_for(notebook(), 60))
