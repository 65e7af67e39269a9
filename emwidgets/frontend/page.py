"""Pages: widgets in one HTML file that asks the network for nothing and needs no kernel.

A page holds the front ends of its widgets, their state, and what the analysis gave for each step of a sweep;
``src/page.ts`` puts the widgets up from it.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from numbers import Real
from pathlib import Path

import emwidgets

from .codecs import gzipped
from .document import Document, data_of, frame, line
from .files import replace, writable
from .packing import Packer, Unpacker, to_json
from .state import accepted
from .sweep import Replay, check_size, compute

FORMAT = 1
_HEIGHT = 760  # px of a page in a notebook
_HINT = "If no widget of emwidgets is to be seen above, the notebook is not trusted yet: choose Trust Notebook."


class Page:
    """Several widgets on one page, which may be linked.

    Parameters
    ----------
    widgets : sequence of AnalysisWidget
        From top to bottom.
    links : sequence of tuple
        ``(widget, other, "trait")``, or ``(widget, "trait", other, "other_trait")`` where the names differ: traits
        that follow each other on the page. What `AnalysisWidget.link` has linked is linked on the page, too.

    Raises
    ------
    TypeError, ValueError
        If there is no widget, one is none or comes twice, or a link joins what is not on the page.
    """

    def __init__(self, widgets: Sequence, links: Sequence[tuple] = ()):
        if not isinstance(widgets, list | tuple):
            raise TypeError(f"a page of {type(widgets).__name__}: expected a list of widgets")
        if not widgets:
            raise ValueError("a page of no widgets: expected at least one")
        for i, widget in enumerate(widgets):
            if isinstance(widget, type) or not hasattr(widget, "front_end"):
                raise TypeError(f"a page of {widget!r}: expected widgets of emwidgets, made of data")
            if any(widget is other for other in widgets[:i]):
                raise ValueError(f"{type(widget).__name__} comes twice: a page shows each widget once")
        self.widgets = tuple(widgets)
        self._links = [self._place(link) for link in links]

    def __repr__(self):
        return f"Page([{', '.join(type(widget).__name__ for widget in self.widgets)}])"

    @property
    def links(self) -> list[list]:
        """Number of a widget, its trait, number of another one and its trait, for each link."""
        made = [
            self._place((widget, trait, other, other_trait))
            for widget in self.widgets
            for other, trait, other_trait in widget.links
            if any(other is each for each in self.widgets)
        ]
        return list({frozenset([(a, x), (b, y)]): [a, x, b, y] for a, x, b, y in [*self._links, *made]}.values())

    def html(self, sweep=None, max_mb: float = 25) -> str:
        """Text of the page.

        Parameters
        ----------
        sweep : mapping of control to values, optional
            Controls that can be moved on the page, through these values and no others: each is given to the real
            analysis now, numbers rounded to 12 digits. Several controls give all combinations. For several widgets a
            list of such mappings, with None for a widget whose controls stand still.
        max_mb : float
            Largest size of the page, in 10⁶ bytes.

        Raises
        ------
        TypeError, ValueError, TraitError
            If a sweep names no control, or a value that it cannot have; if linked controls differ in their steps; or
            if the page would be larger than `max_mb`, which is predicted from a few steps before the others are
            computed.
        RuntimeError
            If the analysis fails at a step.
        """
        return self._written(sweep, max_mb)[0]

    def save_html(self, path, sweep=None, max_mb: float = 25) -> Path:
        """Write the page into a file, whole or not at all.

        Parameters
        ----------
        path : str or Path
            Of the file; ``.html`` is added to a name that ends in neither that nor ``.htm``. A file that is there is
            replaced.
        sweep, max_mb
            See `html`.

        Returns
        -------
        Path
            Of the file written.

        Raises
        ------
        FileNotFoundError, IsADirectoryError, PermissionError
            If there is no folder to write into; before anything is computed.
        """
        path = writable(path, ".html", ".htm")
        replace(path, self.html(sweep, max_mb).encode())
        return path

    def show_static(self, sweep=None, max_mb: float = 25, height: int | None = None) -> None:
        """Show the page as an output that stays in the notebook, in what nbconvert makes of it and on web sites.

        Parameters
        ----------
        sweep, max_mb
            See `html`.
        height : int, optional
            In px; the reader can pull the lower edge.
        """
        from IPython.display import display

        if height is not None and not height > 0:
            raise ValueError(f"height is {height}: expected px")
        display(_Output(*self._written(sweep, max_mb), int(height or _HEIGHT)))

    def _written(self, sweep, max_mb) -> tuple[str, str]:
        """Text of the page, and its title."""
        if not (isinstance(max_mb, Real) and max_mb > 0):
            raise ValueError(f"max_mb is {max_mb!r}: expected a size in 10⁶ bytes")
        packer = Packer()
        replays = [Replay(*each, packer) for each in zip(self.widgets, self._sweeps(sweep), strict=True)]
        self._check_linked(replays)
        document = Document(list(dict.fromkeys(widget.front_end for widget in self.widgets)))
        compute(replays, packer, document.size, max_mb)
        title = " · ".join(dict.fromkeys(replay.title for replay in replays if replay.title))
        manifest = {
            "format": FORMAT,
            "version": emwidgets.__version__,
            "title": title,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "pool": packer.pool,
            "buffers": packer.buffers,
            "widgets": [replay.entry() for replay in replays],
            "links": self.links,
        }
        text = document.text(title, [gzipped(to_json(manifest).encode()), *packer.stored])
        check_size(len(text.encode()), max_mb, "has {}")
        return text, title

    def _place(self, link) -> list:
        """Numbers in place of widgets."""
        match link:
            case (widget, str(trait), other, str(other_trait)):
                pass
            case (widget, other, str(trait)):
                other_trait = trait
            case _:
                raise TypeError(
                    f"a link is {link!r}: expected (widget, other, 'trait') or (widget, 'trait', other, 'other_trait')"
                )
        ends = []
        for each, name in ((widget, trait), (other, other_trait)):
            place = next((i for i, known in enumerate(self.widgets) if known is each), None)
            if place is None:
                raise ValueError(f"a link of {name} joins a {type(each).__name__} that is not on the page")
            if name not in each.user_traits():
                raise ValueError(f"{type(each).__name__} has no {name} to link; it has {', '.join(each.user_traits())}")
            ends += [place, name]
        if ends[:2] == ends[2:]:
            raise ValueError(f"'{trait}' cannot be linked to itself: name another widget or another trait")
        accepted(other, other_trait, getattr(widget, trait))  # or a TraitError
        return ends

    def _check_linked(self, replays) -> None:
        """Raise unless linked controls have the same steps: they could not be equal, else."""
        for first, trait, second, other_trait in self.links:
            both = [replays[first].swept(trait), replays[second].swept(other_trait)]
            if both[0] != both[1]:
                names = trait if trait == other_trait else f"{trait} and {other_trait}"
                raise ValueError(
                    f"{names} of two widgets of the page are linked, and their steps differ ({_few(both[0])} and "
                    f"{_few(both[1])}): sweep both through the same values, or neither"
                )

    def _sweeps(self, sweep) -> list:
        """One for each widget."""
        if sweep is None:
            return [None] * len(self.widgets)
        if isinstance(sweep, Mapping) and len(self.widgets) == 1:
            return [sweep]
        if not isinstance(sweep, list | tuple) or len(sweep) != len(self.widgets):
            raise TypeError(
                f"the sweep of a page of {len(self.widgets)} widgets is {sweep!r}: expected a list with a mapping of "
                "controls to values for each widget, or None"
            )
        return list(sweep)


def page(widgets: Sequence, links: Sequence[tuple] = ()) -> Page:
    """Put several widgets on one page that needs no kernel.

    Parameters
    ----------
    widgets, links
        See `Page`.

    Returns
    -------
    Page
        With `save_html` and `show_static`, as a widget has them, and `html`, its text.

    Examples
    --------
    >>> import emwidgets as emw
    >>> explorer = emw.DomainExplorer(emw.examples.cdte_twin())
    >>> strict = emw.DomainExplorer(emw.examples.cdte_twin(), threshold=0.9)
    >>> side_by_side = emw.page([explorer, strict], links=[(explorer, strict, "view")])
    >>> side_by_side.save_html("twin.html", sweep=[{"threshold": [0.3, 0.5, 0.7]}, None])  # doctest: +SKIP
    """
    return Page(widgets, links)


def read(path) -> dict:
    """Values in a page, to compute with them or to check them.

    Parameters
    ----------
    path : str or Path
        Of a file that `Page.save_html` wrote.

    Returns
    -------
    dict
        title, version, written, links, and widgets: kind, state (values of the traits as the page begins) and sweep of
        each (names, values, and in steps the traits that differ, the last control running fastest). An array is a
        read-only buffer with its dtype and shape beside it, as `emwidgets.frontend.wire` has it.

    Raises
    ------
    ValueError
        If it is no page, a damaged one, or one of a format that this version does not know.
    """
    path = Path(path)
    data = data_of(path.read_text(encoding="utf-8", errors="replace"))
    if not data:
        raise ValueError(f"'{path.name}' is no page of emwidgets: it has no manifest")
    try:
        manifest = json.loads(gzip.decompress(data[0]))
        version = manifest["version"] if manifest["format"] != FORMAT else None
        if version is None:
            return _unpacked(manifest, data[1:])
    except (LookupError, TypeError, ValueError, OSError, EOFError, zlib.error) as error:
        raise ValueError(f"'{path.name}' is a damaged page: {error}; write or fetch it again") from error
    raise ValueError(
        f"'{path.name}' is a page of format {manifest['format']}, written by emwidgets {version}: "
        f"this version reads format {FORMAT}"
    )


def _unpacked(manifest, buffers) -> dict:
    value = Unpacker(manifest.pop("pool"), manifest.pop("buffers"), buffers).value
    for widget in manifest["widgets"]:
        widget["state"] = value(widget["state"])
        if widget["sweep"]:
            widget["sweep"]["steps"] = value(widget["sweep"]["steps"])
    return manifest


def _few(values) -> str:
    if values is None:
        return "none"
    return ", ".join(map(str, values[:3])) + (", …" if len(values) > 3 else "")


class _Output:
    """A page as the output of a cell."""

    def __init__(self, text, title, height):
        self._html = f"{frame(text, title, height)}<p><small>{_HINT}</small></p>"
        self._text = f"Page of emwidgets: {line(title)} ({len(text) / 1e6:.1f} MB)"

    def __repr__(self):
        return self._text

    def _repr_mimebundle_(self, **kwargs):
        return {"text/html": self._html, "text/plain": self._text}
