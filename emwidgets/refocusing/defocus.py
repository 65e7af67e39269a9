"""Images put out of focus on purpose: whole or in part, in nm or px, noise after the blur; the truth stays known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emwidgets.signals import Calibration, calibration, provenance
from emwidgets.signals.batches import flat_frames, in_threads

from .alike import Likeness
from .blur import Blur
from .masks import MASKS
from .recorded import grey_type
from .regions import in_unit, is_roi

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D


def defocus(
    signal,
    sigma,
    region=None,
    *,
    unit: str | None = None,
    shape: str = "gaussian",
    astigmatism: float = 1.0,
    angle: float = 0.0,
    noise: float = 0.0,
    dose: float | None = None,
    drift: float = 0.0,
    eight_bit: bool = False,
    seed: int = 0,
) -> Signal2D:
    """Put an image out of focus, whole or in part: a test case whose truth is known.

    The image is blurred by a point spread; the detector's noise comes after the blur, as it does in a microscope.
    Beyond its border the image goes on mirrored, so that nothing darkens there; blurred as a whole it keeps its mean
    (through an astigmatic spread at an angle within some thousandths, as the mirror turns the spread round).

    Parameters
    ----------
    signal : Signal2D
        An image, or a stack or scan of images, lazy or not, of numbers or colours, from 1 × 1 px on.
    sigma : float or (float, float)
        Standard deviation of the point spread along an axis, in nm, or in px where the signal is not calibrated: of a
        disc half its radius. 0 is sharp. With a `region` that where the mask is 1; a pair is the width where the mask
        is 0 and where it is 1.
    region : optional
        Where. None: everywhere. (x0, x1, y0, y1) in nm (px if not calibrated) or a HyperSpy RectangularROI: inside.
        An array or signal (rows, columns) of bool or from 0 to 1: as much as it says. "tilt", "step", "random": a
        tilted specimen, terraces, hills and valleys, drawn from `seed`; the same in all frames.
    unit : {"nm", "px"}, optional
        Unit of `sigma` and `drift`; left out, nm for a calibrated signal and px for another.
    shape : {"gaussian", "disc"}
        Of the point spread.
    astigmatism : float
        Ratio of its long to its short standard deviation, 1 or more; `sigma` is then their geometric mean.
    angle : float
        Of the long axis from x (right) towards y (down), degrees.
    noise : float
        Standard deviation of Gaussian noise, as a fraction of the range of the sharp image.
    dose : float, optional
        Electrons per pixel where the image is brightest, for counting noise; left out, none are counted.
    drift : float
        How far the specimen moves in x from the first line to the last.
    eight_bit : bool
        Whether the values are rounded to 256 steps of the image's range. They stay in their units and type.
    seed : int
        Of masks and noise: the same seed gives the same image. Each frame of a stack has a noise of its own.

    Returns
    -------
    Signal2D
        On the same axes, with the same metadata and type of numbers (integers rounded and clipped to their range, bool
        as float32); lazy if `signal` is. Missing pixels (NaN, infinite, masked) are missing in it.
        ``metadata.emwidgets.defocus`` says how it was made; `defocus_map` gives the true widths.

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images.
    emwidgets.signals.UncalibratedError
        If its axes are no lengths, or `unit` is "nm" and it is not calibrated.
    ValueError
        If an argument is out of its range, or the region is not in the image; the message says which.

    Examples
    --------
    >>> from emwidgets import examples, refocusing
    >>> image = examples.platinum_cobalt_particle()
    >>> blurred = refocusing.defocus(image, 2.5, "tilt", unit="px", noise=0.01)
    >>> blurred.data.shape == image.data.shape
    True
    """
    where = calibration(signal, smallest=1)
    asked = {"sigma": sigma, "region": region_of(region, signal, where), "unit": unit, "shape": shape}
    asked |= {"astigmatism": astigmatism, "angle": angle, "noise": noise, "dose": dose, "drift": drift}
    asked |= {"eight_bit": eight_bit, "seed": seed}
    blur = Blur(where, **asked)
    frames = flat_frames(signal, where)
    data = _lazily(frames, blur) if where.lazy else _in_memory(frames, blur)
    made = provenance(signal, "emwidgets.refocusing.defocus", _in_words(asked), digest=not where.lazy)
    title = f"{where.title or 'Image'}, defocused"
    return Likeness.of(signal).image(data, title, "defocus", made)


def defocus_map(signal, sigma, region=None, *, unit: str | None = None, seed: int = 0) -> Signal2D:
    """The true blur widths of what `defocus` makes with the same arguments.

    Parameters
    ----------
    signal, sigma, region, unit, seed
        As in `defocus`.

    Returns
    -------
    Signal2D
        Standard deviation of the point spread at each pixel, one map for all frames; in nm, or in px if `signal` is
        not calibrated or `unit` is "px".

    Raises
    ------
    TypeError, ValueError
        As in `defocus`.

    Examples
    --------
    >>> from emwidgets import examples, refocusing
    >>> widths = refocusing.defocus_map(examples.platinum_cobalt_particle(), (0.5, 3), "tilt", unit="px")
    >>> float(widths.data.min()), float(widths.data.max())
    (0.5, 3.0)
    """
    where = calibration(signal, smallest=1)
    asked = {"sigma": sigma, "region": region_of(region, signal, where), "unit": unit, "seed": seed}
    blur = Blur(where, **asked)
    made = provenance(signal, "emwidgets.refocusing.defocus_map", _in_words(asked), digest=False)
    title = f"Blur width of {where.title or 'an image'}, defocused"
    widths = (blur.map * blur.pixel).astype(np.float32)
    return Likeness.of(signal).map(widths, title, f"Blur width ({blur.in_unit})", "defocus_map", made)


def region_of(region, signal, where: Calibration):
    """A region as `Blur` takes it.

    Raises
    ------
    ValueError
        If it is none of those that `defocus` takes.
    """
    if region is None:
        return None
    if isinstance(region, str):
        if region not in MASKS:
            raise ValueError(f"region is {region!r}: expected one of {', '.join(MASKS)}, numbers or a mask")
        return region
    if not is_roi(region) and (hasattr(region, "metadata") or np.ndim(region) == 2):
        return _mask_of(region, where)
    return in_unit(region, signal, where)


def _in_words(asked: dict) -> dict:
    """Arguments as provenance keeps them: a mask as what it is, not pixel by pixel."""
    region = asked["region"]
    if not isinstance(region, np.ndarray):
        return asked
    rows, columns = region.shape
    return asked | {"region": f"mask of {columns} × {rows} px, mean {float(region.mean()):.4f}"}


def _mask_of(region, where: Calibration) -> np.ndarray:
    data = region.data if hasattr(region, "metadata") else np.asarray(region)
    data = data.compute() if hasattr(data, "compute") else data
    if data.shape != where.frame_shape:
        raise ValueError(f"region is a mask of shape {data.shape}: expected that of the image, {where.frame_shape}")
    if data.dtype.kind not in "buif":
        raise ValueError(f"region is a mask of {data.dtype} values: expected bool, or numbers from 0 to 1")
    mask = data.astype(np.float32)
    if not (np.isfinite(mask).all() and mask.min() >= 0 and mask.max() <= 1):
        raise ValueError("region is a mask with values beyond 0 to 1: expected the share of the blur at each pixel")
    return mask


def _in_memory(frames, blur: Blur):
    return _stacked(frames, in_threads(lambda number: blur.frame(frames[number], number), range(len(frames))))


def _lazily(frames, blur: Blur):
    def of_block(block, block_info=None):
        first = block_info[0]["array-location"][0][0]
        return _stacked(block, (blur.frame(pixels, first + number) for number, pixels in enumerate(block)))

    meta = frames._meta.astype(grey_type(frames.dtype))
    return frames.map_blocks(of_block, dtype=meta.dtype, meta=meta)


def _stacked(like, frames):
    """Frames as one array; masked if those are that they were made of."""
    return (np.ma.stack if np.ma.isMaskedArray(like) else np.stack)(list(frames))
