"""The HTML of a page: nothing but what it is made of, and nothing that a stranger's text can do to it."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from nbconvert import HTMLExporter
from nbformat import v4 as nbformat

import emwidgets
from emwidgets.frontend import document
from emwidgets.frontend.page import Page, read
from emwidgets.frontend.widget import bundle, own_style

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!-- <script>",
    "\"onload='alert(1)' `&amp;",
    "\u202egnp.exe\u2066\u200f\u2028",
    "stranger " * 1200,
    "\ud800 half a character",
    "nul \0 and \x1b[2J",
    "{policy} {0} %s $& \\1",
]


@pytest.fixture(autouse=True)
def _with_a_front_end(smoother, monkeypatch):
    own_class = next(each for each in type(smoother).__mro__ if "analyse" in vars(each))
    monkeypatch.setattr(own_class, "front_end", "domains", raising=False)


class Elements(HTMLParser):
    """Elements of a page: name, attributes and the text within."""

    def __init__(self, text):
        super().__init__()
        self.all = []
        self.within = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.within = []
        self.all.append((tag, dict(attrs), self.within))

    def handle_data(self, data):
        if self.within is not None:
            self.within.append(data)

    def handle_endtag(self, tag):
        self.within = None

    def of(self, tag):
        return [(attributes, "".join(text)) for name, attributes, text in self.all if name == tag]

    @property
    def tags(self):
        return [name for name, _, _ in self.all]


def titled(smoother, title):
    smoother.provenance = {"title": title}
    return smoother


# what it is made of


def test_a_page_has_nothing_but_what_it_is_made_of(smoother):
    elements = Elements(Page([smoother]).html({"sigma": [1, 2]}))
    fixed = ["html", "head", *["meta"] * 5, "title", *["style"] * 3, "body", "main", "p", "noscript", "style"]
    assert elements.tags == fixed + ["script"] * 5  # manifest, two images, the page's script, the widget's
    assert elements.of("main") == [({"class": "em-page"}, "")]
    assert elements.of("meta")[0][0] == {"charset": "utf-8"}
    assert {"name": "generator", "content": f"emwidgets {emwidgets.__version__}"} in [
        each for each, _ in elements.of("meta")
    ]
    *styles, without_scripts = [text for _, text in elements.of("style")]
    assert without_scripts == ".em-page-wait { display: none }"
    own = own_style("domains")
    assert styles == [bundle("domains")[1].removesuffix(own), own_style("page"), own]
    kinds = [attributes.get("data-em") for attributes, _ in elements.of("script")]
    assert kinds == ["manifest", "buffer", "buffer", None, None]


def test_only_the_scripts_of_the_page_may_run_and_nothing_may_connect(smoother):
    elements = Elements(Page([smoother]).html())
    policy = next(each["content"] for each, _ in elements.of("meta") if "http-equiv" in each)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    scripts = [text for attributes, text in elements.of("script") if attributes["type"] == "module"]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert rules == {
        "default-src": "'none'",
        "script-src": " ".join(f"'sha256-{each}'" for each in hashes),
        "style-src": "'unsafe-inline'",
        "img-src": "data: blob:",
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_bundle_registers_instead_of_exporting(smoother):
    *_, (_, page_script), (_, script) = Elements(Page([smoother]).html()).of("script")
    assert page_script == bundle("page")[0]
    exported = re.search(r"export\{(\S+) as default\};\s*$", bundle("domains")[0])
    assert (
        script == bundle("domains")[0][: exported.start()] + f'globalThis.emwidgets.register("domains",{exported[1]});'
    )


# text of strangers


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_stranger_is_html(smoother, tmp_path, monkeypatch, text):
    state = titled(smoother, text).snapshot()
    table = {"columns": [{"name": text, "label": text, "help": text}], "rows": 2, "data": {text: [text, text[::-1]]}}
    strange = {"provenance": {"title": text, "parameters": {f"${text}": text}}, "table": table, "view": {"$": text}}
    monkeypatch.setattr(smoother, "snapshot", lambda parameters: state | strange)
    path = Page([smoother]).save_html(tmp_path / "page.html")

    html = path.read_text(encoding="utf-8")
    harmless = Elements(Page([titled(smoother, "harmless")]).html()).tags
    assert Elements(html).tags == harmless
    body = html.split("</title>", 1)[1]
    assert text not in body
    assert "alert(1)" not in body
    assert not set("\0\x1b\u202e\u2066\u200f\u2028") & set(html)
    shown = Elements(html).of("title")[0][1]
    assert 0 < len(shown) <= 200
    assert shown == document.line(text)

    contents = read(path)
    assert contents["title"] == text
    assert {name: contents["widgets"][0]["state"][name] for name in strange} == strange


def test_a_title_is_one_line_of_what_can_be_seen():
    assert document.line("  Gold\n\u202eon \t carbon\0 ") == "Gold on carbon"
    assert document.line("é 金 𝛼 Ω") == "é 金 𝛼 Ω"
    assert document.line("x" * 500) == "x" * 199 + "…"


def test_a_page_without_a_title_has_one(smoother):
    assert Elements(Page([titled(smoother, "\u202e")]).html()).of("title")[0][1] != ""
    assert Elements(Page([titled(smoother, "")]).html()).of("title")[0][1] == "emwidgets"


@pytest.mark.parametrize("evil", ["a='</script >'", "a='</SCRIPT>'", "a='<!--'", "a='</style>'", "a\r\nb", "a='\0'"])
def test_a_bundle_that_a_parser_would_change_is_refused(smoother, monkeypatch, evil):
    monkeypatch.setattr(document, "bundle", lambda name: (f"{evil};export{{a as default}};", ""))
    with pytest.raises(RuntimeError, match="a bundle of the front end contains"):
        Page([smoother]).html()
    assert smoother.begun == []


def test_a_bundle_without_its_export_is_refused(smoother, monkeypatch):
    monkeypatch.setattr(document, "bundle", lambda name: ("let a;export default a;", ""))
    with pytest.raises(RuntimeError, match=r"domains\.js does not end in 'export"):
        Page([smoother]).html()


# as the output of a cell


@pytest.fixture
def displayed(monkeypatch):
    """Mimebundles of what was displayed."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda each: shown.append(each._repr_mimebundle_()))
    return shown


def test_the_output_is_the_page_in_a_frame_that_cannot_reach_out(smoother, displayed):
    page = Page([titled(smoother, 'Gold " <b>')])
    page.show_static({"sigma": [1, 2]}, height=500)
    [bundle_] = displayed
    elements = Elements(bundle_["text/html"])
    assert elements.tags == ["iframe", "p", "small"]
    [(frame, _)] = elements.of("iframe")
    assert frame["sandbox"] == "allow-scripts allow-downloads"
    assert frame["allow"] == "clipboard-write"
    assert frame["title"] == 'Gold " <b>'
    assert frame["style"] == "width:100%;height:500px;border:0;resize:vertical"
    undated = re.compile(r'data-em="manifest">[^<]*<')
    assert undated.sub("", frame["srcdoc"]) == undated.sub("", page.html({"sigma": [1, 2]}))
    assert "trust" in elements.of("small")[0][1].lower()
    assert bundle_["text/plain"].startswith("Page of emwidgets: Gold")


def test_the_output_is_one_line_so_that_markdown_leaves_it_whole(smoother, displayed):
    Page([smoother]).show_static()
    assert "\n" not in displayed[0]["text/html"]


def test_the_output_outlives_nbconvert(smoother, displayed):
    Page([smoother]).show_static()
    output = nbformat.new_output("display_data", displayed[0])
    notebook = nbformat.new_notebook(cells=[nbformat.new_code_cell("show_static()", outputs=[output])])
    text, _ = HTMLExporter().from_notebook_node(notebook)
    [(frame, _)] = Elements(text).of("iframe")
    [(before, _)] = Elements(displayed[0]["text/html"]).of("iframe")
    assert frame["srcdoc"] == before["srcdoc"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_stranger_leaves_the_frame(smoother, displayed, text):
    Page([titled(smoother, text)]).show_static()
    assert Elements(displayed[0]["text/html"]).tags == ["iframe", "p", "small"]
    assert not set("\0\x1b\u202e\u2066\u200f\u2028") & set(displayed[0]["text/html"] + displayed[0]["text/plain"])


def test_a_script_prints_one_line(smoother, capsys):
    Page([titled(smoother, "Gold")]).show_static()
    assert capsys.readouterr().out.strip().startswith("Page of emwidgets: Gold (0.")


def test_a_height_that_is_none_is_refused(smoother):
    for height in (0, -3):
        with pytest.raises(ValueError, match=f"height is {height}: expected px"):
            Page([smoother]).show_static(height=height)
    assert smoother.begun == []
