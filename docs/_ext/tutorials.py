"""The tutorials: notebooks executed while the documentation is built, with live pages where the widgets were.

Each notebook of ``notebooks/`` becomes a page of ``docs/tutorials``. What the kernel wrote into its outputs, a whole
page for each widget, is taken out into files of its own, which the browser loads when the reader comes near; figures
of plotly are drawn by one plotly.js that lies beside the site.
"""

import html
import json
import os
import re
from pathlib import Path

import nbformat
from execute import NotebookError, executed
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.display import status_iterator

logger = logging.getLogger(__name__)
PLOTLY = "application/vnd.plotly.v1+json"

_FRAME = re.compile(r'<iframe srcdoc="([^"]*)"[^>]*? title="([^"]*)" style="width:100%;height:(\d+)px;[^>]*></iframe>')
_HINT = re.compile(r"<p><small>.*?</small></p>", re.DOTALL)  # what show_static says to a reader of a notebook
_TO_DOCS = re.compile(r"\]\((?:\.\./)?docs/")

_NOTE = """\
:::{{admonition}} A notebook, executed
:class: em-executed
There is no Python behind this page. In place of each widget stands a page of it: zoom, contrast and hover work, and
the controls that move do so in steps that the analysis computed. The others, and your own images, need the notebook:
{{download}}`without outputs <{stripped}>` or {{download}}`with them <{executed}>`; how to run it: [](../install.md).
:::"""


def shown(notebook, name: str) -> tuple[nbformat.NotebookNode, dict[str, str]]:
    """A notebook as the site shows it, and the pages that stood in its outputs, by file name."""
    pages = {}

    def taken_out(found):
        text, title, height = found.groups()
        file = f"{name}-{len(pages) + 1}.html"
        pages[file] = html.unescape(text)
        return (
            f'<iframe class="em-page-frame" src="../pages/{file}" title="{title}" loading="lazy" '
            f'style="height:{height}px"></iframe><p class="em-page-caption">'
            f'<a href="../pages/{file}">Open it alone</a>, or save that file.</p>'
        )

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _TO_DOCS.sub("](../", cell.source)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"], frames = _FRAME.subn(taken_out, data["text/html"])
                if frames:
                    data["text/html"] = _HINT.sub("", data["text/html"])
            if PLOTLY in data:
                data["text/html"] = figure(data.pop(PLOTLY))
    return notebook, pages


def figure(drawn: dict) -> str:
    """HTML of a plotly figure; ``plotly-figures.js`` draws it."""
    drawn = {"data": drawn["data"], "layout": drawn.get("layout", {})}
    text = json.dumps(drawn).replace("<", "\\u003c")  # nothing in it can end the script
    height = drawn["layout"].get("height", 450)
    return f'<div class="em-figure" style="height:{height}px"><script type="application/json">{text}</script></div>'


def titled(notebook, stripped: str, run: str) -> nbformat.NotebookNode:
    """The notebook with a note below its title that says what the page is, and where the notebook is to be had."""
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        raise NotebookError("expected a notebook that begins with its title, '# …', in a Markdown cell")
    title, _, rest = first.source.partition("\n")
    first.source = f"{title}\n\n{_NOTE.format(stripped=stripped, executed=run)}\n{rest}"
    return notebook


def _prepare(app):
    """Write ``docs/tutorials/*.ipynb`` before Sphinx looks for its sources."""
    notebooks = sorted(Path(app.srcdir, app.config.tutorials_notebooks).resolve().glob("[0-9]*.ipynb"))
    target = Path(app.srcdir) / "tutorials"
    kept = Path(app.srcdir, app.config.tutorials_cache)
    if not notebooks:
        raise ExtensionError(f"there are no notebooks in '{app.config.tutorials_notebooks}'")
    try:
        run = executed(notebooks, kept, logger.info) if app.config.tutorials_execute else {}
        pages = {}
        for notebook in notebooks:
            source = run.get(notebook.stem, notebook)
            made, its_pages = shown(nbformat.read(source, as_version=4), notebook.stem)
            made = titled(made, *(_from(target, each) for each in (notebook, source)))
            _write_changed(target / notebook.name, nbformat.writes(made))
            pages |= its_pages
    except NotebookError as error:
        raise ExtensionError(str(error)) from error
    for old in set(target.glob("*.ipynb")) - {target / notebook.name for notebook in notebooks}:
        old.unlink()
    if app.builder.format == "html":
        folder = Path(app.outdir) / "pages"
        folder.mkdir(parents=True, exist_ok=True)
        for name in status_iterator(pages, "pages of tutorials... ", length=len(pages), verbosity=app.verbosity):
            _write_changed(folder / name, pages[name])


def _from(folder: Path, file: Path) -> str:
    """Relative address of a file, which may be outside of the folder."""
    return Path(os.path.relpath(file, folder)).as_posix()


def _write_changed(file: Path, text: str) -> None:
    """Leave a file that is as it should be: Sphinx reads again what is newer than its last build."""
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def _add_plotly(app, page, template, context, doctree):
    """The script that draws figures, on the pages that have some."""
    if page.startswith("tutorials/"):
        app.add_js_file("plotly-figures.js", loading_method="defer")


def _copy_plotly(app, error):
    """plotly.js as the plotly of this environment has it, once for the whole site."""
    if error is None and app.builder.format == "html":
        from plotly.offline import get_plotlyjs

        _write_changed(Path(app.outdir) / "_static" / "plotly.min.js", get_plotlyjs())


def setup(app):
    """Register with Sphinx."""
    app.add_config_value("tutorials_notebooks", "../notebooks", "env", str)
    app.add_config_value("tutorials_cache", "_build/executed", "env", str)
    app.add_config_value("tutorials_execute", True, "env", bool)
    app.connect("builder-inited", _prepare)
    app.connect("html-page-context", _add_plotly)
    app.connect("build-finished", _copy_plotly)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
