"""A signal of diffraction patterns, checked before any of them is read."""

from __future__ import annotations

from emwidgets.signals import Calibration, calibration


def patterns_of(signal, pixel_size: float | None = None) -> Calibration:
    """Where the patterns of a signal lie: its axes, whatever their unit.

    Parameters
    ----------
    signal : Signal2D
        Lazy or not; no pixel is touched.
    pixel_size : float, optional
        As in `emwidgets.signals.calibration`.

    Raises
    ------
    TypeError, ValueError
        If it is no signal of images, or has no pattern.
    """
    where = calibration(signal, kind=None, pixel_size=pixel_size)
    if not len(where):
        raise ValueError(
            f"'{where.title or 'the signal'}' has no pattern: its navigation shape is {where.navigation_shape}; "
            "give a signal with at least one frame"
        )
    return where
