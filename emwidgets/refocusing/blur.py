"""What putting an image out of focus does to one frame, whatever numbers or colours it holds: its arguments in px."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import numpy as np

from emwidgets.signals import Calibration, UncalibratedError

from . import blurring
from .masks import box_mask, smooth_mask
from .recorded import Recorded, luminance, recoloured, recorded
from .regions import box_of
from .spread import PointSpread

#: Widest point spread, as a fraction of the longer side of the image: its kernel is then as large as the image.
WIDEST = 0.25
#: Highest dose that can be counted in whole numbers of 64 bits; its noise is far below the last digit of an image.
MOST = 1e18
_SMALL = 64  # px; an image that is shorter may be blurred as widely as one of this length


@dataclass(frozen=True, eq=False)
class Blur:
    """What `defocus` does to every frame of a signal: its arguments, checked, in px.

    Attributes
    ----------
    where : Calibration
        Of the signal.
    region : None, (x0, x1, y0, y1) in the unit of `where`, a name of a mask, or a (rows, columns) array
    sigma, unit, shape, astigmatism, angle, noise, dose, drift, eight_bit, seed
        As in `defocus`.

    Raises
    ------
    ValueError
        As in `defocus`.
    """

    where: Calibration
    sigma: float | tuple[float, float]
    region: object = None
    unit: str | None = None
    shape: str = "gaussian"
    astigmatism: float = 1.0
    angle: float = 0.0
    noise: float = 0.0
    dose: float | None = None
    drift: float = 0.0
    eight_bit: bool = False
    seed: int = 0

    def __post_init__(self):
        if self.unit not in (None, "nm", "px"):
            raise ValueError(f"unit is {self.unit!r}: expected 'nm' or 'px'")
        if self.unit == "nm" and not self.where.calibrated:
            raise UncalibratedError(
                f"unit is 'nm', but {self.where.name_of(0)} is not calibrated: set the size of a pixel with "
                "signal.axes_manager.signal_axes.set(scale=..., units='nm'), or give unit='px'"
            )
        for name in ("noise", "drift", "astigmatism", "angle"):
            low = {"noise": 0, "astigmatism": 1}.get(name, -np.inf)
            value = getattr(self, name)
            if not (_is_number(value) and value >= low):
                raise ValueError(f"{name} is {value!r}: expected a number" + (f", at least {low}" if low >= 0 else ""))
        if self.dose is not None and not (_is_number(self.dose) and 0 < self.dose <= MOST):
            raise ValueError(
                f"dose is {self.dose!r}: expected electrons per pixel, a positive number up to {MOST:.0e}, or None"
            )
        if not isinstance(self.eight_bit, bool):
            raise ValueError(f"eight_bit is {self.eight_bit!r}: expected True or False")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int | np.integer) or self.seed < 0:
            raise ValueError(f"seed is {self.seed!r}: expected a whole number, 0 or more")
        self._check_widths()
        _ = self.map  # what is wrong with the region is said before a pixel is read

    @property
    def in_unit(self) -> str:
        """Unit of the widths: "nm" or "px"."""
        return self.unit or ("nm" if self.where.calibrated else "px")

    @property
    def pixel(self) -> float:
        """Size of a pixel in that unit; of one that is longer than wide the geometric mean."""
        return float(np.sqrt(np.prod(self._sides)))

    @cached_property
    def spread(self) -> PointSpread:
        """The widest point spread, in px: where pixels are longer than wide, one round in nm is not round in px."""
        sigma, (height, width) = max(self._widths) / self.pixel, self._sides
        if np.isclose(height, width):
            return PointSpread(sigma, self.shape, self.astigmatism, self.angle)
        turned = np.deg2rad(self.angle)
        turn = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
        to_px = np.diag([1 / width, 1 / height])
        covariance = to_px @ turn @ np.diag([self.astigmatism, 1 / self.astigmatism]) @ turn.T @ to_px
        variances, axes = np.linalg.eigh(covariance)
        angle = float(np.rad2deg(np.arctan2(axes[1, 1], axes[0, 1])))
        return PointSpread(sigma, self.shape, float(np.sqrt(variances[1] / variances[0])), angle)

    @cached_property
    def map(self) -> np.ndarray:
        """Width of the point spread at each pixel, px; (rows, columns) float32."""
        low, high = (width / self.pixel for width in self._widths)
        return (low + (high - low) * self._mask).astype(np.float32)

    def frame(self, pixels: np.ndarray, number: int = 0) -> np.ndarray:
        """One frame out of focus.

        Parameters
        ----------
        pixels : (rows, columns) array
            As it is in the signal.
        number : int
            Which frame of the signal it is: each has a noise of its own.

        Returns
        -------
        (rows, columns) array
            As `Recorded.with_channels` makes it.
        """
        sharp = recorded(pixels)
        if not sharp.valid.size:
            return sharp.with_channels(sharp.channels)
        channels = tuple(self._imaged(channel) for channel in sharp.channels)
        return sharp.with_channels(self._detected(channels, sharp, np.random.default_rng([self.seed, number])))

    def _imaged(self, channel: np.ndarray) -> np.ndarray:
        if self.drift:
            channel = blurring.drifted(channel, self.drift / self._sides[1])
        # rounding may leave the values a little beyond what they were, where nothing can be
        return np.clip(blurring.blurred_by_map(channel, self.map, self.spread), channel.min(), channel.max())

    def _detected(self, channels, sharp: Recorded, rng) -> tuple[np.ndarray, ...]:
        """The frame with its noise: that of the luminance, so that a grey image of three colours stays grey."""
        if not (self.noise or self.dose or self.eight_bit):
            return channels
        seen = blurring.noisy(luminance(channels), rng, self.noise, self.dose, span=float(np.ptp(sharp.valid)))
        if self.eight_bit:
            seen = blurring.eight_bit(seen)
        return (seen,) if len(channels) == 1 else recoloured(channels, np.maximum(seen, 0))

    @property
    def _sides(self) -> tuple[float, float]:
        """Height and width of a pixel in the unit of the widths."""
        return self.where.scale if self.in_unit == "nm" else (1.0, 1.0)

    @cached_property
    def _widths(self) -> tuple[float, float]:
        """Width where the mask is 0, and where it is 1."""
        if _is_number(self.sigma):
            return 0.0, float(self.sigma)
        widths = tuple(self.sigma) if np.iterable(self.sigma) and not isinstance(self.sigma, str | bytes) else ()
        if len(widths) != 2 or not all(map(_is_number, widths)):
            raise ValueError(f"sigma is {self.sigma!r}: expected a width in {self.in_unit}, or two")
        if self.region is None:
            raise ValueError(
                f"sigma is {self.sigma!r}, and there is no region: expected one width, or where the second one is, as "
                "region='tilt'"
            )
        return float(widths[0]), float(widths[1])

    @cached_property
    def _mask(self) -> np.ndarray:
        shape = self.where.frame_shape
        if self.region is None:
            return np.ones(shape, np.float32)
        if isinstance(self.region, str):
            return smooth_mask(self.region, shape, np.random.default_rng(self.seed))
        if isinstance(self.region, tuple):
            return box_mask(shape, box_of(self.region, self.where))
        return self.region

    def _check_widths(self) -> None:
        low, high = min(self._widths), max(self._widths)
        if low < 0:
            raise ValueError(f"sigma is {self.sigma!r}: expected a width in {self.in_unit}, 0 (sharp) or more")
        widest = WIDEST * max(*self.where.frame_shape, _SMALL)
        long = self.spread.widths[0] if high else 0.0
        if long > widest:
            hint = "; is it in px? (unit='px')" if self.unit is None and self.where.calibrated else ""
            raise ValueError(
                f"sigma is {self.sigma!r} {self.in_unit}, {long:.4g} px the long way: expected no more than a quarter "
                f"of the image's longer side, {widest:.4g} px{hint}"
            )


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_) and bool(np.isfinite(value))
