"""Tables and maps of clusters whose shape, place and lattice are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from emwidgets.domains import measure
from emwidgets.domains.filtering import ImageTransform
from emwidgets.domains.measure import Cluster, distinct_spacings, domain_table, draw, split

SHAPE = (200, 260)


def cluster(mask, family=0):
    """A cluster from a mask of the whole image, in its box."""
    (box,) = ndimage.find_objects(mask.astype(int))
    return Cluster(family, box, mask[box], int(mask.sum()))


def disc(row, column, radius, shape=SHAPE):
    y, x = np.indices(shape)
    return np.hypot(y - row, x - column) <= radius


def unpack(runs, label, shape):
    """The mask that runs stand for."""
    flat = np.zeros(shape[0] * shape[1], bool)
    for start, length, _ in runs[runs[:, 2] == label]:
        assert not flat[start : start + length].any()
        flat[start : start + length] = True
    return flat.reshape(shape)


@pytest.fixture(scope="module")
def lattice(plane_wave):
    """Maker of the amplitudes of plane waves, (kx, ky) in 1/nm, that fill an image."""

    def make(*waves, scale=(0.03, 0.03), noise=0.0, aside=0.0):
        image = sum(plane_wave(SHAPE, *k, scale=scale) for k in waves)
        image = image + noise * np.random.default_rng(0).normal(size=SHAPE)
        centres = [(ky * scale[0], kx * scale[1] + aside) for kx, ky in waves]
        return ImageTransform(image.astype(np.float32), 12.0).amplitudes(centres, 10.0, 5.0)

    return make


def masks(draw_from):
    """Random overlapping masks of a small image."""
    shape = draw_from(st.integers(3, 12)), draw_from(st.integers(3, 12))
    rng = np.random.default_rng(draw_from(st.integers(0, 10**6)))
    found = [rng.random(shape) < rng.uniform(0.1, 0.9) for _ in range(draw_from(st.integers(1, 5)))]
    return [mask for mask in found if mask.any()], shape


def table_of(clusters, grains=None):
    """What `draw` needs to know of a table."""
    labels = np.arange(1, len(clusters) + 1)
    return pd.DataFrame({"label": labels, "grain": labels if grains is None else grains})


def largest_first(clusters):
    return tuple(sorted(range(1, len(clusters) + 1), key=lambda label: -clusters[label - 1].pixels))


@pytest.mark.parametrize(("scale", "offset"), [((0.03, 0.03), (0.0, 0.0)), ((0.02, 0.035), (5.0, -3.0))])
def test_area_diameter_and_centre_are_in_physical_units(lattice, scale, offset):
    amplitude = lattice((2.0, 1.5), scale=scale)
    rectangle = np.zeros(SHAPE, bool)
    rectangle[40:101, 60:201] = True
    domains, _ = domain_table([cluster(rectangle)], amplitude, scale, offset)
    row = domains.iloc[0]
    assert row["area"] == pytest.approx(61 * 141 * scale[0] * scale[1])
    assert np.pi / 4 * row["equivalent_diameter"] ** 2 == pytest.approx(row["area"])
    assert row["centroid_y"] == pytest.approx(offset[0] + 70 * scale[0])
    assert row["centroid_x"] == pytest.approx(offset[1] + 130 * scale[1])


@pytest.mark.parametrize("scale", [(0.03, 0.03), (0.022, 0.034)])
@pytest.mark.parametrize("angle", [0.0, 25.0, 90.0, 155.0])
@pytest.mark.parametrize("aside", [0.0, 0.006])
def test_spacing_and_orientation_are_those_of_the_lattice_wherever_the_aperture_stood(lattice, scale, angle, aside):
    k = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))]) / 0.25
    amplitude = lattice(tuple(k), scale=scale, aside=aside)
    domains, _ = domain_table([cluster(disc(100, 130, 60))], amplitude, scale, (0, 0))
    assert domains["d_spacing"][0] == pytest.approx(0.25, rel=2e-3)
    assert abs((domains["orientation"][0] - angle + 90) % 180 - 90) < 0.3
    assert 0 <= domains["orientation"][0] < 180


def test_the_error_of_the_spacing_grows_with_the_noise_and_is_honest(lattice):
    k = (3.2, 2.4)
    errors = []
    for noise in (0.3, 1.2):
        amplitude = lattice(k, noise=noise)
        clusters = [cluster(disc(r, c, 30)) for r in (45, 110, 155) for c in (45, 120, 200)]
        domains, _ = domain_table(clusters, amplitude, (0.03, 0.03), (0, 0))
        away = np.abs(domains["d_spacing"] - 0.25) / domains["d_error"]
        assert np.mean(away < 5) > 0.85
        errors.append(domains["d_error"].median())
    assert errors[1] > 2 * errors[0]


def test_every_domain_is_measured_with_the_lattice_of_its_own_family(lattice):
    amplitude = lattice((4.0, 0.0), (0.0, 2.5))
    clusters = [cluster(disc(60, 60, 40), 1), cluster(disc(130, 190, 50), 0)]
    domains, paint = domain_table(clusters, amplitude, (0.03, 0.03), (0, 0))
    assert domains["label"].tolist() == [1, 2]
    assert domains["family"].tolist() == [1, 0]
    assert domains["d_spacing"].tolist() == pytest.approx([0.4, 0.25], rel=3e-3)
    assert domains["orientation"][0] == pytest.approx(90, abs=0.5)
    assert paint == (2, 1)


def test_without_clusters_the_table_is_empty_and_complete():
    domains, paint = domain_table([], None, (1, 1), (0, 0))
    labels, runs = draw([], domains, paint, (4, 5))
    assert tuple(domains.columns) == measure.COLUMNS
    assert (len(domains), paint, runs.shape) == (0, (), (0, 3))
    np.testing.assert_array_equal(labels, np.zeros((4, 5)))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_runs_give_back_every_mask_overlaps_included(data):
    found, shape = masks(data.draw)
    clusters = [cluster(mask) for mask in found]
    _, runs = draw(clusters, table_of(clusters), largest_first(clusters), shape)
    assert runs.dtype == np.uint32
    for label, mask in enumerate(found, start=1):
        np.testing.assert_array_equal(unpack(runs, label, shape), mask)
    keys = runs[:, 2].astype(np.int64) * 1000 + runs[:, 0]
    assert (np.diff(keys) > 0).all()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_map_covers_what_the_masks_cover_and_shows_the_smallest(data):
    found, shape = masks(data.draw)
    clusters = [cluster(mask) for mask in found]
    labels, _ = draw(clusters, table_of(clusters), largest_first(clusters), shape)
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(labels > 0, np.any([*found, np.zeros(shape, bool)], axis=0))
    for row, column in np.argwhere(labels > 0):
        covering = [c.pixels for c, mask in zip(clusters, found, strict=True) if mask[row, column]]
        assert clusters[labels[row, column] - 1].pixels == min(covering)


def test_domains_of_one_grain_are_drawn_with_one_label():
    clusters = [cluster(disc(60, 60, 40)), cluster(disc(62, 61, 40), 1), cluster(disc(140, 190, 30))]
    labels, _ = draw(clusters, table_of(clusters, [1, 1, 2]), largest_first(clusters), SHAPE)
    assert np.unique(labels).tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("family", "column", "radius", "grains"),
    [
        (1, 65, 40, [1, 1]),  # another reflection at the same place
        (0, 65, 40, [1, 2]),  # the same reflection
        (1, 110, 40, [1, 2]),  # beside it
        (1, 60, 20, [1, 2]),  # a small part of it
    ],
)
def test_domains_of_two_reflections_in_one_place_are_one_grain(lattice, family, column, radius, grains):
    amplitude = lattice((4.0, 0.0), (0.0, 2.5))
    clusters = [cluster(disc(60, 60, 40)), cluster(disc(60, column, radius), family)]
    domains, _ = domain_table(clusters, amplitude, (0.03, 0.03), (0, 0))
    assert domains["grain"].tolist() == grains


def test_splitting_gives_every_label_its_own_box_in_the_image():
    labels = np.full((6, 8), -1)
    labels[1:3, 1:4], labels[4:, 6] = 0, 1
    clusters = split(7, (slice(10, 16), slice(20, 28)), labels)
    assert [c.family for c in clusters] == [7, 7]
    assert [c.pixels for c in clusters] == [6, 2]
    assert clusters[0].box == (slice(11, 13), slice(21, 24))
    assert clusters[1].box == (slice(14, 16), slice(26, 27))
    assert split(7, (slice(0, 6), slice(0, 8)), np.full((6, 8), -1)) == []


def spacings(*pairs):
    return pd.DataFrame(pairs, columns=["d_spacing", "area"])


def test_spacings_that_agree_are_joined_to_their_mean_weighted_by_area():
    found = distinct_spacings(spacings((0.2350, 30), (0.2356, 10), (0.2039, 20)))
    assert found == pytest.approx((0.23515, 0.2039))


def test_the_spacings_of_an_sei_mix_stay_apart():
    table = spacings((0.2322, 30), (0.2328, 10), (0.2475, 20), (0.2482, 20), (0.2661, 9), (0.2668, 9))
    assert distinct_spacings(table) == pytest.approx((0.26645, 0.24785, 0.23235))


def test_a_spacing_of_hardly_any_area_is_not_named():
    assert distinct_spacings(spacings((0.235, 99.5), (0.3, 0.5))) == pytest.approx((0.235,))
    assert distinct_spacings(spacings((0.235, 97), (0.3, 3))) == pytest.approx((0.3, 0.235))


@pytest.mark.parametrize("pairs", [(), ((0.3, 5.0),)])
def test_none_or_one_domain_has_none_or_one_spacing(pairs):
    assert distinct_spacings(spacings(*pairs)) == tuple(d for d, _ in pairs)
