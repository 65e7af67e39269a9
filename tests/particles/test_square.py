"""Non-square pixels are brought to square ones of the same area."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.particles.square import squared


def gaussian(shape, scale, middle=(0.0, 0.0), width=8.0):
    """Round in nm."""
    y, x = ((np.arange(size) - (size - 1) / 2) * step for size, step in zip(shape, scale, strict=True))
    return np.exp(-((y[:, None] - middle[0]) ** 2 + (x - middle[1]) ** 2) / (2 * width**2)).astype(np.float32)


def widths(image):
    """Standard deviation of the signal down and across, px."""
    rows, columns = np.indices(image.shape)
    total = image.sum()
    centre = [(places * image).sum() / total for places in (rows, columns)]
    return [
        float(np.sqrt((((places - at) ** 2) * image).sum() / total))
        for places, at in zip((rows, columns), centre, strict=True)
    ]


def test_square_pixels_are_left_as_they_are():
    image = np.random.default_rng(0).normal(size=(20, 30)).astype(np.float32)
    found, side = squared(image, (0.25, 0.25))
    assert found is image
    assert side == 0.25


@given(st.floats(0.5, 2), st.floats(0.5, 1.5))
def test_what_is_round_in_nm_becomes_round_in_pixels(ratio, across):
    scale = (across * ratio, across)
    shape = (int(80 / scale[0]), int(80 / scale[1]))
    found, side = squared(gaussian(shape, scale), scale)
    down, along = widths(found)
    assert down == pytest.approx(along, rel=0.03)
    assert along * side == pytest.approx(8, rel=0.03)
    assert side == pytest.approx(np.sqrt(scale[0] * scale[1]), rel=1e-3)
    assert found.dtype == np.float32


@given(st.floats(0.3, 3), st.floats(-8, 8), st.floats(-8, 8))
def test_places_from_the_middle_are_kept(ratio, down, across):
    scale = (ratio, 1.0)
    image = gaussian((int(90 / ratio), 90), scale, middle=(down, across), width=5)
    found, side = squared(image, scale)
    rows, columns = np.indices(found.shape)
    middle = (np.array(found.shape) - 1) / 2
    total = found.sum()
    assert ((rows * found).sum() / total - middle[0]) * side == pytest.approx(down, abs=0.2)
    assert ((columns * found).sum() / total - middle[1]) * side == pytest.approx(across, abs=0.2)


@given(st.floats(0.01, 100), st.integers(16, 100), st.integers(16, 100))
def test_an_even_image_stays_even_and_memory_stays_as_it_is(ratio, rows, columns):
    found, _ = squared(np.full((rows, columns), 3, np.float32), (ratio, 1.0))
    np.testing.assert_allclose(found, 3, rtol=1e-5)
    assert found.size <= 2 * rows * columns
