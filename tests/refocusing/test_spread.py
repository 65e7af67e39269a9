import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.refocusing import PointSpread

spreads = st.builds(
    PointSpread,
    sigma=st.floats(0.3, 6),
    shape=st.sampled_from(["gaussian", "disc"]),
    astigmatism=st.floats(1, 3),
    angle=st.floats(-180, 180),
)


def moments(kernel):
    """Covariance of a kernel about its middle, (x, y) order."""
    half = len(kernel) // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    return np.array([[np.sum(kernel * a * b) for a in (x, y)] for b in (x, y)])


@given(spreads)
def test_a_point_keeps_its_energy_and_its_place(spread):
    kernel = spread.kernel()
    assert kernel.shape == (2 * spread.reach + 1,) * 2
    assert kernel.min() >= 0
    assert kernel.sum() == pytest.approx(1)
    assert np.allclose(kernel, kernel[::-1, ::-1])


@given(spreads, st.integers(1, 40), st.integers(1, 40))
def test_the_transfer_is_real_and_that_of_the_kernel(spread, rows, columns):
    transfer = spread.transfer((rows, columns))
    assert transfer.shape == (rows, columns // 2 + 1)
    assert transfer[0, 0] == pytest.approx(1)
    assert np.abs(transfer).max() <= 1 + 1e-9
    half = spread.reach
    frequency = 2 * np.pi * (columns // 2) / columns
    wave = np.cos(frequency * np.arange(-half, half + 1))
    assert transfer[0, columns // 2] == pytest.approx(spread.kernel().sum(axis=0) @ wave, abs=1e-9)


@pytest.mark.parametrize("shape", ["gaussian", "disc"])
@pytest.mark.parametrize("sigma", [1.5, 2.5, 4.0])
def test_sigma_is_the_standard_deviation_whatever_the_shape(shape, sigma):
    covariance = moments(PointSpread(sigma, shape).kernel())
    assert np.sqrt(covariance[0, 0]) == pytest.approx(sigma, rel=0.03)
    assert np.sqrt(covariance[1, 1]) == pytest.approx(sigma, rel=0.03)


@given(st.floats(2, 5), st.floats(1.3, 3), st.floats(-90, 90), st.sampled_from(["gaussian", "disc"]))
def test_an_astigmatic_spread_is_long_in_its_direction_and_keeps_its_area(sigma, ratio, angle, shape):
    variances, axes = np.linalg.eigh(moments(PointSpread(sigma, shape, ratio, angle).kernel()))
    x, y = axes[:, 1]
    turned = (np.rad2deg(np.arctan2(y, x)) - angle + 90) % 180 - 90
    assert abs(turned) < 3
    assert np.sqrt(variances[1] / variances[0]) == pytest.approx(ratio, rel=0.05)
    assert np.prod(variances) ** 0.25 == pytest.approx(sigma, rel=0.05)


def test_no_width_is_a_point():
    assert PointSpread(0.0).kernel().tolist() == [[1.0]]
    assert PointSpread(0.0).reach == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sigma": -1.0}, "sigma is -1.0: expected a width in px"),
        ({"sigma": np.nan}, "sigma is nan"),
        ({"sigma": 1.0, "shape": "square"}, "shape is 'square': expected one of gaussian, disc"),
        ({"sigma": 1.0, "astigmatism": 0.5}, "astigmatism is 0.5"),
        ({"sigma": 1.0, "angle": np.inf}, "angle is inf"),
    ],
)
def test_what_is_no_point_spread_is_said(wrong, message):
    with pytest.raises(ValueError, match=message):
        PointSpread(**wrong)
