"""The public way: calibrated signals with the truth, from one grain to rings."""

import hyperspy.api as hs
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets import diffraction
from emwidgets.diffraction import Fibre, Instrument, Mosaic, Optics, simulate, simulate_amorphous, structures
from emwidgets.diffraction.simulation.beam import CentralBeam
from emwidgets.diffraction.simulation.detector import Electrons
from emwidgets.diffraction.simulation.simulate import simulate_array
from emwidgets.signals import calibration

FRAME = {"shape": (128, 128), "pixel_size": 0.2}


def peak(signal, below=np.inf):
    """kx, ky of the brightest pixel."""
    row, column = np.unravel_index(np.argmax(signal.data), signal.data.shape)
    x, y = signal.axes_manager.signal_axes
    return x.index2value(int(column)), y.index2value(int(row))


def radial_mean(signal):
    x, y = signal.axes_manager.signal_axes
    k = np.hypot(x.axis[None, :], y.axis[:, None])
    rings = (k / x.scale).astype(int)
    return np.bincount(rings.ravel(), signal.data.ravel()) / np.bincount(rings.ravel())


def test_the_signal_is_calibrated_from_the_direct_beam():
    signal = simulate("gold", shape=(100, 140), pixel_size=0.15)
    where = calibration(signal, "reciprocal", required=True)
    assert (where.unit, where.frame_shape) == ("1/nm", (100, 140))
    np.testing.assert_allclose(where.scale, 0.15)
    np.testing.assert_allclose(where.to_physical(49.5, 69.5), (0, 0), atol=1e-12)
    assert signal.data.dtype == np.float32
    assert [axis.name for axis in signal.axes_manager.signal_axes] == ["kx", "ky"]


def test_rings_lie_at_the_spacings_of_gold():
    signal = simulate("gold", np.inf, shape=(256, 256), pixel_size=0.08, thickness=40)
    profile = radial_mean(signal)
    first = np.argmax(profile[: int(4.6 / 0.08)])
    assert (first + 0.5) * 0.08 == pytest.approx(1 / 0.23546, abs=0.08)
    second = int(4.6 / 0.08) + np.argmax(profile[int(4.6 / 0.08) : int(5.5 / 0.08)])
    assert (second + 0.5) * 0.08 == pytest.approx(1 / 0.20391, abs=0.08)


def test_spots_lie_on_their_axes():
    signal = simulate("gold", orientation=(0, 0, 1), thickness=3, **FRAME)
    kx, ky = peak(signal)
    assert min(abs(kx), abs(ky)) < 0.2
    assert max(abs(kx), abs(ky)) == pytest.approx(2 / 0.40782, abs=0.15)


def test_the_truth_and_the_way_of_making_stand_in_the_metadata():
    signal = simulate("gold", 1, orientation=Rotation.identity(), texture=None, thickness=5, seed=3, **FRAME)
    made = signal.metadata.emwidgets
    assert (made.label, made.grains, made.function) == ("spot", 1.0, "emwidgets.diffraction.simulate")
    assert made.parameters.structure == "gold"
    assert made.parameters.thickness == 5
    assert made.parameters.seed == 3
    assert list(made.parameters.orientation.as_dictionary().values()) == [[0.0, 0.0, 0.0, 1.0]]
    assert signal.metadata.General.title == "Simulated diffraction pattern of gold, 1 grain"


@pytest.mark.parametrize(
    ("grains", "texture", "label"),
    [
        (1, None, "spot"),
        (2, None, "spot"),
        (10, None, "spotty"),
        (3000, None, "ring"),
        (np.inf, None, "ring"),
        (60, Mosaic(1.0), "spot"),
        (1500, Fibre(), "ring"),
    ],
)
def test_the_label_follows_the_grains_and_their_texture(grains, texture, label):
    signal = simulate("gold", grains, texture=texture, thickness=5, **FRAME)
    assert signal.metadata.emwidgets.label == label


def test_from_one_grain_to_a_thousand_the_light_of_the_whole_stays_and_the_peaks_sink():
    brightest = [simulate("gold", n, thickness=4, seed=1, **FRAME).data.max() for n in (1, 30, 1000)]
    assert brightest[0] > brightest[1] > brightest[2]
    total = [simulate("gold", n, thickness=4, seed=1, **FRAME).data.sum() for n in (90, 110, 3000, np.inf)]
    np.testing.assert_allclose(total, total[-1], rtol=0.2)


def test_the_same_seed_gives_the_same_pattern_and_another_one_another():
    camera = Instrument(effects=(CentralBeam(), Electrons(50)))
    first, again, other = (simulate("gold", 200, instrument=camera, seed=seed, **FRAME).data for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_thin_crystals_show_more_and_small_ones_broader_reflections():
    thick, thin = (simulate("gold", orientation=(0, 1, 1), thickness=t, **FRAME) for t in (50, 2))

    def lit(signal):
        return np.count_nonzero(signal.data > 0.02 * signal.data.max())

    assert lit(thin) > 2 * lit(thick)
    small = simulate("gold", orientation=(0, 1, 1), thickness=2, crystallite_size=3, **FRAME)
    assert lit(small) > 1.5 * lit(thin)


def test_an_instrument_shifts_the_axes_with_the_beam():
    shifted = simulate("gold", instrument=Instrument(Optics(shift=(0.25, 0.0))), **FRAME)
    x, y = shifted.axes_manager.signal_axes
    assert x.value2index(0.0) - 63.5 == pytest.approx(16, abs=0.6)
    assert y.value2index(0.0) - 63.5 == pytest.approx(0, abs=0.6)


def test_a_structure_of_your_own_and_a_cif_are_taken(tmp_path):
    own = structures.catalogue()["silicon"].to_gemmi()
    by_name = simulate("silicon", orientation=(1, 1, 0), **FRAME).data
    np.testing.assert_array_equal(simulate(own, orientation=(1, 1, 0), **FRAME).data, by_name)
    path = tmp_path / "silicon.cif"
    path.write_text(own.make_cif_block().as_string(), encoding="utf-8")
    from_file = simulate(path, orientation=(1, 1, 0), **FRAME)
    np.testing.assert_allclose(from_file.data, by_name, rtol=1e-3, atol=1e-6)
    assert from_file.metadata.emwidgets.parameters.structure == "silicon.cif"


def test_the_array_way_gives_the_same():
    image, truth, geometry = simulate_array("gold", 5, seed=4, **FRAME)
    signal = simulate("gold", 5, seed=4, **FRAME)
    np.testing.assert_array_equal(image, signal.data)
    assert signal.metadata.emwidgets.coverage == truth.coverage
    assert geometry.pixel_size == 0.2


def test_patterns_survive_a_file(tmp_path):
    camera = Instrument(effects=(Electrons(10),))
    signal = simulate("gold", 3, orientation=(0, 0, 1), instrument=camera, texture=Mosaic(0.5), **FRAME)
    signal.save(tmp_path / "pattern.hspy")
    loaded = hs.load(tmp_path / "pattern.hspy")
    np.testing.assert_array_equal(loaded.data, signal.data)
    assert loaded.metadata.emwidgets.label == signal.metadata.emwidgets.label
    assert "Electrons(counts=10" in loaded.metadata.emwidgets.parameters.instrument


@pytest.mark.parametrize("material", ["carbon", 3.3])
def test_amorphous_patterns_have_their_halo_and_their_own_label(material):
    signal = simulate_amorphous(material, shape=(128, 128), pixel_size=0.12)
    profile = radial_mean(signal)
    first = 4.8 if material == "carbon" else 3.3
    assert (np.argmax(profile) + 0.5) * 0.12 == pytest.approx(first, abs=0.2)
    assert signal.metadata.emwidgets.label == "amorphous"
    assert signal.axes_manager.signal_axes[0].units == "1/nm"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simulate("gould", **FRAME), "structure is 'gould'"),
        (lambda: simulate("gold", 0, **FRAME), "grains is 0"),
        (lambda: simulate("gold", shape=(4, 4)), r"shape is \(4, 4\)"),
        (lambda: simulate("gold", pixel_size=-1), "pixel_size is -1"),
        (lambda: simulate("gold", pixel_size=1e-3), "no reflection up to there"),
        (lambda: simulate("gold", voltage=0), "voltage is 0"),
        (lambda: simulate("gold", orientation=(0, 0, 0)), "zone axis is"),
        (lambda: simulate("gold", crystallite_size=0.2, **FRAME), "crystallite_size is 0.2"),
        (lambda: simulate_amorphous("cheese"), "material is 'cheese': expected one of carbon"),
        (lambda: simulate_amorphous(-1.0), "first is -1.0"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_public_names_are_there():
    for name in diffraction.__all__:
        assert getattr(diffraction, name) is not None
    assert callable(diffraction.reflections)
