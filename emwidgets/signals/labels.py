"""What is said of every frame, as a table and as a map: each frame at its place on the navigation axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from emwidgets.signals.axes import Calibration
from emwidgets.signals.frames import signal_of
from emwidgets.signals.origin import Provenance
from emwidgets.signals.runs import Run

if TYPE_CHECKING:
    import pandas as pd
    from hyperspy.signals import BaseSignal


def frame_table(where: Calibration, columns: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Table with a row for each frame.

    Parameters
    ----------
    where : Calibration
    columns : mapping of str to (n,) array

    Returns
    -------
    DataFrame
        frame (flat index); one column for each navigation axis, by its name (with a prime where that is taken) and in
        its unit, which is in ``attrs["units"]``; then `columns`.
    """
    import pandas as pd

    places = positions(where, {"frame", *columns})
    values = {name: place for name, (place, _) in places.items()}
    table = pd.DataFrame({"frame": np.arange(len(where)), **values, **columns})
    table.attrs["units"] = {name: unit for name, (_, unit) in places.items() if unit}
    return table


def positions(where: Calibration, taken: set[str]) -> dict[str, tuple[np.ndarray, str]]:
    """Coordinate of every frame on each navigation axis, and the axis' unit, by a name that is not taken."""
    if not where.navigation_shape:
        return {}
    from hyperspy.axes import create_axis

    axes = [create_axis(**axis) for axis in where.navigation_axes]
    grids = np.meshgrid(*(axis.axis for axis in axes), indexing="ij")
    found = {}
    for number, (axis, grid) in reversed(list(enumerate(zip(axes, grids, strict=True)))):  # x before y
        name = _text(axis.name) or f"axis {len(axes) - 1 - number}"
        while name in taken | found.keys():
            name += "'"
        found[name] = (grid.ravel(), _text(axis.units))
    return found


def coordinates(table: pd.DataFrame, where: Calibration) -> list[tuple[np.ndarray, str]]:
    """Places of the frames along each navigation axis and the title of an axis of a figure, x before y."""
    units = table.attrs["units"]
    names = table.columns[1 : 1 + len(where.navigation_shape)]
    return [(table[name].to_numpy(), f"{name} ({units[name]})" if name in units else str(name)) for name in names]


def label_map(
    runs: Iterable[Run],
    values: Callable,
    words: Sequence[str],
    where: Calibration,
    *,
    title: str,
    single: str,
    provenance: Provenance | None = None,
) -> BaseSignal:
    """Map of labels over the navigation axes, as a signal of small whole numbers.

    Parameters
    ----------
    runs : iterable of Run
        What was found, in memory or lazy.
    values : callable
        ``values(found, first)`` gives the number in the map of each frame of a run, (n,) uint8.
    words : sequence of str
        What the numbers mean; kept in ``metadata.emwidgets.labels``.
    where : Calibration
    title : str
    single : str
        What the frames are, as "pattern": the name of the axis where there is no navigation axis.
    provenance : Provenance, optional

    Returns
    -------
    BaseSignal
        Without signal axes; lazy for a lazy signal.
    """
    if where.lazy:
        import dask
        import dask.array as da

        found = dask.delayed(values)
        parts = [
            da.from_delayed(found(run.found, run.first), (run.length,), np.uint8, meta=np.empty(0, np.uint8))
            for run in runs
        ]
        flat = da.concatenate(parts)
    else:
        flat = np.concatenate([values(run.found, run.first) for run in runs])
    axes = [dict(axis) for axis in where.navigation_axes] or [{"size": 1, "name": single, "navigate": True}]
    signal = signal_of(flat.reshape(where.navigation_shape or (1,)), axes, title, "Label", provenance)
    signal.metadata.set_item("emwidgets.labels", list(words))
    return signal


def short_title(where: Calibration) -> str:
    """Title of the signal, short enough for a line."""
    title = str(where.title) or "untitled"
    return title if len(title) < 80 else title[:79] + "…"


def _text(value) -> str:
    return "" if value is None or str(value) == "<undefined>" else str(value)
