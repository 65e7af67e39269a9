"""DBSCAN of the pixels of an image, on the pixel grid."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def dbscan_image(mask: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
    """Cluster the True pixels of an image by density.

    The same partition as ``sklearn.cluster.DBSCAN(eps, min_samples)`` of their coordinates: the same core points and
    the same noise, clusters numbered in the same order; a border point may go to any cluster that reaches it. As the
    points stand on a grid, neighbours are counted by sums along rows and no distance is ever computed, which takes
    a twentieth of the time and little memory.

    Parameters
    ----------
    mask : (rows, columns) bool array
        The points.
    eps : float
        Reach of a neighbourhood in px (inclusive).
    min_samples : int
        Points in reach, the point itself included, that make it a core point.

    Returns
    -------
    (rows, columns) int32 array
        Clusters 0, 1, ... in the order of their first core point; -1 for noise and for pixels that are not in `mask`.

    Raises
    ------
    ValueError
        If `mask` is not two-dimensional, `eps` not positive or `min_samples` less than 1.

    References
    ----------
    .. [1] M. Ester, H.-P. Kriegel, J. Sander, X. Xu, "A density-based algorithm for discovering clusters in large
       spatial databases with noise", KDD 1996, 226-231

    Examples
    --------
    >>> import numpy as np
    >>> dbscan_image(np.array([[1, 1, 0, 0, 1, 1]], bool), eps=1, min_samples=2)
    array([[ 0,  0, -1, -1,  1,  1]], dtype=int32)
    """
    mask = np.asarray(mask)
    if mask.ndim != 2:
        raise ValueError(f"mask has {mask.ndim} dimensions: expected a two-dimensional image of the points")
    if not (np.isfinite(eps) and eps > 0):
        raise ValueError(f"eps is {eps}: expected a positive reach in px")
    if min_samples < 1:
        raise ValueError(f"min_samples is {min_samples}: expected at least 1 (the point itself counts)")
    mask = mask.astype(bool, copy=False)
    reach = int(eps)
    labels = np.full(mask.shape, -1, np.int32)
    if not mask.any():
        return labels

    padded = np.pad(mask, reach)
    core = padded & (_neighbours(padded, eps) >= min_samples)
    components, count = _components(core, eps)
    if count == 0:
        return labels
    components = _join(components, count, core, eps)
    _reach_border(components, padded & ~core, eps)
    inner = components[reach : reach + mask.shape[0], reach : reach + mask.shape[1]]
    np.subtract(inner, 1, out=labels)
    return labels


def disc_size(eps: float) -> int:
    """Number of grid points within `eps` px of a grid point, itself included."""
    return sum(2 * int(np.sqrt(eps**2 - dy**2)) + 1 for dy in range(-int(eps), int(eps) + 1))


def _half_widths(eps):
    """(dy, largest dx) of each row of the disc."""
    return [(dy, int(np.sqrt(eps * eps - dy * dy))) for dy in range(-int(eps), int(eps) + 1)]


def _neighbours(padded, eps):
    """How many points lie within eps of each pixel; the outer `int(eps)` pixels are not filled."""
    reach = int(eps)
    rows, columns = padded.shape
    dtype = np.int16 if columns < 2**15 else np.int32
    sums = np.zeros((rows, columns + 1), dtype)
    np.cumsum(padded, axis=1, dtype=dtype, out=sums[:, 1:])
    counts = np.zeros(padded.shape, np.int32 if disc_size(eps) >= 2**15 else dtype)
    inner = counts[reach : rows - reach, reach : columns - reach]
    spans = {}
    for dy, half in _half_widths(eps):
        if half not in spans:  # the rows at +dy and -dy have one width
            after, before = reach + half + 1, reach - half
            spans[half] = sums[:, after : columns - reach + half + 1] - sums[:, before : columns - reach - half]
        inner += spans[half][reach + dy : rows - reach + dy]
    return counts


def _components(core, eps):
    """Core pixels joined with those next to them."""
    if eps < 1:
        components = np.zeros(core.shape, np.int32)
        components[core] = np.arange(1, np.count_nonzero(core) + 1)
        return components, int(components.max())
    structure = ndimage.generate_binary_structure(2, 2 if eps >= np.sqrt(2) else 1)
    components = np.empty(core.shape, np.int32)
    count = ndimage.label(core, structure, output=components)
    return components, count


def _join(components, count, core, eps):
    """Give one number to components with core pixels within eps of each other, in the order of the first pixel."""
    pairs = []
    if eps >= 2 and count > 1:  # what is closer than 2 px is joined already
        # both ends of the shortest bridge between two components are on their rims
        rim = np.flatnonzero(core & ~ndimage.binary_erosion(core))
        flat, columns = components.ravel(), components.shape[1]
        here = flat[rim]
        for dy, half in _half_widths(eps):
            for dx in range(-half, half + 1):
                if (dy, dx) <= (0, 0) or max(abs(dy), abs(dx)) < 2:
                    continue
                there = flat[rim + (dy * columns + dx)]
                bridge = (there > 0) & (there != here)
                if bridge.any():
                    pairs.append(np.stack([here[bridge], there[bridge]]))
    if not pairs:
        return components
    ends = np.unique(np.concatenate(pairs, axis=1), axis=1)
    graph = coo_matrix((np.ones(ends.shape[1], bool), (ends[0], ends[1])), shape=(count + 1, count + 1))
    _, group = connected_components(graph, directed=False)
    # components were numbered in scan order and so are the groups, by their first member
    _, first = np.unique(group, return_index=True)
    rank = np.empty(len(first), np.int32)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[group].astype(np.int32)[components]


def _reach_border(components, border, eps):
    """Give each border pixel, in place, the number of a core pixel within eps, the nearest first."""
    waiting = np.flatnonzero(border)
    flat, columns = components.reshape(-1), components.shape[1]
    core_numbers = flat.copy() if len(waiting) else flat
    offsets = [(dy, dx) for dy, half in _half_widths(eps) for dx in range(-half, half + 1)]
    for dy, dx in sorted(offsets, key=lambda o: o[0] ** 2 + o[1] ** 2):
        if not len(waiting):
            return
        found = core_numbers[waiting + (dy * columns + dx)]
        flat[waiting] = found
        waiting = waiting[found == 0]
