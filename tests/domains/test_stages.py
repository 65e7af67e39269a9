"""Stages: what is recomputed, what is kept, and that it makes no difference."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emwidgets.domains.parameters import Parameters
from emwidgets.domains.simulate import simulate_array
from emwidgets.domains.stages import FrameStages

SCALE = (0.026, 0.026)
ALL = ["spectrum", "search", "peaks", "mixture", "filtering", "amplitude", "regions", "clustering", "domains"]


class CancelledError(Exception):
    """What the user's cancelling raises."""


@pytest.fixture(scope="module")
def image():
    """Three grains of two phases, so that a threshold, a range or a click changes something."""
    return simulate_array(
        (320, 288), coverage=0.5, grain_radius=(1.2, 2.0), phases={"a": (0.235,), "b": (0.3,)}, seed=5
    )[0]


@pytest.fixture
def stages(image):
    """The image after a first run with the default parameters."""
    made = FrameStages(image, SCALE)
    made.run(Parameters())
    return made


def told(stages, parameters):
    """Names of the stages that a run computes, in order."""
    names = []
    stages.run(parameters, lambda stage, fraction: names.append(stage))
    return list(dict.fromkeys(names))


def assert_same(a, b):
    pd.testing.assert_frame_equal(a.peaks, b.peaks)
    pd.testing.assert_frame_equal(a.domains, b.domains)
    np.testing.assert_array_equal(a.labels, b.labels)
    np.testing.assert_array_equal(a.runs, b.runs)
    assert (a.paint, a.parameters, a.message) == (b.paint, b.parameters, b.message)
    assert (a.d_spacings, a.crystalline_area, a.crystalline_fraction) == (
        b.d_spacings,
        b.crystalline_area,
        b.crystalline_fraction,
    )
    assert a.filtered.keys() == b.filtered.keys()
    for family, amplitude in a.filtered.items():
        np.testing.assert_array_equal(amplitude, b.filtered[family])
    assert (a.mixture is None) == (b.mixture is None)
    if a.mixture:
        np.testing.assert_array_equal(a.mixture.means, b.mixture.means)


def test_the_first_run_goes_through_every_stage(image):
    assert told(FrameStages(image, SCALE), Parameters()) == ALL


def test_the_same_parameters_again_compute_nothing_and_give_the_same(stages):
    assert told(stages, Parameters()) == []
    assert stages.run(Parameters()) is stages.run(Parameters())


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"min_area": 2.0}, "domains"),
        ({"min_samples": 7}, "clustering"),
        ({"eps": 0.1}, "clustering"),
        ({"amplitude": 0.4}, "amplitude"),
        ({"aperture": 0.4}, "filtering"),
        ({"exclude": "strongest"}, "filtering"),
        ({"d_range": (0.28, 0.35)}, "peaks"),  # within the usual range: what was searched is still good
        ({"d_range": (0.1, 3.0)}, "search"),
    ],
)
def test_a_change_recomputes_what_follows_it_and_nothing_else(stages, change, first):
    if change == {"exclude": "strongest"}:
        change = {"exclude": [tuple(stages.run(Parameters()).peaks.loc[0, ["kx", "ky"]])]}
    names = told(stages, Parameters(**change))
    assert names[0] == first
    assert set(names) <= set(ALL[ALL.index(first) :])
    assert names[-1] == "domains"


def test_the_threshold_judges_the_peaks_anew_and_never_searches(stages):
    names = told(stages, Parameters(threshold=0.999999999))
    assert not {"spectrum", "search", "peaks"} & set(names)
    assert names[-1] == "domains"


def test_the_checkpoint_hears_of_every_fraction_from_0_to_1(image):
    heard = []
    FrameStages(image, SCALE).run(Parameters(), lambda stage, fraction: heard.append((stage, fraction)))
    assert all(0 <= fraction < 1 for _, fraction in heard)
    search = [fraction for stage, fraction in heard if stage == "search"]
    assert len(search) > 5
    assert search == sorted(search)


def test_cancelling_at_any_moment_loses_nothing(image):
    fresh = FrameStages(image, SCALE).run(Parameters(min_area=3.0))
    moments = []
    FrameStages(image, SCALE).run(Parameters(min_area=3.0), lambda *moment: moments.append(moment))
    assert len(moments) > len(ALL)
    for last in range(0, len(moments), 3):
        stages, left = FrameStages(image, SCALE), iter(range(last))

        def tell(stage, fraction, left=left):
            if next(left, None) is None:
                raise CancelledError

        with pytest.raises(CancelledError):
            stages.run(Parameters(min_area=3.0), tell)
        assert_same(stages.run(Parameters(min_area=3.0)), fresh)


def test_what_was_computed_before_cancelling_is_not_computed_again(image):
    stages = FrameStages(image, SCALE)

    def until_peaks(stage, fraction):
        if stage == "peaks":
            raise CancelledError

    with pytest.raises(CancelledError):
        stages.run(Parameters(), until_peaks)
    assert told(stages, Parameters()) == ALL[ALL.index("peaks") :]


steps = st.fixed_dictionaries(
    {},
    optional={
        "threshold": st.sampled_from([0.0, 0.3, 1.0]),
        "d_range": st.sampled_from([(0.2, 0.26), (0.28, 0.4), (0.01, 0.02), (0.2, 2.0)]),
        "aperture": st.sampled_from([0.3, 0.6]),
        "amplitude": st.sampled_from([0.35, 0.65]),
        "eps": st.sampled_from([0.05, 0.2, 0.5]),
        "min_samples": st.sampled_from([1, 12]),
        "min_area": st.sampled_from([0.0, 4.0]),
        "include": st.sampled_from([[(3.0, 1.0)], [(3.0, 1.0), (-1.0, -2.0)], [(1.0, 2.0)]]),
        "exclude": st.sampled_from([[(3.0, 1.0)], [(1.0, 2.0), (0.5, 4.2)]]),
    },
)


@given(st.lists(steps, min_size=2, max_size=4))
@settings(max_examples=12, deadline=None)
def test_a_way_of_changes_ends_where_a_fresh_run_does(image, way):
    stages = FrameStages(image, SCALE)
    for parameters in way:
        found = stages.run(Parameters(**parameters))
    assert_same(found, FrameStages(image, SCALE).run(Parameters(**way[-1])))


def test_results_of_earlier_runs_are_left_as_they_were(stages):
    first = stages.run(Parameters())
    peaks, domains, labels = first.peaks.copy(), first.domains.copy(), first.labels.copy()
    strongest = tuple(first.peaks.loc[0, ["kx", "ky"]])
    stages.run(Parameters(exclude=[strongest], include=[(1.0, 2.0)], threshold=0.9, min_area=9.0))
    pd.testing.assert_frame_equal(first.peaks, peaks)
    pd.testing.assert_frame_equal(first.domains, domains)
    np.testing.assert_array_equal(first.labels, labels)


def test_every_auto_value_is_filled_in_and_put_back_gives_the_same(stages):
    found = stages.run(Parameters())
    assert None not in vars(found.parameters).values()
    again = stages.run(found.parameters)
    pd.testing.assert_frame_equal(found.domains, again.domains)
    assert again.parameters == found.parameters


@pytest.mark.parametrize("mate", [1, -1])
def test_a_reflection_taken_out_by_hand_loses_its_domains_and_keeps_its_row(stages, mate):
    before = stages.run(Parameters())
    kx, ky = before.peaks.loc[0, ["kx", "ky"]]
    after = stages.run(Parameters(exclude=[(mate * kx, mate * ky)]))
    assert len(after.peaks) == len(before.peaks)
    assert after.peaks.loc[0, ["crystalline", "family"]].tolist() == [False, -1]
    assert after.peaks.loc[0, "probability"] == before.peaks.loc[0, "probability"]
    own = before.domains[before.domains["family"] == before.peaks.loc[0, "family"]]
    place = np.isin(before.labels, own["label"])
    assert place.sum() > 2000
    assert np.mean(after.labels[place] > 0) < 0.2


@pytest.mark.parametrize("mate", [1, -1])
def test_a_candidate_that_was_refused_can_be_taken_in(stages, mate):
    refused = Parameters(d_range=(0.28, 0.35))
    before = stages.run(refused)
    out = before.peaks[before.peaks["reason"] == "outside d range"].iloc[0]
    after = stages.run(Parameters(d_range=(0.28, 0.35), include=[(mate * out["kx"], mate * out["ky"])]))
    assert len(after.peaks) == len(before.peaks)
    taken = after.peaks.loc[out.name]
    assert taken["crystalline"]
    assert taken["family"] >= 0
    assert (after.domains["d_spacing"] - out["d_spacing"]).abs().min() < 0.01 * out["d_spacing"]


def test_a_reflection_that_was_not_found_can_be_added(plane_wave, white_noise):
    y, x = np.indices((288, 288))
    weak = 0.26 * plane_wave((288, 288), 3.2, 2.4, scale=SCALE) * (np.hypot(y - 144, x - 144) < 90)
    stages = FrameStages(weak + white_noise((288, 288)), SCALE)
    assert len(stages.run(Parameters(d_range=(0.5, 1.0))).domains) == 0
    found = stages.run(Parameters(include=[(-3.2, -2.4)]))
    assert found.message == ""
    (row,) = found.peaks[found.peaks["crystalline"]].itertuples()
    assert (row.kx, row.ky) == pytest.approx((3.2, 2.4), abs=0.2)
    assert found.domains["d_spacing"].iloc[0] == pytest.approx(0.25, rel=0.02)


def test_an_added_reflection_is_a_row_of_its_own_that_says_so(stages):
    before = stages.run(Parameters())
    found = stages.run(Parameters(include=[(-1.0, 2.0)]))
    assert len(found.peaks) == len(before.peaks) + 1
    added = found.peaks.iloc[-1]
    assert added[["kx", "ky", "reason"]].tolist() == [1.0, -2.0, "added by hand"]
    assert added["d_spacing"] == pytest.approx(1 / np.sqrt(5))
    assert added[["crystalline", "physical"]].tolist() == [True, True]
    assert added["family"] >= 0


@pytest.mark.parametrize("point", [(30.0, 0.0), (0.01, 0.0)])
def test_a_reflection_that_the_image_cannot_carry_is_marked_and_not_used(stages, point):
    found, plain = stages.run(Parameters(include=[point])), stages.run(Parameters())
    added = found.peaks.iloc[-1]
    assert (added["kx"], added["ky"]) == point
    assert "finer or coarser than the image can show" in added["reason"]
    assert not added["crystalline"]
    assert not added["physical"]
    np.testing.assert_array_equal(found.labels, plain.labels)


@pytest.mark.parametrize("seed", range(6))
def test_an_amorphous_image_has_no_domains_and_says_why(analyse, seed):
    found = analyse(simulate_array((288, 288), coverage=0, seed=seed)[0])
    assert len(found.domains) == 0
    assert not found.labels.any()
    assert found.message.startswith("No crystalline component")
    assert (found.crystalline_area, found.crystalline_fraction, found.d_spacings) == (0, 0, ())
    assert not found.peaks["crystalline"].any()


def test_with_all_reflections_taken_out_the_message_says_what_to_do(stages):
    peaks = stages.run(Parameters()).peaks
    points = [tuple(point) for point in peaks.loc[peaks["crystalline"], ["kx", "ky"]].to_numpy()]
    found = stages.run(Parameters(exclude=points))
    assert found.message.startswith("No peak reaches the threshold")
    assert len(found.domains) == 0


def test_a_smallest_area_beyond_all_domains_is_named_as_the_reason(stages):
    found = stages.run(Parameters(min_area=1e4))
    assert found.message == "Reflections are there, but no domain is larger than the smallest area: lower it."
    assert found.peaks["crystalline"].any()


def test_no_domain_is_smaller_than_the_smallest_area(stages):
    areas = stages.run(Parameters(min_area=0.0)).domains["area"].sort_values().to_numpy()
    assert len(areas) > 1
    limit = areas[-2:].mean()
    np.testing.assert_allclose(stages.run(Parameters(min_area=limit)).domains["area"], areas[areas >= limit])


def test_a_higher_threshold_never_finds_more_peaks(stages):
    numbers = [stages.run(Parameters(threshold=t)).peaks["crystalline"].sum() for t in (0, 0.1, 0.5, 0.9, 1)]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[2] > 0


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("threshold", -0.1, "a probability from 0 to 1"),
        ("threshold", 1.1, "a probability from 0 to 1"),
        ("threshold", float("nan"), "a probability from 0 to 1"),
        ("amplitude", 0.0, "a fraction between 0 and 1"),
        ("amplitude", 1.0, "a fraction between 0 and 1"),
        ("d_range", (0.3, 0.2), r"\(smallest, largest\) d-spacing"),
        ("d_range", (0.0, 0.2), r"\(smallest, largest\) d-spacing"),
        ("aperture", 0.0, "a positive number, or None"),
        ("aperture", float("inf"), "a positive number, or None"),
        ("eps", -1.0, "a positive number, or None"),
        ("min_samples", 0, "a whole number of at least 1, or None"),
        ("min_area", -1.0, "an area of at least 0, or None"),
        ("include", [(1.0, 2.0, 3.0)], r"a list of wave vectors \(kx, ky\)"),
        ("exclude", [(0.0, 0.0)], r"a list of wave vectors \(kx, ky\)"),
    ],
)
def test_a_parameter_out_of_its_range_is_refused_by_name(name, value, expected):
    with pytest.raises(ValueError, match=f"^{name} is .*: expected {expected}"):
        Parameters(**{name: value})


def test_wave_vectors_are_kept_as_plain_numbers_whatever_they_came_as():
    parameters = Parameters(include=np.array([[1, 2]]), exclude=[[3, 4]])
    assert parameters.include == ((1.0, 2.0),)
    assert parameters.exclude == ((3.0, 4.0),)
    assert hash(parameters) == hash(Parameters(include=[(1.0, 2.0)], exclude=((3, 4),)))
