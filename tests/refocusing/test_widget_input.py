"""Any image that a user may have, and what cannot be: refused with a way out, and nothing is lost."""

import numpy as np
import pytest
import traitlets

import emwidgets as emw
from emwidgets.frontend.wire import values_of


def rows(widget):
    return {row["name"]: row for row in widget.measures["rows"]}


# any image


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32", "float64", ">u2", "bool"])
def test_images_of_any_type_come_back_as_refocus_gives_them(comparer, grains, as_image, dtype):
    pixels = (grains() > 110) if dtype == "bool" else grains().astype(dtype)
    signal = as_image(pixels)
    widget = comparer(signal)
    image = widget.result.image
    direct = emw.refocusing.refocus(signal).image
    assert image.data.dtype == direct.data.dtype
    np.testing.assert_array_equal(image.data, direct.data)
    step = 0 if widget.before["scale"] == 1 else widget.before["scale"]  # whole numbers are exact
    np.testing.assert_allclose(values_of(widget.before), np.asarray(pixels, float), atol=0.51 * step, rtol=1e-6)


@pytest.mark.parametrize("blur", [False, True])
def test_a_coloured_image_is_seen_by_its_luminance_and_stays_coloured(comparer, grains, as_image, blur):
    pixels = np.empty((72, 97), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    for seed, colour in enumerate("RGB"):
        pixels[colour] = grains(seed=seed)
    signal = as_image(pixels)
    widget = comparer(signal, blur=blur)
    image = widget.result.image
    assert image.data.dtype.names == ("R", "G", "B")
    assert widget.before["shape"] == [72, 97]
    assert widget.status["state"] == "idle"


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 3), (5, 1), (31, 47), (64, 3)])
@pytest.mark.parametrize("blur", [False, True])
def test_images_of_odd_and_smallest_sizes(comparer, grains, as_image, shape, blur):
    widget = comparer(as_image(grains(shape)), blur=blur)
    result = widget.result
    assert result.image.data.shape == shape
    assert widget.before["shape"] == widget.after["shape"] == list(shape)
    assert widget.status["state"] == "idle"


def test_missing_pixels_stay_missing_and_do_not_count(comparer, grains, as_image):
    pixels = grains()
    holes = pixels.copy()
    holes[10:14, 20:25] = np.nan
    holes[40, 50] = np.inf
    widget = comparer(as_image(holes))
    image = widget.result.image.data
    assert np.isnan(image[10:14, 20:25]).all()
    assert np.isnan(image[40, 50])
    assert np.isfinite(image).sum() == image.size - 21
    for shown in (widget.before, widget.after):
        assert np.isfinite(values_of(shown)).all()
    blurred = comparer(as_image(holes), blur=True)
    _ = blurred.result
    whole = comparer(as_image(pixels), blur=True)
    _ = whole.result
    for name in ("psnr", "ssim"):
        assert rows(blurred)[name]["before"] == pytest.approx(rows(whole)[name]["before"], rel=0.05)


@pytest.mark.parametrize("value", [0.0, 7.0, np.nan])
def test_an_image_without_anything_in_it_is_left_as_it_is_and_said_so(comparer, as_image, value):
    widget = comparer(as_image(np.full((40, 50), value)))
    image = widget.result.image.data
    np.testing.assert_array_equal(image, np.full((40, 50), value))
    assert widget.summary.startswith("Left as it is: ")
    assert widget.status["state"] == "idle"
    assert widget.defocus == widget.uncertainty == {}
    assert values_of(widget.after) == pytest.approx(values_of(widget.before))
    widget.blur = True
    assert widget.result is not None


def test_an_uncalibrated_image_is_measured_in_pixels(comparer, grains, as_image):
    widget = comparer(as_image(grains(), scale=None), blur=True, region=[10, 60, 5, 40])
    _ = widget.result
    assert widget.before["axes"]["x"]["unit"] == "px"
    assert widget.spectra["unit"] == "1/px"
    assert "width_nm" not in rows(widget)
    assert "nm" not in widget.summary
    calibrated = comparer(as_image(grains(), scale=4.0))
    _ = calibrated.result
    assert calibrated.spectra["unit"] == "1/nm"
    assert calibrated.spectra["frequency"][-1] == pytest.approx(0.5 / 4)
    assert rows(calibrated)["width_nm"]["before"] == pytest.approx(10.0)
    assert "50 % of the image was out of focus by 2.5 ± 0.0 px (10 nm)" in calibrated.summary.replace("51 %", "50 %")


@pytest.mark.parametrize("lazy", [False, True])
def test_the_images_of_a_stack_are_looked_at_one_by_one(comparer, sharpener, grains, as_image, lazy):
    stack = np.stack([grains(seed=seed) for seed in range(6)]).reshape(2, 3, 72, 97).astype(np.uint16)
    signal = as_image(stack)
    signal = signal.as_lazy() if lazy else signal
    widget = comparer(signal)
    assert widget.controls["frame"]["max"] == 5
    for frame, indices in ((0, (0, 0)), (4, (1, 1)), (5, (1, 2)), (4, (1, 1))):
        widget.frame = frame
        result = widget.result
        np.testing.assert_array_equal(values_of(widget.before), stack[indices])
        assert widget.code == f"emw.refocusing.refocus(signal.inav[{indices[1]}, {indices[0]}])"
        assert not result.image._lazy
    assert len(sharpener.calls) == 3
    np.testing.assert_array_equal(
        np.asarray(eval(widget.code, {"emw": emw, "signal": signal}).image.data), result.image.data
    )
    assert signal._lazy is lazy


def test_a_large_image_keeps_its_pixels_and_its_maps_are_coarser(comparer, grains, as_image):
    widget = comparer(as_image(np.tile(grains((64, 256)), (1, 10))))
    _ = widget.result
    assert widget.before["shape"] == widget.after["shape"] == [64, 2560]
    assert widget.before["binned"] == 1
    assert max(widget.defocus["shape"]) <= 1024
    assert widget.defocus["axes"]["x"]["scale"] == 2.0 * widget.defocus["binned"]


# what cannot be


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("network", "unet"),
        ("strength", -0.1),
        ("strength", 1.6),
        ("strength", float("nan")),
        ("turns", 3),
        ("turns", True),
        ("frame", 1),
        ("frame", -1),
        ("region", [1.0, 2.0, 3.0]),
        ("region", [50.0, 10.0, 10.0, 20.0]),
        ("region", [0.0, float("inf"), 0.0, 10.0]),
        ("region", [1000.0, 1100.0, 0.0, 10.0]),
        ("blur_sigma", -1.0),
        ("blur_sigma", 8.5),
        ("blur_shape", "square"),
        ("blur_where", "here"),
        ("blur_noise", 0.2),
        ("blur_seed", -1),
    ],
)
def test_a_control_with_an_impossible_value_is_refused_and_nothing_is_lost(comparer, grains, as_image, name, value):
    with pytest.raises(traitlets.TraitError, match=name if name != "region" else "region is"):
        comparer(as_image(grains()), **{name: value})
    widget = comparer(as_image(grains()))
    result, before = widget.result, widget.parameters()
    widget.set_state({name: value})
    assert widget.status["state"] == "error"
    assert widget.parameters() == before
    assert widget.result is result


def test_what_is_no_image_is_refused_with_a_way_out(comparer, grains, as_image):
    with pytest.raises(TypeError, match=r"wrap it with hs\.signals\.Signal2D"):
        comparer(grains())
    pattern = as_image(grains())
    pattern.axes_manager.signal_axes.set(units="1/nm")
    with pytest.raises(ValueError, match="looks like a diffraction pattern"):
        comparer(pattern)
    with pytest.raises(TypeError, match=r"has no control sigma; it has .*network, strength"):
        comparer(as_image(grains()), sigma=2)


def test_a_network_that_fails_leaves_the_image_and_says_why(comparer, sharpener, grains, as_image):
    widget = comparer(as_image(grains()))
    result = widget.result
    sharpener.broken = "the weights are damaged: install emwidgets again"
    widget.network = "srn"
    with pytest.raises(ValueError, match="install emwidgets again"):
        _ = widget.result
    assert widget.status["state"] == "error"
    assert "install emwidgets again" in widget.status["message"]
    assert widget.before
    sharpener.broken = ""
    widget.undo()
    np.testing.assert_array_equal(widget.result.image.data, result.image.data)
