import numpy as np
import pytest
from hyperspy.roi import RectangularROI
from hyperspy.signals import Signal2D
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.refocusing import PointSpread, defocus, defocus_map
from emwidgets.refocusing.blurring import blurred
from emwidgets.signals import UncalibratedError


def signal_of(pixels, scale=2.0, units="nm", offset=0.0, title="Grains"):
    signal = Signal2D(np.asarray(pixels), metadata={"General": {"title": title}})
    signal.axes_manager.signal_axes.set(scale=scale, units=units, offset=offset)
    return signal


@pytest.fixture
def image(grains):
    return signal_of(grains((48, 60)))


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(1, 20), st.integers(1, 20)),
    st.floats(0, 5),
    st.sampled_from(["gaussian", "disc"]),
    st.sampled_from([None, "tilt", "step", "random"]),
    st.integers(0, 50),
)
def test_nothing_is_made_brighter_or_darker_than_it_was_and_the_whole_blur_keeps_the_mean(
    shape, sigma, form, region, seed
):
    pixels = np.random.default_rng(seed).random(shape)
    found = defocus(signal_of(pixels), sigma, region, unit="px", shape=form, seed=seed).data
    assert found.min() >= pixels.min()
    assert found.max() <= pixels.max()
    if region is None:
        assert found.mean() == pytest.approx(pixels.mean())


def test_the_border_of_an_even_image_does_not_darken():
    assert np.allclose(defocus(signal_of(np.full((20, 30), 7.0)), 4, "tilt", unit="px").data, 7)


@pytest.mark.parametrize(("units", "scale"), [("nm", 2.0), ("µm", 0.002), ("Å", 20.0)])
def test_a_width_in_nm_is_one_in_px_by_the_pixel_size(grains, units, scale):
    image = signal_of(grains((30, 40)), scale, units)
    expected = blurred(image.data, PointSpread(1.5))
    assert np.allclose(defocus(image, 3.0).data, expected)
    assert np.allclose(defocus(image, 3.0, unit="nm").data, expected)
    assert np.allclose(defocus(image, 1.5, unit="px").data, expected)


def test_without_calibration_a_width_is_in_px_and_nm_are_refused(grains):
    image = Signal2D(grains((30, 40)))
    assert np.allclose(defocus(image, 1.5).data, blurred(image.data, PointSpread(1.5)))
    with pytest.raises(UncalibratedError, match="unit is 'nm', but 'image' is not calibrated"):
        defocus(image, 1.5, unit="nm")


@pytest.mark.parametrize("shape", ["gaussian", "disc"])
def test_a_blur_that_is_round_in_nm_is_oval_on_oblong_pixels(shape):
    pixels = np.zeros((81, 81))
    pixels[40, 40] = 1
    image = signal_of(pixels)
    image.axes_manager.signal_axes[1].scale = 1.0  # nm down; 2 nm across
    found = defocus(image, 6.0, shape=shape).data
    y, x = np.indices(found.shape) - 40
    assert np.sqrt((found * x**2).sum()) * 2 == pytest.approx(6, rel=0.02)
    assert np.sqrt((found * y**2).sum()) == pytest.approx(6, rel=0.02)


def test_astigmatism_and_angle_hold_on_oblong_pixels_too():
    pixels = np.zeros((101, 101))
    pixels[50, 50] = 1
    image = signal_of(pixels)
    image.axes_manager.signal_axes[1].scale = 1.0
    found = defocus(image, 6.0, astigmatism=2.0, angle=30.0).data
    y, x = np.indices(found.shape) - 50.0
    x *= 2
    covariance = [[(found * a * b).sum() for a in (x, y)] for b in (x, y)]
    variances, axes = np.linalg.eigh(covariance)
    assert np.sqrt(variances) == pytest.approx([6 / np.sqrt(2), 6 * np.sqrt(2)], rel=0.03)
    assert np.rad2deg(np.arctan2(axes[1, 1], axes[0, 1])) % 180 == pytest.approx(30, abs=1)


REGIONS = {
    "numbers": (20.0, 60.0, 10.0, 50.0),
    "roi": RectangularROI(left=20.0, top=10.0, right=60.0, bottom=50.0),
    "mask": np.pad(np.ones((20, 20), bool), ((5, 23), (10, 30))),
    "signal": Signal2D(np.pad(np.ones((20, 20)), ((5, 23), (10, 30)))),
}


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS.keys())
def test_a_region_alone_is_blurred_however_it_is_given(image, region):
    found = defocus(image, 2.0, region, unit="px").data
    whole = blurred(image.data, PointSpread(2.0))
    inside = np.zeros(found.shape, bool)
    inside[5:25, 10:30] = True
    assert np.array_equal(found[~inside], image.data[~inside])
    assert np.allclose(found[inside], whole[inside])


def test_a_mask_of_shares_blurs_as_much_as_it_says(image):
    widths = defocus_map(image, 4.0, np.linspace(0, 1, 60)[None].repeat(48, 0))
    assert widths.data[0, -1] == 4
    assert widths.data[10, 30] == pytest.approx(4 * 30 / 59)


@pytest.mark.parametrize("region", ["tilt", "step", "random"])
def test_a_named_mask_holds_sharp_and_blurred_parts_and_the_map_tells_which(image, region):
    found, widths = defocus(image, (0, 6.0), region, seed=3), defocus_map(image, (0, 6.0), region, seed=3)
    assert widths.metadata.Signal.quantity == "Blur width (nm)"
    assert (widths.data.min(), widths.data.max()) == (0, pytest.approx(6))
    assert widths.axes_manager.signal_axes[0].scale == 2
    changed = np.abs(found.data - image.data)
    assert changed[widths.data < 0.1].max(initial=0) < 0.05 * changed.max()
    assert np.allclose(defocus_map(image, (0, 3.0), region, unit="px", seed=3).data * 2, widths.data)
    assert not np.allclose(defocus_map(image, (0, 6.0), region, seed=4).data, widths.data)


@pytest.mark.parametrize("dtype", ["u1", "u2", "i4", "f4", "f8", ">u2"])
def test_the_type_of_the_numbers_stays(image, dtype):
    pixels = image.data.astype(dtype)
    found = defocus(signal_of(pixels), 1.5, unit="px", noise=0.5, seed=1)
    assert found.data.dtype == np.dtype(dtype).newbyteorder("=")
    if pixels.dtype.kind in "iu" and pixels.itemsize == 1:
        assert (found.data.min(), found.data.max()) == (0, 255)  # clipped, not wrapped round


def test_bool_becomes_grey(image):
    found = defocus(signal_of(image.data > 120), 1.5, unit="px").data
    assert found.dtype == np.float32
    assert np.mean((found > 0.1) & (found < 0.9)) > 0.05


def test_noise_comes_after_the_blur_and_is_a_share_of_the_sharp_range(image):
    clean, found = defocus(image, 8.0), defocus(image, 8.0, noise=0.03, seed=5)
    noise = found.data - clean.data
    assert noise.std() == pytest.approx(0.03 * np.ptp(image.data), rel=0.05)
    neighbours = np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]
    assert abs(neighbours) < 0.06  # white: it was not blurred


def test_more_electrons_are_less_noise(image):
    few, many = (np.std(defocus(image, 4.0, dose=dose).data - defocus(image, 4.0).data) for dose in (20, 2000))
    assert few == pytest.approx(10 * many, rel=0.1)


def test_drift_and_eight_bits_are_done(image):
    moved = defocus(image, 0, drift=8.0).data  # 4 px
    assert np.allclose(moved[0, 2:-8], image.data[0, 4:-6], atol=0.1 * np.ptp(image.data))
    assert not np.allclose(moved[0, 2:-8], image.data[0, 2:-8], atol=0.1 * np.ptp(image.data))
    assert np.allclose(moved[-1, 8:-2], image.data[-1, 6:-4], atol=0.1 * np.ptp(image.data))
    coarse = defocus(image, 4.0, eight_bit=True).data
    assert len(np.unique(coarse)) <= 256
    assert np.abs(coarse - defocus(image, 4.0).data).max() < np.ptp(image.data) / 400


def test_the_seed_and_nothing_else_decides_of_chance(image):
    one, again, other = (defocus(image, 4.0, "random", noise=0.02, seed=seed).data for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("shape", [(1, 1), (1, 17), (5, 1), (2, 3)])
def test_any_size_will_do(shape):
    pixels = np.random.default_rng(0).random(shape)
    for region in (None, "tilt", "step", "random"):
        found = defocus(Signal2D(pixels), 2.5, region, noise=0.01, dose=100, drift=1.0, eight_bit=True)
        assert found.data.shape == shape
        assert np.isfinite(found.data).all()


def test_missing_pixels_stay_missing_and_darken_none_beside_them():
    pixels = np.full((20, 20), 5.0)
    pixels[3, 4], pixels[10:13, 10:13], pixels[19, 0] = np.nan, np.inf, -np.inf
    found = defocus(signal_of(pixels), 4.0, noise=0).data
    assert np.array_equal(np.isnan(found), ~np.isfinite(pixels))
    assert np.allclose(found[np.isfinite(found)], 5)
    nothing = defocus(signal_of(np.full((9, 9), np.nan)), 2.0, noise=0.1).data
    assert np.isnan(nothing).all()


def test_a_mask_of_the_signal_stays(image):
    masked = np.ma.array(image.data, mask=image.data > 200)
    found = defocus(Signal2D(masked), 2.0)
    assert np.array_equal(np.ma.getmaskarray(found.data), masked.mask)


def coloured(grey, dtype="u1"):
    colours = np.zeros(grey.shape, np.dtype([(name, dtype) for name in "RGB"]))
    for name in "RGB":
        colours[name] = grey
    return colours


def test_grey_pictures_of_three_colours_are_as_grey_ones(image):
    grey = image.data.astype("u1")
    found = defocus(signal_of(coloured(grey)), 4.0, noise=0.02, seed=2).data
    alone = defocus(signal_of(grey), 4.0, noise=0.02, seed=2).data
    for name in "RGB":
        assert np.abs(found[name].astype(int) - alone).max() <= 1
    assert np.array_equal(found["R"], found["B"])


def test_each_colour_is_blurred_by_itself(image):
    colours = coloured(image.data.astype("u1"))
    colours["G"] = 255 - colours["G"]
    found = defocus(signal_of(colours), 4.0).data
    assert found["G"].mean() == pytest.approx(colours["G"].mean(), abs=1)
    assert np.abs(found["G"] - (255 - blurred(image.data.astype("u1"), PointSpread(2)))).max() <= 1


@pytest.mark.parametrize("lazy", [False, True])
def test_a_stack_goes_frame_by_frame_each_with_its_own_noise(grains, lazy):
    pixels = np.stack([grains((18, 20), seed) for seed in range(6)]).reshape(2, 3, 18, 20)
    pixels[0] = pixels[1]
    stack = signal_of(pixels)
    if lazy:
        stack = stack.as_lazy()
        stack.data = stack.data.rechunk((1, 2, 9, 20))
    found = defocus(stack, 2.0, "tilt", unit="px", noise=0.05, seed=7)
    assert found._lazy == lazy
    if lazy:
        assert found.data.dtype == pixels.dtype
        found.compute(show_progressbar=False)
    assert found.axes_manager.shape == stack.axes_manager.shape
    assert np.array_equal(
        found.data[0, 0], defocus(signal_of(pixels[0, 0]), 2.0, "tilt", unit="px", noise=0.05, seed=7)
    )
    noise = found.data - defocus(signal_of(pixels), 2.0, "tilt", unit="px", seed=7).data
    assert abs(np.corrcoef(noise[0, 0].ravel(), noise[1, 0].ravel())[0, 1]) < 0.2
    assert np.array_equal(found.data, defocus(signal_of(pixels), 2.0, "tilt", unit="px", noise=0.05, seed=7).data)


def test_axes_metadata_and_how_it_was_made_are_kept_and_the_input_is_not_touched(image):
    image.metadata.set_item("Acquisition_instrument.SEM.beam_energy", 15.0)
    image.original_metadata.set_item("Maker", "of microscopes")
    image.axes_manager.signal_axes.set(offset=11.0)
    before = image.deepcopy()
    found = defocus(image, (1.0, 4.0), (20.0, 60.0, 20.0, 60.0), noise=0.01, seed=9)
    assert found.metadata.General.title == "Grains, defocused"
    assert found.metadata.Acquisition_instrument.SEM.beam_energy == 15
    assert found.original_metadata.Maker == "of microscopes"
    assert [a.offset for a in found.axes_manager.signal_axes] == [11, 11]
    made = found.metadata.emwidgets.defocus
    assert made.function == "emwidgets.refocusing.defocus"
    assert made.parameters.as_dictionary() | {"sigma": [1.0, 4.0], "noise": 0.01} == made.parameters.as_dictionary()
    assert len(made.digest) == 64
    assert np.array_equal(image.data, before.data)
    assert image.metadata.as_dictionary() == before.metadata.as_dictionary()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sigma": -1.0}, "sigma is -1.0: expected a width in nm, 0 .sharp. or more"),
        ({"sigma": "wide"}, "sigma is 'wide': expected a width in nm, or two"),
        ({"sigma": (1, 2)}, "there is no region: expected one width, or where the second one is"),
        ({"sigma": 900}, "450 px the long way: expected no more than a quarter .* is it in px"),
        ({"sigma": 1, "region": "hills"}, "region is 'hills': expected one of tilt, step, random"),
        ({"sigma": 1, "region": (900.0, 950.0, 0.0, 9.0)}, "no pixel of 'Grains' is inside"),
        ({"sigma": 1, "region": np.ones((3, 3))}, "a mask of shape .3, 3.: expected that of the image, .48, 60."),
        ({"sigma": 1, "region": np.full((48, 60), 2.0)}, "values beyond 0 to 1"),
        ({"sigma": 1, "unit": "um"}, "unit is 'um': expected 'nm' or 'px'"),
        ({"sigma": 1, "shape": "square"}, "shape is 'square'"),
        ({"sigma": 1, "astigmatism": 0.5}, "astigmatism is 0.5: expected a number, at least 1"),
        ({"sigma": 1, "angle": np.nan}, "angle is nan"),
        ({"sigma": 1, "noise": -0.1}, "noise is -0.1: expected a number, at least 0"),
        ({"sigma": 1, "dose": 0}, "dose is 0: expected electrons per pixel"),
        ({"sigma": 1, "dose": 1e30}, r"dose is 1e\+30: expected electrons per pixel, a positive number up to 1e\+18"),
        ({"sigma": 1, "eight_bit": 1}, "eight_bit is 1: expected True or False"),
        ({"sigma": 1, "seed": 0.5}, "seed is 0.5: expected a whole number"),
    ],
)
def test_what_cannot_be_is_said_with_the_way_out(image, arguments, message):
    with pytest.raises(ValueError, match=message):
        defocus(image, **arguments)


def test_what_is_no_image_is_said(image):
    with pytest.raises(TypeError, match="expected a HyperSpy signal"):
        defocus(image.data, 1.0)
    image.axes_manager.signal_axes.set(units="1/nm")
    with pytest.raises(UncalibratedError, match="expected a length"):
        defocus(image, 1.0)
