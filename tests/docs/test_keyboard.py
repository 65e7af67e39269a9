"""The keys in the documentation are those of the widgets: in the source, one list says and does them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "emwidgets" / "frontend" / "src"
PAGE = ROOT / "docs" / "keyboard.md"
WIDGETS = {
    "DomainExplorer": "domains",
    "PatternClassifier": "classifier",
    "ParticlePlayground": "playground",
    "RefocusComparer": "comparer",
}
ROW = re.compile(r'^\s*\["(?P<keys>[^"]+)", (?:"(?P<does>[^"]+)"|(?P<title>null))', re.M)
TRAVEL = re.compile(r'\["(undo|redo)", "(?P<does>\w+)", "(?P<keys>[^"]+)"\]')
MODES = re.compile(r"const says = \[(?P<names>[^\]]+)\]")
#: Names of keys that the source asks for outside the lists: of handles, tables, the gallery, regions, fields.
NAMED = re.compile(
    r'\b(Arrow(?:Left|Right|Up|Down)|Page(?:Up|Down)|Home|End|Enter|Delete|Backspace|Escape)\b(?=["\s:,])'
)


def rows_of_source(folder):
    """(keys, what they do) as the help of a widget lists them; what they do is None for a heading."""
    text = (SOURCE / folder / "shortcuts.ts").read_text(encoding="utf-8")
    text = text[text.index("return [") :]
    travel = [(found["keys"], found["does"]) for found in TRAVEL.finditer((SOURCE / "core/ui/header.ts").read_text())]
    rows = []
    for line in text.splitlines():
        if "travelShortcuts" in line:
            rows += travel
        elif "MODES.map" in line:
            names = MODES.search((SOURCE / folder / "shortcuts.ts").read_text())["names"]
            rows += [(str(n), name.strip(' "')) for n, name in enumerate(names.split(","), 1)]
        elif found := ROW.match(line):
            rows.append((found["keys"], found["does"]))
    return rows


def rows_of_page(widget):
    section = re.search(rf"^## {widget}$(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.M | re.S)[1]
    rows = []
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("|") or cells[0] in ("key", "---|---"):
            continue
        heading = re.fullmatch(r"\*\*(.+)\*\*", cells[0])
        rows.append((heading[1], None) if heading else (cells[0].strip("`"), cells[1]))
    return rows


@pytest.mark.parametrize(("widget", "folder"), WIDGETS.items())
def test_the_page_lists_what_the_widget_lists(widget, folder):
    expected = rows_of_source(folder)
    assert len(expected) > 20
    assert rows_of_page(widget) == expected


@pytest.mark.parametrize("folder", WIDGETS.values())
def test_no_row_of_the_source_is_overlooked(folder):
    text = (SOURCE / folder / "shortcuts.ts").read_text(encoding="utf-8")
    text = text[text.index("return [") :]
    entries = len(re.findall(r'^\s*\["', text, re.M))
    added = (2 if "travelShortcuts" in text else 0) + (4 if "MODES.map" in text else 0)
    assert len(rows_of_source(folder)) == entries + added


def test_keys_that_the_source_asks_for_elsewhere_are_on_the_page_too():
    asked = set()
    for file in SOURCE.rglob("*.ts"):
        if file.name != "shortcuts.ts":
            asked |= set(NAMED.findall(file.read_text(encoding="utf-8")))
    assert {"ArrowLeft", "PageUp", "Home", "Enter", "Delete"} <= asked
    told = PAGE.read_text(encoding="utf-8").split("## Where the focus is")[1].split("\n## ")[0]
    names = {"ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓", "PageUp": "Page Up"}
    names["PageDown"] = "Page Down"
    assert [key for key in sorted(asked) if names.get(key, key) not in told] == []
