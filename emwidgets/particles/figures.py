"""Figures of a classification of particles: the bars of one, the course of a stack, the map of a scan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

_VEIL = "rgba(255, 255, 255, 0.65)"

#: Up to so many particles a map writes the label into each place.
_WRITTEN = 400


def bars(probabilities: np.ndarray, classes: tuple[str, ...], title: str) -> go.Figure:
    """Probabilities of the classes of one particle."""
    text = ["" if np.isnan(one) else f"{one:.0%}" for one in probabilities]
    figure = go.Figure(
        go.Bar(x=list(classes), y=probabilities, text=text, hovertemplate="%{x}: %{y:.3f}<extra></extra>")
    )
    figure.update_layout(title=title)
    figure.update_xaxes(type="category")
    figure.update_yaxes(title="probability", range=(0, 1))
    return figure


def course(
    table: pd.DataFrame, probabilities: np.ndarray, classes: tuple[str, ...], question: str, positions, title: str
) -> go.Figure:
    """Probabilities of all classes along a stack, the labels on it: circles, or crosses where they are uncertain.

    Parameters
    ----------
    table : DataFrame
        As `Classification.to_dataframe`.
    probabilities : (n, classes) array
    classes : tuple of str
    question : str
        Title of the axis of the classes.
    positions : (n,) array
        Of the particles along the stack.
    title : str
        Of the axis of the positions.
    """
    heat = go.Heatmap(
        z=probabilities.T,
        x=positions,
        y=list(classes),
        zmin=0,
        zmax=1,
        colorscale="Cividis",
        colorbar={"title": "probability"},
        hovertemplate="%{x}, %{y}: %{z:.3f}<extra></extra>",
    )
    figure = go.Figure(heat)
    read = table["label"].to_numpy() != ""
    for uncertain, symbol, name in ((False, "circle-open", "certain"), (True, "x", "uncertain")):
        own = read & (table["uncertain"].to_numpy() == uncertain)
        figure.add_scatter(
            x=positions[own],
            y=table["label"].to_numpy()[own],
            mode="markers",
            name=name,
            text=_said(table[own]),
            hovertemplate="%{x}: %{text}<extra></extra>",
            marker={"symbol": symbol, "color": "white", "line": {"color": "black", "width": 1}},
        )
    figure.update_layout(legend={"orientation": "h", "y": 1.1})
    figure.update_xaxes(title=title)
    figure.update_yaxes(title=question, type="category", categoryorder="array", categoryarray=list(classes))
    return figure


def scan(
    table: pd.DataFrame, shape: tuple[int, int], classes: tuple[str, ...], question: str, across, down
) -> go.Figure:
    """Map of the labels over a scan; what is uncertain is veiled and has a question mark, what is unreadable is open.

    Parameters
    ----------
    table, classes, question
        As in `course`.
    shape : (rows, columns)
    across, down : (positions, title)
        Of the particles along the two axes.
    """
    (x, x_title), (y, y_title) = across, down
    x, y = np.asarray(x).reshape(shape)[0], np.asarray(y).reshape(shape)[:, 0]
    labels = table["label"].to_numpy().reshape(shape)
    values = np.full(shape, np.nan)
    for value, name in enumerate(classes):
        values[labels == name] = value
    uncertain = table["uncertain"].to_numpy().reshape(shape)
    written = "%{text}" if labels.size <= _WRITTEN else None  # not told apart by colour alone
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=x,
            y=y,
            zmin=-0.5,
            zmax=len(classes) - 0.5,
            colorscale=_steps(len(classes)),
            colorbar={"title": question, "tickvals": list(range(len(classes))), "ticktext": list(classes)},
            text=np.where(uncertain, "", labels),
            texttemplate=written,
            customdata=np.array(_said(table), dtype=object).reshape(shape),
            hovertemplate="%{x}, %{y}: %{customdata}<extra></extra>",
        )
    )
    figure.add_heatmap(
        z=np.where(uncertain, 1.0, np.nan),
        x=x,
        y=y,
        text=np.where(uncertain, np.char.add(labels.astype(str), "?"), ""),
        texttemplate=written,
        textfont={"color": "black"},
        colorscale=[[0, _VEIL], [1, _VEIL]],
        showscale=False,
        hoverinfo="skip",
        name="uncertain",
    )
    figure.update_yaxes(autorange="reversed", scaleanchor="x", title=y_title)
    figure.update_xaxes(title=x_title)
    return figure


def _steps(number: int) -> list[list]:
    """Cividis in so many steps."""
    colours = sample_colorscale("Cividis", [step / (number - 1) for step in range(number)])
    return [[edge / number, colour] for step, colour in enumerate(colours) for edge in (step, step + 1)]


def _said(table: pd.DataFrame) -> list[str]:
    """Label, probability and doubt of each row, in words."""
    rows = zip(table["label"], table["probability"], table["why"], strict=True)
    return [(f"{label} {p:.2f}" if label else "") + (f", {why}" if label and why else why) for label, p, why in rows]
