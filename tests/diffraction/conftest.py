"""Patterns and frames that the tests of diffraction share."""

import functools
from types import SimpleNamespace

import numpy as np
import pytest

from emwidgets.diffraction.simulation.beam import CentralBeam, DiffuseBackground
from emwidgets.diffraction.simulation.detector import Electrons
from emwidgets.diffraction.simulation.drawing import SpotShape, brightness, draw
from emwidgets.diffraction.simulation.frame import Frame, Geometry
from emwidgets.diffraction.simulation.instrument import Instrument, Optics
from emwidgets.diffraction.simulation.kinematic import Beam, diffract
from emwidgets.diffraction.simulation.orientation import zone_axis
from emwidgets.diffraction.simulation.powder import powder
from emwidgets.diffraction.simulation.reflections import reflections
from emwidgets.diffraction.simulation.simulate import simulate_array


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def gold():
    """Reflections of gold up to 16 1/nm."""
    return reflections("gold", 16.0)


def _frame(spots, geometry):
    image = draw(spots, geometry, SpotShape(0.8))
    image = image / np.float32(brightness(image))
    return Frame(image, geometry, spots, features=image)


@pytest.fixture(scope="session")
def spot_frame(gold):
    """Gold along [001], brightness 1, 96 × 128 px."""
    spots = diffract(gold, zone_axis("gold", (0, 0, 1)), Beam(thickness=4))
    return _frame(spots, Geometry((96, 128), 0.18))


@pytest.fixture(scope="session")
def ring_frame(gold):
    """A smooth powder of gold, brightness 1, 128 × 128 px."""
    spots = powder(gold, np.inf, Beam(thickness=10), np.random.default_rng(0))
    return _frame(spots, Geometry((128, 128), 0.18))


class LeftOrRight:
    """A network of a user's: a pattern is a ring pattern if its left half is the brighter one."""

    def __init__(self, temperature=1.0, classes=("ring", "spot", "neither"), size=32):
        self.card = SimpleNamespace(
            name="sides",
            key="mine/sides",
            classes=tuple(classes),
            temperature=temperature,
            input=SimpleNamespace(size=size, channels=1),
            digests={"onnx": "sha256:" + "1" * 64},
        )

    def run(self, images):
        half = images.shape[2] // 2
        left = images[:, :, :half].mean(axis=(1, 2)) - images[:, :, half:].mean(axis=(1, 2))
        logits = {"ring": 40 * left, "spot": -40 * left, "neither": np.full(len(images), -3.0), "cat": left}
        columns = [logits[name] for name in self.card.classes]
        return np.stack(columns, axis=1).astype(np.float32), np.zeros((len(images), 1, 1, 1), np.float32)


@pytest.fixture(scope="session")
def left_or_right():
    """Maker of networks that any frame can be made to please."""
    return LeftOrRight


@pytest.fixture(scope="session")
def sided():
    """Maker of a frame that `left_or_right` takes for "ring", "spot", hardly either ("faint"), or that is "blank"."""
    noise = np.random.default_rng(3).normal(size=(40, 48))
    step = np.repeat([1.0, -1.0], 24)

    def make(kind):
        strength = {"ring": 3.0, "spot": -3.0, "faint": 0.02, "blank": 0.0}[kind]
        return np.full(noise.shape, 7.0) if kind == "blank" else 100 + 10 * (noise + strength * step)

    return make


@pytest.fixture
def scan(sided):
    """Calibrated scan of 2 × 3 patterns: ring, spot, blank over spot, faint, ring."""
    from hyperspy.signals import Signal2D

    kinds = ("ring", "spot", "blank", "spot", "faint", "ring")
    frames = np.stack([sided(kind) for kind in kinds]).astype(np.float32).reshape(2, 3, 40, 48)
    signal = Signal2D(frames, metadata={"General": {"title": "scan"}})
    x, y = signal.axes_manager.navigation_axes
    x.name, x.scale, x.offset, x.units = "x", 0.5, 10.0, "nm"
    y.name, y.scale, y.units = "y", 2.0, "nm"
    signal.axes_manager.signal_axes.set(scale=0.1, units="1/nm")
    return signal


@pytest.fixture(scope="session")
def gold_scan():
    """Calibrated scan of 2 × 3 patterns of gold: rings, spots, rings, spots, nothing at all, rings."""
    from hyperspy.signals import Signal2D

    from emwidgets.diffraction.simulation.simulate import simulate_array

    grains = (5000, 1, 5000, 1, 1, 5000)
    made = [simulate_array("gold", n, shape=(96, 120), pixel_size=0.16, seed=seed)[0] for seed, n in enumerate(grains)]
    frames = np.stack(made).reshape(2, 3, 96, 120)
    frames[1, 1] = 0.5
    frames[0, 0, 3, 4] = np.nan
    signal = Signal2D(frames, metadata={"General": {"title": "gold"}, "Signal": {"quantity": "Counts"}})
    for axis, name, scale in zip(signal.axes_manager.navigation_axes, "xy", (0.5, 2.0), strict=True):
        axis.name, axis.scale, axis.units = name, scale, "nm"
    for axis, name, scale in zip(signal.axes_manager.signal_axes, ("kx", "ky"), (0.16, 0.2), strict=True):
        axis.name, axis.scale, axis.offset, axis.units = name, scale, -50 * scale, "1/nm"
    return signal


@pytest.fixture
def classifier():
    """Maker of classifiers that are closed at the end."""
    from emwidgets import PatternClassifier

    made = []

    def make(*arguments, **controls):
        made.append(PatternClassifier(*arguments, **controls))
        return made[-1]

    yield make
    for widget in made:
        widget.close()


@pytest.fixture(scope="session")
def recorded():
    """Patterns of gold as a camera takes them: with direct beam, diffuse background and the noise of electrons."""

    @functools.cache
    def record(grains, shape=(192, 192), shift=(0.0, 0.0), effects=(), ellipticity=1.0, seed=0):
        before = (CentralBeam(strength=30), DiffuseBackground(level=0.3))
        camera = Instrument(Optics(shift, ellipticity), (*before, *effects, Electrons(counts=400)))
        orientation = (0, 0, 1) if grains == 1 else None
        options = {"shape": shape, "pixel_size": 24 / max(shape), "orientation": orientation, "instrument": camera}
        return simulate_array("gold", grains, thickness=5, seed=seed, **options)[0]

    return record
