"""The documentation builds, and what would leave a reader stranded fails the build."""

import re
from pathlib import Path
from urllib.parse import urlsplit


def test_the_documentation_builds_without_a_warning(built_documentation):
    assert built_documentation.returncode == 0, built_documentation.log[-3000:]


def test_every_page_can_be_reached_from_the_first(built_documentation):
    site = built_documentation.site
    reached, coming = set(), [site / "index.html"]
    while coming:
        page = coming.pop()
        if page in reached or not page.is_file():
            continue
        reached.add(page)
        links = re.findall(r'href="([^"#:]+\.html)', page.read_text(encoding="utf-8"))
        coming += [(page.parent / link).resolve() for link in links]
    written = {page for page in site.rglob("*.html") if page.relative_to(site).parts[0] not in ("pages", "_static")}
    assert written - reached == set()


def test_no_page_has_a_script_a_style_or_a_picture_from_another_host(built_documentation):
    pages = list(built_documentation.site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for tag in re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", text):
            address = re.search(r'(?:src|href)="([^"]*)"', tag)
            outside = address and urlsplit(address[1]).netloc
            assert not outside or 'rel="canonical"' in tag, f"{page.name}: {tag}"


def test_no_style_sheet_or_script_of_the_theme_asks_for_another(built_documentation):
    for file in built_documentation.site.glob("_static/**/*.css"):
        assert not re.search(r"""(url\(\s*["']?|@import\s+["'])https?:""", file.read_text(encoding="utf-8")), file.name
    text = (built_documentation.site / "particles.html").read_text(encoding="utf-8")
    assert "<math" in text  # formulas are there,
    assert not re.search(r"<script[^>]*mathjax", text, re.IGNORECASE)  # and no script that would fetch its fonts


BROKEN = {
    "[gone](gone.md)": "gone.md",
    "[gone](names.md#nowhere)": "nowhere",
    "{py:func}`little.gone`": "little.gone",
    '<a href="gone.html">gone</a>': "leads to gone.html",
    "![gone](gone.png)": "gone.png",
    "[odd](https://no_host/)": "no_host",
    '<img src="https://example.org/counter.gif">': "loads https://example.org/counter.gif from another host",
    "$\\nonsense$": "nonsense",
}


def test_what_leads_nowhere_fails_and_is_named(little):
    little.write("install.md", "# Installing\n\n" + "\n\n".join(BROKEN))
    little.write("lost.md", "# In no table of contents")
    status, said = little.build()
    assert status != 0
    for page, names in BROKEN.items():
        assert re.search(f"WARNING.*{re.escape(names)}", said), page
    assert re.search(r"lost\.md.*WARNING", said)


def test_links_are_checked_as_a_browser_finds_them(from_docs, tmp_path):
    built = from_docs("built")
    (tmp_path / "deep").mkdir()
    (tmp_path / "index.html").write_text('<h1 id="top"></h1><a href="deep/">1</a><a href="#top">2</a>')
    (tmp_path / "deep/index.html").write_text('<a href="../index.html#top">1</a><a href="mailto:a@b.c">2</a>')
    (tmp_path / "x.css").write_text("a { background: url(data:image/png;base64,AA) }")
    assert list(built.faults(tmp_path)) == []
    (tmp_path / "deep/index.html").write_text('<a href="../index.html#bottom">1</a><a href="../../out.html">2</a>')
    (tmp_path / "x.css").write_text("@import 'https://fonts.example.org/a.css'; a { background: url(//b.org/c.png) }")
    said = "\n".join(built.faults(tmp_path))
    assert "no such place" in said
    assert "out.html" in said
    assert said.count("another host") == 2


def test_formulas_become_mathml(from_docs):
    mathml = from_docs("mathml").mathml
    assert "<mfrac>" in mathml(r"\frac{d}{n_z}", True)
    assert mathml(r"\max\Big(0, t\Big)") == mathml(r"\max(0, t)")


def test_the_folder_of_the_site_is_no_part_of_the_repository():
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text().splitlines()
    assert {"/docs/_build/", "/docs/tutorials/*.ipynb"} <= set(ignored)
