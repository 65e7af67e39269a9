"""What is known of every pattern of a stack: computed once, kept, and no more than a few numbers each."""

import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets.diffraction.answers import members_of
from emwidgets.diffraction.viewer import scan as scans
from emwidgets.diffraction.viewer.scan import Scan
from emwidgets.models import Network
from emwidgets.signals import calibration


class EnoughError(Exception):
    """Nobody waits any more."""


def scan_of(signal):
    return Scan(signal, calibration(signal, None))


def run(scan, names, checkpoint=lambda stage, fraction: None):
    return sum(1 for _ in scan.run(names, checkpoint))


def test_every_pattern_gets_the_answers_of_each_member(gold_scan):
    scan = scan_of(gold_scan)
    assert not scan.known(["cnn", "fourier"]).any()
    run(scan, ["cnn", "fourier"])
    assert scan.known(["cnn", "fourier"]).all()
    expected = members_of(gold_scan.data.reshape(6, 96, 120), ["cnn", "fourier"])
    found = scan.answers(["cnn", "fourier"])
    for name in ("cnn", "fourier"):
        np.testing.assert_array_equal(found.members[name], expected[name])
    assert set(found.problems) == {4}
    assert np.isnan(found.members["cnn"][4]).all()


@pytest.mark.parametrize("together", [1, 2, 4, 100])
@pytest.mark.parametrize("chunks", [None, (1, 2), (2, 1)])
def test_how_patterns_are_taken_together_changes_nothing(gold_scan, monkeypatch, together, chunks):
    monkeypatch.setattr(scans, "TOGETHER", together)
    signal = gold_scan
    if chunks:
        signal = gold_scan.as_lazy()
        signal.rechunk(nav_chunks=chunks)
    scan = scan_of(signal)
    run(scan, ["densenet"])
    expected = members_of(gold_scan.data.reshape(6, 96, 120), ["densenet"])["densenet"]
    np.testing.assert_array_equal(scan.answers(["densenet"]).members["densenet"], expected)
    np.testing.assert_allclose(scan.means, np.nanmean(gold_scan.data, axis=(2, 3)).ravel(), rtol=1e-5)


def test_nobody_is_asked_twice(gold_scan, monkeypatch):
    asked, original = [], Network.run

    def counted(self, images):
        asked.append((self.card.name, len(images)))
        return original(self, images)

    monkeypatch.setattr(Network, "run", counted)
    scan = scan_of(gold_scan)
    run(scan, ["cnn"])
    run(scan, ["cnn", "densenet"])
    assert run(scan, ["cnn", "densenet"]) == 0
    assert sum(n for name, n in asked if name == "cnn") == sum(n for name, n in asked if name == "densenet") == 5


def test_what_was_known_before_it_was_stopped_is_kept(gold_scan, monkeypatch):
    monkeypatch.setattr(scans, "TOGETHER", 1)
    scan = scan_of(gold_scan)
    told = []

    def checkpoint(stage, fraction):
        told.append((stage, fraction))
        if scan.known(["cnn"]).sum() == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        run(scan, ["cnn"], checkpoint)
    assert scan.known(["cnn"]).tolist() == [True] * 3 + [False] * 3
    assert np.isnan(scan.answers(["cnn"]).members["cnn"][3:]).all()
    assert told[-1] == ("Scanning 3 of 6", 0.5)
    assert run(scan, ["cnn"]) == 3


def test_large_numbers_are_grouped_in_what_is_told():
    signal = hs.signals.Signal2D(np.random.default_rng(0).random((1200, 16, 16), np.float32))
    told = []
    scan = scan_of(signal)
    for _ in scan.run(["cnn"], lambda stage, fraction: told.append(stage)):
        break
    assert told[0] == "Scanning 0 of 1\u202f200"


def test_an_answer_from_elsewhere_is_taken_down(gold_scan):
    scan = scan_of(gold_scan.inav[0, 0])
    scan.put(0, "cnn", np.array([0.5, 0.25, 0.25]), None)
    scan.put(0, "hough", np.full(3, np.nan), "there is no ring anywhere")
    assert run(scan, ["cnn", "hough"]) == 0
    assert scan.answers(["cnn"]).problems == {}
    assert scan.answers(["cnn", "hough"]).problems == {0: "there is no ring anywhere"}


def test_a_few_numbers_are_kept_of_a_pattern(gold_scan):
    signal = hs.signals.Signal2D(np.random.default_rng(0).random((500, 16, 16), np.float32))
    scan = scan_of(signal)
    run(scan, ["cnn"])
    kept = [scan.means, *scan._rows.values(), *scan._done.values()]
    assert sum(each.nbytes for each in kept) <= 500 * (4 + 3 * 8 + 1)
