"""The moving pictures of the README: pages that the widgets wrote, with a hand on them, photographed in Chromium.

    .venv/bin/python docs/pictures/make.py [NAME ...]

Each picture is an animated WebP beside this file. A few minutes for all four; Playwright comes with ``make test``.
"""

import io
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, expect, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = Path("/usr/bin/chromium")
WIDTH = 1100  # px of the window
SHOWN = 880  # px of the picture
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def domains(path):
    """Grains of two phases, the smaller ones left out step by step."""
    import emwidgets as emw

    image, _ = emw.domains.simulate(
        (512, 512), phases={"gold": (0.2355,), "magnetite": (0.2967,)}, coverage=0.6, seed=2
    )
    image.metadata.General.title = "Gold and magnetite, simulated"
    emw.DomainExplorer(image).save_html(path, sweep={"min_area": [1, 2, 3, 4, 5, 6, 8, 10, 13]})


def pattern(path):
    """Gold patterns with more and more grains in the beam."""
    import hyperspy.api as hs

    import emwidgets as emw
    from emwidgets import diffraction

    parts = (
        diffraction.beam.CentralBeam(),
        diffraction.beam.DiffuseBackground(0.2),
        diffraction.detector.Electrons(200),
    )
    instrument = diffraction.Instrument(diffraction.Optics(blur=0.007), parts)
    options = {"shape": (256, 256), "pixel_size": 0.09, "instrument": instrument, "orientation": (0, 0, 1), "seed": 7}
    numbers = (1, 3, 8, 20, 60, 180, 600, 1000)
    patterns = hs.stack([diffraction.simulate("gold", number, **options) for number in numbers], show_progressbar=False)
    patterns.metadata.General.title = "Gold, from one grain to a thousand"
    emw.PatternClassifier(patterns).save_html(path, sweep={"frame": range(len(numbers))})


def particle(path):
    """A cuboid without two corners."""
    import emwidgets as emw

    emw.ParticlePlayground(corners=[0, 7]).save_html(path)


def refocused(path):
    """Gold islands, out of focus and restored."""
    import emwidgets as emw

    gold = emw.examples.gold_on_carbon().isig[64:320, 64:320]
    emw.RefocusComparer(gold, blur=True, blur_sigma=2.5).save_html(path)


def stepped(control: str) -> Callable[[Locator], Iterator[None]]:
    """A slider from its first step to its last."""

    def move(root):
        slider = root.locator(f'[data-control="{control}"] input[type=range]').first
        slider.focus()
        slider.press("Home")
        yield
        while not slider.evaluate("input => Number(input.value) >= Number(input.max)"):
            before = slider.input_value()
            slider.press("ArrowRight")
            if slider.input_value() == before:
                return
            yield

    return move


def turned(root):
    """A hand that pulls the solid round in a flat loop, and lets go where it began."""
    mouse, box = root.page.mouse, root.locator(".em-solid").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    for angle in np.linspace(0, 2 * np.pi, 20, endpoint=False):
        mouse.move(x + 70 * np.sin(angle), y + 35 * (1 - np.cos(angle)))
        yield
    mouse.up()


def swiped(root):
    """The handle between before and after, from one side to the other."""
    mouse, area, grip = (
        root.page.mouse,
        *(root.locator(each).bounding_box() for each in (".em-compare", ".em-swipe-grip")),
    )
    y = grip["y"] + grip["height"] / 2
    mouse.move(grip["x"] + grip["width"] / 2, y)
    mouse.down()
    for share in np.linspace(0.85, 0.15, 12):
        mouse.move(area["x"] + share * area["width"], y)
        yield
    mouse.up()


@dataclass(frozen=True)
class Picture:
    """A page, what a hand does on it, and how much of it is photographed.

    `height` is in px of the window from its top, `pause` in ms a frame; `back` plays the frames backwards at the end.
    """

    write: Callable
    move: Callable
    height: int
    pause: int = 350
    back: bool = True


PICTURES = {
    "domains": Picture(domains, stepped("min_area"), height=745, pause=450),
    "pattern": Picture(pattern, stepped("frame"), height=810, pause=800, back=False),
    "particle": Picture(particle, turned, height=510, pause=120, back=False),
    "refocused": Picture(refocused, swiped, height=735, pause=150),
}


def photographed(browser, page_path: Path, picture: Picture) -> list[Image.Image]:
    """Pictures of a page, one after each move."""
    page = browser.new_page(viewport={"width": WIDTH, "height": picture.height})
    page.goto(page_path.as_uri())
    root = page.locator("[data-em-result]").first
    expect(root).to_have_attribute("data-em-result", re.compile(r"^[1-9]\d*$"), timeout=60_000)
    frames = []
    for _ in picture.move(root):
        page.wait_for_timeout(150)
        root.evaluate(DRAWN)
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        frames.append(shot.resize((SHOWN, round(SHOWN * shot.height / shot.width)), Image.Resampling.LANCZOS))
    page.close()
    return frames


def save(path: Path, frames: list[Image.Image], picture: Picture):
    """Write frames as one animated picture that goes on for ever."""
    if picture.back:
        frames = frames + frames[-2:0:-1]
    first, *others = frames
    options = {"duration": picture.pause, "loop": 0, "quality": 60, "method": 6, "minimize_size": True}
    first.save(path, save_all=True, append_images=others, **options)


def main(names):
    """Make the pictures that are named, or all."""
    if unknown := set(names) - set(PICTURES):
        sys.exit(f"There is no picture {', '.join(sorted(unknown))}: the pictures are {', '.join(PICTURES)}")
    path = {"executable_path": CHROMIUM} if CHROMIUM.exists() else {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"], **path)
        for name in names or PICTURES:
            page = Path(folder) / f"{name}.html"
            PICTURES[name].write(page)
            frames = photographed(browser, page, PICTURES[name])
            save(HERE / f"{name}.webp", frames, PICTURES[name])
            print(f"{name}: {len(frames)} frames, {(HERE / f'{name}.webp').stat().st_size / 1e3:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
