"""Lazy signals and large ones: nothing is read too early, nothing twice, and never much at once."""

import tracemalloc

import dask.array as da
import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets import particles


@pytest.mark.parametrize("chunks", [(1, 2, 40, 48), (2, 3, 16, 48), (2, 1, 40, 7)])
def test_a_lazy_stack_stays_lazy_and_gives_the_same(scan, disc_reader, chunks):
    expected = particles.classify(scan, method="fit")
    scan.data = da.from_array(scan.data, chunks=chunks)
    found = particles.classify(scan.as_lazy(), method="fit")
    assert found.to_signal()._lazy
    assert "not computed yet" in repr(found)
    np.testing.assert_array_equal(found.labels, expected.labels)
    np.testing.assert_allclose(found.probabilities, expected.probabilities)
    np.testing.assert_array_equal(found.why, expected.why)
    assert found.problems == expected.problems
    assert list(found.fitted) == list(expected.fitted)
    np.testing.assert_array_equal(found.to_signal().data.compute(), expected.to_signal().data)


def test_lazy_views_of_one_particle_give_the_same(views, disc_reader):
    expected = particles.classify(views, "handedness", views=True, tilts=[0, 10, 20, 30])
    disc_reader.calls.clear()
    views.data = da.from_array(views.data, chunks=(1, 20, 48))
    found = particles.classify(views.as_lazy(), "handedness", views=True, tilts=[0, 10, 20, 30])
    assert disc_reader.calls == []
    assert found.to_signal()._lazy
    np.testing.assert_array_equal(found.probabilities, expected.probabilities)
    assert found.problems == expected.problems
    assert len(disc_reader.calls) == 1


@pytest.mark.parametrize("together", [False, True])
def test_nothing_of_a_lazy_stack_is_read_before_it_is_asked_for(together):
    def explode(block):
        raise AssertionError("read")

    data = da.zeros((4, 32, 32), chunks=(2, 32, 32)).map_blocks(explode, dtype=float, meta=np.empty((0, 0, 0)))
    found = particles.classify(hs.signals.Signal2D(data).as_lazy(), views=together)
    assert found.to_signal()._lazy
    assert found.provenance.digest is None
    assert "4 views" in found._repr_html_() if together else "4 particles" in found._repr_html_()
    with pytest.raises(AssertionError, match="read"):
        found.labels  # noqa: B018


def test_the_numbers_of_a_lazy_stack_come_from_one_computation(scan, disc_reader):
    found = particles.classify(scan.as_lazy())
    for name in ("labels", "probabilities", "other", "uncertain", "why", "problems", "fitted"):
        getattr(found, name)
    found.to_dataframe()
    assert len(disc_reader.calls) == 5


def test_the_answers_of_a_lazy_stack_can_travel_to_a_cluster(scan, disc_reader):
    import cloudpickle

    flat = particles.classify(scan.as_lazy()).to_signal().data
    arrived = cloudpickle.loads(cloudpickle.dumps(flat))
    np.testing.assert_array_equal(arrived.compute(), particles.classify(scan).to_signal().data)


def test_a_stack_that_is_mapped_from_a_file_is_read_in_batches(tmp_path, disc_reader, disc, monkeypatch):
    monkeypatch.setattr("emwidgets.signals.origin._PIECE", 2**18)  # the digest reads 64 MB at once, more than is here
    n = 1000
    frames = np.lib.format.open_memmap(tmp_path / "scan.npy", "w+", np.float32, (n, 40, 48))
    frames[:], frames[::3] = disc(2), disc(5)
    signal = hs.signals.Signal2D(np.load(tmp_path / "scan.npy", mmap_mode="r"))
    particles.classify(signal.inav[:2])  # imports are not what is measured
    tracemalloc.start()
    found = particles.classify(signal)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < frames.nbytes / 3
    assert (found.labels == np.where(np.arange(n) % 3, "2", "5")).all()


def test_memory_does_not_grow_with_a_lazy_stack(disc, disc_reader, monkeypatch):
    monkeypatch.setattr("emwidgets.signals.mapping.SMALLEST_CHUNK", 2**18)  # smaller chunks are joined to larger ones
    peaks, image = [], disc(3)
    for n in (256, 1024):
        data = da.map_blocks(
            lambda: np.tile(image, (64, 1, 1)),
            chunks=((64,) * (n // 64), 40, 48),
            dtype=np.float32,
            meta=np.empty((0, 0, 0), np.float32),
        )
        found = particles.classify(hs.signals.Signal2D(data).as_lazy()).to_signal()
        tracemalloc.start()
        assert (found.data.compute(num_workers=2) == 3).all()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]
