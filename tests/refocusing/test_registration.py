"""A pair is laid onto each other to a fraction of a pixel, though one is blurred and noisy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from emwidgets.refocusing.registration import contrast_matched, registered


def scene(seed=0, shape=(160, 176)) -> np.ndarray:
    """Edges and texture, band limited so that it can be shifted by fractions of a pixel."""
    rng = np.random.default_rng(seed)
    patches = ndimage.gaussian_filter(rng.normal(size=shape), 6) > 0
    return ndimage.gaussian_filter(100.0 * patches + 60 * rng.random(shape), 1.2)


def pair(shift, *, blur=0.0, noise=0.0, seed=0):
    """The same place twice: cut from a larger scene, so that what one shows at its border the other does not."""
    whole = scene(seed)
    moved = ndimage.shift(whole, shift, order=5, mode="mirror")
    image = ndimage.gaussian_filter(moved, blur)[24:-24, 24:-24]
    image = image + noise * np.random.default_rng(seed + 1).normal(size=image.shape)
    return image, whole[24:-24, 24:-24]


@settings(max_examples=25, deadline=None)
@given(rows=st.floats(-12, 12), columns=st.floats(-12, 12), blur=st.sampled_from([0.0, 1.5, 3.0]))
def test_the_shift_is_found_to_a_tenth_of_a_pixel(rows, columns, blur):
    found = registered(*pair((rows, columns), blur=blur, noise=2.0)).shift
    np.testing.assert_allclose(found, (rows, columns), atol=0.06)


def test_noise_as_strong_as_the_image_leaves_a_quarter_of_a_pixel():
    image, reference = pair((3.3, -5.6), blur=2.0, noise=30.0)
    np.testing.assert_allclose(registered(image, reference).shift, (3.3, -5.6), atol=0.25)


def test_the_reference_lies_where_the_image_lies():
    image, reference = pair((2.4, -3.7))
    laid = registered(image, reference)
    inner = ndimage.binary_erosion(laid.inside, iterations=4)
    assert np.sqrt(np.mean((laid.reference - image)[inner] ** 2)) < 0.02 * np.ptp(image)
    assert np.sqrt(np.mean((reference - image)[inner] ** 2)) > 0.1 * np.ptp(image)


def test_what_the_reference_does_not_show_is_outside():
    image, reference = pair((5.0, -3.0))
    inside = registered(image, reference).inside
    assert not inside[:4].any()
    assert not inside[:, -2:].any()
    assert inside[6:, :-4].all()


def test_without_a_shift_the_reference_stays_bit_by_bit():
    image, reference = pair((0.0, 0.0), blur=2.0, noise=2.0)
    laid = registered(image, reference)
    assert laid.shift == (0.0, 0.0)
    np.testing.assert_array_equal(laid.reference, reference)
    assert laid.inside.all()


@pytest.mark.parametrize("fraction", [0.2, 0.5])
def test_noise_of_the_reference_is_not_smoothed_by_moving_it(fraction):
    """Else a pair half a pixel apart would score better than one a whole pixel apart."""
    image, reference = pair((fraction, -fraction))
    noise = np.random.default_rng(9).normal(0, 5, reference.shape)
    laid = registered(image, reference + noise)
    left = (laid.reference - image)[10:-10, 10:-10]
    assert laid.shift == pytest.approx((fraction, -fraction), abs=0.05)
    assert left.std() == pytest.approx(5, rel=0.03)


def test_another_brightness_and_uneven_shading_do_not_pull():
    image, reference = pair((4.2, 1.6), blur=1.5)
    shaded = 0.3 * image + 500 + np.linspace(0, 120, image.shape[0])[:, None]
    np.testing.assert_allclose(registered(shaded, reference).shift, (4.2, 1.6), atol=0.15)


def test_missing_pixels_of_either_are_bridged():
    image, reference = pair((2.0, -4.0), blur=1.0)
    image[40:46, 60:70] = np.nan
    reference[80:84, 20:30] = np.nan
    laid = registered(image, reference)
    np.testing.assert_allclose(laid.shift, (2.0, -4.0), atol=0.1)
    assert not laid.inside[83:85, 17:25].any()


@pytest.mark.parametrize(
    ("image", "reference", "message"),
    [
        (np.eye(20), np.eye(24), r"the image is \(20, 20\), the reference \(24, 24\)"),
        (np.eye(12), np.eye(12), "16 px or more a side"),
        (np.zeros((20, 20)), np.eye(20), "the image is constant or empty.*register=False"),
        (np.eye(20), np.full((20, 20), np.nan), "the reference is constant or empty"),
    ],
)
def test_what_cannot_be_registered_is_said(image, reference, message):
    with pytest.raises(ValueError, match=message):
        registered(image, reference)


def test_matching_undoes_gain_and_offset_and_nothing_else():
    reference = scene()
    np.testing.assert_allclose(contrast_matched(7 * reference - 30, reference), reference, atol=1e-8)
    blurred = ndimage.gaussian_filter(reference, 2)
    matched = contrast_matched(blurred, reference)
    assert np.corrcoef(matched.ravel(), blurred.ravel())[0, 1] == pytest.approx(1)
    with pytest.raises(ValueError, match="the image is constant"):
        contrast_matched(np.ones((8, 8)), np.eye(8))
