import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from emwidgets.refocusing.info_bar import rows
from emwidgets.refocusing.networks.scenes import scene


def micrograph(shape=(240, 320), seed=0):
    image = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), 2)
    image = 40 + 170 * (image - image.min()) / np.ptp(image)
    return np.rint(image + np.random.default_rng(seed + 1).normal(0, 3, shape)).clip(1, 254)


def letters(band, ink, seed=0):
    """Something written: strokes of two pixels, with gaps."""
    height, width = band.shape
    rng = np.random.default_rng(seed)
    for left in range(6, width - 12, 10):
        if rng.random() < 0.6:
            band[height // 4 : -(height // 4) or None, left : left + 2] = ink
            band[height // 4 : height // 4 + 2, left : left + 7] = ink


@settings(max_examples=30, deadline=None)
@given(
    st.integers(12, 50),
    st.sampled_from([(0, 255), (255, 0), (30, 230)]),
    st.integers(0, 3),
    st.integers(0, 99),
)
def test_a_band_with_writing_is_found_to_the_row_with_the_line_above_it(height, colours, line, seed):
    image = micrograph(seed=seed)
    ground, ink = colours
    image[-height:] = ground
    letters(image[-height:], ink, seed)
    if line:
        image[-height - line : -height] = ink
    assert rows(image) == height + line


def test_a_band_that_went_through_jpeg_is_found():
    from io import BytesIO

    from PIL import Image

    image = micrograph()
    image[-32:] = 0
    letters(image[-32:], 255)
    packed = BytesIO()
    Image.fromarray(image.astype("u1")).save(packed, "jpeg", quality=80)
    assert abs(rows(np.asarray(Image.open(packed))) - 32) <= 1


@pytest.mark.parametrize("ink", [255.0, 0.0])
def test_writing_straight_on_the_image_is_found_with_a_pixel_to_spare(ink):
    image = micrograph()
    letters(image[-30:], ink)  # strokes begin at a quarter of the height
    assert rows(image) == 30 - 30 // 4 + 1


@given(st.floats(1e-6, 1e6), st.floats(-1e6, 1e6))
def test_units_and_offset_do_not_matter(gain, offset):
    image = micrograph((120, 160))
    image[-24:] = 0
    letters(image[-24:], 255)
    assert rows(image * gain + offset) == 24


@pytest.mark.parametrize("seed", range(8))
def test_a_micrograph_has_none(seed):
    assert rows(micrograph(seed=seed)) == 0
    assert rows(scene(np.random.default_rng(seed), 192)) == 0


def test_a_dark_ground_below_the_specimen_is_none():
    image = np.zeros((200, 200))
    image[:150] = micrograph((150, 200))
    assert rows(image) == 0  # nothing is written there


def test_a_bright_particle_at_the_bottom_is_none():
    image = micrograph()
    y, x = np.indices(image.shape)
    image = np.minimum(image + 400 * np.exp(-((y - 225) ** 2 + (x - 160) ** 2) / 300), 255)
    assert (image[-60:] == 255).mean() > 0.01
    assert rows(image) == 0


def test_a_particle_on_an_empty_ground_that_touches_the_bottom_is_none():
    image = np.zeros((200, 220))
    y, x = np.indices(image.shape)
    image[np.hypot(y - 185, x - 100) < 60] = 200
    assert rows(image) == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (20, 20), (33, 40)])
def test_what_is_small_or_even_has_none(shape):
    assert rows(np.random.default_rng(0).random(shape)) == 0
    assert rows(np.full(shape, 3.0)) == 0
