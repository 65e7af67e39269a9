"""PSNR and SSIM are what their definitions say; `score` compares only what can be compared."""

import dask.array
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

hs = pytest.importorskip("hyperspy.api")

from emwidgets.refocusing.metrics import psnr, score, ssim  # noqa: E402


def texture(shape=(64, 80), seed=0) -> np.ndarray:
    return 100 + 400 * ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), 2)


def signal(data, scale=0.5, units="nm", title="grains"):
    made = hs.signals.Signal2D(data)
    for axis in made.axes_manager.signal_axes:
        axis.scale, axis.units = scale, units
    made.metadata.General.title = title
    return made


@settings(max_examples=30, deadline=None)
@given(error=st.floats(1e-3, 1), data_range=st.floats(0.1, 1e4))
def test_psnr_is_the_range_over_the_difference_in_decibels(error, data_range):
    image = np.zeros((8, 8))
    image[0, 0] = data_range
    assert psnr(image + error * data_range, image) == pytest.approx(-20 * np.log10(error), abs=1e-6)


def test_equal_images_are_infinitely_near_and_alike():
    assert psnr(texture(), texture()) == np.inf
    assert ssim(texture(), texture()) == 1.0


def test_ssim_is_that_of_scikit_image():
    from skimage.metrics import structural_similarity

    image, reference = ndimage.gaussian_filter(texture(), 1), texture()
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    expected = structural_similarity(image, reference, data_range=np.ptp(reference), **settings)
    assert ssim(image, reference) == pytest.approx(expected, abs=1e-12)


def test_blur_and_noise_lower_both_the_more_the_stronger():
    rng = np.random.default_rng(1)
    noise = rng.normal(size=texture().shape)
    for worse in (lambda s: ndimage.gaussian_filter(texture(), s), lambda s: texture() + 10 * s * noise):
        for measure in (psnr, ssim):
            values = [measure(worse(strength), texture()) for strength in (0.5, 1, 2, 4)]
            assert values == sorted(values, reverse=True)


def test_the_range_is_the_references_own_unless_given():
    image = texture() + 5
    assert psnr(image, texture(), 255) == pytest.approx(20 * np.log10(255 / 5))
    assert psnr(image, texture()) == pytest.approx(20 * np.log10(np.ptp(texture()) / 5))


def test_unsigned_integers_are_subtracted_without_overflow():
    reference = np.array([[0, 255], [10, 200]], np.uint8)
    image = np.array([[1, 254], [9, 201]], np.uint8)
    assert psnr(image, reference) == pytest.approx(20 * np.log10(255))


def test_missing_pixels_are_left_out():
    image = texture() + 3.0
    gaps = image.copy()
    gaps[10:14, 20:30] = np.nan
    gaps[40, 40] = np.inf
    assert psnr(gaps, texture()) == pytest.approx(psnr(image, texture(), np.ptp(texture())), abs=0.2)
    broken = texture().copy()
    broken[20:24, 30:34] = np.nan
    assert ssim(texture(), broken) == 1.0
    masked = np.ma.array(image, mask=np.arange(80) % 2 * np.ones((64, 1)))
    image[:, 1::2] += 1e3
    assert psnr(masked, texture(), 300) == pytest.approx(40)


@pytest.mark.parametrize("measure", [psnr, ssim])
@pytest.mark.parametrize(
    ("image", "reference", "error", "message"),
    [
        (np.zeros((20, 30)), np.zeros((30, 20)), ValueError, r"image is \(20, 30\), the reference \(30, 20\)"),
        (np.zeros((2, 20, 30)), np.zeros((2, 20, 30)), ValueError, "expected two images of one shape"),
        (np.zeros((20, 20)), np.ones((20, 20)), ValueError, "reference is constant.*pass data_range"),
        (np.full((20, 20), np.nan), np.ones((20, 20)), ValueError, "no pixel is known in both"),
        (np.zeros((20, 20), complex), np.ones((20, 20)), TypeError, "real numbers, got complex128"),
    ],
)
def test_what_cannot_be_compared_is_said(measure, image, reference, error, message):
    with pytest.raises(error, match=message):
        measure(image, reference)


def test_small_signals_are_scored_as_small_arrays_are():
    sharp, other = texture((12, 14)), texture((12, 14), seed=1)
    found = score(signal(other), signal(sharp), register=False)
    assert found["psnr"] == psnr(other, sharp)
    with pytest.raises(ValueError, match="16 px or more a side"):
        score(signal(other), signal(sharp))


def test_ssim_says_how_small_is_too_small():
    small = np.random.default_rng(0).random((10, 40))
    with pytest.raises(ValueError, match=r"windows of 11 × 11 px, the images have 40 × 10 px: use psnr"):
        ssim(small, small)
    nowhere = texture()
    nowhere[::8, ::8] = np.nan
    with pytest.raises(ValueError, match="no place is 5 px away"):
        ssim(nowhere, texture())


@pytest.mark.parametrize("data_range", [0, -1, np.nan, np.inf])
def test_a_range_that_is_none_is_refused(data_range):
    with pytest.raises(ValueError, match="data_range is"):
        psnr(texture(), texture(), data_range)


def test_score_of_arrays_and_of_signals_is_the_same_number():
    image = ndimage.gaussian_filter(texture(), 1)
    by_arrays = score(image, texture())
    by_signals = score(signal(image.astype(np.float32)), signal(texture().astype(np.float32)))
    assert by_signals["psnr"] == pytest.approx(by_arrays["psnr"], abs=1e-3)
    assert by_signals["ssim"] == pytest.approx(by_arrays["ssim"], abs=1e-5)
    assert by_arrays["shift"] == by_signals["shift"] == (0.0, 0.0)


def test_where_nothing_moved_registering_changes_no_digit():
    image = ndimage.gaussian_filter(texture(), 2) + np.random.default_rng(2).normal(0, 5, texture().shape)
    assert score(image, texture()) == score(image, texture(), register=False)


def test_a_shifted_pair_is_registered_first_and_the_shift_reported_in_nm():
    scene = texture((120, 140))
    image, reference = scene[10:100, 20:120], scene[13:103, 16:116]  # 3 px up, 4 px to the right of it
    laid = score(signal(image, 0.5), signal(reference, 0.5))
    assert laid["shift"] == pytest.approx((-2.0, 1.5), abs=0.005)
    assert laid["psnr"] > 60
    assert score(signal(image), signal(reference), register=False)["psnr"] < 25


def test_detectors_with_other_settings_are_matched_only_when_asked():
    other = 0.5 * texture() + 300
    assert score(other, texture())["psnr"] < 10
    assert score(other, texture(), match_contrast=True)["psnr"] > 200


def test_stacks_give_arrays_of_their_navigation_shape_lazy_or_not():
    frames = np.stack([[texture(seed=3 * i + j) for j in range(3)] for i in range(2)])
    blurred = ndimage.gaussian_filter(frames, (0, 0, 1, 1))
    each = score(signal(blurred), signal(frames))
    assert each["psnr"].shape == each["ssim"].shape == (2, 3)
    assert each["shift"].shape == (2, 3, 2)
    assert each["psnr"][1, 2] == pytest.approx(score(blurred[1, 2], frames[1, 2])["psnr"], abs=1e-3)
    lazy = hs.signals.Signal2D(dask.array.from_array(blurred, chunks=(1, 1, 64, 80))).as_lazy()
    against_lazy = score(lazy, signal(frames))
    np.testing.assert_allclose(against_lazy["psnr"], each["psnr"])
    one = score(signal(blurred), signal(frames[0, 0]))
    assert one["psnr"].shape == (2, 3)
    assert one["psnr"][0, 0] == each["psnr"][0, 0]


def test_units_of_one_kind_are_converted_before_they_are_compared():
    image = ndimage.gaussian_filter(texture(), 1)
    assert score(signal(image, 0.5, "nm"), signal(texture(), 5, "Å")) == score(signal(image), signal(texture()))
    uncalibrated = signal(texture(), 1, "")
    assert score(signal(image), uncalibrated)["psnr"] == score(signal(image), signal(texture()))["psnr"]


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (lambda: signal(texture((60, 80))), r"'grains' has 80 × 64 px, the reference 80 × 60 px: crop both"),
        (lambda: signal(texture(), 1.0), "a pixel of 'grains' is 0.5 nm, one of the reference 1 nm: rebin"),
        (lambda: signal(texture(), 0.5, "1/nm"), "in nm, those of the reference in 1/nm"),
        (lambda: signal(np.zeros((2, 64, 80))), "the image has 1 frames, the reference 2"),
        (lambda: signal(np.full((64, 80), 3.0)), "the reference is constant"),
    ],
)
def test_signals_that_do_not_show_the_same_place_are_refused(reference, message):
    with pytest.raises(ValueError, match=message):
        score(signal(texture()), reference())


def test_a_signal_against_an_array_is_refused():
    with pytest.raises(TypeError, match=r"image is of Signal2D, the reference of ndarray: pass two HyperSpy signals"):
        score(signal(texture()), texture())
