"""What is said of every frame, at its place."""

import dask
import dask.array as da
import numpy as np
import pytest

from emwidgets.signals import calibration
from emwidgets.signals.labels import coordinates, frame_table, label_map, short_title
from emwidgets.signals.runs import Run

WORDS = ("even", "odd")


def parity(found, first):
    """What was found is how far the numbers are off."""
    return ((np.arange(3) + first + found) % 2).astype(np.uint8)


def test_a_table_has_the_places_of_the_frames_before_what_is_said_of_them(stack):
    x, y = stack.axes_manager.navigation_axes
    x.name, x.scale, x.offset, x.units = "x", 0.5, 3.0, "nm"
    y.name, y.units = "time", "s"
    where = calibration(stack)
    table = frame_table(where, {"size": np.arange(6.0)})
    assert list(table.columns) == ["frame", x.name, y.name, "size"]
    np.testing.assert_allclose(table[x.name], np.tile(x.axis, y.size))
    np.testing.assert_allclose(table[y.name], np.repeat(y.axis, x.size))
    assert table.attrs["units"] == {x.name: x.units, y.name: y.units}
    titles = [title for _, title in coordinates(table, where)]
    assert titles == [f"{x.name} ({x.units})", f"{y.name} ({y.units})"]


def test_an_axis_never_takes_the_name_of_a_column(stack):
    x, y = stack.axes_manager.navigation_axes
    x.name, y.name = "frame", "size"
    assert list(frame_table(calibration(stack), {"size": np.zeros(6)}).columns) == ["frame", "frame'", "size'", "size"]


def test_a_single_image_has_one_row_and_no_place(image):
    assert frame_table(calibration(image), {"size": np.zeros(1)}).columns.tolist() == ["frame", "size"]


@pytest.mark.parametrize("lazy", [False, True])
def test_a_map_has_the_values_of_all_runs_on_the_navigation_axes(stack, lazy):
    found = [dask.delayed(0), dask.delayed(1)] if lazy else [0, 1]
    where = calibration(stack.as_lazy() if lazy else stack)
    runs = [Run(0, 3, found[0]), Run(3, 3, found[1])]
    labels = label_map(runs, parity, WORDS, where, title="Parity", single="number")
    assert isinstance(labels.data, da.Array) == lazy
    values = np.asarray(labels.data)
    assert values.ravel().tolist() == [0, 1, 0, 0, 1, 0]
    assert values.shape == where.navigation_shape
    assert labels.axes_manager.navigation_axes[0].units == stack.axes_manager.navigation_axes[0].units
    assert labels.metadata.emwidgets.labels == list(WORDS)


def test_the_map_of_a_single_image_is_one_value_on_an_axis_with_a_name(image):
    labels = label_map([Run(0, 1, 0)], lambda found, first: np.ones(1, np.uint8), WORDS, calibration(image),
                       title="Parity", single="number")  # fmt: skip
    assert labels.data.tolist() == [1]
    assert labels.axes_manager.navigation_axes[0].name == "number"


def test_a_long_title_is_cut(image):
    image.metadata.General.title = "a" * 200
    assert short_title(calibration(image)) == "a" * 79 + "…"
    image.metadata.General.title = ""
    assert short_title(calibration(image)) == "untitled"
