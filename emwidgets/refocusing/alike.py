"""An image made of another one, as a signal: on the same axes, with what its metadata say and how it was made."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.signals import Provenance
from emwidgets.signals.frames import signal_of

from .recorded import grey_type

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

#: What metadata say of the pixels that were, not of those that are: drawings on them, how they were shown.
_OF_THE_PIXELS = ("Markers", "_HyperSpy")


@dataclass(frozen=True, eq=False)
class Likeness:
    """Axes and metadata of a signal, without its pixels: what signals of what was made of it have in common.

    Attributes
    ----------
    axes : list of dict
        As HyperSpy writes them, in array order.
    metadata, original_metadata : dict
        Without what is of the pixels: markers, noise.
    meta : (0, 0) array
        Of the type that images have which are made of those of the signal; masked if those are.
    """

    axes: list[dict]
    meta: np.ndarray
    metadata: dict = field(default_factory=dict)
    original_metadata: dict = field(default_factory=dict)

    @classmethod
    def of(cls, signal) -> Likeness:
        """Of a signal, which is not changed, and may be later on."""
        metadata = {k: v for k, v in signal.metadata.as_dictionary().items() if k not in _OF_THE_PIXELS}
        metadata = copy.deepcopy(metadata)
        metadata.get("Signal", {}).pop("Noise_properties", None)
        axes = [dict(axis) for axis in signal.axes_manager.as_dictionary().values()]
        kind = getattr(signal.data, "_meta", signal.data)
        meta = np.empty((0, 0), grey_type(signal.data.dtype))
        meta = np.ma.array(meta) if np.ma.isMaskedArray(kind) else meta
        return cls(axes, meta, metadata, copy.deepcopy(signal.original_metadata.as_dictionary()))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the data."""
        return tuple(axis["size"] for axis in self.axes)

    def image(self, array, title: str, step: str, made: Provenance) -> Signal2D:
        """The image after a step, with all metadata that it had.

        Parameters
        ----------
        array : NumPy or dask array
            As many pixels as the signal has; the frames may be flat.
        title : str
        step : str
            What was done, "defocus" or "refocus": `made` is kept as ``metadata.emwidgets.<step>``, beside those of
            earlier steps.
        made : Provenance

        Returns
        -------
        Signal2D
            Lazy if `array` is a dask array.
        """
        result = self._signal(array, title)
        result.metadata.add_dictionary(copy.deepcopy(self.metadata))
        result.original_metadata.add_dictionary(copy.deepcopy(self.original_metadata))
        result.metadata.General.title = title
        result.metadata.set_item(f"emwidgets.{step}", made.to_dict())
        return result

    def map(self, array, title: str, quantity: str, step: str, made: Provenance) -> Signal2D:
        """Something else than the image itself at each of its pixels: a signal on its axes.

        Parameters
        ----------
        array, title, step, made
            As for `image`; the array may also be a single frame for all of a stack.
        quantity : str
            What the values are, with their unit.
        """
        signal = self._signal(array, title, quantity)
        signal.metadata.set_item(f"emwidgets.{step}", made.to_dict())
        return signal

    def _signal(self, array, title, quantity=""):
        axes = self.axes[-2:] if array.ndim == 2 else self.axes
        shape = tuple(axis["size"] for axis in axes)
        array = array if tuple(array.shape) == shape else array.reshape(shape)
        return signal_of(array, [dict(axis) for axis in axes], title, quantity)
