"""What a user may set in the domain analysis."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np


@dataclass(frozen=True)
class Parameters:
    """Parameters of the domain analysis; None is "derived from the image". Units as in `emwidgets.domains.segment`.

    Raises
    ------
    ValueError
        If one is out of its range or of a wrong type; the message names it and says what was expected.
    """

    threshold: float = 0.5
    d_range: tuple[float, float] | None = None
    aperture: float | None = None
    amplitude: float = 0.5
    eps: float | None = None
    min_samples: int | None = None
    min_area: float | None = None
    include: tuple[tuple[float, float], ...] = ()
    exclude: tuple[tuple[float, float], ...] = ()

    def __post_init__(self):
        number = _is_number
        self._expect(number(self.threshold) and 0 <= self.threshold <= 1, "threshold", "a probability from 0 to 1")
        self._expect(number(self.amplitude) and 0 < self.amplitude < 1, "amplitude", "a fraction between 0 and 1")
        if self.d_range is not None:
            pair = _pair(self.d_range)
            self._expect(pair and 0 < pair[0] < pair[1], "d_range", "(smallest, largest) d-spacing, both positive")
            object.__setattr__(self, "d_range", pair)
        for name in ("aperture", "eps"):
            value = getattr(self, name)
            self._expect(value is None or (number(value) and value > 0), name, "a positive number, or None")
        samples, area = self.min_samples, self.min_area
        whole = isinstance(samples, Integral) and samples >= 1
        self._expect(samples is None or whole, "min_samples", "a whole number of at least 1, or None")
        self._expect(area is None or (number(area) and area >= 0), "min_area", "an area of at least 0, or None")
        for name in ("include", "exclude"):
            points = getattr(self, name)
            pairs = tuple(map(_pair, points)) if isinstance(points, list | tuple | np.ndarray) else (None,)
            self._expect(
                all(p and np.hypot(*p) > 0 for p in pairs), name, "a list of wave vectors (kx, ky), not (0, 0)"
            )
            object.__setattr__(self, name, pairs)

    def _expect(self, condition, name, expected):
        if not condition:
            raise ValueError(f"{name} is {getattr(self, name)!r}: expected {expected}")


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool) and bool(np.isfinite(value))


def _pair(values):
    """Two finite numbers as floats, or None if it is something else."""
    if not isinstance(values, list | tuple | np.ndarray) or len(values) != 2 or not all(map(_is_number, values)):
        return None
    return float(values[0]), float(values[1])
