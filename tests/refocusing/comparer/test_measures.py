"""What is measured: the numbers of the public functions, with what cannot be judged left out."""

import numpy as np
import pytest

from emwidgets.refocusing.comparer.measures import Judged, measure_rows, spectra_payload
from emwidgets.refocusing.metrics import psnr, ssim
from emwidgets.refocusing.radial import noise_power, radial_spectrum


@pytest.fixture
def looked(comparer):
    def look(*arguments, **controls):
        seen = comparer(*arguments, **controls)._answered()
        restoration = seen.shown.restoration
        return seen.scene, restoration.frame, Judged.of(seen.scene, restoration.frame)

    return look


def test_without_a_truth_nothing_is_near_to_it(looked, grains, as_image):
    _, frame, judged = looked(as_image(grains()))
    assert judged.nearness(frame.before) == {}
    assert judged.truth_power is None


def test_nearness_is_that_of_the_metrics(looked, grains, as_image):
    scene, frame, judged = looked(as_image(grains()), blur=True)
    after = frame.restored.image
    assert judged.nearness(after) == {"psnr": psnr(after, scene.truth), "ssim": ssim(after, scene.truth)}
    assert judged.nearness_before["psnr"] == psnr(scene.seen, scene.truth)
    assert judged.nearness(scene.truth)["psnr"] == np.inf


def test_an_info_bar_does_not_count(looked, grains, as_image):
    pixels = grains((200, 220)).astype(np.uint8)
    pixels[180:] = 0
    pixels[186:194, 20:100:4] = 255
    scene, frame, judged = looked(as_image(pixels), as_image(pixels))
    assert frame.bar == 20
    assert judged.before.shape == (180, 220)
    changed = scene.truth.astype(float)
    changed[185:] += 50
    assert judged.nearness(changed)["psnr"] == np.inf


def test_where_pixels_are_missing_nothing_is_judged(looked, grains, as_image):
    pixels = grains()
    pixels[20:30, 40:50] = np.nan
    scene, _, judged = looked(as_image(pixels), blur=True, blur_noise=0.0)
    wrong = scene.truth.astype(float)
    wrong[20:30, 40:50] += 1000
    assert judged.nearness(wrong)["psnr"] == np.inf


def test_spectra_are_logarithms_on_the_images_own_frequencies(looked, grains, as_image):
    scene, frame, judged = looked(as_image(grains(), scale=0.5), blur=True)
    found = frame.at(1.0)
    said = spectra_payload(judged, found, scene.where)
    frequency, power = radial_spectrum(scene.truth, 0.5)
    assert said["unit"] == "1/nm"
    np.testing.assert_allclose(said["frequency"], frequency)
    np.testing.assert_allclose(said["truth"], np.log10(power))
    np.testing.assert_allclose(said["after"], np.log10(found.spectra[2]))
    assert said["noise"] == pytest.approx(np.log10(noise_power(scene.seen)))
    assert said["cutoff"] == pytest.approx(0.3 / 0.5)


def test_rows_have_units_and_what_is_not_known_is_empty(looked, grains, as_image):
    scene, frame, judged = looked(as_image(grains(), scale=4.0))
    rows = {row["name"]: row for row in measure_rows(judged, frame.before, frame.at(0.0), scene.where)}
    assert [row["unit"] for row in rows.values()] == ["1/nm", "px", "nm"]
    assert rows["width"]["before"] == pytest.approx(2.5)
    assert rows["width_nm"]["before"] == pytest.approx(10.0)
    assert rows["width"]["after"] is None
    assert rows["sharpness"]["before"] == rows["sharpness"]["after"]
