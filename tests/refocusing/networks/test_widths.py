import numpy as np
import pytest

from emwidgets.refocusing.networks.widths import width

LEVELS = (1.0, 2.0, 4.0)


def test_the_width_is_the_mean_of_the_likely_ones_and_nought_where_sharp():
    assert width(np.array([-9.0, 9, -9, -9]), LEVELS) == pytest.approx(1, abs=1e-3)
    assert width(np.array([-9.0, -9, 9, 9]), LEVELS) == pytest.approx(3, abs=1e-3)
    assert width(np.array([9.0, 0, 0, 8]), LEVELS) == 0
    assert width(np.array([8.0, 0, 0, 9]), LEVELS) == pytest.approx(4, abs=0.01)
