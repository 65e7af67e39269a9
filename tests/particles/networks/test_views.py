"""A network for several views of one particle: made here, as the shipped ones are files of the same form."""

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from emwidgets import models
from emwidgets.models import NetworkError
from emwidgets.particles.networks import views
from emwidgets.particles.networks.outputs import ANSWERS, OUTPUTS, POSE
from emwidgets.particles.networks.views import ARRAYS, BACKBONE, SetNetwork, described, write
from emwidgets.particles.tasks import TASKS

TOLD, WIDTH, CLASSES = 20, 12, 9


def network(seed=0, classes=CLASSES):
    rng = np.random.default_rng(seed)
    shapes = [(TOLD, WIDTH), WIDTH, (WIDTH, WIDTH), WIDTH, (WIDTH + 1, WIDTH), WIDTH, (WIDTH, classes), classes]
    return SetNetwork(
        {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in zip(ARRAYS, shapes, strict=True)}
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(views, "FOLDER", tmp_path / "views")
    views.load.cache_clear()
    yield tmp_path / "views"
    views.load.cache_clear()


@pytest.fixture
def written(folder):
    """The set network of "count" as files, with a right card."""
    write(network(), "count", {"backbone": models.card(BACKBONE).digests["onnx"]}, folder)
    return folder / "count.npz"


seen = st.integers(1, 10).flatmap(
    lambda n: st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).normal(size=(n, TOLD)))
)


@settings(deadline=None)
@given(seen, st.randoms(use_true_random=False))
def test_the_order_of_the_views_does_not_matter(told, chance):
    told = told.astype(np.float32)
    order = list(range(len(told)))
    chance.shuffle(order)
    # but for the last digits: BLAS may round a row of a matrix by where it lies
    np.testing.assert_allclose(
        network().probabilities(told[order]), network().probabilities(told), rtol=1e-5, atol=1e-7
    )


@settings(deadline=None)
@given(seen)
def test_it_gives_probabilities_from_any_number_of_views(told):
    found = network().probabilities(told)
    assert found.shape == (CLASSES,)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


def test_the_same_view_again_is_known_to_be_one_more():
    told = np.random.default_rng(1).normal(size=(1, TOLD))
    one, two = (network().probabilities(np.repeat(told, times, axis=0)) for times in (1, 2))
    assert np.abs(one - two).max() > 1e-3


def test_a_view_is_told_by_its_answers_and_the_mean_of_its_features_and_not_by_its_pose():
    rng = np.random.default_rng(2)
    logits, features = rng.normal(size=(4, len(OUTPUTS))), rng.normal(size=(4, 8, 8, 5))
    told = described(logits, features)
    answers = sum(len(classes) for classes in ANSWERS.values())
    assert told.shape == (4, answers + 5)
    np.testing.assert_allclose(told[:, answers:], features.mean(axis=(1, 2)), atol=1e-6)
    np.testing.assert_allclose(np.exp(4 * told[:, :9]), softmax(logits[:, :9], axis=1), rtol=1e-4)
    turned = logits.copy()
    turned[:, -len(POSE) :] += 3
    np.testing.assert_array_equal(described(turned, features), told)
    np.testing.assert_allclose(described(logits[2:3], features[2:3]), told[2:3], atol=1e-6)


def test_what_was_written_is_read_to_half_precision(written):
    found = views.load("count")
    for name, array in network().arrays.items():
        np.testing.assert_allclose(found.arrays[name], array, rtol=1e-3, atol=1e-6)
        assert found.arrays[name].dtype == np.float32
    assert views.load("count") is found
    card = json.loads(written.with_suffix(".json").read_text())
    assert (card["task"], card["licence"]) == ("count", "GPL-3.0-or-later")


def test_a_network_that_is_not_there_is_named(folder):
    with pytest.raises(NetworkError, match=r"no set network for 'shape' in .*reinstall"):
        views.load("shape")


@pytest.mark.parametrize("damage", [lambda old: old[:-1] + b"x", lambda old: old[:50], lambda old: b""])
def test_a_damaged_file_is_refused(written, damage):
    written.write_bytes(damage(written.read_bytes()))
    with pytest.raises(NetworkError, match=r"count.npz' is not the file that its card describes: expected sha256:"):
        views.load("count")


@pytest.mark.parametrize("text", ["{", "[]", "7", '"text"', "{}"])
def test_a_damaged_card_is_refused(written, text):
    written.with_suffix(".json").write_text(text)
    with pytest.raises(NetworkError, match="reinstall"):
        views.load("count")


def test_a_network_of_another_backbone_is_refused(folder):
    write(network(), "count", {"backbone": "sha256:0"}, folder)
    with pytest.raises(NetworkError, match=r"features of another network \(sha256:0\).*train_views"):
        views.load("count")


def test_an_array_of_another_kind_is_never_unpacked(written):
    """A file with pickled objects runs code when it is read: NumPy is told not to."""
    np.savez(written, **{name: np.array([{}], object) for name in ARRAYS})
    card = json.loads(written.with_suffix(".json").read_text())
    card["digest"] = f"sha256:{hashlib.sha256(written.read_bytes()).hexdigest()}"
    written.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        views.load("count")


@pytest.mark.parametrize("file", sorted(views.FOLDER.glob("*.npz")), ids=lambda file: file.stem)
def test_shipped_set_networks_load_and_answer(file):
    views.load.cache_clear()
    shipped = views.load(file.stem)
    told = np.zeros((3, len(shipped.arrays["view_kernel"])), np.float32)
    assert shipped.probabilities(told).shape == (len(TASKS[file.stem]),)
