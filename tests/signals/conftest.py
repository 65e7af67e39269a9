"""Images that the tests of the gate share."""

import numpy as np
import pytest


@pytest.fixture
def fringes():
    """Lattice fringes with noise, as 24 × 32 float32: rows and columns differ so that swapped axes show."""
    rows, columns = np.indices((24, 32))
    noise = np.random.default_rng(7).normal(size=(24, 32))
    return (100 + 10 * np.sin(columns / 2 + rows / 5) + noise).astype(np.float32)


@pytest.fixture
def image(fringes):
    """The fringes as a calibrated signal."""
    return make_image(fringes, scale=0.02, units="nm", title="fringes")


@pytest.fixture
def stack(fringes):
    """Scan of 2 × 3 images (rows × columns), each brighter than the one before."""
    frames = fringes + np.arange(6, dtype=np.float32).reshape(2, 3, 1, 1)
    return make_image(frames, scale=0.02, units="nm", title="scan")


def make_image(data, scale=1.0, units=None, title="", offset=0.0):
    """Signal2D with these signal axes."""
    import hyperspy.api as hs

    signal = hs.signals.Signal2D(data)
    signal.metadata.General.title = title
    for name, axis in zip("xy", signal.axes_manager.signal_axes, strict=True):
        axis.name, axis.scale, axis.offset = name, scale, offset
        if units is not None:
            axis.units = units
    return signal


@pytest.fixture(name="make_image")
def make_image_fixture():
    return make_image
