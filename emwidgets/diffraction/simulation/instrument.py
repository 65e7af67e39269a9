"""An instrument is an ordered list of what it does to a pattern.

`Optics` says where the beams land and how wide they are; the effects that follow it (of `beam`, `stops`, `detector`,
`record` and `annotation`, or your own) are applied in the order in which they stand. An effect is anything that takes a
`Frame` and a random generator and returns a `Frame`; each of ours can be used alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .drawing import SpotShape, brightness, draw
from .frame import Frame, Geometry, KikuchiLines
from .kinematic import Spots

Effect = Callable[[Frame, np.random.Generator], Frame]


@dataclass(frozen=True)
class Optics:
    """Where the lenses put the pattern, and how wide they make the spots.

    Parameters
    ----------
    shift : (x, y)
        Of the direct beam from the middle of the frame, over half the shorter side.
    ellipticity : float
        Long over short axis of what should be a circle.
    ellipse_angle : float
        Direction of the long axis, degrees from x towards y.
    blur : float
        Of a spot (standard deviation), over half the shorter side.
    disk : float
        Radius of the disks of a convergent beam, over half the shorter side.
    """

    shift: tuple[float, float] = (0.0, 0.0)
    ellipticity: float = 1.0
    ellipse_angle: float = 0.0
    blur: float = 0.006
    disk: float = 0.0

    def geometry(self, shape: tuple[int, int], pixel_size: float) -> Geometry:
        """Where the pixels of a frame lie."""
        half = 0.5 * min(shape)
        centre = tuple((size - 1) / 2 + half * moved for size, moved in zip(shape, self.shift[::-1], strict=True))
        return Geometry(tuple(shape), pixel_size, centre, self.ellipticity, self.ellipse_angle)

    def spot_shape(self, shape: tuple[int, int], crystallite_size: float | None) -> SpotShape:
        """What a spot looks like."""
        half = 0.5 * min(shape)
        return SpotShape(max(self.blur * half, 0.45), self.disk * half, crystallite_size)


@dataclass(frozen=True)
class Instrument:
    """Optics and the effects that follow it, in order.

    Parameters
    ----------
    optics : Optics
    effects : tuple of callables
        Each takes (frame, rng) and returns a frame.
    name : str
        Of the family it was drawn from.

    Examples
    --------
    >>> from emwidgets.diffraction.simulation.beam import CentralBeam
    >>> from emwidgets.diffraction.simulation.detector import Electrons
    >>> camera = Instrument(effects=(CentralBeam(strength=50), Electrons(counts=200)))
    """

    optics: Optics = Optics()
    effects: tuple[Effect, ...] = ()
    name: str = ""

    def record(
        self,
        spots: Spots,
        shape: tuple[int, int],
        pixel_size: float,
        rng: np.random.Generator,
        *,
        crystallite_size: float | None = None,
        lines: KikuchiLines | None = None,
    ) -> Frame:
        """Record diffracted beams.

        Parameters
        ----------
        spots : Spots
            May be empty: then only what the instrument adds is recorded.
        shape : (int, int)
            Rows and columns of the detector.
        pixel_size : float
            1/nm.
        rng : numpy Generator
        crystallite_size : float, optional
            nm; broadens the spots.
        lines : KikuchiLines, optional
        """
        geometry = self.optics.geometry(shape, pixel_size)
        image = draw(spots, geometry, self.optics.spot_shape(shape, crystallite_size))
        # brightness 1: the effects then never meet the tiny numbers of a thin crystal in float32
        image = image / np.float32(brightness(image))
        return self.apply(Frame(image, geometry, spots, lines, features=image), rng)

    def apply(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """All effects, one after the other."""
        for effect in self.effects:
            frame = effect(frame, rng)
        return frame

    def without(self, *kinds: type) -> Instrument:
        """The same instrument without effects of these kinds."""
        return replace(self, effects=tuple(effect for effect in self.effects if not isinstance(effect, kinds)))
