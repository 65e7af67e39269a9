"""The image that is looked at: alone, in memory, as the signal has it; and its truth."""

import numpy as np
import pytest

from emwidgets import signals
from emwidgets.frontend.wire import values_of
from emwidgets.refocusing.comparer.blur import Blur
from emwidgets.refocusing.comparer.scene import indices, looked_at, one_of, sendable


def quietly(stage, fraction):
    pass


@pytest.mark.parametrize("lazy", [False, True])
def test_an_image_of_a_stack_is_taken_alone(grains, as_image, lazy):
    stack = np.stack([grains(seed=seed) for seed in range(6)]).reshape(2, 3, 72, 97)
    signal = as_image(stack)
    signal = signal.as_lazy() if lazy else signal
    where = signals.calibration(signal)
    for number in range(6):
        alone, own = one_of(signal, where, number)
        np.testing.assert_array_equal(alone.data, stack.reshape(6, 72, 97)[number])
        assert alone.axes_manager.navigation_shape == own.navigation_shape == ()
        assert not alone._lazy
        np.testing.assert_array_equal(signal.inav[indices(where, number)].data, alone.data)
    assert signal._lazy is lazy


def test_only_the_image_that_is_asked_for_is_read(grains):
    import dask.array as da
    from hyperspy.signals import Signal2D

    read = []

    def block(block_info=None):
        read.append(block_info[None]["chunk-location"][0])
        return grains()[None]

    stack = da.map_blocks(block, chunks=((1,) * 5, (72,), (97,)), dtype=float)
    signal = Signal2D(stack).as_lazy()
    one_of(signal, signals.calibration(signal), 3)
    assert read == [3]


def test_missing_pixels_are_filled_for_the_eye_alone(grains, as_image):
    pixels = grains()
    pixels[3, 4] = np.nan
    signal = as_image(pixels)
    scene = looked_at(signal, signals.calibration(signal), 0, None, None, quietly)
    assert np.isfinite(scene.seen).all()
    assert np.isnan(scene.signal.data[3, 4])
    assert np.isfinite(values_of(scene.before)).all()
    assert scene.truth_payload == {}


def test_the_users_signal_is_never_changed(grains, as_image):
    pixels = grains().astype(np.uint8)
    signal = as_image(pixels.copy())
    before = signal.metadata.as_dictionary()
    blur = Blur(3.0, "disc", "random", 0.05, 1)
    scene = looked_at(signal, signals.calibration(signal), 0, blur, None, quietly)
    np.testing.assert_array_equal(signal.data, pixels)
    assert signal.metadata.as_dictionary() == before
    np.testing.assert_array_equal(scene.truth, pixels)
    assert scene.pixels.dtype == np.uint8
    assert scene.true_width.max() == pytest.approx(3.0, rel=0.2)


def test_a_reference_that_cannot_be_laid_on_is_said_and_left_out(grains, as_image):
    signal = as_image(grains())
    constant = np.ones((72, 97))
    scene = looked_at(signal, signals.calibration(signal), 0, None, lambda number: constant, quietly)
    assert scene.truth is None
    assert scene.note.startswith("The reference is of no use: ")


@pytest.mark.parametrize(
    ("text", "sent"), [(None, ""), ("<undefined>", ""), ("Intensity", "Intensity"), ("a\ud800b", "a\ufffdb")]
)
def test_texts_can_be_sent(text, sent):
    assert sendable(text) == sent
