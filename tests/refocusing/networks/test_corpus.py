import numpy as np
import pytest
from PIL import Image

pytest.importorskip("skimage")

from emwidgets.refocusing.networks.corpus import SMALLER, Corpus, corpus


def test_scenes_are_squares_from_about_0_to_1_and_the_same_for_a_seed(made_up):
    for seed in range(20):
        cut = made_up.scene(np.random.default_rng(seed), 64)
        assert cut.shape == (64, 64)
        assert cut.dtype == np.float32
        assert cut.min() > -0.3  # noise goes beyond
        assert cut.max() < 1.3
        np.testing.assert_array_equal(cut, made_up.scene(np.random.default_rng(seed), 64))


def test_images_smaller_than_a_scene_are_never_drawn():
    small, large = np.zeros((40, 90), np.float32), np.full((80, 90), 0.25, np.float32)
    both = Corpus({"real": [small, large]})
    for seed in range(20):
        assert both.scene(np.random.default_rng(seed), 64).min() > 0


def test_kinds_that_are_not_there_are_not_drawn():
    alone = Corpus({"real": [np.full((70, 70), 0.5, np.float32)], "other": []})
    assert alone.scene(np.random.default_rng(0), 64).shape == (64, 64)


def test_a_corpus_holds_its_split_at_several_sizes_and_keeps_what_it_made_up(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    for name, grey in (("nasa_spot1_0d_0.png", 50), ("imranlabs_Gold.png", 250)):
        Image.fromarray(np.full((640, 640), grey, np.uint8)).save(images / name)
    test = corpus(images, "test", tmp_path / "kept", made=2, processes=1)
    assert [image.shape for image in test._sources["real"]] == [(640, 640)]
    assert [image.shape for image in test._sources["smaller"]] == [(round(640 / factor),) * 2 for factor in SMALLER]
    assert all(
        np.allclose(image, 250 / 255, atol=0.01) for kind in ("real", "smaller") for image in test._sources[kind]
    )
    assert "other" not in test._sources
    (kept,) = (tmp_path / "kept").iterdir()
    written = kept.stat().st_mtime_ns
    corpus(images, "test", tmp_path / "kept", made=2, processes=1)
    assert kept.stat().st_mtime_ns == written
