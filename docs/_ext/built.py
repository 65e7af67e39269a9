"""What a built site must keep to: every link within it leads somewhere, and nothing is fetched from another host.

Sphinx checks the links that it makes itself. This looks at the pages as a browser gets them, HTML in Markdown, frames
and what extensions add among it.
"""

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.util import logging

logger = logging.getLogger(__name__)

#: Attributes whose address a browser loads by itself.
_LOADED = {"audio", "embed", "iframe", "img", "input", "script", "source", "track", "video"}
_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest", "apple-touch-icon", "shortcut"}
_IN_STYLE = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])([^"')]+)""")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?", re.IGNORECASE)
#: Frames load these by themselves; what they hold is checked by their own policy and by tests of the pages.
_APART = "pages"


class Page(HTMLParser):
    """Addresses of a page: those that are loaded, those that are links, and the places that a link can name."""

    def __init__(self, text: str):
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self._in_style = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.places |= {found[name] for name in ("id", "name") if found.get(name)}
        self._in_style = tag == "style"
        self.loaded += _IN_STYLE.findall(found.get("style") or "")
        if tag in _LOADED and found.get("src"):
            self.loaded.append(found["src"])
        for source in (found.get("srcset") or "").split(","):
            self.loaded += source.split()[:1]
        if tag == "link" and found.get("href"):
            (self.loaded if set((found.get("rel") or "").split()) & _LINKS else self.links).append(found["href"])
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])

    def handle_endtag(self, tag):
        self._in_style = False

    def handle_data(self, data):
        if self._in_style:
            self.loaded += _IN_STYLE.findall(data)


def faults(site: Path, gone: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with the pages and style sheets of a site, one sentence each.

    Parameters
    ----------
    site : Path
        Absolute.
    gone : collection of str
        Pages that an earlier build left in the folder, such as "old/name.html"; nothing may lead to them.
    """
    read = {
        file: Page(file.read_text(encoding="utf-8"))
        for file in sorted(site.rglob("*.html"))
        if file.relative_to(site).parts[0] not in (_APART, "_static") and file.relative_to(site).as_posix() not in gone
    }
    for file, page in read.items():
        name = file.relative_to(site).as_posix()
        yield from (f"{name} loads {each} from another host" for each in page.loaded if _is_outside(each))
        for address in dict.fromkeys([*page.loaded, *page.links]):
            if said := _wrong(address, file, read, site, gone):
                yield f"{name} {said}"
    for sheet in sorted(site.rglob("*.css")):
        for address in _IN_STYLE.findall(sheet.read_text(encoding="utf-8")):
            if _is_outside(address):
                yield f"{sheet.relative_to(site).as_posix()} loads {address} from another host"


def _is_outside(address: str) -> bool:
    parts = urlsplit(address.strip())
    return bool(parts.netloc) or parts.scheme in ("http", "https", "ftp", "ws", "wss")


def _wrong(address, file, read, site, gone) -> str:
    """What is wrong with an address; "" if nothing is."""
    parts = urlsplit(address.strip())
    if parts.scheme in ("http", "https"):
        return "" if _HOST.fullmatch(parts.netloc) and " " not in address else f"has the malformed address {address}"
    if parts.scheme:
        return "" if parts.scheme in ("mailto", "data", "blob") else f"has an address of unknown kind, {address}"
    target = file if not parts.path else (file.parent / unquote(parts.path)).resolve()
    if target.is_dir():
        target /= "index.html"
    if not target.is_file() or not target.is_relative_to(site) or target.relative_to(site).as_posix() in gone:
        return f"leads to {address}, which is not there"
    place = unquote(parts.fragment)
    if place and target in read and place not in read[target].places:
        return f"leads to {address}, where there is no such place"
    return ""


def _check(app, error):
    if error is None and app.builder.name == "html":
        site = Path(app.outdir).resolve()
        now = {f"{name}.html" for name in (*app.env.found_docs, "genindex", "search", "py-modindex", "index")}
        now -= {"py-modindex.html"} if not app.env.domains.python_domain.modules else set()
        gone = {page.relative_to(site).as_posix() for page in site.rglob("*.html")} - now
        for fault in faults(site, {name for name in gone if not name.startswith(("pages/", "_static/"))}):
            logger.warning("the built site: %s", fault, type="emwidgets", subtype="built")


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", _check, priority=900)  # after all that is copied then
    return {"parallel_read_safe": True, "parallel_write_safe": True}
