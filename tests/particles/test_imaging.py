"""What the microscope does to a projection: probe, dose, film, drift, scan and detector, each against its own law."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from scipy.stats import chi2, kstest, norm, poisson

from emwidgets.particles.imaging import KEPT, Imaging, _kept, film_pattern, record
from emwidgets.particles.orientation import Spin, random_rotation
from emwidgets.particles.shapes import Shape, cuboid, sphere

PLAIN = Imaging(dose=None, probe=0.0, film=0.0)
PARTICLE = cuboid(11, 13, 15).deform([0, 5], [0.3, 0.5])
POSE = random_rotation(np.random.default_rng(4))


def recorded(imaging, shape=PARTICLE, pose=POSE, seed=0, spin=None):
    return record(shape, pose, imaging, np.random.default_rng(seed), spin)


def in_nm(imaging, **options):
    """The recorded thickness in nm."""
    found = recorded(imaging, **options)
    return found.image / found.per_nm


def centroid(image, pixel):
    """x, y from the middle of an image."""
    y, x = (np.arange(n) - (n - 1) / 2 for n in image.shape)
    return np.array([(image.sum(axis=0) * x).sum(), (image.sum(axis=1) * y).sum()]) / image.sum() * pixel


@settings(max_examples=40, deadline=None)
@given(shape=st.from_type(Shape), pose=st.from_type(Rotation), probe=st.floats(0, 2))
def test_signal_is_conserved_by_turning_and_by_the_probe(shape, pose, probe):
    imaging = replace(PLAIN, shape=(100, 100), pixel_size=0.5, probe=probe, oversampling=4)
    total = in_nm(imaging, shape=shape, pose=pose).sum(dtype=float) * 0.25
    # seen face-on, walls fall between rays, which are an eighth of a nanometre apart
    assert total == pytest.approx(shape.volume, rel=0.05)
    sharp = in_nm(replace(imaging, probe=0.0), shape=shape, pose=pose).sum(dtype=float) * 0.25
    assert total == pytest.approx(sharp, rel=1e-3)


def test_the_signal_grows_with_the_dose_and_with_the_atomic_number():
    gold, copper = (recorded(Imaging(atomic_number=number, dose=20_000.0)) for number in (79, 29))
    assert gold.per_nm == pytest.approx(20_000 * 0.25**2 * 0.005)
    assert copper.per_nm / gold.per_nm == pytest.approx((29 / 79) ** 1.7)
    assert recorded(Imaging(atomic_number=29, exponent=2.0)).per_nm == pytest.approx(1e4 / 16 * 0.005 * (29 / 79) ** 2)


@settings(max_examples=25, deadline=None)
@given(shape=st.from_type(Shape), pose=st.from_type(Rotation), brightest=st.floats(1, 1e5))
def test_the_dose_is_made_whatever_gives_the_brightest_pixel(shape, pose, brightest):
    imaging = Imaging(brightest=brightest, dose=1.0, shape=(64, 64), pixel_size=0.5)
    found = recorded(imaging, shape=shape, pose=pose)
    assert found.expected.max() == pytest.approx(brightest, rel=1e-5)
    again = recorded(replace(imaging, brightest=None, dose=found.dose), shape=shape, pose=pose)
    np.testing.assert_allclose(again.expected, found.expected, rtol=1e-5)


def test_counts_are_poisson():
    imaging = Imaging(shape=(64, 64), pixel_size=0.5, dose=2000.0)
    found = recorded(imaging)
    rate = found.expected.astype(float)
    assert (found.image == np.round(found.image)).all()
    square = ((found.image - rate) ** 2 / rate).sum()
    # variance of (n - λ)² / λ is 2 + 1 / λ
    assert abs(square - rate.size) < 4 * np.sqrt((2 + 1 / rate).sum())
    # one pixel over many images, few counts: the whole distribution
    same = replace(imaging, film_roughness=0.0, shape=(8, 8), dose=200.0)
    drawn = np.array([recorded(same, seed=seed).image[4, 3] for seed in range(1500)])
    rate = float(recorded(same).expected[4, 3])
    assert 1 < rate < 10
    assert drawn.mean() == pytest.approx(rate, abs=4 * np.sqrt(rate / 1500))
    assert drawn.var() == pytest.approx(rate, rel=4 * np.sqrt((2 + 1 / rate) / 1500))
    most = int(poisson.ppf(0.99, rate))
    expected = 1500 * np.append(poisson.pmf(np.arange(most), rate), poisson.sf(most - 1, rate))
    counted = np.bincount(np.minimum(drawn, most).astype(int), minlength=most + 1)
    assert chi2.sf(((counted - expected) ** 2 / expected).sum(), most) > 1e-4


def test_without_a_dose_nothing_is_counted():
    found = recorded(Imaging(dose=None))
    assert not found.counted
    assert np.isnan(found.dose)
    np.testing.assert_array_equal(found.image, found.expected)
    assert found.per_nm == pytest.approx(0.005)


def test_a_film_is_as_rough_and_as_correlated_as_it_says():
    imaging = Imaging(shape=(600, 600), film_roughness=0.1, film_grain=2.0, pixel_size=0.5)
    found = film_pattern(imaging, np.random.default_rng(0)) - 1
    assert found.mean() == pytest.approx(0, abs=0.005)
    assert found.std() == pytest.approx(0.1, rel=0.05)
    assert found[:3].std() == pytest.approx(0.1, rel=0.25)  # no weaker at the border
    for steps in (1, 4, 8):
        for shifted, fixed in ((found[steps:], found[:-steps]), (found[:, steps:], found[:, :-steps])):
            expected = np.exp(-((steps * 0.5) ** 2) / (2 * 2.0**2))
            assert (shifted * fixed).mean() / found.var() == pytest.approx(expected, abs=0.06)


def test_a_film_is_the_same_however_many_threads_there_are():
    code = "import numpy as np; from emwidgets.particles.imaging import Imaging, film_pattern as film; "
    code += "print([hash(film(Imaging(shape=(n, n)), np.random.default_rng(0)).tobytes()) for n in (96, 128, 200)])"
    said = set()
    for threads in ("1", "2", "4"):
        own = {**os.environ, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        said.add(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=own).stdout)
    assert len(said) == 1


def test_a_rough_film_has_holes_but_is_nowhere_negative():
    found = film_pattern(Imaging(film_roughness=0.8), np.random.default_rng(0))
    assert found.min() == 0


def test_the_film_is_measured_by_the_particle():
    with_film, without = (recorded(Imaging(film=film, film_roughness=0.0, dose=1e4)) for film in (0.3, 0.0))
    inside = in_nm(PLAIN) > 0
    assert with_film.film == pytest.approx(0.3 * without.expected[inside].mean(), rel=1e-4)
    np.testing.assert_allclose(with_film.expected - without.expected, with_film.film, rtol=1e-3)
    assert without.film == 0


def test_the_detector_adds_offset_gain_and_its_own_noise():
    plain = recorded(Imaging(dose=5000.0))
    changed = recorded(Imaging(dose=5000.0, offset=40.0, gain=2.5))
    np.testing.assert_allclose(changed.image, 40 + 2.5 * plain.image)
    noisy = recorded(Imaging(dose=5000.0, gain=2.0, readout=3.0)).image / 2 - plain.image
    assert kstest(noisy.ravel(), norm(0, 3).cdf).pvalue > 1e-4


def test_the_same_stream_gives_the_same_image():
    imaging = Imaging(line_jitter=0.2, readout=1.0)
    np.testing.assert_array_equal(recorded(imaging, seed=5).image, recorded(imaging, seed=5).image)
    assert not np.array_equal(recorded(imaging, seed=5).image, recorded(imaging, seed=6).image)
    assert recorded(imaging).image.dtype == np.float32


def test_a_particle_beyond_the_image_leaves_it_empty_or_says_what_is_unknown():
    away = replace(PLAIN, position=(100.0, 0.0))
    assert (recorded(away).image == 0).all()
    assert (recorded(replace(away, drift=(2.0, 1.0), line_jitter=0.1), spin=Spin(10)).image == 0).all()
    with pytest.raises(ValueError, match="film at 0"):
        recorded(replace(away, film=0.2))
    with pytest.raises(ValueError, match="no dose"):
        recorded(replace(away, brightest=200.0))
    for lost, unknown in ((replace(PLAIN, film=0.2), "film at 0"), (replace(PLAIN, brightest=200.0), "no dose")):
        with pytest.raises(ValueError, match=r"lies between the rays, .* raise oversampling") as told:
            recorded(lost, shape=sphere(0.05))
        assert unknown in str(told.value)
        assert recorded(replace(lost, oversampling=8), shape=sphere(0.05)).image.max() > 0
    half = recorded(replace(PLAIN, position=(16.0, 0.0)), shape=sphere(6))
    whole = recorded(PLAIN, shape=sphere(6))
    assert half.image.sum() == pytest.approx(whole.image.sum() / 2, rel=0.01)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"pixel_size": 0}, "pixel_size is 0: expected a positive number"),
        ({"pixel_size": None}, "pixel_size is None"),
        ({"pixel_size": "0.1"}, "pixel_size is '0.1'"),
        ({"dose": -1.0}, "dose is -1.0: expected a positive number or None"),
        ({"brightest": 0}, "brightest"),
        ({"probe": -0.1}, "probe is -0.1: expected 0 or more"),
        ({"film": np.nan}, "film is nan"),
        ({"film_grain": 0}, "film_grain"),
        ({"film_roughness": -1}, "film_roughness"),
        ({"gain": 0}, "gain"),
        ({"offset": np.inf}, "offset is inf: expected a finite number"),
        ({"exponent": np.nan}, "exponent"),
        ({"readout": -1}, "readout"),
        ({"line_jitter": -1}, "line_jitter"),
        ({"atomic_number": 0}, "atomic_number"),
        ({"shape": (128,)}, "rows and columns"),
        ({"shape": 128}, "rows and columns"),
        ({"shape": (0, 10)}, "rows and columns"),
        ({"shape": (12.5, 10)}, "rows and columns"),
        ({"position": (1, 2, 3)}, r"position .* expected \(x, y\) in nm"),
        ({"drift": (np.nan, 0)}, "drift"),
        ({"drift": 3.0}, "drift"),
        ({"probe": np.zeros(2)}, "probe is array.* expected 0 or more"),
        ({"dose": True}, "dose is True: expected a positive number or None"),
        ({"atomic_number": 500}, "atomic_number is 500: expected that of an element"),
        (
            {"pixel_size": 1e-9},
            r"probe is 0.6 nm: expected at most 10 .* 1.28e-07 nm; .* pixel_size \(1e-09 nm\)",
        ),
        ({"pixel_size": 1e-9, "probe": 0}, "film_grain is 2.0 nm: expected at most 10 times"),
        ({"probe": 1e9}, r"probe is 1000000000.0 nm: .* which is 32 nm"),
        ({"line_jitter": 1e9}, r"line_jitter is 1000000000.0 nm"),
        ({"drift": (0, -1e9)}, r"drift is \(0, -1000000000.0\) nm: expected at most 10 times"),
        ({"oversampling": 1000}, "oversampling is 1000: these are 1.64e.10 rays, expected at most"),
        ({"oversampling": 0}, "oversampling"),
        ({"oversampling": 1.5}, "oversampling is 1.5: expected a whole number"),
    ],
)
def test_what_no_microscope_has_is_told_by_name(parameters, message):
    with pytest.raises(ValueError, match=message):
        Imaging(**parameters)


def test_more_electrons_than_can_be_counted_are_told():
    with pytest.raises(ValueError, match="dose is 1e\\+30"):
        recorded(Imaging(dose=1e30))


def test_films_of_large_images_are_not_kept():
    _kept.cache_clear()
    for size in (64, KEPT + 1, KEPT + 2):
        film_pattern(Imaging(shape=(size, 8)), np.random.default_rng(0))
    assert _kept.cache_info().currsize == 2  # of 64 and of 8
    assert _kept.cache_info().maxsize == 4
