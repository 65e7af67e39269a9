"""What `classify` returns: arrays, table, map and summary of one pattern, a stack, a scan."""

import hyperspy.api as hs
import numpy as np
import pandas as pd
import pytest

from emwidgets import diffraction
from emwidgets.diffraction.classification import MAP_VALUES


@pytest.fixture
def found(scan, left_or_right):
    return diffraction.classify(scan, left_or_right(), corrections={1: "ring", 4: "spot"})


@pytest.fixture
def one(scan, left_or_right):
    return diffraction.classify(scan.inav[0, 0], left_or_right())


def test_arrays_have_the_navigation_shape(found):
    for array in (found.labels, found.uncertain, found.neither, found.why, found.corrected):
        assert array.shape == (2, 3)
    assert found.probabilities.shape == found.members["sides"].shape == (2, 3, 2)
    assert found.uncertain.dtype == found.corrected.dtype == bool
    assert found.labels.dtype.kind == "U"


def test_probabilities_are_of_ring_and_spot_and_sum_to_one(found):
    read = np.ones((2, 3), bool)
    read[0, 2] = False
    np.testing.assert_allclose(found.probabilities[read].sum(axis=1), 1)
    assert found.probabilities[0, 0, 0] > 0.9
    assert found.probabilities[0, 1, 1] > 0.9


def test_a_pattern_that_cannot_be_read_has_no_answer_and_does_not_stop_the_others(found):
    assert found.labels[0, 2] == ""
    assert np.isnan(found.probabilities[0, 2]).all()
    assert found.uncertain[0, 2]
    assert found.why[0, 2] == "could not be read"
    assert found.problems == {2: "'frame 2' of 'scan' is constant (all 7): there is no pattern to read"}
    assert (np.delete(found.labels.ravel(), 2) != "").all()


def test_corrections_win_and_leave_the_probabilities(found, scan, left_or_right):
    plain = diffraction.classify(scan, left_or_right())
    assert (plain.labels[0, 1], found.labels[0, 1]) == ("spot", "ring")
    np.testing.assert_array_equal(found.probabilities, plain.probabilities)
    assert found.corrected.ravel().tolist() == [False, True, False, False, True, False]
    assert plain.uncertain[1, 1]
    assert not found.uncertain[1, 1]
    assert not found.uncertain[0, 1]
    assert not plain.corrected.any()


def test_a_pattern_that_cannot_be_read_can_be_labelled_by_hand(scan, left_or_right):
    found = diffraction.classify(scan, left_or_right(), corrections={2: "ring"})
    assert (found.labels[0, 2], bool(found.uncertain[0, 2])) == ("ring", False)
    assert list(found.problems) == [2]
    assert found.to_signal().data[0, 2] == MAP_VALUES.index("ring")


def test_a_single_pattern_has_arrays_without_axes(one):
    assert one.labels.shape == one.uncertain.shape == one.corrected.shape == ()
    assert one.labels == "ring"
    assert one.probabilities.shape == (2,)
    assert one.problems == {}


# table


def test_the_table_has_a_row_for_each_pattern_at_its_calibrated_place(found):
    table = found.to_dataframe()
    assert table["frame"].tolist() == list(range(6))
    assert list(table.columns[:4]) == ["frame", "x", "y", "label"]
    assert table["x"].tolist() == [10.0, 10.5, 11.0] * 2
    assert table["y"].tolist() == [0.0] * 3 + [2.0] * 3
    assert table.attrs["units"] == {"x": "nm", "y": "nm"}
    np.testing.assert_array_equal(table["label"], found.labels.ravel())
    np.testing.assert_array_equal(table["ring"], found.probabilities[..., 0].ravel())
    np.testing.assert_array_equal(table["sides ring"], found.members["sides"][..., 0].ravel())
    np.testing.assert_array_equal(table["uncertain"], found.uncertain.ravel())
    assert table["corrected"].sum() == 2
    assert "constant" in table["problem"][2]


def test_the_probability_in_the_table_is_that_of_the_label(found):
    table = found.to_dataframe()
    for row in table.dropna(subset="probability").itertuples():
        assert row.probability == getattr(row, row.label)


def test_the_table_of_one_pattern_has_one_row(one):
    table = one.to_dataframe()
    assert len(table) == 1
    assert list(table.columns[:2]) == ["frame", "label"]


def test_axes_without_a_name_or_with_one_that_is_taken_have_columns_of_their_own(scan, left_or_right):
    x, y = scan.axes_manager.navigation_axes
    x.name, y.name = "label", ""
    table = diffraction.classify(scan, left_or_right()).to_dataframe()
    assert list(table.columns[:4]) == ["frame", "label'", "axis 1", "label"]
    assert table["label'"].tolist() == [10.0, 10.5, 11.0] * 2


def test_an_axis_that_is_not_uniform_has_its_own_values(sided, left_or_right):
    axes = [
        {"axis": [0.0, 1.0, 5.0], "navigate": True, "name": "time", "units": "s"},
        {"size": 40, "navigate": False},
        {"size": 48, "navigate": False},
    ]
    signal = hs.signals.Signal2D(np.stack([sided("ring")] * 3), axes=axes)
    found = diffraction.classify(signal, left_or_right())
    assert found.to_dataframe()["time"].tolist() == [0.0, 1.0, 5.0]
    assert found.to_signal().axes_manager[0].axis.tolist() == [0.0, 1.0, 5.0]


def test_the_table_survives_csv(found, tmp_path):
    found.to_dataframe().to_csv(tmp_path / "labels.csv", index=False)
    read = pd.read_csv(tmp_path / "labels.csv", keep_default_na=False)
    assert read["label"].tolist() == found.labels.ravel().tolist()


# map


def test_the_map_lies_on_the_navigation_axes(found):
    labels = found.to_signal()
    assert labels.data.tolist() == [[0, 0, 3], [1, 1, 0]]
    assert labels.axes_manager.signal_dimension == 0
    x, y = labels.axes_manager.navigation_axes
    assert (x.name, x.scale, x.offset, x.units, y.scale) == ("x", 0.5, 10.0, "nm", 2.0)
    assert labels.metadata.General.title == "Ring or spot in scan"
    assert labels.metadata.emwidgets.labels == list(MAP_VALUES)
    assert labels.metadata.emwidgets.function == "emwidgets.diffraction.classify"


def test_the_map_shows_what_is_uncertain(scan, left_or_right):
    labels = diffraction.classify(scan, left_or_right()).to_signal()
    assert [MAP_VALUES[value] for value in labels.data.ravel()] == [
        "ring", "spot", "unreadable", "spot", "uncertain", "ring",
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["hspy", "zspy"])
def test_the_map_survives_a_file(found, tmp_path, ending):
    labels = found.to_signal()
    labels.save(tmp_path / f"labels.{ending}")
    loaded = hs.load(tmp_path / f"labels.{ending}")
    np.testing.assert_array_equal(loaded.data, labels.data)
    assert str(loaded.axes_manager) == str(labels.axes_manager)
    assert loaded.metadata.emwidgets.digest == found.provenance.digest
    assert list(loaded.metadata.emwidgets.labels) == list(MAP_VALUES)


def test_the_map_of_one_pattern_is_one_value(one):
    assert one.to_signal().data.tolist() == [0]


# summary


def test_the_summary_of_a_scan_counts(found):
    html = found._repr_html_()
    assert "6 patterns, 3 ring, 2 spot, 1 unreadable" in html


def test_the_summary_of_one_pattern_names_label_probability_and_doubt(one, scan, left_or_right):
    assert f"ring ({one.probabilities[0]:.1%})" in one._repr_html_()
    assert repr(one).endswith(f"ring ({one.probabilities[0]:.1%})>")
    assert len(repr(found)) < 300
    faint = diffraction.classify(scan.inav[1, 1], left_or_right())
    assert "uncertain: probability below" in faint._repr_html_()
    blank = diffraction.classify(scan.inav[2, 0], left_or_right())
    assert "constant" in blank._repr_html_()
    corrected = diffraction.classify(scan.inav[1, 1], left_or_right(), corrections={0: "spot"})
    assert "spot, corrected by hand" in corrected._repr_html_()


@pytest.mark.parametrize("position", [(0, 0), (2, 0)])
def test_a_title_is_never_html(scan, left_or_right, position):
    scan.metadata.General.title = "<script>alert(1)</script>"
    html = diffraction.classify(scan.inav[position], left_or_right())._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
