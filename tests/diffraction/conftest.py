"""Patterns and frames that the tests of diffraction share."""

import numpy as np
import pytest

from emwidgets.diffraction.drawing import SpotShape, brightness, draw
from emwidgets.diffraction.frame import Frame, Geometry
from emwidgets.diffraction.kinematic import Beam, diffract
from emwidgets.diffraction.orientation import zone_axis
from emwidgets.diffraction.powder import powder
from emwidgets.diffraction.reflections import reflections


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
