"""Families of reflections: peaks of one d-spacing and one direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Peaks belong together within this relative difference of |k| ...
SAME_SPACING = 0.025
#: ... and within this share of the aperture across it.
SAME_DIRECTION = 0.4
#: A wave is counted for a family within this many aperture widths of it.
REACH = 0.8


@dataclass(frozen=True)
class Families:
    """Wave vectors of the families, strongest evidence first.

    Attributes
    ----------
    kx, ky : (n,) arrays
        In 1/nm.
    aperture : float
        Standard deviation of their aperture in 1/nm.
    members : (peaks,) int array
        Family of each peak, -1 for none.
    """

    kx: np.ndarray
    ky: np.ndarray
    aperture: float
    members: np.ndarray

    def __len__(self) -> int:
        return len(self.kx)

    def distance(self, kx: np.ndarray, ky: np.ndarray) -> np.ndarray:
        """Square of how far wave vectors are from each family, of shape (n, *kx.shape); up to 1, a peak belongs."""
        extra = (1,) * np.ndim(kx)
        own_x, own_y = self.kx.reshape(-1, *extra), self.ky.reshape(-1, *extra)
        k = np.hypot(own_x, own_y)
        along = ((kx - own_x) * own_x + (ky - own_y) * own_y) / k
        across = ((ky - own_y) * own_x - (kx - own_x) * own_y) / k
        return (along / (SAME_SPACING * k)) ** 2 + (across / (SAME_DIRECTION * self.aperture)) ** 2

    def owns(self, family: int, kx: np.ndarray, ky: np.ndarray) -> np.ndarray:
        """Whether waves seen through the aperture of one family are its own and not a neighbour's that leaks in."""
        apart = np.hypot(self.kx - self.kx[family], self.ky - self.ky[family])
        rivals = np.flatnonzero((apart < 4 * self.aperture) & (apart > 0))
        own = (kx - self.kx[family]) ** 2 + (ky - self.ky[family]) ** 2 < (REACH * self.aperture) ** 2
        if not len(rivals):
            return own
        mine = _subset(self, [family]).distance(kx, ky)[0]
        return own & (mine <= _subset(self, rivals).distance(kx, ky).min(axis=0))


def group(peaks, aperture: float) -> Families:
    """Group the crystalline peaks, those with the most evidence first.

    Parameters
    ----------
    peaks : DataFrame
        With kx, ky, excess and crystalline.
    aperture : float
        Standard deviation of the aperture in 1/nm.

    Returns
    -------
    Families
    """
    members = np.full(len(peaks), -1)
    crystalline = np.flatnonzero(peaks["crystalline"].to_numpy(bool))
    order = crystalline[np.argsort(-peaks["excess"].to_numpy()[crystalline], kind="stable")]
    kx, ky = peaks["kx"].to_numpy(), peaks["ky"].to_numpy()
    founders: list[int] = []
    for peak in order:
        if founders:
            # next to k_x = 0 the mate may be the nearer one
            so_far = Families(kx[founders], ky[founders], aperture, members)
            distance = np.minimum(so_far.distance(kx[peak], ky[peak]), so_far.distance(-kx[peak], -ky[peak]))
            nearest = int(np.argmin(distance))
            if distance[nearest] < 1:
                members[peak] = nearest
                continue
        members[peak] = len(founders)
        founders.append(int(peak))
    return Families(kx[founders], ky[founders], aperture, members)


def _subset(families, indices):
    return Families(families.kx[indices], families.ky[indices], families.aperture, families.members)
