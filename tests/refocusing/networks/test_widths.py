import numpy as np
import pytest

from emwidgets.refocusing.networks.widths import enlarged, likely_width, width

LEVELS = (1.0, 2.0, 4.0)


def test_the_width_is_the_mean_of_the_likely_ones_and_nought_where_sharp():
    assert width(np.array([-9.0, 9, -9, -9]), LEVELS) == pytest.approx(1, abs=1e-3)
    assert width(np.array([-9.0, -9, 9, 9]), LEVELS) == pytest.approx(3, abs=1e-3)
    assert width(np.array([9.0, 0, 0, 8]), LEVELS) == 0
    assert width(np.array([8.0, 0, 0, 9]), LEVELS) == pytest.approx(4, abs=0.01)


def test_the_likely_width_asks_how_much_not_whether():
    logits = np.full((6, 5, 4), -30.0)
    logits[..., 0], logits[..., 2] = 60, 20
    np.testing.assert_allclose(likely_width(logits, LEVELS), 2, rtol=1e-5)
    assert likely_width(logits, LEVELS).shape == (48, 40)
    logits[..., 3] = 20
    np.testing.assert_allclose(likely_width(logits, LEVELS), np.sqrt(8), rtol=1e-5)


def test_the_likely_width_changes_smoothly():
    logits = np.full((12, 12, 4), -30.0)
    logits[:, :6, 1] = logits[:, 6:, 3] = 30
    along = likely_width(logits, LEVELS)[40]
    assert along[0] == pytest.approx(1, rel=0.01)
    assert along[-1] == pytest.approx(4, rel=0.01)
    assert (np.diff(along) > -1e-5).all()
    assert np.diff(along).max() < 0.1


def test_a_map_of_squares_is_enlarged_to_pixels():
    fine = enlarged(np.arange(4.0)[:, None] * np.ones((4, 3)))
    assert fine.shape == (32, 24)
    np.testing.assert_allclose(fine[4:-4].mean(axis=1), np.arange(4, 28) / 8 - 0.4375, atol=1e-6)
