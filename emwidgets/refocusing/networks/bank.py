"""What a network is given beside the image: what it would be if its blur had each of a ladder of widths.

A network that sees a blurred image alone must learn deconvolution. One that sees Wiener restorations at several widths
only has to find out which of them is right, where, and to clean it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import fft

from emwidgets.refocusing.spread import PointSpread

#: Widths of the ladder, px.
LEVELS = (0.7, 1.0, 1.4, 1.9, 2.5, 3.3, 4.3, 5.6)
#: Pixels that a restored one is computed from, to each side: kernels end there, so that tiles do not differ.
REACH = 32
#: Pixels that the rows and columns of a bank must be a multiple of for the networks.
MULTIPLE = 8
#: Least noise that a restoration reckons with, as a fraction of the image's range: that of 8 bits.
QUIET = 1.5e-3
#: Frequency below which the spectrum of an image no longer rises, 1/px, and the power it falls with above.
_BEND, _FALL = 1 / 100, 2.4
#: What is told of the noise: 0 at the least, 1 at a hundred times that.
_DECADES = 2.0
#: What a restoration may differ by from the image, in units of its range: farther off are only those of wrong widths.
_FARTHEST = 1.5
#: Filters are made for noise in so many steps a decade.
_STEPS = 20


def bank(image: np.ndarray, noise: float, levels: tuple[float, ...] = LEVELS) -> np.ndarray:
    """The image, its restorations, its noise as a map, and how much there is between one restoration and the next.

    The last tell the width of the blur: where an image shows nothing of a band of frequencies, there is no more between
    two restorations than what they make of noise.

    Parameters
    ----------
    image : (rows, columns) float array
        In units of its range, as `scaled` gives it. Its border of `REACH` pixels is not restored as the whole image
        would be: give a margin.
    noise : float
        Standard deviation of its noise, in the same units.
    levels : tuple of float
        Widths of the ladder, px.

    Returns
    -------
    (rows, columns, channels_of(len(levels))) float32 array
        The last ones, a level each, are the same over squares of `MULTIPLE` pixels: decimal logarithms of the amplitude
        between a restoration and that of the level before (of the image, before the first), over that of noise alone.

    Raises
    ------
    ValueError
        If rows or columns are no multiples of `MULTIPLE`.
    """
    image = np.asarray(image, np.float32)
    if any(n % MULTIPLE or not n for n in image.shape):
        raise ValueError(f"image has the shape {image.shape}: expected multiples of {MULTIPLE}; pad it")
    noise = float(np.clip(noise, QUIET, 1.0))
    step = round(_STEPS * float(np.log10(noise)))
    shape = tuple(fft.next_fast_len(n + 2 * REACH, real=True) for n in image.shape)
    spectrum = fft.rfft2(np.pad(image, REACH, mode="symmetric"), shape)
    made = np.empty((*image.shape, channels_of(len(levels))), np.float32)
    made[..., 0] = image
    for number, level in enumerate(levels, 1):
        product = spectrum * _filter(level, step, shape)
        whole = fft.irfft2(product, shape)
        made[..., number] = whole[REACH : REACH + image.shape[0], REACH : REACH + image.shape[1]]
    made[..., len(levels) + 1] = np.log10(noise / QUIET) / _DECADES
    for number, level in enumerate(levels):
        between = _squares(made[..., number + 1] - made[..., number])
        known = noise * _passed(levels[number - 1] if number else 0.0, level, step)
        shown = np.log10(np.sqrt(between) / known + 0.1)
        made[..., len(levels) + 2 + number] = shown.repeat(MULTIPLE, axis=0).repeat(MULTIPLE, axis=1)
    restored = made[..., 1 : len(levels) + 1]
    np.clip(restored, image[..., None] - _FARTHEST, image[..., None] + _FARTHEST, out=restored)
    return made


def channels_of(levels: int, smooth: int = 0) -> int:
    """Channels of a bank: image, restorations, smooth ones, noise, and how much there is between restorations."""
    return 2 * levels + 2 + smooth


def with_smooth(given: np.ndarray, smooth: np.ndarray) -> np.ndarray:
    """A bank with smooth restorations, (rows, columns, number), behind its others."""
    levels = given.shape[-1] // 2 - 1
    return np.concatenate([given[..., : levels + 1], smooth, given[..., levels + 1 :]], axis=-1)


def noise_of(image: np.ndarray) -> float:
    """Standard deviation of the noise of an image, in its units.

    From differences of neighbours along both axes, in which a blurred image has next to nothing but noise (Donoho &
    Johnstone 1994, doi:10.1093/biomet/81.3.425); fine detail of a sharp image counts as noise.
    """
    rows, columns = (n // 2 * 2 for n in image.shape)
    if not rows or not columns:
        return 0.0
    even = np.asarray(image, np.float32)[:rows, :columns]
    crossed = (even[::2, ::2] - even[1::2, ::2] - even[::2, 1::2] + even[1::2, 1::2]) / 2
    return float(np.median(np.abs(crossed)) / 0.6745)


def scaled(image: np.ndarray) -> tuple[np.ndarray, float, float]:
    """An image in units of its range, with the value that became 0 and the range.

    The range is that of all but its darkest and brightest half per cent: a single hot pixel is no measure of an image.
    Where little is bright, as a few particles on a wide film, all but two pixels in ten thousand span at most six.

    Returns
    -------
    image : float32 array
    offset, span : float
        ``image * span + offset`` is what was given.
    """
    image = np.asarray(image)
    lowest, low, high, highest = np.percentile(image, (0.02, 0.5, 99.5, 99.98))
    if highest <= lowest:
        lowest, highest = float(image.min()), float(image.max())
    span = float(max(high - low, (highest - lowest) / 6)) or 1.0
    return ((image - low) / span).astype(np.float32), float(low), span


def _squares(image: np.ndarray) -> np.ndarray:
    """Mean square over squares of `MULTIPLE` pixels."""
    rows, columns = (n // MULTIPLE for n in image.shape)
    return np.square(image).reshape(rows, MULTIPLE, columns, MULTIPLE).mean(axis=(1, 3))


@lru_cache(maxsize=1024)
def _passed(before: float, level: float, step: int) -> float:
    """Standard deviation of what two neighbouring restorations of white noise, of standard deviation 1, differ by."""
    delta = np.zeros((2 * REACH + 1, 2 * REACH + 1))
    delta[REACH, REACH] = 1
    difference = _kernel(level, step) - (_kernel(before, step) if before else delta)
    return float(np.sqrt(np.square(difference).sum()))


@lru_cache(maxsize=16)
def _filter(level: float, step: int, shape: tuple[int, int]) -> np.ndarray:
    """Transform of a Wiener kernel for images of a shape."""
    field = np.zeros(shape, np.float32)
    places = np.arange(-REACH, REACH + 1)
    field[np.ix_(places % shape[0], places % shape[1])] = _kernel(level, step)
    return fft.rfft2(field)


@lru_cache(maxsize=512)
def _kernel(level: float, step: int) -> np.ndarray:
    """Wiener kernel that ends at `REACH`, for noise in steps of a twentieth of a decade."""
    size = 4 * REACH
    transfer = PointSpread(level).transfer((size, size))
    rows, columns = fft.fftfreq(size)[:, None], fft.rfftfreq(size)[None, :]
    falling = (rows**2 + columns**2 + _BEND**2) ** (-_FALL / 2)
    # the spectrum of an image of unit range: a standard deviation of a quarter of it, shared out as it falls
    whole = falling.sum() * 2 - falling[:, 0].sum() - falling[:, -1].sum()
    power = falling / whole * size**2 * 0.25**2
    kernel = fft.irfft2(transfer / (transfer**2 + 10 ** (2 * step / _STEPS) / power), (size, size))
    along = fft.fftfreq(size, 1 / size)
    taper = np.where(np.abs(along) <= REACH, np.cos(np.pi / 2 * np.clip(along / (REACH + 1), -1, 1)) ** 2, 0.0)
    kernel *= taper[:, None] * taper[None, :]
    places = np.arange(-REACH, REACH + 1)
    return (kernel / kernel.sum())[np.ix_(places, places)].astype(np.float32)
