"""Images with a known truth that the tests of the domains share."""

import numpy as np
import pytest

from emwidgets.domains import peaks
from emwidgets.domains.filtering import ImageTransform
from emwidgets.domains.local_spectra import search
from emwidgets.domains.parameters import Parameters
from emwidgets.domains.simulate import simulate_array
from emwidgets.domains.spectrum import power_spectrum
from emwidgets.domains.stages import FrameStages

PIXEL = 0.026  # nm


@pytest.fixture(scope="session")
def plane_wave():
    """Maker of A cos(2π (kx x + ky y) + φ), with x, y and k in the unit of `scale`."""

    def make(shape, kx, ky, amplitude=1.0, phase=0.0, scale=(1.0, 1.0)):
        y, x = np.indices(shape)
        turns = kx * x * scale[1] + ky * y * scale[0]
        return (amplitude * np.cos(2 * np.pi * turns + phase)).astype(np.float32)

    return make


@pytest.fixture(scope="session")
def white_noise():
    """Maker of white noise of unit standard deviation."""
    return lambda shape, seed=0: np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.fixture(scope="session")
def candidates():
    """Maker of the table of candidates of an image, by the way of `FrameStages` as far as the peaks."""

    def make(image, scale=(PIXEL, PIXEL), d_range=(0.1, 1.2), limits=(0.025, 0.35)):
        cells, _ = search(ImageTransform(image, 24.0), *limits)
        return peaks.find_peaks(power_spectrum(image, scale), cells, scale, d_range)

    return make


@pytest.fixture(scope="session")
def polycrystal():
    """Image, true labels and grains: 512², 40 % crystalline, two spacings."""
    return simulate_array((512, 512), seed=3, coverage=0.4)


@pytest.fixture(scope="session")
def small_polycrystal():
    """Image, true labels and grains: 256², two grains."""
    return simulate_array((256, 256), seed=3, coverage=0.4)


@pytest.fixture(scope="session")
def analyse():
    """Maker of what is found in an array, without HyperSpy."""

    def make(image, scale=(PIXEL, PIXEL), **parameters):
        return FrameStages(np.asarray(image, np.float32), scale).run(Parameters(**parameters))

    return make


@pytest.fixture(scope="session")
def make_image():
    """Maker of a calibrated Signal2D (or of an uncalibrated one, with units None)."""

    def make(data, scale=PIXEL, units="nm", title="image", offset=(0.0, 0.0)):
        from hyperspy.signals import Signal2D

        signal = Signal2D(data)
        signal.metadata.General.title = title
        scales = scale if isinstance(scale, tuple) else (scale, scale)
        columns, rows = signal.axes_manager.signal_axes
        for axis, name, size, origin in ((rows, "y", scales[0], offset[0]), (columns, "x", scales[1], offset[1])):
            axis.name, axis.offset = name, origin
            if units is not None:
                axis.scale, axis.units = size, units
        return signal

    return make


@pytest.fixture(scope="session")
def overlap():
    """Intersection over union of what is crystalline in two label maps."""
    return lambda a, b: np.count_nonzero((a > 0) & (b > 0)) / max(1, np.count_nonzero((a > 0) | (b > 0)))


@pytest.fixture(scope="session")
def apart():
    """Angle in degrees between directions that are the same after half a turn."""
    return lambda a, b: np.abs((np.asarray(a) - np.asarray(b) + 90) % 180 - 90)


@pytest.fixture(scope="session")
def two_grains(small_polycrystal, make_image):
    """Two grains, 256², as a calibrated signal."""
    return make_image(small_polycrystal[0], title="two grains")


@pytest.fixture(scope="session")
def twin():
    """A real image, 512²."""
    from emwidgets import examples

    return examples.cdte_twin()


@pytest.fixture(scope="session")
def corner(twin):
    """A third of each side of it: quick."""
    return twin.isig[:192, :160]


@pytest.fixture(scope="session")
def series(twin):
    """Six pieces of it as a stack of 2 × 3 small images."""
    from hyperspy.signals import Signal2D

    frames = np.stack([twin.data[:128, n : n + 160] for n in (0, 60, 120, 180, 240, 300)]).reshape(2, 3, 128, 160)
    signal = Signal2D(frames.astype(np.float32), metadata={"General": {"title": "series"}})
    signal.axes_manager.signal_axes.set(scale=0.0202, units="nm")
    return signal


@pytest.fixture
def explore():
    """Maker of explorers that are closed at the end."""
    from emwidgets import DomainExplorer

    made = []

    def make(*arguments, **controls):
        made.append(DomainExplorer(*arguments, **controls))
        return made[-1]

    yield make
    for widget in made:
        widget.close()


@pytest.fixture(scope="session")
def two_grains_found(two_grains):
    """The segmentation of those two grains."""
    from emwidgets.domains import segment

    return segment(two_grains)


@pytest.fixture(scope="session")
def polycrystal_found(polycrystal, make_image):
    """The segmentation of the polycrystal."""
    from emwidgets.domains import segment

    return segment(make_image(polycrystal[0], title="polycrystal"))
