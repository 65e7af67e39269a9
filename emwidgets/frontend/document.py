"""The HTML of a page: the front ends as they are, all data in base64.

The policy in the head lets run the scripts that the page was written with and nothing else, and forbids every
connection. The title is the only word of a stranger that a parser of HTML meets; it is cleaned and escaped.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from html import escape

import emwidgets

from .widget import bundle, own_style

_LONGEST = 200  # characters of a title
_BROKEN_BY = re.compile(r"</(?:script|style)|<!--|\r|\0", re.IGNORECASE)
_EXPORT = re.compile(r"export\s*\{\s*([\w$]+)\s+as\s+default\s*\};?\s*\Z")
_DATA = re.compile(r'<script type="text/plain" data-em="(manifest|buffer)">([A-Za-z0-9+/=]*)</script>')

_TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="emwidgets {version}">
<title>{title}</title>
{styles}
</head>
<body>
<main class="em-page"><p class="em-page-wait">Unpacking. If this stays, the file is incomplete.</p></main>
<noscript><style>.em-page-wait {{ display: none }}</style>
This page shows an analysis by emwidgets, which needs JavaScript. It asks the network for nothing.</noscript>
{data}
{scripts}
</body>
</html>
"""


class Document:
    """A page without its data.

    Parameters
    ----------
    kinds : sequence of str
        Names of the bundles of its widgets.

    Raises
    ------
    FileNotFoundError, RuntimeError
        If a bundle is not there, or is not what a page can hold.
    """

    def __init__(self, kinds: Sequence[str]):
        script, style = bundle("page")
        own = own_style("page")
        styles = [style.removesuffix(own), own, *filter(None, map(own_style, kinds))]
        scripts = [script, *(_registering(kind, bundle(kind)[0]) for kind in kinds)]
        for text in (*styles, *scripts):
            if found := _BROKEN_BY.search(text):
                raise RuntimeError(
                    f"a bundle of the front end contains {found[0]!r}, which would end or change it in a page"
                )
        self._parts = {
            "policy": _policy(scripts),
            "version": emwidgets.__version__,
            "styles": "\n".join(f"<style>{text}</style>" for text in styles),
            "scripts": "\n".join(f'<script type="module">{text}</script>' for text in scripts),
        }

    @property
    def size(self) -> int:
        """Bytes of the page without data."""
        return len(self.text("", []).encode())

    def text(self, title: str, data: Sequence[bytes]) -> str:
        """HTML with a title and data, the manifest first."""
        kinds = ["manifest", *["buffer"] * (len(data) - 1)]
        blocks = [
            f'<script type="text/plain" data-em="{kind}">{base64.b64encode(each).decode()}</script>'
            for kind, each in zip(kinds, data, strict=False)
        ]
        return _TEMPLATE.format(title=escape(line(title)), data="\n".join(blocks), **self._parts)


def data_of(text: str) -> list[bytes]:
    """The data of a `Document`, the manifest first; empty if the text is no such page."""
    blocks = _DATA.findall(text)
    return [base64.b64decode(data) for _, data in blocks] if blocks and blocks[0][0] == "manifest" else []


def line(text: str) -> str:
    """Text of a stranger as one short line, never empty, of characters that can be seen.

    Control characters, marks of direction and halves of characters are left out.
    """
    visible = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    if len(visible) > _LONGEST:
        return visible[: _LONGEST - 1] + "…"
    return visible or "emwidgets"


def frame(text: str, title: str, height: int) -> str:
    """A page as part of another one: one line of HTML, which Markdown, too, leaves in one piece.

    It runs apart from what is around it: it can neither read nor change that.
    """
    source = escape(text).replace("\n", "&#10;")
    return (
        f'<iframe srcdoc="{source}" sandbox="allow-scripts allow-downloads" allow="clipboard-write" '
        f'title="{escape(line(title))}" style="width:100%;height:{height}px;border:0;resize:vertical"></iframe>'
    )


def _registering(kind, script) -> str:
    """A bundle that announces itself to the page instead of exporting."""
    registering, n = _EXPORT.subn(
        lambda found: f"globalThis.emwidgets.register({json.dumps(kind)},{found[1]});", script
    )
    if n != 1:
        raise RuntimeError(f"the bundle {kind}.js does not end in 'export{{… as default}}': a page cannot start it")
    return registering


def _policy(scripts) -> str:
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts)
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
