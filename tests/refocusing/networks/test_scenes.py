import numpy as np
import pytest

from emwidgets.refocusing.networks.scenes import KINDS, scene


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_is_the_same_for_a_seed_and_uses_its_range(kind):
    one, again, other = (scene(np.random.default_rng(seed), 96, kind) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    assert one.shape == (96, 96)
    assert one.dtype == np.float32
    assert one.min() == 0
    assert one.max() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_is_in_focus_detail_is_lost_by_the_least_blur(kind):
    from scipy import ndimage

    image = scene(np.random.default_rng(5), 192, kind)
    lost = image - ndimage.gaussian_filter(image, 1)
    assert lost.std() > 0.005


def test_a_kind_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match="leaves, particles"):
        scene(np.random.default_rng(0), 64, "clouds")
