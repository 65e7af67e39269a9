"""Stops, apertures and shadows keep off the light that they should."""

import numpy as np
import pytest

from emwidgets.diffraction.simulation.frame import Frame, Geometry
from emwidgets.diffraction.simulation.stops import STOPS, BeamStop, EdgeShadow, Illumination, RoundAperture


def flat(centre=None):
    return Frame(np.ones((128, 128), np.float32), Geometry((128, 128), 0.1, centre))


def at(image, x, y):
    """Value at a place over half the frame from its middle."""
    return image[round(63.5 + 64 * y), round(63.5 + 64 * x)]


@pytest.mark.parametrize("kind", STOPS)
def test_every_stop_covers_the_direct_beam_and_not_the_frame(kind, rng):
    image = BeamStop(kind, width=0.1, angle=20)(flat(), rng).image
    assert image[62:66, 62:66].max() == 0
    assert 0.5 < image.mean() < 0.995
    assert image.max() == 1


@pytest.mark.parametrize("kind", ["bar", "needle", "wedge", "paddle"])
def test_an_arm_comes_from_its_angle_and_from_there_only(kind, rng):
    image = BeamStop(kind, width=0.12, angle=90)(flat(), rng).image
    assert at(image, 0, 0.9) == 0
    assert at(image, 0, -0.9) == at(image, 0.9, 0) == at(image, -0.9, 0) == 1


def test_a_wire_crosses_the_frame_and_a_disk_has_no_arm(rng):
    wire = BeamStop("wire", width=0.05, angle=0)(flat(), rng).image
    assert at(wire, 0.9, 0) == at(wire, -0.9, 0) == 0
    disk = BeamStop("disk", width=0.25, softness=0)(flat(), rng).image
    assert np.count_nonzero(disk < 0.5) == pytest.approx(np.pi * 16**2, rel=0.03)


def test_a_needle_and_a_wedge_widen_and_a_bar_does_not(rng):
    def widths(kind):
        image = BeamStop(kind, width=0.06, angle=0, softness=0)(flat(), rng).image
        return [np.count_nonzero(image[:, column] < 0.5) for column in (70, 120)]

    assert widths("bar")[0] == widths("bar")[1]
    assert widths("needle")[1] > 1.5 * widths("needle")[0]
    assert widths("wedge")[1] > widths("needle")[1]


def test_a_stop_follows_the_beam_and_its_offset(rng):
    image = BeamStop("disk", width=0.1, offset=(0.25, -0.125))(flat(centre=(90.0, 40.0)), rng).image
    rows, columns = np.nonzero(image < 0.5)
    assert rows.mean() == pytest.approx(90 - 8, abs=0.5)
    assert columns.mean() == pytest.approx(40 + 16, abs=0.5)


def test_some_light_comes_through_and_the_edge_is_soft(rng):
    image = BeamStop("disk", width=0.4, transmission=0.1, softness=0.1)(flat(), rng).image
    assert at(image, 0, 0) == pytest.approx(0.1)
    edge = image[64, 64:]
    assert np.count_nonzero((edge > 0.15) & (edge < 0.95)) >= 8
    assert (np.diff(edge) >= -1e-6).all()


def test_a_round_aperture_leaves_a_disk(rng):
    image = RoundAperture(radius=0.8, outside=0.05)(flat(), rng).image
    assert np.count_nonzero(image > 0.5) == pytest.approx(np.pi * (0.8 * 64) ** 2, rel=0.02)
    assert image[0, 0] == pytest.approx(0.05)


def test_a_shadow_darkens_its_side(rng):
    image = EdgeShadow(angle=90, position=0.5, softness=0.02, transmission=0.2)(flat(), rng).image
    assert at(image, 0, 0.9) == pytest.approx(0.2)
    assert at(image, 0, 0.3) == 1
    assert image.mean() == pytest.approx(0.75 + 0.25 * 0.2, abs=0.01)


def test_uneven_illumination_slopes_and_vignettes(rng):
    sloped = Illumination(slope=0.3, angle=0, vignetting=0)(flat(), rng).image
    assert at(sloped, 0.9, 0) / at(sloped, -0.9, 0) == pytest.approx(1.27 / 0.73, rel=0.02)
    vignetted = Illumination(slope=0, vignetting=0.5)(flat(), rng).image
    assert vignetted[0, 0] < at(vignetted, 0.9, 0) < at(vignetted, 0, 0)


def test_a_stop_of_no_known_shape_is_refused():
    with pytest.raises(ValueError, match="kind of beam stop is 'spoon': expected one of bar, needle"):
        BeamStop("spoon")
