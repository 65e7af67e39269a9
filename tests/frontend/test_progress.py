"""A bar that leaves one line of text behind."""

import io
from contextlib import redirect_stderr

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from emwidgets.frontend.progress import Progress


@pytest.fixture
def notebook(monkeypatch):
    """An IPython that says it has a kernel, as in a notebook."""
    shell = InteractiveShell.instance()
    monkeypatch.setattr(shell, "kernel", object(), raising=False)
    yield shell
    InteractiveShell.clear_instance()


def test_in_a_notebook_one_output_is_replaced_and_ends_as_text_without_markup(notebook):
    with capture_output() as shown, Progress(3) as progress:
        progress.say("about 1.1 MB")
        for _ in range(3):
            progress.step()
    bundles = [output.data for output in shown.outputs]
    assert '<progress max="3" value="0"' in bundles[0]["text/html"]
    assert [f'value="{n}"' in bundle["text/html"] for n, bundle in zip((1, 2, 3), bundles[1:4], strict=True)] == [
        True
    ] * 3
    assert bundles[-1] == {"text/plain": "3 of 3 steps, about 1.1 MB"}
    assert all("application/vnd.jupyter.widget-view+json" not in bundle for bundle in bundles)


def test_what_stops_a_sweep_leaves_how_far_it_came(notebook):
    def stopped():
        with Progress(3) as progress:
            progress.step()
            raise KeyboardInterrupt

    with capture_output() as shown, pytest.raises(KeyboardInterrupt):
        stopped()
    assert shown.outputs[-1].data == {"text/plain": "1 of 3 steps"}


def test_in_a_terminal_it_is_a_bar_and_one_step_needs_none():
    for total, seen in ((3, True), (1, False)):
        with redirect_stderr(io.StringIO()) as said, Progress(total) as progress:
            progress.step()
        assert bool(said.getvalue()) is seen
