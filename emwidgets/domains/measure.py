"""Sizes, spacings and orientations of domains, which of them are one grain, and the map of them all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import ndimage
from scipy.sparse.csgraph import connected_components

#: A domain lies over a grain with at least this fraction of it, and over several with that fraction in all.
PART, OVER_SEVERAL = 0.2, 0.8
#: Domains of different reflections are one grain if they share this fraction of what they cover together.
ONE_GRAIN = 0.6
#: Relative difference up to which d-spacings of domains count as one.
ONE_SPACING = 0.025
#: Share of all domain area that a spacing needs to be named in the summary.
WORTH_NAMING = 0.02

COLUMNS = (
    "label",
    "family",
    "d_spacing",
    "d_error",
    "area",
    "equivalent_diameter",
    "centroid_x",
    "centroid_y",
    "orientation",
    "grain",
)


@dataclass(frozen=True)
class Cluster:
    """One connected patch of one family."""

    family: int
    box: tuple[slice, slice]
    mask: np.ndarray
    pixels: int


def split(family: int, box: tuple[slice, slice], labels: np.ndarray) -> list[Cluster]:
    """The clusters of a labelled box (-1 is none), each in a box of its own."""
    clusters = []
    for number, inner in enumerate(ndimage.find_objects(labels + 1)):
        mask = labels[inner] == number
        own = tuple(slice(b.start + i.start, b.start + i.stop) for b, i in zip(box, inner, strict=True))
        clusters.append(Cluster(family, own, mask, int(np.count_nonzero(mask))))
    return clusters


def domain_table(clusters: list[Cluster], amplitude, scale: tuple[float, float], offset: tuple[float, float]):
    """Measure each cluster.

    The wave vector of a domain is the mean turn of the phase of its family's amplitude over its own area, which is
    finer than the spectrum's sampling and free of what the family looks like elsewhere.

    Returns
    -------
    domains : DataFrame
        The `COLUMNS`, lengths in the unit of `scale`, orientation of **k** in degrees from 0 to 180.
    paint : tuple of int
        Labels, first those that lie over several grains, then the others, the largest domain first.
    """
    dy, dx = scale
    rows = []
    for label, cluster in enumerate(clusters, start=1):
        kx, ky, error = _wave_vector(cluster, amplitude, scale)
        k = np.hypot(kx, ky)
        y, x = np.nonzero(cluster.mask)
        area = cluster.pixels * dx * dy
        rows.append(
            {
                "label": label,
                "family": cluster.family,
                "d_spacing": 1 / k,
                "d_error": error / k**2,
                "area": area,
                "equivalent_diameter": 2 * np.sqrt(area / np.pi),
                "centroid_x": offset[1] + (x.mean() + cluster.box[1].start) * dx,
                "centroid_y": offset[0] + (y.mean() + cluster.box[0].start) * dy,
                "orientation": float(np.rad2deg(np.arctan2(ky, kx)) % 180),
            }
        )
    domains = pd.DataFrame(rows, columns=list(COLUMNS))
    domains["grain"] = _grains(clusters)
    domains = domains.astype({"label": int, "family": int, "grain": int})
    largest_first = sorted(range(len(clusters)), key=lambda i: (domains["grain"].iloc[i] > 0, -clusters[i].pixels))
    return domains, tuple(i + 1 for i in largest_first)


def draw(clusters: list[Cluster], domains: pd.DataFrame, paint: tuple[int, ...], shape: tuple[int, int]):
    """Map of labels, and the runs of every domain's own mask.

    Where domains overlap, the smaller one is seen, as it says more; domains of one grain all carry the label of the
    first of them.

    Returns
    -------
    labels : (rows, columns) int32 array
    runs : (n, 3) uint32 array
    """
    labels = np.zeros(shape, np.int32)
    shown = domains.groupby("grain")["label"].transform("min").where(domains["grain"] > 0, domains["label"]).to_numpy()
    for label in paint:
        cluster = clusters[label - 1]
        labels[cluster.box][cluster.mask] = shown[label - 1]
    runs = [_runs(cluster, label, shape[1]) for label, cluster in enumerate(clusters, start=1)]
    return labels, np.concatenate(runs) if runs else np.zeros((0, 3), np.uint32)


def distinct_spacings(domains: pd.DataFrame) -> tuple[float, ...]:
    """d-spacings of the domains, those that agree joined to their mean weighted by area; largest first.

    Spacings of less than `WORTH_NAMING` of the area stay in the table of domains.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(domains) < 2:
        return tuple(domains["d_spacing"])
    d, area = domains["d_spacing"].to_numpy(), domains["area"].to_numpy()
    group = fcluster(linkage(np.log(d)[:, None], "average"), ONE_SPACING, "distance")
    means = [
        float(np.average(d[group == g], weights=area[group == g]))
        for g in np.unique(group)
        if area[group == g].sum() >= WORTH_NAMING * area.sum()
    ]
    return tuple(sorted(means, reverse=True))


def _wave_vector(cluster, amplitude, scale):
    """(k_x, k_y, standard error of |k|) from the phase of the coarse amplitude inside the cluster."""
    values, centre = amplitude.values[cluster.family], amplitude.centres[cluster.family]
    coarse = [
        np.arange(int(np.ceil(b.start / s)), min(n, int((b.stop - 1) / s) + 1))
        for b, s, n in zip(cluster.box, amplitude.step, values.shape, strict=True)
    ]
    pixel = [
        np.clip(np.rint(c * s).astype(int) - b.start, 0, m - 1)
        for c, s, b, m in zip(coarse, amplitude.step, cluster.box, cluster.mask.shape, strict=True)
    ]
    inside = cluster.mask[np.ix_(*pixel)]
    values = np.where(inside, values[np.ix_(*coarse)], 0)
    down, right = values[1:] * values[:-1].conj(), values[:, 1:] * values[:, :-1].conj()
    turns = [np.angle(product.sum()) if product.size else 0.0 for product in (down, right)]
    k = [(c + t / (2 * np.pi * s)) / p for c, t, s, p in zip(centre, turns, amplitude.step, scale, strict=True)]
    # the scatter of the turn about its mean, over the samples that are independent (about one in four)
    errors = []
    for product, turn, s, p in zip((down, right), turns, amplitude.step, scale, strict=True):
        used = product[product != 0]
        rest = np.angle(used * np.exp(-1j * turn)) if used.size else np.array([np.pi])
        errors.append(np.sqrt(np.mean(rest**2) / max(1.0, used.size / 4)) / (2 * np.pi * s * p))
    length = np.hypot(*k)
    return k[1], k[0], float(np.hypot(errors[0] * k[0] / length, errors[1] * k[1] / length))


def _grains(clusters):
    """Number of the grain of each cluster: those of different families that cover the same place share one.

    What lies over several grains is none: a reflection that they have in common (the twin plane of two twins), or the
    seam where the reflections of two neighbours interfere. Its number is 0.
    """
    pixels = np.array([cluster.pixels for cluster in clusters])
    shared = np.zeros((len(clusters), len(clusters)))
    for i, a in enumerate(clusters):
        for j in range(i):
            if a.family != clusters[j].family:
                shared[i, j] = shared[j, i] = _shared(a, clusters[j])
    together = pixels[:, None] + pixels - shared
    _, group = connected_components(shared > ONE_GRAIN * together, directed=False)
    common = np.zeros(len(clusters), bool)
    for i in range(len(clusters)):
        parts = {}
        for j in np.flatnonzero((shared[i] > PART * pixels[i]) & (group != group[i])):
            parts[group[j]] = max(parts.get(group[j], 0), shared[i, j])
        common[i] = len(parts) > 1 and sum(parts.values()) > OVER_SEVERAL * pixels[i]
    grains = np.zeros(len(clusters), int)
    grains[~common] = np.unique(group[~common], return_inverse=True)[1] + 1
    return grains


def _shared(a, b):
    """Pixels that two clusters have in common."""
    common = [slice(max(s.start, t.start), min(s.stop, t.stop)) for s, t in zip(a.box, b.box, strict=True)]
    if any(c.stop <= c.start for c in common):
        return 0
    parts = [
        c.mask[tuple(slice(k.start - s.start, k.stop - s.start) for k, s in zip(common, c.box, strict=True))]
        for c in (a, b)
    ]
    return int(np.count_nonzero(parts[0] & parts[1]))


def _runs(cluster, label, columns):
    """Runs of a mask as (start, length, label) in the flattened image."""
    edges = np.diff(np.pad(cluster.mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edges == 1)
    _, stop = np.nonzero(edges == -1)
    flat = (row + cluster.box[0].start) * columns + start + cluster.box[1].start
    return np.stack([flat, stop - start, np.full_like(flat, label)], axis=1).astype(np.uint32)
