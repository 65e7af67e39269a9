"""The reference: the same place in focus, by which a restoration is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emwidgets import signals
from emwidgets.signals import Calibration

from ..recorded import recorded
from .scene import one_of

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

#: Pixel sizes may differ by this part of them: what is written into files is rounded.
ROUNDED = 0.02


@dataclass(frozen=True, eq=False)
class Reference:
    """A signal of what images show in focus: one for all of them, or one for each."""

    signal: Signal2D
    where: Calibration

    def one(self, number: int) -> np.ndarray:
        """Luminance of the one that belongs to an image: (rows, columns) float64, missing pixels filled."""
        return recorded(one_of(self.signal, self.where, number if len(self.where) > 1 else 0)[0].data).real


def reference_for(reference, where: Calibration) -> Reference:
    """A user's reference, checked against the images that it is for.

    Parameters
    ----------
    reference : Signal2D
        Lazy or not.
    where : Calibration
        Of the images.

    Raises
    ------
    TypeError, ValueError
        If it is no signal of images, or of another shape, number or pixel size than the images.
    """
    own = signals.calibration(reference, smallest=1)
    title = f"the reference '{own.title}'" if own.title else "the reference"
    if own.frame_shape != where.frame_shape:
        raise ValueError(
            f"{title} is {_size(own)}, and {where.name_of(0)} is {_size(where)}: expected the same number of pixels; "
            "crop one of them with isig, or rebin it"
        )
    if own.navigation_shape not in ((), where.navigation_shape):
        raise ValueError(
            f"{title} has the navigation shape {own.navigation_shape}: expected one image, or one for each, which is "
            f"{where.navigation_shape}"
        )
    if own.calibrated and where.calibrated and not np.allclose(own.scale, where.scale, rtol=ROUNDED):
        raise ValueError(
            f"{title} has pixels of {own.scale[1]:.4g} {own.unit}, and {where.name_of(0)} of {where.scale[1]:.4g} "
            f"{where.unit}: expected the same magnification; correct the wrong one with "
            "signal.axes_manager.signal_axes.set(scale=...)"
        )
    return Reference(reference, own)


def _size(where: Calibration) -> str:
    return f"{where.frame_shape[1]} × {where.frame_shape[0]} px"
