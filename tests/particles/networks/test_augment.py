"""What is taught of an image that was mirrored or turned must be the truth about the mirrored or turned particle."""

from itertools import product

import numpy as np
import pytest
from scipy.ndimage import maximum_filter
from scipy.spatial.transform import Rotation

keras = pytest.importorskip("keras")

from emwidgets.particles import shapes  # noqa: E402
from emwidgets.particles.networks.architectures import MAP  # noqa: E402
from emwidgets.particles.networks.augment import (  # noqa: E402
    Batches,
    classes,
    corner_maps,
    lesson,
    weights,
)
from emwidgets.particles.networks.framing import SIZE  # noqa: E402
from emwidgets.particles.networks.outputs import ANSWERS  # noqa: E402
from emwidgets.particles.tasks import TASKS  # noqa: E402

TAUGHT = (*ANSWERS, "pose", "corners")
CUTS = {1: 0.3, 2: 0.5, 7: 0.25}
EDGES, PLACE = (11.0, 12.5, 15.0), (0.4, -0.3)
#: Mirrors in z, by which the image of a mirrored particle becomes one that a rotation leads to.
FLIP = np.diag([1.0, 1.0, -1.0])


class Told:
    """A generator that says which of left, up and swap are to be done, each to all images."""

    def __init__(self, choices):
        self.choices = choices

    def random(self, shape):
        return np.broadcast_to(np.where(self.choices, 0.25, 0.75)[:, None], shape)


def cuboid(cuts):
    return shapes.cuboid(*EDGES).deform(list(cuts), list(cuts.values()))


def changed(matrix, pose):
    """Rotation and cuts of a particle whose picture is that of the other one after `matrix` (in the image's plane).

    A matrix that mirrors is followed by a mirror along the beam, which does not show; corners change places by it.
    """
    if np.linalg.det(matrix) > 0:
        return Rotation.from_matrix(matrix @ pose.as_matrix()), CUTS
    return Rotation.from_matrix(matrix @ pose.as_matrix() @ FLIP), {corner ^ 4: depth for corner, depth in CUTS.items()}


@pytest.mark.parametrize("choices", [*product([False, True], repeat=3)])
@pytest.mark.parametrize("seed", range(3))
def test_a_changed_image_is_taught_as_the_changed_particle(entry, gathered, choices, seed):
    pose = Rotation.random(random_state=seed)
    left, up, swap = choices
    flat = np.diag([-1.0 if left else 1.0, -1.0 if up else 1.0])
    flat = flat[::-1] if swap else flat
    matrix = np.eye(3)
    matrix[:2, :2] = flat

    corpus = gathered([entry(cuboid(CUTS), pose, position=PLACE)])
    images, taught, _ = lesson(corpus, np.array([0]), weights(corpus), TAUGHT, Told(choices))

    other_pose, cuts = changed(matrix, pose)
    simulated = gathered([entry(cuboid(cuts), other_pose, position=tuple((flat @ PLACE).tolist()))])
    expected, truth, _ = lesson(simulated, np.array([0]), weights(simulated), TAUGHT)
    np.testing.assert_allclose(images, expected, atol=1.5 / 255)
    for name in TAUGHT:
        np.testing.assert_allclose(taught[name], truth[name], atol=3e-3)


def test_without_a_generator_nothing_is_changed_and_the_corpus_never_is(entry, gathered):
    corpus = gathered([entry(cuboid(CUTS), Rotation.identity())] * 8)
    before = {name: value.copy() for name, value in vars(corpus).items()}
    plain, _, _ = lesson(corpus, np.arange(8), weights(corpus), TAUGHT)
    np.testing.assert_allclose(plain[..., 0], corpus.images / 255, atol=1e-6)
    changed, _, _ = lesson(corpus, np.arange(8), weights(corpus), TAUGHT, np.random.default_rng(0))
    assert len(np.unique(changed, axis=0)) > 2
    for name, value in before.items():
        np.testing.assert_array_equal(getattr(corpus, name), value)


def test_corners_are_marked_where_they_are_seen(entry):
    known = entry(cuboid(CUTS), Rotation.from_euler("xyz", [40, 25, 10], degrees=True))
    (marked,) = corner_maps(known["axes"][None], known["centres"][None], known["cuts"][None])
    assert marked.shape == (MAP, MAP, 2)
    seen = shapes.SIGNS @ known["axes"].T[:, :2] + known["centres"] + (SIZE - 1) / 2
    for corner, place in enumerate(seen):
        column, row = np.round((place + 0.5) * MAP / SIZE - 0.5).astype(int)
        mine, other = (marked[row, column, each] for each in ((1, 0) if corner in CUTS else (0, 1)))
        assert mine > 0.5
        assert mine > other
    peaks = [(maximum_filter(channel, 3) == channel) & (channel > 0.3) for channel in marked.transpose(2, 0, 1)]
    assert [peak.sum() for peak in peaks] == [5, 3]


def test_corners_one_over_the_other_make_a_spot_twice_as_high(entry):
    known = entry(cuboid({}), Rotation.identity(), pixel_size=0.25)
    whole, cut = corner_maps(known["axes"][None], known["centres"][None], np.zeros((1, 8)))[0].transpose(2, 0, 1)
    single = corner_maps(np.array([np.diag([8.0, 8.0, 8.0])]), np.full((1, 2), 2.0), np.zeros((1, 8)))
    assert single[..., 0].max() == pytest.approx(2, abs=1e-3)  # 8 + 2 px from the middle is the middle of a place
    assert whole.sum() > 4 * single[..., 0].max()
    assert not cut.any()


def test_classes_are_those_of_the_tasks(any_corpus):
    corpus = any_corpus(96)
    said, weighed = classes(corpus, np.arange(96)), weights(corpus)
    np.testing.assert_array_equal(said["count"], corpus.counts)
    np.testing.assert_array_equal(said["kind"], corpus.kinds)
    names = {0b001: "edge", 0b011: "face", 0b111: "body"}
    pairs = np.flatnonzero((corpus.kinds == 0) & (corpus.counts == 2))
    for number in pairs:
        first, second = np.flatnonzero(corpus.cuts[number])
        bits = (first ^ second).bit_count()
        name = {mask.bit_count(): each for mask, each in names.items()}[bits]
        assert TASKS["arrangement"][said["arrangement"][number]] == name
    np.testing.assert_array_equal(np.flatnonzero(weighed["arrangement"]), pairs)


def test_all_classes_of_an_answer_weigh_the_same_and_what_does_not_apply_weighs_nothing(any_corpus):
    corpus = any_corpus(180)
    said, weighed = classes(corpus, np.arange(180)), weights(corpus)
    for name in ANSWERS:
        total = np.bincount(said[name], weighed[name], minlength=len(ANSWERS[name]))
        np.testing.assert_allclose(total, total[0], rtol=1e-5)
        assert total[0] > 0
        assert weighed[name][weighed[name] > 0].mean() == pytest.approx(1)
    for name in ("count", "pose", "corners"):
        np.testing.assert_array_equal(weighed[name] > 0, corpus.kinds == 0)


def batches(corpus, **options):
    return Batches(corpus, **{"batch": 8, "images": 32, "seed": 3, "taught": ("kind", "pose")} | options)


def test_an_epoch_of_a_seed_is_always_the_same_and_the_next_one_another(any_corpus):
    corpus = any_corpus(48)
    first, again = batches(corpus), batches(corpus)
    assert len(first) == 4
    np.testing.assert_array_equal(first[2][0], again[2][0])
    again.on_epoch_end()
    second = batches(corpus, epoch=1)
    for one, other in zip(again[1][1].values(), second[1][1].values(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(first[0][0], second[0][0])
    assert not np.array_equal(batches(corpus, seed=4)[0][0], first[0][0])


def test_all_images_are_seen_before_one_is_seen_again(gathered, any_corpus):
    corpus = any_corpus(48)
    corpus.images[:] = np.arange(48)[:, None, None]  # told apart whichever way they are turned
    seen = []
    for epoch in range(3):  # of 32 images each: two rounds through all
        part = batches(corpus, epoch=epoch)
        seen += [round(float(image[0, 0, 0]) * 255) for number in range(4) for image in part[number][0]]
    assert sorted(seen[:48]) == sorted(seen[48:]) == list(range(48))
    assert seen[:48] != seen[48:]


def test_an_epoch_is_never_longer_than_the_corpus(any_corpus):
    assert len(batches(any_corpus(20), images=1000)) == 2


def test_a_batch_teaches_what_the_network_is_asked_and_no_more(any_corpus):
    images, taught, weighed = batches(any_corpus(24))[0]
    assert images.shape == (8, SIZE, SIZE, 1)
    assert images.dtype == np.float32
    assert 0 <= images.min() < images.max() <= 1
    assert list(taught) == list(weighed) == ["kind", "pose"]
