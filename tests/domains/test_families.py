"""Which peaks are one reflection, and which waves are whose."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emwidgets.domains.families import SAME_DIRECTION, SAME_SPACING, Families, group

APERTURE = 0.5  # 1/nm


def wave_vector(d_spacing, angle):
    return np.cos(np.deg2rad(angle)) / d_spacing, np.sin(np.deg2rad(angle)) / d_spacing


def table(*peaks, crystalline=True):
    """Peaks given as (d, angle) or (d, angle, excess), the first the strongest if not said otherwise."""
    rows = [(*wave_vector(*peak[:2]), peak[2] if len(peak) > 2 else 100.0 - i) for i, peak in enumerate(peaks)]
    return pd.DataFrame(rows, columns=["kx", "ky", "excess"]).assign(crystalline=crystalline)


def test_peaks_of_one_spacing_and_direction_are_one_family():
    families = group(table((0.25, 40), (0.2505, 40.5), (0.2497, 39)), APERTURE)
    assert len(families) == 1
    np.testing.assert_array_equal(families.members, 0)


@pytest.mark.parametrize("other", [(0.25, 52), (0.25, 28), (0.265, 40), (0.235, 40), (0.25, 130), (0.125, 40)])
def test_another_direction_or_spacing_is_another_family(other):
    families = group(table((0.25, 40), other), APERTURE)
    assert families.members.tolist() == [0, 1]


@given(angle=st.floats(0, 180), along=st.floats(-2, 2), across=st.floats(-2, 2))
def test_the_limit_is_an_ellipse_along_and_across_the_wave_vector(angle, along, across):
    k = 4.0
    radial = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    tangent = np.array([-radial[1], radial[0]])
    families = Families(np.array([k * radial[0]]), np.array([k * radial[1]]), APERTURE, np.array([0]))
    x, y = k * radial + along * SAME_SPACING * k * radial + across * SAME_DIRECTION * APERTURE * tangent
    assert families.distance(np.array([x]), np.array([y]))[0, 0] == pytest.approx(along**2 + across**2, abs=1e-9)


def test_the_strongest_peak_founds_the_first_family():
    peaks = table((0.3, 10, 20.0), (0.25, 40, 500.0), (0.2501, 40.2, 90.0))
    families = group(peaks, APERTURE)
    assert families.members.tolist() == [1, 0, 0]
    assert families.kx.tolist() == pytest.approx([peaks["kx"][1], peaks["kx"][0]])
    assert families.ky.tolist() == pytest.approx([peaks["ky"][1], peaks["ky"][0]])


def test_mates_on_the_two_sides_of_the_axis_are_one_family():
    peaks = table((0.25, 89.7), (0.25, -89.7))
    assert (peaks["kx"] > 0).all()
    assert group(peaks, APERTURE).members.tolist() == [0, 0]


def test_peaks_that_are_not_crystalline_have_no_family():
    peaks = table((0.25, 40), (0.25, 40.1), (0.2, 10))
    peaks["crystalline"] = [True, False, False]
    families = group(peaks, APERTURE)
    assert families.members.tolist() == [0, -1, -1]
    assert len(families) == 1
    assert len(group(peaks.assign(crystalline=False), APERTURE)) == 0


def test_a_wider_aperture_joins_directions_that_a_narrow_one_tells_apart():
    peaks = table((0.25, 40), (0.25, 45))
    assert len(group(peaks, 0.3)) == 2
    assert len(group(peaks, 1.5)) == 1


@pytest.mark.parametrize(("at", "owner"), [(0.0, 0), (0.3, 0), (0.7, 1), (1.0, 1)])
def test_between_two_neighbours_a_wave_belongs_to_the_nearer(at, owner):
    families = group(table((0.25, 40), (0.25, 48)), APERTURE)
    kx, ky = (np.array([k[0] + at * (k[1] - k[0])]) for k in (families.kx, families.ky))
    assert [bool(families.owns(family, kx, ky)[0]) for family in (0, 1)] == [owner == 0, owner == 1]


def test_a_wave_far_from_a_family_is_not_its_own_even_without_rivals():
    families = group(table((0.25, 40)), APERTURE)
    away = np.array([0.0, 0.5, 2.0]) * APERTURE
    assert families.owns(0, families.kx[0] + away, families.ky[0] + 0 * away).tolist() == [True, True, False]


def test_ownership_is_told_for_every_pixel_of_a_map():
    families = group(table((0.25, 40), (0.25, 48)), APERTURE)
    kx = np.full((4, 5), families.kx[0])
    kx[2:] = families.kx[1]
    ky = np.full((4, 5), families.ky[0])
    ky[2:] = families.ky[1]
    np.testing.assert_array_equal(families.owns(0, kx, ky), np.arange(4)[:, None] < np.array([2] * 5))
