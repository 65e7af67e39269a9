"""The whole way on images whose domains are known: real ones, and simulated ones."""

import numpy as np
import pytest

from emwidgets import domains, examples
from emwidgets.domains.simulate import simulate_array

PIXEL = 0.026
SEI = {"Li2O {111}": (0.2665,), "Li {110}": (0.248,), "LiF {111}": (0.2325,)}


def agree(spacings, expected, rel):
    """Whether one of the spacings is the expected one."""
    return min(abs(d - expected) for d in spacings) <= rel * expected


def test_the_twin_of_cdte_shows_its_two_spacings():
    found = domains.segment(examples.cdte_twin())
    assert agree(found.d_spacings, 0.374, 0.02)  # {111}
    assert agree(found.d_spacings, 0.229, 0.02)  # {220}


def test_the_two_twins_of_cdte_differ_in_the_direction_of_111(apart):
    found = domains.segment(examples.cdte_twin())
    planes = found.domains[np.abs(found.domains["d_spacing"] / 0.374 - 1) < 0.05]
    upper, lower = (planes[side] for side in (planes["centroid_y"] < 5.1, planes["centroid_y"] > 5.1))
    assert len(upper) >= 1
    assert len(lower) >= 1
    angles = apart(upper["orientation"].to_numpy()[:, None], lower["orientation"].to_numpy()).ravel()
    assert np.min(np.abs(angles[:, None] - [70.5, 38.9])) < 2.5  # between {111} of a crystal, and across the twin plane


def test_the_two_grains_of_gold_lie_left_and_right_of_their_boundary():
    found = domains.segment(examples.gold_grain_boundary())
    width = 512 * 0.0082
    reflections = found.domains[np.abs(found.domains["d_spacing"] / 0.1442 - 1) < 0.12].copy()  # scan distortion
    reflections["side"] = reflections["centroid_x"] > width / 2
    left, right = (reflections[reflections["side"] == side]["orientation"].to_numpy() for side in (False, True))
    assert len(left) >= 2
    assert len(right) >= 2
    # {220} along [111] repeats every 60 degrees
    turn = np.abs((left[:, None] - right + 30) % 60 - 30)
    assert np.median(turn) == pytest.approx(20, abs=8)
    labels = found.labels.data
    edges = [np.flatnonzero((labels == label).any(axis=0)) for label in np.unique(labels[labels > 0])]
    assert any(columns[0] < 50 and columns[-1] < 380 for columns in edges)
    assert any(columns[0] > 130 and columns[-1] > 460 for columns in edges)


# simulated images


@pytest.mark.parametrize(("seed", "coverage"), [(3, 0.4), (21, 0.2), (22, 0.6), (21, 0.85), (23, 0.85)])
def test_domains_are_where_the_grains_are(analyse, overlap, seed, coverage):
    image, truth, _ = simulate_array((512, 512), seed=seed, coverage=coverage)
    found = analyse(image)
    assert overlap(found.labels, truth) >= 0.8
    assert found.crystalline_fraction == pytest.approx(np.mean(truth > 0), abs=0.05)


@pytest.mark.parametrize(("seed", "coverage"), [(40, 0.1), (20, 0.85)])
def test_so_they_are_in_large_images_nearly_empty_or_nearly_full(analyse, overlap, seed, coverage):
    image, truth, _ = simulate_array((1024, 1024), seed=seed, coverage=coverage)
    found = analyse(image)
    assert overlap(found.labels, truth) >= 0.8
    assert found.crystalline_fraction == pytest.approx(np.mean(truth > 0), abs=0.05)


def test_every_grain_has_a_domain_of_its_spacing_and_direction(polycrystal, polycrystal_found, apart):
    _, truth, grains = polycrystal
    labels, table = polycrystal_found.labels.data, polycrystal_found.domains.set_index("label")
    for grain in grains:
        inside = labels[truth == grain.label]
        label = np.bincount(inside).argmax()
        assert label > 0
        assert table["d_spacing"][label] == pytest.approx(grain.d_spacing, rel=0.01)
        assert apart(table["orientation"][label], grain.angle) < 1


def test_areas_are_those_of_the_grains(polycrystal, polycrystal_found):
    _, truth, grains = polycrystal
    labels, table = polycrystal_found.labels.data, polycrystal_found.domains.set_index("label")
    for grain in grains:
        label = np.bincount(labels[truth == grain.label]).argmax()
        assert table["area"][label] == pytest.approx(np.sum(truth == grain.label) * PIXEL**2, rel=0.15)


@pytest.mark.parametrize("seed", range(30, 36))
@pytest.mark.parametrize("amorphous", [0.0, 0.5, 0.9])
def test_amorphous_images_have_no_domains(analyse, seed, amorphous):
    found = analyse(simulate_array((384, 384), coverage=0, amorphous=amorphous, seed=seed)[0])
    assert len(found.domains) == 0
    assert found.message


def test_both_phases_are_found(analyse):
    image, _, grains = simulate_array((512, 512), coverage=0.5, phases={"a": (0.2355,), "b": (0.29,)}, seed=2)
    assert {grain.phase for grain in grains} == {"a", "b"}
    assert analyse(image).d_spacings == pytest.approx((0.29, 0.2355), rel=0.01)


@pytest.mark.parametrize("seed", [50, 51])
def test_the_three_close_spacings_of_an_sei_are_told_apart(analyse, seed):
    image, _, _ = simulate_array((1024, 1024), coverage=0.5, phases=SEI, seed=seed)
    found = analyse(image).d_spacings
    assert len(found) == 3
    assert found == pytest.approx((0.2665, 0.248, 0.2325), rel=0.01)


@pytest.mark.parametrize("dose", [2e4, 1e5])
def test_counted_electrons_are_as_good_as_any_image(analyse, overlap, dose):
    image, truth, _ = simulate_array((384, 384), coverage=0.4, dose=dose, fringe_to_noise=1.5, seed=6)
    assert overlap(analyse(image).labels, truth) >= 0.8


@pytest.mark.parametrize("shape_of_the_edge", ["disc", "half", "slanted"])
@pytest.mark.parametrize("step", [0, 4])
def test_amorphous_material_beside_vacuum_has_no_domains(analyse, shape_of_the_edge, step):
    y, x = np.indices((512, 512))
    material = {"disc": np.hypot(y - 256, x - 256) < 150, "half": x < 256, "slanted": x + 0.37 * y < 330}
    film = simulate_array((512, 512), coverage=0, seed=5)[0]
    vacuum = np.random.default_rng(5).normal(film.mean() + step * film.std(), 0.3 * film.std(), film.shape)
    found = analyse(np.where(material[shape_of_the_edge], film, vacuum).astype(np.float32))
    assert len(found.domains) == 0


def test_the_plane_that_two_twins_share_is_neither_ones_grain():
    table = domains.segment(examples.cdte_twin()).domains
    shared = table[table["grain"] == 0].nlargest(1, "area")
    assert shared["d_spacing"].item() == pytest.approx(0.3742, rel=0.01)
    assert set(table["grain"]) == {0, 1, 2}
    assert (table[table["grain"] > 0].groupby("grain")["family"].count() > 1).all()
