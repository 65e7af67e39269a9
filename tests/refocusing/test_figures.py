import numpy as np
import pandas as pd
import pytest
from hyperspy.signals import Signal2D

from emwidgets.refocusing.figures import LARGEST, comparison, course
from emwidgets.signals import calibration


def where_of(shape):
    signal = Signal2D(np.zeros(shape))
    signal.axes_manager.signal_axes.set(scale=0.5, offset=3.0, units="nm")
    return calibration(signal, smallest=1)


def spectra_of(cutoff=0.2):
    table = pd.DataFrame({"frequency": [0.1, 0.2, 0.3], "before": [3.0, 2.0, 1.0], "after": [3.0, 4.0, 1.0]})
    table.attrs = {"units": {"frequency": "1/nm"}, "cutoff": {0: cutoff}}
    return table


def test_a_large_image_is_binned_without_moving_or_changing_its_mean():
    image = np.random.default_rng(0).random((600, 2049))
    figure = comparison(image, image, image, spectra_of(), where_of(image.shape), "it")
    drawn = figure.data[0]
    assert max(drawn.z.shape) <= LARGEST
    assert drawn.z.shape == (300, 410)
    assert drawn.z[:, :-1].mean() == pytest.approx(image[:, :2045].mean(), rel=1e-5)
    assert drawn.x[0] == 3 + 0.5 * 2  # the middle of five pixels
    assert drawn.y[0] == 3 + 0.5 * 0.5


def test_missing_pixels_are_gaps_and_count_for_nothing():
    image = np.ones((700, 700))
    image[:100] = np.nan
    drawn = comparison(image, image, np.zeros_like(image), spectra_of(), where_of(image.shape), "it").data[0]
    assert np.isnan(drawn.z[:50]).all()
    assert (drawn.z[50:] == 1).all()


@pytest.mark.parametrize(("cutoff", "lines"), [(0.2, 1), (0.3, 0), (np.nan, 0)])
def test_the_beginning_of_noise_is_drawn_where_there_is_one(cutoff, lines):
    image = np.eye(8)
    figure = comparison(image, image, image, spectra_of(cutoff), where_of(image.shape), "it")
    assert len(figure.layout.shapes) == lines


def test_a_course_names_its_axes():
    table = pd.DataFrame(
        {"sharpness_before": [1.0, 2.0], "sharpness_after": [2.0, 3.0], "defocus_width": [5.0, np.nan]}
    )
    figure = course(table, np.array([10.0, 20.0]), "tilt (°)", "nm")
    assert figure.data[0].x.tolist() == [10, 20]
    assert figure.layout.yaxis.title.text == "sharpness (1/nm)"
    assert figure.layout.yaxis2.title.text == "blur width (nm)"
