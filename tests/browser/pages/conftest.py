"""Pages as a reader opens them: from a file, in a browser without a network.

`SPECIMENS` has one widget of each kind; what every page must do is tested on each of them.
"""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

LOCAL = ("file:", "data:", "blob:")
PATIENCE = 30_000  # ms


@dataclass(frozen=True)
class Specimen:
    """A widget with a sweep, and how to see its numbers.

    `make` gives the widget, `stage` is the name of its main picture. `numbers` reads what the page shows and `expected`
    what a call of Python's public function gives: dictionaries with the same keys, one of texts and one of numbers.
    """

    make: Callable[[], Any]
    sweep: dict[str, list]
    stage: str
    numbers: Callable[[Any], dict[str, list[str]]]
    expected: Callable[[dict], dict[str, list[float]]]


DOMAINS = ["label", "grain", "family", "d_spacing", "area", "equivalent_diameter", "orientation", "centroid_x"]
PEAKS = ["d_spacing", "d_error", "angle", "family", "excess", "sharpness", "intensity"]
TOTALS = ["crystalline_area", "crystalline_fraction", "n_grains", "n_domains", "n_families"]
ROWS = """(rows, names) => rows.sort((one, other) => one.dataset.row - other.dataset.row)
    .map(row => names.map(name => row.querySelector(`[data-column="${name}"]`).innerText))"""


def twin():
    """A quarter of the CdTe twin: quick to analyse, and domains come and go with the threshold."""
    import emwidgets as emw

    return emw.examples.cdte_twin().isig[:256, :256]


def explorer():
    import emwidgets as emw

    return emw.DomainExplorer(twin())


def shown_domains(root):
    """What the tables say, in the order of Python's, and the totals."""
    shown = {name: [root.locator(f'[data-total="{name}"]').inner_text()] for name in TOTALS}
    shown["d_spacings"] = re.findall(r"\d+\.\d+", root.locator('[data-total="d_spacings"]').inner_text())
    for table, names in (("domains", DOMAINS), ("peaks", PEAKS)):
        rows = root.locator(f'[data-table="{table}"] tbody tr').evaluate_all(ROWS, names)
        shown |= {f"{table}.{name}": list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    return shown


def found_domains(parameters):
    from emwidgets.domains import segment

    found = segment(twin(), **parameters)
    grains = found.domains["grain"]
    return {
        "crystalline_area": [found.crystalline_area],
        "crystalline_fraction": [100 * found.crystalline_fraction],
        "n_grains": [grains[grains > 0].nunique()],
        "n_domains": [len(found.domains)],
        "n_families": [found.domains["family"].nunique()],
        "d_spacings": list(found.d_spacings[:4]),  # "+1 more" is not told
        **{f"domains.{name}": found.domains[name].tolist() for name in DOMAINS},
        **{f"peaks.{name}": found.peaks.loc[found.peaks["crystalline"], name].tolist() for name in PEAKS},
    }


def gold():
    """A scan of 2 × 4 patterns of gold: spots, rings, and grains enough to be in two minds."""
    import numpy as np
    from hyperspy.signals import Signal2D

    from emwidgets.diffraction.simulation.simulate import simulate_array

    patterns = [
        simulate_array("gold", grains, shape=(96, 112), pixel_size=0.16, seed=seed)[0]
        for seed, grains in enumerate([20, 40, 5000, 1, 5000, 1, 100, 1])
    ]
    signal = Signal2D(np.stack(patterns).reshape(2, 4, 96, 112), metadata={"General": {"title": "Gold"}})
    signal.axes_manager.signal_axes.set(scale=0.16, units="1/nm")
    signal.axes_manager.navigation_axes.set(scale=2.0, units="nm")
    return signal


def classifier():
    import emwidgets as emw

    return emw.PatternClassifier(gold())


def shown_classes(root):
    """Probability of the verdict, of rings and spots by each method, of each pattern of the gallery; and how many."""
    shown = {name: root.locator(f'[data-total="{name}"]').all_inner_texts() for name in ("all", "ring", "uncertain")}
    shown["certainty"] = [root.locator('[data-control="certainty"] input[type=number]').input_value()]
    shown["verdict"] = root.locator("[data-probability]").all_inner_texts()
    for row in root.locator("[data-member]").all():
        said = row.locator(".em-hidden").text_content()
        shown[row.get_attribute("data-member")] = re.findall(r"(?:ring|spot) (\d+)", said)
    shown["gallery"] = root.locator("[data-tile] .em-tile-value").all_text_contents()
    return shown


def found_classes(parameters):
    from emwidgets.diffraction import classify
    from emwidgets.diffraction.answers import NETWORKS, RULES, members_of
    from emwidgets.diffraction.voting import shares

    signal = gold()
    found = classify(signal, certainty=parameters["certainty"])
    at = divmod(parameters["frame"], 4)
    members = members_of(signal.data[at][None], (*RULES, *NETWORKS))
    likeliest = 100 * found.probabilities.max(axis=-1)
    return {
        "all": [8],
        "ring": [int(((found.labels == "ring") & ~found.uncertain).sum())],
        "uncertain": [int(found.uncertain.sum())],
        "certainty": [parameters["certainty"]],
        "verdict": [likeliest[at]],
        **{name: (100 * shares(three)[0]).tolist() for name, three in members.items()},
        "ensemble": (100 * found.probabilities[at]).tolist(),
        "gallery": likeliest.ravel().tolist(),
    }


PARTICLE = {"size": 64, "pixel_size": 0.5, "corners": [0, 7], "seed": 1}


def playground():
    import emwidgets as emw

    return emw.ParticlePlayground(**PARTICLE)


def shown_particle(root):
    """Probability of the verdict and of each class, the particle in figures, and where the sliders stand."""
    figures = root.locator(".em-truths dd").all_inner_texts()
    return {
        "verdict": root.locator("[data-probability]").all_inner_texts(),
        "classes": root.locator(".em-class-value").all_inner_texts(),
        **dict(zip(("volume", "counts", "brightest", "equivalent"), ([text] for text in figures), strict=False)),
        "depth": [root.locator('[data-control="depth"] input[type=number]').input_value()],
    }


def found_particle(parameters):
    from emwidgets import particles

    dose = 30_000.0
    shape = particles.cuboid(parameters["a"], 11, 15).deform(PARTICLE["corners"], parameters["depth"])

    def image(dose):
        widget = playground()
        imaging = particles.Imaging(shape=(64, 64), pixel_size=0.5, dose=dose)
        return particles.simulate(shape, widget.orientation, imaging=imaging, seed=PARTICLE["seed"])

    probabilities = 100 * particles.classify(image(dose)).probabilities
    expected = image(None).data.astype(float) * dose * 0.5**2  # without counting: the signal of an electron
    return {
        "verdict": [probabilities.max()],
        "classes": probabilities.tolist(),
        "volume": [shape.volume],
        "counts": [expected.sum()],
        "brightest": [expected.max()],
        "equivalent": [4],
        "depth": [parameters["depth"]],
    }


BLURRED = {"unit": "px", "shape": "disc", "noise": 0.02}


def particle():
    """A part of a real particle: quick to refocus."""
    import emwidgets as emw

    signal = emw.examples.platinum_cobalt_particle().isig[:112, :96]
    signal.axes_manager.signal_axes.set(scale=0.5, units="nm")
    return signal


def comparer():
    import emwidgets as emw

    view = {"swipe": 0.3}  # not in the middle, where the others take hold of the picture
    return emw.RefocusComparer(particle(), turns=1, blur=True, blur_shape="disc", blur_noise=0.02, view=view)


def shown_measures(root):
    """What the table of measures says, before and after, and where the sliders stand."""
    shown = {}
    for row in root.locator("[data-measure]").all():
        texts = row.locator("td").all_inner_texts()[:2]
        shown[row.get_attribute("data-measure")] = [text for text in texts if text != "–"]
    fields = [root.locator(f'[data-control="{name}"] input[type=number]') for name in ("blur_sigma", "strength")]
    return shown | {"sliders": [field.input_value() for field in fields]}


def measured(parameters):
    from emwidgets import refocusing

    sharp = particle()
    blurred = refocusing.defocus(sharp, parameters["blur_sigma"], **BLURRED)
    found = refocusing.refocus(blurred, strength=parameters["strength"], turns=1)
    scores = [refocusing.score(image, sharp, register=False) for image in (blurred, found.image)]
    return {
        "sharpness": [found.sharpness_before, found.sharpness_after],
        "psnr": [score["psnr"] for score in scores],
        "ssim": [score["ssim"] for score in scores],
        "width": [found.defocus_width / found.where.scale[0]],
        "width_nm": [found.defocus_width],
        "sliders": [parameters["blur_sigma"], parameters["strength"]],
    }


SPECIMENS = {
    "classifier": Specimen(
        make=classifier,
        sweep={"frame": [0, 1, 6], "certainty": [0.6, 0.999]},
        stage="stage",
        numbers=shown_classes,
        expected=found_classes,
    ),
    "domains": Specimen(
        make=explorer,
        sweep={"threshold": [0.5, 0.97, 0.999], "min_area": [1.0, 8.0]},
        stage="image",
        numbers=shown_domains,
        expected=found_domains,
    ),
    "playground": Specimen(
        make=playground,
        sweep={"depth": [0.1, 0.45], "a": [11.0, 13.0]},
        stage="stage",
        numbers=shown_particle,
        expected=found_particle,
    ),
    "comparer": Specimen(
        make=comparer,
        sweep={"blur_sigma": [2.0, 3.0], "strength": [0.5, 1.0, 1.25]},
        stage="left",
        numbers=shown_measures,
        expected=measured,
    ),
}


class Reader:
    """A page in a browser without a network, and what has gone wrong with it."""

    def __init__(self, context):
        self.trouble = []
        context.set_offline(True)
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.trouble.append(f"error: {error.error}"))
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("websocket", lambda socket: self.trouble.append(f"socket: {socket.url}"))

    def _on_request(self, request):
        if not request.url.startswith(LOCAL):
            self.trouble.append(f"request: {request.url}")

    def _on_console(self, message):
        if message.type in ("error", "warning"):
            self.trouble.append(f"console: {message.text}")

    def open(self, path):
        """Open a page and wait until its widgets show their first results; the root of the first one."""
        self.page.goto(Path(path).as_uri())
        expect(self.page.locator("html")).to_have_attribute("data-em-page", "ready")
        return self.page.locator(".em-root").first

    def step(self, root, control, to):
        """Move a swept slider to a step, by its number, as a hand does; wait until its result is on the screen."""
        slider = root.locator(f'[data-control="{control}"] input[type=range]')
        if slider.input_value() == str(to):
            return
        before = int(root.get_attribute("data-em-result"))
        slider.fill(str(to))
        expect(root).to_have_attribute("data-em-result", re.compile(f"^(?!{before}$)"))


@pytest.fixture(scope="session")
def reading(browser, browser_context_args):
    """Context manager that opens a browser for a reader; `with reading(color_scheme="dark") as reader`.

    At the end nothing may have been asked of a network, and nothing been said in the console.
    """

    @contextlib.contextmanager
    def read(**options):
        context = browser.new_context(**{**browser_context_args, **options})
        try:
            reader = Reader(context)
            yield reader
        finally:
            context.close()
        assert not reader.trouble, "\n".join(reader.trouble)

    return read


@pytest.fixture
def reader(reading):
    with reading() as reader:
        yield reader


@pytest.fixture(scope="session", params=list(SPECIMENS))
def specimen(request):
    return SPECIMENS[request.param]


@pytest.fixture(scope="session")
def written(specimen, tmp_path_factory):
    """Path of the page of a specimen."""
    widget = specimen.make()
    path = widget.save_html(tmp_path_factory.mktemp("pages") / "page.html", sweep=specimen.sweep)
    widget.close()
    return path


@pytest.fixture(scope="session")
def steps(specimen):
    """Numbers of the steps and values of the controls, for each combination of a sweep."""
    places = product(*(range(len(values)) for values in specimen.sweep.values()))
    return [
        (dict(zip(specimen.sweep, place, strict=True)), dict(zip(specimen.sweep, values, strict=True)))
        for place, values in zip(places, product(*specimen.sweep.values()), strict=True)
    ]
