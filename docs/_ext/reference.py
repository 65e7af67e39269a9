"""The reference, from docstrings: ``{public-names} MODULE`` writes all of a module; a name left out fails the build.

A summary table comes first, then every function and class as autodoc has it, and for a widget the table of its
controls, from the traits themselves.
"""

import inspect
from pathlib import Path

from public import faults, module_of, names_of, public_names
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
ROOT = "emwidgets"  # tests walk a package of their own


def summary(value) -> str:
    """First sentence of a docstring, or as much of it as its first paragraph has, for the cell of a table."""
    text = " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())
    sentence = text.partition(". ")[0]
    return sentence.rstrip(".").replace("|", r"\|")


class PublicNames(SphinxDirective):
    """Everything that a module shows."""

    required_arguments = 1

    def run(self):
        face = self.arguments[0]
        source = Path(inspect.getfile(module_of(face)))
        for file in (source, source.with_suffix(".pyi"), Path(__file__)):
            if file.is_file():
                self.env.note_dependency(str(file))
        first = public_names(self.config.reference_root)
        here = [each for each in names_of(face) if each.path in first]
        elsewhere = [
            (each, next(one for one in first.values() if one.value is each.value))
            for each in names_of(face)
            if each.path not in first
        ]
        lines = ["## Names", "", "| name | what it is |", "|---|---|"]
        lines += [f"| {_link(each)} | {self._told(each)} |" for each in here]
        lines += [f"| `{each.name}` | the same as {{py:obj}}`{one.path}` |" for each, one in elsewhere]
        for title, kind in (("Classes", "class"), ("Functions", "function"), ("Constants", "data")):
            chosen = [each for each in here if each.kind == kind]
            if chosen:
                lines += ["", f"## {title}", ""]
                lines += [line for each in chosen for line in _entry(each)]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)

    def _told(self, name):
        return summary(name.value) if name.kind != "data" else f"`{type(name.value).__name__}`"


def _link(name) -> str:
    return f"{{py:obj}}`~{name.path}`" if name.kind != "data" else f"{{py:data}}`~{name.path}`"


def _entry(name) -> list[str]:
    """Lines of MyST that describe one name."""
    directive = {"class": "autoclass", "function": "autofunction", "data": "autodata"}[name.kind]
    lines = ["```{eval-rst}", f".. {directive}:: {name.path}"]
    if name.members:
        lines += [f"   :members: {', '.join(name.members)}"]
    return [*lines, "```", "", *_controls(name)]


def _controls(name) -> list[str]:
    """Table of the controls of a widget."""
    if name.kind != "class" or not hasattr(name.value, "control_names"):
        return []
    traits = name.value.class_traits()
    rows = [
        f"| `{each}` | {traits[each].metadata['label']} | {_default(traits[each])} | {_cell(traits[each].help)} |"
        for each in name.value.control_names()
    ]
    if not rows:
        return []
    head = ["| trait | in the widget | default | what it does |", "|---|---|---|---|"]
    return [f"Controls of `{name.name}`:", "", *head, *rows, ""]


def _default(trait) -> str:
    value = trait.default()
    return "from the data" if value is None else f"`{value!r}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _check(app, env):
    """Every public name has a docstring that is whole, and a place in the reference."""
    found = public_names(app.config.reference_root)
    described = env.domains.python_domain.objects
    for path, name in found.items():
        for fault in faults(name):
            logger.warning("%s: every public name tells what it is for, and its parameters as they are called", fault)
        if path not in described:
            logger.warning(
                "the public name %s is missing from the reference: expected ```{public-names} %s``` on a page of "
                "docs/reference/api",
                path,
                name.face,
            )


def setup(app):
    """Register with Sphinx."""
    app.add_config_value("reference_root", ROOT, "env", str)
    app.add_directive("public-names", PublicNames)
    app.connect("env-updated", _check)  # also where no page has changed, but emwidgets has
    return {"parallel_read_safe": True, "parallel_write_safe": True}
