"""What must not matter to the result, and what calibration must change in it."""

import numpy as np
import pandas as pd
import pytest

from emwidgets import domains
from emwidgets.domains.simulate import simulate_array

PIXEL = 0.026


@pytest.fixture(scope="module")
def image(two_grains):
    return two_grains


@pytest.fixture(scope="module")
def found(two_grains_found):
    return two_grains_found


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turning_the_image_turns_the_labels_and_the_orientations(
    polycrystal, polycrystal_found, make_image, overlap, apart, quarters
):
    turned = domains.segment(make_image(np.rot90(polycrystal[0], quarters).copy()))
    back = np.rot90(turned.labels.data, -quarters)
    assert overlap(back, polycrystal_found.labels.data) > 0.985
    before, after = polycrystal_found.domains, turned.domains
    assert len(after) == len(before)
    for domain in before.itertuples():
        (same,) = after[np.abs(after["area"] / domain.area - 1) < 0.02].pipe(
            lambda table, d=domain: table[apart(table["orientation"], d.orientation - 90 * quarters) < 0.3].itertuples()
        )
        assert same.d_spacing == pytest.approx(domain.d_spacing, rel=2e-3)


@pytest.mark.parametrize("brightness", [lambda i: 1e4 * i, lambda i: i + 500, lambda i: -i])
def test_brightness_contrast_and_inversion_do_not_matter(image, found, make_image, overlap, brightness):
    changed = domains.segment(make_image(brightness(image.data)))
    assert overlap(changed.labels.data, found.labels.data) > 0.99
    assert changed.d_spacings == pytest.approx(found.d_spacings, rel=1e-3)


def test_integers_give_what_floats_give(image, found, make_image, overlap):
    counts = (image.data * 500 + 20000).astype(np.uint16)
    assert overlap(domains.segment(make_image(counts)).labels.data, found.labels.data) > 0.99


def test_missing_pixels_cost_only_their_place(image, found, make_image, overlap):
    broken = image.data.copy()
    broken[20:40, 30:60] = np.nan
    broken[200, 5] = np.inf
    mended = domains.segment(make_image(broken))
    assert overlap(mended.labels.data, found.labels.data) > 0.95
    assert mended.d_spacings == pytest.approx(found.d_spacings, rel=0.01)


def test_the_input_is_left_as_it_was(image):
    before, axes = image.deepcopy(), str(image.axes_manager)
    domains.segment(image, min_area=3, include=[(3.0, 1.0)])
    np.testing.assert_array_equal(image.data, before.data)
    assert str(image.axes_manager) == axes
    assert image.metadata.as_dictionary() == before.metadata.as_dictionary()


@pytest.mark.parametrize(("units", "factor"), [("Å", 10), ("pm", 1e3), ("µm", 1e-3)])
def test_any_unit_of_length_gives_the_same_domains_in_nm(image, found, make_image, overlap, units, factor):
    other = domains.segment(make_image(image.data, scale=PIXEL * factor, units=units))
    assert other.where.unit == "nm"
    # the last digit of a converted scale may tip a rounded grid size: the same to what the eye can see, not to a bit
    assert overlap(other.labels.data, found.labels.data) > 0.995
    assert other.d_spacings == pytest.approx(found.d_spacings, rel=5e-4)
    for name in ("area", "centroid_x", "centroid_y", "orientation", "equivalent_diameter"):
        np.testing.assert_allclose(other.domains[name], found.domains[name], rtol=5e-3)


def test_an_image_that_is_not_calibrated_is_measured_in_pixels(image, found, make_image):
    in_px = domains.segment(make_image(image.data, units=None))
    assert in_px.where.unit == "px"
    assert in_px.d_spacings == pytest.approx(np.array(found.d_spacings) / PIXEL, rel=0.01)
    assert in_px.crystalline_area == pytest.approx(np.count_nonzero(in_px.labels.data))
    assert in_px.parameters.eps == pytest.approx(found.parameters.eps / PIXEL, rel=0.1)
    assert "px²" in in_px._repr_html_()


def test_a_pixel_size_by_hand_is_a_calibration(image, found, make_image):
    by_hand = domains.segment(make_image(image.data, units=None), pixel_size=PIXEL)
    pd.testing.assert_frame_equal(by_hand.domains, found.domains)
    assert by_hand.labels.axes_manager.signal_axes[0].units == "nm"
    assert by_hand.provenance.parameters["pixel_size"] == PIXEL


def test_centroids_count_from_the_origin_of_the_axes(image, found, make_image):
    moved = domains.segment(make_image(image.data, offset=(100.0, -20.0)))
    np.testing.assert_allclose(moved.domains["centroid_x"], found.domains["centroid_x"] - 20)
    np.testing.assert_allclose(moved.domains["centroid_y"], found.domains["centroid_y"] + 100)
    for axis, offset in zip(moved.labels.axes_manager.signal_axes, (-20, 100), strict=True):
        assert axis.offset == pytest.approx(offset)


@pytest.mark.parametrize(("shape", "seed"), [((256, 420), 13), ((420, 300), 10)])
def test_images_that_are_not_square_are_no_exception(make_image, overlap, shape, seed):
    image, truth, _ = simulate_array(shape, coverage=0.4, seed=seed)
    found = domains.segment(make_image(image))
    assert found.labels.data.shape == found.spectrum.data.shape == shape
    assert overlap(found.labels.data, truth) > 0.8


def test_pixels_that_are_not_square_give_true_spacings_directions_and_areas(plane_wave, white_noise, make_image):
    shape, scale = (300, 400), (0.034, 0.024)
    y, x = np.indices(shape)
    disc = np.hypot((y - 150) * scale[0], (x - 180) * scale[1]) < 3
    k = np.array([np.cos(np.deg2rad(35)), np.sin(np.deg2rad(35))]) / 0.25
    found = domains.segment(make_image(plane_wave(shape, *k, scale=scale) * disc + white_noise(shape), scale=scale))
    (domain,) = found.domains.itertuples()
    assert domain.d_spacing == pytest.approx(0.25, rel=3e-3)
    assert domain.orientation == pytest.approx(35, abs=0.5)
    assert domain.area == pytest.approx(9 * np.pi, rel=0.06)
    assert (domain.centroid_y, domain.centroid_x) == pytest.approx((150 * scale[0], 180 * scale[1]), abs=0.1)
