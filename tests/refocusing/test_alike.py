import numpy as np
from hyperspy.api import plot
from hyperspy.signals import Signal2D

from emwidgets.refocusing.alike import Likeness
from emwidgets.signals import provenance


def stack():
    signal = Signal2D(np.arange(2 * 3 * 4 * 5, dtype="u2").reshape(2, 3, 4, 5))
    signal.metadata.General.title = "Stack"
    signal.metadata.set_item("Acquisition_instrument.SEM.beam_energy", 15.0)
    signal.metadata.set_item("Signal.Noise_properties.variance", 3.0)
    signal.original_metadata.set_item("Maker.name", "somebody")
    signal.axes_manager.navigation_axes.set(name=("tilt", "time"), units="°", scale=5.0)
    signal.axes_manager.signal_axes.set(scale=0.5, offset=7.0, units="µm")
    signal.add_marker(plot.markers.Points(offsets=[[1, 1]]), permanent=True, plot_marker=False)
    return signal


def test_an_image_has_axes_and_metadata_of_the_signal_but_not_what_was_drawn_on_it():
    signal = stack()
    made = provenance(signal, "somewhere.refocus", {"strength": 0.5})
    found = Likeness.of(signal).image(signal.data + 1, "Stack, refocused", "refocus", made)
    assert [a.get_axis_dictionary() for a in found.axes_manager.signal_axes] == [
        a.get_axis_dictionary() for a in signal.axes_manager.signal_axes
    ]
    assert found.axes_manager[0].units == "°"
    assert found.metadata.Acquisition_instrument.SEM.beam_energy == 15
    assert found.original_metadata.Maker.name == "somebody"
    assert found.metadata.General.title == "Stack, refocused"
    assert found.metadata.emwidgets.refocus.parameters.strength == 0.5
    assert not found.metadata.has_item("Markers")
    assert not found.metadata.has_item("Signal.Noise_properties")
    assert signal.metadata.has_item("Signal.Noise_properties")
    assert signal.metadata.General.title == "Stack"


def test_steps_stand_beside_each_other():
    signal = stack()
    made = provenance(signal, "somewhere.defocus")
    blurred = Likeness.of(signal).image(signal.data, "Stack", "defocus", made)
    again = Likeness.of(blurred).image(signal.data, "Stack", "refocus", provenance(blurred, "somewhere.refocus"))
    assert again.metadata.emwidgets.defocus.function == "somewhere.defocus"
    assert again.metadata.emwidgets.refocus.function == "somewhere.refocus"


def test_a_map_has_the_axes_alone_and_one_frame_will_do_for_all():
    signal = stack()
    likeness = Likeness.of(signal)
    assert likeness.shape == (2, 3, 4, 5)
    made = provenance(signal, "somewhere.defocus_map")
    found = likeness.map(np.ones((4, 5)), "Widths", "Blur width (nm)", "defocus_map", made)
    assert found.axes_manager.navigation_dimension == 0
    assert found.axes_manager.signal_axes[0].offset == 7
    assert found.metadata.Signal.quantity == "Blur width (nm)"
    assert not found.metadata.has_item("Acquisition_instrument")
    assert likeness.map(np.ones((6, 4, 5)), "", "", "x", made).data.shape == (2, 3, 4, 5)


def test_lazy_arrays_make_lazy_signals():
    import dask.array as da

    signal = stack().as_lazy()
    likeness = Likeness.of(signal)
    assert likeness.meta.dtype == "u2"
    assert likeness.image(da.ones((6, 4, 5)), "", "x", provenance(signal, "y", digest=False))._lazy


def test_a_result_can_be_written_and_read(tmp_path):
    from hyperspy.api import load

    signal = stack()
    found = Likeness.of(signal).image(signal.data, "Stack", "refocus", provenance(signal, "z", {"region": None}))
    found.save(tmp_path / "it.hspy")
    assert load(tmp_path / "it.hspy").metadata.emwidgets.refocus.function == "z"
