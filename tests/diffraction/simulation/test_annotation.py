"""What is drawn into a pattern is where it belongs and as long as it says."""

import numpy as np
import pytest

from emwidgets.diffraction import annotation
from emwidgets.diffraction.simulation.font import HEIGHT, WIDTH, text_mask
from emwidgets.diffraction.simulation.frame import Frame, Geometry


def grey(pixel_size=0.1, shape=(256, 256)):
    image = np.full(shape, 100, np.float32)
    image[100, 100], image[100, 101] = 0, 255  # so that there is a black and a white
    return Frame(image, Geometry(shape, pixel_size))


def drawn(effect, frame):
    return effect(frame, np.random.default_rng(0)).image != frame.image


@pytest.mark.parametrize("pixel_size", [0.003, 0.1, 1.7])
def test_the_scale_bar_is_as_long_as_a_round_number_says(pixel_size):
    mask = drawn(annotation.ScaleBar(0.3), grey(pixel_size))
    length = mask[240:].sum(axis=1).max() * pixel_size
    power = 10 ** np.floor(np.log10(length))
    assert min(abs(length / power / step - 1) for step in (1, 2, 5, 10)) < 0.03
    assert 0.1 < mask[240:].sum(axis=1).max() / 256 <= 0.31


@pytest.mark.parametrize(("right", "top"), [(False, False), (True, True)])
def test_the_scale_bar_lies_in_its_corner(right, top):
    rows, columns = np.nonzero(drawn(annotation.ScaleBar(0.2, right, top), grey()))
    assert (columns.mean() > 128) == right
    assert (rows.mean() < 128) == top


def test_ink_is_white_or_black():
    for dark, ink in ((False, 255), (True, 0)):
        frame = grey()
        found = annotation.Caption("TEM", dark=dark)(frame, None).image
        assert set(found[found != frame.image]) == {ink}


def test_circles_are_round_about_the_beam():
    frame = Frame(grey().image, Geometry((256, 256), 0.1, (120.0, 140.0)))
    rows, columns = np.nonzero(drawn(annotation.RingMarkers((0.5,)), frame))
    np.testing.assert_allclose(np.hypot(rows - 120, columns - 140), 64, atol=1)
    dashed = drawn(annotation.RingMarkers((0.5,), dashes=10), frame)
    assert 0.4 < dashed.sum() / len(rows) < 0.6
    assert drawn(annotation.RingMarkers((0.5,), opening=90), frame).sum() / len(rows) == pytest.approx(0.25, abs=0.06)


def test_labels_and_crosses_mark_the_brightest_reflections(spot_frame):
    crosses = drawn(annotation.Crosses(peaks=3, size=0.05), spot_frame)
    pixels = spot_frame.geometry.to_pixels(spot_frame.spots.positions)
    inside = np.all((pixels > 2) & (pixels < np.subtract(spot_frame.image.shape, 3)), axis=1)
    brightest = pixels[inside][np.argsort(-spot_frame.spots.intensities[inside])[:3]]
    rows, columns = np.nonzero(crosses)
    distances = np.hypot(rows[:, None] - brightest[:, 0], columns[:, None] - brightest[:, 1])
    assert distances.min(axis=1).max() < 6
    assert drawn(annotation.IndexLabels(2), spot_frame).sum() > 20
    one, four = (drawn(annotation.IndexLabels(n, circles=True), spot_frame).sum() for n in (1, 4))
    assert four > one


def test_rings_are_labelled_too_and_nothing_where_there_is_nothing(ring_frame):
    assert drawn(annotation.IndexLabels(2), ring_frame).any()
    assert not drawn(annotation.IndexLabels(2), grey()).any()


def test_a_margin_frames_the_picture():
    found = annotation.Margin(0.1, 0.1, 0.1, 0.1, ticks=False)(grey(), None).image
    assert (found[:20] == 255).all()
    assert (found[40:60, 40:60] == 100).all()
    assert found[60, 25] == 0  # the line round it


def test_text_is_cut_at_the_edge_and_never_fails():
    for row, column in ((0.99, 0.99), (-0.05, -0.05)):
        annotation.Caption("SAED [110]", row, column)(grey(), None)


def test_letters_have_their_size_and_differ():
    assert text_mask("12", 3).shape == (3 * HEIGHT, 2 * 3 * WIDTH)
    letters = "0123456789-./()[]nmkVsSAEDTMPaex+="
    masks = {text_mask(letter).tobytes() for letter in letters}
    assert len(masks) == len(letters)


def test_a_character_without_a_glyph_is_refused():
    with pytest.raises(ValueError, match="the font has no Å"):
        text_mask("5 Å")
