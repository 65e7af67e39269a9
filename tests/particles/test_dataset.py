"""Data sets: the same images whoever asks for them, under the conditions they promise."""

import sys
import threading
import tracemalloc
from itertools import islice

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets.particles.dataset import BRIGHTEST, FIELD, OFF_CENTRE, Conditions, batches, dataset, sample, samples
from emwidgets.particles.imaging import Imaging
from emwidgets.particles.orientation import tilts
from emwidgets.particles.projection import thickness
from emwidgets.particles.tasks import TASKS, Sizes

SMALL = {"size": 32}
MODULE = sys.modules[dataset.__module__]  # the package shows the function of this name


@pytest.mark.parametrize("task", TASKS)
def test_images_and_labels_do_not_depend_on_the_number_of_workers(task):
    images, labels = dataset(task, 37, seed=3, workers=1, **SMALL)
    for workers in (2, 5):
        again, names = dataset(task, 37, seed=3, workers=workers, **SMALL)
        np.testing.assert_array_equal(again, images)
        np.testing.assert_array_equal(names, labels)
    assert (images.shape, images.dtype) == ((37, 32, 32), np.float32)
    assert set(labels) <= set(TASKS[task])


def test_one_image_is_the_same_alone_in_a_data_set_and_in_batches():
    images, labels = dataset("count", 20, seed=5, **SMALL)
    stream = batches("count", 8, seed=5, **SMALL)
    found = [next(stream) for _ in range(3)]
    np.testing.assert_array_equal(np.concatenate([each for each, _ in found])[:20], images)
    assert np.concatenate([names for _, names in found])[:20].tolist() == labels.tolist()
    alone = sample("count", 13, seed=5, **SMALL)
    np.testing.assert_array_equal(alone.images[0], images[13])
    assert alone.particle.label == labels[13]
    later = next(samples("count", 13, seed=5, **SMALL))
    np.testing.assert_array_equal(later.images[0], images[13])


def test_a_longer_data_set_begins_with_a_shorter_one():
    short, _ = dataset("shape", 3, **SMALL)
    long, _ = dataset("shape", 50, **SMALL)
    np.testing.assert_array_equal(long[:3], short)


def test_other_seeds_and_tasks_give_other_images():
    first = dataset("count", 4, seed=0, **SMALL)[0]
    assert not np.array_equal(dataset("count", 4, seed=1, **SMALL)[0], first)
    assert not np.array_equal(dataset("deformed", 4, seed=0, **SMALL)[0], first)


def test_the_standard_conditions_are_kept():
    for each in islice(samples("count", seed=2, workers=1), 30):
        assert each.images.shape == (1, 128, 128)
        # 200 counts expected in the brightest pixel: the most that are counted lie a few deviations above
        assert 0.8 * BRIGHTEST < each.images.max() < BRIGHTEST + 6 * np.sqrt(BRIGHTEST)
        assert (each.images == np.round(each.images)).all()
        assert (np.abs(each.positions) <= OFF_CENTRE).all()
        # a film of 15 % of the particle's mean signal
        places = (np.arange(128) - 63.5) * 0.25
        x, y = places[None] - each.positions[0, 0], places[:, None] - each.positions[0, 1]
        inside = thickness(each.particle.shape, each.orientations[0].as_matrix(), x, y) > 0
        film = each.images[0, :8].mean()
        assert film / (each.images[0][inside].mean() - film) == pytest.approx(0.15, rel=0.15)


def test_the_field_is_32_nm_whatever_the_pixels():
    coarse, fine = (sample("count", 3, size, conditions=Conditions(imaging=Imaging(dose=None))) for size in (32, 128))
    assert FIELD == 32.0
    binned = fine.images[0].reshape(32, 4, 32, 4).mean(axis=(1, 3))
    assert np.corrcoef(binned.ravel(), coarse.images[0].ravel())[0, 1] > 0.99


def test_views_are_of_one_particle_in_orientations_of_their_own():
    images, labels = dataset("count", 3, views=4, **SMALL)
    assert images.shape == (3, 4, 32, 32)
    assert labels.shape == (3,)
    one = sample("count", 0, views=4, **SMALL)
    assert len(one.orientations) == 4
    turned = Rotation.concatenate(one.orientations)
    assert (turned[1:] * turned[:-1].inv()).magnitude().min() > 0.01


def test_known_tilts_are_what_the_holder_turns():
    angles = [(-30, 0), (0, 0), (30, 10)]
    one = sample("handedness", 1, tilts=angles, **SMALL)
    assert one.images.shape == (3, 32, 32)
    first = tilts(angles)[0].inv() * one.orientations[0]
    for tilt, pose in zip(tilts(angles), one.orientations, strict=True):
        assert ((tilt * first).inv() * pose).magnitude() < 1e-9
    images, _ = dataset("handedness", 2, tilts=angles, **SMALL)
    np.testing.assert_array_equal(images[1], one.images)


def test_conditions_change_what_is_drawn_and_recorded():
    conditions = Conditions(Sizes(edges=(5, 8)), Imaging(dose=2000.0, film=0.0), turn=20.0)
    each = sample("count", 0, conditions=conditions, **SMALL)
    assert max(each.particle.shape.parameters.values()) <= 8
    assert each.images[0, :6].max() == 0  # no film
    still = sample("count", 0, conditions=Conditions(conditions.sizes, conditions.imaging), **SMALL)
    assert each.particle.truth == still.particle.truth
    assert not np.array_equal(each.images, still.images)


def test_a_data_set_makes_no_more_images_than_it_gives(monkeypatch):
    made = []

    def counted(task, index, **options):
        made.append(index)
        return sample(task, index, **options)

    monkeypatch.setattr(MODULE, "sample", counted)
    dataset("count", 5, workers=2, **SMALL)
    assert sorted(made) == list(range(5))


def test_all_workers_take_part(monkeypatch):
    seen = set()
    together = threading.Barrier(3)

    def noted(task, index, **options):
        if index % 4 == 0:  # the first of each of the three shares waits for the others
            together.wait(timeout=10)
        seen.add(threading.get_ident())
        return sample(task, index, **options)

    monkeypatch.setattr(MODULE, "sample", noted)
    dataset("count", 12, workers=3, **SMALL)
    assert len(seen) == 3


def test_a_stream_that_is_left_leaves_no_threads():
    before = threading.active_count()
    stream = samples("count", workers=3, **SMALL)
    next(stream)
    assert threading.active_count() > before
    stream.close()
    assert threading.active_count() == before


def test_a_stream_keeps_no_images():
    stream = batches("count", 16, workers=2, **SMALL)
    next(stream)
    tracemalloc.start()
    for _ in range(20):
        next(stream)
    peak = tracemalloc.get_traced_memory()[1]
    del stream  # before Python 3.12.9 its threads must not allocate while tracing ends (gh-128679)
    tracemalloc.stop()
    assert peak < 20 * 16 * 32 * 32 * 4  # less than what went by


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": "colour"}, "expected one of"),
        ({"n": 0}, "n is 0: expected at least one image"),
        ({"n": -3}, "at least one image"),
        ({"size": 8}, "size is 8: expected a whole number, at least 16"),
        ({"size": 64.5}, "size is 64.5: expected a whole number"),
        ({"task": ["count"]}, "task is .'count'.: expected one of"),
        ({"n": "a"}, "n is 'a': expected at least one image"),
        ({"n": 2.5}, "n is 2.5: expected at least one image"),
        ({"n": True}, "n is True: expected at least one image"),
        ({"workers": 1.5}, "workers is 1.5: expected a whole number"),
        ({"conditions": Conditions(Sizes(edges=(30, 60)))}, "particles of them are up to 104 nm long"),
        ({"conditions": Conditions(Sizes(edges=(15, 17.8), depth=(0.1, 0.3))), "task": "shape"}, "up to .* nm long"),
        ({"views": 0}, "views is 0"),
        ({"workers": 0}, "workers is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"tilts": []}, "tilts"),
        ({"tilts": [0, 10], "views": 3}, "views is 3 and there are 2 tilts"),
    ],
)
def test_a_data_set_that_cannot_be_is_told(options, message):
    with pytest.raises(ValueError, match=message):
        dataset(**{"task": "count", "n": 2, **SMALL, **options})


def test_streams_are_checked_when_they_are_asked_for():
    with pytest.raises(ValueError, match="at least one image"):
        batches("count", 0)
    for wrong in ("a", 2.5):
        with pytest.raises(ValueError, match=f"batch is {wrong!r}: expected at least one image"):
            batches("count", wrong)
    with pytest.raises(TypeError, match=r"batches\(\) got an unexpected keyword argument 'foo'"):
        batches("count", foo=1)
    with pytest.raises(ValueError, match="expected one of"):
        batches("colour")
    with pytest.raises(ValueError, match="first is -1"):
        samples("count", -1)


@pytest.mark.parametrize("task", TASKS)
def test_the_standard_particles_have_room(task):
    assert len(dataset(task, 1, conditions=Conditions(), **SMALL)[0]) == 1


@pytest.mark.parametrize("wrong", [{}, {"turn": 3}, Sizes(), 0])
def test_conditions_are_nothing_else(wrong):
    for make in (lambda: dataset("count", 1, conditions=wrong), lambda: batches("count", conditions=wrong)):
        with pytest.raises(TypeError, match=r"conditions is .* particles\.Conditions makes"):
            make()


def test_conditions_are_made_of_sizes_imaging_and_an_angle():
    with pytest.raises(TypeError, match=r"sizes is {}: expected what particles\.Sizes makes"):
        Conditions({})
    with pytest.raises(TypeError, match=r"imaging is 3: expected what particles\.Imaging makes"):
        Conditions(imaging=3)
    with pytest.raises(ValueError, match="turn is 'a': expected an angle in degrees"):
        Conditions(turn="a")
