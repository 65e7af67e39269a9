"""The silhouette of a convex particle with sub-pixel care, and the polygon that it is.

First the edge is found along rays from the centre (see `edge`), then these points are divided into straight sides,
and every side is put where the profile across it says, with all of its pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from emwidgets.particles.networks.framing import Frame

from .edge import ALONG, SAMPLES, blur_of, edges
from .polygon import moments

#: Rays from the centre.
RAYS = 96

#: Blur of the profiles along them: the picture is smoothed by the first, the second is that of a usual probe and it.
#: Lengths are in radii of gyration.
SMOOTHING, SMOOTHED = 0.05, 0.07

#: Points on rays that a side has at least, and what another side must explain, in variances of such a point.
SHORTEST_SIDE, PRICE = 4, 14.0

#: A side is left out where the corner of its neighbours would stick out by less: blur rounds corners by as much.
ROUNDED = 0.12

#: The area of the polygon and that within the points on rays are alike up to this ratio, or there is no polygon.
AGREEMENT = 0.75

NO_POLYGON = "the silhouette of the particle is no polygon: it is too thin for its pixels, or hollow"

#: Standard deviation, px, of the blur that reading between pixels adds.
INTERPOLATION = 0.3

#: How often the sides are put right.
PASSES = 3

#: Part of a side, at each end, whose profile is not read, at most this part of a radius of gyration.
ENDS = 0.15

#: Shorter sides keep the direction that the points on rays gave them, as do those that would turn by more than this.
TURNED, LEAST_COSINE = 0.25, np.cos(np.deg2rad(15))


@dataclass(frozen=True, eq=False)
class Outline:
    """The silhouette of a particle; places in px, x to the right and y down.

    Attributes
    ----------
    points : (RAYS, 2) array
        Where the edge was found along each ray from the centre, by increasing angle.
    vertices : (n, 2) array
        Of the polygon fitted to it, in the same sense.
    slopes : (n,) array
        Of the signal at the side from each vertex to the next, per px.
    misfit : float
        Root mean square distance of the points from the polygon, px.
    """

    points: np.ndarray
    vertices: np.ndarray
    slopes: np.ndarray
    misfit: float


def outline(image: np.ndarray, frame: Frame, blur: float | None = None) -> Outline:
    """Find the silhouette of a particle.

    Parameters
    ----------
    image : (rows, columns) float array
        Without missing pixels.
    frame : Frame
        Where the particle is, as `framing.find` gives it.
    blur : float, optional
        Standard deviation of the probe, px. Left out, it is found from the picture, which is less exact.

    Returns
    -------
    Outline

    Raises
    ------
    ValueError
        If the silhouette is no polygon, as that of a very thin or hollow particle.
    """
    signal = np.asarray(image, np.float32) - np.float32(frame.background)
    size, centre = frame.gyration, np.array([frame.centre[1], frame.centre[0]])
    points = _points(signal, frame, centre)
    lines = _sides(points)
    width = SMOOTHING if blur is None else math.hypot(blur, INTERPOLATION) / size
    for number in range(PASSES):
        measured = blur is None and number == 1
        lines = _pruned(lines, centre, size)
        lines, slopes, width = _placed(signal, lines, centre, size, None if measured else width)
    lines = _pruned(np.column_stack([lines, slopes]), centre, size)
    vertices, kept = _polygon(lines, centre)
    if not AGREEMENT < moments(vertices)[0] / moments(points)[0] < 1 / AGREEMENT:
        raise ValueError(NO_POLYGON)
    misfit = np.abs(points @ lines[:, :2].T - lines[:, 2]).min(axis=1)
    return Outline(points, vertices, lines[kept, 3] / size, float(np.sqrt(np.mean(misfit**2))))


def _points(signal, frame: Frame, centre) -> np.ndarray:
    """Where the edge is along rays."""
    angles = 2 * np.pi * np.arange(RAYS) / RAYS
    ways = np.column_stack([np.cos(angles), np.sin(angles)])
    radii = _within(frame.outline, centre, ways, frame.gyration)
    smooth = gaussian_filter(signal, SMOOTHING * frame.gyration)
    for _ in range(2):  # the threshold may lie further in than a profile reaches
        places = radii[:, None] + ALONG * frame.gyration
        profiles = _read(smooth, centre + places[..., None] * ways[:, None])
        radii = radii + edges(profiles, SMOOTHED, 2.0).places * frame.gyration
    return centre + radii[:, None] * ways


def _within(mask, centre, ways, size) -> np.ndarray:
    """Length of each ray within a mask."""
    step = 0.5
    places = np.rint(centre + np.arange(0, 4 * size, step)[:, None, None] * ways).astype(int)
    columns, rows = places[..., 0], places[..., 1]
    inside = (columns >= 0) & (columns < mask.shape[1]) & (rows >= 0) & (rows < mask.shape[0])
    found = mask[np.clip(rows, 0, mask.shape[0] - 1), np.clip(columns, 0, mask.shape[1] - 1)]
    return (found & inside).sum(axis=0) * step


def _read(image, places) -> np.ndarray:
    """Values at places (..., 2) as x, y; beyond the border is background."""
    return map_coordinates(image, [places[..., 1], places[..., 0]], order=1, mode="constant", cval=0.0)


def _sides(points: np.ndarray) -> np.ndarray:
    """Lines along the sides of the polygon: the division of the points that fits best, for its price."""
    cost = _costs(points) / _variance(points) + PRICE
    first = 0
    for _ in range(2):  # the first point is no corner in general: begin again from one that is
        parts = [(begin + first, end + first) for begin, end in _division(np.roll(cost, -first, axis=0))]
        first = parts[len(parts) // 2][0] % len(points)
    return np.array([_line(points[np.arange(*part) % len(points)], points.mean(axis=0)) for part in parts])


def _variance(points) -> float:
    """Variance of the points across the silhouette, from third differences, which straight sides do not have."""
    third = points - 3 * np.roll(points, 1, 0) + 3 * np.roll(points, 2, 0) - np.roll(points, 3, 0)
    away = points - points.mean(axis=0)
    across = np.abs((third * away).sum(axis=1)) / np.linalg.norm(away, axis=1)
    # 0.6745: from the median deviation to the standard one; 20 = 1 + 9 + 9 + 1
    return max((np.median(across) / 0.6745) ** 2 / 20, 1e-4)


def _costs(points) -> np.ndarray:
    """Sum of squared distances of the points i to i + l from their own line, (n, l); infinite for too few of them."""
    n = len(points)
    x, y = (np.vstack([points, points]) - points.mean(axis=0)).T
    sums = [np.concatenate([[0.0], np.cumsum(each)]) for each in (x, y, x * x, y * y, x * y)]
    first, length = np.arange(n)[:, None], np.arange(n // 2 + 1)[None]
    sx, sy, sxx, syy, sxy = (each[first + length] - each[first] for each in sums)
    count = np.maximum(length, 1)
    xx, yy, xy = sxx - sx * sx / count, syy - sy * sy / count, sxy - sx * sy / count
    least = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)
    least[:, :SHORTEST_SIDE] = np.inf
    return np.maximum(least, 0)


def _division(cost: np.ndarray) -> list[tuple[int, int]]:
    """Segments of least total cost of the points 0 to n - 1, by dynamic programming (Bellman 1961)."""
    n, longest = len(cost), cost.shape[1] - 1
    total, before = np.zeros(n + 1), np.zeros(n + 1, int)
    for end in range(1, n + 1):
        begin = np.arange(max(0, end - longest), end)
        each = total[begin] + cost[begin, end - begin]
        best = int(each.argmin())
        total[end], before[end] = each[best], begin[best]
    parts, end = [], n
    while end:
        parts.append((int(before[end]), end))
        end = parts[-1][0]
    return parts[::-1]


def _line(points, inside) -> list[float]:
    """Line through points: x and y of its normal, away from a place inside, and its distance from 0."""
    if len(points) > SHORTEST_SIDE + 2:  # those at both ends lie round a corner, it may be
        points = points[1:-1]
    middle = points.mean(axis=0)
    x, y = (points - middle).T
    turn = math.atan2(2 * (x @ y), x @ x - y @ y) / 2  # of the line; its normal is turned by a quarter
    normal = np.array([-math.sin(turn), math.cos(turn)])
    normal = normal if normal @ (middle - inside) > 0 else -normal
    return [*normal, normal @ middle]


def _polygon(lines, centre):
    """Corners of the polygon within lines, and which of them bound it, each from its corner to the next."""
    distances = lines[:, 2] - lines[:, :2] @ centre
    if len(lines) < 3 or distances.min() <= 0:
        raise ValueError(NO_POLYGON)
    # the dual polygon: its corners are the sides of this one, and a side that bounds nothing lies inside it
    dual = (lines[:, :2] / distances[:, None]).tolist()
    kept = sorted(range(len(lines)), key=lambda i: math.atan2(dual[i][1], dual[i][0]))
    i = fine = 0
    while fine < len(kept) and len(kept) >= 3:
        (ax, ay), (bx, by), (cx, cy) = (dual[kept[(i + step) % len(kept)]] for step in (-1, 0, 1))
        if (bx - ax) * (cy - by) - (by - ay) * (cx - bx) > 0:
            i, fine = (i + 1) % len(kept), fine + 1
        else:
            del kept[i]
            i, fine = (i - 1) % len(kept), 0
    corners = _meeting(lines[kept], lines[np.roll(kept, -1)])
    if len(kept) < 3 or not np.isfinite(corners).all() or _open(lines[kept]):
        raise ValueError(NO_POLYGON)
    return np.roll(corners, 1, axis=0), kept


def _open(lines) -> bool:
    """Whether neighbouring sides, in order, turn by half a circle or more: then they bound nothing."""
    after = np.roll(lines, -1, axis=0)
    return bool((lines[:, 0] * after[:, 1] - lines[:, 1] * after[:, 0] <= 0).any())


def _meeting(a, b) -> np.ndarray:
    """Where lines meet, (n, 2); infinite for parallel ones."""
    determinant = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (a[:, 2] * b[:, 1] - b[:, 2] * a[:, 1]) / determinant
        y = (a[:, 0] * b[:, 2] - b[:, 0] * a[:, 2]) / determinant
    return np.column_stack([x, y])


def _pruned(lines, centre, size) -> np.ndarray:
    """The lines in order round the polygon, without those that only round a corner off."""
    while True:
        lines = lines[_polygon(lines, centre)[1]]
        if len(lines) == 3:
            return lines
        before, after = np.roll(lines, 1, axis=0), np.roll(lines, -1, axis=0)
        beyond = (_meeting(before, after) * lines[:, :2]).sum(axis=1) - lines[:, 2]
        turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
        beyond[turn <= 1e-6] = np.inf  # such neighbours do not meet beyond this side
        least = int(beyond.argmin())
        if beyond[least] > ROUNDED * size:
            return lines
        lines = np.delete(lines, least, axis=0)


def _placed(signal, lines, centre, size, width: float | None):
    """Lines where the profiles across the sides say, the slopes of the signal there, and the width of the blur.

    The width is found where it is not given. The places of its two halves turn a side.
    """
    vertices, kept = _polygon(lines, centre)
    lines = lines[kept]
    middles, profiles = _halves(signal, lines, vertices, size)
    width = blur_of(profiles.mean(axis=1)) if width is None else width
    correlated = SAMPLES / (np.ptp(ALONG) * size)
    found = edges(profiles.mean(axis=1), width, correlated)
    each = edges(profiles.reshape(-1, SAMPLES), width, correlated).places.reshape(-1, 2)
    moved = lines.copy()
    moved[:, 2] += found.places * size
    ends = middles + (each * size)[..., None] * lines[:, None, :2]
    way = ends[:, 1] - ends[:, 0]
    length = np.hypot(*way.T)
    normals = np.column_stack([way[:, 1], -way[:, 0]]) / length[:, None]
    agreed = (normals * lines[:, :2]).sum(axis=1)
    normals *= np.sign(agreed)[:, None]
    turned = (length > TURNED * size) & (np.abs(agreed) > LEAST_COSINE)
    moved[turned, :2] = normals[turned]
    moved[turned, 2] = (normals * ends.mean(axis=1)).sum(axis=1)[turned]
    return moved, found.slopes, width


def _halves(signal, lines, vertices, size):
    """Middles of both halves of each side, (n, 2, 2), and the mean profiles across them, (n, 2, SAMPLES)."""
    ends = np.roll(vertices, -1, axis=0)
    lengths = np.linalg.norm(ends - vertices, axis=1)
    left_out = ENDS * np.minimum(1, size / np.maximum(lengths, 1e-9))
    steps = max(int(lengths.max() / 2), 4)
    along = np.linspace(left_out, 1 - left_out, 2 * steps).T.reshape(len(lines), 2, steps, 1)
    bases = vertices[:, None, None] + along * (ends - vertices)[:, None, None]
    values = _read(signal, bases[..., None, :] + (ALONG * size)[:, None] * lines[:, None, None, None, :2])
    return bases.mean(axis=2), values.mean(axis=2)
