"""Sphinx configuration: MyST pages and notebooks, NumPy docstrings, live pages of the widgets; nothing from a network.

``_ext`` holds what is our own: each module there says in its first lines what it does.
"""

import sys
from pathlib import Path

import emwidgets

sys.path[:0] = [str(Path(__file__).parent / "_ext"), str(Path(__file__).parent)]  # the latter: pages.py

project = "emwidgets"
author = "The emwidgets developers"
copyright = author
release = version = emwidgets.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "pages",  # live figures
    "tutorials",  # notebooks, executed
    "reference",  # all public names, or the build fails
    "cards",  # of the shipped networks
    "mathml",  # formulas without a script
    "built",  # no dead link, no other host
]
exclude_patterns = ["_build", "_ext"]
nitpicky = True  # a reference that leads nowhere is an error, as the build is run with -W

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "attrs_inline"]
myst_heading_anchors = 3
html_math_renderer = "mathml"

nb_execution_mode = "off"  # tutorials.py executes: it knows when emwidgets itself has changed, and makes the pages
nb_merge_streams = True

numpydoc_show_class_members = False  # autodoc lists them
autodoc_typehints = "none"  # the types stand in the signature
autodoc_member_order = "bysource"
default_role = "code"  # `name` in a docstring is code

html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["emwidgets.css"]
html_title = "emwidgets"
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {"index": []}
html_theme_options = {
    "logo": {"text": "emwidgets"},
    "header_links_before_dropdown": 8,
    "navbar_align": "left",
    "navigation_with_keys": False,  # the arrow keys belong to the widgets
    "show_prev_next": True,
    "show_toc_level": 2,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
