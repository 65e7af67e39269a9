"""Sphinx configuration: MyST Markdown pages, NumPy docstrings, the furo theme, and live pages of the widgets."""

import sys
from pathlib import Path

import emwidgets

sys.path.insert(0, str(Path(__file__).parent))  # pages.py

project = "emwidgets"
author = "The emwidgets developers"
copyright = author
release = version = emwidgets.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "pages"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

numpydoc_show_class_members = False  # autodoc lists them
autodoc_typehints = "none"  # the types stand in the signature
autodoc_member_order = "bysource"
default_role = "code"  # `name` in a docstring is code

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["emwidgets.css"]
html_title = "emwidgets"
