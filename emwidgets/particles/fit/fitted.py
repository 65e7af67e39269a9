"""Fit a cuboid to the pictures of one particle, as they come from the microscope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage
from scipy.fft import irfft2

from emwidgets.particles.networks.framing import SIZE, Frame, cropped
from emwidgets.particles.networks.pose import starts
from emwidgets.particles.symmetry import handedness

from .cuboid import Cuboid
from .decide import BEGIN, Decided, decided, settled
from .refine import BLUR, State, View, refined, residual

#: What is left over is smoothed over this (standard deviation, px) before it is called misfit: noise is none.
_SMOOTH = 2.0

#: Edges closer to each other than this, in units of their mean, are taken for equal: such a corner has no hand.
_ALIKE = 0.01


@dataclass(frozen=True, eq=False)
class Fitted:
    """The cuboid that fits a picture.

    Attributes
    ----------
    axes : (3, 3) array
        Half edges as columns in the microscope's frame, px of the (first) image. Reversing all z fits a single picture
        as well.
    centre : (x, y)
        Of the uncut cuboid from the middle of the (first) image, px.
    depths : (8,) array
        Of the cuts, as a fraction of the edges; 0 for whole corners. Corners are numbered as those of `cuboid`.
    misfit : float
        What is left over between picture and model, smoothed, in units of the mean signal of the particle.
    ground : float
        The same of the picture beside the particle, where no model can be wrong: noise and film.
    """

    axes: np.ndarray
    centre: tuple[float, float]
    depths: np.ndarray
    misfit: float
    ground: float = 0.0

    @property
    def edges(self) -> np.ndarray:
        """Lengths of the uncut edges, px."""
        return 2 * np.linalg.norm(self.axes, axis=0)


def fit(
    images: list[np.ndarray],
    frames: list[Frame],
    said: np.ndarray,
    tilts: np.ndarray | None = None,
    checkpoint: Callable[[], None] | None = None,
) -> tuple[Fitted, Decided]:
    """Fit one cuboid to one picture, or to several whose tilts are known.

    Parameters
    ----------
    images : list of (rows, columns) arrays
    frames : list of Frame
        As `framing.find` gives them.
    said : (views, 15) array
        Poses that the network says.
    tilts : (views, 3, 3) array, optional
        Rotations of the holder.
    checkpoint : callable, optional
        Called between fits; raises if nobody waits any more.
    """
    views = _views(images, frames, tilts)
    possible = [starts(each, 4 if len(views) == 1 else 2) for each in said]
    shifts = np.array([each[0][1] for each in possible])
    found = decided(views, _begun(views, possible, shifts), shifts, checkpoint)
    return _told(images[0], frames[0], views, found), found


def mirrored_fit(first: Decided, checkpoint: Callable[[], None] | None = None) -> Decided:
    """The best fit of a particle of the other hand than another fit, in the same views.

    It begins with the mirror image as it is, seen along each of the views in turn, and moves it without changing it:
    edges that may change can turn into each other, and the particle into the first one under other names. Only then is
    it let go, and what comes of that is taken where it has the other hand still. It is weighted by the noise that the
    first fit left, as chi² can be compared only so.
    """
    held = None
    for view in first.views:
        if checkpoint:
            checkpoint()
        mirrored = first.state.cuboid.turned(view.tilt).reflected().turned(view.tilt.T)
        begun = replace(first.state, cuboid=mirrored)
        tried = refined(first.views, begun, free=np.zeros(8, bool), bounds=(0, 1), edges=False, iterations=10)
        held = tried if held is None or tried.chi < held.chi else held
    begun = replace(held, cuboid=replace(held.cuboid, depths=np.maximum(held.cuboid.depths, BEGIN)))
    released = settled(first.views, begun, checkpoint)
    if hand(released) * hand(first) < 0 and released.state.chi < held.chi:
        return released
    return Decided(held, first.gains, first.views)


def hand(found: Decided) -> int:
    """More right-handed (positive) or left-handed (negative) corners cut; 0 if neither, or two edges are alike."""
    half = found.state.cuboid.half
    if np.diff(np.sort(half)).min() < _ALIKE * half.mean():
        return 0
    return handedness(np.flatnonzero(found.cut), tuple(half))


def _views(images, frames, tilts) -> list[View]:
    matrices = [np.eye(3)] * len(images) if tilts is None else tilts
    return [
        View.of(cropped(image, frame), matrix, frame.step / frames[0].step)
        for image, frame, matrix in zip(images, frames, matrices, strict=True)
    ]


def _begun(views, possible, shifts) -> list[Cuboid]:
    """Poses to start from, in the frame of the holder; of several views those two that fit best at once."""
    poses = [
        Cuboid.of_axes(axes * view.scale).turned(view.tilt.T)
        for view, each in zip(views, possible, strict=True)
        for axes, _ in each
    ]
    if len(views) == 1:
        return poses
    # reversing z does not show in one view, but does in the others
    poses += [
        each.turned(view.tilt).reflected().turned(view.tilt.T)
        for each, view in zip(
            poses, [view for view, each in zip(views, possible, strict=True) for _ in each], strict=True
        )
    ]
    whole = np.zeros(8, bool)
    tried = [
        refined(
            views, State(replace(each, depths=np.full(8, 0.2)), shifts, BLUR), free=whole, bounds=(0, 1), iterations=1
        )
        for each in poses
    ]
    order = np.argsort([state.chi for state in tried])
    return [tried[number].cuboid for number in order[:3]]


def _told(image, frame: Frame, views, found: Decided) -> Fitted:
    cuboid, step = found.state.cuboid.turned(views[0].tilt), frame.step
    middle = (np.array(image.shape[::-1]) - 1) / 2
    centre = np.array(frame.centre[::-1]) + found.state.shifts[0] * step - middle
    left = irfft2(residual(views[0], found.state), s=(SIZE, SIZE))
    smooth = ndimage.gaussian_filter(left - np.median(left), _SMOOTH)
    places = np.arange(SIZE) - (SIZE - 1) / 2
    reach = np.abs(cuboid.axes[:2]).sum(axis=1)
    x, y = (np.abs(places - shift) < limit for shift, limit in zip(found.state.shifts[0], reach, strict=True))
    inside = y[:, None] & x
    misfit = float(np.sqrt((smooth[inside] ** 2).mean())) if inside.any() else float("inf")
    beside = smooth[~ndimage.binary_dilation(inside, iterations=round(2 * _SMOOTH))]
    ground = float(beside.std()) if beside.size else 0.0
    return Fitted(cuboid.axes * step, (float(centre[0]), float(centre[1])), cuboid.depths, misfit, ground)
