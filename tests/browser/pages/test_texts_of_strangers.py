"""Titles, quantities and units come from files of strangers: a page shows them as text, or not at all."""

import pytest
from playwright.sync_api import expect

import emwidgets as emw

SCRIPT = "<script>window.hacked=1</script>"
TEXTS = {
    "handler": "<img src=x onerror=window.hacked=1>",
    "end of the script": f"</script>{SCRIPT}",
    "end of the attribute": f"\"'></title></style></iframe>{SCRIPT}",
    "comment": f"<!--{SCRIPT}",
    "double escape": f"<!--<script></script>{SCRIPT}",
    "template": "${window.hacked=1} {{constructor.constructor('window.hacked=1')()}}",
    "from right to left": "gold\u202egnp.exe\u2066\u200f",
    "long": "<b>x</b> " * 1250,
    "control characters": "a\0b\x1b[31m\r\nc\ud800",
}


@pytest.fixture(scope="module", params=list(TEXTS))
def text(request):
    return TEXTS[request.param]


@pytest.fixture(scope="module")
def signal(text):
    """A quick image with a text in all places that a reader sees."""
    signal = emw.examples.cdte_twin().isig[:128, :128]
    signal.metadata.General.title = text
    signal.metadata.set_item("Signal.quantity", text)
    for axis in signal.axes_manager.signal_axes:
        axis.name = axis.units = text
    return signal


@pytest.fixture(scope="module")
def explorer(signal):
    explorer = emw.DomainExplorer(signal, pixel_size=0.02)
    yield explorer
    explorer.close()


def harmless(page, frame=None):
    """Nothing of a text has run, nor become an element."""
    where = frame or page
    assert where.locator("html").evaluate("() => window.hacked") is None
    assert where.locator("main").locator("img, iframe, script, style, b").count() == 0


def test_in_a_page(text, explorer, reader, exported, tmp_path):
    root = reader.open(explorer.save_html(tmp_path / "page.html", sweep={"threshold": [0.2, 0.8]}))
    page = reader.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown = root.locator(".em-title").evaluate("title => title.textContent")
    assert "".join(shown.split())[:40] == "".join(explorer.provenance["title"].split())[:40]
    assert root.locator(".em-title").evaluate("title => getComputedStyle(title).unicodeBidi") in (
        "isolate",
        "plaintext",
    )
    title = page.title()
    assert 0 < len(title) <= 200
    assert title.isprintable()
    box = root.locator("[data-stage=image]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    expect(root.locator("[data-stage=image]")).to_contain_text("px")
    page.locator(".em-page-about summary").click()
    expect(page.locator("[data-about=title]")).to_be_visible()
    harmless(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    path = exported(root, "csv-domains")
    assert path.name.endswith("domains.csv")
    assert len(path.name) < 100
    assert not set(path.name) & set("<>/\\:\"'`$\u202e")


def test_in_the_output_of_a_cell(explorer, reader, tmp_path, monkeypatch):
    """The text stands in the attribute of a frame, there, which is one more way to break out."""
    outputs = []
    monkeypatch.setattr("IPython.display.display", outputs.append)
    explorer.show_static(sweep={"threshold": [0.2, 0.8]})
    path = tmp_path / "notebook.html"
    html = outputs[0]._repr_mimebundle_()["text/html"]
    path.write_text(f"<!doctype html><meta charset=utf-8><main>{html}</main>", encoding="utf-8")
    reader.page.goto(path.as_uri())
    assert reader.page.locator("main > *").count() == 2
    frame = reader.page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_attribute("data-em-page", "ready")
    harmless(reader.page, frame)
    assert reader.page.evaluate("window.hacked") is None
