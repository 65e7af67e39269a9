import numpy as np
import pytest
from hyperspy.roi import RectangularROI
from hyperspy.signals import Signal2D

from emwidgets.models import NetworkError
from emwidgets.refocusing import defocus, refocus
from emwidgets.refocusing.networks.scenes import scene
from emwidgets.signals import UncalibratedError


@pytest.fixture(scope="module")
def micrograph():
    return scene(np.random.default_rng(1), 128, "leaves")


def signal_of(pixels, scale=2.0, units="nm", title="Scene"):
    signal = Signal2D(np.asarray(pixels), metadata={"General": {"title": title}})
    signal.axes_manager.signal_axes.set(scale=scale, units=units)
    return signal


# With the network that ships


def test_a_blurred_image_comes_nearer_to_the_truth_and_sharper(micrograph):
    blurred = defocus(signal_of(micrograph), 2.0, unit="px", noise=0.005)
    found = refocus(blurred, turns=2)
    before, after = (np.sqrt(np.mean((image.data - micrograph) ** 2)) for image in (blurred, found.image))
    assert after < 0.95 * before
    assert found.sharpness_after > found.sharpness_before
    assert found.provenance.models["refocusing/mrn"].startswith("sha256:")


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4", "f8"])
def test_the_type_of_the_numbers_stays_and_what_is_said_does_not_depend_on_it(micrograph, dtype):
    scale = {"u1": 255, "u2": 60000}.get(dtype, 1)
    pixels = (micrograph[:64, :64] * scale).astype(dtype)
    found = refocus(signal_of(pixels), turns=1)
    assert found.image.data.dtype == dtype
    plain = refocus(signal_of(pixels.astype(float)), turns=1)
    kept = (plain.image.data > 0) & (plain.image.data < scale)  # integers are cut off at their range
    assert np.abs(found.image.data - plain.image.data)[kept].max() <= (0.5001 if scale > 1 else 1e-5)
    assert np.allclose(found.defocus.data, plain.defocus.data, atol=1e-3)


def test_a_sixteen_bit_image_is_not_brought_down_to_eight(micrograph):
    pixels = (micrograph[:64, :64] * 60000).astype("u2")
    assert len(np.unique(refocus(signal_of(pixels), turns=1).image.data)) > 1000


def test_outside_a_region_every_bit_is_kept(micrograph):
    image = signal_of(micrograph)
    roi = RectangularROI(left=40.0, top=60.0, right=120.0, bottom=140.0)
    found = refocus(image, region=roi, turns=1)
    outside = np.ones(micrograph.shape, bool)
    outside[30:70, 20:60] = False
    assert np.array_equal(found.image.data[outside], micrograph[outside])
    assert not np.array_equal(found.image.data, micrograph)
    assert not found.uncertainty.data.any()
    assert found.provenance.parameters["region"] == [40, 120, 60, 140]
    numbers = refocus(image, region=(40.0, 120.0, 60.0, 140.0), turns=1)
    assert np.array_equal(numbers.image.data, found.image.data)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (5, 1), (7, 9), (33, 65)])
def test_any_size_will_do(shape):
    found = refocus(Signal2D(np.random.default_rng(0).random(shape)), turns=1)
    assert found.image.data.shape == shape
    assert np.isfinite(found.image.data).all()


def test_a_flipped_image_is_restored_as_the_image_is(micrograph):
    pixels = micrograph[:64, :64]
    plain, flipped = refocus(signal_of(pixels), turns=8), refocus(signal_of(pixels[:, ::-1]), turns=8)
    # not to the last digit: slopes, in restorations of least total variation, are differences to the next neighbour
    assert np.allclose(plain.image.data, flipped.image.data[:, ::-1], atol=0.03)
    assert np.abs(plain.image.data - flipped.image.data[:, ::-1]).mean() < 3e-3


# What goes round the network, with a stand-in for it


@pytest.mark.parametrize("lazy", [False, True])
def test_a_stack_goes_frame_by_frame_and_a_lazy_one_stays_lazy(cheap, grains, lazy):
    pixels = np.stack([grains((30, 41), seed) for seed in range(6)]).reshape(2, 3, 30, 41).astype("u2")
    stack = signal_of(pixels)
    if lazy:
        stack = stack.as_lazy()
        stack.data = stack.data.rechunk((1, 2, 30, 20))
    found = refocus(stack, strength=0.8)
    for image in (found.image, found.change, found.defocus, found.uncertainty):
        assert image._lazy == lazy
        assert image.data.shape == pixels.shape
    assert not lazy or not cheap.calls
    assert found.image.data.dtype == "u2"
    whole = found.compute()
    assert len(cheap.calls) == 6
    alone = refocus(signal_of(pixels[1, 2]), strength=0.8)
    assert np.array_equal(whole.image.data[1, 2], alone.image.data)
    assert whole.sharpness_after[1, 2] == alone.sharpness_after
    if lazy:
        assert found.provenance.digest is None
        assert np.array_equal(np.asarray(found.image.data), whole.image.data)


def test_numbers_of_a_lazy_stack_are_computed_once(cheap, grains):
    stack = signal_of(np.stack([grains((20, 30), seed) for seed in range(3)])).as_lazy()
    found = refocus(stack)
    assert "not computed yet" in repr(found)
    assert found.sharpness_before.shape == (3,)
    assert found.defocus_width.tolist() == [5, 5, 5]
    assert not found.problems
    assert len(cheap.calls) == 3


def test_a_lazy_frame_can_travel_to_another_process(cheap, grains):
    import cloudpickle

    found = refocus(signal_of(np.stack([grains((20, 30), seed) for seed in range(2)])).as_lazy())
    there = cloudpickle.loads(cloudpickle.dumps(found.found[1]))
    assert np.array_equal(there.compute().image, found.compute().image.data[1])


def test_an_odd_frame_does_not_stop_the_others(cheap, grains):
    pixels = np.stack([grains((20, 30), seed) for seed in range(3)])
    pixels[1] = 4.0
    pixels[2, 3, 4] = np.nan
    found = refocus(signal_of(pixels))
    assert found.problems == {1: "'frame 1' of 'Scene' is constant (all 4): there is nothing to refocus"}
    assert np.array_equal(found.image.data[1], pixels[1])
    assert np.isnan(found.sharpness_after).tolist() == [False, True, False]
    assert np.isnan(found.image.data[2]).sum() == 1


def test_masked_stacks_stay_masked(cheap, grains):
    pixels = np.stack([grains((20, 30), seed) for seed in range(2)])
    pixels = np.ma.array(pixels, mask=pixels > 150)
    found = refocus(Signal2D(pixels))
    assert np.array_equal(np.ma.getmaskarray(found.image.data), pixels.mask)


def test_axes_and_metadata_are_kept_and_the_input_is_not_touched(cheap, grains):
    image = signal_of(grains((30, 40)), 0.002, "µm")
    image.axes_manager.signal_axes.set(offset=0.1)
    image.metadata.set_item("Acquisition_instrument.SEM.beam_energy", 15.0)
    before = image.deepcopy()
    found = refocus(image, "srn", strength=0.5, turns=2, info_bar=3)
    for made in (found.image, found.change, found.defocus, found.uncertainty):
        axis = made.axes_manager.signal_axes[0]
        assert (axis.units, axis.scale, axis.offset) == ("µm", 0.002, 0.1)
    assert found.image.metadata.Acquisition_instrument.SEM.beam_energy == 15
    assert found.image.metadata.emwidgets.refocus.parameters.as_dictionary() == {
        "network": "srn",
        "strength": 0.5,
        "turns": 2,
        "region": None,
        "info_bar": 3,
    }
    assert found.image.metadata.emwidgets.refocus.models.as_dictionary() == {"refocusing/srn": "sha256:0"}
    assert np.array_equal(image.data, before.data)
    assert image.metadata.as_dictionary() == before.metadata.as_dictionary()


@pytest.mark.parametrize("suffix", [".hspy", ".zspy", ".tif"])
def test_the_image_can_be_written_and_read(cheap, grains, tmp_path, suffix):
    from hyperspy.api import load

    found = refocus(signal_of(grains((30, 40)).astype("u2"))).image
    found.save(tmp_path / f"it{suffix}")
    again = load(tmp_path / f"it{suffix}")
    assert np.array_equal(again.data, found.data)
    assert again.axes_manager.signal_axes[0].scale == pytest.approx(2)
    if suffix != ".tif":
        assert again.metadata.emwidgets.refocus.parameters.strength == 1


def test_colours_stay_colours(cheap, grains):
    colours = np.zeros((30, 40), [(name, "u1") for name in "RGBA"])
    for name in "RGB":
        colours[name] = grains((30, 40))
    found = refocus(Signal2D(colours))
    assert found.image.data.dtype == colours.dtype
    assert found.change.data.dtype == np.float32


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"network": 3}, "network is 3: expected one of mrn, mrn-blind, srn"),
        ({"strength": -0.1}, "strength is -0.1: expected 0 .as it was. to 1.5"),
        ({"strength": "all"}, "strength is 'all'"),
        ({"strength": np.nan}, "strength is nan"),
        ({"turns": 3}, "turns is 3: expected one of 1, 2, 4, 8"),
        ({"turns": True}, "turns is True"),
        ({"turns": np.array([1, 2])}, "turns is array"),
        ({"info_bar": "keep"}, "info_bar is 'keep': expected 'auto', or a number of rows"),
        ({"info_bar": -1}, "info_bar is -1"),
        ({"info_bar": 2.5}, "info_bar is 2.5"),
        ({"info_bar": 30}, "info_bar is 30: expected fewer rows"),
        ({"region": (0, 1)}, "region is .0, 1.: expected .x0, x1, y0, y1."),
        ({"region": (900.0, 990.0, 0.0, 9.0)}, "no pixel of 'Scene' is inside"),
    ],
)
def test_what_cannot_be_is_said_with_the_way_out(cheap, grains, arguments, message):
    with pytest.raises(ValueError, match=message):
        refocus(signal_of(grains((30, 40))), **arguments)
    assert not cheap.calls


def test_what_is_no_signal_of_images_is_said(grains):
    with pytest.raises(TypeError, match="expected a HyperSpy signal"):
        refocus(grains((30, 40)))
    with pytest.raises(UncalibratedError, match="looks like a diffraction pattern"):
        refocus(signal_of(grains((30, 40)), units="1/nm"))
    with pytest.raises(NetworkError, match="no_such"):
        refocus(signal_of(grains((30, 40))), "no_such/network.json")
