"""The code on the pages of the documentation that are written by hand runs, and prints what the page says it prints.

A block of ``python`` runs in the order of its page, all of one page in one namespace and in an empty folder; a block of
``text`` right behind it is what it prints. One that needs what only the reader has stands under a comment of Markdown,
``% not run: …``, which says what that is.
"""

import contextlib
import doctest
import io
import re
from pathlib import Path
from typing import NamedTuple

import hyperspy.api  # noqa: F401 - it logs to what is standard output when it is imported, which a page must not print
import pytest

DOCS = Path(__file__).parents[2] / "docs"
SLOW = {"own-networks"}  # they train a network in Keras
ALONE = [DOCS / "extending.md", DOCS / "troubleshooting.md"]
PAGES = sorted([*DOCS.glob("how-to/*.md"), *DOCS.glob("concepts/*.md"), *ALONE])
FENCE = re.compile(
    r"^(?P<why>% not run: [^\n]+\n)?```python\n(?P<code>.*?)^```\n(?:```text\n(?P<printed>.*?)^```$)?", re.M | re.S
)
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    line: int
    why: str
    code: str
    printed: str | None


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, found.start("code")), found["why"] or "", found["code"], found["printed"])
        for found in FENCE.finditer(text)
    ]


def parameters() -> list:
    return [
        pytest.param(page, id=f"{page.parent.name}/{page.stem}", marks=[pytest.mark.slow] * (page.stem in SLOW))
        for page in PAGES
        if any(not block.why for block in blocks(page))
    ]


@pytest.mark.parametrize("written", parameters())
def test_the_code_of_a_page_runs_and_prints_what_the_page_says(written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(DOCS / "extending")
    namespace = {"__name__": "page"}
    for block in blocks(written):
        if block.why:
            continue
        printed = io.StringIO()
        source = "\n" * block.line + block.code  # so that an error names the line of the page
        with contextlib.redirect_stdout(printed):
            exec(compile(source, str(written), "exec"), namespace)
        said = block.printed or ""
        assert doctest.OutputChecker().check_output(said, printed.getvalue(), LOOSE), (
            f"{written.name}, line {block.line}: prints\n{printed.getvalue()}the page says\n{said}"
        )


@pytest.mark.parametrize("written", PAGES, ids=lambda page: page.stem)
def test_no_block_of_python_is_overlooked(written):
    text = written.read_text(encoding="utf-8")
    assert len(blocks(written)) == len(re.findall(r"^\s*```\s*python", text, re.M)), "indented, or not closed?"


@pytest.mark.parametrize("written", PAGES, ids=lambda page: page.stem)
def test_code_that_is_not_run_is_still_python(written):
    for block in blocks(written):
        compile(block.code, str(written), "exec")
