"""Model cards: ``{model-cards}`` writes one section for each network that is shipped, from its JSON card.

Nothing is typed in but what a network is for and how its data were split (``cards.toml``); a card without an entry
there, or an entry without a card, fails the build.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from importlib.metadata import metadata
from pathlib import Path

from package import PACKAGE
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from emwidgets import models

logger = logging.getLogger(__name__)
SAID = Path(__file__).with_name("cards.toml")

#: Numbers that are shares, written as per cent.
_SHARES = ("accuracy", "share")


def shipped() -> dict[str, Path]:
    """Every card in the package, by "analysis/name"; those of several views and of measured features among them."""
    files = sorted(PACKAGE.glob("*/weights/**/*.json"))
    return {f"{file.relative_to(PACKAGE).parts[0]}/{_within(file)}": file for file in files}


def _within(file: Path) -> str:
    return "/".join(file.relative_to(PACKAGE).with_suffix("").parts[2:])


def card(key: str, file: Path, said: Mapping) -> list[str]:
    """Lines of MyST: the section of one network."""
    found = json.loads(file.read_bytes())
    page = f"[](../{said['page']}.md)"
    rows = {"network": f"`{key}`", "what it does": said["does"]}
    if any(each.key == key for each in models.catalogue()):
        rows["to load it"] = f'`models.{"load" if found.get("head") or found.get("classes") else "load_maps"}("{key}")`'
    rows["input"] = _input(found)
    rows["answers"] = ", ".join(found.get("classes", [])) or f"maps, for images of any size: {page}"
    rows["parameters"] = _parameters(found, file)
    if "multiply_adds" in found:
        rows["multiply-adds"] = f"{found['multiply_adds']:,}".replace(",", " ")
    rows["training"] = _told(_training(found))
    rows["split"] = f"{said['split']} More: {page}"
    measured = found.get("metrics") or found.get("test")
    rows["licence"] = found.get("licence") or f"that of emwidgets, {metadata('emwidgets')['License-Expression']}"
    rows["made"] = found.get("made", "")
    for name, digest in _digests(found, file).items():
        rows[f"sha256 of `{name}`"] = f"`{digest.removeprefix('sha256:')}`"
    lines = [f"### {key.partition('/')[2]}", "", "| said | of this network |", "|---|---|"]
    lines += [f"| {name} | {_cell(value)} |" for name, value in rows.items() if value]
    none = [f"The card has no figures; what was measured stands in {page}."]
    return [*lines, "", *(_metrics(measured) if measured else none), ""]


def _input(found) -> str:
    if "descriptors" in found:
        return f"{len(found['descriptors'])} measures of one image, as `particles.features` takes them, and more"
    if "backbone" in found:
        return f"features and answers of `particles/deformation` for each view (sha256 `{found['backbone'][7:19]}…`)"
    size, channels = found["input"]["size"], found["input"]["channels"]
    if not found.get("classes"):
        return f"{channels} channels, rows and columns multiples of {size}; what they hold is made by the analysis"
    return f"{size} × {size} × {channels}; made by the analysis from images of any size"


def _parameters(found, file) -> str:
    if "parameters" in found:
        number = found["parameters"]
    elif "coefficients" in found:
        number = sum(map(len, found["coefficients"])) + len(found["intercepts"])
    else:
        import numpy as np

        with np.load(file.with_suffix(".npz")) as arrays:
            number = sum(arrays[name].size for name in arrays.files)
    return f"{number:,}".replace(",", " ")


def _training(found) -> dict:
    return found.get("training") or {"particles": found["particles"]}


def _digests(found, file) -> dict[str, str]:
    if "digests" in found:
        return {f"{file.stem}.{kind}": digest for kind, digest in found["digests"].items()}
    if "digest" in found:
        return {f"{file.stem}.npz": found["digest"]}
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()}


def _metrics(measured: Mapping) -> list[str]:
    """A table of what the card says was measured."""
    groups = {name: each for name, each in measured.items() if isinstance(each, Mapping) and name != "importance"}
    alone = {name: each for name, each in measured.items() if name not in groups and name != "importance"}
    lines = ["| measured | found |", "|---|---|"]
    for name, each in groups.items():
        lines.append(f"| {f'views: {name}' if name.isdigit() else name} | {_figures(each)} |")
    interval = alone.pop("interval", None)
    for name, each in alone.items():
        both = {name: each} | ({"interval": interval} if name in _SHARES and interval else {})
        lines.append(f"| {name} | {_figures(both, named=False)} |")
    return lines


def _figures(each: Mapping, named: bool = True) -> str:
    """ "96.97 % (96.45–97.41), images 4918, calibration error 0.0239" """
    parts = []
    for name, value in each.items():
        if name in _SHARES:
            text = f"{100 * value:.4g} %"
            if "interval" in each:
                text += " ({:.4g}–{:.4g})".format(*(100 * end for end in each["interval"]))
            parts.append(text)
        elif name != "interval":
            parts.append(f"{name} {_value(value)}" if named else _value(value))
    return ", ".join(parts)


def _told(value: Mapping) -> str:
    return "; ".join(
        f"{name}: {', '.join(f'{key} {_value(each)}' for key, each in inner.items())}"
        if isinstance(inner, Mapping)
        else f"{name}: {_value(inner)}"
        for name, inner in value.items()
    )


def _value(value) -> str:
    if isinstance(value, list):
        if any(isinstance(each, list) for each in value):
            return f"`{json.dumps(value)}`"
        return ", ".join(map(_value, value))
    return str(value) if value != "" else "none"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def unsaid(keys, said) -> list[str]:
    """What stands in the way of a complete page: networks that nobody described, descriptions of what is not there."""
    return [f"'{key}' has no entry in docs/_ext/cards.toml: say what it does" for key in keys if key not in said] + [
        f"docs/_ext/cards.toml describes '{key}', which is not shipped" for key in said if key not in keys
    ]


class ModelCards(SphinxDirective):
    """All cards."""

    has_content = False

    def run(self):
        self.env.note_dependency(str(SAID))
        self.env.note_dependency(__file__)
        said, files = tomllib.loads(SAID.read_text(encoding="utf-8")), shipped()
        for fault in unsaid(files, said):
            logger.warning("%s", fault, location=self.get_location())
        lines, last = [], None
        for key, file in files.items():
            if key not in said:
                continue
            self.env.note_dependency(str(file))
            analysis = key.partition("/")[0]
            if analysis != last:
                lines += [f"## {analysis.capitalize()}", ""]
                last = analysis
            lines += card(key, file, said[key])
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def setup(app):
    """Register with Sphinx."""
    app.add_directive("model-cards", ModelCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
