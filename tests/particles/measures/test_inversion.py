"""A cuboid's picture is the same turned by 180°, that of a cut one is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from emwidgets.particles import shapes
from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.measures.inversion import inversion
from emwidgets.particles.networks.framing import find

rotations = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: np.linalg.norm(q) > 0.1).map(Rotation.from_quat)


def of(shape, rotation, imaging, seed=0):
    image = record(shape, rotation, imaging, np.random.default_rng(seed)).image
    return inversion(image, find(image))


@settings(max_examples=25, deadline=None)
@given(rotation=rotations, x=st.floats(-2, 2), y=st.floats(-2, 2))
def test_an_uncut_cuboid_is_even_about_its_own_centre_in_every_orientation(rotation, x, y):
    imaging = Imaging(dose=None, film=0, position=(x, y), oversampling=4)
    found = of(shapes.cuboid(10, 12, 15), rotation, imaging)
    centre = np.array(found.centre) - (np.array(imaging.shape) - 1) / 2
    assert centre * imaging.pixel_size == pytest.approx([x, y], abs=0.06)
    assert abs(found.asymmetry) < 0.02


@settings(max_examples=25, deadline=None)
@given(rotation=rotations, corner=st.integers(0, 7))
def test_one_cut_corner_is_odd_in_every_orientation(rotation, corner):
    found = of(shapes.cuboid(10, 12, 15).deform([corner], 0.45), rotation, Imaging(dose=None, film=0))
    assert found.asymmetry > 0.02


def test_signal_is_missing_where_the_corner_is():
    # the cut corner is the one to the lower right, seen from above
    cut = [corner for corner in range(8) if shapes.SIGNS[corner][0] > 0 and shapes.SIGNS[corner][1] > 0]
    found = of(shapes.cuboid(12, 12, 12).deform(cut[:1], 0.5), Rotation.identity(), Imaging(dose=None, film=0))
    row, column = np.unravel_index(found.odd.argmin(), found.odd.shape)
    middle = (len(found.odd) - 1) / 2
    assert row > middle + 5
    assert column > middle + 5
    np.testing.assert_allclose(found.odd, -found.odd[::-1, ::-1], atol=1e-6)


def test_opposite_corners_cut_alike_hide_each_other():
    rotation = Rotation.from_euler("xyz", [20, 30, 40], degrees=True)
    both = of(shapes.cuboid(12, 13, 14).deform([0, 7], 0.4), rotation, Imaging(dose=None, film=0))
    assert abs(both.asymmetry) < 0.01


def test_what_noise_alone_gives_is_taken_off():
    rng = np.random.default_rng(2)
    found = [
        of(shapes.cuboid(12, 13, 14), Rotation.from_quat(rng.standard_normal(4)), Imaging(brightest=50, film=0), seed)
        for seed in range(12)
    ]
    assert np.mean([each.asymmetry for each in found]) == pytest.approx(0, abs=0.01)
    assert np.median([each.peak for each in found]) == pytest.approx(3.2, abs=0.8)
