import numpy as np
import pytest

from emwidgets.diffraction.networks import corpus as module
from emwidgets.diffraction.networks.corpus import NEITHER, SPOTTY, Corpus, corpus
from emwidgets.diffraction.networks.normalise import prepared
from emwidgets.diffraction.simulation.dataset import sample


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A corpus of two small files of patterns and one of outsiders."""
    folder = tmp_path_factory.mktemp("corpus")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SHARD", 6)
        yield folder, corpus(folder, "validation", 12, processes=1)


def test_a_corpus_is_the_data_set_as_the_networks_take_it(made):
    _, patterns = made
    first = sample(7, split="validation", seed=1)
    np.testing.assert_allclose(patterns.images[7] / 255, prepared(first.image[None])[0], atol=0.5 / 255 + 1e-6)
    assert (patterns.classes[7], patterns.names[7], patterns.families[7]) == (
        first.label,
        first.structure,
        first.family,
    )


def test_outsiders_and_few_grains_come_with_the_patterns_and_have_classes_of_their_own(made):
    _, patterns = made
    counts = np.bincount(patterns.classes, minlength=4)
    assert counts[NEITHER] == counts[SPOTTY] == 6
    assert len(patterns) == 24
    assert (patterns.only(patterns.classes == SPOTTY).grains > 2).all()
    crystals = patterns.of_crystals()
    assert isinstance(crystals, Corpus)
    assert len(crystals) == 12
    assert (crystals.classes < 2).all()
    assert (crystals.grains >= 1).all()


def test_a_corpus_that_is_there_is_read_and_one_file_that_is_lost_made_again_the_same(made, monkeypatch):
    folder, patterns = made
    monkeypatch.setattr(module, "SHARD", 6)
    lost = next(folder.glob("*crystal-0001*"))
    others = {file: file.stat().st_mtime_ns for file in folder.iterdir() if file != lost}
    lost.unlink()
    again = corpus(folder, "validation", 12, processes=1)
    np.testing.assert_array_equal(again.images, patterns.images)
    assert {file: file.stat().st_mtime_ns for file in others} == others


def test_a_broken_file_is_named(made, monkeypatch):
    folder, _ = made
    monkeypatch.setattr(module, "SHARD", 6)
    file = next(folder.glob("*outsider-0000*"))
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    try:
        with pytest.raises(ValueError, match=f"{file.name}.*delete it"):
            corpus(folder, "validation", 12, processes=1)
    finally:
        file.write_bytes(whole)
