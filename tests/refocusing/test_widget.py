"""RefocusComparer: the image, its restoration at any strength, and what is told of them, follow from the controls."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import emwidgets as emw
from emwidgets.frontend.wire import values_of
from emwidgets.refocusing.comparer.blur import SHAPES, WHERE
from emwidgets.refocusing.restore import NETWORKS

quick = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def regions(draw):
    """Inside an image of 72 × 97 px of 2 nm."""
    left, top = draw(st.integers(0, 60)), draw(st.integers(0, 40))
    right, bottom = left + draw(st.integers(1, 36)), top + draw(st.integers(1, 31))
    return [2.0 * left, 2.0 * right, 2.0 * top, 2.0 * bottom]


any_controls = st.fixed_dictionaries(
    {},
    optional={
        "network": st.sampled_from(NETWORKS),
        "strength": st.floats(0, 1.5) | st.floats(0, 1.5).map(np.float64),
        "turns": st.sampled_from([1, 2, 4, 8]) | st.sampled_from([1, 8]).map(np.int64),
        "frame": st.just(0),
        "region": st.just([]) | regions() | regions().map(tuple),
        "blur": st.booleans(),
        "blur_sigma": st.floats(0, 8),
        "blur_shape": st.sampled_from(SHAPES),
        "blur_where": st.sampled_from(WHERE),
        "blur_noise": st.floats(0, 0.1),
        "blur_seed": st.integers(0, 2**32 - 1) | st.integers(0, 9).map(np.int64),
    },
)


def rows(widget):
    return {row["name"]: row for row in widget.measures["rows"]}


# the widget is a call of refocus


def test_the_strategy_has_every_control():
    drawn = set()

    @settings(max_examples=200, database=None)
    @given(any_controls)
    def draw(controls):
        drawn.update(controls)

    draw()
    assert drawn == set(emw.RefocusComparer.control_names())


@quick
@given(before=any_controls, controls=any_controls)
def test_the_code_gives_the_very_image(comparer, grains, as_image, before, controls):
    signal = as_image(grains().astype(np.uint16))
    widget = comparer(signal, **before)
    _ = widget.result  # what is remembered of it must not be seen in the next one
    with widget.hold_trait_notifications():
        for name, value in controls.items():
            setattr(widget, name, list(value) if isinstance(value, tuple) else value)
    result, direct = widget.result, eval(widget.code, {"emw": emw, "signal": signal})
    np.testing.assert_array_equal(direct.image.data, result.image.data)
    np.testing.assert_array_equal(direct.change.data, result.change.data)
    np.testing.assert_array_equal(direct.defocus.data, result.defocus.data)
    np.testing.assert_array_equal(direct.sharpness_after, result.sharpness_after)
    assert direct.provenance.parameters == result.provenance.parameters
    assert direct.provenance.digest == result.provenance.digest
    assert widget.code == widget.to_code()


def test_code_is_as_short_as_can_be(comparer, grains, as_image):
    widget = comparer(as_image(grains()))
    assert widget.code == "emw.refocusing.refocus(signal)"
    widget.network, widget.strength = "srn", 0.8
    assert widget.code == "emw.refocusing.refocus(signal, network='srn', strength=0.8)"
    widget.blur, widget.blur_where, widget.blur_shape, widget.blur_noise = True, "tilt", "disc", 0.0
    assert widget.code == (
        "emw.refocusing.refocus(emw.refocusing.defocus(signal, (0.0, 2.5), region='tilt', unit='px', shape='disc'), "
        "network='srn', strength=0.8)"
    )


def test_images_go_to_the_browser_as_python_has_them(comparer, grains, as_image):
    pixels = grains(low=2000, high=3000).astype(np.uint16)
    widget = comparer(as_image(pixels))
    result = widget.result
    np.testing.assert_array_equal(values_of(widget.before), pixels)
    change = values_of(widget.after) - pixels
    np.testing.assert_allclose(change, result.change.data, atol=0.51)  # of which the result is rounded to whole numbers
    np.testing.assert_allclose(values_of(widget.defocus)[:, 48:], 2.5, atol=1e-4)
    assert not values_of(widget.defocus)[:, :48].any()
    assert values_of(widget.uncertainty).max() == pytest.approx(np.abs(change).max() / 10, rel=1e-2)
    assert widget.truth == {}
    widget.turns = 1
    assert widget.result.requested["turns"] == 1
    assert widget.uncertainty == {}  # one alone knows none
    assert widget.before["axes"]["x"] == {"scale": 2.0, "offset": 0.0, "unit": "nm"}


def test_another_strength_asks_no_network_and_sends_no_image_again(comparer, sharpener, grains, as_image):
    widget = comparer(as_image(grains().astype(np.float32)))
    full, after, spectra = widget.result, widget.after, widget.spectra
    for strength in (0.0, 0.5, 1.5):
        widget.strength = strength
        part = widget.result
        np.testing.assert_allclose(part.change.data, strength * full.change.data, atol=1e-3)
        assert widget.after is after
    assert len(sharpener.calls) == 1
    assert widget.spectra["after"] != spectra["after"]
    assert rows(widget)["sharpness"]["after"] == pytest.approx(float(part.sharpness_after))
    widget.undo()
    assert widget.result is not part
    assert len(sharpener.calls) == 1


def test_what_was_there_before_is_there_at_once_again(comparer, sharpener, grains, as_image):
    widget = comparer(as_image(grains()))
    _ = widget.result
    for name, value, other in (("network", "srn", "mrn"), ("turns", 1, 2), ("region", [10.0, 90.0, 10.0, 60.0], [])):
        setattr(widget, name, value)
        _ = widget.result
        asked = len(sharpener.calls)
        setattr(widget, name, other)
        _ = widget.result
        assert len(sharpener.calls) == asked
    assert asked == 4
    widget.blur = True
    _ = widget.result
    assert len(sharpener.calls) == 5


def test_a_region_is_refocused_alone(comparer, sharpener, grains, as_image):
    widget = comparer(as_image(grains()), region=(20, 90, 10, 60))
    change = widget.result.change.data
    assert sharpener.calls[-1]["region"] == (5, 30, 10, 45)
    assert np.abs(change[5:30, 10:45]).max() > 0
    change[5:30, 10:45] = 0
    assert not change.any()
    assert widget.after["shape"] == [72, 97]
    assert widget.summary == "No part of the region was found out of focus."
    widget.region = [100.0, 190.0, 10.0, 60.0]
    _ = widget.result
    assert widget.summary.startswith("The whole region was out of focus by 2.5 ± 0.0 px (5 nm).")


def test_a_region_may_be_one_of_hyperspy(comparer, grains, as_image):
    from hyperspy.roi import RectangularROI

    signal = as_image(grains())
    signal.axes_manager.signal_axes.set(scale=0.002, units="µm")
    widget = comparer(signal, region=RectangularROI(0.02, 0.01, 0.1, 0.06))
    assert widget.region == pytest.approx([20, 100, 10, 60])


# the truth


def test_blurred_first_the_truth_is_the_users_image(comparer, grains, as_image):
    pixels = grains().astype(np.uint8)
    signal = as_image(pixels)
    widget = comparer(signal, blur=True, blur_sigma=2.0, blur_noise=0.0)
    result = widget.result
    blurred = emw.refocusing.defocus(signal, 2.0, unit="px")
    np.testing.assert_array_equal(values_of(widget.truth), pixels)
    np.testing.assert_array_equal(values_of(widget.before), blurred.data)
    for name in ("psnr", "ssim"):
        scores = [emw.refocusing.score(image, signal, register=False)[name] for image in (blurred, result.image)]
        assert [rows(widget)[name]["before"], rows(widget)[name]["after"]] == pytest.approx(scores, rel=1e-6)
    assert len(widget.spectra["truth"]) == len(widget.spectra["frequency"])
    assert widget.summary.endswith("In truth 100 % was, by 2.0 px.")
    assert (signal.data == pixels).all()


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_kind_of_blur_can_be_made(comparer, grains, as_image, where, shape):
    signal = as_image(grains())
    widget = comparer(signal, blur=True, blur_where=where, blur_shape=shape, blur_sigma=3.0, blur_seed=4)
    result = widget.result
    assert result.provenance.title == "Grains, defocused"
    assert {"blur_sigma", "blur_noise"} <= set(widget.controls)
    assert np.std(values_of(widget.before)) < np.std(signal.data)
    other = comparer(signal, blur=True, blur_where=where, blur_shape=shape, blur_sigma=3.0, blur_seed=5)
    assert other.result is not None
    assert not np.array_equal(values_of(other.before), values_of(widget.before))  # other noise, other parts


def test_without_a_blur_there_is_no_truth_and_its_controls_are_not_offered(comparer, grains, as_image):
    widget = comparer(as_image(grains()), blur=True)
    _ = widget.result
    assert widget.truth
    widget.blur = False
    _ = widget.result
    assert widget.truth == {}
    assert widget.spectra["truth"] is None
    assert set(rows(widget)) == {"sharpness", "width", "width_nm"}
    assert list(widget.controls) == ["strength"]


def test_a_reference_is_laid_onto_the_image_before_it_judges(comparer, grains, as_image):
    from scipy import ndimage

    sharp = grains((160, 160))
    image = as_image(ndimage.gaussian_filter(np.roll(sharp, (3, -5), (0, 1)), 1.5))
    widget = comparer(image, as_image(sharp, title="In focus"))
    _ = widget.result
    inner = (slice(20, -20), slice(20, -20))
    np.testing.assert_allclose(values_of(widget.truth)[inner], np.roll(sharp, (3, -5), (0, 1))[inner], atol=6)
    assert rows(widget)["psnr"]["before"] > emw.refocusing.score(image, as_image(sharp), register=False)["psnr"] + 3
    assert "The reference was moved by -5.0" in widget.summary
    widget.blur = True  # now the image itself is the truth
    _ = widget.result
    np.testing.assert_allclose(values_of(widget.truth), image.data, atol=widget.truth["scale"] + 1e-4)


def test_a_reference_for_each_image_of_a_stack(comparer, grains, as_image):
    stack = np.stack([grains(seed=seed) for seed in range(3)])
    widget = comparer(as_image(stack * 0.9), as_image(stack), frame=2)
    _ = widget.result
    np.testing.assert_allclose(values_of(widget.truth), stack[2], atol=1.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda pixels: pixels[:-1], "97 × 71 px, and 'Grains' is 97 × 72 px"),
        (lambda pixels: np.stack([pixels] * 2), "expected one image, or one for each"),
    ],
)
def test_a_reference_of_something_else_is_refused(comparer, grains, as_image, change, words):
    with pytest.raises(ValueError, match=words):
        comparer(as_image(grains()), as_image(change(grains())))


def test_a_reference_of_another_magnification_is_refused(comparer, grains, as_image):
    with pytest.raises(ValueError, match="expected the same magnification"):
        comparer(as_image(grains()), as_image(grains(), scale=3.0))
    with pytest.raises(TypeError, match="expected a HyperSpy signal"):
        comparer(as_image(grains()), grains())


def test_a_reference_that_shows_nothing_does_not_keep_the_image_from_being_refocused(comparer, grains, as_image):
    widget = comparer(as_image(grains()), as_image(np.ones((72, 97))))
    assert np.abs(widget.result.change.data).max() > 0
    assert widget.truth == {}
    assert "The reference is of no use" in widget.summary
