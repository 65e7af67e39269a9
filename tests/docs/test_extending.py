"""The worked example of docs/extending.md: a fifth analysis in one folder, run as a reader would."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hyperspy.signals import Signal2D
from numpy.testing import assert_allclose
from scipy import fft

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "extending" / "resolution"
CUTOFF = 0.08  # 1/px, of the specimen made up here: its power falls as exp(-(k / CUTOFF)²)


@pytest.fixture(scope="module")
def resolution():
    sys.path.insert(0, str(EXAMPLE.parent))
    try:
        import resolution

        yield resolution
    finally:
        sys.path.remove(str(EXAMPLE.parent))


def specimen(rng, shape, scale=(1.0, 1.0)):
    """A random place of known spectrum, and the standard deviation of its Fourier coefficients over white noise's."""
    k = np.hypot(fft.fftfreq(shape[0], scale[0])[:, None], fft.rfftfreq(shape[1], scale[1])[None, :])
    return fft.irfft2(fft.rfft2(rng.normal(size=shape)) * np.exp(-((k / CUTOFF) ** 2) / 2), shape)


def series(noise=0.5, frames=8, shape=(512, 512), seed=0, scale=1.0):
    """Frames whose correlation is known: 1 / (1 + noise² / (frames / 2) / exp(-(k / CUTOFF)²))."""
    rng = np.random.default_rng(seed)
    signal = Signal2D(specimen(rng, shape) + noise * rng.normal(size=(frames, *shape)))
    signal.metadata.General.title = "Series"
    if scale != 1:
        signal.axes_manager.signal_axes.set(scale=scale, units="nm")
    return signal


def expected_limit(noise, frames, threshold=1 / 7):
    """Where the halves correlate by the threshold: there signal over noise is threshold / (1 - threshold)."""
    return 1 / (CUTOFF * np.sqrt(np.log((1 - threshold) / threshold / (noise**2 / (frames / 2)))))


@pytest.mark.parametrize(("noise", "frames"), [(0.3, 2), (0.5, 8), (1.5, 16)])
def test_the_limit_is_where_signal_and_noise_say_it_is(resolution, noise, frames):
    found = resolution.measure(series(noise, frames))
    assert_allclose(found.limit, expected_limit(noise, frames), rtol=0.05)


def test_the_curve_is_signal_over_signal_and_noise(resolution):
    found = resolution.measure(series())
    true = np.exp(-((found.rings.frequency / CUTOFF) ** 2))
    expected = true / (true + 0.5**2 / 4)
    assert np.all(abs(found.correlation - expected) < 5 * found.rings.chance)


def test_lengths_are_in_the_unit_of_the_axes(resolution):
    found = resolution.measure(series(scale=0.02))
    assert found.where.unit == "nm"
    assert_allclose(found.limit, 0.02 * resolution.measure(series()).limit)
    assert found.to_signal().axes_manager[0].units == "1/nm"
    assert_allclose(found.to_signal().axes_manager[0].axis, found.rings.frequency, rtol=0.02, atol=0.5)


def test_unequal_pixels_and_sides_make_round_rings_all_the_same(resolution):
    from resolution.ring_correlation import ring_correlation

    rng = np.random.default_rng(4)
    place = specimen(rng, (256, 600), scale=(2.0, 1.0))  # pixels twice as high as wide
    one, other = (place + 0.3 * rng.normal(size=place.shape) for _ in range(2))
    rings = ring_correlation(one[None], other[None], (2.0, 1.0))
    true = np.exp(-((rings.frequency / CUTOFF) ** 2))
    assert np.all(abs(rings.correlation[0] - true / (true + 0.3**2)) < 5 * rings.chance)
    assert rings.frequency[-1] < 0.25, "the larger pixels are the limit"


def test_chance_is_as_large_as_it_is_said(resolution):
    from resolution.ring_correlation import ring_correlation

    rng = np.random.default_rng(1)
    rings = ring_correlation(*rng.normal(size=(2, 200, 96, 128)))
    spread = np.sqrt(np.mean(rings.correlation**2, axis=0))
    assert np.all(spread < 1.1 * rings.chance)  # 200 pairs know a spread to a twentieth
    assert np.all(spread > 0.7 * rings.chance), "neighbours that lie in another ring are counted, too"


def test_noise_alone_has_no_resolution(resolution):
    noise = Signal2D(np.random.default_rng(2).normal(size=(6, 256, 256)))
    assert np.isnan(resolution.measure(noise).finest)


def test_a_lattice_is_found_beyond_the_gap_before_it(resolution):
    rng = np.random.default_rng(3)
    fringes = 0.3 * np.cos(2 * np.pi * np.arange(512) / 4.1) * np.ones((512, 1))
    found = resolution.measure(Signal2D(specimen(rng, (512, 512)) + fringes + rng.normal(size=(8, 512, 512))))
    assert_allclose(found.finest, 4.1, rtol=0.04)
    assert found.limit > 6, "nothing between the specimen and the lattice"


def test_a_lazy_series_gives_the_same_number(resolution):
    signal = series(shape=(128, 128))
    assert_allclose(resolution.measure(signal.as_lazy()).correlation, resolution.measure(signal).correlation, rtol=1e-5)


def test_errors_name_what_was_expected(resolution):
    with pytest.raises(ValueError, match="is one frame: expected a series"):
        resolution.measure(series().inav[0])
    with pytest.raises(ValueError, match="expected an even number from 2 to 8"):
        resolution.measure(series(shape=(64, 64)), frames=3)
    with pytest.raises(ValueError, match="between 0 and 1"):
        resolution.measure(series(shape=(64, 64)), threshold=1.2)
    missing = series(shape=(64, 64))
    missing.data[:, 3, 3] = np.nan
    with pytest.raises(ValueError, match="missing pixels"):
        resolution.measure(missing)


def test_the_widget_is_the_function_with_sliders(resolution):
    signal = series(shape=(128, 128))
    meter = resolution.ResolutionMeter(signal, frames=4)
    assert meter.to_code() == "resolution.measure(signal, frames=4)"
    assert_allclose(meter.result.correlation, resolution.measure(signal, frames=4).correlation)
    meter.frames = None
    assert meter.result.frames == 8
    assert meter.curve["unit"] == "1/px"
    assert meter.totals["says"] == str(meter.result)
    meter.undo()
    assert meter.frames == 4
    meter.close()


def test_the_widget_writes_its_curve_as_a_picture(resolution, tmp_path):
    from PIL import Image

    meter = resolution.ResolutionMeter(series(shape=(64, 64)))
    with Image.open(meter.save_png(tmp_path / "curve.png")) as picture:
        assert '"frames"' in picture.text["Comment"]
    meter.close()


def test_the_front_end_is_the_one_its_source_makes(tmp_path):
    if not (ROOT / "node_modules" / ".bin" / "esbuild").is_file() or not shutil.which("node"):
        pytest.skip("needs Node.js and `npm ci`")
    subprocess.run([EXAMPLE / "front_end" / "build.sh", tmp_path / "resolution.js"], cwd=ROOT, check=True)
    built, kept = ((folder / "resolution.js").read_text() for folder in (tmp_path, EXAMPLE / "static"))
    assert built == kept, "run docs/extending/resolution/front_end/build.sh"
