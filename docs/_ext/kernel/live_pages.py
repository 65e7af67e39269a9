"""Run by IPython before a tutorial of the documentation: a widget that is displayed becomes a page of itself.

The documentation has no kernel; a page moves without one. What users see in Jupyter is left as it is: this file is in
no IPython profile but that of the build.
"""

import numpy as np
from IPython import get_ipython
from IPython.utils.capture import capture_output

MAX_MB = 12
#: Height of a page in px, by the front end of the widget; 760 of a front end that is not here.
HEIGHTS = {"domains": 820, "classifier": 900, "playground": 1250, "comparer": 900}


def sweep_of(widget) -> dict:
    """Steps of the controls that a reader most wants to move, of those that the widget has for its data."""
    frames = int(widget.controls.get("frame", {}).get("max", 0)) + 1
    steps = {
        "domains": {"threshold": np.linspace(0.1, 0.9, 9)},
        "classifier": {"frame": range(min(frames, 64))} if frames > 1 else {"certainty": [0.5, 0.6, 0.7, 0.8, 0.9]},
        "playground": {"dose": [300, 1000, 3000, 10_000, 30_000, 100_000], "turn": [0, 15, 45, 90]},
        "comparer": {"strength": [0, 0.5, 1, 1.5]},
    }.get(widget.front_end, {})
    if widget.front_end == "comparer" and widget.blur:  # every widget of ipywidgets has a method `blur`
        steps = {"blur_sigma": [1.0, 2.5, 4.0, 6.0]}
    return {name: values for name, values in steps.items() if name in widget.controls}


def shown(widget) -> dict:
    """The page of one widget as it stands, in place of its view."""
    return _page([widget])


def several(box) -> dict:
    """The page of all widgets of emwidgets in a box of ipywidgets, from top to bottom."""
    inside = list(_within(box))
    if not inside:
        raise TypeError(f"{type(box).__name__} holds no widget of emwidgets: the documentation cannot show it")
    return _page(inside)


def _page(widgets) -> dict:
    from emwidgets.frontend.document import frame
    from emwidgets.frontend.page import Page

    for widget in widgets:
        widget.result  # noqa: B018 - `controls` has the ranges of the data once there is a result
    with capture_output():  # the progress bar
        text = Page(widgets).html([sweep_of(widget) or None for widget in widgets], MAX_MB)
    title = " · ".join(widget.provenance.get("title") or type(widget).__name__ for widget in widgets)
    height = sum(HEIGHTS.get(widget.front_end, 760) for widget in widgets)
    return {"text/html": frame(text, title, height), "text/plain": f"Page of emwidgets: {title}"}


def _within(box):
    for child in box.children:
        if hasattr(child, "front_end"):
            yield child
        elif hasattr(child, "children"):
            yield from _within(child)


formatter = get_ipython().display_formatter.mimebundle_formatter
formatter.for_type_by_name("emwidgets.frontend.widget", "AnalysisWidget", shown)
formatter.for_type_by_name("ipywidgets.widgets.widget_box", "Box", several)
