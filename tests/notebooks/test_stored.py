"""How notebooks are stored, and what each of them has: a question, predictions with hidden answers, limits, sources."""

import json
import re

import nbformat

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
TAGS = {"hide-input", "hide-output", "hide-cell"}  # what the site folds away until the reader has predicted
PLACES = re.compile(r"(?<![\w.])/(home|root|work|Users|tmp|mnt|opt)/|[A-Z]:\\|localhost|127\.0\.0\.1")
DOI = re.compile(r"doi\.org/10\.\d{4,9}/\S+|doi:10\.\d{4,9}/\S+", re.IGNORECASE)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
DETAILS = re.compile(r"<details>\s*<summary>[^<]+</summary>\n\n.+?\n\n</details>", re.DOTALL)


def text_of(stored):
    """All Markdown, but for code in it."""
    cells = [cell.source for cell in stored.cells if cell.cell_type == "markdown"]
    return re.sub(r"```.*?```", "", "\n\n".join(cells), flags=re.DOTALL)


def headings(stored):
    return [title for _, title in HEADING.findall(text_of(stored))]


def below(stored, word):
    """The text below the last heading with a word, up to the next one."""
    parts = HEADING.split(text_of(stored))
    found = [body for title, body in zip(parts[2::3], parts[3::3], strict=True) if word in title.lower()]
    return found[-1] if found else ""


def test_it_holds_no_outputs_and_no_traces_of_a_run(notebook, stored):
    nbformat.validate(stored)
    for cell in stored.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [], f"cell {cell.id} is stored with its outputs"
            assert cell.execution_count is None, f"cell {cell.id} is stored with its number"
        assert set(cell.metadata) <= {"tags"}, f"cell {cell.id} has {dict(cell.metadata)}"
        assert set(cell.metadata.get("tags", ())) <= TAGS, f"cell {cell.id} has tags that the site does not know"
    assert stored.metadata == {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    assert not PLACES.findall(notebook.read_text(encoding="utf-8"))


def test_it_is_written_so_that_a_change_shows_in_few_lines(notebook):
    text = notebook.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"
    ids = [cell["id"] for cell in json.loads(text)["cells"]]
    assert all(re.fullmatch(r"[a-z][a-z0-9-]+", each) for each in ids), "cells are called by words, not by chance"


def test_it_begins_with_a_question(stored):
    first = stored.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "?" in first.source
    assert len([title for mark, title in HEADING.findall(text_of(stored)) if mark == "#"]) == 1


def test_it_lets_the_reader_predict_and_hides_the_answers(stored):
    text = text_of(stored)
    assert re.search(r"\bpredict\b", text, re.IGNORECASE)
    assert len(DETAILS.findall(text)) >= 1
    # one that is not closed hides the rest; without blank lines round it, an answer's Markdown is shown as it is typed
    assert len(DETAILS.findall(text)) == text.count("<details") == text.count("</details>")


def test_it_says_what_cannot_be_known(stored):
    assert any("cannot" in title.lower() for title in headings(stored)), headings(stored)


def test_it_names_its_sources(stored):
    assert DOI.search(below(stored, "sources")), "expected a section 'Sources' with at least one doi"


def test_links_between_notebooks_lead_somewhere(notebook, stored):
    for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", text_of(stored)):
        assert (notebook.parent / link.partition("#")[0]).exists(), f"{link} is not there"
