"""The lessons are what they say."""

import numpy as np
import pytest

from emwidgets.particles.answers import BEST
from emwidgets.particles.imaging import blurred_thickness
from emwidgets.particles.orientation import random_rotation
from emwidgets.particles.playground.presets import STANDARD, presets
from emwidgets.particles.playground.scene import CONTROLS, Scene
from emwidgets.particles.shapes import cuboid
from emwidgets.particles.tasks import labels
from emwidgets.particles.widget import ParticlePlayground

LESSONS = {lesson["name"]: lesson["values"] for lesson in presets()}


def thickness(values, pose=None):
    """Of the particle and of the same one uncut, as the probe sees them."""
    scene = Scene.of(values)
    whole = cuboid(values["a"], values["b"], values["c"])
    pose = pose or scene.pose
    return [
        blurred_thickness(shape, pose, scene.imaging, np.random.default_rng(0), scene.spin)[0]
        for shape in (scene.shape, whole)
    ]


def signal_of_the_cut(values, pose=None):
    """Square of what is missing over what there is: how far the cut stands out of the noise of the electrons."""
    cut, whole = thickness(values, pose)
    film = values["film"] * whole[whole > 0].mean()
    return ((whole - cut) ** 2 / (whole + film)).sum()


def test_there_is_a_lesson_of_each_kind_and_each_sets_every_control():
    names = list(LESSONS)
    for wanted in ("perfect cube", "one cut corner", "hidden corner", "low dose", "spinning", "thick film"):
        assert wanted in names
    assert sum(name.startswith("mirror twins") for name in names) == 2
    assert len(set(names)) == len(names)
    for lesson in presets():
        assert set(lesson["values"]) == {*CONTROLS, "task"}
        assert lesson["title"]
        assert len(lesson["explains"]) > 60
        Scene.of(lesson["values"]).record()


def test_the_standard_conditions_are_those_of_the_tasks():
    scene = Scene.of(STANDARD)
    assert (scene.imaging.shape, scene.imaging.pixel_size, scene.imaging.probe) == ((128, 128), 0.25, 0.6)
    assert scene.imaging.film == 0.15
    assert 190 < scene.record().expected.max() < 201
    assert LESSONS["standard conditions"] == STANDARD


def test_mirror_twins_have_the_same_picture_but_for_the_noise():
    left, right = LESSONS["mirror twins, left"], LESSONS["mirror twins, right"]
    np.testing.assert_allclose(thickness(left)[0], thickness(right)[0], atol=1e-5)
    one, other = Scene.of(left), Scene.of(right)
    assert [labels(each.shape)["handedness"] for each in (one, other)] == ["left", "right"]
    expected = [each.record().expected.astype(float) for each in (one, other)]
    images = [each.record().image.astype(float) for each in (one, other)]
    apart = (images[0] - images[1]) ** 2 / (expected[0] + expected[1])
    assert apart.mean() == pytest.approx(1, abs=0.05)  # the noise of counting and of the film, and no more


def test_the_twins_part_when_they_are_turned_alike():
    from scipy.spatial.transform import Rotation

    turn = Rotation.from_euler("x", 25, degrees=True)
    one, other = (Scene.of(LESSONS[f"mirror twins, {hand}"]) for hand in ("left", "right"))
    seen = [
        thickness(LESSONS[f"mirror twins, {hand}"], turn * each.pose)[0]
        for hand, each in (("left", one), ("right", other))
    ]
    assert np.abs(seen[0] - seen[1]).max() > 1


def test_of_all_directions_the_hidden_corner_is_seen_least_along_this_one():
    values = LESSONS["hidden corner"]
    here, rng = signal_of_the_cut(values), np.random.default_rng(1)
    elsewhere = [signal_of_the_cut(values, random_rotation(rng)) for _ in range(300)]
    assert here < min(elsewhere) * 1.01
    assert here < np.median(elsewhere) / 3
    cut, whole = thickness(values)
    np.testing.assert_array_equal(cut > 0.5, whole > 0.5)  # the outline says nothing
    assert signal_of_the_cut(LESSONS["one cut corner"]) > np.median(elsewhere)
    outline = (thickness(LESSONS["one cut corner"])[0] > 0.5).sum()
    assert outline < (thickness(LESSONS["one cut corner"])[1] > 0.5).sum() - 40


def test_the_perfect_cube_is_one():
    values = LESSONS["perfect cube"]
    assert values["a"] == values["b"] == values["c"]
    assert values["corners"] == []


def test_low_dose_thick_film_and_spinning_are_what_they_say():
    assert Scene.of(LESSONS["low dose"]).record().expected.max() < 5
    assert Scene.of(LESSONS["thick film"]).imaging.film >= 1
    still = LESSONS["spinning"] | {"turn": 0.0}
    assert np.abs(thickness(LESSONS["spinning"])[0] - thickness(still)[0]).max() > 2


@pytest.mark.parametrize("name", LESSONS)
def test_no_lesson_tells_a_student_something_wrong_for_sure(name):
    result = ParticlePlayground(**LESSONS[name]).result
    table = result.to_dataframe()
    sure = table[(table["why"] == "") & (table["truth"] != "")]
    best = sure[[BEST[task] == method for task, method in zip(sure["task"], sure["method"], strict=True)]]
    assert (best["label"] == best["truth"]).all()
