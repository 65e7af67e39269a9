"""The best setting is found where it is known to be, and no other does better."""

import numpy as np
import pytest
from scipy import ndimage

from emwidgets.refocusing import tuning
from emwidgets.refocusing.blurring import blurred, noisy
from emwidgets.refocusing.classical import richardson_lucy, total_variation, unsharp, wiener
from emwidgets.refocusing.metrics import psnr
from emwidgets.refocusing.spread import PointSpread
from emwidgets.refocusing.tuning import METHODS, tuned

SPREAD = PointSpread(1.8)


@pytest.fixture(scope="module")
def truth():
    rng = np.random.default_rng(2)
    return (100.0 * (ndimage.gaussian_filter(rng.normal(size=(56, 64)), 3) > 0)).astype(np.float32)


@pytest.fixture(scope="module")
def image(truth):
    return noisy(blurred(truth, SPREAD), np.random.default_rng(0), 0.02, span=100.0)


@pytest.fixture(scope="module")
def best(image, truth):
    return {method: tuned(method, image, truth, SPREAD) for method in METHODS}


def again(method, image, settings):
    if method == "unsharp":
        return unsharp(image, **settings)
    return {"wiener": wiener, "richardson_lucy": richardson_lucy, "total_variation": total_variation}[method](
        image, SPREAD, **settings
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_settings_make_the_image_and_its_psnr(best, image, truth, method):
    found = best[method]
    np.testing.assert_allclose(again(method, image, found.settings), found.image, atol=1e-3)
    assert found.psnr == pytest.approx(psnr(found.image, truth), abs=1e-6)
    assert found.psnr > psnr(image, truth) + 0.5


@pytest.mark.parametrize("method", METHODS)
def test_no_setting_in_its_neighbourhood_is_much_better(best, image, truth, method):
    found = best[method]
    for name, value in found.settings.items():
        for factor in (0.5, 0.8, 0.95, 1.05, 1.25, 2.0):
            changed = round(value * factor) if isinstance(value, int) else value * factor
            if changed > 0 and name != "edge":  # of which only two are tried, as it hardly matters at the end
                other = again(method, image, found.settings | {name: changed})
                assert psnr(other, truth) < found.psnr + 0.1, (name, changed)


def test_edges_and_flat_parts_are_best_restored_by_total_variation(best):
    assert max(METHODS, key=lambda method: best[method].psnr) == "total_variation"


def test_a_sharp_noisy_image_is_smoothed_by_a_negative_amount(truth):
    """The unsharp mask gets the chance to do what the others do when noise is all there is to mend."""
    image = noisy(truth, np.random.default_rng(0), 0.2)
    found = tuned("unsharp", image, truth, SPREAD)
    assert found.settings["amount"] < 0
    assert found.psnr > psnr(image, truth) + 1


def test_where_nothing_helps_richardson_lucy_leaves_the_image(truth):
    found = tuned("richardson_lucy", truth, truth, SPREAD)
    assert found.settings == {"iterations": 0}
    assert found.psnr == np.inf


def test_a_maximum_between_two_coarse_settings_is_refined():
    def score(height, width):
        return -(np.log10(height / 3.3e-4) ** 2) - (width - 0.6) ** 2

    settings, value = tuning._searched(score, {"height": np.geomspace(1e-6, 1, 7), "width": (0.5, 1.0)})
    assert settings["height"] == pytest.approx(3.3e-4, rel=0.3)
    assert settings["width"] == 0.5
    assert value == score(**settings)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda a: tuned("sharpen", a, a, SPREAD), "method is 'sharpen': expected one of unsharp, wiener"),
        (lambda a: tuned("wiener", a, a[1:], SPREAD), r"blurred image is \(8, 8\) and the truth \(7, 8\)"),
    ],
)
def test_what_cannot_be_tuned_is_said(ask, message):
    with pytest.raises(ValueError, match=message):
        ask(np.eye(8))
