import numpy as np
import pytest

from emwidgets.refocusing.frames import restored_frame
from emwidgets.refocusing.recorded import recorded


@pytest.fixture
def frame(grains):
    return grains((64, 80))


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0, 1.5])
def test_the_change_is_that_of_strength_one_times_the_strength_in_the_type_of_the_frame(
    sharpener, frame, dtype, strength
):
    pixels = frame.astype(dtype)
    restored = restored_frame(pixels, "'it'")
    found = restored.at(strength)
    assert found.image.dtype == pixels.dtype
    wanted = pixels + strength * restored.change.astype(float)
    if pixels.dtype.kind in "iu":
        limits = np.iinfo(pixels.dtype)
        wanted = np.clip(np.rint(wanted), limits.min, limits.max)
    assert np.allclose(found.image, wanted, atol=1e-4)
    assert np.allclose(found.change, found.image.astype(float) - pixels, atol=1e-4)
    assert np.allclose(found.uncertainty, strength * restored.uncertainty)
    if strength == 0:
        assert np.array_equal(found.image, pixels)
    assert len(sharpener.calls) == 1


def test_a_network_is_asked_once_for_all_strengths(sharpener, frame):
    restored = restored_frame(frame, "'it'")
    sharpness = [restored.at(strength).sharpness_after for strength in (0, 0.5, 1.0)]
    assert sharpness[0] < sharpness[1] < sharpness[2]
    assert restored.at(0.3).sharpness_before == pytest.approx(sharpness[0])
    assert len(sharpener.calls) == 1


@pytest.mark.parametrize(("gain", "offset"), [(1e-30, 0.0), (1e30, -1e31), (1.0, 1e9), (3.0, -7.0)])
def test_units_and_offset_do_not_matter(sharpener, frame, gain, offset):
    plain = restored_frame(frame, "'it'").at(1)
    found = restored_frame(frame * gain + offset, "'it'").at(1)
    assert np.allclose((found.image - offset) / gain, plain.image, atol=2e-5 * np.ptp(frame))
    assert np.allclose(found.uncertainty / gain, plain.uncertainty, atol=1e-4)
    assert found.sharpness_after == pytest.approx(plain.sharpness_after, rel=1e-3)


def test_an_info_bar_stays_as_it_is_and_the_network_never_sees_it(sharpener, frame):
    frame = np.rint(frame)
    frame[-14:] = 0
    frame[-10:-4, 4:70:5] = 255
    found = restored_frame(frame, "'it'").at(1)
    assert found.bar == 14
    assert sharpener.calls[-1]["shape"] == (50, 80)
    assert np.array_equal(found.image[-14:], frame[-14:])
    assert (found.change[:50] != 0).mean() > 0.9
    assert not found.defocus[-14:].any()
    assert found.width.share == pytest.approx(0.5)
    above = restored_frame(frame[:-14], "'it'").at(1)
    assert np.allclose(found.image[:-14], above.image)
    assert found.sharpness_after == pytest.approx(above.sharpness_after)


def test_the_rows_of_a_bar_can_be_told_and_none_be_said(sharpener, frame):
    found = restored_frame(frame, "'it'", info_bar=20).at(1)
    assert np.array_equal(found.image[-20:], frame[-20:])
    frame[-14:] = 0
    frame[-10:-4, 4:70:5] = 255
    assert restored_frame(frame, "'it'", info_bar=0).bar == 0
    with pytest.raises(ValueError, match="info_bar is 64: expected fewer rows than 'it' has, 64"):
        restored_frame(frame, "'it'", info_bar=64)


def test_a_region_alone_is_changed_and_judged(sharpener, frame):
    found = restored_frame(frame, "'it'", region=(10, 40, 60, 80)).at(1)
    outside = np.ones(frame.shape, bool)
    outside[10:40, 60:80] = False
    assert np.array_equal(found.image[outside], frame[outside])
    assert (found.image[~outside] != frame[~outside]).mean() > 0.9
    assert found.width.share == 1  # the right half was out of focus
    assert found.spectra.shape == (3, 10)


def test_a_region_is_cut_off_at_the_bar_and_refused_within_it(sharpener, frame):
    assert restored_frame(frame, "'it'", region=(30, 64, 0, 80), info_bar=10).box == (30, 54, 0, 80)
    with pytest.raises(ValueError, match="begins at row 55, in the info bar of 'it', which begins at row 54"):
        restored_frame(frame, "'it'", region=(55, 64, 0, 80), info_bar=10)


def test_missing_pixels_are_filled_for_the_network_and_missing_in_all_that_is_made(sharpener, frame):
    whole = restored_frame(frame, "'it'").at(1)
    frame[20:23, 30:33], frame[0, 0] = np.nan, np.inf
    restored = restored_frame(frame, "'it'")
    found = restored.at(1)
    for image in (found.image, found.change, found.defocus, found.uncertainty):
        assert np.array_equal(np.isnan(image), ~np.isfinite(frame))
    assert np.isfinite(restored.before).all()
    far = np.s_[40:, :]
    assert np.allclose(found.image[far], whole.image[far], atol=1e-3)
    assert np.isfinite(found.sharpness_after)


def test_a_mask_stays(sharpener, frame):
    masked = np.ma.array(frame.astype("u2"), mask=frame > 150)
    found = restored_frame(masked, "'it'").at(1)
    assert np.array_equal(np.ma.getmaskarray(found.image), masked.mask)
    assert np.array_equal(np.isnan(found.change), masked.mask)


RGBA = np.dtype([(name, "u1") for name in "RGBA"])


def test_colours_keep_their_hue_and_alpha(sharpener, frame):
    colours = np.zeros(frame.shape, RGBA)
    for name, share in (("R", 1.0), ("G", 0.5), ("B", 0.25)):
        colours[name] = (frame * share).astype("u1")
    colours["A"] = 77
    restored = restored_frame(colours, "'it'")
    found = restored.at(0.3)
    assert found.image.dtype == RGBA
    assert (found.image["A"] == 77).all()
    seen = (found.image["R"] < 255) & (found.image["R"] > 40)
    assert np.abs(found.image["G"][seen] / found.image["R"][seen] - 0.5).max() < 0.05
    luminance = recorded(found.image).real
    assert np.abs(luminance - restored.before - 0.3 * restored.change)[seen].max() < 1
    assert np.allclose(found.change, luminance - restored.before, atol=1e-4)


@pytest.mark.parametrize(
    ("pixels", "problem"),
    [
        (np.full((9, 9), 3.0), "'it' is constant (all 3): there is nothing to refocus"),
        (np.full((9, 9), 2**30, "i4"), "'it' is constant (all 1.07374e+09)"),
        (np.full((9, 9), np.nan), "'it' has no valid pixel (all are NaN, infinite or masked)"),
        (np.ma.array(np.arange(9.0).reshape(3, 3), mask=True), "'it' has no valid pixel"),
        (np.array([[1.7e308, -1.7e308]]), "too far apart to be an image"),
        (np.zeros((1, 1)), "'it' is constant"),
    ],
)
def test_what_cannot_be_refocused_is_left_as_it_is_and_said(sharpener, pixels, problem):
    restored = restored_frame(pixels, "'it'")
    assert restored.problem.startswith(problem) or problem in restored.problem
    assert restored.restored is None
    found = restored.at(1)
    assert np.ma.allequal(found.image, pixels) or np.isnan(pixels).all()
    assert np.isnan(found.sharpness_before)
    assert np.isnan(found.cutoff)
    assert found.width.share == 0
    assert not sharpener.calls


def test_an_image_that_is_constant_but_for_its_bar_is_constant(sharpener):
    frame = np.full((40, 60), 9.0)
    frame[-8:] = np.random.default_rng(0).random((8, 60))
    assert restored_frame(frame, "'it'", info_bar=8).problem.startswith("'it' is constant (all 9)")


@pytest.mark.parametrize("shape", [(1, 2), (1, 33), (3, 3), (4, 5)])
def test_any_size_will_do(sharpener, shape):
    pixels = np.random.default_rng(0).random(shape)
    found = restored_frame(pixels, "'it'").at(1)
    assert found.image.shape == shape
    small = min(shape) < 4
    assert np.isnan(found.sharpness_before) == small
    assert (found.spectra.shape[1] == 0) == small


def test_progress_is_told_and_stopping_is_asked_for(sharpener, frame):
    told = []
    restored_frame(frame, "'it'", progress=lambda done, total: told.append(done / total))
    assert told == sorted(told)
    assert len(told) == 10
    sharpener.opened.clear()
    with pytest.raises(RuntimeError, match="told to stop"):
        restored_frame(frame, "'it'", cancelled=lambda: True)


def test_what_was_restored_is_told_in_the_units_of_the_frame(sharpener, frame):
    restored = restored_frame(frame.astype("u2"), "'it'")
    assert np.allclose(restored.restored.image, restored.before + restored.change)
    assert restored.restored.cutoff == restored.cutoff == 0.3
    assert restored.width.middle == 2.5
