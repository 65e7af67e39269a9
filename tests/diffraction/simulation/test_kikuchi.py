"""Kikuchi lines lie where both Bragg conditions put them, and follow the crystal."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets.diffraction.simulation.kikuchi import kikuchi_lines
from emwidgets.diffraction.simulation.kinematic import wavelength
from emwidgets.diffraction.simulation.orientation import zone_axis
from emwidgets.diffraction.simulation.reflections import reflections

SILICON = reflections("silicon", 12.0)


def test_every_line_is_the_bragg_condition_of_its_planes():
    """A wave that leaves along the line makes the Bragg angle with a set of planes: |K| = |K − g| for some ±g."""
    rotation = Rotation.from_rotvec([0.02, 0.01, 0.0]) * zone_axis("silicon", (0, 1, 1))
    lines = kikuchi_lines(SILICON, rotation, 200, reach=15)
    vectors = rotation.apply(SILICON.vectors)
    radius = 1 / wavelength(200)
    assert len(lines.offsets) >= 8
    for normal, offset in zip(lines.normals, lines.offsets, strict=True):
        across = normal * offset
        wave = np.array([*across, np.sqrt(radius**2 - offset**2)])
        misses = np.abs(np.linalg.norm(wave - vectors, axis=1) - radius)
        assert misses.min() < 5e-3  # straight where the true line is a flat conic


def test_pairs_are_as_far_apart_as_the_reflection_is_long():
    lines = kikuchi_lines(SILICON, zone_axis("silicon", (0, 0, 1)), 200, reach=15)
    half = len(lines.offsets) // 2
    apart = lines.offsets[:half] - lines.offsets[half:]
    for distance in apart:
        assert np.min(np.abs(SILICON.k - distance)) < 1e-6
    np.testing.assert_allclose(lines.offsets[:half] + lines.offsets[half:], 0, atol=1e-9)  # symmetric on the axis


def test_tilting_the_crystal_moves_the_lines_by_the_camera_length():
    base, tilt = zone_axis("silicon", (0, 0, 1)), np.deg2rad(0.5)
    still = kikuchi_lines(SILICON, base, 200, reach=20, most=40)
    moved = kikuchi_lines(SILICON, Rotation.from_rotvec([0, tilt, 0]) * base, 200, reach=20, most=40)
    along_x = np.abs(still.normals[:, 0]) > 0.999
    moved_x = np.abs(moved.normals[:, 0]) > 0.999
    first = np.sort(np.abs(still.offsets[along_x]))
    shifts = np.abs(np.abs(moved.offsets[moved_x])[:, None] - first).min(axis=1)
    assert shifts.max() == pytest.approx(tilt / wavelength(200), rel=0.1)


def test_the_outer_line_is_bright_and_what_it_gains_the_inner_loses():
    rotation = Rotation.from_rotvec([0.03, 0.02, 0.0]) * zone_axis("silicon", (0, 0, 1))
    lines = kikuchi_lines(SILICON, rotation, 200, reach=20)
    half = len(lines.offsets) // 2
    plus, minus = slice(0, half), slice(half, None)
    np.testing.assert_allclose(lines.strengths[plus], -lines.strengths[minus])
    outer = np.abs(lines.offsets[plus]) > np.abs(lines.offsets[minus])
    np.testing.assert_array_equal(lines.strengths[plus] > 0, outer)


def test_lines_out_of_reach_are_left_out_and_the_strongest_come_first():
    lines = kikuchi_lines(SILICON, zone_axis("silicon", (0, 0, 1)), 200, reach=4, most=3)
    assert len(lines.offsets) <= 6
    assert np.abs(lines.offsets).max() < 4
