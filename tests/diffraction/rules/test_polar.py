import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.diffraction.rules.polar import ANGLES, radii, to_polar

centres = st.tuples(st.floats(40, 90), st.floats(40, 90))


@given(centres)
@settings(max_examples=20, deadline=None)
def test_a_ring_becomes_a_straight_line(centre):
    centre = tuple(round(4 * c) / 4 for c in centre)
    y, x = np.indices((128, 128))
    ring = np.exp(-((np.hypot(y - centre[0], x - centre[1]) - 30.5) ** 2) / 8)
    polar = to_polar(ring, centre)
    assert polar.shape == (radii((128, 128)), ANGLES)
    assert (np.argmax(polar, axis=0) == 30).all()
    assert polar[30].min() > 0.95


def test_turning_the_image_moves_it_along_the_angle():
    rng = np.random.default_rng(1)
    image = rng.random((65, 65)).astype(np.float32)
    turned = np.rot90(image, -1)  # by 90° from the columns' axis to the rows'
    ours, others = to_polar(image, (32, 32))[:32], to_polar(turned, (32, 32))[:32]
    np.testing.assert_allclose(np.roll(ours, ANGLES // 4, axis=1), others, atol=1e-5)


def test_the_angle_runs_from_the_columns_axis_towards_the_rows():
    image = np.zeros((65, 65), np.float32)
    image[32, 50:55] = 1  # at 0°
    image[50:55, 32] = 2  # at 90°
    polar = to_polar(image, (32, 32))
    assert polar[20, 0] == pytest.approx(1)
    assert polar[20, ANGLES // 4] == pytest.approx(2)


def test_outside_the_image_there_is_nothing():
    polar = to_polar(np.ones((64, 64), np.float32), (10, 32))
    assert polar[5].min() == pytest.approx(1)
    assert polar[20, ANGLES * 3 // 4] == 0


def test_frames_of_one_shape_and_centre_share_their_matrix():
    from emwidgets.diffraction.rules import polar

    image = np.ones((50, 60), np.float32)
    to_polar(image, (25.02, 30))
    before = polar._matrix.cache_info().misses
    to_polar(image, (24.98, 30.1))
    assert polar._matrix.cache_info().misses == before
