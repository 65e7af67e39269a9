"""Rules, networks and one's own network, asked in one way; patterns that cannot be read."""

from types import SimpleNamespace

import numpy as np
import pytest

from emwidgets.diffraction.answers import METHODS, NETWORKS, RULES, answers, gathered, members_of


@pytest.fixture
def frames(rng):
    return rng.poisson(20, (5, 48, 64)).astype(np.uint16)


def test_each_member_gives_probabilities_of_three_classes(frames, left_or_right):
    found = members_of(frames, [*NETWORKS, left_or_right()])
    assert list(found) == [*NETWORKS, "sides"]
    for rows in found.values():
        assert rows.shape == (5, 3)
        np.testing.assert_allclose(rows.sum(axis=1), 1)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_knows_ring_and_spot_alone(name, ring_frame, spot_frame):
    ring, spot = (members_of(one.image[None], [name])[name][0] for one in (ring_frame, spot_frame))
    assert ring.sum() == pytest.approx(1)
    assert ring[2] == spot[2] == 0
    assert ring[0] > spot[0]


def test_an_answer_does_not_depend_on_the_company(frames):
    together = members_of(frames, ["cnn"])["cnn"]
    alone = [members_of(one[None], ["cnn"])["cnn"][0] for one in frames]
    np.testing.assert_allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32, np.float64, ">u2"])
def test_the_type_of_the_pixels_does_not_count(frames, left_or_right, dtype):
    expected = members_of(frames, [left_or_right()])["sides"]
    np.testing.assert_array_equal(members_of(frames.astype(dtype), [left_or_right()])["sides"], expected)


def test_the_temperature_calms_a_network(frames, left_or_right):
    hot, cold = (members_of(frames, [left_or_right(temperature=t)])["sides"] for t in (10.0, 1.0))
    assert (hot.max(axis=1) < cold.max(axis=1)).all()
    np.testing.assert_array_equal(hot.argmax(axis=1), cold.argmax(axis=1))


def test_classes_are_found_by_their_names(frames, left_or_right):
    usual = members_of(frames, [left_or_right()])["sides"]
    turned = members_of(frames, [left_or_right(classes=("neither", "spot", "ring"))])["sides"]
    np.testing.assert_allclose(turned, usual)
    two = members_of(frames, [left_or_right(classes=("ring", "spot"))])["sides"]
    assert (two[:, 2] == 0).all()
    np.testing.assert_allclose(two.sum(axis=1), 1)


def test_a_network_of_other_classes_is_refused(frames, left_or_right):
    with pytest.raises(ValueError, match=r"has the classes \('cat', 'spot'\): expected ring, spot, neither"):
        members_of(frames, [left_or_right(classes=("cat", "spot"))])


def test_patterns_that_cannot_be_read_do_not_stop_the_others(frames, left_or_right):
    expected = members_of(frames, [left_or_right()])["sides"]
    mixed = frames.astype(float)
    mixed[0], mixed[2], mixed[4] = 0, np.nan, 65535
    found = answers(mixed, [left_or_right()], first=10, name_of="pattern {}".format)
    assert found.problems.keys() == {10, 12, 14}
    assert found.problems[10].startswith("pattern 10 is constant (all 0)")
    assert "pattern 12 has no finite pixel" in found.problems[12]
    assert "pattern 14 is constant (all 65535)" in found.problems[14]
    assert np.isnan(found.members["sides"][[0, 2, 4]]).all()
    np.testing.assert_array_equal(found.members["sides"][[1, 3]], expected[[1, 3]])


def test_nothing_but_unreadable_patterns_is_no_error(left_or_right):
    found = answers(np.zeros((3, 32, 32)), ["cnn", "fourier", left_or_right()])
    assert len(found.problems) == 3
    assert all(np.isnan(rows).all() for rows in found.members.values())


def test_a_pattern_that_is_too_odd_for_a_rule_is_a_problem_and_not_an_error(frames, monkeypatch):
    from emwidgets.diffraction import rules

    def picky(frame):
        if frame[0, 0] > 1000:
            raise ValueError("no centre")
        return SimpleNamespace(probability=0.25)

    monkeypatch.setitem(rules.RULES, "hough", picky)
    frames[3, 0, 0] = 5000
    found = answers(frames, ["hough"])
    assert found.problems == {3: "frame 3: hough found nothing to go by (no centre)"}
    assert found.members["hough"][[0, 1, 2, 4]].tolist() == [[0.25, 0.75, 0.0]] * 4


def test_masked_and_missing_pixels_are_not_seen(frames, left_or_right):
    masked = np.ma.masked_array(frames.astype(float), np.zeros(frames.shape, bool))
    masked[1, 10, 10] = 1e9
    holes = masked.data.copy()
    holes[1, 10, 10] = np.nan
    masked.mask[1, 10, 10] = True
    one, other = (members_of(each, [left_or_right()])["sides"] for each in (masked, holes))
    np.testing.assert_array_equal(one, other)


def test_work_ends_where_the_checkpoint_raises(frames):
    calls = []

    def checkpoint():
        calls.append(1)
        if len(calls) == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        members_of(frames, NETWORKS, checkpoint)


def test_answers_for_runs_of_patterns_are_gathered_in_order(frames, left_or_right):
    frames[4] = 7
    whole = answers(frames, [left_or_right()])
    parts = gathered(answers(frames[n : n + 2], [left_or_right()], first=n) for n in (0, 2, 4))
    np.testing.assert_array_equal(parts.members["sides"], whole.members["sides"])
    assert parts.problems == whole.problems


def test_the_methods_are_those_that_the_documentation_names():
    assert METHODS == ("ensemble", "hough", "ransac", "fourier", "cnn", "googlenet", "densenet")
