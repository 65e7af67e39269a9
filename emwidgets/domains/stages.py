"""The whole way of one image, each stage remembered until something that it depends on changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from . import families, local_spectra, measure, peaks, regions
from .clustering import dbscan_image, disc_size
from .filtering import ImageTransform
from .mixture import Mixture, fit_mixture, probabilities
from .parameters import Parameters
from .spectrum import PowerSpectrum, power_spectrum

#: Largest reach of the clustering in px.
LONGEST_REACH = 32
#: Smallest image, in px along a side.
LEAST_SIZE = 32
#: Chance that an amorphous image is said to be crystalline.
FALSE_ALARM = 0.01
#: Local power over noise that the aperture is chosen for: enough for a grain's edge at half of its amplitude.
WANTED_EXCESS = 100.0
#: Least and largest default blur, in units of the search's; after a coarser search, of that one's.
SHARPEST, SMOOTHEST = 0.67, 1.25
#: Blurs of the search, tried in turn until something stands out of the noise by `PLAIN_EXCESS`.
COARSER, PLAIN_EXCESS = (1.0, 1.75), 32.0
#: Largest default d-spacing in nm, and smallest.
USUAL_SPACINGS = (0.1, 1.2)

Checkpoint = Callable[[str, float], None]


@dataclass(frozen=True)
class FrameFound:
    """What was found in one image; see `emwidgets.domains.Segmentation` for the tables.

    Attributes
    ----------
    peaks, domains : DataFrame
    labels : (rows, columns) int32 array
        0 where no domain is.
    runs : (n, 3) uint32 array
        Start, length and label of each run of the flattened masks; domains of different reflections may overlap.
    paint : tuple of int
        Labels in the order in which `labels` is painted, those over several grains first, then the largest.
    spectrum : PowerSpectrum
    mixture : Mixture or None
    filtered : dict of int to float32 array
        Amplitude of each family on a grid of `filtered_step` px.
    parameters : Parameters
        Those in force, with no None left.
    d_spacings : tuple of float
        The distinct d-spacings of the domains.
    message : str
        Why nothing was found; empty otherwise.
    """

    peaks: pd.DataFrame
    domains: pd.DataFrame
    labels: np.ndarray
    runs: np.ndarray
    paint: tuple[int, ...]
    spectrum: PowerSpectrum
    mixture: Mixture | None
    filtered: dict[int, np.ndarray]
    filtered_step: tuple[float, float]
    parameters: Parameters
    crystalline_area: float
    crystalline_fraction: float
    d_spacings: tuple[float, ...]
    message: str


class FrameStages:
    """One image, and what has been computed of it so far.

    Parameters
    ----------
    frame : (rows, columns) float32 array
        Finite.
    scale : (float, float)
        Pixel size (dy, dx) in `unit`.
    unit : str
        "nm", or "px" for an uncalibrated image.
    offset : (float, float)
        Physical (y, x) of the first pixel, for the centroids.
    """

    def __init__(
        self,
        frame: np.ndarray,
        scale: tuple[float, float],
        unit: str = "nm",
        offset: tuple[float, float] = (0.0, 0.0),
    ):
        if min(frame.shape) < LEAST_SIZE:
            raise ValueError(
                f"the image has {frame.shape[0]} × {frame.shape[1]} px: expected at least {LEAST_SIZE} × {LEAST_SIZE}, "
                "or there are too few lattice planes in it to tell them from noise"
            )
        self.frame = frame
        # neither the squares of counts nor those of 1e-12 fit every place that they pass through
        self._contrast = float(frame.std(dtype=np.float64)) or 1.0
        self._normal = ((frame - frame.mean(dtype=np.float64)) / self._contrast).astype(np.float32)
        self.scale = (float(scale[0]), float(scale[1]))
        self.unit = unit
        self.offset = offset
        self._kept: dict[str, tuple[object, object]] = {}

    @property
    def pixel(self) -> float:
        """Geometric mean of the pixel sizes."""
        return float(np.sqrt(self.scale[0] * self.scale[1]))

    def run(self, parameters: Parameters, checkpoint: Checkpoint | None = None) -> FrameFound:
        """Compute what depends on a parameter that has changed since the last call, and nothing else.

        Parameters
        ----------
        parameters : Parameters
        checkpoint : callable, optional
            Called with the stage's name and the fraction done; what it raises ends the run and loses nothing.
        """
        tell = checkpoint or (lambda stage, fraction: None)
        p = replace(parameters, d_range=parameters.d_range or self._usual_range())
        spectrum = self._stage("spectrum", (), lambda: power_spectrum(self._normal, self.scale), tell)
        limits = self._limits(p.d_range)
        transform, cells, noise, coarser = self._stage("search", limits, partial(self._search, limits, tell), tell)
        found = self._stage(
            "peaks", (limits, p.d_range), lambda: peaks.find_peaks(spectrum, cells, self.scale, p.d_range), tell
        )
        judged = self._stage("mixture", (limits, p.d_range), lambda: self._judge(found, cells), tell)
        table, message = self._decide(*judged, p)
        mixture = judged[1]
        deciding = (limits, p.d_range, p.threshold, p.include, p.exclude)
        p = self._fill_in(p, table, coarser)
        # a threshold that moves past no peak changes nothing that follows
        chosen = table.loc[table["crystalline"], ["kx", "ky"]].to_numpy(float).tobytes()
        filtering = (limits, len(table), chosen, p.aperture)
        groups, amplitude = self._stage("filtering", filtering, lambda: self._filter(transform, table, p), tell)
        present = (*filtering, p.amplitude)
        ratios = self._stage(
            "amplitude", present, lambda: self._present(groups, amplitude, noise, table, p, tell), tell
        )
        join = max(12.0, p.eps / min(self.scale))
        patches = self._stage("regions", (*present, join), lambda: self._to_pixels(ratios, amplitude, join, tell), tell)
        clustering = (*present, join, p.eps, p.min_samples)
        clusters = self._stage("clustering", clustering, lambda: self._cluster(patches, p, tell), tell)
        return self._stage(
            "domains",
            (*clustering, *deciding, p.min_area),
            lambda: self._measure(spectrum, table, mixture, message, groups, amplitude, clusters, p),
            tell,
        )

    def _stage(self, name, depends, compute, tell):
        kept = self._kept.get(name)
        if kept is not None and kept[0] == depends:
            return kept[1]
        tell(name, 0.0)
        value = compute()
        self._kept[name] = (depends, value)
        return value

    def _usual_range(self):
        """Default d range: from 2.5 px to an eighth of the image, within what lattices have."""
        low, high = 2.5 * max(self.scale), min(np.multiply(self.frame.shape, self.scale)) / 8
        if self.unit == "nm":
            low, high = max(low, min(USUAL_SPACINGS[0], high / 4)), min(high, max(USUAL_SPACINGS[1], 2 * low))
        return float(low), float(high)

    def _limits(self, d_range):
        """|k| in cycles per px between which is searched; a range narrower than the usual one costs no new search."""
        low, high = self._usual_range()
        low, high = min(low, d_range[0]), max(high, d_range[1])
        nearest = max(min(self.scale) / high, 2 / min(self.frame.shape))
        return nearest, max(min(max(self.scale) / low, 0.48), 1.5 * nearest)

    def _search(self, limits, tell):
        """Look for what stands out; where little does, once more with a coarser eye, which sees fainter grains."""
        widest = 1.3 * local_spectra.resolution_for(limits[0])
        transform = ImageTransform(self._normal, min(widest, 24.0, min(self.frame.shape) / 8))
        for i, coarser in enumerate(COARSER):
            cells, noise = local_spectra.search(
                transform, *limits, coarser, lambda fraction, i=i: tell("search", (i + fraction) / len(COARSER))
            )
            if cells.excess.max(initial=0) > PLAIN_EXCESS:
                break
        return transform, cells, noise, coarser

    def _judge(self, found, cells):
        """Probability of each peak; the mixture; and why there is none, where there is none."""
        table = found.copy()
        usable = table["physical"].to_numpy(bool)
        certain = np.log(len(COARSER) * cells.searched / FALSE_ALARM)
        strongest = table["excess"][usable].max() if usable.any() else 0.0
        if strongest < certain:
            # the largest of n exponential values exceeds log(n / a) with probability a
            table["probability"] = 0.0
            return (
                table,
                None,
                (
                    f"No crystalline component: the strongest reflection has {strongest:.0f} times the power of the "
                    f"noise around it; in amorphous material the strongest of {cells.searched:,} places and "
                    f"directions reaches {certain:.0f} in one image of a hundred."
                ),
            )
        mixture = fit_mixture(table, certain)
        by_chance = -np.expm1(-cells.searched * np.exp(-table["excess"].to_numpy()))
        table["probability"] = probabilities(table, mixture) * (1 - by_chance)
        return table, mixture, ""

    def _decide(self, table, mixture, message, p):
        """Which peaks count, and why none does, where none does."""
        table = table.copy()
        probable = (table["probability"] > 0) & (table["probability"] >= p.threshold)
        table["crystalline"] = table["physical"].to_numpy(bool) & probable.to_numpy(bool)
        table = self._by_hand(table, p)
        if table["crystalline"].any():
            return table, ""
        return table, message or "No peak reaches the threshold: lower it, or take a peak in by hand."

    def _by_hand(self, table, p):
        """Take peaks in and out as the user said."""
        reach = 2.5 * max(1 / (n * s) for n, s in zip(self.frame.shape, self.scale, strict=True))
        for kx, ky in p.include:
            peak = _nearest(table, kx, ky, reach)
            if peak is None:
                added = pd.DataFrame([self._added_row(kx, ky)])
                table = pd.concat([table, added], ignore_index=True) if len(table) else added
            else:
                table.loc[peak, "crystalline"] = True
        for kx, ky in p.exclude:
            peak = _nearest(table, kx, ky, reach)
            if peak is not None:
                table.loc[peak, "crystalline"] = False
        return table

    def _added_row(self, kx, ky):
        if kx < 0 or (kx == 0 and ky < 0):
            kx, ky = -kx, -ky
        k = np.hypot(kx, ky)
        can_be_seen = 2 / min(np.multiply(self.frame.shape, self.scale)) < k <= 0.5 / max(self.scale)
        step = max(1 / (n * s) for n, s in zip(self.frame.shape, self.scale, strict=True))
        return {
            "kx": kx,
            "ky": ky,
            "d_spacing": 1 / k,
            "d_error": step / k**2,
            "angle": float(np.rad2deg(np.arctan2(ky, kx)) % 180),
            "intensity": np.nan,
            "sharpness": np.nan,
            "excess": 0.0,
            "physical": can_be_seen,
            "reason": "added by hand" if can_be_seen else "added by hand, but finer or coarser than the image can show",
            "probability": np.nan,
            "crystalline": can_be_seen,
        }

    def _fill_in(self, p, table, coarser):
        """Values for what is left to the image."""
        aperture = p.aperture
        if aperture is None:
            aperture = 1 / (2 * np.pi * self._resolution(table, coarser) * self.pixel)
        resolution = 1 / (2 * np.pi * aperture * self.pixel)
        if not 1 <= resolution <= min(self.frame.shape):
            widest, narrowest = (1 / (2 * np.pi * self.pixel * r) for r in (1, min(self.frame.shape)))
            raise ValueError(
                f"aperture is {aperture:g} 1/{self.unit}: expected {narrowest:.3g} to {widest:.3g}, for a blur between "
                "a pixel and the whole image"
            )
        eps = p.eps if p.eps is not None else round(max(3.0, 0.25 * resolution), 1) * self.pixel
        in_px = eps / self.pixel
        if in_px > LONGEST_REACH:
            raise ValueError(
                f"eps is {eps:g} {self.unit}, {in_px:.0f} px: expected at most {LONGEST_REACH} px "
                f"({LONGEST_REACH * self.pixel:.3g} {self.unit}); gaps so wide are between domains, not in them"
            )
        min_samples = p.min_samples if p.min_samples is not None else max(1, disc_size(in_px) // 2)
        min_area = p.min_area
        if min_area is None:
            min_area = 6 * np.pi * (resolution * self.pixel) ** 2
        return replace(p, aperture=float(aperture), eps=float(eps), min_samples=min_samples, min_area=float(min_area))

    def _resolution(self, table, coarser):
        """Blur in px: as little as leaves the reflections well above the noise."""
        own = table[table["crystalline"] & (table["excess"] > 0)] if len(table) else table  # 0: added by hand
        if not len(own):
            return local_spectra.LEAST_RESOLUTION
        k = np.hypot(own["kx"] * self.scale[1], own["ky"] * self.scale[0])
        evidence = np.maximum(own["excess"], 1.0)
        usual = local_spectra.resolution_for(float(np.average(k, weights=evidence)))
        excess = np.median(evidence) / coarser**2
        return usual * float(np.clip(np.sqrt(WANTED_EXCESS / excess), SHARPEST, max(SMOOTHEST, coarser)))

    def _filter(self, transform, table, p):
        groups = families.group(table, p.aperture)
        resolution = 1 / (2 * np.pi * p.aperture * self.pixel)
        centres = np.stack([groups.ky * self.scale[0], groups.kx * self.scale[1]], axis=1)
        amplitude = transform.amplitudes(centres, resolution, resolution / 2) if len(groups) else None
        return groups, amplitude

    def _present(self, groups, amplitude, noise, table, p, tell):
        dy, dx = self.scale
        resolution = 1 / (2 * np.pi * p.aperture * self.pixel)
        by_hand = set(groups.members[(table["reason"] == "added by hand").to_numpy(bool)])
        moduli = np.abs(amplitude.values) if amplitude else None
        wave_vectors = np.stack([groups.kx, groups.ky], axis=1)
        levels: dict[int, np.ndarray] = {}

        def ratio(family):
            radius = np.hypot(groups.kx[family] * dx, groups.ky[family] * dy)
            ring = noise.nearest(radius)
            if ring not in levels:
                level = noise.at(radius, resolution, amplitude.step, moduli.shape[1:])
                levels[ring] = level * amplitude.noise_gain
            return regions.present(
                amplitude,
                family,
                noise=levels[ring],
                rivals=regions.rivals(moduli, wave_vectors, family, p.aperture),
                certain=regions.BELIEVED if family in by_hand else regions.CERTAIN,
                fraction=p.amplitude,
                owns=lambda kx, ky: groups.owns(family, kx / dx, ky / dy),
            )

        ratios = []
        for family in range(len(groups)):
            tell("amplitude", family / len(groups))
            ratios.append(ratio(family))
        return ratios

    def _to_pixels(self, ratios, amplitude, join, tell):
        found = []
        for family, ratio in enumerate(ratios):
            tell("regions", family / len(ratios))
            found += regions.to_pixels(ratio, amplitude.step, family, self.frame.shape, join)
        return found

    def _cluster(self, patches, p, tell):
        """(family, box, mask) of each DBSCAN cluster."""
        clusters = []
        for i, region in enumerate(patches):
            tell("clustering", i / len(patches))
            labels = dbscan_image(region.mask, p.eps / self.pixel, p.min_samples)
            clusters += measure.split(region.family, region.box, labels)
        return clusters

    def _measure(self, spectrum, table, mixture, message, groups, amplitude, clusters, p):
        table = table.assign(family=groups.members)
        kept = [c for c in clusters if c.pixels * self.scale[0] * self.scale[1] >= max(p.min_area, 1e-30)]
        order = sorted(kept, key=lambda c: (c.family, -c.pixels, c.box[0].start, c.box[1].start))
        domains, paint = measure.domain_table(order, amplitude, self.scale, self.offset)
        labels, runs = measure.draw(order, domains, paint, self.frame.shape)
        covered = int(np.count_nonzero(labels))
        if not message and not len(domains):
            message = "Reflections are there, but no domain is larger than the smallest area: lower it."
        step = amplitude.step if amplitude is not None else (1.0, 1.0)
        return FrameFound(
            peaks=table,
            domains=domains,
            labels=labels,
            runs=runs,
            paint=paint,
            spectrum=spectrum,
            mixture=mixture,
            filtered={i: self._contrast * np.abs(amplitude.values[i]) for i in range(len(groups))},
            filtered_step=step,
            parameters=p,
            crystalline_area=covered * self.scale[0] * self.scale[1],
            crystalline_fraction=covered / labels.size,
            d_spacings=measure.distinct_spacings(domains),
            message=message,
        )


def _nearest(table, kx, ky, reach):
    """Row of the peak at a wave vector or its mate, if there is one within `reach`."""
    apart = [np.hypot(table["kx"] - s * kx, table["ky"] - s * ky).to_numpy(float) for s in (1, -1)]
    apart = np.minimum(*apart)
    return int(np.argmin(apart)) if len(apart) and apart.min() <= reach else None
