"""Levenberg-Marquardt for a cuboid in one or several pictures, all sums in Fourier space."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.fft import irfft2, rfft2

from emwidgets.particles.networks.framing import SIZE

from .cuboid import Cuboid, blurred, frequencies, multiplicity, transforms

#: Differences by which derivatives are taken: rotation (rad), logarithm of an edge, depth.
_STEPS = np.repeat([0.004, 0.004, 0.01], [3, 3, 8])

#: No step goes further than this: rotation (rad), logarithm of an edge, depth.
_FARTHEST = np.repeat([0.25, 0.1, 0.15], [3, 3, 8])

#: Blur of a prepared image, px: where it starts and its bounds.
BLUR, LEAST_BLUR, MOST_BLUR = 0.8, 0.3, 5.0

#: Width of the rings over which the spectrum of the noise is taken, in steps of frequency.
_RING = 2

#: An improvement of chi² below this ends the fit.
_ENOUGH = 0.05


@dataclass(frozen=True, eq=False)
class View:
    """A picture to be fitted.

    Attributes
    ----------
    transform : (SIZE, SIZE / 2 + 1) complex array
        Of the cropped image.
    weights : (SIZE, SIZE / 2 + 1) array
        One over the standard deviation of the noise there (0 at zero frequency); see `whitened`.
    tilt : (3, 3) array
        Rotation of the holder.
    scale : float
        Pixels of this view to one of the first.
    """

    transform: np.ndarray
    weights: np.ndarray
    tilt: np.ndarray
    scale: float = 1.0

    @classmethod
    def of(cls, cropped: np.ndarray, tilt=None, scale: float = 1.0) -> View:
        """From an image as `framing.cropped` gives it; white noise of standard deviation 1 until more is known."""
        weights = np.sqrt(multiplicity()) * np.ones((SIZE, 1))
        weights[0, 0] = 0
        return cls(rfft2(cropped), weights, np.eye(3) if tilt is None else tilt, scale)


@dataclass(frozen=True, eq=False)
class State:
    """A fit: the cuboid, and for each view the shift (x, y) of its centre; the blur; what is left over.

    `chi` is the weighted sum of squares, `gains` the signal of one px of thickness in each view.
    """

    cuboid: Cuboid
    shifts: np.ndarray
    blur: float
    chi: float = np.inf
    gains: np.ndarray | None = None


def refined(
    views: list[View],
    state: State,
    *,
    free: np.ndarray,
    bounds: tuple[float, float],
    iterations: int = 12,
    edges: bool = True,
) -> State:
    """The best fit near a state.

    Parameters
    ----------
    views : sequence of View
    state : State
    free : (8,) bool array
        Corners whose depth is fitted; the others stay as they are.
    bounds : (float, float)
        Of the depths that are fitted.
    iterations : int
        At most.
    edges : bool
        Whether the edges are fitted.
    """
    moving = np.concatenate([np.ones(3, bool), np.full(3, edges), free])
    state, parts = _looked_at(views, state)
    damping = 1e-3
    for _ in range(iterations):
        normal, slope = _normal_equations(views, state, parts, moving)
        better = None
        for _ in range(4):
            step = np.linalg.solve(normal + np.diag(np.diag(normal) * damping + 1e-9), slope)
            tried = _stepped(state, step, moving, bounds, len(views))
            found, its_parts = _looked_at(views, tried)
            if found.chi < state.chi:
                better = found, its_parts
                break
            damping *= 8
        if better is None:
            break
        gained = state.chi - better[0].chi
        state, parts = better
        damping = max(damping / 8, 1e-6)
        if gained < _ENOUGH:
            break
    return state


def residual(view: View, state: State, number: int = 0) -> np.ndarray:
    """Transform of what the fit leaves of a view."""
    _, model, _, gain = _part(view, state, number)
    return view.transform - gain * model


def _looked_at(views, state):
    """The state with its chi² and gains, and for each view what they come from."""
    parts = [_part(view, state, number) for number, view in enumerate(views)]
    chi = sum(float((np.abs(left) ** 2).sum()) for left, *_ in parts)
    return replace(state, chi=chi, gains=np.array([gain for *_, gain in parts])), parts


def _part(view, state, number):
    """Weighted residual, transform of the model, factor of blur and shift, and gain, of one view."""
    seen = _seen(state.cuboid, view)
    factor = blurred(state.blur / view.scale, state.shifts[number])
    model = transforms([seen])[0] * factor
    weighted, data = model * view.weights, view.transform * view.weights
    gain = float((weighted.conj() * data).real.sum() / max(float((np.abs(weighted) ** 2).sum()), 1e-12))
    return data - gain * weighted, model, factor, gain


def _seen(cuboid: Cuboid, view: View) -> Cuboid:
    turned = cuboid.turned(view.tilt)
    return turned if view.scale == 1 else replace(turned, half=turned.half / view.scale)


def _normal_equations(views, state, parts, moving):
    """JᵀJ and Jᵀr over (moving parameters of the cuboid, blur, then x, y and gain of each view)."""
    chosen = np.flatnonzero(moving)
    steps = np.zeros((len(chosen), 14))
    steps[np.arange(len(chosen)), chosen] = _STEPS[chosen]
    changed = [state.cuboid.moved(step) for step in steps]
    count = len(chosen) + 1 + 3 * len(views)
    normal, slope = np.zeros((count, count)), np.zeros(count)
    kx, ky = frequencies()
    for number, (view, (left, model, factor, gain)) in enumerate(zip(views, parts, strict=True)):
        weights = view.weights * gain
        there = transforms([_seen(each, view) for each in changed])
        columns = [(there * factor - model) * weights / _STEPS[chosen][:, None, None]]
        blur = -(kx**2 + ky**2) * state.blur / view.scale**2 * model * weights
        own = [blur, -1j * kx * model * weights, -1j * ky * model * weights, model * view.weights]
        jacobian = np.concatenate([*columns, np.array(own)]).reshape(len(chosen) + 4, -1)
        places = np.r_[: len(chosen) + 1, len(chosen) + 1 + 3 * number + np.arange(3)]
        real = np.concatenate([jacobian.real, jacobian.imag], axis=1)
        normal[np.ix_(places, places)] += real @ real.T
        slope[places] += real @ np.concatenate([left.real.ravel(), left.imag.ravel()])
    return normal, slope


def _stepped(state, step, moving, bounds, views) -> State:
    change = np.zeros(14)
    chosen = np.flatnonzero(moving)
    change[chosen] = np.clip(step[: len(chosen)], -_FARTHEST[chosen], _FARTHEST[chosen])
    cuboid = state.cuboid.moved(change)
    free = moving[6:]
    cuboid = replace(cuboid, depths=np.where(free, np.clip(cuboid.depths, *bounds), cuboid.depths))
    each = step[len(chosen) + 1 :].reshape(views, 3)
    blur = float(np.clip(state.blur + np.clip(step[len(chosen)], -0.3, 0.3), LEAST_BLUR, MOST_BLUR))
    return State(cuboid, state.shifts + np.clip(each[:, :2], -2, 2), blur)


def whitened(view: View, left: np.ndarray, mask: np.ndarray) -> View:
    """A view weighted by the noise that a fit left within a mask (SIZE, SIZE) of the particle.

    The spectrum of the noise is taken for isotropic: the film's grain and the resampling make it fall towards high
    frequencies. A spectrum with few values in a ring is smoothed with its neighbours.
    """
    noise = np.abs(rfft2(irfft2(left, s=(SIZE, SIZE)) * mask)) ** 2 / max(float((mask**2).sum()), 1.0)
    kx, ky = frequencies()
    ring = np.sqrt(kx**2 + ky**2) * SIZE / (2 * np.pi) / _RING
    numbers = np.minimum(ring.astype(int), SIZE // 2 // _RING)
    times = np.broadcast_to(multiplicity(), noise.shape)
    total = np.bincount(numbers.ravel(), (noise * times).ravel())
    spectrum = total / np.maximum(np.bincount(numbers.ravel(), times.ravel()), 1e-12)
    middles = (np.arange(len(spectrum)) + 0.5) * _RING * 2 * np.pi / SIZE
    power = np.exp(np.interp(ring * _RING * 2 * np.pi / SIZE, middles, np.log(np.maximum(spectrum, 1e-12))))
    weights = np.sqrt(multiplicity() / power)
    weights[0, 0] = 0
    return replace(view, weights=weights)
