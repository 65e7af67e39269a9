"""The classical methods restore what they can, leave what they must, and say what they cannot take."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.refocusing.blurring import blurred, noisy
from emwidgets.refocusing.classical import richardson_lucy, richardson_lucy_steps, total_variation, unsharp, wiener
from emwidgets.refocusing.metrics import psnr
from emwidgets.refocusing.mirrored import Mirrored, slopes
from emwidgets.refocusing.spread import PointSpread

SPREAD = PointSpread(1.5)
KNOWING = {
    "wiener": lambda image, spread=SPREAD: wiener(image, spread, 1e-2, 1.0),
    "richardson_lucy": lambda image, spread=SPREAD: richardson_lucy(image, spread, 15),
    "total_variation": lambda image, spread=SPREAD: total_variation(image, spread, 3e-4),
}
METHODS = KNOWING | {"unsharp": lambda image: unsharp(image, 1.0, 1.5)}


def grains(shape=(80, 96), seed=1) -> np.ndarray:
    """Flat grains with sharp edges and a few bright points, 10 to 200."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices(shape)
    centres = rng.uniform(0, shape[0], (25, 2)) * (1, shape[1] / shape[0])
    nearest = np.argmin([(rows - r) ** 2 + (columns - c) ** 2 for r, c in centres], axis=0)
    image = rng.uniform(20, 150, 25)[nearest]
    image[tuple(rng.integers(0, min(shape), (2, 12)))] = 200
    image[0, 0] = 10
    return image.astype(np.float32)


def seen(truth, spread=SPREAD, noise=0.005) -> np.ndarray:
    return noisy(blurred(truth, spread), np.random.default_rng(0), noise, span=float(np.ptp(truth)))


@pytest.mark.parametrize("method", METHODS)
def test_a_blurred_image_comes_nearer_to_the_truth(method):
    truth = grains()
    assert psnr(METHODS[method](seen(truth)), truth) > psnr(seen(truth), truth) + 0.9


@pytest.mark.parametrize("spread", [PointSpread(1.5, "disc"), PointSpread(1.5, astigmatism=2.5, angle=30)], ids=str)
@pytest.mark.parametrize("method", KNOWING)
def test_discs_and_astigmatism_at_an_angle_are_undone_too(method, spread):
    truth = grains()
    image = seen(truth, spread)
    restored = KNOWING[method](image, spread)
    assert psnr(restored, truth) > psnr(image, truth) + 1.5
    if spread.astigmatism > 1:
        turned = PointSpread(1.5, astigmatism=2.5, angle=-60)
        assert psnr(restored, truth) > psnr(KNOWING[method](image, turned), truth) + 1


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(gain=st.floats(0.01, 500), offset=st.floats(-300, 300))
def test_settings_mean_the_same_in_any_units(method, gain, offset):
    image = seen(grains((32, 40)))
    apart = METHODS[method](gain * image + offset) - (gain * METHODS[method](image) + offset)
    assert np.abs(apart).max() < 2e-3 * gain * np.ptp(image) + 1e-5 * abs(offset)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 17), (5, 3), (31, 48)])
def test_any_size_comes_back_in_its_size(method, shape):
    image = np.random.default_rng(0).random(shape)
    restored = METHODS[method](image)
    assert restored.shape == shape
    assert restored.dtype == np.float32
    assert np.isfinite(restored).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_image_stays_as_it_is(method):
    np.testing.assert_allclose(METHODS[method](np.full((24, 30), 7.0)), 7.0, rtol=1e-5)


@pytest.mark.parametrize("method", ["wiener", "total_variation", "unsharp"])
def test_the_mean_is_kept(method):
    image = seen(grains())
    assert METHODS[method](image).mean() == pytest.approx(image.mean(), rel=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_the_input_is_not_changed(method):
    image = seen(grains((32, 40)))
    before = image.copy()
    METHODS[method](image)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("method", METHODS)
def test_borders_do_not_ring(method):
    """A ramp that ends at the border: an image wrapped around would ring with half its range there."""
    ramp = np.linspace(0, 100, 96)[None, :] * np.ones((48, 1))
    restored = METHODS[method](blurred(ramp, SPREAD))
    assert np.abs(restored - ramp).max() < 4


def test_without_blur_and_regularisation_wiener_does_nothing():
    image = grains()
    np.testing.assert_allclose(wiener(image, PointSpread(0.0), 1e-9), image, atol=0.01)


def test_more_balance_is_smoother():
    image = seen(grains(), noise=0.03)
    roughness = [np.abs(slopes(wiener(image, SPREAD, balance))).sum() for balance in (1e-4, 1e-2, 1.0)]
    assert roughness == sorted(roughness, reverse=True)


def test_no_iteration_of_richardson_lucy_is_the_image_itself():
    image = seen(grains())
    np.testing.assert_array_equal(richardson_lucy(image, SPREAD, 0), image)


def test_richardson_lucy_in_one_go_and_step_by_step_agree():
    image = seen(grains((32, 40)))
    steps = richardson_lucy_steps(image, SPREAD)
    fifth = [next(steps) for _ in range(5)][-1]
    np.testing.assert_array_equal(fifth, richardson_lucy(image, SPREAD, 5))


def test_acceleration_goes_the_way_of_the_plain_iteration_in_fewer_steps():
    truth = grains()
    image = blurred(truth, SPREAD)
    optics, plain = Mirrored(image.shape, SPREAD), (image - image.min()) / np.ptp(image)
    counts = plain = np.maximum(plain, 1e-4)
    for _ in range(20):
        plain = plain * optics.blurred(counts / optics.blurred(plain))
    plain = plain * np.ptp(image) + image.min()
    assert psnr(richardson_lucy(image, SPREAD, 20), truth) > psnr(plain, truth) + 0.5


def test_total_variation_finds_the_least_of_its_cost():
    image = seen(grains((40, 48)), noise=0.02)
    unit = (image - image.min()) / np.ptp(image)
    optics, weight = Mirrored(image.shape, SPREAD), 1e-3

    def cost(restored):
        scaled = (restored - image.min()) / np.ptp(image)
        misfit = ((optics.blurred(scaled) - unit) ** 2).sum() / 2
        return float(misfit + weight * np.hypot(*slopes(scaled)).sum())

    found = total_variation(image, SPREAD, weight, 300)
    least = cost(found)
    assert least < cost(image)
    for seed in range(5):  # no small change makes it less
        change = np.random.default_rng(seed).normal(size=image.shape).astype(np.float32)
        for away in (0.02, 0.2):
            assert cost(found + away * change) > least
    for otherwise in ({"start": np.zeros_like(image)}, {"edge": 0.3}):
        assert cost(total_variation(image, SPREAD, weight, 300, **otherwise)) == pytest.approx(least, rel=2e-3)


def test_total_variation_counts_its_iterations_aloud():
    heard = []
    total_variation(grains((16, 16)), SPREAD, iterations=4, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (
            np.zeros((2, 8, 8)),
            ValueError,
            r"expected one image of \(rows, columns\), got an array of shape \(2, 8, 8\)",
        ),
        (np.zeros((0, 8)), ValueError, "expected one image"),
        (np.full((8, 8), np.nan), ValueError, "NaN or infinite pixels"),
        (np.zeros((8, 8), complex), TypeError, "expected an image of real numbers, got complex128"),
        ("blurred.tif", TypeError, r"expected an image of real numbers, got <U11 \(str\)"),
    ],
)
def test_what_is_no_image_is_said_to_be_none(method, image, error, message):
    with pytest.raises(error, match=message):
        METHODS[method](image)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda image: unsharp(image, radius=0), "radius is 0: expected a number above 0"),
        (lambda image: wiener(image, SPREAD, -1), "balance is -1"),
        (lambda image: total_variation(image, SPREAD, 0.0), "weight is 0.0"),
        (lambda image: total_variation(image, SPREAD, 1e-3, 0), "iterations is 0"),
        (lambda image: total_variation(image, SPREAD, edge=0), "edge is 0"),
        (lambda image: richardson_lucy(image, SPREAD, -3), "iterations is -3: expected 0"),
    ],
)
def test_settings_out_of_range_are_named(ask, message):
    with pytest.raises(ValueError, match=message):
        ask(grains((16, 16)))
