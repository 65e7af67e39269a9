"""Zone axes lie along the beam, and textures are distributed as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from emwidgets.diffraction import structures
from emwidgets.diffraction.simulation.orientation import Fibre, Mosaic, Uniform, from_user, zone_axis

indices = st.tuples(*[st.integers(-4, 4)] * 3).filter(any)


@given(name=st.sampled_from(["gold", "zinc", "albite", "chabazite_silica", "baddeleyite"]), direction=indices)
def test_the_zone_axis_points_to_the_source_and_the_rotation_is_proper(name, direction):
    rotation = zone_axis(name, direction)
    orthogonal = np.array(structures.load(name).cell.orth.mat.tolist())
    along = rotation.apply(orthogonal @ np.array(direction, float))
    np.testing.assert_allclose(along / np.linalg.norm(along), [0, 0, -1], atol=1e-9)
    assert np.linalg.det(rotation.as_matrix()) == pytest.approx(1)


def test_the_shortest_reflection_of_the_zone_lies_along_x():
    rotation = zone_axis("gold", (0, 0, 1))
    np.testing.assert_allclose(rotation.apply([1, 0, 0]), [1, 0, 0], atol=1e-9)


@pytest.mark.parametrize("along", [(1.0, 0.0, 0.0), (0.3, -0.5, 0.2), (0.0, 0.0, 1.0)])
def test_a_direction_can_be_brought_elsewhere(along):
    found = zone_axis("silicon", (1, 1, 1), along).apply(np.ones(3) / np.sqrt(3))
    np.testing.assert_allclose(found, np.array(along) / np.linalg.norm(along), atol=1e-9)


@pytest.mark.parametrize("direction", [(0, 0, 0), (1, 1), (np.nan, 0, 1), "abc"])
def test_a_direction_without_sense_is_refused(direction):
    with pytest.raises(ValueError):
        zone_axis("gold", direction)


def test_a_uniform_texture_has_no_preferred_direction(rng):
    directions = Uniform().sample(4000, Rotation.identity(), rng).apply([0, 0, 1])
    np.testing.assert_allclose(directions.mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(directions.T @ directions / 4000, np.eye(3) / 3, atol=0.03)


@pytest.mark.parametrize("spread", [0.2, 2.0])
def test_mosaic_blocks_spread_about_the_crystal(spread, rng):
    base = Rotation.random(rng=5)
    angles = np.rad2deg((Mosaic(spread).sample(3000, base, rng) * base.inv()).magnitude())
    # three independent axes: the mean square of the angle is three times that of each
    assert np.sqrt(np.mean(angles**2)) == pytest.approx(np.sqrt(3) * spread, rel=0.05)


def test_fibres_share_their_axis_and_turn_about_it(rng):
    base = zone_axis("gold", (1, 1, 1), (1.0, 0.0, 0.0))
    grains = Fibre((1.0, 0.0, 0.0), spread=3.0).sample(3000, base, rng)
    axis = grains.apply(np.ones(3) / np.sqrt(3))
    # tilts about the two axes across the fibre move it
    assert np.sqrt(np.mean(np.arccos(np.clip(axis[:, 0], -1, 1)) ** 2)) == pytest.approx(
        np.sqrt(2) * np.deg2rad(3.0), rel=0.06
    )
    across = grains.apply(np.array([1, -1, 0]) / np.sqrt(2))
    np.testing.assert_allclose(across.mean(axis=0), 0, atol=0.06)


def test_what_a_user_may_give_as_an_orientation(rng):
    turned = Rotation.from_euler("z", 30, degrees=True)
    assert from_user(turned, "gold", rng) is turned
    np.testing.assert_allclose(from_user((0, 1, 1), "gold", rng).as_matrix(), zone_axis("gold", (0, 1, 1)).as_matrix())
    assert from_user(None, "gold", rng).single
    with pytest.raises(ValueError, match="orientation holds 3 rotations: expected one"):
        from_user(Rotation.random(3, rng=0), "gold", rng)


@pytest.mark.parametrize("make", [lambda: Mosaic(-1), lambda: Mosaic(np.nan), lambda: Fibre(spread=400)])
def test_a_spread_without_sense_is_refused(make):
    with pytest.raises(ValueError, match="expected 0 to 180 degrees"):
        make()


@pytest.mark.parametrize("direction", [(0, 0, 0), (1, 0), (np.inf, 0, 0)])
def test_a_fibre_needs_a_direction(direction):
    with pytest.raises(ValueError, match="direction is"):
        Fibre(direction)
