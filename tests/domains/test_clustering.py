"""DBSCAN on the pixel grid gives the partition of scikit-learn."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from emwidgets.domains.clustering import dbscan_image, disc_size

REACHES = [0.5, 1.0, 1.25, 1.4, 1.5, 2.0, 2.2, 2.5, 2.9, 3.0, 3.5, 4.0, 4.3, 5.0, 5.5, 6.0]


@st.composite
def points(draw):
    """A mask, eps and min_samples: sparse to dense, smooth patches or single pixels."""
    shape = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    eps = draw(st.sampled_from(REACHES) | st.floats(0.5, 6).map(lambda e: round(e, 2)))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    mask = rng.random(shape) < draw(st.floats(0, 1))
    if draw(st.booleans()):  # patches of 3 × 3 pixels
        mask = np.kron(mask, np.ones((3, 3), bool))[: shape[0], : shape[1]]
    return mask, eps, draw(st.integers(1, disc_size(eps)))


def assert_same_partition(mask, eps, min_samples):
    """Core points numbered alike, the same noise, and each border point beside a core point of its cluster."""
    labels = dbscan_image(mask, eps, min_samples)
    assert labels.shape == mask.shape
    assert (labels[~mask] == -1).all()
    place = np.argwhere(mask)
    if len(place) == 0:
        return
    expected = DBSCAN(eps=eps, min_samples=min_samples).fit(place)
    core = np.zeros(len(place), bool)
    core[expected.core_sample_indices_] = True
    found = labels[mask]
    np.testing.assert_array_equal(found[core], expected.labels_[core])
    np.testing.assert_array_equal(found == -1, expected.labels_ == -1)
    border = np.flatnonzero(~core & (found >= 0))
    for point in border:
        reachable = core & (np.square(place - place[point]).sum(axis=1) <= eps * eps)
        assert found[point] in found[reachable]


@given(points())
@example((np.eye(9, dtype=bool), 1.4, 2))
@example((np.eye(9, dtype=bool), 1.5, 2))
@example((np.kron(np.eye(6, dtype=bool), np.ones((3, 3), bool)), 3.0, 9))
@settings(max_examples=250, deadline=None)
def test_the_partition_is_that_of_scikit_learn(case):
    assert_same_partition(*case)


@pytest.mark.parametrize("eps", [1.5, 3.0, 4.5])
@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_the_partition_is_that_of_scikit_learn_for_masks_as_the_analysis_makes_them(eps, share):
    from scipy import ndimage

    rng = np.random.default_rng(int(10 * share))
    smooth = ndimage.gaussian_filter(rng.normal(size=(96, 128)), 2.5)
    mask = (smooth > np.quantile(smooth, 1 - share)) ^ (rng.random(smooth.shape) < 0.02)
    for min_samples in (1, disc_size(eps) // 2, disc_size(eps)):
        assert_same_partition(mask, eps, min_samples)


@given(points())
@settings(max_examples=50, deadline=None)
def test_turning_the_image_turns_the_clusters(case):
    mask, eps, min_samples = case
    labels, turned = dbscan_image(mask, eps, min_samples), np.rot90(dbscan_image(np.rot90(mask), eps, min_samples), -1)
    np.testing.assert_array_equal(turned == -1, labels == -1)
    assert turned.max() == labels.max()


def test_an_empty_mask_has_no_cluster():
    np.testing.assert_array_equal(dbscan_image(np.zeros((7, 9), bool), 2.0, 1), np.full((7, 9), -1))


def test_a_full_mask_is_one_cluster_corners_included():
    labels = dbscan_image(np.ones((30, 20), bool), 3.0, disc_size(3.0) // 2)
    np.testing.assert_array_equal(labels, 0)


@pytest.mark.parametrize(("min_samples", "label"), [(1, 0), (2, -1)])
def test_a_single_pixel_is_a_cluster_only_if_it_is_enough(min_samples, label):
    mask = np.zeros((5, 5), bool)
    mask[0, 4] = True
    assert dbscan_image(mask, 2.0, min_samples)[0, 4] == label


def test_the_image_does_not_wrap_around():
    mask = np.zeros((6, 20), bool)
    mask[2, :3] = mask[2, -3:] = mask[3, :3] = True
    labels = dbscan_image(mask, 4.0, 3)
    assert labels[2, 0] == 0
    assert labels[2, 19] == 1


@pytest.mark.parametrize("gap", [2, 3, 4, 5])
def test_two_patches_are_one_cluster_exactly_if_eps_bridges_the_gap(gap):
    mask = np.zeros((10, 30), bool)
    mask[2:8, 2:10] = mask[2:8, 9 + gap : 20 + gap] = True
    assert dbscan_image(mask, gap, 4).max() == 0
    assert dbscan_image(mask, gap - 0.01, 4).max() == 1


def test_the_mask_is_left_as_it_was_and_may_be_of_any_type():
    mask = (np.random.default_rng(0).random((20, 20)) < 0.5).astype(float)
    before = mask.copy()
    np.testing.assert_array_equal(dbscan_image(mask, 1.5, 3), dbscan_image(mask > 0, 1.5, 3))
    np.testing.assert_array_equal(mask, before)


@pytest.mark.parametrize("eps", [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0, 7.25, 13.0])
def test_the_size_of_a_disc_is_the_number_of_grid_points_in_it(eps):
    away = np.arange(-20, 21)
    assert disc_size(eps) == np.count_nonzero(away[:, None] ** 2 + away**2 <= eps**2)


@pytest.mark.parametrize(
    ("mask", "eps", "min_samples", "message"),
    [
        (np.ones(5, bool), 1.0, 1, "mask has 1 dimensions: expected a two-dimensional"),
        (np.ones((2, 5, 5), bool), 1.0, 1, "mask has 3 dimensions"),
        (np.ones((5, 5), bool), 0.0, 1, "eps is 0.0: expected a positive reach"),
        (np.ones((5, 5), bool), -1.0, 1, "eps is -1.0"),
        (np.ones((5, 5), bool), np.nan, 1, "eps is nan"),
        (np.ones((5, 5), bool), np.inf, 1, "eps is inf"),
        (np.ones((5, 5), bool), 1.0, 0, "min_samples is 0: expected at least 1"),
    ],
)
def test_input_that_makes_no_sense_is_refused_by_name(mask, eps, min_samples, message):
    with pytest.raises(ValueError, match=message):
        dbscan_image(mask, eps, min_samples)
