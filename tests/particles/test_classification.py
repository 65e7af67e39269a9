"""What `classify` returns: arrays, table, map and summary of one particle, a stack, a scan."""

import dataclasses

import hyperspy.api as hs
import numpy as np
import pandas as pd
import pytest

from emwidgets import particles
from emwidgets.particles.classification import BESIDE, QUESTIONS
from emwidgets.particles.identifiable import ONE_VIEW
from emwidgets.particles.tasks import TASKS


@pytest.fixture
def found(scan, disc_reader):
    return particles.classify(scan, method="fit")


@pytest.fixture
def one(scan, disc_reader):
    return particles.classify(scan.inav[1, 0], method="network")


@pytest.fixture
def together(views, disc_reader):
    return particles.classify(views, views=True, method="fit")


def test_arrays_have_the_navigation_shape(found):
    for array in (found.labels, found.uncertain, found.other, found.why):
        assert array.shape == (2, 3)
    assert found.probabilities.shape == (2, 3, 9)
    assert found.uncertain.dtype == bool
    assert found.labels.dtype.kind == found.why.dtype.kind == "U"


def test_probabilities_are_in_the_order_of_the_classes_and_sum_to_one(found):
    read = found.labels != ""
    np.testing.assert_allclose(found.probabilities[read].sum(axis=1), 1)
    np.testing.assert_array_equal(found.labels[read], np.array(found.classes)[found.probabilities[read].argmax(axis=1)])
    assert found.classes == TASKS["count"]


def test_doubt_is_said_with_its_reason(found):
    assert found.why.tolist() == [
        ["", "", "could not be read"],
        ["", "probability below 0.80", "unlike anything learnt"],
    ]
    np.testing.assert_array_equal(found.uncertain, found.why != "")
    assert found.other[1, 2] == 0.9


def test_a_particle_that_touches_the_border_is_uncertain(disc, disc_reader):
    found = particles.classify(hs.signals.Signal2D(disc(1, centre=(18, 4))))
    assert found.why == "touches the border"
    assert found.labels == "1"


def test_what_certainty_counts_is_asked_for(scan, disc_reader):
    assert not particles.classify(scan, certainty=0.3).uncertain[1, 1]
    assert particles.classify(scan, certainty=1).uncertain.all()


def test_a_single_image_has_arrays_without_axes(one):
    assert one.labels.shape == one.uncertain.shape == one.other.shape == ()
    assert one.labels == "1"
    assert one.probabilities.shape == (9,)
    assert one.problems == {}
    assert one.fitted == {}


def test_solids_are_there_for_what_could_be_read_where_one_was_fitted(found, together):
    assert list(found.fitted) == [0, 1, 3, 4, 5]
    assert list(together.fitted) == [0]
    assert found.fitted[0].axes.shape == (3, 3)


def test_a_classification_cannot_be_changed(found):
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.task = "shape"


# table


def test_the_table_has_a_row_for_each_particle_at_its_calibrated_place(found):
    table = found.to_dataframe()
    assert table["frame"].tolist() == list(range(6))
    assert list(table.columns[:5]) == ["frame", "x", "y", "label", "probability"]
    assert table["x"].tolist() == [10.0, 10.5, 11.0] * 2
    assert table["y"].tolist() == [0.0] * 3 + [2.0] * 3
    np.testing.assert_array_equal(table["label"], found.labels.ravel())
    for number, name in enumerate(found.classes):
        np.testing.assert_array_equal(table[f"count {name}"], found.probabilities[..., number].ravel())
    np.testing.assert_array_equal(table["uncertain"], found.uncertain.ravel())
    np.testing.assert_array_equal(table["why"], found.why.ravel())
    assert "constant" in table["problem"][2]
    assert (table["problem"].drop(2) == "").all()


def test_the_probability_in_the_table_is_that_of_the_label(found):
    for _, row in found.to_dataframe().dropna(subset="probability").iterrows():
        assert row["probability"] == row[f"count {row['label']}"]


def test_fitted_cuboids_are_in_the_table_in_the_unit_of_the_signal(found, scan, disc_reader):
    table = found.to_dataframe()
    np.testing.assert_allclose(table[["a", "b", "c"]].iloc[0], [2.0, 2.5, 3.0])
    assert table["misfit"].isna().tolist() == [False, False, True, False, False, False]
    assert table["cut 7"][0] == 0
    assert table.attrs["units"] == {"x": "nm", "y": "nm", "a": "nm", "b": "nm", "c": "nm"}
    scan.axes_manager.signal_axes.set(units="", scale=1)
    table = particles.classify(scan, method="fit").to_dataframe()
    assert table.attrs["units"]["a"] == "px"
    np.testing.assert_allclose(table["a"][0], 8)


def test_a_table_without_fitted_cuboids_has_no_columns_for_them(one):
    assert "misfit" not in one.to_dataframe()


def test_the_table_of_views_has_one_row_and_all_problems(together):
    table = together.to_dataframe()
    assert len(table) == 1
    assert list(table.columns[:2]) == ["frame", "label"]
    assert "'frame 2' of 'tilts' is constant" in table["problem"][0]
    assert table["label"][0] == "2"


def test_axes_with_a_name_that_is_taken_have_columns_of_their_own(scan, disc_reader):
    x, y = scan.axes_manager.navigation_axes
    x.name, y.name = "label", "count 3"
    table = particles.classify(scan).to_dataframe()
    assert list(table.columns[:4]) == ["frame", "label'", "count 3'", "label"]


def test_the_table_survives_csv(found, tmp_path):
    found.to_dataframe().to_csv(tmp_path / "labels.csv", index=False)
    read = pd.read_csv(tmp_path / "labels.csv", keep_default_na=False, dtype={"label": str})
    assert read["label"].tolist() == found.labels.ravel().tolist()


# map


def test_the_map_lies_on_the_navigation_axes(found):
    labels = found.to_signal()
    assert labels.data.tolist() == [[0, 1, 10], [3, 9, 9]]
    assert labels.axes_manager.signal_dimension == 0
    x, y = labels.axes_manager.navigation_axes
    assert (x.name, x.scale, x.offset, x.units, y.scale) == ("x", 0.5, 10.0, "nm", 2.0)
    assert labels.metadata.General.title == "Cut corners in scan"
    assert labels.metadata.emwidgets.labels == [*TASKS["count"], *BESIDE]
    assert labels.metadata.emwidgets.function == "emwidgets.particles.classify"


@pytest.mark.parametrize("ending", ["hspy", "zspy"])
def test_the_map_survives_a_file(found, tmp_path, ending):
    labels = found.to_signal()
    labels.save(tmp_path / f"labels.{ending}")
    loaded = hs.load(tmp_path / f"labels.{ending}")
    np.testing.assert_array_equal(loaded.data, labels.data)
    assert str(loaded.axes_manager) == str(labels.axes_manager)
    made = loaded.metadata.emwidgets
    assert made.digest == found.provenance.digest
    assert made.parameters.as_dictionary() == found.provenance.parameters
    assert made.models.as_dictionary() == found.provenance.models
    words = np.array(list(made.labels))
    expected = np.select([found.labels == "", found.uncertain], ["unreadable", "uncertain"], found.labels)
    np.testing.assert_array_equal(words[loaded.data], expected)


def test_the_map_of_views_with_tilts_survives_a_file(views, tmp_path, disc_reader):
    tilts = particles.tilts([0, 10, 20, 30])
    found = particles.classify(views, "count", views=True, tilts=tilts)
    found.to_signal().save(tmp_path / "label.hspy")
    loaded = hs.load(tmp_path / "label.hspy")
    assert loaded.data.tolist() == [2]
    np.testing.assert_allclose(loaded.metadata.emwidgets.parameters.tilts, tilts.as_quat())


def test_the_map_of_one_particle_is_one_value(one, together):
    assert one.to_signal().data.tolist() == [1]
    assert together.to_signal().data.tolist() == [2]


# summary


def test_the_summary_of_a_scan_counts(found):
    assert "6 particles: 1 × 0, 1 × 1, 1 × 3, 2 × uncertain, 1 × unreadable" in found._repr_html_()
    assert len(repr(found)) < 300


def test_the_summary_of_one_particle_names_label_probability_and_doubt(one, scan, disc_reader):
    assert f"1 ({one.probabilities.max():.1%})" in one._repr_html_()
    assert "Cut corners in" in one._repr_html_()
    faint = particles.classify(scan.inav[1, 1])
    assert "uncertain: probability below" in faint._repr_html_()
    blank = particles.classify(scan.inav[2, 0])
    assert "constant" in blank._repr_html_()


def test_the_summary_of_views_says_how_many_there_were(together):
    assert "from 4 views, 1 of them unreadable" in together._repr_html_()


def test_the_summary_does_not_name_a_hand_that_cannot_be_told(scan, disc_reader):
    html = particles.classify(scan.inav[0, 0], "handedness")._repr_html_()
    assert f"{ONE_VIEW} (left 50%, right 50%)" in html


def test_a_lazy_one_is_not_computed_for_its_summary(scan, disc_reader):
    assert "6 particles, not computed yet" in particles.classify(scan.as_lazy())._repr_html_()
    assert disc_reader.calls == []


@pytest.mark.parametrize("position", [(0, 0), (2, 0)])
def test_a_title_is_never_html(scan, disc_reader, position):
    scan.metadata.General.title = "<script>alert(1)</script>"
    html = particles.classify(scan.inav[position])._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_every_task_says_what_it_asks():
    assert set(QUESTIONS) == set(TASKS)
