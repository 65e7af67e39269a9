"""The shipped network on made-up micrographs; plumbing with any of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.refocusing.blurring import blurred, blurred_by_map, noisy
from emwidgets.refocusing.networks.scenes import scene
from emwidgets.refocusing.radial import FAINTEST, noise_cutoff, radial_spectrum
from emwidgets.refocusing.restore import NETWORKS, Cancelled, restore
from emwidgets.refocusing.spread import PointSpread
from emwidgets.refocusing.tiles import MARGIN


def decibels(one, other):
    return 20 * np.log10(np.ptp(other) / np.sqrt(np.mean((one - other) ** 2)))


@pytest.fixture(scope="module")
def sharp():
    """A made-up micrograph that no network was taught with, as sharp and as noisy as real ones in focus are."""
    return in_focus([7, 7], 320, "particles")


def in_focus(seed, size, kind):
    drawn = blurred(scene(np.random.default_rng(seed), size, kind), PointSpread(0.8))
    return noisy(drawn, np.random.default_rng(seed), 0.01)


def seen(sharp, sigma, noise):
    return noisy(blurred(sharp, PointSpread(sigma)), np.random.default_rng(3), noise, span=1.0)


@pytest.mark.parametrize("sigma", [1.5, 2.5, 4.0])
@pytest.mark.parametrize("noise", [0.005, 0.03])
def test_a_blurred_image_comes_nearer_to_the_truth(sharp, sigma, noise):
    image = seen(sharp, sigma, noise)
    assert decibels(restore(image).image, sharp) > decibels(image, sharp) + 0.5


def test_the_width_of_the_blur_is_found(sharp):
    for sigma in (1.5, 2.5, 4.0):
        found = restore(seen(sharp, sigma, 0.005), turns=1).defocus
        assert np.median(found[found > 0]) == pytest.approx(sigma, rel=0.25)


def test_what_is_sharp_is_left_alone(sharp):
    assert decibels(restore(sharp).image, sharp) > 40


def test_in_a_mixed_image_only_the_blurred_part_changes(sharp):
    sigma = np.where(np.arange(320) < 160, 0.0, 3.0) * np.ones((320, 1))
    image = noisy(blurred_by_map(sharp, sigma, PointSpread(1)), np.random.default_rng(1), 0.005, span=1.0)
    found = restore(image)
    left, right = np.s_[:, :130], np.s_[:, 190:]
    assert decibels(found.image[left], image[left]) > 38
    assert decibels(found.image[right], sharp[right]) > decibels(image[right], sharp[right]) + 1
    assert np.median(found.defocus[left]) == 0
    assert np.median(found.defocus[right]) == pytest.approx(3, rel=0.3)


@pytest.mark.parametrize("network", NETWORKS)
def test_tiles_leave_no_seam(network):
    image = seen(in_focus([7, 8], 384, "leaves"), 2.5, 0.01)
    whole, pieces = (restore(image, network, turns=1, tile=size).image for size in (1024, 320))
    inside = np.s_[MARGIN:-MARGIN, MARGIN:-MARGIN]
    np.testing.assert_allclose(pieces[inside], whole[inside], atol=1e-3 * np.ptp(image))


@given(st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=10, deadline=None)
def test_an_image_of_any_size_is_answered(rows, columns):
    found = restore(np.random.default_rng(rows).random((rows, columns)), turns=1)
    for each in (found.image, found.defocus, found.uncertainty):
        assert each.shape == (rows, columns)
        assert each.dtype == np.float32
        assert np.isfinite(each).all()


@given(st.floats(-1e3, 1e3), st.floats(1e-2, 1e4))
@settings(max_examples=6, deadline=None)
def test_the_answer_does_not_depend_on_units(offset, gain):
    image = seen(scene(np.random.default_rng(4), 96, "leaves"), 2.0, 0.01).astype(float)
    plain, other = restore(image, turns=1), restore(image * gain + offset, turns=1)
    tolerance = 2e-3 * gain + 1e-6 * abs(offset)
    np.testing.assert_allclose(other.image, plain.image * gain + offset, atol=tolerance)


def test_a_mirrored_image_gives_the_mirrored_answer_when_all_copies_are_averaged():
    image = seen(in_focus(5, 128, "leaves"), 2.0, 0.01)
    one, other = restore(image, turns=8).image, restore(image[:, ::-1], turns=8).image
    # not to the last digit: slopes, in restorations of least total variation, are differences to the next neighbour
    np.testing.assert_allclose(other[:, ::-1], one, atol=0.03)
    assert np.abs(other[:, ::-1] - one).mean() < 3e-3


def test_strength_goes_from_the_image_to_beyond_the_answer(sharp):
    image = seen(sharp[:128, :128], 2.5, 0.01)
    none, half, whole = (restore(image, strength=each, turns=1).image for each in (0, 0.5, 1))
    np.testing.assert_array_equal(none, image)
    np.testing.assert_allclose(half, (none + whole) / 2, atol=1e-5)


def test_only_a_region_is_changed_and_its_middle_as_in_the_whole(sharp):
    image = seen(sharp, 2.5, 0.01)
    part, whole = restore(image, region=(80, 240, 0, 160), turns=1), restore(image, turns=1)
    changed = part.image != image
    assert not changed[:80].any()
    assert not changed[240:].any()
    assert not changed[:, 160:].any()
    assert not part.defocus[:80].any()
    np.testing.assert_allclose(part.image[100:220, :140], whole.image[100:220, :140], atol=0.02)


def test_more_copies_tell_the_uncertainty(sharp):
    image = seen(sharp[:128, :128], 2.5, 0.02)
    assert not restore(image, turns=1).uncertainty.any()
    assert restore(image, turns=4).uncertainty.mean() > 0


def test_beyond_the_cut_off_nothing_is_amplified(sharp):
    image = seen(sharp, 3.0, 0.01)
    found = restore(image)
    assert found.cutoff == pytest.approx(noise_cutoff(image, FAINTEST))
    assert found.cutoff < 0.3
    frequency, before = radial_spectrum(image)
    after = radial_spectrum(found.image)[1]
    beyond = frequency > found.cutoff
    assert (after[beyond] < 1.05 * before[beyond]).all()
    assert (
        after[(frequency > 0.03) & (frequency < 0.8 * found.cutoff)].mean()
        > before[(frequency > 0.03) & (frequency < 0.8 * found.cutoff)].mean()
    )


def test_progress_is_told_and_cancelling_stops(sharp):
    told = []
    restore(sharp[:96, :96], turns=4, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, 4) for number in (1, 2, 3, 4)]
    asked = iter([False, False, True])
    with pytest.raises(Cancelled, match="after 2 of 4"):
        restore(sharp[:96, :96], turns=4, cancelled=lambda: next(asked))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"strength": -0.1}, "strength"),
        ({"strength": 2}, "strength"),
        ({"turns": 3}, "turns"),
        ({"tile": 100}, "tile"),
        ({"region": (0, 10, 5, 400)}, "region"),
        ({"network": "cnn"}, "cnn"),
    ],
)
def test_bad_arguments_are_named(options, said):
    with pytest.raises(ValueError, match=said):
        restore(np.zeros((20, 20)), **options)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (np.zeros((2, 3, 4)), "shape"),
        (np.zeros((0, 4)), "shape"),
        (np.full((4, 4), np.nan), "NaN"),
        (np.zeros((4, 4), complex), "type"),
        (np.array([["a"]]), "type"),
    ],
)
def test_what_is_no_image_is_said(image, said):
    with pytest.raises(ValueError, match=said):
        restore(image)


def test_a_constant_image_stays_as_it_is():
    found = restore(np.full((50, 60), 12.0), turns=1)
    np.testing.assert_allclose(found.image, 12, atol=1e-3)
