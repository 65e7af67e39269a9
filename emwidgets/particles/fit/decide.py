"""Which corners are cut: fits with and without each cut, compared by what they leave over.

Depths as they come out of a free fit are blurred by noise; a particle's corner, though, is either whole or cut to some
depth worth speaking of. So each doubtful corner is fitted both ways, and the difference in chi² says how likely either
is (Kass & Raftery 1995, doi:10.1080/01621459.1995.10476572, by the largest likelihood over the depths allowed).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emwidgets.particles.networks.framing import SIZE

from .cuboid import Cuboid
from .refine import BLUR, State, View, refined, residual, whitened

#: Depths that a cut corner can have, as a fraction of the edges.
DEPTHS = (0.25, 0.5)

#: Where the depths of a free fit start, and from where on a corner is first taken for cut.
BEGIN, _CUT = 0.2, 0.17

#: Deepest cut of the free fit: noise and blur may make a cut look deeper than it is.
_MOST = 0.55

#: A corner is fitted both ways if its free depth is between these.
_DOUBTFUL = (0.03, 0.42)

#: chi² by which a corner is cut or whole that was not in doubt.
_CLEAR = 40.0

#: Depth from which a cut starts that the free fit did not see.
_SHALLOW = 0.29

#: Turns through all doubtful corners, at most.
_ROUNDS = 3


@dataclass(frozen=True, eq=False)
class Decided:
    """A fit in which every corner is whole or cut.

    Attributes
    ----------
    state : State
        With the depths of the cut corners, 0 for whole ones.
    gains : (8,) array
        By how much chi² would grow if that corner were whole where it is cut, or cut where it is whole.
    views : tuple of View
        What it was fitted to, weighted by the noise.
    """

    state: State
    gains: np.ndarray
    views: tuple[View, ...]

    @property
    def cut(self) -> np.ndarray:
        """Which corners are cut, (8,) bool."""
        return self.state.cuboid.depths > 0


def decided(
    views: Sequence[View],
    starts: Sequence[Cuboid],
    shifts: np.ndarray,
    checkpoint: Callable[[], None] | None = None,
) -> Decided:
    """Fit a cuboid and decide about each corner.

    Parameters
    ----------
    views : sequence of View
        Of one particle.
    starts : sequence of Cuboid
        Poses to start from; the one that fits best is gone on with.
    shifts : (views, 2) array
        Where the middle of the cuboid is in each view, px from the middle of the prepared image.
    checkpoint : callable, optional
        Called between fits; raises if nobody waits any more.
    """
    checkpoint = checkpoint or (lambda: None)
    everything = np.ones(8, bool)
    best = None
    for start in starts:
        checkpoint()
        state = State(replace(start, depths=np.full(8, BEGIN)), shifts, BLUR)
        state = refined(views, state, free=everything, bounds=(0, _MOST), iterations=6)
        best = state if best is None or state.chi < best.chi else best
    weighted = tuple(
        whitened(view, residual(view, best, number), _particle(best, view, number)) for number, view in enumerate(views)
    )
    return settled(weighted, best, checkpoint)


def settled(views: tuple[View, ...], near: State, checkpoint: Callable[[], None] | None = None) -> Decided:
    """Decide about each corner near a pose, in views that are weighted by their noise already."""
    checkpoint = checkpoint or (lambda: None)
    free = refined(views, near, free=np.ones(8, bool), bounds=(0, _MOST), iterations=10)
    cut = free.cuboid.depths > _CUT
    state = _fixed(views, free, cut)
    gains = np.full(8, _CLEAR)
    doubtful = _doubtful(free)
    for _ in range(_ROUNDS):
        changed = False
        for corner in doubtful:
            checkpoint()
            other = cut.copy()
            other[corner] ^= True
            tried = _fixed(views, state, other)
            if tried.chi < state.chi:
                gains[corner] = state.chi - tried.chi
                state, cut, changed = tried, other, True
            else:
                gains[corner] = tried.chi - state.chi
        if not changed:
            break
    return Decided(state, gains, views)


def _doubtful(free: State) -> list[int]:
    """Corners that are worth a second look, the most doubtful first."""
    depths = free.cuboid.depths
    order = np.argsort(np.abs(depths - _CUT))
    return [int(corner) for corner in order if _DOUBTFUL[0] < depths[corner] < _DOUBTFUL[1]]


def _fixed(views, state: State, cut) -> State:
    """The best fit in which just these corners are cut."""
    depths = state.cuboid.depths
    inside = np.clip(np.where(depths > DEPTHS[0] / 2, depths, _SHALLOW), *DEPTHS)
    begun = replace(state, cuboid=replace(state.cuboid, depths=np.where(cut, inside, 0.0)))
    return refined(views, begun, free=cut, bounds=DEPTHS, iterations=6)


def _particle(state: State, view: View, number: int) -> np.ndarray:
    """Mask of where the particle is in a view, (SIZE, SIZE) float."""
    axes = state.cuboid.turned(view.tilt).axes / view.scale
    reach = np.abs(axes[:2]).sum(axis=1)
    places = np.arange(SIZE) - (SIZE - 1) / 2
    x, y = (np.abs(places - middle) <= limit for middle, limit in zip(state.shifts[number], reach, strict=True))
    return (y[:, None] & x[None]).astype(float)
