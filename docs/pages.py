"""The live figures of the documentation: pages that the widgets themselves write while the documentation is built.

A Sphinx extension with one directive, ``{widget-page} NAME``, and one function for each page.
"""

import hashlib
import shutil
from html import escape
from pathlib import Path
from typing import ClassVar

import numpy as np
from docutils import nodes
from docutils.parsers.rst import directives
from package import package_digest
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

FOLDER = "pages"


def twin(path):
    """A twin in CdTe, with the threshold and the smallest area stepped through."""
    import emwidgets as emw

    explorer = emw.DomainExplorer(emw.examples.cdte_twin())
    explorer.save_html(path, sweep={"threshold": np.linspace(0.05, 0.95, 10), "min_area": [0.5, 2, 8]})


def first(path):
    """The same twin for the first screen, the threshold alone stepped through, so that it is there at once."""
    import emwidgets as emw

    emw.DomainExplorer(emw.examples.cdte_twin()).save_html(path, sweep={"threshold": np.linspace(0.05, 0.95, 10)})


def simulated(path):
    """Grains whose true domains are known, with the threshold stepped through."""
    import emwidgets as emw

    image, _ = emw.domains.simulate(
        (512, 512), phases={"gold": (0.2355,), "magnetite": (0.2967,)}, coverage=0.4, seed=4
    )
    emw.DomainExplorer(image).save_html(path, sweep={"threshold": np.linspace(0.2, 0.95, 16)})


def grains(path):
    """Gold patterns with more and more grains in the beam, one for each step."""
    import hyperspy.api as hs

    import emwidgets as emw
    from emwidgets import diffraction

    instrument = diffraction.Instrument(
        diffraction.Optics(blur=0.007),
        (diffraction.beam.CentralBeam(), diffraction.beam.DiffuseBackground(0.2), diffraction.detector.Electrons(200)),
    )
    options = {"shape": (256, 256), "pixel_size": 0.09, "instrument": instrument, "orientation": (0, 0, 1), "seed": 7}
    numbers = (1, 2, 3, 5, 8, 13, 21, 35, 60, 100, 180, 300, 600, 1000)
    patterns = hs.stack([diffraction.simulate("gold", number, **options) for number in numbers])
    patterns.metadata.General.title = "Gold, from one grain to a thousand"
    emw.PatternClassifier(patterns).save_html(path, sweep={"frame": range(len(numbers))})


def particle(path):
    """A cuboid without two corners, with dose and turn during the scan stepped through."""
    import emwidgets as emw

    playground = emw.ParticlePlayground(corners=[0, 7])
    playground.save_html(path, sweep={"dose": [300, 1000, 3000, 10_000, 30_000, 100_000], "turn": [0, 15, 45, 90]})


def refocused(path):
    """Gold islands out of focus and restored, with the width of the blur stepped through."""
    import emwidgets as emw

    gold = emw.examples.gold_on_carbon().isig[64:320, 64:320]
    comparer = emw.RefocusComparer(gold, blur=True, blur_sigma=2.5)
    comparer.save_html(path, sweep={"blur_sigma": [0, 1, 1.5, 2.5, 4, 6]})


PAGES = {
    "first": first,
    "domains": twin,
    "simulated": simulated,
    "grains": grains,
    "particle": particle,
    "refocused": refocused,
}


def write_pages(folder: Path, names=tuple(PAGES)) -> list[Path]:
    """Write pages into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        PAGES[name](folder / f"{name}.html")
    return [folder / f"{name}.html" for name in names]


def made_from() -> str:
    """What the pages depend on, as a line."""
    return f"{package_digest()} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}"


def kept_pages(folder: Path) -> list[Path]:
    """The pages in a folder, written again if emwidgets or this file has changed since."""
    stamp = folder / "made-from"
    if not stamp.is_file() or stamp.read_text() != made_from():
        write_pages(folder)
        stamp.write_text(made_from())
    return [folder / f"{name}.html" for name in PAGES]


class WidgetPage(SphinxDirective):
    """A page in a frame, its content as the caption."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"height": directives.nonnegative_int, "title": directives.unchanged_required}

    def run(self):
        name = self.arguments[0]
        if name not in PAGES:
            raise self.error(f"there is no page '{name}': docs/pages.py makes {', '.join(PAGES)}")
        here = self.env.app.builder.get_target_uri(self.env.docname)
        address = relative_uri(here, f"{FOLDER}/{name}.html")
        title = self.options.get("title", f"Live page: {name}")
        frame = nodes.raw(
            "",
            f'<iframe class="em-page-frame" src="{address}" title="{escape(title)}" loading="lazy" '
            f'style="height:{self.options.get("height", 760)}px"></iframe>',
            format="html",
        )
        caption = nodes.paragraph(classes=["em-page-caption"])
        caption += self.parse_inline(" ".join(self.content))[0]
        caption += nodes.raw("", f' <a href="{address}">Open it alone</a>, or save that file.', format="html")
        return [nodes.container("", frame, caption)]


def _write(app):
    if app.builder.format == "html":
        folder = Path(app.outdir) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for page in kept_pages(Path(app.srcdir, app.config.pages_cache)):
            shutil.copy(page, folder)


def setup(app):
    """Register with Sphinx."""
    app.add_config_value("pages_cache", "_build/pages", "env", str)
    app.add_directive("widget-page", WidgetPage)
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True}
