"""Cropping, resampling and display do to grey values what their names say."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.diffraction import record
from emwidgets.diffraction.simulation.frame import Frame, Geometry


def ramp(shape=(128, 128)):
    rows, columns = np.indices(shape)
    return Frame((rows + columns).astype(np.float32), Geometry(shape, 0.1))


def test_a_crop_knows_where_the_beam_is(ring_frame, rng):
    cropped = record.Crop(0.5, row=1.0, column=0.25)(ring_frame, rng)
    assert cropped.image.shape == cropped.geometry.shape == cropped.features.shape == (64, 64)
    np.testing.assert_allclose(cropped.geometry.centre, (63.5 - 64, 63.5 - 16))
    np.testing.assert_array_equal(cropped.image, ring_frame.image[64:, 16:80])
    np.testing.assert_allclose(cropped.geometry.radius, ring_frame.geometry.radius[64:, 16:80], rtol=1e-5)


def test_low_resolution_leaves_few_pixels(ring_frame, rng):
    blocks = record.LowResolution(32)(ring_frame, rng).image
    np.testing.assert_array_equal(blocks[0::4], blocks[3::4])
    assert blocks.mean() == pytest.approx(ring_frame.image.mean(), rel=1e-4)
    smooth = record.LowResolution(32, smooth=True)(ring_frame, rng).image
    assert np.abs(np.diff(smooth, axis=0)).max() < np.abs(np.diff(blocks, axis=0)).max()
    assert record.LowResolution(500)(ring_frame, rng) is ring_frame


@settings(max_examples=30)
@given(rows=st.integers(20, 200), columns=st.integers(20, 200))
def test_resizing_keeps_the_mean_and_the_middle(rows, columns):
    frame = ramp((96, 96))
    found = record.resized(frame.image, (rows, columns))
    assert found.shape == (rows, columns)
    assert found.dtype == np.float32
    assert found.mean() == pytest.approx(frame.image.mean(), rel=0.01)
    # a ramp stays a ramp, but for what falls between its pixels
    steps = np.diff(found, axis=0)[2:-2]
    np.testing.assert_allclose(steps, 96 / rows, atol=0.25)


def test_resizing_to_the_same_size_changes_nothing(ring_frame):
    np.testing.assert_array_equal(record.resized(ring_frame.image, ring_frame.image.shape), ring_frame.image)


def test_the_smooth_background_goes_and_the_spots_stay(spot_frame, rng):
    lit = spot_frame.with_image(spot_frame.image + 5)
    found = record.BackgroundRemoved(size=0.2)(lit, rng).image
    assert np.median(found) < 0.1
    assert found.max() > 0.5 * spot_frame.image.max()


def test_display_maps_percentiles_to_black_and_white(rng):
    found = record.Display(black=10, white=90)(ramp(), rng)
    assert (found.image.min(), found.image.max(), found.signal) == (0, 255, 255)
    assert np.mean(found.image == 0) == pytest.approx(0.1, abs=0.02)
    assert np.mean(found.image == 255) == pytest.approx(0.1, abs=0.02)


def test_gamma_and_logarithm_lift_the_shadows(rng):
    linear, gamma, logarithm = (
        record.Display(0, 100, **options)(ramp(), rng).image[32, 32]
        for options in ({}, {"gamma": 0.5}, {"logarithm": 1000})
    )
    assert gamma == pytest.approx(255 * np.sqrt(linear / 255), rel=1e-3)
    assert logarithm > gamma > linear


def test_a_constant_frame_is_shown_black(rng):
    assert record.Display()(Frame(np.full((32, 32), 7, np.float32), Geometry((32, 32), 1)), rng).image.max() == 0


@pytest.mark.parametrize("levels", [2, 8, 256])
def test_eight_bits_have_so_many_levels(levels, rng):
    shown = record.Display(0, 100)(ramp((256, 256)), rng)
    assert len(np.unique(record.EightBit(levels)(shown, rng).image)) == levels


def test_inverting_twice_changes_nothing(ring_frame, rng):
    once = record.Inverted()(ring_frame, rng)
    assert once.image.argmin() == ring_frame.image.argmax()
    np.testing.assert_allclose(record.Inverted()(once, rng).image, ring_frame.image, atol=1e-6)


def test_stronger_compression_does_more_harm(ring_frame, rng):
    shown = record.Display()(ring_frame, rng)
    harm = [np.sqrt(np.mean((record.Jpeg(q)(shown, rng).image - shown.image) ** 2)) for q in (100, 75, 25, 5)]
    assert harm == sorted(harm)
    assert harm[0] < 1
    assert 2 < harm[3] < 60


def test_compression_is_that_of_pillow(ring_frame, rng, tmp_path):
    Image = pytest.importorskip("PIL.Image")
    shown = record.EightBit()(record.Display()(ring_frame, rng), rng)
    path = tmp_path / "ring.jpg"
    Image.fromarray(shown.image.astype(np.uint8)).save(path, quality=30)
    ours = record.Jpeg(30)(shown, rng).image
    theirs = np.asarray(Image.open(path)).astype(float)
    assert np.abs(ours - theirs).mean() < 1.0


def test_odd_sizes_are_compressed_too(rng):
    frame = dataclasses.replace(ramp((67, 45)), image=np.full((67, 45), 100, np.float32))
    np.testing.assert_allclose(record.Jpeg(80)(frame, rng).image, 100, atol=3)


@pytest.mark.parametrize("levels", [1, 500])
def test_eight_bits_have_between_two_and_256_levels(levels):
    with pytest.raises(ValueError, match=f"levels is {levels}: expected 2 to 256"):
        record.EightBit(levels)
