"""Figures of what was refocused: one image before and after, where it was blurred, its spectra; a stack's sharpness."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from emwidgets.signals import Calibration

#: Rows and columns of an image in a figure, at most: more cannot be seen in it, and weighs.
LARGEST = 512
_SHARES = (0.5, 99.5)  # per cent of the pixels that black and white are at


def comparison(
    before: np.ndarray, after: np.ndarray, widths: np.ndarray, spectra: pd.DataFrame, where: Calibration, title: str
) -> go.Figure:
    """An image before and after on one scale of grey, the widths of its blur, and both radial spectra.

    Parameters
    ----------
    before, after : (rows, columns) array
    widths : (rows, columns) array
        In the unit of `where`.
    spectra : DataFrame
        As `Refocused.spectra` of one image.
    where : Calibration
        Of the image.
    title : str
    """
    unit = where.unit
    figure = make_subplots(2, 2, subplot_titles=("before", "after", f"blur width ({unit})", "radial spectrum"))
    known = before[np.isfinite(before)]
    low, high = np.percentile(known, _SHARES) if known.size else (0.0, 1.0)
    for column, image in ((1, before), (2, after)):
        grey = {"zmin": low, "zmax": high, "colorscale": "gray", "showscale": False}
        figure.add_trace(_picture(image, where, "intensity", **grey), 1, column)
    bar = {"x": -0.08, "y": 0.2, "len": 0.45, "xanchor": "right", "thickness": 12}
    blur = {"zmin": 0, "zmax": max(float(np.nanmax(widths, initial=0)), 1e-9), "colorscale": "Viridis"}
    figure.add_trace(_picture(widths, where, unit, colorbar=bar, **blur), 2, 1)
    _add_spectra(figure, spectra, 2, 2)
    for row, column in ((1, 1), (1, 2), (2, 1)):
        figure.update_xaxes(showticklabels=column == row == 2, constrain="domain", row=row, col=column)
        figure.update_yaxes(autorange="reversed", constrain="domain", row=row, col=column)
    for axis, anchor in (("yaxis", "x"), ("yaxis2", "x2"), ("yaxis3", "x3")):
        figure.update_layout({axis: {"scaleanchor": anchor}})
    for axis in ("2", "3"):  # what is zoomed in one is zoomed in all
        figure.update_layout({f"xaxis{axis}": {"matches": "x"}, f"yaxis{axis}": {"matches": "y"}})
    figure.update_layout(title={"text": title, "font": {"size": 14}}, height=760)
    return figure


def course(table: pd.DataFrame, positions, title: str, unit: str) -> go.Figure:
    """Sharpness before and after along a stack, and the width of the blur.

    Parameters
    ----------
    table : DataFrame
        As `Refocused.to_dataframe`.
    positions : (n,) array
        Of the images along the stack.
    title : str
        Of the axis of the positions.
    unit : str
        Of lengths.
    """
    figure = make_subplots(2, 1, shared_xaxes=True)
    for row, name, text, dash in (
        (1, "sharpness_before", "before", "dot"),
        (1, "sharpness_after", "after", "solid"),
        (2, "defocus_width", "blur width", "solid"),
    ):
        figure.add_trace(
            go.Scatter(x=positions, y=table[name], name=text, mode="lines+markers", line={"dash": dash}), row, 1
        )
    figure.update_yaxes(title=f"sharpness (1/{unit})", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title=f"blur width ({unit})", rangemode="tozero", row=2, col=1)
    figure.update_xaxes(title=title, row=2, col=1)
    return figure


def _picture(image: np.ndarray, where: Calibration, named: str, **drawn) -> go.Heatmap:
    """An image, every so many pixels of it as one where it is large."""
    step = [-(-n // LARGEST) for n in image.shape]
    small = _binned(image, *step)
    # the middle of the first bin
    y, x = (
        offset + scale * (np.arange(n) * by + (by - 1) / 2)
        for offset, scale, n, by in zip(where.offset, where.scale, small.shape, step, strict=True)
    )
    drawn.setdefault("hovertemplate", f"%{{x:.4g}}, %{{y:.4g}} {where.unit}: %{{z:.4g}} {named}<extra></extra>")
    return go.Heatmap(z=small.astype(np.float32), x=x, y=y, **drawn)


def _binned(image: np.ndarray, down: int, across: int) -> np.ndarray:
    """Means of bins, the last of them of what is left."""
    if down == across == 1:
        return image
    starts = [np.arange(0, n, by) for n, by in zip(image.shape, (down, across), strict=True)]
    known = np.isfinite(image)
    total = np.add.reduceat(np.add.reduceat(np.where(known, image, 0), starts[0], axis=0), starts[1], axis=1)
    number = np.add.reduceat(np.add.reduceat(known.astype(float), starts[0], axis=0), starts[1], axis=1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _add_spectra(figure: go.Figure, spectra: pd.DataFrame, row: int, column: int) -> None:
    for name, dash in (("before", "dot"), ("after", "solid")):
        curve = go.Scatter(x=spectra["frequency"], y=spectra[name], name=name, mode="lines", line={"dash": dash})
        figure.add_trace(curve, row, column)
    figure.update_yaxes(type="log", title="power", row=row, col=column)
    figure.update_xaxes(title=f"frequency ({spectra.attrs['units']['frequency']})", row=row, col=column)
    cutoff = spectra.attrs["cutoff"][0]
    if len(spectra) and cutoff < spectra["frequency"].iloc[-1]:  # else there is image at all frequencies
        figure.add_vline(cutoff, line_dash="dash", annotation_text="noise from here", row=row, col=column)
