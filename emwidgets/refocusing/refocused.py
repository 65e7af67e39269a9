"""What `refocus` returns: images, maps and measures of every frame, as signals, table and figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.signals import Calibration, Provenance
from emwidgets.signals.labels import coordinates, frame_table, short_title

from .alike import Likeness
from .frames import Found
from .recorded import recorded
from .width import pixel_length, sentence

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from hyperspy.signals import Signal2D


@dataclass(frozen=True, eq=False)
class Refocused:
    """An image refocused, or each image of a stack or scan.

    Numbers are arrays of the navigation shape, of a single image floats. Of a lazy signal nothing is computed before
    it is asked for: the images stay lazy, numbers are computed once; `compute` does all in one go.

    Attributes
    ----------
    where : Calibration
        Axes and title of the signal; lengths are in its unit (nm, or px if it is not calibrated).
    found : tuple
        What was made of each frame, as `Found`, or dask objects that will be.
    requested : dict
        The arguments of `refocus`.
    provenance : Provenance
    likeness : Likeness
        Axes and metadata of the signal.
    """

    where: Calibration
    found: tuple[Any, ...]
    requested: dict[str, Any]
    provenance: Provenance
    likeness: Likeness

    @cached_property
    def image(self) -> Signal2D:
        """The image in focus: axes, metadata and type of numbers of what was given."""
        array = self._arrays("image", self.likeness.meta)
        return self.likeness.image(array, f"{self._title}, refocused", "refocus", self.provenance)

    @cached_property
    def change(self) -> Signal2D:
        """That image less what was given, float32; of colours their luminance."""
        return self._map("change", f"Change of {self._title}, refocused", self._quantity)

    @cached_property
    def defocus(self) -> Signal2D:
        """Estimated width of the blur (standard deviation of the point spread) in nm; in px if not calibrated.

        0 is sharp. `defocus_px` is the same in px; of pixels that are longer than wide in the geometric mean of both.
        """
        return self._map("defocus", f"Blur width of {self._title}", f"Blur width ({self.unit})", self._pixel)

    @cached_property
    def defocus_px(self) -> Signal2D:
        """Estimated width of the blur in px."""
        return self._map("defocus", f"Blur width of {self._title}", "Blur width (px)")

    @cached_property
    def uncertainty(self) -> Signal2D:
        """Standard deviation of the image over flips and turns, in its units; 0 if there was but one."""
        return self._map("uncertainty", f"Uncertainty of {self._title}, refocused", self._quantity)

    @property
    def unit(self) -> str:
        """Unit of lengths: "nm", or "px" if the signal is not calibrated."""
        return self.where.unit

    @property
    def sharpness_before(self):
        """Sharpness (see `emwidgets.refocusing.sharpness`) of what was given, in 1/nm or 1/px."""
        return self._number("sharpness_before") / self._pixel

    @property
    def sharpness_after(self):
        """Sharpness of the image in focus."""
        return self._number("sharpness_after") / self._pixel

    @property
    def out_of_focus(self):
        """Share of the image, or of the region, that was out of focus: by half a pixel or more."""
        return self._number(lambda one: one.width.share)

    @property
    def defocus_width(self):
        """Width of the blur where it was out of focus, in nm or px: the median; NaN where none of it was."""
        return self._number(lambda one: one.width.middle) * self._pixel

    @property
    def cutoff(self):
        """Frequency beyond which there was hardly anything but noise, and nothing was amplified, in 1/nm or 1/px."""
        return self._number("cutoff") / self._pixel

    @property
    def info_bar(self):
        """Rows at the bottom that were taken for an info bar, and left as they were."""
        rows = self._number("bar")
        return rows.astype(int) if isinstance(rows, np.ndarray) else int(rows)

    @property
    def problems(self) -> dict[int, str]:
        """Frames that were left as they are, by flat index, and why."""
        return {number: one.problem for number, one in enumerate(self._small) if one.problem}

    def spectra(self) -> pd.DataFrame:
        """Radial power spectra before and after, so that what was amplified can be seen.

        Returns
        -------
        DataFrame
            frame (of a stack), frequency (``attrs["units"]`` has its unit), before, after (squared units of the
            image); no rows of a frame that is smaller than 4 × 4 px or has a problem. ``attrs["cutoff"]`` has the
            frequency beyond which nothing was amplified, by the frame.
        """
        import pandas as pd

        tables = []
        for number, one in enumerate(self._small):
            frequency, before, after = one.spectra
            columns = {"frequency": frequency / self._pixel, "before": before, "after": after}
            stack = {"frame": np.full(len(frequency), number)} if self.where.navigation_shape else {}
            tables.append(pd.DataFrame(stack | columns))
        table = pd.concat(tables, ignore_index=True)
        table.attrs["units"] = {"frequency": f"1/{self.unit}"}
        table.attrs["cutoff"] = {number: one.cutoff / self._pixel for number, one in enumerate(self._small)}
        return table

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each image.

        Returns
        -------
        DataFrame
            frame (flat index); one column for each navigation axis, by its name; out_of_focus (share of the image),
            defocus_width and its scatter over these parts, defocus_width_px, sharpness_before, sharpness_after,
            cutoff, info_bar (rows), problem. Units are in ``attrs["units"]``.
        """
        found, pixel = self._small, self._pixel
        widths = [one.width for one in found]
        columns = {
            "out_of_focus": [width.share for width in widths],
            "defocus_width": [width.middle * pixel for width in widths],
            "defocus_scatter": [width.spread * pixel for width in widths],
            "defocus_width_px": [width.middle for width in widths],
            "sharpness_before": [one.sharpness_before / pixel for one in found],
            "sharpness_after": [one.sharpness_after / pixel for one in found],
            "cutoff": [one.cutoff / pixel for one in found],
            "info_bar": [one.bar for one in found],
            "problem": [one.problem for one in found],
        }
        table = frame_table(self.where, {name: np.array(column) for name, column in columns.items()})
        lengths = dict.fromkeys(("defocus_width", "defocus_scatter"), self.unit)
        inverse = dict.fromkeys(("sharpness_before", "sharpness_after", "cutoff"), f"1/{self.unit}")
        table.attrs["units"] |= lengths | inverse | {"defocus_width_px": "px"}
        return table

    def to_signal(self) -> Signal2D:
        """The image in focus."""
        return self.image

    def compute(self) -> Refocused:
        """The same in memory: of a lazy signal all images and numbers in one computation."""
        if not self.where.lazy:
            return self
        import dask

        found = dask.compute(*self.found)
        return replace(self, where=replace(self.where, lazy=False), found=found)

    def plot(self) -> go.Figure:
        """Of one image: before, after, where it was out of focus, and both spectra; of a stack the sharpness of all."""
        from .figures import comparison, course

        if len(self.found) > 1:
            table = self.to_dataframe()
            axes = coordinates(table, self.where)
            return course(table, *(axes[0] if len(axes) == 1 else (table["frame"].to_numpy(), "frame")), self.unit)
        found = _value(self.found)[0]
        after = recorded(found.image).real
        before = after - np.nan_to_num(found.change)
        missing = recorded(found.image).missing
        images = [image if missing is None else np.where(missing, np.nan, image) for image in (before, after)]
        return comparison(*images, found.defocus * self._pixel, self.spectra(), self.where, self._summary)

    def __repr__(self) -> str:
        return f"<Refocused of {short_title(self.where)!r}: {self._summary}>"

    def _repr_html_(self) -> str:
        # <bdi>: marks for writing from right to left end with the title
        title = f"<b><bdi>{escape(short_title(self.where))}</bdi></b>"
        return f"<p>Refocused {title}: {escape(self._summary)}</p>"

    @property
    def _summary(self) -> str:
        """What was found, in a line or two."""
        number = len(self.found)
        if self.where.lazy and "_small" not in vars(self):
            return f"{number} image{'s' if number > 1 else ''}, not computed yet"
        if number == 1:
            return self._of_one(self._small[0])
        blurred = sum(not np.isnan(one.width.middle) for one in self._small)
        said = f"{blurred} of {number} images were out of focus"
        if blurred:
            said += f", by {np.nanmedian(self.defocus_width):.3g} {self.unit} in the middle"
        return said + (f"; {len(self.problems)} were left as they are, see problems" if self.problems else "")

    def _of_one(self, found: Found) -> str:
        if found.problem:
            return f"left as it is, as {found.problem}"
        said = sentence(found.width, self.where, "region" if self.requested.get("region") else "image")
        if found.bar:
            said += f" The {found.bar} rows of the info bar were left alone."
        return said

    @property
    def _title(self) -> str:
        return self.where.title or "Image"

    @property
    def _pixel(self) -> float:
        """Length of a pixel in the unit of lengths."""
        return pixel_length(self.where) or 1.0

    @property
    def _quantity(self) -> str:
        return str(self.likeness.metadata.get("Signal", {}).get("quantity", "")) or "Intensity"

    @cached_property
    def _small(self) -> tuple[Found, ...]:
        """What was found in each frame but for the images; of a lazy signal all of it in one computation."""
        return tuple(_value([_without_images(one) for one in self.found]))

    def _number(self, of):
        numbers = np.array([of(one) if callable(of) else getattr(one, of) for one in self._small], float)
        return numbers.reshape(self.where.navigation_shape) if self.where.navigation_shape else float(numbers[0])

    def _map(self, name: str, title: str, quantity: str, factor: float = 1.0) -> Signal2D:
        array = self._arrays(name, np.empty((0, 0), np.float32))
        array = array if factor == 1 else array * np.float32(factor)
        return self.likeness.map(array, title, quantity, "refocus", self.provenance)

    def _arrays(self, name: str, meta: np.ndarray):
        """One array for each frame, stacked over the navigation axes."""
        parts = [getattr(one, name) for one in self.found]
        if not self.where.lazy:
            whole = (np.ma.stack if any(map(np.ma.isMaskedArray, parts)) else np.stack)(parts)
        else:
            import dask.array as da

            shape = self.where.frame_shape
            whole = da.stack([da.from_delayed(part, shape, meta.dtype, meta=meta) for part in parts])
        return whole.reshape(self.where.navigation_shape + self.where.frame_shape)


def _without_images(found):
    """What is small of it; dask's if that is."""
    if not isinstance(found, Found):
        import dask

        return dask.delayed(_without_images)(found)
    none = np.zeros((0, 0))
    return replace(found, image=none, change=none, defocus=none, uncertainty=none)


def _value(parts):
    """The parts, computed if they are dask's."""
    if not parts or not hasattr(parts[0], "dask"):
        return list(parts)
    import dask

    return list(dask.compute(*parts))
