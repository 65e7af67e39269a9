"""Simulated images are what they are said to be, or no test against them means anything."""

import hyperspy.api as hs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from emwidgets import domains
from emwidgets.domains.simulate import contrast_transfer, electron_wavelength, simulate_array

PIXEL = 0.026
OPTICS = {"voltage": 200, "defocus": 60, "spherical_aberration": 0.5, "spread": 4}


@pytest.mark.parametrize("coverage", [0.0, 0.1, 0.35, 0.6, 0.85, 0.95])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_wanted_coverage_is_reached(coverage, seed):
    _, labels, _ = simulate_array((512, 512), coverage=coverage, seed=seed)
    assert np.mean(labels > 0) == pytest.approx(coverage, abs=0.02)


@given(seed=st.integers(0, 10**6), rows=st.integers(100, 300), columns=st.integers(100, 300))
@settings(max_examples=15, deadline=None)
def test_labels_and_the_list_of_grains_are_of_one_mind(seed, rows, columns):
    image, labels, grains = simulate_array((rows, columns), coverage=0.5, seed=seed)
    assert image.shape == labels.shape == (rows, columns)
    assert (image.dtype, labels.dtype) == (np.float32, np.int32)
    assert [grain.label for grain in grains] == list(range(1, len(grains) + 1))
    assert set(np.unique(labels)) - {0} == {grain.label for grain in grains}
    for grain in grains:
        assert grain.phase == "gold"
        assert grain.d_spacing in (0.2355, 0.2039)
        assert 0 <= grain.angle < 180
        assert 0 < grain.radius <= 3.2
        assert 0 <= grain.centre[0] <= columns * PIXEL
        assert 0 <= grain.centre[1] <= rows * PIXEL


def test_grains_are_where_they_say_and_as_large():
    _, labels, grains = simulate_array((1024, 1024), coverage=0.12, irregularity=0.1, seed=4)
    inner = [g for g in grains if all(g.radius * 1.3 < c < 1024 * PIXEL - g.radius * 1.3 for c in g.centre)]
    assert inner
    for grain in inner:
        mask = labels == grain.label
        row, column = ndimage.center_of_mass(mask)
        assert np.hypot(column * PIXEL - grain.centre[0], row * PIXEL - grain.centre[1]) < 0.35 * grain.radius
        assert np.sqrt(mask.sum() * PIXEL**2 / np.pi) == pytest.approx(grain.radius, rel=0.3)


@pytest.mark.parametrize("ratio", [0.0, 0.6, 2.0])
def test_fringes_have_the_strength_over_the_matrix_that_was_asked_for(ratio):
    with_fringes, labels, _ = simulate_array((512, 512), coverage=0.5, fringe_to_noise=ratio, seed=7)
    without, _, _ = simulate_array((512, 512), coverage=0.5, fringe_to_noise=0, seed=7)
    fringes = with_fringes - without
    assert without.std() == pytest.approx(1, rel=0.02)
    assert fringes[labels > 0].std() == pytest.approx(ratio, rel=0.02, abs=1e-6)
    assert not fringes[labels == 0].any()


def test_the_fringes_of_a_grain_have_its_spacing_and_direction():
    with_fringes, labels, grains = simulate_array((512, 512), coverage=0.4, seed=9)
    without, _, _ = simulate_array((512, 512), coverage=0.4, fringe_to_noise=0, seed=9)
    frequency = np.fft.fftfreq(2048, PIXEL)
    for grain in grains:
        patch = np.where(labels == grain.label, with_fringes - without, 0)
        power = np.abs(np.fft.rfft2(patch, (2048, 2048)))
        row, column = np.unravel_index(np.argmax(power), power.shape)
        ky, kx = frequency[row], column / (2048 * PIXEL)
        assert 1 / np.hypot(kx, ky) == pytest.approx(grain.d_spacing, rel=0.01)
        assert abs((np.rad2deg(np.arctan2(ky, kx)) - grain.angle + 90) % 180 - 90) < 1


def test_contrast_differs_from_grain_to_grain_by_as_much_as_asked():
    options = {"shape": (768, 768), "coverage": 0.6, "seed": 3}
    spread = [grain.contrast for grain in simulate_array(contrast_spread=0.5, **options)[2]]
    assert {grain.contrast for grain in simulate_array(**options)[2]} == {1.0}
    assert 0.5 <= min(spread) < 0.8
    assert 1.2 < max(spread) <= 1.5


def test_every_phase_is_there():
    phases = {"a": (0.2325,), "b": (0.248, 0.21), "c": (0.2665,)}
    _, _, grains = simulate_array((768, 768), coverage=0.5, phases=phases, seed=1)
    assert {grain.phase for grain in grains} == set(phases)
    assert all(grain.d_spacing in phases[grain.phase] for grain in grains)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_the_same_seed_gives_the_same_image_and_another_one_another(seed):
    first, again, other = (simulate_array((96, 96), seed=s) for s in (seed, seed, seed + 1))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert first[2] == again[2]
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("dose", [2e4, 5e5])
def test_a_dose_gives_counts_with_poisson_statistics(dose):
    counts, _, _ = simulate_array((512, 512), coverage=0, dose=dose, seed=2)
    expected = dose * PIXEL**2
    assert (counts == np.round(counts)).all()
    assert counts.min() >= 0
    assert counts.mean() == pytest.approx(expected, rel=0.01)
    assert counts.var() == pytest.approx(expected + (0.1 * expected) ** 2, rel=0.02)  # shot noise and 10 % contrast


def test_a_larger_dose_shows_the_same_specimen_with_less_noise():
    options = {"shape": (256, 256), "coverage": 0.5, "seed": 5}
    clean = simulate_array(**options)[0].ravel()
    similar = [np.corrcoef(clean, simulate_array(dose=d, **options)[0].ravel())[0, 1] for d in (1e3, 1e5, 1e7)]
    assert similar == sorted(similar)
    assert similar[0] < 0.5
    assert similar[2] > 0.98


def test_the_matrix_is_white_or_has_the_rings_of_the_microscope():
    k = np.hypot(np.fft.fftfreq(512, PIXEL)[:, None], np.fft.fftfreq(512, PIXEL))
    white, textured = (
        np.abs(np.fft.fft2(simulate_array((512, 512), coverage=0, amorphous=share, seed=1)[0])) ** 2 for share in (0, 1)
    )
    transfer = contrast_transfer(k, **OPTICS) ** 2
    strong, weak = (k < 6) & (transfer > 0.5), (k < 6) & (transfer < 0.01)
    assert white[strong].mean() / white[weak].mean() == pytest.approx(1, rel=0.2)
    assert textured[strong].mean() > 10 * textured[weak].mean()


@pytest.mark.parametrize(("voltage", "picometres"), [(100, 3.701), (200, 2.508), (300, 1.969)])
def test_the_wavelength_is_that_of_the_tables(voltage, picometres):
    assert 1e3 * electron_wavelength(voltage) == pytest.approx(picometres, abs=0.002)


def test_the_transfer_has_its_first_zero_where_theory_puts_it():
    optics = OPTICS | {"spread": 0.0}
    wavelength = electron_wavelength(200)
    # without Cs the first zero lies at k² = 1 / (λ Δf)
    zero = 1 / np.sqrt(wavelength * 60)
    around = contrast_transfer(np.array([0.99, 1, 1.01]) * zero, **optics | {"spherical_aberration": 0.0})
    assert around[1] == pytest.approx(0, abs=1e-9)
    assert around[0] * around[2] < 0
    # underfocus and Cs work against each other: the zero moves outwards
    k = np.linspace(0.1, 2 * zero, 4000)
    with_cs = contrast_transfer(k, **optics)
    assert k[np.flatnonzero(np.diff(np.sign(with_cs)))[0]] > zero


def test_the_envelope_takes_the_fine_detail_away():
    k = np.linspace(0, 12, 500)
    sharp, damped = (contrast_transfer(k, **OPTICS | {"spread": spread}) for spread in (0.0, 4.0))
    assert (np.abs(damped) <= np.abs(sharp) + 1e-12).all()
    assert np.abs(sharp[k > 10]).max() > 0.99
    assert np.abs(damped[k > 10]).max() < 0.01
    np.testing.assert_allclose(damped[k < 1], sharp[k < 1], rtol=0.01)


def test_the_signals_are_calibrated_and_hold_the_truth():
    image, labels = domains.simulate((128, 160), pixel_size=0.03, coverage=0.4, seed=3)
    array, truth, grains = simulate_array((128, 160), pixel_size=0.03, coverage=0.4, seed=3)
    np.testing.assert_array_equal(image.data, array)
    np.testing.assert_array_equal(labels.data, truth)
    for signal in (image, labels):
        x, y = signal.axes_manager.signal_axes
        assert (x.name, x.size, x.scale, x.units) == ("x", 160, 0.03, "nm")
        assert (y.name, y.size, y.scale, y.units) == ("y", 128, 0.03, "nm")
        assert signal.metadata.emwidgets.parameters.coverage == 0.4
        assert signal.metadata.emwidgets.parameters.pixel_size == 0.03
    listed = labels.metadata.emwidgets.grains
    assert [grain["d_spacing"] for grain in listed] == [grain.d_spacing for grain in grains]
    assert [grain["label"] for grain in listed] == [grain.label for grain in grains]


def test_image_and_truth_survive_a_file(tmp_path):
    options = {"coverage": 0.4, "seed": 3, "phases": {"a": (0.25,), "b": (0.3, 0.2)}, "grain_radius": (0.8, 1.2)}
    _, labels = domains.simulate((128, 128), **options)
    labels.save(tmp_path / "truth.hspy")
    loaded = hs.load(tmp_path / "truth.hspy")
    np.testing.assert_array_equal(loaded.data, labels.data)
    assert [dict(g)["phase"] for g in loaded.metadata.emwidgets.grains] == [
        g["phase"] for g in labels.metadata.emwidgets.grains
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shape": (20, 64)}, r"shape is \(20, 64\): expected two sizes of at least 32 px"),
        ({"shape": (64, 64, 64)}, "shape is"),
        ({"pixel_size": 0}, "pixel_size is 0: expected a positive length"),
        ({"coverage": 1.2}, "coverage is 1.2"),
        ({"coverage": -0.1}, "coverage is -0.1"),
        ({"amorphous": 2}, "amorphous is 2: expected a number from 0 to 1"),
        ({"grain_radius": (3, 1)}, r"grain_radius is \(3, 1\): expected \(smallest, largest\)"),
        ({"grain_radius": (0, 1)}, "grain_radius is"),
        ({"fringe_to_noise": -1}, "fringe_to_noise is -1"),
        ({"phases": {"fine": (0.05,)}}, r"phase 'fine' has d-spacings \(0.05,\): all must exceed two pixels"),
        ({"phases": {"empty": ()}}, "at least one d-spacing"),
    ],
)
def test_a_parameter_out_of_its_range_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        simulate_array(**{"shape": (64, 64), **options})
