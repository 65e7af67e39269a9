"""Patterns of many recordings brought to one contrast: CLAHE makes the reference, histogram matching the rest.

Contrast-limited adaptive histogram equalisation [1]_ spreads the grey values of one pattern, the reference, so that
weak and strong reflections are both seen. Matching the histogram of every pattern to that of the reference then makes
their grey values comparable without moving any detail: a pixel that was brighter than another one stays so.

References
----------
.. [1] K. Zuiderveld, Graphics Gems IV (1994) 474, doi:10.1016/B978-0-12-336156-1.50061-6
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .networks.normalise import unusable

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

#: Shares of pixels that count as black and white: what is beyond is dead, hot or saturated.
_BLACK, _WHITE = 0.001, 0.999
#: Tiles along each side, and the clip limit of CLAHE: higher limits follow the noise.
_TILES, _CLIP_LIMIT = 8, 0.01


def equalize(signal, reference=None) -> Signal2D:
    """Bring diffraction patterns to one contrast.

    Parameters
    ----------
    signal : Signal2D
        A pattern, or a stack or scan of them, lazy or not; in any unit.
    reference : Signal2D or (rows, columns) array, optional
        The pattern whose contrast all others get, after CLAHE; of any size. Left out, the first pattern of `signal`
        that can be read.

    Returns
    -------
    Signal2D
        In [0, 1], on the axes of `signal`; lazy if that is. Within a pattern the order of the pixels stays as it was.
        Patterns that cannot be read are NaN; those of a signal in memory are named in
        ``metadata.emwidgets.problems``.

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images.
    ValueError
        If no pattern can be read, as all are constant or have no valid pixel, or `reference` is no single pattern.

    Examples
    --------
    >>> from emwidgets import diffraction
    >>> pattern = diffraction.simulate("gold", 1000, shape=(128, 128), pixel_size=0.2)
    >>> even = diffraction.equalize(pattern)
    >>> even.data.shape, bool(even.data.min() >= 0), bool(even.data.max() <= 1)
    ((128, 128), True, True)
    """
    from emwidgets.signals import map_frames, provenance

    from .patterns import patterns_of

    where = patterns_of(signal)
    target = reference_values(_first_pattern(signal, len(where)) if reference is None else _one_pattern(reference))
    made = provenance(signal, "emwidgets.diffraction.equalize", {"reference": reference}, digest=not where.lazy)
    title = f"{where.title or 'Pattern'}, equalised"
    labels, problems = {"title": title, "quantity": "Grey value", "provenance": made}, {}
    found = map_frames(_matched, signal, problems=problems, target=target, **labels)
    if len(problems) == len(where):
        raise ValueError(f"no pattern can be read: {problems[0]}")
    if problems:
        found.metadata.set_item("emwidgets.problems", [text for _, text in sorted(problems.items())])
    return found


def equalized(frames: np.ndarray, reference: np.ndarray | None = None) -> np.ndarray:
    """Frames with the histogram of a reference.

    Parameters
    ----------
    frames : (n, rows, columns) array
        As recorded. Pixels that are not finite count as the median of their frame.
    reference : (rows, columns) array, optional
        Made the reference by CLAHE; left out, the first of the frames.

    Returns
    -------
    (n, rows, columns) float32 array
        In [0, 1].

    Raises
    ------
    ValueError
        If the frames are no stack, or a frame or the reference is constant or has no finite pixel.
    """
    frames = np.asarray(frames)
    if frames.ndim != 3 or not len(frames):
        raise ValueError(
            f"frames has the shape {frames.shape}: expected a stack (n, rows, columns); one frame is n = 1"
        )
    filled = [_filled(frame, f"frame {number}") for number, frame in enumerate(frames)]
    target = reference_values(filled[0] if reference is None else reference)
    return np.stack([_matched(frame, target) for frame in filled])


def reference_values(frame: np.ndarray) -> np.ndarray:
    """What CLAHE makes of a pattern: the grey values that others are matched to.

    Parameters
    ----------
    frame : (rows, columns) array

    Returns
    -------
    (rows, columns) float32 array
        In [0, 1].
    """
    from skimage.exposure import equalize_adapthist

    frame = np.asarray(frame)
    if frame.ndim != 2:
        raise ValueError(f"reference has the shape {frame.shape}: expected one pattern, (rows, columns)")
    frame = _filled(frame, "reference")
    black, middle, white = np.quantile(frame, (_BLACK, 0.5, _WHITE))
    if not white > black:  # a few pixels on a flat field: all of them count
        black, white = float(frame.min()), float(frame.max())
    above = np.clip(frame, black, white) - black
    # CLAHE counts in 256 linear bins: without the logarithm a pattern with a strong beam would lie in one of them
    tone = np.arcsinh(above / max(middle - black, 1e-3 * (white - black)))
    tiles = [max(1, n // _TILES) for n in frame.shape]
    return equalize_adapthist(tone / tone.max(), kernel_size=tiles, clip_limit=_CLIP_LIMIT).astype(np.float32)


def _matched(frame, target):
    from skimage.exposure import match_histograms

    return match_histograms(np.asarray(frame, np.float32), target).astype(np.float32)


def _first_pattern(signal, count):
    """The first pattern that can be read."""
    from emwidgets.signals import frame

    first = None
    for number in range(count):
        try:
            return frame(signal, number)
        except ValueError as error:
            first = first or error
    raise ValueError(f"no pattern can be read: {first}") from first


def _one_pattern(reference):
    """A reference as an array: it may be a signal."""
    if not hasattr(reference, "axes_manager"):
        return np.asarray(reference)
    from emwidgets.signals import calibration, frame

    if len(calibration(reference, kind=None)) != 1:
        raise ValueError("reference has more than one pattern: expected one, as signal.inav[0]")
    return frame(reference)


def _filled(frame, name):
    trouble = unusable(frame)
    if trouble:
        raise ValueError(f"{name} {trouble}: there is no pattern to read; leave it out")
    frame = np.asarray(frame, np.float32)
    finite = np.isfinite(frame)
    return frame if finite.all() else np.where(finite, frame, np.median(frame[finite]))
