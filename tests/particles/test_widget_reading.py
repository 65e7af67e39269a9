"""The playground on a user's own images."""

import hyperspy.api as hs
import numpy as np
import pytest

import emwidgets as emw
from emwidgets.frontend.wire import values_of
from emwidgets.particles.answers import BEST
from emwidgets.signals import UncalibratedError

pytestmark = pytest.mark.usefixtures("disc_reader")
BLANK = 2  # the image of the scan in which there is nothing


def row(widget, task):
    return next(each for each in widget.predictions["rows"] if each["task"] == task and each["best"])


def test_it_says_of_a_users_image_what_classify_says(playground, scan):
    widget = playground(scan, frame=3, task="arrangement")
    result = widget.result
    assert widget.code == "emw.particles.classify(signal.inav[0, 1], 'arrangement')"
    found = eval(widget.code, {"emw": emw, "signal": scan})
    assert result.label == str(found.labels)
    np.testing.assert_array_equal(
        result.predictions["arrangement", BEST["arrangement"]].probabilities[0], found.probabilities
    )
    np.testing.assert_array_equal(result.image.data, scan.data[1, 0])
    np.testing.assert_allclose(values_of(widget.image), scan.data[1, 0], atol=widget.image["scale"])
    assert (widget.shape_data, widget.projection, widget.truth, widget.presets) == ({}, {}, {}, {"rows": []})
    assert (result.shape, result.truth) == (None, {})
    made = result.provenance.to_dict()
    assert made == widget.provenance
    assert made["function"] == "emwidgets.particles.classify"
    assert made["digest"] == emw.signals.pixel_digest(scan.inav[0, 1])
    assert made["parameters"] == {"task": "arrangement", "method": BEST["arrangement"]}


def test_only_the_image_of_a_stack_has_a_slider(playground, scan):
    widget = playground(scan)
    assert list(widget.controls) == ["frame"]
    assert widget.controls["frame"]["max"] == 5
    assert playground(scan.inav[0, 0]).controls == {}
    widget.frame = 1
    assert widget.result.label == "1"
    assert widget.controls["frame"]["value"] == 1


def test_the_wire_frame_of_the_fit_is_in_the_unit_of_the_image(playground, scan):
    widget = playground(scan, frame=1)
    fitted = widget.result.fitted
    np.testing.assert_allclose(fitted.axes, 0.25 * np.diag([4.0, 5.0, 6.0]))
    np.testing.assert_allclose(np.ptp(np.array(widget.fitted["vertices"]), axis=0), [2, 2.5, 3])
    bare = hs.signals.Signal2D(scan.data[0, 1])
    widget = playground(bare)
    np.testing.assert_allclose(widget.result.fitted.axes, np.diag([4.0, 5.0, 6.0]))
    assert widget.image["axes"]["x"]["unit"] == "px"


def test_an_image_in_which_there_is_nothing_is_said(playground, scan):
    widget = playground(scan, frame=BLANK)
    result = widget.result
    assert result.label == ""
    assert "'frame 2' of 'scan' is constant" in row(widget, "count")["why"]
    assert widget.status["state"] == "idle"
    assert result.fitted is None
    assert widget.fitted == {}
    table = result.to_dataframe()
    assert table["problem"].str.contains("constant").all()
    widget.frame = 0
    assert widget.result.label == "0"
    with pytest.raises(ValueError, match="constant"):
        playground(scan.inav[2, 0])


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        ("particle.dm4", "load"),
        (np.ones((64, 64)), "wrap it"),
        (hs.signals.Signal1D(np.arange(64.0)), "expected images"),
        (hs.signals.Signal2D(np.eye(8)), "at least 16"),
        (hs.signals.Signal2D(np.eye(64) * 1j), "complex"),
        (hs.signals.Signal2D(np.full((64, 64), np.nan)), "no valid pixel"),
    ],
)
def test_input_that_is_no_image_is_refused_at_once(playground, signal, words):
    with pytest.raises((TypeError, ValueError), match=words):
        playground(signal)


def test_a_diffraction_pattern_is_refused(playground, scan):
    pattern = scan.inav[0, 0]
    pattern.axes_manager.signal_axes.set(units="1/nm")
    with pytest.raises(UncalibratedError, match="expected a length"):
        playground(pattern)


def test_frames_that_are_not_there_are_refused(playground, scan):
    import traitlets

    with pytest.raises((IndexError, traitlets.TraitError), match="frame is 6"):
        playground(scan, frame=6)
    widget = playground(scan)
    with pytest.raises(traitlets.TraitError, match="frame is 6: expected 0 to 5"):
        widget.frame = 6
    assert widget.frame == 0


def test_of_a_lazy_stack_only_the_image_looked_at_is_read(playground, scan):
    import dask.array as da

    def watched(block, block_info=None):
        if block_info and block_info[0]["chunk-location"][:2] != (0, 1):
            pytest.fail("read")
        return block

    lazy = hs.signals.Signal2D(da.from_array(scan.data, chunks=(1, 1, 40, 48)).map_blocks(watched)).as_lazy()
    widget = playground(lazy, frame=1)
    assert widget.result.label == "1"
    assert widget.state()["input"]["digest"]


def test_colours_and_masks_are_taken(playground, scan):
    grey = np.round(scan.data[0, 1]).astype(np.uint8)
    colours = np.zeros(grey.shape, dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    for name in "RGB":
        colours[name] = grey
    for data in (colours, np.ma.masked_greater(grey, 200)):
        signal = hs.signals.Signal2D(np.ones(grey.shape))
        signal.data = data
        assert playground(signal).result.label == "1"


def test_the_users_signal_is_never_changed(playground, scan):
    before = scan.deepcopy()
    widget = playground(scan)
    assert widget.result is not None
    np.testing.assert_array_equal(scan.data, before.data)
    assert scan.metadata.as_dictionary() == before.metadata.as_dictionary()
