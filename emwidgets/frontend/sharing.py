"""What leaves a widget: its state, links, values for pages, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets

from .files import writable
from .link import Link
from .picture import write_png
from .state import restore, state_of
from .status import status_of
from .undoing import ASKED
from .wire import plain


class Sharing:
    """Ways to hand an `AnalysisWidget` on, to another widget, a file, or a reader without Python."""

    def state(self) -> dict[str, Any]:
        """What `from_state` needs to bring a widget of this kind where this one is; strict JSON."""
        return state_of(self)

    def from_state(self, state: dict[str, Any]):
        """Bring the widget where another one was, as one action that `undo` takes back.

        Parameters
        ----------
        state : dict
            From `state`, of this version or an older one; ``json.loads`` makes it of text. The data stay this
            widget's own: the state only says which those of the other one were.

        Returns
        -------
        AnalysisWidget
            This one.

        Raises
        ------
        TypeError, ValueError, TraitError
            If it is the state of another widget or of a newer version, or has something in it that cannot be;
            the widget is then as it was.
        """
        restore(self, state)
        return self

    def link(self, other: ipywidgets.Widget, trait: str, other_trait: str | None = None) -> Link:
        """Keep a trait the same in two widgets, in the browser and in Python, until one is closed.

        Parameters
        ----------
        other : Widget
            It takes over the value of this one at once.
        trait : str
            A control, "view" or "selection".
        other_trait : str, optional
            Its name in the other widget, where it is another one.

        Returns
        -------
        Link
            Whose `unlink` ends it.

        Raises
        ------
        TypeError, ValueError, TraitError
            If there is no such trait, a user cannot set it, or the other widget cannot have the value.
        """
        return Link(self, trait, other, other_trait or trait)

    @property
    def links(self) -> list[tuple[ipywidgets.Widget, str, str]]:
        """(other widget, trait, its trait) of each link that holds, whichever of the two made it."""
        ends = [link.ends if link.ends[0][0] is self else link.ends[::-1] for link in self._links]
        return [(other, trait, other_trait) for (_, trait), (other, other_trait) in ends]

    def snapshot(self, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        """Values of the public traits as the front end gets them, as they would be with other values of controls.

        Computed here and now, beside whatever else is computed; the widget stays as it is.

        Parameters
        ----------
        parameters : dict, optional
            Values of some controls, in place of their own.

        Raises
        ------
        Exception
            What `checked` or the analysis raises.
        """
        chosen = {name: self.checked(name, value) for name, value in (parameters or {}).items()}
        chosen = self.parameters() | chosen
        values = {name: getattr(self, name) for name in self.public_traits()}
        values |= plain({name: values[name] for name in self.user_traits()} | chosen)
        values |= self._worker.aside(partial(self._result_elsewhere, chosen))
        values |= {
            "code": self.code_of(chosen),
            "status": status_of("idle", result=1),
            "asked": dict.fromkeys(ASKED, 0),
        }
        return {name: self.trait_metadata(name, "to_json", self._trait_to_json)(values[name], self) for name in values}

    def save_html(self, path, sweep: Mapping[str, Iterable] | None = None, max_mb: float = 25) -> Path:
        """Write a page that shows the widget and needs no Python.

        It begins as the widget stands; where a control is swept, at the step nearest to its value.

        Parameters
        ----------
        path : path
            Of the HTML file.
        sweep : mapping, optional
            Values of the controls that can be moved in the page; with several of them every combination is computed.
        max_mb : float
            Largest size of the file; a larger one is refused before everything is computed.

        Returns
        -------
        Path
            Of the file.

        Raises
        ------
        TypeError, ValueError, RuntimeError, TraitError, OSError
            See `Page.save_html`.
        """
        from .page import Page

        return Page([self]).save_html(path, sweep, max_mb)

    def show_static(self, sweep: Mapping[str, Iterable] | None = None, max_mb: float = 25, height: int | None = None):
        """Show the page of `save_html` as the output of a cell, which stays in the saved notebook.

        Parameters
        ----------
        sweep, max_mb
            As in `save_html`.
        height : int, optional
            Of the output in px.
        """
        from .page import Page

        return Page([self]).show_static(sweep, max_mb, height)

    def save_png(self, path) -> Path:
        """Write the main picture, as `view` says it is looked at, and how it was made into the file.

        In the resolution of the data, whatever is zoomed to; drawn by Python, so that a script needs no browser.

        Parameters
        ----------
        path : path
            Of the PNG file; ``.png`` is added to a name that does not end in it.

        Returns
        -------
        Path
            Of the file. The text chunks Title, Software, Source (digest of the data), Creation Time and Comment (all
            of the provenance and the code, as JSON) say how it was made.

        Raises
        ------
        FileNotFoundError, IsADirectoryError, PermissionError
            If there is no folder to write into; before anything is computed.
        """
        path = writable(path, ".png")
        result = self._answered()
        write_png(path, self.picture(result), self.made(result), self.to_code())
        return path
