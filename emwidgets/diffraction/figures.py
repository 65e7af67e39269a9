"""Figures of a classification: the bars of one pattern, the curve of a stack, the map of a scan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

_VEIL = "rgba(255, 255, 255, 0.65)"


def bars(row: pd.Series) -> go.Figure:
    """Probabilities of a ring and a spot pattern by each method and together; `row` of `to_dataframe`."""
    methods = {name.removesuffix(" ring"): row[name] for name in row.index if name.endswith(" ring")}
    if len(methods) > 1:
        methods = {"vote": row["ring"], **methods}
    names, ring = list(methods)[::-1], np.array(list(methods.values()), float)[::-1]
    figure = go.Figure()
    for word, share, shape in (("ring", ring, ""), ("spot", 1 - ring, "/")):
        marker = {"pattern": {"shape": shape}}  # not told apart by colour alone
        figure.add_bar(name=word, y=names, x=share, orientation="h", text=_percent(share), marker=marker)
    label = row["label"] or "unreadable"
    note = f"uncertain: {row['why']}" if row["why"] else ("corrected by hand" if row["corrected"] else "")
    figure.update_layout(barmode="stack", title=label + (f" ({note})" if note else ""))
    figure.update_xaxes(range=(0, 1), title="probability")
    return figure


def curve(table: pd.DataFrame, positions: np.ndarray, title: str) -> go.Figure:
    """Probability of a ring pattern along a stack; crosses are uncertain."""
    figure = go.Figure()
    for uncertain, symbol, name in ((False, "circle", "certain"), (True, "x", "uncertain")):
        own = table["uncertain"].to_numpy() == uncertain
        figure.add_scatter(
            x=positions[own],
            y=table["ring"].to_numpy()[own],
            mode="markers",
            name=name,
            text=_said(table[own]),
            hovertemplate="%{x}: %{text}<extra></extra>",
            marker={"symbol": symbol},
        )
    figure.update_xaxes(title=title)
    figure.update_yaxes(title="probability of a ring pattern", range=(-0.05, 1.05))
    return figure


def scan(table: pd.DataFrame, shape: tuple[int, int], across, down) -> go.Figure:
    """Map of the probability of a ring pattern over a scan; what is uncertain is veiled."""
    (x, x_title), (y, y_title) = across, down
    x, y = x.reshape(shape)[0], y.reshape(shape)[:, 0]
    figure = go.Figure(
        go.Heatmap(
            z=table["ring"].to_numpy().reshape(shape),
            x=x,
            y=y,
            zmin=0,
            zmax=1,
            colorscale="Cividis",
            colorbar={"title": "ring"},
            text=np.array(_said(table)).reshape(shape),
            hovertemplate="%{x}, %{y}: %{text}<extra></extra>",
        )
    )
    veil = np.where(table["uncertain"].to_numpy().reshape(shape), 1.0, np.nan)
    colours = [[0, _VEIL], [1, _VEIL]]
    figure.add_heatmap(z=veil, x=x, y=y, colorscale=colours, showscale=False, hoverinfo="skip", name="uncertain")
    figure.update_yaxes(autorange="reversed", scaleanchor="x", title=y_title)
    figure.update_xaxes(title=x_title)
    return figure


def _said(table: pd.DataFrame) -> list[str]:
    """Label, probability and doubt of each row, in words."""
    rows = zip(table["label"], table["probability"], table["why"], strict=True)
    return [(f"{label} {p:.2f}" if label else "") + (f", {why}" if label and why else why) for label, p, why in rows]


def _percent(share: np.ndarray) -> list[str]:
    return ["" if np.isnan(one) else f"{one:.0%}" for one in share]
