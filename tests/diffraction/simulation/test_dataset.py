"""The data set is balanced, reproducible, split, fast, and has no shortcut that a network could take."""

import subprocess
import sys
import time

import numpy as np
import pytest

from emwidgets.diffraction import structures
from emwidgets.diffraction.simulation.dataset import (
    LABELS,
    OUTSIDERS,
    SPOTTY,
    batches,
    outsider,
    outsiders,
    sample,
    spotty,
)
from emwidgets.diffraction.simulation.families import FAMILIES
from emwidgets.diffraction.simulation.foreign import HELD_OUT


@pytest.fixture(scope="module")
def training():
    return [sample(number, 48) for number in range(120)]


def test_batches_have_their_shapes_and_types():
    images, labels, grains = next(batches(6, size=64))
    assert (images.shape, images.dtype) == ((6, 64, 64), np.float32)
    assert (labels.dtype, grains.dtype) == (np.int64, np.float32)
    assert np.isfinite(images).all()
    assert (images.std(axis=(1, 2)) > 0).all()
    assert set(labels) <= {0, 1}


def test_the_same_seed_gives_the_same_batches_and_another_one_others():
    first, again, other = (next(batches(3, 48, seed=seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_batches_go_on_and_can_be_taken_up_anywhere():
    stream = batches(2, 48, seed=3)
    next(stream)
    second = next(stream)[0]
    np.testing.assert_array_equal(second, next(batches(2, 48, seed=3, start=2))[0])


def test_two_processes_that_share_the_work_make_what_one_makes():
    whole = next(batches(4, 48, seed=5))[0]
    even, odd = (next(batches(2, 48, seed=5, start=start, step=2))[0] for start in (0, 1))
    np.testing.assert_array_equal(whole[::2], even)
    np.testing.assert_array_equal(whole[1::2], odd)


def test_half_are_rings_and_grains_agree_with_the_label(training):
    labels = np.array([one.label for one in training])
    assert 0.38 < labels.mean() < 0.62
    for one in training:
        if LABELS[one.label] == "spot":
            assert one.grains <= 2 or one.grains < 100  # one crystal, two, or mosaic blocks
        else:
            assert one.grains >= 30


@pytest.mark.parametrize("split", structures.SPLITS)
def test_structures_and_instruments_are_those_of_the_split(split):
    drawn = [sample(number, 48, split) for number in range(10)]
    assert {one.structure for one in drawn} <= set(structures.names(split))
    assert {one.family for one in drawn} <= set(FAMILIES[split])


def test_new_structures_can_be_seen_through_the_instruments_of_another_split():
    drawn = [sample(number, 48, "test", instruments="train") for number in range(10)]
    assert {one.structure for one in drawn} <= set(structures.names("test"))
    assert {one.family for one in drawn} <= set(FAMILIES["train"])


def test_families_do_not_give_the_label_away(training):
    """The share of rings is the same in every family, within what chance allows."""
    for family in FAMILIES["train"]:
        labels = [one.label for one in training if one.family == family]
        assert abs(np.sum(labels) - 0.5 * len(labels)) < 3 * np.sqrt(0.25 * len(labels)) + 1


def test_plain_numbers_of_an_image_do_not_give_the_label_away(training):
    """Brightness, contrast and noise of an image separate rings from spots hardly better than chance."""
    images, labels = np.stack([one.image for one in training]), np.array([one.label for one in training])
    scaled = images / np.maximum(np.percentile(images, 99.5, axis=(1, 2)), 1e-6)[:, None, None]
    plain = {
        "mean": scaled.mean(axis=(1, 2)),
        "median": np.median(scaled, axis=(1, 2)),
        "spread": scaled.std(axis=(1, 2)),
        "noise": np.abs(np.diff(scaled, 2, axis=1)).mean(axis=(1, 2)),
        "corner": scaled[:, :6, :6].mean(axis=(1, 2)),
    }
    for name, values in plain.items():
        ranks = values.argsort().argsort() + 1.0
        rings = labels == 0
        area = (ranks[rings].sum() - rings.sum() * (rings.sum() + 1) / 2) / (rings.sum() * (~rings).sum())
        assert abs(area - 0.5) < 0.27, (name, area)


def test_outsiders_are_amorphous_and_foreign_in_equal_parts():
    images, kinds = outsiders(10, 48)
    assert images.shape == (10, 48, 48)
    assert np.isfinite(images).all()
    assert np.bincount(kinds).tolist() == [5, 5]
    assert outsider(0, 48).structure == OUTSIDERS[0] == "amorphous"
    np.testing.assert_array_equal(outsider(3, 48).image, outsider(3, 48).image)


def test_foreign_images_of_the_held_out_kinds_are_in_the_test_split_alone():
    kinds = {
        split: {outsider(number, 48, split).structure for number in range(1, 121, 2)} for split in ("train", "test")
    }
    assert kinds["train"].isdisjoint(HELD_OUT)
    assert kinds["test"] > set(HELD_OUT)


def test_an_outsider_always_shows_something():
    for number in (477, 209 + 4000):  # black at first draw: their instrument recorded nothing
        image = outsider(number, 128, "train", seed=1).image
        assert image.min() < image.max()


def test_a_spotty_pattern_has_a_few_grains_and_is_always_the_same():
    patterns = [spotty(number, 64, "train", seed=2) for number in range(6)]
    assert all(3 <= pattern.grains <= 60 and pattern.label == SPOTTY for pattern in patterns)
    np.testing.assert_array_equal(patterns[4].image, spotty(4, 64, "train", seed=2).image)
    assert not {pattern.structure for pattern in patterns} & set(structures.names("test"))


def test_making_patterns_loads_neither_hyperspy_nor_a_network():
    code = (
        "import sys; from emwidgets.diffraction.simulation.dataset import batches; next(batches(2, 48));"
        "heavy = {'hyperspy', 'dask', 'keras', 'tensorflow', 'sklearn', 'skimage', 'pandas', 'matplotlib', 'PIL'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_patterns_are_made_quickly():
    """Far above the usual time, so that a busy machine passes, but a slip would show."""
    for number in range(40):
        sample(number, 128, seed=2)  # structures are read once
    start = time.process_time()
    for number in range(40, 80):
        sample(number, 128, seed=2)
    assert (time.process_time() - start) / 40 < 0.15


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: next(batches(0)), "n is 0: expected at least one pattern"),
        (lambda: next(batches(2, size=8)), "size is 8: expected at least 32 px"),
        (lambda: next(batches(2, split="dev")), "split is 'dev': expected one of train"),
        (lambda: outsiders(0), "n is 0"),
    ],
)
def test_numbers_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
