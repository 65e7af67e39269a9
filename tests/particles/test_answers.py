"""Every method asked in one way about particles from the simulator; what no picture can tell is said to be that."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets import models
from emwidgets.particles import answers as module
from emwidgets.particles import seen
from emwidgets.particles.answers import BEST, METHODS, NOISY, answer, answering, chosen, together
from emwidgets.particles.dataset import sample
from emwidgets.particles.fit.posterior import deformed
from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.networks import views as set_networks
from emwidgets.particles.networks.framing import NoParticle
from emwidgets.particles.networks.views import ARRAYS, SetNetwork
from emwidgets.particles.orientation import random_rotation
from emwidgets.particles.shapes import cuboid, sphere
from emwidgets.particles.tasks import TASKS

ASKED = [(task, method) for task in TASKS for method in answering(task) if task != "handedness"]
TILTS = [-25.0, 0.0, 25.0]


@pytest.fixture(autouse=True)
def ours(tmp_path, monkeypatch):
    """The files of these methods are made here: they are checked by tests of their own."""
    monkeypatch.setattr(module, "TRANSFER", module.NETWORK)
    monkeypatch.setattr(
        module.baseline,
        "told",
        lambda numbers, task: np.tile(np.arange(1.0, 1 + len(TASKS[task])), (len(numbers), 1)),
    )
    monkeypatch.setattr(set_networks, "FOLDER", tmp_path)
    set_networks.load.cache_clear()
    backbone = models.card(module.NETWORK)
    _, features = models.load(module.NETWORK).run(np.zeros((1, 64, 64)))
    rng, told = np.random.default_rng(0), 16 + features.shape[-1]
    for task in ("count", "deformed", "arrangement", "shape"):
        classes = len(TASKS[task])
        shapes = [(told, 8), 8, (8, 8), 8, (9, 8), 8, (8, classes), classes]
        arrays = {name: rng.normal(0, 0.3, shape) for name, shape in zip(ARRAYS, shapes, strict=True)}
        set_networks.write(SetNetwork(arrays), task, {"backbone": backbone.digests["onnx"]}, tmp_path)
    yield
    set_networks.load.cache_clear()


def of(task, index, seed=7, **options):
    return list(sample(task, index, 128, seed, **options).images)


def unit(axes):
    return axes / np.linalg.norm(axes, axis=0)


@pytest.mark.parametrize(("task", "method"), ASKED)
def test_every_method_gives_probabilities_of_its_tasks(task, method):
    found = answer(of(task, 0), task, method)
    assert found.probabilities.shape == (len(TASKS[task]),)
    assert found.probabilities.sum() == pytest.approx(1)
    assert (found.probabilities >= 0).all()
    assert 0 <= found.other <= 1
    assert (found.fitted is not None) == (method == "fit")


@pytest.mark.parametrize(("task", "method"), ASKED)
def test_the_order_of_views_does_not_matter(task, method):
    images = of(task, 1, views=3)
    one, other = (answer(each, task, method) for each in (images, images[::-1]))
    np.testing.assert_allclose(other.probabilities, one.probabilities, rtol=1e-4, atol=1e-6)
    assert (other.other, other.why) == (pytest.approx(one.other, abs=1e-5), one.why)


def test_tilted_views_may_come_in_any_order_with_their_tilts():
    images = of("count", 2, tilts=TILTS)
    straight = answer(images, "count", "fit", tilts=TILTS)
    turned = answer(images[::-1], "count", "fit", tilts=TILTS[::-1])
    np.testing.assert_allclose(turned.probabilities, straight.probabilities, atol=0.05)
    assert turned.probabilities.argmax() == straight.probabilities.argmax()
    # the solid is told as it lies in the first view, whichever that is
    there = Rotation.from_euler("x", 50, degrees=True).as_matrix() @ straight.fitted.axes
    same = np.abs(
        (there / np.linalg.norm(there, axis=0)).T @ (turned.fitted.axes / np.linalg.norm(turned.fitted.axes, axis=0))
    )
    np.testing.assert_allclose(np.sort(same.max(axis=0)), 1, atol=0.01)


def test_most_cut_corners_are_counted_right_by_the_fit():
    right, sure = 0, []
    for index in range(12):
        made = sample("count", index, 128, 31)
        found = answer(list(made.images), "count")
        right += TASKS["count"][found.probabilities.argmax()] == made.particle.label
        sure.append(found.probabilities.max())
    assert right >= 10
    assert right >= sum(sure) - 3  # it is no surer than that


@pytest.mark.parametrize("change", [lambda image: 40 * image + 1000, np.fliplr, np.rot90, np.transpose])
@pytest.mark.parametrize("method", ["fit", "network"])
def test_gain_offset_mirrors_and_quarter_turns_change_little(change, method):
    image = of("count", 3)[0]
    one, other = (answer([each], "count", method) for each in (image, change(image)))
    assert np.abs(one.probabilities - other.probabilities).sum() < (0.4 if method == "fit" else 0.8)
    if method == "fit":
        assert one.probabilities.argmax() == other.probabilities.argmax()


def test_deformed_goes_by_the_number_of_cut_corners():
    for index in range(4):
        images = of("count", index)
        counted = answer(images, "count", "network").probabilities
        both = answer(images, "deformed", "network").probabilities
        np.testing.assert_allclose(both, deformed(counted), atol=1e-6)


def test_several_views_are_evidence_each():
    one, other = np.array([0.6, 0.3, 0.1]), np.array([0.5, 0.25, 0.25])
    np.testing.assert_allclose(together([one, other]), one * other / (one * other).sum())
    np.testing.assert_allclose(together([one]), one)
    np.testing.assert_allclose(together([one, np.full(3, 1 / 3)]), one)
    assert together([np.array([1.0, 0, 0]), np.array([0, 1.0, 0])]) == pytest.approx([0.5, 0.5, 0], abs=1e-3)


def test_measured_views_are_put_together():
    images = of("shape", 0, views=2)
    found = answer(images, "shape", "features")
    np.testing.assert_allclose(found.probabilities, np.array([1.0, 4, 9]) / 14)
    assert found.other == 0


def test_what_is_seen_is_measured_once_for_all_questions(monkeypatch):
    measured, described = [], module.baseline.described
    monkeypatch.setattr(module.baseline, "described", lambda images: measured.append(len(images)) or described(images))
    seen = module.Seen(of("shape", 0, views=2))
    for task in ("shape", "count", "deformed", "arrangement"):
        answer(seen, task, "features")
    assert measured == [2]


@pytest.mark.parametrize("tilts", [None, TILTS])
def test_a_sphere_is_no_cuboid_with_corners(tilts):
    rng = np.random.default_rng(3)
    images = [record(sphere(7), Rotation.identity(), Imaging(brightest=200.0), rng).image for _ in tilts or "a"]
    found, cuboid_found = (answer(each, "count", "fit", tilts=tilts) for each in (images, of("count", 0, tilts=tilts)))
    assert found.other > 0.5 > cuboid_found.other
    assert found.fitted.misfit > 2 * cuboid_found.fitted.misfit
    assert answer(images[:1], "shape", "network").other < 0.5


def test_a_model_that_leaves_too_much_over_is_said_to_fit_no_cuboid():
    image = record(sphere(7), Rotation.identity(), Imaging(brightest=200.0), np.random.default_rng(5)).image
    assert answer([image], "count", "fit").why == "no cuboid fits the picture"
    assert answer(of("count", 0), "count", "fit").why == ""


def test_a_film_as_rough_as_a_cut_is_deep_is_said():
    shape, pose = cuboid(13, 11, 15).deform([7]), random_rotation(np.random.default_rng(4))
    rough = Imaging(brightest=200.0, film=0.6, film_roughness=0.3)
    image = record(shape, pose, rough, np.random.default_rng(5)).image
    assert answer([image], "count", "fit").why == NOISY


def test_two_particles_that_touch_are_not_one():
    shape, pose = cuboid(9, 8, 8), Rotation.from_euler("z", 45, degrees=True)
    rng = np.random.default_rng(2)
    halves = [record(shape, pose, Imaging(brightest=200.0, position=(x, 0)), rng).image for x in (-5.0, 5.0)]
    for method in ("network", "fit"):
        assert answer([sum(halves)], "count", method).why == "not one convex particle"


def test_a_particle_that_reaches_the_border_is_read_with_that_said():
    image = of("count", 4)[0]
    touching = image[image.shape[0] // 2 - 16 :]
    for method in ("network", "fit"):
        assert answer([touching], "count", method).why == "the particle touches the border"


@pytest.mark.parametrize(
    ("tilts", "views", "why"),
    [
        (None, 1, "not identifiable from one view"),
        ([10.0], 1, "not identifiable from one view"),
        (None, 3, "not identifiable from views of unknown tilt"),
        ([0.0, 0.0, 0.0], 3, "not identifiable"),
        (Rotation.from_euler("z", [[0.0], [40.0], [90.0]], degrees=True), 3, "not identifiable"),
        (Rotation.from_euler("x", [[0.0], [180.0]], degrees=True), 2, "not identifiable"),
    ],
)
def test_a_hand_that_no_picture_shows_is_not_guessed(tilts, views, why):
    found = answer(of("handedness", 0, views=views), "handedness", tilts=tilts)
    np.testing.assert_array_equal(found.probabilities, [0.5, 0.5])
    assert found.why.startswith(why)


@pytest.fixture(scope="module")
def hands():
    """Answers about six particles of either hand, each seen at three tilts, and about their mirror images.

    What is mirrored left to right is the mirrored particle at the same tilts, as these are about x.
    """
    found = []
    for index in range(6):
        made = sample("handedness", index, 128, 17, tilts=TILTS)
        mirrored = [image[:, ::-1] for image in made.images]
        both = [answer(list(images), "handedness", tilts=TILTS) for images in (made.images, mirrored)]
        found.append((made.particle.label, *both))
    return found


@pytest.mark.slow
def test_views_of_known_tilts_tell_most_hands(hands):
    assert {label for label, *_ in hands} == set(TASKS["handedness"])
    right = sum(TASKS["handedness"][found.probabilities.argmax()] == label for label, found, _ in hands)
    assert right >= 5


@pytest.mark.slow
def test_the_mirrored_particle_has_the_other_hand(hands):
    turned = [one.probabilities.argmax() != other.probabilities.argmax() for _, one, other in hands]
    assert sum(turned) >= 5
    sure = [np.abs(one.probabilities - other.probabilities[::-1]).max() for _, one, other in hands]
    assert np.median(sure) < 0.1


def test_a_cube_has_no_hand():
    shape, tilts = cuboid(13, 13, 13).deform([0], 0.4), Rotation.from_euler("x", [[-25.0], [25.0]], degrees=True)
    pose = Rotation.from_euler("xyz", [30, 40, 10], degrees=True)
    imaging, rng = Imaging(dose=None, film_roughness=0.0), np.random.default_rng(0)
    images = [record(shape, tilt * pose, imaging, rng).image for tilt in tilts]
    found = answer(images, "handedness", tilts=[-25, 25])
    if "alike" in found.why:
        np.testing.assert_array_equal(found.probabilities, [0.5, 0.5])
    else:  # edges that came out as different as noise makes them
        assert np.ptp(found.fitted.edges) / found.fitted.edges.mean() < 0.05


def test_every_task_has_a_best_method_that_answers_it():
    assert set(BEST) == set(TASKS)
    for task, method in BEST.items():
        assert method in answering(task)
        assert chosen(task, None) == method
        assert set(answering(task)) <= set(METHODS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"task": "colour"}, "task is 'colour': expected one of deformed, count"),
        ({"task": "count", "method": "guess"}, "method is 'guess': expected one of fit, network, transfer, features"),
        ({"task": "shape", "method": "fit"}, "method 'fit' does not answer 'shape': expected network or"),
        ({"task": "handedness", "method": "features"}, "method 'features' does not answer 'handedness': expected fit"),
        ({"task": "count", "tilts": [0, 10]}, "there are 2 tilts for 1 views: expected one for each"),
        ({"task": "count", "tilts": "steep"}, "tilts are 'steep': expected degrees"),
        ({"task": "count", "images": []}, "there is no image: expected at least one view"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        answer(**{"images": [np.zeros((64, 64))]} | arguments)


def test_where_nothing_is_seen_nothing_is_said():
    rng = np.random.default_rng(1)
    for method in ("fit", "network", "features"):
        with pytest.raises(NoParticle):
            answer([of("count", 0)[0], rng.poisson(20, (128, 128))], "count", method)


@pytest.mark.parametrize(("task", "method"), [("count", "fit"), ("count", "network"), ("handedness", "fit")])
def test_work_ends_where_the_checkpoint_raises(task, method):
    def checkpoint():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        answer(of(task, 0, tilts=TILTS), task, method, tilts=TILTS, checkpoint=checkpoint)


def test_views_may_have_different_numbers_of_pixels():
    images = of("count", 5, views=2)
    for method in ("fit", "network", "transfer"):
        found = answer([images[0], images[1][4:, 8:]], "count", method)
        assert found.probabilities.sum() == pytest.approx(1)


def test_what_was_found_out_for_one_question_serves_the_next(monkeypatch):
    images = of("count", 6)
    alone = {task: answer(images, task, "fit") for task in ("count", "deformed", "arrangement")}
    fits, runs = [], []
    monkeypatch.setattr(seen, "fit", lambda *asked, fit=seen.fit: fits.append(1) or fit(*asked))
    monkeypatch.setattr(seen, "prepared", lambda *asked, prepared=seen.prepared: runs.append(1) or prepared(*asked))
    both = seen.Seen(images)
    for task, expected in alone.items():
        found = answer(both, task, "fit")
        np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-6)
    answer(both, "count", "network")
    assert len(fits) == len(runs) == 1


def test_to_ask_needs_neither_keras_nor_hyperspy():
    code = (
        "import sys, emwidgets.particles.answers\n"
        "print([name for name in ('keras', 'tensorflow', 'torch', 'hyperspy') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
