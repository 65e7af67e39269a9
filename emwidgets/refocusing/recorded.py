"""A frame of any kind as real numbers, and numbers back as a frame of that kind: what was kept stays bit for bit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import ndimage

from emwidgets.signals.pixels import LUMINANCE


@dataclass(frozen=True, eq=False)
class Recorded:
    """A frame as it was recorded, and as numbers.

    Attributes
    ----------
    frame : (rows, columns) array
        Integers, floats, bool, or a structured array with the fields R, G, B and perhaps A; masked or not.
    channels : tuple of (rows, columns) float64 array
        Its values, or its red, green and blue. Missing pixels have the value of the nearest one that is not; without
        any such pixel 0.
    missing : (rows, columns) bool array, or None
        Which pixels were NaN, infinite or masked; None if none was.
    """

    frame: np.ndarray
    channels: tuple[np.ndarray, ...]
    missing: np.ndarray | None

    @cached_property
    def real(self) -> np.ndarray:
        """The values, of colours their luminance; float64."""
        return luminance(self.channels)

    @property
    def valid(self) -> np.ndarray:
        """Values of the pixels that are not missing, in no order."""
        return self.real[~self.missing] if self.missing is not None else self.real.ravel()

    def with_channels(self, channels: tuple[np.ndarray, ...]) -> np.ndarray:
        """A frame of the same kind with other values.

        Parameters
        ----------
        channels : tuple of (rows, columns) array
            As many as in `channels`.

        Returns
        -------
        (rows, columns) array
            Of the type of `frame`: integers rounded and clipped to their range, bool as float32, as it has no greys.
            Pixels whose value is the same are the same bit for bit; missing ones are NaN, or masked where a mask said
            so; alpha is kept.
        """
        source = np.ma.getdata(self.frame)
        names = list(LUMINANCE) if source.dtype.names else [None]
        made = source.astype(grey_type(source.dtype))
        for name, before, after in zip(names, self.channels, channels, strict=True):
            old, into = (source, made) if name is None else (source[name], made[name])
            into[...] = np.where(before == after, old, _as_type(after, into.dtype))
        if self.missing is not None and made.dtype.kind == "f":
            made[self.missing] = np.nan
        return np.ma.array(made, mask=np.ma.getmaskarray(self.frame)) if np.ma.isMaskedArray(self.frame) else made

    def with_real(self, real: np.ndarray) -> np.ndarray:
        """A frame of the same kind with another luminance; colours are scaled with it, their hue stays."""
        if len(self.channels) == 1:
            return self.with_channels((real,))
        return self.with_channels(recoloured(self.channels, real))


def recorded(frame: np.ndarray) -> Recorded:
    """A frame as numbers.

    Parameters
    ----------
    frame : (rows, columns) array
        Any kind that `Recorded` describes.
    """
    values = np.ma.getdata(frame)
    if values.dtype.names:
        channels = [values[colour].astype(float) for colour in LUMINANCE]
    else:
        channels = [values.astype(float)]
    missing = _masked(frame) if np.ma.isMaskedArray(frame) else np.zeros(values.shape, bool)
    if values.dtype.kind == "f":
        missing |= ~np.isfinite(channels[0])
    if not missing.any():
        return Recorded(frame, tuple(channels), None)
    return Recorded(frame, tuple(filled(channel, missing) for channel in channels), missing)


def filled(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Values with missing ones taken from the nearest pixel: no edge comes in that a filter would draw out."""
    if missing.all():
        return np.zeros_like(values)
    nearest = ndimage.distance_transform_edt(missing, return_distances=False, return_indices=True)
    return values[tuple(nearest)]


def luminance(channels: tuple[np.ndarray, ...]) -> np.ndarray:
    """Luminance of red, green and blue (ITU-R BT.709); of a single channel that channel."""
    if len(channels) == 1:
        return channels[0]
    return sum(weight * channel for weight, channel in zip(LUMINANCE.values(), channels, strict=True))


def recoloured(channels: tuple[np.ndarray, ...], real: np.ndarray) -> tuple[np.ndarray, ...]:
    """Colours scaled to another luminance; black, which has no hue, becomes grey."""
    before = luminance(channels)
    black = before <= 0
    ratio = np.where(real == before, 1.0, real / np.where(black, 1.0, before))
    return tuple(np.where(black, real, ratio * channel) for channel in channels)


def grey_type(dtype: np.dtype) -> np.dtype:
    """Type of the frames that are made of frames of a type: the same in native bytes, but float32 for bool."""
    return np.dtype(np.float32) if dtype.kind == "b" else dtype.newbyteorder("=")


def _as_type(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype.kind not in "iu":
        with np.errstate(over="ignore"):  # beyond what the type holds: infinite, as it is for the type
            return values.astype(dtype)
    limits = np.iinfo(dtype)
    high = float(limits.max)
    high = high if int(high) <= limits.max else float(np.nextafter(high, 0))  # 2**63 - 1 is no float64
    return np.clip(np.rint(values), float(limits.min), high).astype(dtype)


def _masked(frame: np.ma.MaskedArray) -> np.ndarray:
    mask = np.ma.getmaskarray(frame)
    if mask.dtype.names:  # a colour pixel is missing when any of its colours is
        return np.any([mask[colour] for colour in LUMINANCE], axis=0)
    return mask.copy()
