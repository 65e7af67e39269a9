"""The controls: values of any kind of number, and their ranges."""

import numpy as np
import pytest
import traitlets

from emwidgets.refocusing.comparer.controls import Controls, plain_controls
from emwidgets.refocusing.restore import NETWORKS


def test_numbers_and_arrays_of_numpy_become_plain_values():
    given = {"turns": np.int64(2), "strength": np.float32(0.5), "region": np.array([1, 2, 3, 4])}
    assert plain_controls(given) == {"turns": 2, "strength": 0.5, "region": [1, 2, 3, 4]}
    assert plain_controls({"region": (1, 2, 3, 4)}) == {"region": [1, 2, 3, 4]}
    assert plain_controls({"region": None}) == {"region": []}
    assert plain_controls({"network": "srn", "blur": True}) == {"network": "srn", "blur": True}


def test_the_defaults_are_those_of_refocus():
    import inspect

    from emwidgets.refocusing import refocus

    defaults = {name: each.default for name, each in inspect.signature(refocus).parameters.items()}
    controls = Controls()
    for name in ("network", "strength", "turns"):
        assert getattr(controls, name) == defaults[name]
    assert controls.region == []
    assert defaults["region"] is None


def test_all_networks_can_be_chosen():
    controls = Controls()
    for network in NETWORKS:
        controls.network = network
    with pytest.raises(traitlets.TraitError):
        controls.network = "another"


def test_whole_numbers_stay_whole():
    controls = Controls()
    controls.turns = 8.0
    assert controls.turns == 8
    assert isinstance(controls.turns, int)
    controls.region = [1, 2, 3, 4]
    assert controls.region == [1.0, 2.0, 3.0, 4.0]
    assert all(isinstance(edge, float) for edge in controls.region)


@pytest.mark.parametrize("region", [[1.0], [2.0, 1.0, 3.0, 4.0], [1.0, 2.0, 4.0, 4.0], [1.0, 2.0, 3.0, float("nan")]])
def test_a_region_that_is_none_says_what_is_expected(region):
    with pytest.raises(traitlets.TraitError, match="expected x from, x to, y from, y to"):
        Controls(region=region)
