"""The call and its result: signals, tables, files, stacks, and what is refused."""

import dask.array as da
import hyperspy.api as hs
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from emwidgets import domains
from emwidgets.domains.simulate import simulate_array
from emwidgets.domains.stages import FrameStages
from emwidgets.signals import UncalibratedError, pixel_digest

PIXEL = 0.026


@pytest.fixture(scope="module")
def image(two_grains):
    return two_grains


@pytest.fixture(scope="module")
def found(two_grains_found):
    return two_grains_found


@pytest.fixture(scope="module")
def stack(make_image):
    """A scan of 2 × 2 images of 256 × 240 px: three with different grains and an amorphous one."""
    frames = [simulate_array((256, 240), coverage=c, seed=s)[0] for c, s in ((0.4, 3), (0.5, 8), (0.0, 5), (0.3, 1))]
    return make_image(np.stack(frames).reshape(2, 2, 256, 240), title="scan")


def test_totals_agree_with_the_map_and_the_tables(polycrystal_found):
    labels = polycrystal_found.labels.data
    covered = np.count_nonzero(labels)
    assert polycrystal_found.crystalline_fraction == pytest.approx(covered / labels.size)
    assert polycrystal_found.crystalline_area == pytest.approx(covered * PIXEL**2)
    assert polycrystal_found.domains["area"].sum() >= polycrystal_found.crystalline_area - 1e-9
    assert set(np.unique(labels)) - {0} <= set(polycrystal_found.domains["label"])
    assert set(polycrystal_found.domains["family"]) <= set(polycrystal_found.peaks["family"])
    assert (polycrystal_found.peaks["crystalline"] == (polycrystal_found.peaks["family"] >= 0)).all()


def test_the_signals_are_calibrated(found):
    x, y = found.labels.axes_manager.signal_axes
    assert (x.scale, x.units, y.scale, y.units) == (PIXEL, "nm", PIXEL, "nm")
    assert found.labels.data.dtype == np.int32
    kx, _ = found.spectrum.axes_manager.signal_axes
    assert (kx.units, kx.scale, kx.offset) == ("1/nm", pytest.approx(1 / (256 * PIXEL)), pytest.approx(-0.5 / PIXEL))
    assert found.filtered.axes_manager.navigation_shape == (found.peaks["family"].max() + 1,)
    across = found.filtered.axes_manager.signal_axes[0]
    assert across.units == "nm"
    assert across.scale * across.size == pytest.approx(256 * PIXEL, rel=0.05)


def test_the_strongest_peak_stands_in_the_spectrum_where_the_table_says(polycrystal_found):
    peak = polycrystal_found.peaks.sort_values("intensity").iloc[-1]
    spectrum = polycrystal_found.spectrum
    kx, ky = spectrum.axes_manager.signal_axes
    column, row = round((peak["kx"] - kx.offset) / kx.scale), round((peak["ky"] - ky.offset) / ky.scale)
    around = spectrum.data[row - 2 : row + 3, column - 2 : column + 3]
    assert around.max() > 20 * np.median(spectrum.data)


@pytest.mark.parametrize("name", ["labels", "spectrum", "filtered"])
def test_the_signals_survive_a_file(found, name, tmp_path):
    signal = getattr(found, name)
    signal.save(tmp_path / "saved.hspy")
    loaded = hs.load(tmp_path / "saved.hspy")
    np.testing.assert_array_equal(loaded.data, signal.data)
    assert str(loaded.axes_manager) == str(signal.axes_manager)
    assert loaded.metadata.emwidgets.function == "emwidgets.domains.segment"
    assert loaded.metadata.emwidgets.digest == found.provenance.digest


def test_the_result_says_how_it_was_made(image):
    found = domains.segment(image, threshold=0.4, d_range=(0.15, 0.4), exclude=[(1.0, 2.0)])
    made = found.provenance
    assert made.function == "emwidgets.domains.segment"
    assert made.title == "two grains"
    assert made.digest == pixel_digest(image)
    assert made.parameters["threshold"] == 0.4
    assert made.parameters["d_range"] == [0.15, 0.4]
    assert made.parameters["exclude"] == [[1.0, 2.0]]
    assert made.parameters["min_area"] is None
    assert {"emwidgets", "numpy", "scipy", "hyperspy"} <= set(made.versions)
    assert found.labels.metadata.emwidgets.parameters.threshold == 0.4


def test_calling_again_with_what_the_provenance_says_gives_the_same(image, found):
    again = domains.segment(image, **found.provenance.parameters)
    pd.testing.assert_frame_equal(again.domains, found.domains)
    np.testing.assert_array_equal(again.labels.data, found.labels.data)


def test_each_domain_has_a_mask_of_its_own_area(found):
    pixel = found.where.scale[0] * found.where.scale[1]
    masks = [found.mask(label) for label in found.domains["label"]]
    assert [mask.sum() * pixel for mask in masks] == pytest.approx(found.domains["area"].tolist())
    np.testing.assert_array_equal(np.any(masks, axis=0), found.labels.data > 0)
    with pytest.raises(ValueError, match="label is 99"):
        found.mask(99)


def test_the_table_and_the_map_are_had_as_for_every_analysis(found):
    assert found.to_dataframe() is found.domains
    assert found.to_signal() is found.labels


def test_the_figure_shows_each_domain_in_the_colour_of_its_direction(found):
    figure = found.plot()
    assert isinstance(figure, go.Figure)
    (heatmap,) = figure.data
    shown, labels = np.asarray(heatmap.z), found.labels.data
    np.testing.assert_array_equal(np.isnan(shown), labels == 0)
    orientation = found.domains.set_index("label")["orientation"]
    for label in np.unique(labels[labels > 0]):
        np.testing.assert_allclose(shown[labels == label], orientation[label])
    assert heatmap.x[1] - heatmap.x[0] == pytest.approx(PIXEL)


def test_the_summary_names_the_number_the_area_and_the_spacings(found):
    html = found._repr_html_()
    assert f"{len(found.domains)} domains" in html
    assert f"{found.crystalline_area:.4g} nm²" in html
    assert f"{found.d_spacings[0]:.4g}" in html


@pytest.mark.parametrize("coverage", [0.0, 0.4])
def test_a_title_is_never_html(make_image, coverage):
    image = simulate_array((256, 256), coverage=coverage, seed=3)[0]
    html = domains.segment(make_image(image, title="<script>alert(1)</script>"))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_image_without_domains_says_why_everywhere(make_image, white_noise):
    found = domains.segment(make_image(white_noise((128, 128)), title="glass"))
    assert "No crystalline component" in found.message
    assert found.message in found._repr_html_()
    assert len(repr(found)) < 200
    assert not found.labels.data.any()
    assert (len(found.domains), found.crystalline_area, found.d_spacings) == (0, 0, ())
    assert isinstance(found.plot(), go.Figure)
    with pytest.raises(ValueError, match="nothing was filtered: No crystalline component"):
        found.filtered  # noqa: B018


# stacks


def test_a_stack_gives_what_its_images_give_one_by_one(stack):
    found = domains.segment(stack)
    alone = [domains.segment(stack.inav[i % 2, i // 2]) for i in range(4)]
    assert found.labels.axes_manager.navigation_shape == (2, 2)
    np.testing.assert_array_equal(found.labels.data.reshape(4, 256, 240), np.stack([one.labels.data for one in alone]))
    np.testing.assert_allclose(found.crystalline_area.ravel(), [one.crystalline_area for one in alone])
    assert found.crystalline_fraction.shape == (2, 2)
    for i, one in enumerate(alone):
        for name in ("domains", "peaks"):
            table = getattr(found, name)
            assert table.columns[0] == "frame"
            own = table[table["frame"] == i].drop(columns="frame").reset_index(drop=True)
            pd.testing.assert_frame_equal(own, getattr(one, name), check_dtype=False)


def test_a_lazy_stack_stays_lazy_and_gives_the_same(stack):
    lazy = stack.deepcopy()
    lazy.data = da.from_array(stack.data, chunks=(1, 2, 128, 240))
    found, expected = domains.segment(lazy.as_lazy()), domains.segment(stack)
    assert found.labels._lazy
    assert found.spectrum._lazy
    np.testing.assert_array_equal(found.labels.data.compute(), expected.labels.data)
    np.testing.assert_allclose(found.spectrum.data.compute(), expected.spectrum.data)
    pd.testing.assert_frame_equal(found.domains, expected.domains)
    pd.testing.assert_frame_equal(found.peaks, expected.peaks)
    np.testing.assert_array_equal(found.crystalline_fraction, expected.crystalline_fraction)


def test_the_numbers_and_tables_of_a_lazy_image_come_from_one_computation(image, monkeypatch):
    runs = []
    run = FrameStages.run
    monkeypatch.setattr(FrameStages, "run", lambda self, *args: runs.append(1) or run(self, *args))
    lazy = domains.segment(image.as_lazy())
    assert not runs
    assert lazy.crystalline_area > 0
    assert lazy.crystalline_fraction > 0
    assert len(lazy.peaks) > 0
    assert len(lazy.domains) > 0
    assert lazy.d_spacings
    assert not lazy.message
    assert len(runs) == 1


def test_a_lazy_image_gives_the_same(image, found):
    lazy = domains.segment(image.as_lazy())
    assert lazy.labels._lazy
    pd.testing.assert_frame_equal(lazy.domains, found.domains)
    assert lazy.parameters == found.parameters
    assert "two grains" in lazy._repr_html_()


def test_what_belongs_to_one_image_is_refused_for_a_stack(stack):
    found = domains.segment(stack)
    for name in ("filtered", "parameters", "d_spacings", "message"):
        with pytest.raises(ValueError, match=rf"{name} belongs to one image, and these are 4: segment\(signal.inav"):
            getattr(found, name)
    assert "4 images" in found._repr_html_()


# bad input


def test_an_image_of_8_pixels_is_too_small(make_image, white_noise):
    with pytest.raises(ValueError, match="8 × 8 px: at least 16 × 16"):
        domains.segment(make_image(white_noise((8, 8))))


@pytest.mark.parametrize(("value", "message"), [(3.0, "'image' is constant"), (np.nan, "no valid pixel")])
def test_an_image_that_shows_nothing_is_refused(make_image, value, message):
    with pytest.raises(ValueError, match=message):
        domains.segment(make_image(np.full((64, 64), value)))


def test_a_spectrum_is_no_image():
    with pytest.raises(ValueError, match=r"1 signal axis .*expected images"):
        domains.segment(hs.signals.Signal1D(np.arange(100.0)))


@pytest.mark.parametrize("thing", [None, "image.dm3", np.ones((64, 64))])
def test_what_is_no_signal_is_refused_with_the_way_out(thing):
    with pytest.raises(TypeError, match=r"expected a HyperSpy signal, got .*hs\."):
        domains.segment(thing)


def test_a_negative_scale_is_refused(make_image, white_noise):
    with pytest.raises(ValueError, match=r"axis 'x' .*scale -0.02.*expected a positive, finite scale"):
        domains.segment(make_image(white_noise((64, 64)), scale=(0.02, -0.02)))


def test_a_diffraction_pattern_is_refused(make_image, white_noise):
    with pytest.raises(UncalibratedError, match="expected a length"):
        domains.segment(make_image(white_noise((64, 64)), units="1/nm"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"threshold": 2}, "threshold is 2"), ({"eps": 0}, "eps is 0"), ({"pixel_size": -1}, "pixel_size is -1")],
)
def test_a_parameter_out_of_range_is_refused_before_anything_is_computed(image, wrong, message):
    with pytest.raises(ValueError, match=message):
        domains.segment(image, **wrong)
