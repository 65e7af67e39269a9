"""The scan of a particle against what is seen of it when it lies still, and against the moments of the probe."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from scipy.stats import kstest, norm

from emwidgets.particles.imaging import Imaging
from emwidgets.particles.orientation import Spin, random_rotation
from emwidgets.particles.projection import thickness
from emwidgets.particles.scan import FWHM, blurred_thickness
from emwidgets.particles.shapes import cuboid, ellipsoid, sphere

PLAIN = Imaging(probe=0.0)
PARTICLE = cuboid(11, 13, 15).deform([0, 5], [0.3, 0.5])
POSE = random_rotation(np.random.default_rng(4))


def in_nm(imaging, shape=PARTICLE, pose=POSE, spin=None):
    return blurred_thickness(shape, pose, imaging, np.random.default_rng(0), spin)[0]


def centroid(image, pixel):
    """x, y from the middle of an image."""
    y, x = (np.arange(n) - (n - 1) / 2 for n in image.shape)
    return np.array([(image.sum(axis=0) * x).sum(), (image.sum(axis=1) * y).sum()]) / image.sum() * pixel


def test_pixels_are_the_thickness_at_their_middles():
    imaging = replace(PLAIN, shape=(40, 60), pixel_size=0.5, position=(2.0, -1.0))
    y, x = (np.arange(40) - 19.5)[:, None] * 0.5 + 1.0, (np.arange(60) - 29.5)[None] * 0.5 - 2.0
    np.testing.assert_allclose(in_nm(imaging), thickness(PARTICLE, POSE.as_matrix(), x, y), rtol=1e-5, atol=1e-5)


def test_oversampling_takes_the_mean_over_a_pixel():
    fine = in_nm(replace(PLAIN, shape=(192, 192), pixel_size=0.25))
    coarse = in_nm(replace(PLAIN, shape=(64, 64), pixel_size=0.75, oversampling=3))
    np.testing.assert_allclose(coarse, fine.reshape(64, 3, 64, 3).mean(axis=(1, 3)), rtol=1e-4, atol=1e-5)


def test_a_probe_adds_its_variance():
    imaging = replace(PLAIN, shape=(128, 128), pixel_size=0.1)

    def variance(image):
        x = (np.arange(128) - 63.5) * 0.1
        return (image.sum(axis=0) * x**2).sum() / image.sum()

    sharp, blurred = (variance(in_nm(replace(imaging, probe=probe), shape=sphere(2))) for probe in (0.0, 1.2))
    assert blurred - sharp == pytest.approx((1.2 / FWHM) ** 2, rel=0.01)
    # full width at half maximum: of a speck, that of the probe
    speck = in_nm(replace(imaging, probe=1.2, oversampling=8), shape=sphere(0.05))[64]
    assert np.count_nonzero(speck > speck.max() / 2) * 0.1 == pytest.approx(1.2, abs=0.1)


@given(x=st.floats(-6, 6), y=st.floats(-6, 6))
def test_the_position_moves_the_particle_right_and_down(x, y):
    imaging = replace(PLAIN, shape=(64, 64), pixel_size=0.5)
    moved = centroid(in_nm(replace(imaging, position=(x, y)), shape=ellipsoid(4, 5, 6)), 0.5)
    np.testing.assert_allclose(moved, (x, y), atol=0.02)


def test_lines_of_a_drifting_particle_are_shifted_by_their_time():
    still = replace(PLAIN, shape=(64, 256), pixel_size=0.25)
    x = (np.arange(256) - 127.5) * 0.25
    for drift, expected in (((6.0, 0.0), 6.0 / 64), ((0.0, 3.0), 0.0)):
        image = in_nm(replace(still, drift=drift), shape=cuboid(12, 40, 9), pose=Rotation.identity())
        slope = np.polyfit(np.arange(64), image @ x / image.sum(axis=1), 1)[0]
        assert slope == pytest.approx(expected, abs=1e-3)
    # drifting along with the scan it passes for longer
    long = in_nm(replace(PLAIN, drift=(0.0, 8.0)), shape=sphere(5))
    assert np.count_nonzero(long.max(axis=1)) == pytest.approx(10 / 0.25 / (1 - 8 / 32), abs=1.5)


def test_drift_by_pixels_moves_on_within_a_line():
    imaging = replace(PLAIN, shape=(30, 40), pixel_size=0.5, drift=(5.0, -4.0), each_pixel=True)
    time = (np.arange(30 * 40).reshape(30, 40) + 0.5) / (30 * 40) - 0.5
    y, x = (np.arange(30) - 14.5)[:, None] * 0.5 + 4.0 * time, (np.arange(40) - 19.5)[None] * 0.5 - 5.0 * time
    expected = thickness(PARTICLE, POSE.as_matrix(), x, y)
    np.testing.assert_allclose(in_nm(imaging), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("probe", [0.0, 0.4, 1.5])
def test_jitter_shifts_lines_by_a_gaussian_and_no_probe_smoothes_it(probe):
    imaging = replace(PLAIN, shape=(400, 160), pixel_size=0.25, line_jitter=0.8, probe=probe)
    image = in_nm(imaging, shape=cuboid(12, 90, 9), pose=Rotation.identity())[40:-40]
    shifts = image @ ((np.arange(160) - 79.5) * 0.25) / image.sum(axis=1)
    assert kstest(shifts, norm(0, 0.8).cdf).pvalue > 1e-3
    assert np.corrcoef(shifts[1:], shifts[:-1])[0, 1] == pytest.approx(0, abs=0.2)
    # nothing is brighter than the particle, nothing negative, and nothing lost
    assert image.max() < 9.001
    assert image.min() >= 0
    np.testing.assert_allclose(image.sum(axis=1) * 0.25, 9 * 12, rtol=0.02)


def test_a_jittering_line_is_the_line_of_a_particle_that_lies_there():
    imaging = replace(PLAIN, shape=(96, 96), probe=0.6, line_jitter=0.3, position=(-1.0, 0.5), oversampling=4)
    image = in_nm(imaging, shape=ellipsoid(7, 8, 9))
    jitter = np.random.default_rng(0).standard_normal(96) * 0.3
    for row in (30, 50, 62):
        there = replace(imaging, line_jitter=0.0, position=(-1.0 + jitter[row], 0.5))
        np.testing.assert_allclose(image[row], in_nm(there, shape=ellipsoid(7, 8, 9))[row], atol=0.1)


def test_a_spin_of_no_turn_is_none():
    imaging = Imaging(shape=(64, 64), pixel_size=0.5)
    for each_pixel in (False, True):
        turning = in_nm(imaging, spin=Spin(0.0, (1, 0, 0), each_pixel))
        np.testing.assert_array_equal(turning, in_nm(imaging))


@pytest.mark.parametrize("each_pixel", [False, True])
@pytest.mark.parametrize("shape", [PARTICLE, ellipsoid(4, 6, 8)])
def test_a_spinning_particle_is_seen_as_it_lies_at_the_time(shape, each_pixel):
    imaging = replace(PLAIN, shape=(48, 40), pixel_size=0.6, position=(1.0, 0.5))
    spin = Spin(120, (1, 2, 3), each_pixel)
    found = in_nm(imaging, shape=shape, spin=spin)
    matrices = np.broadcast_to(spin.matrices(POSE, 48, 40), (48, 40, 3, 3))
    for row, column in ((10, 12), (24, 20), (24, 28), (35, 22)):
        alone = in_nm(imaging, shape=shape, pose=Rotation.from_matrix(matrices[row, column]))
        assert found[row, column] == pytest.approx(alone[row, column], abs=1e-4)
    assert not np.allclose(found, in_nm(imaging, shape=shape))


def test_a_spin_and_oversampling_agree_with_finer_lines():
    spin = Spin(40, (0, 1, 0))
    coarse = in_nm(replace(PLAIN, shape=(32, 32), pixel_size=0.8, oversampling=2), spin=spin)
    fine = in_nm(replace(PLAIN, shape=(64, 64), pixel_size=0.4), spin=spin).reshape(32, 2, 32, 2).mean(axis=(1, 3))
    # the lines of a coarse pixel have one orientation, those of the finer image two, 0.6° apart
    np.testing.assert_allclose(coarse, fine, atol=0.5)


@given(angle=st.floats(-8, 8), turn=st.floats(0, 360), edge=st.floats(9, 14))
def test_a_cuboid_that_stands_upright_keeps_its_mass(angle, turn, edge):
    """Its walls end within a pixel: each pixel is covered in part, not in or out."""
    shape = cuboid(edge, 11.3, 12.1)
    pose = Rotation.from_euler("zx", [turn, angle], degrees=True)
    imaging = Imaging(film=0, dose=None, probe=0)
    seen, _ = blurred_thickness(shape, pose, imaging, np.random.default_rng(0))
    assert seen.sum() * imaging.pixel_size**2 == pytest.approx(shape.volume, rel=4e-3)


@given(edge=st.floats(9, 14), turn=st.floats(0, 30), tilt=st.floats(-3, 3), axis=st.sampled_from("xyz"))
def test_a_cuboid_that_turns_upright_keeps_its_mass(edge, turn, tilt, axis):
    """Its walls stand upright in some lines, or in all of them where it turns about the beam."""
    pose = Rotation.from_euler("x", tilt, degrees=True)
    spin = Spin(0.1 + turn if axis == "z" else 0.1, tuple(float(axis == each) for each in "xyz"))
    seen = in_nm(PLAIN, shape=cuboid(edge, 11.3, 12.1), pose=pose, spin=spin)
    # about the beam lines shear against each other, which turns walls in and out of pixels
    assert seen.sum() * PLAIN.pixel_size**2 == pytest.approx(edge * 11.3 * 12.1, rel=5e-3)


def test_the_mass_of_a_cube_that_turns_about_the_beam():
    seen = in_nm(PLAIN, shape=cuboid(10.2, 10.2, 10.2), pose=Rotation.identity(), spin=Spin(2))
    assert seen.sum() * PLAIN.pixel_size**2 == pytest.approx(10.2**3, rel=4e-3)


def test_lines_that_jitter_beyond_the_image_take_no_memory():
    imaging = Imaging(shape=(64, 64), line_jitter=100.0)
    tracemalloc.start()
    seen = in_nm(imaging)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * seen.nbytes
