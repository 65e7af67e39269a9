"""An analysis that is small but really slow, repeated smoothing of an image, and a widget of it."""

import asyncio
import threading
import time
import weakref
from dataclasses import dataclass

import numpy as np
import pytest
import traitlets
from scipy import ndimage

from emwidgets.frontend.widget import AnalysisWidget, control
from emwidgets.frontend.wire import array_payload

IMAGE = np.random.default_rng(1).normal(size=(96, 96)).astype(np.float32)
STEP = 0.005  # seconds of work between checkpoints, roughly


@dataclass(frozen=True)
class Smoothed:
    image: np.ndarray
    sigma: float
    passes: int
    level: float


def smooth(image, sigma=1.0, passes=2, level=None, corners=(), checkpoint=lambda stage, fraction: None):
    """The function that `Smoother` stands for."""
    if sigma == 0:
        raise ValueError("sigma is 0: expected a width in px")
    for n in range(passes):
        checkpoint("smoothing", n / passes)
        until = time.perf_counter() + STEP
        smoothed = ndimage.gaussian_filter(image, sigma)
        while time.perf_counter() < until:
            np.sort(smoothed, axis=None)
        image = smoothed
    return Smoothed(image, sigma, passes, float(image.mean()) if level is None else level)


class Smoother(AnalysisWidget):
    _esm = "export default { render() {} }"
    call = "smooth"
    argument = "IMAGE"

    passes = control(traitlets.Int(2, help="how often"), label="Passes", stage=1, min=1, max=400, step=1)
    sigma = control(traitlets.Float(1.0, min=0, max=20, help="width"), label="Width", stage=0, unit="px", min=0, max=20)
    level = control(traitlets.Float(None, allow_none=True, help="level"), label="Level", stage=2, min=-1, max=1)
    corners = control(traitlets.List(traitlets.List(traitlets.Float())), label="Corners", stage=2)
    smoothed = traitlets.Dict().tag(sync=True)
    shown_sigma = traitlets.Float().tag(sync=True)

    def __init__(self, image=IMAGE, **controls):
        self.image, self.begun, self.ended, self.threads = image, [], [], set()
        super().__init__(**controls)

    def analyse(self, parameters, checkpoint):
        self.begun.append(parameters)
        self.threads.add(threading.current_thread())
        result = smooth(self.image, **parameters, checkpoint=checkpoint)
        self.ended.append(parameters)
        return result

    def present(self, result):
        return {"smoothed": array_payload(result.image), "shown_sigma": result.sigma}

    def in_force(self, result):
        return {"level": result.level}

    def describe(self, result):
        return {"level": {"step": 0.5}}

    async def until(self, condition, seconds=20.0):
        """Let the loop run until something is so."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            await asyncio.sleep(0.002)

    async def rests(self, **shown):
        """Let the loop run until a result with these values is shown and nothing more is to come."""
        await self.until(
            lambda: (
                self.status["state"] == "idle" and all(getattr(self, name) == value for name, value in shown.items())
            )
        )

    def history(self, name):
        """List to which every new value of a trait is appended."""
        seen = []
        self.observe(lambda change: seen.append(change["new"]), names=name)
        return seen


@pytest.fixture(name="image")
def _image():
    return IMAGE


@pytest.fixture(name="smooth")
def _smooth():
    return smooth


@pytest.fixture(name="Smoother")
def _smoother_class():
    """Make widgets that are closed at the end."""
    made = []

    def make(**controls):
        widget = Smoother(**controls)
        made.append(weakref.ref(widget))
        return widget

    yield make
    for reference in made:
        if (widget := reference()) is not None:
            widget.close()


@pytest.fixture
def smoother(Smoother):
    return Smoother()
