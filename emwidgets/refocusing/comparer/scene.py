"""The image that is looked at: one of the user's, as it is or blurred first, and the truth where it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from emwidgets import signals
from emwidgets.frontend.wire import pixels_payload
from emwidgets.signals import Calibration

from ..recorded import recorded
from .beside import beside
from .blur import Blur

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D


@dataclass(frozen=True, eq=False)
class Scene:
    """One image, before anything is done to it.

    Attributes
    ----------
    number : int
        Of the image in its stack.
    blur : Blur or None
        How it was blurred first.
    signal : Signal2D
        The image alone, in memory: the user's, or the blurred one. What `refocus` is given.
    where : Calibration
        Of this image.
    seen : (rows, columns) float32 array
        Its luminance, missing pixels filled.
    quantity : str
        What its values are.
    truth : (rows, columns) float32 array or None
        What it would show in focus: the user's image where that was blurred, else the reference, laid onto it.
    shift : (float, float) or None
        Rows and columns in px by which a reference was moved to that end.
    inside : (rows, columns) bool array or None
        Where there is a reference after it was moved; None for everywhere.
    true_width : (rows, columns) float32 array or None
        How wide it was blurred, px; where it was.
    note : str
        What is wrong with the reference; "" if nothing is.
    """

    number: int
    blur: Blur | None
    signal: Signal2D
    where: Calibration
    seen: np.ndarray
    quantity: str
    truth: np.ndarray | None = None
    shift: tuple[float, float] | None = None
    inside: np.ndarray | None = None
    true_width: np.ndarray | None = None
    note: str = ""

    @property
    def pixels(self) -> np.ndarray:
        """As they are in the signal."""
        return self.signal.data

    @cached_property
    def digest(self) -> str:
        """Of the pixels."""
        return signals.pixel_digest(self.signal)

    @cached_property
    def before(self) -> dict:
        """Wire form of the image."""
        return payload(self.seen, self.where, self.quantity)

    @cached_property
    def truth_payload(self) -> dict:
        """Wire form of the truth; {} where it is not known."""
        return {} if self.truth is None else payload(self.truth, self.where, self.quantity)

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        arrays = [self.pixels, self.seen, self.seen, self.truth, self.truth, self.true_width]
        return sum(array.nbytes for array in arrays if array is not None)


def looked_at(
    signal: Signal2D,
    where: Calibration,
    number: int,
    blur: Blur | None,
    reference: Callable[[int], np.ndarray] | None,
    checkpoint: Callable[[str, float], None],
) -> Scene:
    """The image of a signal that is chosen, blurred first if that is wanted.

    Parameters
    ----------
    signal : Signal2D
        Lazy or not.
    where : Calibration
        Of the signal.
    number : int
        Flat index of the image.
    blur : Blur, optional
    reference : callable, optional
        Gives the luminance of what an image shows in focus, by the number of the image.
    checkpoint : callable
        ``checkpoint(stage, fraction)``; what it raises ends the work.
    """
    alone, own = one_of(signal, where, number)
    if blur is not None:
        return beside(lambda pace: _blurred(alone, own, number, blur), "Blurring", checkpoint)
    if reference is None:
        return beside(lambda pace: _seen(alone, own, number), "Reading", checkpoint)
    return beside(lambda pace: _with_truth(alone, own, number, reference), "Laying the reference on", checkpoint)


def one_of(signal: Signal2D, where: Calibration, number: int) -> tuple[Signal2D, Calibration]:
    """One image of a signal, in memory, and where it lies."""
    alone = signal.inav[indices(where, number)] if where.navigation_shape else signal.isig[:, :]
    if where.lazy:
        alone.compute(show_progressbar=False)
    return alone, replace(where, navigation_shape=(), navigation_axes=(), lazy=False)


def indices(where: Calibration, number: int) -> tuple[int, ...]:
    """Of an image, in HyperSpy's order of the navigation axes."""
    return tuple(int(i) for i in reversed(np.unravel_index(number, where.navigation_shape)))


def _seen(signal, where, number, blur=None, **truth) -> Scene:
    quantity = sendable(signal.metadata.get_item("Signal.quantity", "")) or "intensity"
    scene = Scene(number, blur, signal, where, luminance(signal), quantity, **truth)
    _ = scene.before, scene.truth_payload  # here, beside whoever waits
    return scene


def _blurred(signal, where, number, blur) -> Scene:
    return _seen(blur.make(signal), where, number, blur, truth=luminance(signal), true_width=blur.widths(signal))


def _with_truth(signal, where, number, reference) -> Scene:
    from ..registration import registered

    try:
        laid = registered(luminance(signal), reference(number))
    except ValueError as error:  # the image can be refocused for all that
        return _seen(signal, where, number, note=f"The reference is of no use: {error}.")
    return _seen(signal, where, number, truth=laid.reference, inside=laid.inside, shift=tuple(map(float, laid.shift)))


def luminance(signal: Signal2D) -> np.ndarray:
    """Of the image alone: (rows, columns) float32, missing pixels filled."""
    return recorded(signal.data).real.astype(np.float32)


def payload(image: np.ndarray, where: Calibration, quantity: str, most: int = 4096) -> dict:
    """Wire form of an image, binned to at most so many rows and columns."""
    return pixels_payload(
        image, scale=where.scale, offset=where.offset, unit=where.unit, quantity=quantity, max_size=most
    )


def sendable(text) -> str:
    """Text of a file as it can be sent to a browser; "" where there is none."""
    text = "" if text is None or str(text) == "<undefined>" else str(text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character cannot be
