"""Images, and a stand-in for the networks, that the tests of refocusing share."""

import importlib
import threading

import numpy as np
import pytest
from scipy import ndimage


class Sharpener:
    """What stands in for the networks: an unsharp mask that says the right half was out of focus by 2.5 px.

    `calls` tells what it was asked, `opened` holds it up until it is set, `broken` makes it fail.
    """

    def __init__(self):
        self.calls, self.opened, self.broken = [], threading.Event(), ""
        self.opened.set()

    def __call__(
        self, image, network="mrn", *, strength=1.0, turns=2, tile=512, region=None, progress=None, cancelled=None
    ):
        from emwidgets.refocusing.restore import Restored

        self.calls.append({"network": network, "turns": turns, "region": region, "shape": image.shape})
        for done in range(10):
            if progress:
                progress(done, 10)
            while not self.opened.wait(0.01):
                if cancelled and cancelled():
                    raise RuntimeError("it was told to stop")
        if self.broken:
            raise ValueError(self.broken)
        image = np.asarray(image, np.float32)
        amount = 1 + ("mrn", "mrn-blind", "srn").index(network)
        change = amount * (image - ndimage.gaussian_filter(image, 2))
        if region is not None:
            inside = np.zeros(image.shape, bool)
            inside[region[0] : region[1], region[2] : region[3]] = True
            change *= inside
        defocus = np.zeros(image.shape, np.float32)
        defocus[:, image.shape[1] // 2 :] = 2.5
        uncertainty = np.abs(change) / 10 if turns > 1 else np.zeros_like(change)
        return Restored(image + np.float32(strength) * change, defocus, uncertainty, 0.3)


@pytest.fixture
def sharpener(monkeypatch):
    """A stand-in for the networks, quick and simple; see `Sharpener`."""
    made = Sharpener()
    monkeypatch.setattr(importlib.import_module("emwidgets.refocusing.frames"), "restore", made)
    yield made
    made.opened.set()


@pytest.fixture
def cheap(sharpener, monkeypatch):
    """The stand-in, and a digest of it: `refocus` without any network at all."""
    import sys

    import emwidgets.refocusing.refocus  # noqa: F401 - the module, which the function of its name hides

    module = sys.modules["emwidgets.refocusing.refocus"]
    monkeypatch.setattr(module, "digests_of", lambda network: {f"refocusing/{network}": "sha256:0"})
    return sharpener


@pytest.fixture(scope="session")
def grains():
    """Maker of an image of something like grains: (rows, columns) float64, seed."""

    def make(shape=(72, 97), seed=0, low=20.0, high=220.0):
        image = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), 1.5, mode="wrap")
        span = np.ptp(image) or 1.0
        return low + (high - low) * (image - image.min()) / span

    return make


@pytest.fixture
def as_image():
    """Maker of a signal of an image, or of a stack of them: nm per px (None: not calibrated), title."""
    from hyperspy.signals import Signal2D

    def make(pixels, scale=2.0, title="Grains"):
        signal = Signal2D(np.asarray(pixels), metadata={"General": {"title": title}})
        if scale is not None:
            signal.axes_manager.signal_axes.set(scale=scale, units="nm")
        return signal

    return make


@pytest.fixture
def comparer(cheap):
    """Maker of comparers that are closed at the end; the sharpener stands in for the networks."""
    from emwidgets import RefocusComparer

    made = []

    def make(*arguments, **controls):
        made.append(RefocusComparer(*arguments, **controls))
        return made[-1]

    yield make
    for widget in made:
        widget.close()
