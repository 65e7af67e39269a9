import numpy as np
import pytest
from hyperspy.signals import Signal2D

from emwidgets.refocusing import refocus


def signal_of(pixels, scale=2.0, units="nm", title="Grains"):
    signal = Signal2D(np.asarray(pixels), metadata={"General": {"title": title}})
    if units:
        signal.axes_manager.signal_axes.set(scale=scale, units=units)
    return signal


@pytest.fixture
def one(cheap, grains):
    return refocus(signal_of(grains((48, 60))))


@pytest.fixture
def stack(cheap, grains):
    pixels = np.stack([grains((20, 30), seed) for seed in range(4)])
    pixels[2] = 1.0
    signal = signal_of(pixels)
    signal.axes_manager[0].name, signal.axes_manager[0].units = "tilt", "°"
    return refocus(signal)


def test_image_less_change_is_what_was_given(one, grains):
    assert np.allclose(one.image.data - one.change.data, grains((48, 60)), atol=1e-4)
    assert one.to_signal() is one.image


def test_widths_are_in_nm_and_in_px_too(one):
    assert one.unit == "nm"
    assert one.defocus.data.max() == 5
    assert one.defocus.metadata.Signal.quantity == "Blur width (nm)"
    assert one.defocus_px.data.max() == 2.5
    assert one.defocus_width == 5
    assert one.out_of_focus == 0.5
    assert one.cutoff == pytest.approx(0.15)  # 0.3 cycles per px of 2 nm


def test_without_calibration_all_is_in_px(cheap, grains):
    calibrated, plain = (refocus(signal_of(grains((48, 60)), units=units)) for units in ("nm", ""))
    assert plain.unit == "px"
    assert plain.defocus_width == 2.5
    assert plain.sharpness_before == pytest.approx(2 * calibrated.sharpness_before)
    assert plain.to_dataframe().attrs["units"]["cutoff"] == "1/px"


def test_the_table_has_a_row_for_each_image_with_its_units(stack):
    table = stack.to_dataframe()
    assert list(table.columns[:2]) == ["frame", "tilt"]
    assert len(table) == 4
    assert table["defocus_width"].tolist()[:2] == [5, 5]
    assert table["defocus_width_px"][0] == 2.5
    assert table["problem"][2].startswith("'frame 2' of 'Grains' is constant")
    assert np.array_equal(table["sharpness_after"], stack.sharpness_after, equal_nan=True)
    assert table.attrs["units"]["defocus_width"] == "nm"
    assert table.attrs["units"]["sharpness_before"] == "1/nm"
    assert table.attrs["units"]["tilt"] == "°"


def test_spectra_go_up_to_nyquist_and_say_where_noise_begins(one, stack):
    table = one.spectra()
    assert list(table.columns) == ["frequency", "before", "after"]
    assert table["frequency"].max() == pytest.approx(0.25)  # half a cycle per px of 2 nm
    assert (table["after"] > table["before"]).any()
    assert table.attrs["cutoff"] == {0: pytest.approx(0.15)}
    assert table.attrs["units"]["frequency"] == "1/nm"
    frames = stack.spectra()
    assert frames["frame"].unique().tolist() == [0, 1, 3]
    assert np.isnan(frames.attrs["cutoff"][2])


def test_it_says_what_was_found(one, stack, cheap):
    assert repr(one) == (
        "<Refocused of 'Grains': 50 % of the image was out of focus by 2.5 ± 0.0 px (5 nm); the rest was left alone.>"
    )
    assert "3 of 4 images were out of focus, by 5 nm" in repr(stack)
    assert "1 were left as they are" in repr(stack)
    constant = refocus(signal_of(np.ones((9, 9))))
    assert "left as it is, as 'Grains' is constant (all 1)" in repr(constant)


def test_a_bar_is_told(cheap, grains):
    pixels = np.rint(grains((64, 80)))
    pixels[-14:] = 0
    pixels[-10:-4, 4:70:5] = 255
    found = refocus(signal_of(pixels))
    assert found.info_bar == 14
    assert "The 14 rows of the info bar were left alone." in repr(found)


def test_a_title_goes_into_no_page_as_html(cheap, grains):
    found = refocus(signal_of(grains((20, 20)), title="<script>alert(1)</script>"))
    assert "<script>" not in found._repr_html_()
    assert "&lt;script&gt;" in found._repr_html_()


def test_the_figure_of_one_image_shows_both_on_one_scale_the_widths_and_the_spectra(one):
    figure = one.plot()
    before, after, widths, *spectra = figure.data
    assert (before.zmin, before.zmax) == (after.zmin, after.zmax)
    assert np.allclose(after.z - before.z, one.change.data, atol=1e-3)
    assert widths.z.max() == 5
    assert before.x[1] - before.x[0] == 2
    assert [curve.name for curve in spectra] == ["before", "after"]


def test_the_figure_of_a_stack_follows_it(stack):
    figure = stack.plot()
    assert [curve.name for curve in figure.data] == ["before", "after", "blur width"]
    assert np.allclose(figure.data[1].y, stack.sharpness_after, equal_nan=True)
    assert figure.layout.xaxis2.title.text == "tilt (°)"


@pytest.mark.parametrize("odd", [np.ones((9, 9)), np.full((9, 9), np.nan), np.eye(3), np.zeros((1, 1))])
def test_what_could_not_be_refocused_can_be_looked_at(cheap, odd):
    found = refocus(Signal2D(odd))
    assert len(found.plot().data) == 5
    assert len(found.to_dataframe()) == 1


def test_computing_what_is_in_memory_is_nothing(one):
    assert one.compute() is one
