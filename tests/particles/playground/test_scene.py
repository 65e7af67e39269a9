"""From the values of the controls to an image, and to the code that gives it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emwidgets as emw
from emwidgets.particles.playground.kinds import KINDS
from emwidgets.particles.playground.presets import STANDARD
from emwidgets.particles.playground.scene import AXES, CONTROLS, Scene, imaging_of

any_scene = st.fixed_dictionaries(
    {},
    optional={
        "solid": st.sampled_from(list(KINDS)),
        "a": st.floats(5, 14),
        "b": st.floats(5, 14),
        "c": st.floats(5, 14),
        "depth": st.floats(0.05, 0.5),
        "orientation": st.sampled_from([[0.0, 0.0, 0.0, 1.0], [0.5, -0.5, 0.5, 0.5], [0.6, 0.0, 0.0, 0.8]]),
        "turn": st.sampled_from([0.0, 12.5]),
        "spin_axis": st.sampled_from(list(AXES)),
        "drift": st.floats(0, 3),
        "line_jitter": st.floats(0, 0.5),
        "probe": st.floats(0, 2),
        "dose": st.floats(100, 1e6),
        "atomic_number": st.integers(6, 92),
        "film": st.floats(0, 1),
        "film_roughness": st.floats(0, 0.3),
        "offset": st.floats(0, 1000),
        "gain": st.floats(0.1, 10),
        "size": st.just(64),
        "pixel_size": st.floats(0.2, 1),
        "seed": st.integers(0, 2**32 - 1),
    },
)


def test_the_strategy_has_every_control_but_the_corners():
    drawn = set()

    @settings(max_examples=200, database=None)
    @given(any_scene)
    def draw(values):
        drawn.update(values)

    draw()
    assert drawn == set(CONTROLS) - {"corners"}


@settings(deadline=None, max_examples=60)
@given(any_scene, st.data())
def test_the_code_gives_the_same_image(values, data):
    chosen = {name: STANDARD[name] for name in CONTROLS} | values
    count = KINDS[chosen["solid"]].corners
    if count:
        chosen["corners"] = sorted(data.draw(st.sets(st.integers(0, count - 1), max_size=3)))
    scene = Scene.of(chosen)
    recorded, made = scene.record(), eval(scene.code(), {"emw": emw})
    np.testing.assert_array_equal(made.data, recorded.image)
    np.testing.assert_array_equal(scene.simulate().data, recorded.image)
    axis = made.axes_manager.signal_axes[0]
    assert (axis.scale, axis.units) == (chosen["pixel_size"], "nm")
    assert made.data.shape == (chosen["size"],) * 2


def test_the_code_says_what_is_not_default_and_reads_well():
    chosen = STANDARD | {
        "corners": [0, 7],
        "depth": 0.3,
        "orientation": [0.0, 0.0, 0.0, 1.0],
        "turn": 20.0,
        "dose": 1e4,
    }
    assert Scene.of(chosen).code() == (
        "emw.particles.simulate(emw.particles.cuboid(13.0, 11.0, 15.0).deform([0, 7], depth=0.3), "
        "orientation=(0.0, 0.0, 0.0, 1.0), spin=emw.particles.Spin(turn=20.0, axis=(0.0, 1.0, 0.0)), "
        "imaging=emw.particles.Imaging(), seed=0)"
    )


def test_the_title_says_what_it_is_of():
    assert Scene.of(STANDARD).title == "Simulated cuboid"
    assert Scene.of(STANDARD | {"corners": [1, 4]}).title == "Simulated cuboid with corners 1, 4 cut"
    assert Scene.of(STANDARD | {"solid": "sphere"}).title == "Simulated sphere"


def test_what_stands_in_the_provenance_is_plain():
    import json

    parameters = Scene.of(STANDARD | {"turn": 5.0, "corners": [3]}).parameters()
    assert parameters["shape"] == "cuboid(13.0, 11.0, 15.0).deform([3], depth=0.35)"
    assert parameters["spin"]["turn"] == 5.0
    json.dumps(parameters, allow_nan=False)


def test_the_drift_is_along_x_and_a_still_particle_has_no_spin():
    assert imaging_of(STANDARD | {"drift": 1.5}).drift == (1.5, 0.0)
    assert Scene.of(STANDARD).spin is None
    assert Scene.of(STANDARD | {"turn": 3.0, "spin_axis": "z"}).spin.axis == (0.0, 0.0, 1.0)


def test_what_cannot_be_recorded_is_said():
    with pytest.raises(ValueError, match="dose is 0"):
        Scene.of(STANDARD | {"dose": 0.0})
