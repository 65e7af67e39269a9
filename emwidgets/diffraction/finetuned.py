"""What `finetune` returns: a network taught on the user's labels, and how much better it is for it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from emwidgets.models import Card
from emwidgets.signals import Provenance

from .networks.network_files import write

if TYPE_CHECKING:
    import keras
    import plotly.graph_objects as go


class Score(NamedTuple):
    """How good a network is on labelled patterns that it was not taught on.

    `accuracy` is the share of right labels, `interval` where it lies with 95 % confidence (Wilson), `balanced` the mean
    of the shares among ring and among spot patterns; `surprise` the mean of -log(probability of the right label), both
    labels counting the same: it also falls where right answers become surer.
    """

    patterns: int
    accuracy: float
    interval: tuple[float, float]
    balanced: float
    surprise: float

    def __str__(self):
        low, high = self.interval
        return f"{self.accuracy:.0%} right (95 % interval {low:.0%} to {high:.0%}) of {self.patterns} patterns"


@dataclass(frozen=True, eq=False)
class Finetuned:
    """A network whose last layer was taught on labelled patterns of one's own.

    ``classify(signal, method=finetuned)`` and ``explain(signal, finetuned)`` use it, and `save` keeps it.

    Attributes
    ----------
    card : emwidgets.models.Card
        Of the new network.
    body : emwidgets.models.Network
        The network that it was made of; all but its last layer is used as it is.
    before, after : Score or None
        Of the network as it was, and of one taught in the same way without the patterns that are asked; every labelled
        pattern is held out once. None where there are too few labels to hold any out.
    labelled : DataFrame
        One row for each label: frame, label, and the probability that the network gives it before and after; the latter
        when it was held out, NaN if it never was.
    note : str
        What to think of the scores, in a sentence.
    provenance : Provenance
    """

    card: Card
    body: Any
    before: Score | None
    after: Score | None
    labelled: pd.DataFrame
    note: str
    provenance: Provenance
    onnx: bytes = field(repr=False)  # the file that `save` writes

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits and last feature map of images, as `emwidgets.models.Network.run` gives them."""
        _, features = self.body.run(images)
        weights, bias = self.card.head
        return features.mean(axis=(1, 2)) @ weights + bias, features

    def save(self, folder: str | os.PathLike) -> Path:
        """Write the network and its card into a folder, for ``emwidgets.models.load(folder)`` to read.

        What is written is a complete ONNX network, which needs no other file and no Keras.

        Parameters
        ----------
        folder : path
            Made if it is not there.

        Returns
        -------
        Path
            Of the card.

        Raises
        ------
        FileExistsError
            If another network is in the folder.
        """
        return write(self.card, self.onnx, folder)

    def keras_model(self) -> keras.Model:
        """The same network in Keras, to look into its layers or to train more of it.

        Raises
        ------
        ModuleNotFoundError
            If Keras or its backend is not installed.
        """
        from emwidgets import models

        card = self.body.card
        own = getattr(self.body, "keras_model", None)
        model = own() if own else models.keras_model(card.folder / f"{card.name}.json")
        model.layers[-1].set_weights([self.card.head.weights, self.card.head.bias])
        return model

    def to_dataframe(self) -> pd.DataFrame:
        """The table of labelled patterns."""
        return self.labelled

    def plot(self) -> go.Figure:
        """Probability of the right label before and after, for each labelled pattern; above the line is better."""
        import plotly.graph_objects as go

        figure = go.Figure()
        for label, symbol in (("ring", "circle-open"), ("spot", "diamond")):
            own = self.labelled[self.labelled["label"] == label]
            figure.add_scatter(
                x=own["before"],
                y=own["after"],
                mode="markers",
                marker={"symbol": symbol},
                name=label,
                text=own["frame"],
                hovertemplate="frame %{text}: %{x:.2f} → %{y:.2f}<extra></extra>",
            )
        figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot"}, showlegend=False, hoverinfo="skip")
        figure.update_xaxes(title="probability of your label, before", range=(-0.02, 1.02))
        figure.update_yaxes(title="and after, held out", range=(-0.02, 1.02), scaleanchor="x")
        return figure

    def __repr__(self) -> str:
        return f"<Finetuned {self.card.key}: {self.note}>"

    def _repr_html_(self) -> str:
        rows = [(name, score) for name, score in (("before", self.before), ("after", self.after)) if score]
        table = "".join(f"<tr><th>{name}</th><td>{escape(str(score))}</td></tr>" for name, score in rows)
        said = f"<p><b>{escape(self.card.key)}</b>: {escape(self.note)}</p>"
        return said + (f"<table>{table}</table>" if rows else "")
