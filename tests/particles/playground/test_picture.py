"""The picture that is saved."""

import numpy as np
import pytest
from PIL import Image
from scipy.spatial import ConvexHull

from emwidgets.frontend.wire import pixels_payload
from emwidgets.particles.orientation import rotation
from emwidgets.particles.playground.kinds import KINDS, shape_of, solid_payload
from emwidgets.particles.playground.picture import FIT, PARTICLE, fitted_lines, particle_picture, placed, solid_lines
from emwidgets.particles.projection import thickness

FITTED = {
    "vertices": [[-5.0, -5.0, 1.0], [5.0, -5.0, 0.0], [5.0, 5.0, 2.0]],
    "edges": [[0, 1], [1, 2]],
    "centre": [1.0, 0.0],
}
BLACK = pixels_payload(np.zeros((40, 60)), scale=(0.5, 0.5), unit="nm")
TURNED = [0.26, 0.32, 0.12, float(np.sqrt(1 - 0.26**2 - 0.32**2 - 0.12**2))]
PROJECTION = {"orientation": TURNED, "position": [0.0, 0.0]}


def solid(kind="cuboid", corners=()):
    controls = {"solid": kind, "a": 8.0, "b": 10.0, "c": 12.0, "corners": list(corners), "depth": 0.3}
    return shape_of(controls), solid_payload(shape_of(controls), controls)


def inked(picture, ink):
    colour = np.array([int(ink[i : i + 2], 16) for i in (1, 3, 5)])
    return (np.asarray(picture) == colour).all(axis=-1)


def test_the_wire_frame_lies_where_the_fit_is():
    ends = placed(BLACK, fitted_lines(FITTED), FITTED["centre"])
    x, y = 29.5, 19.5  # the middle
    np.testing.assert_allclose(ends[0], [[x - 8, y - 10], [x + 12, y - 10]])
    np.testing.assert_allclose(ends[1], [[x + 12, y - 10], [x + 12, y + 10]])


def test_pixels_that_are_no_squares_stretch_it():
    pixels = pixels_payload(np.zeros((40, 60)), scale=(0.5, 1.0), unit="nm")
    ends = placed(pixels, fitted_lines(FITTED), FITTED["centre"])
    np.testing.assert_allclose(ends[1], [[29.5 + 6, 19.5 - 10], [29.5 + 6, 19.5 + 10]])


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_lines_of_a_particle_enclose_just_its_projection(kind):
    shape, sent = solid(kind, [0] if KINDS[kind].corners else [])
    ends = solid_lines(sent, TURNED).reshape(-1, 2)
    hull = ConvexHull(ends)
    grid = np.linspace(-15, 15, 301)
    seen = thickness(shape, rotation(TURNED).as_matrix(), grid[None], grid[:, None]) > 0
    places = np.stack(np.meshgrid(grid, grid), axis=-1)
    within = (places @ hull.equations[:, :2].T + hull.equations[:, 2] < 0).all(axis=-1)
    assert (seen != within).sum() < 0.01 * seen.sum()


def test_they_are_drawn_where_the_view_shows_them_and_nowhere_else():
    _, sent = solid()
    drawn = particle_picture(BLACK, {}, {}, FITTED, {"wire": True})
    assert inked(drawn, FIT)[9:11, 25:38].any(axis=0).all()
    assert not inked(drawn, FIT)[:, :18].any()
    both = particle_picture(BLACK, sent, PROJECTION, FITTED, {"wire": True})
    assert inked(both, PARTICLE).sum() > 100
    assert inked(both, FIT).any()
    for view in ({}, {"wire": False}, {"wire": "yes"}):
        plain = particle_picture(BLACK, sent, PROJECTION, FITTED, view)
        assert not (inked(plain, FIT) | inked(plain, PARTICLE)).any()


def test_colours_are_those_of_the_view():
    pixels = pixels_payload(np.linspace(0, 1, 40 * 30).reshape(40, 30), unit="px")
    gray, viridis = (particle_picture(pixels, {}, {}, {}, {"stage": {"map": name}}) for name in ("gray", "viridis"))
    assert isinstance(gray, Image.Image)
    assert gray.size == (30, 40)
    assert gray.tobytes() != viridis.tobytes()
