"""The controls as traits, apart from the widget."""

import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from emwidgets.particles.playground.controls import Controls, plain_controls
from emwidgets.particles.playground.presets import STANDARD
from emwidgets.particles.playground.scene import CONTROLS


def test_defaults_are_the_standard_conditions_and_every_slider_holds_its_default():
    traits = Controls.class_traits(control=True)
    assert set(traits) == {*CONTROLS, "task", "frame"}
    made = Controls()
    for name, value in STANDARD.items():
        assert getattr(made, name) == value
        shown = traits[name].metadata["shown"]
        if "min" in shown:
            assert shown["min"] <= value <= shown["max"]
            assert traits[name].help


def test_what_a_slider_reaches_can_be_set():
    made = Controls()
    for name, trait in Controls.class_traits(control=True).items():
        shown = trait.metadata["shown"]
        for end in [shown[each] for each in ("min", "max") if each in shown]:
            setattr(made, name, end)
            assert getattr(made, name) == end


@given(st.tuples(*[st.floats(-1e6, 1e6)] * 4).filter(lambda q: np.linalg.norm(q) > 1e-6))
def test_any_quaternion_becomes_one_of_length_one_and_stays_so(quaternion):
    made = Controls(orientation=list(quaternion))
    first = made.orientation
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-8)
    np.testing.assert_allclose(first, np.array(quaternion) / np.linalg.norm(quaternion), atol=1e-9)
    assert Controls(orientation=first).orientation == first


def test_corners_are_sorted_and_checked_against_the_solid():
    made = Controls(solid="triangular pyramid", corners=[3, 0])
    assert made.corners == [0, 3]
    with pytest.raises(traitlets.TraitError, match="corners 0 to 3"):
        made.corners = [4]
    with made._each_on_its_own():
        made.corners = [4]
    with pytest.raises(traitlets.TraitError, match="corners 0 to 3"):
        made.corners = [5]


def test_values_of_numpy_and_scipy_become_plain():
    plain = plain_controls(
        {"a": np.float64(3), "corners": np.array([1, 2]), "orientation": Rotation.identity(), "size": np.int64(64)}
    )
    assert plain == {"a": 3.0, "corners": [1, 2], "orientation": [0.0, 0.0, 0.0, 1.0], "size": 64}
    assert plain_controls({"orientation": (0, 0, 0, 1), "solid": "sphere"}) == {
        "orientation": [0, 0, 0, 1],
        "solid": "sphere",
    }
