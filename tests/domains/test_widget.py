"""The explorer on real images and real segmentation."""

import asyncio
import gc
import inspect
import json
import time
import weakref

import ipywidgets
import numpy as np
import pytest
import traitlets

import emwidgets as emw
from emwidgets.domains.stages import FrameStages
from emwidgets.frontend.wire import array_from_payload, values_of

CONTROLS = [
    "threshold", "d_range", "aperture", "amplitude", "eps", "min_samples", "min_area", "include", "exclude",
    "pixel_size", "frame",
]  # fmt: skip


def own_traits(widget):
    inherited = ipywidgets.DOMWidget.class_traits(sync=True)
    return {name for name in widget.traits(sync=True) if not name.startswith("_") and name not in inherited}


async def shown(widget, number):
    async with asyncio.timeout(30):
        while widget.status["result"] < number:
            await asyncio.sleep(0.002)


def computed(widget):
    """The widget, its result in the traits."""
    assert widget.result is not None
    return widget


def test_there_are_25_public_traits_and_no_more(explore, corner):
    widget = explore(corner)
    assert len(own_traits(widget)) == 25
    assert widget.control_names() == CONTROLS


def test_the_controls_are_the_keyword_arguments_of_segment_with_the_same_defaults(explore, corner):
    arguments = inspect.signature(emw.domains.segment).parameters
    widget = explore(corner)
    assert set(CONTROLS) - {"frame"} == set(arguments) - {"signal"}
    for name in set(CONTROLS) - {"frame"}:
        default = arguments[name].default
        assert getattr(widget, name) == (list(default) if isinstance(default, tuple) else default), name


def test_what_is_shown_is_what_the_result_says(explore, twin):
    widget = explore(twin)
    result = widget.result
    assert isinstance(result, emw.domains.Segmentation)
    assert widget.provenance == result.provenance.to_dict()
    assert widget.provenance["title"] == "CdTe twin"
    assert widget.domains["rows"] == len(result.domains) > 0
    assert widget.domains["data"]["label"] == result.domains["label"].tolist()
    np.testing.assert_allclose(widget.domains["data"]["area"], result.domains["area"])
    assert widget.peaks["rows"] == len(result.peaks)
    assert widget.peaks["data"]["crystalline"] == result.peaks["crystalline"].tolist()
    assert widget.totals["crystalline_area"] == pytest.approx(result.crystalline_area)
    assert widget.totals["crystalline_fraction"] == pytest.approx(result.crystalline_fraction)
    assert widget.totals["shape"] == [512, 512]
    assert widget.totals["area_unit"] == "nm²"


def test_the_runs_are_the_masks_of_the_domains(explore, twin):
    widget = computed(explore(twin))
    areas = dict.fromkeys(widget.domains["data"]["label"], 0)
    covered = np.zeros(512 * 512, bool)
    for start, length, label in array_from_payload(widget.runs):
        areas[int(label)] += int(length)
        covered[start : start + length] = True
    scale = widget.image["axes"]["x"]["scale"] * widget.image["axes"]["y"]["scale"]
    np.testing.assert_allclose(np.array(list(areas.values())) * scale, widget.domains["data"]["area"], rtol=1e-6)
    assert covered.mean() == pytest.approx(widget.totals["crystalline_fraction"])
    assert sorted(widget.totals["paint"]) == sorted(areas)


def test_the_image_comes_back_as_it_is(explore, twin):
    widget = explore(twin)
    np.testing.assert_array_equal(values_of(widget.image), twin.data)
    axis = twin.axes_manager.signal_axes[0]
    assert widget.image["axes"]["x"] == {"scale": pytest.approx(axis.scale), "offset": axis.offset, "unit": "nm"}


def test_an_8_bit_image_goes_as_8_bits(explore):
    signal = emw.examples.silicon_110()
    assert signal.data.dtype == np.uint8
    widget = explore(signal)
    assert widget.image["dtype"] == "uint8"
    np.testing.assert_array_equal(array_from_payload(widget.image), signal.data)


def test_the_spectrum_has_its_peaks_where_the_table_says(explore, twin):
    widget = computed(explore(twin))
    spectrum, axes = values_of(widget.spectrum), widget.spectrum["axes"]
    peaks = widget.peaks["data"]
    strongest = int(np.argmax(np.where(peaks["crystalline"], peaks["excess"], 0)))
    column = round((peaks["kx"][strongest] - axes["x"]["offset"]) / axes["x"]["scale"])
    row = round((peaks["ky"][strongest] - axes["y"]["offset"]) / axes["y"]["scale"])
    assert spectrum[row - 3 : row + 4, column - 3 : column + 4].max() > np.median(spectrum) + 2


def test_nothing_shown_has_numbers_that_json_lacks(explore, corner):
    widget = computed(explore(corner, include=[[3.0, 3.1]]))
    assert "added by hand" in widget.peaks["data"]["reason"]
    assert None in widget.peaks["data"]["sharpness"]
    for name in own_traits(widget) - {"image", "spectrum", "runs"}:
        json.dumps(getattr(widget, name), allow_nan=False)


def test_every_change_moves_tables_and_result_together(explore, twin):
    widget = explore(twin)
    largest = float(widget.result.domains["area"].max())
    widget.min_area = 0.9 * largest
    assert widget.result.domains["area"].min() >= 0.9 * largest
    assert widget.domains["rows"] == len(widget.result.domains) >= 1
    assert set(widget.domains["data"]["label"]) == set(array_from_payload(widget.runs)[:, 2].tolist())


def test_a_change_recomputes_only_the_stages_after_it(explore, corner):
    widget = explore(corner)
    spectrum = widget.result.found[0].spectrum
    sent = widget.spectrum["data"]
    widget.min_area = 0.1
    assert widget.result.found[0].spectrum is spectrum
    assert widget.spectrum["data"] is sent


def test_a_control_left_to_the_image_shows_the_value_in_force(explore, twin):
    widget = explore(twin)
    assert widget.controls["eps"]["value"] is None
    in_force = widget.result.parameters
    for name in ("aperture", "eps", "min_samples", "min_area"):
        entry = widget.controls[name]
        assert entry["value"] == getattr(in_force, name)
        assert entry["auto"]
        assert entry["min"] <= entry["value"] <= entry["max"]
    assert widget.controls["pixel_size"]["value"] == pytest.approx(twin.axes_manager.signal_axes[0].scale)
    assert widget.controls["d_range"]["value"] == list(in_force.d_range)


def test_every_slider_has_a_name_a_tooltip_and_a_range_in_the_order_of_the_stages(explore, corner):
    widget = explore(corner)
    for entries in (widget.controls, computed(widget).controls):
        assert set(entries) == set(CONTROLS) - {"include", "exclude"}
        for name, entry in entries.items():
            assert entry["label"], name
            assert entry["help"], name
            assert entry["min"] < entry["max"] or name == "frame"
            assert entry["scale"] == "linear" or entry["min"] > 0
            assert name == "frame" or 0 < entry["step"] < entry["max"]
        stages = [entry["stage"] for entry in entries.values()]
        assert stages == sorted(stages)


def test_a_range_stays_where_it_is_unless_a_value_leaves_it(explore, corner):
    widget = computed(explore(corner))
    before = widget.controls["eps"]
    widget.eps = before["max"] / 2
    _ = widget.result
    assert (widget.controls["eps"]["min"], widget.controls["eps"]["max"]) == (before["min"], before["max"])
    widget.eps = before["max"] * 2
    _ = widget.result
    assert widget.controls["eps"]["max"] == before["max"] * 2


def test_peaks_are_taken_in_and_out_by_hand(explore, twin):
    widget = explore(twin)
    peaks = widget.result.peaks
    out = peaks[peaks["crystalline"]].iloc[0]
    widget.set_state({"exclude": [[float(out["kx"]), float(out["ky"])]], "include": []})
    peaks = widget.result.peaks
    row = int(np.argmin(np.hypot(peaks["kx"] - out["kx"], peaks["ky"] - out["ky"])))
    assert not peaks["crystalline"].iloc[row]
    assert not widget.peaks["data"]["crystalline"][row]


# calibration


def test_an_uncalibrated_image_is_measured_in_px_until_its_pixel_size_is_given(explore):
    widget = explore(emw.examples.silicon_110())
    assert widget.result.where.unit == "px"
    assert widget.totals["length_unit"] == "px"
    assert widget.controls["eps"]["unit"] == "px"
    assert widget.controls["eps"]["px"] is None  # it is in px already
    assert widget.controls["pixel_size"]["value"] is None
    in_px = float(widget.result.domains["d_spacing"].iloc[0])
    widget.pixel_size = 0.0089
    assert widget.result.where.unit == "nm"
    assert widget.image["axes"]["x"] == {"scale": 0.0089, "offset": 0, "unit": "nm"}
    assert widget.spectrum["axes"]["x"]["unit"] == "1/nm"
    in_nm = widget.result.domains["d_spacing"].to_numpy()
    assert np.abs(in_nm - in_px * 0.0089).min() < 0.01 * in_px * 0.0089
    widget.pixel_size = None
    assert widget.result.where.unit == "px"


def test_an_impossible_pixel_size_is_said_and_the_former_result_stays(explore, corner):
    widget = computed(explore(corner))
    domains = widget.domains
    widget.set_state({"pixel_size": -1.0})
    assert widget.status["state"] == "error"
    assert "expected a positive number" in widget.status["message"]
    assert widget.domains is domains


# stacks


@pytest.mark.parametrize("lazy", [False, True])
def test_a_stack_shows_the_frame_that_is_chosen(explore, series, lazy):
    widget = explore(series.as_lazy() if lazy else series)
    assert widget.controls["frame"]["max"] == 5
    assert widget.code == "emw.domains.segment(signal.inav[0, 0])"
    np.testing.assert_array_equal(values_of(widget.image), series.data[0, 0])
    widget.frame = 4
    assert widget.code == "emw.domains.segment(signal.inav[1, 1])"
    result = widget.result
    np.testing.assert_array_equal(values_of(widget.image), series.data[1, 1])
    same = emw.domains.segment(series.inav[1, 1])
    np.testing.assert_array_equal(result.labels.data, same.labels.data)
    assert result.labels.axes_manager.navigation_shape == ()
    assert result.provenance.digest == same.provenance.digest  # of the one image, which the widget has read anyway


def test_there_is_no_frame_beyond_the_last(explore, series):
    widget = explore(series)
    with pytest.raises(traitlets.TraitError, match="frames 0 to 5"):
        widget.frame = 6
    with pytest.raises(IndexError, match="0 to 5"):
        emw.DomainExplorer(series, frame=6)
    assert explore(series, frame=5).result is not None


# code


def test_the_code_is_short(explore, corner):
    widget = explore(corner, threshold=0.7)
    assert widget.code == "emw.domains.segment(signal, threshold=0.7)"
    widget.d_range = (0.2, 0.4)
    assert widget.code == "emw.domains.segment(signal, threshold=0.7, d_range=[0.2, 0.4])"


# input


def test_an_impossible_value_later_on_loses_nothing(explore, corner):
    widget = computed(explore(corner))
    shown_before = {name: getattr(widget, name) for name in ("domains", "peaks", "runs", "totals")}
    widget.d_range = [0.5, 0.2]
    with pytest.raises(ValueError, match="d_range"):
        _ = widget.result
    assert widget.status["state"] == "error"
    assert {name: getattr(widget, name) for name in shown_before} == shown_before
    widget.d_range = None
    assert widget.result is not None


def test_a_title_is_text_whatever_it_says(explore, corner):
    signal = corner.deepcopy()
    signal.metadata.General.title = "<img src=x onerror=alert(1)>"
    widget = explore(signal)
    assert widget.provenance == {"title": "<img src=x onerror=alert(1)>"}
    assert "<img" not in widget.result._repr_html_()


# in a notebook


def test_a_notebook_follows_a_slider(twin):
    async def notebook():
        widget = emw.DomainExplorer(twin)
        assert widget.image["shape"] == [512, 512]  # to be seen while the domains are computed
        await shown(widget, 1)
        largest = max(widget.domains["data"]["area"])
        for share in np.linspace(0.1, 0.9, 30):
            widget.set_state({"min_area": float(share * largest)})
            await asyncio.sleep(0.005)
        async with asyncio.timeout(30):
            while widget.controls["min_area"]["value"] != 0.9 * largest:
                await asyncio.sleep(0.002)
        assert min(widget.domains["data"]["area"]) >= 0.9 * largest
        assert len(widget.result.domains) == widget.domains["rows"]
        widget.close()

    asyncio.run(notebook())


def test_cancelling_a_long_run_keeps_the_image_and_can_be_taken_up_again(twin, monkeypatch):
    run = FrameStages.run

    def on_a_slow_machine(self, parameters, checkpoint):
        def slow(stage, fraction):
            time.sleep(0.05)
            checkpoint(stage, fraction)

        return run(self, parameters, slow)

    async def notebook():
        monkeypatch.setattr(FrameStages, "run", on_a_slow_machine)
        widget = emw.DomainExplorer(twin)
        async with asyncio.timeout(30):
            while widget.status["state"] != "running":
                await asyncio.sleep(0.002)
        assert widget.status["stage"]
        widget.set_state({"asked": {**widget.asked, "cancel": 1}})
        async with asyncio.timeout(30):
            while widget.status["state"] != "cancelled":
                await asyncio.sleep(0.002)
        assert widget.status["result"] == 0
        assert widget.image["shape"] == [512, 512]
        monkeypatch.undo()
        assert len(widget.result.domains) > 0
        assert (widget.status["state"], widget.status["result"]) == ("idle", 1)
        widget.close()

    asyncio.run(notebook())


def test_a_closed_explorer_frees_its_arrays(corner):
    widget = emw.DomainExplorer(corner)
    reference = weakref.ref(computed(widget)._chosen.stages)
    widget.close()
    del widget
    gc.collect()
    assert reference() is None
