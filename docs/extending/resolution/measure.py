"""The resolution of a series of frames in one call, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.signals import Calibration, Provenance, calibrated_frames, provenance
from emwidgets.signals.frames import signal_of

from .ring_correlation import Rings, ring_correlation

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from hyperspy.signals import Signal1D

#: Correlation of two halves at which their sum agrees by one half with the image that has no noise.
THRESHOLD = 1 / 7
#: Times its own spread by which the correlation of a ring must stand out before it counts as detail.
_CERTAIN = 4


@dataclass(frozen=True, eq=False)
class Resolution:
    """How fine the detail of a series of frames is.

    Attributes
    ----------
    where : Calibration
        Axes of the frames; lengths are in its unit (nm, or px if uncalibrated), frequencies in its inverse.
    rings : Rings
        Correlation of the two halves of the series, as one pair.
    threshold : float
    frames : int
        How many of the series were used.
    provenance : Provenance
    """

    where: Calibration
    rings: Rings
    threshold: float
    frames: int
    provenance: Provenance

    @property
    def correlation(self) -> np.ndarray:
        """Of each ring, (rings,)."""
        return self.rings.correlation[0]

    @property
    def limit(self) -> float:
        """Period down to which all detail is reproduced: where the correlation first falls to the threshold.

        NaN where it is below from the first ring on, or nothing stands out of chance. Where it never falls, the period
        of the last ring: the pixels are the limit, and smaller ones would show more.
        """
        low = np.flatnonzero(~(self.correlation > self.threshold))
        frequency = self.rings.frequency
        if not len(low):
            return float(1 / frequency[-1])
        if low[0] == 0 or not self._sure.any():
            return float("nan")
        pair = slice(low[0] - 1, low[0] + 1)
        return float(1 / np.interp(-self.threshold, -self.correlation[pair], frequency[pair]))

    @property
    def finest(self) -> float:
        """Period of the finest ring that is reproduced, whatever lies between: of a lattice, its finest reflection."""
        if not self._sure.any():
            return float("nan")
        return float(np.fmin(1 / self.rings.frequency[self._sure][-1], self.limit))  # which lies between two rings

    @property
    def _sure(self) -> np.ndarray:
        return self.correlation > np.maximum(self.threshold, _CERTAIN * self.rings.chance)

    def to_dataframe(self) -> pd.DataFrame:
        """One row a ring: frequency, correlation, chance."""
        import pandas as pd

        rings = self.rings
        table = pd.DataFrame(
            {"frequency": rings.frequency, "correlation": self.correlation, "chance": rings.chance},
        )
        table.attrs["units"] = {"frequency": f"1/{self.where.unit}"}
        return table

    def to_signal(self) -> Signal1D:
        """The curve, its axis in 1/nm (1/px), with all that made it in ``metadata.emwidgets``."""
        frequency = self.rings.frequency
        step = float(np.polyfit(np.arange(len(frequency)), frequency, 1)[0])
        axis = {"size": len(frequency), "name": "frequency", "scale": step, "offset": float(frequency[0])}
        axis["units"] = f"1/{self.where.unit}"
        return signal_of(self.correlation, [axis], self.where.title, "Correlation", self.provenance)

    def plot(self) -> go.Figure:
        """The curve, the threshold, and what chance alone would make."""
        import plotly.graph_objects as go

        table = self.to_dataframe()
        figure = go.Figure()
        figure.add_scatter(x=table["frequency"], y=table["correlation"], name="halves of the series")
        figure.add_scatter(x=table["frequency"], y=_CERTAIN * table["chance"], name="chance", line={"dash": "dot"})
        figure.add_hline(self.threshold, line_dash="dash")
        figure.update_xaxes(title=f"frequency / {self.where.unit}⁻¹")
        figure.update_yaxes(title="correlation")
        return figure

    def __str__(self) -> str:
        unit = self.where.unit
        if np.isnan(self.limit):
            return f"{self.frames} frames: the halves have nothing in common"
        return (
            f"{self.frames} frames: all detail down to {self.limit:.3g} {unit}, the finest at {self.finest:.3g} {unit}"
        )

    def _repr_html_(self) -> str:
        return f"<p>Resolution of <b><bdi>{escape(self.where.title or 'a series')}</bdi></b>: {escape(str(self))}</p>"


def measure(signal, *, frames: int | None = None, threshold: float = THRESHOLD) -> Resolution:
    """How fine the detail is that a series of frames of one place holds.

    The frames are dealt out to two halves by turns, and the halves compared by Fourier ring correlation: noise is their
    own, what is in the specimen they have in common. The usual threshold is 1/7 [1]_: there, the sum of *all* frames
    agrees by one half with the image without noise.

    Parameters
    ----------
    signal : Signal2D
        Frames of the same place, aligned (``signal.align2D()``), lazy or not.
    frames : int, optional
        Use the first so many: an even number, at least 2. All that make an even number by default.
    threshold : float
        Between 0 and 1.

    Returns
    -------
    Resolution

    Raises
    ------
    TypeError, ValueError
        If `signal` is no series of at least two frames, a frame has missing pixels, or an argument is out of range.

    Notes
    -----
    What the frames have in common, but the specimen has not, counts as detail: an error of the gain reference, dead
    pixels, a scan that is distorted in the same way each time. Drift that was not corrected counts against it.

    References
    ----------
    .. [1] P. B. Rosenthal, R. Henderson, "Optimal determination of particle orientation, absolute hand, and contrast
       loss in single-particle electron cryomicroscopy", J. Mol. Biol. 333 (2003) 721, doi:10.1016/j.jmb.2003.07.013

    Examples
    --------
    >>> import numpy as np
    >>> from hyperspy.signals import Signal2D
    >>> rng = np.random.default_rng(0)
    >>> place = np.repeat(np.repeat(rng.normal(size=(16, 16)), 8, axis=0), 8, axis=1)  # squares of 8 px
    >>> series = Signal2D(place + rng.normal(size=(8, 128, 128)))
    >>> found = measure(series)
    >>> found.frames, found.where.unit, found.limit < 16
    (8, 'px', True)
    """
    given = calibrated_frames(signal)
    return of_frames(given, signal, frames, threshold, digest=not given.lazy)


def of_frames(given, signal, frames: int | None, threshold: float, digest) -> Resolution:
    """The same of frames that were read before."""
    there = len(given)
    if there < 2:
        raise ValueError(f"{given.name_of(0)} is one frame: expected a series of the same place, of at least two")
    used = there - there % 2 if frames is None else frames
    if not (isinstance(used, int) and 2 <= used <= there and used % 2 == 0):
        raise ValueError(
            f"frames is {frames!r}: expected an even number from 2 to {there}, which halves can be made of"
        )
    if not 0 < threshold < 1:
        raise ValueError(f"threshold is {threshold!r}: expected a correlation between 0 and 1")
    if given.mask is not None and bool(given.mask[:used].any()):
        raise ValueError(f"'{given.title}' has missing pixels, which both halves have in common: crop them away (isig)")
    halves = [np.asarray(given.data[turn:used:2].sum(axis=0))[None] for turn in (0, 1)]
    made = provenance(signal, "resolution.measure", {"frames": frames, "threshold": threshold}, digest=digest)
    return Resolution(given.without_data(), ring_correlation(*halves, given.scale), threshold, used, made)
