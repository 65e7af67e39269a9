"""Where a reflection is present: edges of grains whose place is known."""

import numpy as np
import pytest

from emwidgets.domains.filtering import ImageTransform
from emwidgets.domains.regions import LEAST_SAMPLES, Rivals, local_wave_vector, present, rivals, to_pixels

K = (-0.08, 0.12)  # (ky, kx) in cycles per px
RESOLUTION = 8.0


def everything(kx, ky):
    """Ownership without rivals."""
    return np.ones(np.shape(kx), bool)


def regions_of(image, fraction=0.5, noise=1e-6, join=3.0, centres=(K,), owns=everything, index=0, others=0.0):
    """Regions with a level noise, and neighbours of a level amplitude."""
    found = ImageTransform(image, 12.0).amplitudes(centres, RESOLUTION, RESOLUTION / 2)
    flat = np.ones(found.values.shape[1:])
    beside = Rivals(leakage=0.5 * others * flat, strongest=others * flat)
    ratio = present(found, index, noise * flat, beside, certain=18.0, fraction=fraction, owns=owns)
    return to_pixels(ratio, found.step, index, image.shape, join)


def whole(regions, shape):
    mask = np.zeros(shape, bool)
    for region in regions:
        mask[region.box] |= region.mask
    return mask


@pytest.fixture(scope="module")
def fringes(plane_wave):
    """Fringes over 240 × 280 px."""
    return plane_wave((240, 280), K[1], K[0])


@pytest.fixture(scope="module")
def distance():
    """Distance in px of each pixel from (115, 150)."""
    y, x = np.indices((240, 280))
    return np.hypot(y - 115, x - 150)


@pytest.mark.parametrize("radius", [40, 60, 80])
def test_the_edge_of_a_disc_is_drawn_within_a_pixel(fringes, distance, radius):
    mask = whole(regions_of(fringes * (distance < radius)), fringes.shape)
    assert np.sqrt(mask.sum() / np.pi) == pytest.approx(radius, abs=1)
    wrong = mask != (distance < radius)
    assert np.percentile(np.abs(distance[wrong] - radius), 90) < 2


@pytest.mark.parametrize("axis", [0, 1])
def test_a_straight_edge_is_drawn_within_a_pixel_up_to_the_border_of_the_image(fringes, axis):
    half = np.zeros(fringes.shape, bool)
    half[(np.s_[:100], np.s_[:, :100])[axis]] = True
    mask = whole(regions_of(fringes * half), fringes.shape)
    across = mask.sum(axis=axis)
    assert np.abs(across - 100)[5:-5].max() <= 1.5
    assert np.abs(across - 100).max() <= 6  # in the corner of two edges


def test_a_lower_fraction_draws_more_and_a_higher_one_less(fringes, distance):
    sizes = [whole(regions_of(fringes * (distance < 60), f), fringes.shape).sum() for f in (0.8, 0.5, 0.2)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 0.9 * sizes[1] < 0.81 * sizes[2]


def test_fringes_all_over_fill_the_image(fringes):
    assert whole(regions_of(fringes), fringes.shape).mean() > 0.995


def test_fringes_below_the_noise_are_nowhere(fringes, distance):
    image = fringes * (distance < 60)
    assert regions_of(image, noise=0.5**2 / 16) == []  # 16 times the noise is not certain
    assert len(regions_of(image, noise=0.5**2 / 30)) == 1


def test_the_edge_is_never_drawn_below_what_is_believed_over_the_noise(fringes, distance):
    noise = 0.5**2 / 30
    quiet, loud = (whole(regions_of(fringes * (distance < 60), 0.1, n), fringes.shape).sum() for n in (1e-6, noise))
    assert loud < 0.9 * quiet


def test_waves_of_another_owner_are_no_region(fringes, distance):
    asked = []

    def nobody(kx, ky):
        asked.append((np.median(ky), np.median(kx)))
        return np.zeros(np.shape(kx), bool)

    assert regions_of(fringes * (distance < 60), owns=nobody) == []
    assert asked[0] == pytest.approx(K, abs=1e-3)


def test_patches_farther_apart_than_join_are_regions_of_their_own(fringes):
    y, x = np.indices(fringes.shape)
    two = (np.hypot(y - 115, x - 70) < 40) | (np.hypot(y - 115, x - 190) < 40)
    near, far = regions_of(fringes * two, join=60.0), regions_of(fringes * two, join=6.0)
    assert (len(near), len(far)) == (1, 2)
    np.testing.assert_array_equal(whole(near, two.shape), whole(far, two.shape))
    columns = sorted((r.box[1].start, r.box[1].stop) for r in far)
    assert columns[0][1] < 130 < columns[1][0]


def test_a_region_is_a_box_of_the_image_and_carries_its_family(fringes, distance):
    other = (0.2, 0.05)
    (region,) = regions_of(fringes * (distance < 50), centres=(other, K), index=1)
    assert region.family == 1
    assert region.mask.shape == tuple(s.stop - s.start for s in region.box)


@pytest.mark.parametrize(("samples", "number"), [(2, 0), (3, 0), (6, 1)])
def test_a_patch_smaller_than_what_the_blur_alone_fills_is_no_region(samples, number):
    ratio = np.zeros((30, 30), np.float32)
    ratio[10 : 10 + samples, 8 : 8 + samples] = 1.5
    regions = to_pixels(ratio, (4.0, 4.0), 0, (118, 118), 3.0)
    assert len(regions) == number
    assert all(region.mask.sum() > LEAST_SAMPLES * 16 for region in regions)


def test_edges_lie_where_the_interpolated_ratio_is_one():
    slope = np.tile(np.linspace(2, 0, 21, dtype=np.float32), (12, 1))  # 1 at sample 10, px 45
    (region,) = to_pixels(slope, (4.0, 4.5), 3, (45, 91), 3.0)
    mask = whole([region], (45, 91))
    np.testing.assert_array_equal(mask, np.broadcast_to(np.arange(91) <= 45, mask.shape))
    assert region.family == 3


@pytest.mark.parametrize("away", [(0.0, 0.0), (0.008, -0.01), (-0.012, 0.004)])
def test_the_local_wave_vector_is_that_of_the_fringes_and_not_of_the_aperture(plane_wave, away):
    image = plane_wave((200, 240), K[1] + away[1], K[0] + away[0])
    found = ImageTransform(image, 12.0).amplitudes([K], RESOLUTION, RESOLUTION / 2)
    ky, kx = local_wave_vector(found.values[0], found.step, found.centres[0])
    assert ky.shape == kx.shape == found.values.shape[1:]
    inner = np.s_[9:-9, 9:-9]
    np.testing.assert_allclose(ky[inner], K[0] + away[0], atol=5e-4)
    np.testing.assert_allclose(kx[inner], K[1] + away[1], atol=5e-4)


def test_the_local_wave_vector_follows_a_turn_of_the_lattice(plane_wave):
    left, right = plane_wave((160, 320), 0.12, -0.08), plane_wave((160, 320), 0.125, -0.072)
    image = np.where(np.arange(320) < 160, left, right)
    found = ImageTransform(image, 12.0).amplitudes([(-0.076, 0.122)], RESOLUTION, RESOLUTION / 2)
    ky, kx = local_wave_vector(found.values[0], found.step, found.centres[0])
    sixth = ky.shape[1] // 6
    assert np.median(ky[:, sixth : 2 * sixth]) == pytest.approx(-0.08, abs=5e-4)
    assert np.median(kx[:, -2 * sixth : -sixth]) == pytest.approx(0.125, abs=5e-4)


def test_neighbours_leak_less_than_is_allowed_for(plane_wave):
    """A disc of one reflection, seen through the aperture of another one that is not there."""
    y, x = np.indices((240, 240))
    sigma = 1 / (2 * np.pi * RESOLUTION)
    image = plane_wave((240, 240), K[1], K[0]) * (np.hypot(y - 120, x - 120) < 60)
    for apart in (1.5, 2.0, 3.0):
        k = np.array([K, (K[0] + apart * sigma, K[1])])
        moduli = np.abs(ImageTransform(image, 12.0).amplitudes(k, RESOLUTION, RESOLUTION / 2).values)
        allowed = rivals(moduli, k, 1, sigma).leakage
        disc = np.hypot(*(np.indices(moduli.shape[1:]) * 4.0 - 120)) < 45
        assert np.mean(moduli[1][disc] <= allowed[disc]) > 0.99


def test_reflections_far_away_are_no_rivals():
    moduli = np.stack([np.full((4, 4), level, np.float32) for level in (1, 2, 3)])
    vectors = np.array([(0.1, 0.1), (0.3, 0.1), (0.1, 0.12)])
    alone, beside = rivals(moduli, vectors, 1, 0.02), rivals(moduli, vectors, 0, 0.02)
    np.testing.assert_array_equal([alone.leakage, alone.strongest], 0)
    np.testing.assert_array_equal(beside.strongest, 3)
    assert ((beside.leakage > 0) & (beside.leakage < 3)).all()


def test_a_neighbour_three_apertures_away_may_leak_but_is_not_in_competition():
    beside = rivals(np.ones((2, 3, 3), np.float32), np.array([(0.1, 0.1), (0.1, 0.16)]), 0, 0.02)
    assert (beside.leakage > 0).all()
    np.testing.assert_array_equal(beside.strongest, 0)


def test_fringes_that_a_neighbour_sees_better_are_the_neighbours(fringes, distance):
    image = fringes * (distance < 60)
    assert len(regions_of(image, others=0.9 * 0.5)) == 1
    assert regions_of(image, others=1.1 * 0.5) == []
