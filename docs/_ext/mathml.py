"""Formulas as MathML, made by docutils while the documentation is built.

Every current browser draws MathML itself: no script, no fonts, no network, and a formula can be copied as text.
"""

import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

logger = logging.getLogger(__name__)
# docutils does not know the sizes of brackets by hand; in MathML they grow by themselves
_SIZES = re.compile(r"\\[bB]igg?[lrm]?(?![A-Za-z])")
_SHORT = re.compile(r"\\[dt]?frac\s*(\d)\s*(\d)")  # \tfrac12 is \frac{1}{2}


def mathml(formula: str, as_block: bool = False) -> str:
    """MathML of a formula in LaTeX; raises MathError for what docutils does not know."""
    plain = _SHORT.sub(r"\\frac{\1}{\2}", _SIZES.sub("", formula))
    return tex2mathml(plain, as_block=as_block)


def _write(translator, node, as_block):
    try:
        translator.body.append(mathml(node.astext(), as_block))
    except MathError as error:
        logger.warning("the formula %r cannot be drawn: %s", node.astext(), error, location=node)
    raise nodes.SkipNode


def setup(app):
    """Register with Sphinx."""
    app.add_html_math_renderer(
        "mathml",
        (lambda translator, node: _write(translator, node, False), None),
        (lambda translator, node: _write(translator, node, True), None),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
