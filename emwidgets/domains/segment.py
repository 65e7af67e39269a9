"""The whole way from an image to its crystalline domains in one call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from emwidgets.signals import Calibration, Provenance, calibrated_frames, calibration, provenance, to_signal

from .parameters import Parameters
from .stages import FrameFound, FrameStages

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from hyperspy.signals import Signal2D


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Crystalline domains of an image or of each image of a stack.

    For a stack the tables have a first column ``frame`` and the areas are arrays of the navigation shape; for a lazy
    signal the labels and spectra are lazy, and the tables are computed when they are first asked for.

    Attributes
    ----------
    where : Calibration
        Axes of the image; lengths below are in its unit (nm, or px if uncalibrated), wave vectors in its inverse.
    found : tuple
        What was found in each frame, as `FrameFound`, or dask objects that will be.
    requested : Parameters
        The parameters as asked for; `parameters` are those in force.
    provenance : Provenance
    """

    where: Calibration
    found: tuple[Any, ...]
    requested: Parameters
    provenance: Provenance

    @cached_property
    def peaks(self) -> pd.DataFrame:
        """One row for each reflection (both Friedel mates).

        kx ky (1/nm, kx >= 0), d_spacing d_error (nm), angle of **k** (0 to 180 degrees from x towards y), intensity
        (over the median at that radius), sharpness, excess (largest local power over the noise), physical, reason (why
        not), probability (to be crystalline), crystalline, family (-1: none).
        """
        return self._table("peaks")

    @cached_property
    def domains(self) -> pd.DataFrame:
        """One row for each domain.

        label (from 1), family (of the reflection that it was found by), d_spacing d_error (nm; measured in the domain
        itself), area (nm²), equivalent_diameter centroid_x centroid_y (nm), orientation (of **k**, in degrees), grain
        (domains of several reflections that cover the same place share one; 0 is what lies over several grains: a
        reflection that they share, or their seam).
        """
        return self._table("domains")

    @cached_property
    def labels(self) -> Signal2D:
        """Map of the domains: 0 is none; of overlapping domains the smaller is seen, of one grain the first."""
        labels = self._arrays("labels", self.where.frame_shape, np.int32)
        return to_signal(
            labels,
            self.where,
            title=f"Domains of {self.where.title or 'an image'}",
            quantity="Label",
            offset=self.where.offset,
            provenance=self.provenance,
        )

    @cached_property
    def spectrum(self) -> Signal2D:
        """Power spectrum (Hann window) in units of the image's variance; axes in 1/nm with k = 0 at their origin."""
        rows, columns = self.where.frame_shape
        power = self._arrays("power", self.where.frame_shape, np.float32)
        step = tuple(1 / (n * s) for n, s in zip((rows, columns), self.where.scale, strict=True))
        return to_signal(
            power,
            self.where,
            title=f"Power spectrum of {self.where.title or 'an image'}",
            quantity="Power",
            scale=step,
            offset=(-(rows // 2) * step[0], -(columns // 2) * step[1]),
            unit=f"1/{self.where.unit}",
            provenance=self.provenance,
        )

    @cached_property
    def filtered(self) -> Signal2D:
        """Amplitude of each family of reflections after the inverse FFT, on the coarser grid that holds it whole."""
        found = self._only("filtered", _value(self.found))
        if not found.filtered:
            raise ValueError(f"nothing was filtered: {found.message}")
        step = tuple(s * p for s, p in zip(found.filtered_step, self.where.scale, strict=True))
        return to_signal(
            np.stack(list(found.filtered.values())),
            self.where,
            title=f"Reflections of {self.where.title or 'an image'}",
            quantity="Amplitude",
            scale=step,
            offset=self.where.offset,
            stack="family",
            provenance=self.provenance,
        )

    @property
    def parameters(self) -> Parameters:
        """Parameters in force, those derived from the image included."""
        return self._only("parameters").parameters

    @property
    def crystalline_area(self):
        """Area in nm² that any domain covers, overlaps counted once."""
        return self._number("crystalline_area")

    @property
    def crystalline_fraction(self):
        """That area over the area of the image, missing pixels (NaN, masked) included."""
        return self._number("crystalline_fraction")

    @property
    def d_spacings(self) -> tuple[float, ...]:
        """Distinct d-spacings of the domains, largest first."""
        return self._only("d_spacings").d_spacings

    @property
    def message(self) -> str:
        """Why nothing was found; empty otherwise."""
        return self._only("message").message

    def mask(self, label: int) -> np.ndarray:
        """Where one domain is, also where another one is drawn over it in `labels`.

        Parameters
        ----------
        label : int
            From `domains`.

        Returns
        -------
        (rows, columns) bool array

        Raises
        ------
        ValueError
            If there is no such domain, or this is the segmentation of a stack.
        """
        runs = self._only("mask", _value(self.found)).runs
        own = runs[runs[:, 2] == label].astype(np.int64)
        if not len(own):
            raise ValueError(
                f"label is {label}: expected one of the {len(self.domains)} labels in the table of domains"
            )
        ends = np.zeros(self.where.frame_shape[0] * self.where.frame_shape[1] + 1, np.int8)
        ends[own[:, 0]] += 1
        ends[own[:, 0] + own[:, 1]] -= 1
        return np.cumsum(ends[:-1], dtype=np.int8).astype(bool).reshape(self.where.frame_shape)

    def to_dataframe(self) -> pd.DataFrame:
        """The table of domains."""
        return self.domains

    def to_signal(self) -> Signal2D:
        """The map of labels."""
        return self.labels

    def plot(self) -> go.Figure:
        """Map of the domains, coloured by the direction of their **k**; 0 and 180 degrees are one colour."""
        import plotly.graph_objects as go

        labels, unit = self._only("plot", _value(self.found)).labels, self.where.unit
        orientation = np.full(len(self.domains) + 1, np.nan)
        orientation[self.domains["label"]] = self.domains["orientation"]
        y, x = (o + s * np.arange(n) for o, s, n in zip(self.where.offset, self.where.scale, labels.shape, strict=True))
        figure = go.Figure(
            go.Heatmap(
                z=orientation[labels],
                x=x,
                y=y,
                zmin=0,
                zmax=180,
                colorscale="Phase",
                colorbar={"title": "k (°)"},
                customdata=labels,
                hovertemplate="domain %{customdata}: %{z:.1f}°<extra></extra>",
            )
        )
        figure.update_yaxes(autorange="reversed", scaleanchor="x", title=f"y ({unit})")
        figure.update_xaxes(title=f"x ({unit})")
        return figure

    def __repr__(self) -> str:
        return f"<Segmentation of {self.where.title or 'untitled'!r}: {len(self.found)} image(s)>"

    def _repr_html_(self) -> str:
        from html import escape

        title = str(self.where.title) or "untitled"
        # <bdi>: marks for writing from right to left end with the title
        title = f"<bdi>{escape(title if len(title) < 80 else title[:79] + '…')}</bdi>"
        if len(self.found) > 1 or not isinstance(self.found[0], FrameFound):
            return f"<p>Segmentation of <b>{title}</b>: {len(self.found)} images</p>"
        found, unit = self.found[0], self.where.unit
        if found.message:
            return f"<p>Segmentation of <b>{title}</b>: {escape(found.message)}</p>"
        spacings = ", ".join(f"{d:.4g}" for d in found.d_spacings)
        return (
            f"<p>Segmentation of <b>{title}</b>: {len(found.domains)} domains, {found.crystalline_area:.4g} {unit}² "
            f"({found.crystalline_fraction:.1%}) crystalline, d = {spacings} {unit}</p>"
            + self.domains.round(4).to_html(index=False, max_rows=12)
        )

    @cached_property
    def _small(self) -> tuple[FrameFound, ...]:
        """What was found in each frame but for the images; of a lazy signal all of it in one computation."""
        return tuple(_value([_without_images(one) for one in self.found]))

    def _only(self, name, found=None):
        if len(self.found) > 1:
            raise ValueError(f"{name} belongs to one image, and these are {len(self.found)}: segment(signal.inav[...])")
        return (found or self._small)[0]

    def _table(self, name):
        tables = [getattr(one, name) for one in self._small]
        if not self.where.navigation_shape:
            return tables[0]
        return pd.concat([t.assign(frame=i) for i, t in enumerate(tables)], ignore_index=True).pipe(_frame_first)

    def _number(self, name):
        numbers = np.array([getattr(one, name) for one in self._small])
        return numbers.reshape(self.where.navigation_shape) if self.where.navigation_shape else float(numbers[0])

    def _arrays(self, name, shape, dtype):
        """One array for each frame, stacked over the navigation axes."""
        parts = [_part(one, name) for one in self.found]
        if not self.where.lazy:
            whole = np.stack(parts)
        else:
            import dask.array as da

            whole = da.stack([da.from_delayed(part, shape, dtype, meta=np.empty((0, 0), dtype)) for part in parts])
        return whole.reshape(self.where.navigation_shape + shape)


def segment(
    signal,
    *,
    threshold: float = 0.5,
    d_range: tuple[float, float] | None = None,
    aperture: float | None = None,
    amplitude: float = 0.5,
    eps: float | None = None,
    min_samples: int | None = None,
    min_area: float | None = None,
    include=(),
    exclude=(),
    pixel_size: float | None = None,
) -> Segmentation:
    """Find the crystalline domains of an atomic-resolution image.

    The power spectrum's reflections are found by what stands out locally of the noise, told from noise by a Gaussian
    mixture, and brought back into the image through one-sided apertures; where the amplitude of a reflection is that
    of a crystal, DBSCAN gathers the pixels into domains. An image whose local spectra are those of amorphous
    material has none, and `Segmentation.message` says so.

    Parameters
    ----------
    signal : Signal2D
        An HRTEM or STEM image, or a stack of them, lazy or not. Calibrated in any length; an uncalibrated image is
        measured in px, and the units below are then px and 1/px.
    threshold : float
        Smallest probability to be crystalline with which a peak counts; lower finds more.
    d_range : (float, float), optional
        Smallest and largest physical d-spacing in nm. Default: from 2.5 px to an eighth of the image, and from 0.1 to
        1.2 nm.
    aperture : float, optional
        Standard deviation in 1/nm of the Gaussian apertures; the image of a reflection is blurred by 1 / (2π aperture).
        Default: as wide as the noise allows.
    amplitude : float
        Fraction of a reflection's amplitude inside a grain at which its edge is drawn; at 0.5 the blur does not
        move a straight edge.
    eps : float, optional
        Reach of the clustering in nm. Default: 3 px, or a quarter of the blur where that is more.
    min_samples : int, optional
        Pixels within `eps` that make a core pixel. Default: half of the disc.
    min_area : float, optional
        Smallest domain in nm². Default: the area under six standard deviations of the blur, squared.
    include, exclude : sequence of (kx, ky)
        Reflections in 1/nm to take in or out by hand; an included one need not have been found.
    pixel_size : float, optional
        In nm, for an image that is not calibrated.

    Returns
    -------
    Segmentation

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images.
    ValueError
        If an image is constant, without valid pixels, smaller than 32 × 32 px or badly calibrated, or a parameter is
        out of its range; the message says which and what to do.

    References
    ----------
    .. [1] M. J. Hÿtch, E. Snoeck, R. Kilaas, Ultramicroscopy 74 (1998) 131, doi:10.1016/S0304-3991(98)00035-7
    .. [2] F. Auger et al., IEEE Signal Process. Mag. 30 (2013) 32, doi:10.1109/MSP.2013.2265316
    .. [3] M. Ester et al., KDD 1996, 226-231 (DBSCAN)

    Examples
    --------
    >>> from emwidgets import domains, examples
    >>> found = domains.segment(examples.cdte_twin(), min_area=5)
    >>> sorted(found.domains.columns)[:3]
    ['area', 'centroid_x', 'centroid_y']
    """
    parameters = Parameters(
        threshold=threshold,
        d_range=d_range,
        aperture=aperture,
        amplitude=amplitude,
        eps=eps,
        min_samples=min_samples,
        min_area=min_area,
        include=include,
        exclude=exclude,
    )
    where = calibration(signal, pixel_size=pixel_size)
    analyse = _analyse
    if where.lazy:
        import dask

        analyse = dask.delayed(_analyse)
    frames = calibrated_frames(signal, pixel_size=pixel_size).data
    found = tuple(analyse(one, where, parameters) for one in frames)
    return Segmentation(where, found, parameters, made_from(signal, parameters, pixel_size))


def made_from(signal, parameters: Parameters, pixel_size: float | None, digest: str | None = None) -> Provenance:
    """Provenance of a segmentation with these parameters; `digest` where that of the pixels is known."""
    return provenance(
        signal,
        "emwidgets.domains.segment",
        {**vars(parameters), "pixel_size": pixel_size},
        digest=digest or not getattr(signal, "_lazy", False),
    )


def _analyse(frame, where, parameters) -> FrameFound:
    return FrameStages(np.asarray(frame), where.scale, where.unit, where.offset).run(parameters)


def _part(found, name):
    """An attribute of what was found in a frame; dask's if that is."""
    return found.spectrum.full() if name == "power" else getattr(found, name)


def _without_images(found):
    """What is small of it; dask's if that is."""
    if not isinstance(found, FrameFound):
        import dask

        return dask.delayed(_without_images)(found)
    none = np.zeros((0, 0))
    return replace(found, labels=none, runs=none, spectrum=None, filtered={})


def _value(parts):
    """The parts, computed if they are dask's."""
    if not parts or not hasattr(parts[0], "dask"):
        return list(parts)
    import dask

    return list(dask.compute(*parts))


def _frame_first(table):
    return table[["frame", *(c for c in table.columns if c != "frame")]]
