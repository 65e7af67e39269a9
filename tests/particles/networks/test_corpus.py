"""What is learnt from: always the same, known in all its parts, made once."""

import numpy as np
import pytest

from emwidgets.particles import shapes
from emwidgets.particles.networks import corpus as module
from emwidgets.particles.networks.corpus import MIXTURE, SPLITS, VARIED, corpus, depths, made
from emwidgets.particles.networks.framing import SIZE, NoParticle
from emwidgets.particles.networks.outputs import KINDS
from emwidgets.particles.shapes import SIGNS


class Here:
    """Does in this process what others were to do, so that what a test has changed holds for them, too."""

    def __init__(self, processes=None, mp_context=None):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    map = staticmethod(map)


@pytest.fixture
def few(monkeypatch):
    """Files of six images."""
    monkeypatch.setattr(module, "_SHARD", 6)
    monkeypatch.setattr(module, "ProcessPoolExecutor", Here)


@pytest.fixture(scope="module")
def many():
    return [made("validation", index) for index in range(300)]


def test_an_image_of_a_split_is_always_the_same_and_in_no_other_split():
    first, again, other, next_one = made("train", 3), made("train", 3), made("test", 3), made("train", 4)
    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name])
    assert not np.array_equal(first["images"], other["images"])
    assert not np.array_equal(first["images"], next_one["images"])


def test_the_splits_have_seeds_of_their_own():
    assert len(set(SPLITS.values())) == len(SPLITS) == 3


def test_all_that_is_drawn_comes_as_often_as_it_is_said_to(many):
    assert sum(MIXTURE.values()) == pytest.approx(1)
    kinds = np.bincount([each["kinds"] for each in many], minlength=4) / len(many)
    share = MIXTURE["shape"] / 3
    expected = [1 - MIXTURE["foreign"] - 2 * share, share, share, MIXTURE["foreign"]]
    assert np.abs(kinds - expected).max() < 0.07  # four standard deviations of a share of 0.1 and less of others
    assert np.mean([each["standard"] for each in many]) == pytest.approx(1 - VARIED, abs=0.1)
    cut = [(each["cuts"] > 0).sum() for each in many if each["kinds"] == 0]
    assert set(cut) == set(range(9))


def test_images_fill_their_range_and_nothing_is_known_of_what_is_no_cuboid(many):
    for each in many:
        assert each["images"].shape == (SIZE, SIZE)
        assert each["images"].dtype == np.uint8
        assert np.ptp(each["images"]) > 60
        if each["kinds"] != 0:
            assert not each["axes"].any()
            assert not each["cuts"].any()


def test_the_cuboid_that_is_told_covers_what_is_seen(many):
    """The outline of the uncut cuboid holds the signal, and most of it lies near the cuboid's middle."""
    places = np.arange(SIZE) - (SIZE - 1) / 2
    for each in (each for each in many if each["kinds"] == 0 and each["standard"]):
        axes = each["axes"]
        np.testing.assert_allclose(axes.T @ axes - np.diag((axes**2).sum(axis=0)), 0, atol=1e-3)
        assert np.linalg.det(axes) > 0
        corners = SIGNS @ axes.T[:, :2] + each["centres"]
        low, high = corners.min(axis=0) - 2, corners.max(axis=0) + 2
        inside = (places > low[0]) & (places < high[0]) & ((places > low[1]) & (places < high[1]))[:, None]
        bright = each["images"] > 255 * 0.35
        assert (bright & ~inside).sum() <= 0.01 * bright.sum()
        # and it is no larger than that: the light reaches near to every side of the box, but for what is cut off
        rows, columns = (np.flatnonzero(bright.any(axis=axis)) for axis in (1, 0))
        reached = places[[columns[0], rows[0], columns[-1], rows[-1]]]
        assert np.abs(reached - [*low, *high]).max() < 20


def test_depths_are_fractions_of_the_edges():
    shape = shapes.cuboid(10, 12, 15).deform([1, 6], [0.25, 0.5])
    np.testing.assert_allclose(depths(shape), [0, 0.25, 0, 0, 0, 0, 0.5, 0])
    in_nm = shapes.cuboid(10, 12, 15).deform([3], [(2.5, 3.0, 3.75)], unit="nm")
    np.testing.assert_allclose(depths(in_nm)[3], 0.25)


def test_cuts_and_kinds_are_within_what_is_asked_about(many):
    for each in many:
        cut = each["cuts"][each["cuts"] > 0]
        least = 0.25 if each["standard"] else 0.15
        assert ((cut >= least - 1e-6) & (cut <= 0.5 + 1e-6)).all()
        assert 0 <= each["kinds"] < len(KINDS)


def test_a_corpus_is_read_where_it_is_there_and_one_file_that_is_lost_is_made_again_the_same(few, tmp_path):
    whole = corpus(tmp_path, "validation", 10)
    assert len(whole) == 10
    np.testing.assert_array_equal(whole.images[7], made("validation", 7)["images"])
    np.testing.assert_array_equal(whole.counts, (whole.cuts > 0).sum(axis=1))
    lost, kept = tmp_path / "validation-0001.npz", tmp_path / "validation-0000.npz"
    lost.unlink()
    written = kept.stat().st_mtime_ns
    again = corpus(tmp_path, "validation", 12)
    assert kept.stat().st_mtime_ns == written
    for name, value in vars(whole).items():
        np.testing.assert_array_equal(getattr(again, name)[:10], value)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["validation-0000.npz", "validation-0001.npz"]


def test_images_without_a_particle_are_left_out(few, tmp_path, monkeypatch):
    seen = iter([True, True, False] * 4)

    def picky(image, find=module.find):
        if not next(seen):
            raise NoParticle("nothing there")
        return find(image)

    monkeypatch.setattr(module, "find", picky)
    assert len(corpus(tmp_path, "test", 6)) == 4


def test_a_split_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="'trian': expected one of train, validation, test"):
        corpus(tmp_path, "trian", 5)


def test_a_broken_file_is_named(few, tmp_path):
    corpus(tmp_path, "test", 6)
    file = tmp_path / "test-0000.npz"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"test-0000.npz.*delete it"):
        corpus(tmp_path, "test", 6)
