"""Small pictures of patterns."""

import threading

import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets.diffraction.viewer import thumbnails
from emwidgets.diffraction.viewer.thumbnails import SIZE, Thumbnails, small
from emwidgets.frontend.wire import array_from_payload
from emwidgets.signals import calibration


def of(signal):
    return Thumbnails(signal, calibration(signal, None))


def pictures(payload):
    return array_from_payload(payload["pixels"])


def quiet(stage, fraction):
    """Nobody asks how far it is."""


def test_they_come_in_the_order_asked_for(gold_scan):
    made = of(gold_scan)
    payload = made.payload([3, 0, 5], quiet)
    assert payload["indices"] == [3, 0, 5]
    for number, picture in zip([3, 0, 5], pictures(payload), strict=True):
        np.testing.assert_array_equal(picture, pictures(made.payload([number], quiet))[0])
    assert of(gold_scan).payload([], quiet)["pixels"]["shape"] == [0, SIZE, SIZE]


def test_faint_patterns_are_as_bright_as_strong_ones(gold_scan):
    frame = gold_scan.data[0, 1]
    np.testing.assert_allclose(small(frame).astype(int), small(1024 * frame).astype(int), atol=1)
    assert small(frame).max() > 200


def test_a_pattern_that_is_no_square_is_filled_up():
    frame = np.random.default_rng(0).random((64, 32)).astype(np.float32) + 5
    picture = small(frame)
    assert picture.shape == (SIZE, SIZE)
    assert np.ptp(picture[:, 2:14].astype(int), axis=None) == 0
    assert np.ptp(picture[:, 20:44].astype(int), axis=None) > 100


def test_where_there_is_nothing_it_is_black(gold_scan):
    assert not pictures(of(gold_scan).payload([4], quiet)).any()


def test_none_is_made_twice_unless_long_forgotten(monkeypatch):
    signal = hs.signals.Signal2D(np.random.default_rng(0).random((20, 32, 32)))
    made, original = [], thumbnails.small
    monkeypatch.setattr(thumbnails, "small", lambda frame: made.append(1) or original(frame))
    monkeypatch.setattr(thumbnails, "KEPT", 8)
    kept = of(signal)
    kept.payload(range(6), quiet)
    kept.payload(range(4, 8), quiet)
    assert len(made) == 8
    kept.payload(range(8, 12), quiet)  # the oldest go
    kept.payload([11, 6], quiet)
    assert len(made) == 12
    kept.payload([0], quiet)
    assert len(made) == 13
    kept.payload(range(20), quiet)  # more than are kept
    assert len(kept._made) == 20


def test_who_does_not_want_them_any_more_stops_it():
    signal = hs.signals.Signal2D(np.random.default_rng(0).random((20, 32, 32)))

    def enough(stage, fraction):
        if fraction >= 0.5:
            raise InterruptedError

    kept = of(signal)
    with pytest.raises(InterruptedError):
        kept.payload(range(20), enough)
    assert len(kept._made) == 10


def test_two_threads_may_ask_at_once():
    signal = hs.signals.Signal2D(np.random.default_rng(0).random((60, 32, 32)))
    kept, found = of(signal), {}

    def ask(first):
        found[first] = pictures(kept.payload(range(first, first + 40), quiet))

    threads = [threading.Thread(target=ask, args=(first,)) for first in (0, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal(found[0][20:], found[20][:20])
