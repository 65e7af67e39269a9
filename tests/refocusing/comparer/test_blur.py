"""Blur it first: what the controls say is what `defocus` is given, and what the code says."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import emwidgets as emw
from emwidgets.refocusing.comparer.blur import SHAPES, WHERE, Blur
from emwidgets.refocusing.comparer.controls import NOISIEST, WIDEST

blurs = st.builds(
    Blur,
    sigma=st.floats(0, WIDEST),
    shape=st.sampled_from(SHAPES),
    where=st.sampled_from(WHERE),
    noise=st.floats(0, NOISIEST),
    seed=st.integers(0, 2**32 - 1),
)
CONTROLS = {"blur": True, "blur_sigma": 2.0, "blur_shape": "disc", "blur_where": "tilt", "blur_noise": 0.0}


def test_without_it_the_image_is_taken_as_it_is():
    assert Blur.of(CONTROLS | {"blur": False, "blur_seed": 0}) is None
    assert Blur.of(CONTROLS | {"blur_seed": 3}) == Blur(2.0, "disc", "tilt", 0.0, 3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blur=blurs)
def test_the_code_makes_the_very_image(grains, as_image, blur):
    signal = as_image(grains((24, 31)))
    made = blur.make(signal)
    np.testing.assert_array_equal(eval(blur.code("signal"), {"emw": emw, "signal": signal}).data, made.data)
    widths = blur.widths(signal)
    assert widths.shape == (24, 31)
    assert widths.min() >= 0
    assert widths.max() <= blur.sigma * (1 + 1e-6)
    if blur.where == "everywhere":
        assert widths == pytest.approx(blur.sigma)


def test_wider_is_less_sharp_and_leaves_the_mean(grains, as_image):
    signal = as_image(grains((64, 64)))
    spreads = []
    for sigma in (0.0, 1.0, 2.0, 4.0):
        made = Blur(sigma, "gaussian", "everywhere", 0.0, 0).make(signal).data
        assert made.mean() == pytest.approx(signal.data.mean(), rel=0.01)
        spreads.append(made.std())
    assert spreads == sorted(spreads, reverse=True)
    np.testing.assert_array_equal(Blur(0.0, "gaussian", "everywhere", 0.0, 0).make(signal).data, signal.data)


def test_what_has_its_default_is_not_in_the_code():
    assert Blur(2.5, "gaussian", "everywhere", 0.0, 0).code("image") == (
        "emw.refocusing.defocus(image, 2.5, unit='px')"
    )
