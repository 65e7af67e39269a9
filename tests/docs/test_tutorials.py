"""Notebooks become pages that move without a kernel, and none is run twice for nothing."""

import json

import nbformat
import pytest

from emwidgets.frontend.document import frame
from emwidgets.frontend.page import read


def _notebook(*outputs):
    text = nbformat.v4.new_markdown_cell("# Title\n\nText, see [a page](../docs/domains.md).")
    code = nbformat.v4.new_code_cell("1")
    code.outputs = [nbformat.v4.new_output("display_data", each) for each in outputs]
    return nbformat.v4.new_notebook(cells=[text, code])


@pytest.fixture
def tutorials(from_docs):
    return from_docs("tutorials")


def test_a_page_in_an_output_becomes_a_file_that_is_loaded_when_it_is_near(tutorials):
    text = '<!doctype html>\n<p class="a">1 < 2 & "so" on</p>'
    made, pages = tutorials.shown(_notebook({"text/html": frame(text, 'A "twin"', 700)}), "00-tour")
    assert pages == {"00-tour-1.html": text}
    shown = made.cells[1].outputs[0].data["text/html"]
    assert 'src="../pages/00-tour-1.html"' in shown
    assert 'loading="lazy"' in shown
    assert "height:700px" in shown
    assert "srcdoc" not in shown


def test_figures_of_plotly_become_data_that_cannot_end_their_script(tutorials):
    drawn = {"data": [{"x": [1], "name": "</script><script>alert(1)"}], "layout": {"height": 330}}
    made, _ = tutorials.shown(_notebook({tutorials.PLOTLY: drawn}), "a")
    shown = made.cells[1].outputs[0].data["text/html"]
    assert shown.count("</script>") == 1
    data = shown.partition('application/json">')[2].partition("</script>")[0]
    assert json.loads(data)["data"] == drawn["data"]
    assert "height:330px" in shown


def test_the_page_says_what_it_is_and_where_the_notebook_is(tutorials):
    made = tutorials.titled(_notebook(), "../../notebooks/a.ipynb", "../_build/executed/a.ipynb")
    source = made.cells[0].source
    assert source.startswith("# Title\n")
    assert "{download}`without outputs <../../notebooks/a.ipynb>`" in source
    assert "{download}`with them <../_build/executed/a.ipynb>`" in source
    with pytest.raises(RuntimeError, match="begins with its title"):
        tutorials.titled(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), "a", "b")


def test_links_to_the_documentation_stay_links_to_it(tutorials):
    made, _ = tutorials.shown(_notebook(), "a")
    assert "[a page](../domains.md)" in made.cells[0].source


LIVE = """\
import numpy as np, hyperspy.api as hs, emwidgets as emw
image = hs.signals.Signal2D(np.random.default_rng(1).normal(size=(64, 64)))
emw.DomainExplorer(image)"""


def test_a_notebook_is_executed_once_and_its_widgets_are_live_pages(little):
    little.notebook("print(6 * 7)", LIVE, "from plotly import graph_objects as go\ngo.Figure(go.Scatter(y=[1, 2]))")
    status, said = little.build(execute=True)
    assert status == 0, said
    assert "executed 0-one.ipynb" in said
    page = little.page("tutorials/0-one")
    assert "42" in page
    assert '<iframe class="em-page-frame" src="../pages/0-one-1.html"' in page
    assert 'class="em-figure"' in page
    site = little.docs / "_build" / "html"
    live = read(site / "pages" / "0-one-1.html")["widgets"][0]["sweep"]
    assert live["names"] == ["threshold"]
    assert len(live["values"][0]) > 3
    assert (site / "_static" / "plotly.min.js").is_file()
    status, said = little.build(execute=True)
    assert status == 0, said
    assert "0 of 1 notebooks have to be executed" in said


def test_another_cell_or_another_emwidgets_makes_it_run_again(from_docs, monkeypatch, tmp_path):
    execute = from_docs("execute")
    notebook = tmp_path / "a.ipynb"

    def fingerprint(source):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), notebook)
        return execute.fingerprint(notebook)

    before = fingerprint("1")
    assert fingerprint("2") != before
    assert fingerprint("1") == before  # whatever the ids of its cells are
    monkeypatch.setattr(execute, "package_digest", lambda: "another")
    assert fingerprint("1") != before


def test_a_cell_that_fails_fails_the_build(little):
    little.notebook("1 / 0")
    status, said = little.build(execute=True)
    assert status != 0
    assert "0-one.ipynb does not run from top to bottom" in said
    assert "ZeroDivisionError" in said


def test_an_output_that_needs_a_kernel_is_refused(from_docs):
    execute = from_docs("execute")
    widget = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider()"}
    with pytest.raises(execute.NotebookError, match=r"cell 1 of a\.ipynb shows a widget that has no page"):
        execute.check(_notebook(widget), "a.ipynb")
    execute.check(_notebook({"text/html": "<b>1</b>"}), "a.ipynb")


def test_each_widget_has_something_to_move_on_its_page(from_docs, monkeypatch):
    import IPython

    import emwidgets as emw

    shell = IPython.core.interactiveshell.InteractiveShell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    sweep_of = from_docs("kernel.live_pages").live_pages.sweep_of
    gold = emw.examples.gold_on_carbon().isig[:96, :96]
    rings = emw.examples.gold_rings()
    for widget, moves in (
        (emw.DomainExplorer(emw.examples.cdte_twin()), ["threshold"]),
        (emw.PatternClassifier(rings), ["certainty"]),
        (emw.ParticlePlayground(), ["dose", "turn"]),
        (emw.RefocusComparer(gold), ["strength"]),
        (emw.RefocusComparer(gold, blur=True), ["blur_sigma"]),
    ):
        assert list(sweep_of(widget)) == moves
