"""Spots land where they belong, with the light they bring and the shape they are given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.diffraction.simulation.drawing import SpotShape, brightness, draw
from emwidgets.diffraction.simulation.frame import Geometry
from emwidgets.diffraction.simulation.kinematic import Spots


def spots(positions, intensities=None):
    positions = np.atleast_2d(np.asarray(positions, float))
    intensities = np.ones(len(positions)) if intensities is None else np.asarray(intensities, float)
    return Spots(positions, intensities, np.zeros(len(positions), np.int64))


def centre_of_mass(image):
    rows, columns = np.indices(image.shape)
    return np.array([(rows * image).sum(), (columns * image).sum()]) / image.sum()


def width(image):
    """Standard deviation along x and y."""
    rows, columns = np.indices(image.shape)
    row, column = centre_of_mass(image)
    return np.sqrt([((rows - row) ** 2 * image).sum(), ((columns - column) ** 2 * image).sum()] / image.sum())


@settings(deadline=None)  # the first spot of each width sets up a transform
@given(x=st.floats(-2, 2), y=st.floats(-2, 2), blur=st.floats(0.7, 3))
def test_a_spot_lies_where_it_should_and_keeps_its_light(x, y, blur):
    geometry = Geometry((64, 80), 0.1)
    image = draw(spots([(x, y)], [3.0]), geometry, SpotShape(blur))
    assert image.shape == (64, 80)
    assert image.dtype == np.float32
    assert image.sum() == pytest.approx(3.0, rel=1e-4)
    np.testing.assert_allclose(centre_of_mass(image), (31.5 + y / 0.1, 39.5 + x / 0.1), atol=0.05)


def test_spots_outside_leave_no_light_and_none_comes_back_on_the_other_side():
    geometry = Geometry((64, 64), 0.1)
    assert draw(spots([(9.0, 0.0), (0.0, -9.0)]), geometry, SpotShape(1.0)).max() == 0
    edge = draw(spots([(3.3, 0.0)]), geometry, SpotShape(2.0))  # 1.5 px outside
    assert edge[:, -4:].sum() > 0.1
    assert edge[:, :32].sum() < 1e-6


def test_a_disk_has_its_radius_and_the_blur_its_width():
    geometry = Geometry((96, 96), 0.1)
    disk = draw(spots([(0, 0)]), geometry, SpotShape(0.6, disk=10.0))
    assert np.count_nonzero(disk > 0.5 * disk.max()) == pytest.approx(np.pi * 100, rel=0.03)
    # bilinear placing of a point adds a little to the blur
    np.testing.assert_allclose(width(draw(spots([(0, 0)]), geometry, SpotShape(3.0))), 3.0, rtol=0.03)


@pytest.mark.parametrize("size", [3.0, 8.0])
def test_small_crystallites_have_broad_spots_as_scherrer_says(size):
    geometry = Geometry((128, 128), 0.02)
    image = draw(spots([(0, 0)]), geometry, SpotShape(0.5, crystallite_size=size))
    fwhm = 2.3548 * np.sqrt(np.mean(width(image) ** 2) - 0.5**2) * 0.02
    assert fwhm == pytest.approx(0.9 / size, rel=0.05)


def test_light_adds_up():
    geometry = Geometry((64, 64), 0.1)
    one, two = draw(spots([(1, 0)]), geometry, SpotShape()), draw(spots([(0, 1)]), geometry, SpotShape())
    both = draw(spots([(1, 0), (0, 1)]), geometry, SpotShape())
    np.testing.assert_allclose(both, one + two, atol=3e-5)


def test_an_elliptical_frame_stretches_along_its_axis_and_keeps_areas():
    geometry = Geometry((128, 128), 0.1, ellipticity=1.2, ellipse_angle=30)
    assert np.linalg.det(geometry.distortion) == pytest.approx(1)
    along = np.array([np.cos(np.deg2rad(30)), np.sin(np.deg2rad(30))])
    pixels = geometry.to_pixels(np.stack([along, along[::-1] * (-1, 1)]))
    distances = np.linalg.norm(pixels - geometry.centre, axis=1) * 0.1
    np.testing.assert_allclose(distances, [np.sqrt(1.2), 1 / np.sqrt(1.2)])


@given(
    x=st.floats(-1, 1), y=st.floats(-1, 1), ratio=st.floats(0.7, 1.4), angle=st.floats(0, 180), shift=st.floats(-9, 9)
)
def test_the_map_of_k_is_the_inverse_of_the_way_to_pixels(x, y, ratio, angle, shift):
    geometry = Geometry((48, 64), 0.05, (20 + shift, 30.0), ratio, angle)
    row, column = geometry.to_pixels(np.array([[x, y]]))[0]
    kx, ky = geometry.k
    # bilinear: k is linear in the pixel numbers
    step_x, step_y = kx[0, 1] - kx[0, 0], kx[1, 0] - kx[0, 0]
    assert kx[0, 0] + column * step_x + row * step_y == pytest.approx(x, abs=1e-4)
    step_x, step_y = ky[0, 1] - ky[0, 0], ky[1, 0] - ky[0, 0]
    assert ky[0, 0] + column * step_x + row * step_y == pytest.approx(y, abs=1e-4)
    np.testing.assert_allclose(geometry.radius, np.hypot(kx, ky), rtol=1e-5)


def test_the_reach_is_to_the_farthest_corner():
    geometry = Geometry((100, 100), 0.1, centre=(0, 0))
    assert geometry.reach == pytest.approx(10 * np.sqrt(2))
    assert geometry.half_width == pytest.approx(5)


def test_brightness_is_that_of_the_brightest_features():
    image = np.zeros((100, 100), np.float32)
    assert brightness(image) == 1.0  # nothing to divide by
    image[:4, :10] = 7
    assert brightness(image) == pytest.approx(7)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SpotShape(0.1), "blur is 0.1: expected 0.3 to 100 px"),
        (lambda: SpotShape(disk=-1), "disk is -1"),
        (lambda: SpotShape(crystallite_size=0.1), "crystallite_size is 0.1: expected at least 0.5 nm"),
        (lambda: Geometry((8, 64), 0.1), r"shape is \(8, 64\)"),
        (lambda: Geometry((64, 64), 0), "pixel_size is 0: expected a positive length in 1/nm"),
        (lambda: Geometry((64, 64), 0.1, ellipticity=5), "ellipticity is 5"),
    ],
)
def test_shapes_without_sense_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("shape", [SpotShape(0.3), SpotShape(0.7), SpotShape(0.5, disk=4.3)])
def test_far_from_a_spot_there_is_nothing_of_it(shape):
    image = draw(spots([(0.313, -0.127)]), Geometry((64, 65), 0.06), shape)
    rows, columns = np.indices(image.shape)
    row, column = np.unravel_index(image.argmax(), image.shape)
    far = np.hypot(rows - row, columns - column) > 2 * shape.disk + 7 * shape.blur + 3
    assert image.sum() == pytest.approx(1, abs=1e-4)
    assert image[far].max() < 1e-6 * image.max()
