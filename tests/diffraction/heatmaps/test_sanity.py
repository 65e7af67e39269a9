from types import SimpleNamespace

import numpy as np
import pytest

from emwidgets import diffraction, models
from emwidgets.diffraction.explain import exact_maps
from emwidgets.diffraction.heatmaps.sanity import deletion, likeness, randomised
from emwidgets.diffraction.networks.normalise import prepared


class Brightness:
    """A network that finds a pattern the more a spot pattern, the brighter its cells of 8 px are."""

    def __init__(self):
        head = SimpleNamespace(weights=np.array([[-1.0, 1.0]]) * 40, bias=np.zeros(2))
        self.card = SimpleNamespace(classes=("ring", "spot"), head=head, temperature=1.0)

    def run(self, images):
        n, rows, columns = images.shape
        features = images.reshape(n, rows // 8, 8, columns // 8, 8).mean(axis=(2, 4))[..., None]
        return features.mean(axis=(1, 2)) @ self.card.head.weights, features


@pytest.fixture
def dots():
    """Images that are dark but for two bright places."""
    images = np.zeros((3, 64, 64), np.float32)
    for number, image in enumerate(images):
        image[8 * number : 8 * number + 8, 8:16] = image[40:48, 8 * number : 8 * number + 8] = 1
    return images


def test_a_class_fades_with_the_places_that_speak_for_it(dots):
    found = deletion(Brightness(), dots, "spot", shares=(0, 0.05, 0.5, 1), draws=4)
    assert found.hottest.shape == found.random.shape == (3, 4)
    hottest, random = found.lowered(0.05)
    assert np.all(hottest > 2 * random)
    np.testing.assert_allclose(found.hottest[:, 0], found.random[:, 0])
    np.testing.assert_allclose(found.hottest[:, -1], found.random[:, -1], rtol=1e-6)


def test_the_same_seed_draws_the_same_places(dots):
    one, other, third = (deletion(Brightness(), dots, draws=2, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.random, other.random)
    assert not np.array_equal(one.random, third.random)
    np.testing.assert_array_equal(one.hottest, third.hottest)


def test_a_share_that_was_not_deleted_is_no_guess(dots):
    found = deletion(Brightness(), dots, draws=1)
    with pytest.raises(ValueError, match=r"share is 0.25: expected one of 0, 0.05, 0.1, 0.2"):
        found.lowered(0.25)
    with pytest.raises(ValueError, match="draws is 0"):
        deletion(Brightness(), dots, draws=0)


def test_both_curves_are_drawn(dots):
    figure = deletion(Brightness(), dots, draws=1).plot()
    assert [trace.name for trace in figure.data] == ["random places", "hottest places"]


def test_likeness_is_one_for_the_same_order_and_none_for_a_flat_map():
    maps = np.random.default_rng(0).random((3, 6, 6))
    others = np.stack([maps[0] ** 3, -maps[1], np.zeros((6, 6))])
    np.testing.assert_allclose(likeness(maps, others), [1, -1, 0], atol=1e-12)


@pytest.fixture(scope="module")
def patterns():
    """Ring and spot patterns of several crystals, prepared."""
    frames = []
    for number, structure in enumerate(("gold", "silicon", "magnetite", "nickel")):
        for grains in (1, 3000):
            signal = diffraction.simulate(structure, grains, shape=(128, 128), pixel_size=0.16, seed=number)
            frames.append(np.log1p(signal.data / signal.data.max() * 1e4))
    return prepared(np.stack(frames))


@pytest.mark.parametrize("name", ["cnn", "googlenet", "densenet"])
def test_the_hottest_fifth_matters_more_to_a_shipped_network_than_a_random_fifth(name, patterns):
    hottest, random = deletion(models.load(f"diffraction/{name}"), patterns, shares=(0, 0.2), draws=4).lowered(0.2)
    assert hottest.mean() > random.mean()


@pytest.mark.parametrize("name", ["cnn", "googlenet", "densenet"])
def test_a_network_that_has_forgotten_everything_gives_another_map(name, patterns):
    network = models.load(f"diffraction/{name}")
    trained = exact_maps(network, patterns, "ring")
    shuffled = [exact_maps(randomised(network, seed), patterns, "ring") for seed in range(4)]
    assert np.mean([likeness(trained, one).mean() for one in shuffled]) < 0.5
    assert not np.allclose(randomised(network, 0).run(patterns)[0], network.run(patterns)[0], atol=0.1)
