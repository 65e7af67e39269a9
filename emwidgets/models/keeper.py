"""A training that can be broken off: the newest and the best network with the history, kept in a folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np


class Keeper(keras.callbacks.Callback):
    """Keeps the newest and the best network with the history in a folder, and stops when nothing gets better.

    Parameters
    ----------
    folder : Path
    plan : dataclass
        How the network is trained; `epochs` (at most) and `patience` (epochs without a lower validation loss after
        which the training stops) are read here.

    Raises
    ------
    ValueError
        If the folder holds a training with another plan.
    """

    def __init__(self, folder: Path, plan):
        super().__init__()
        self._folder, self._plan = folder, plan
        self.history = self._kept_history()

    @property
    def newest(self) -> Path:
        """File of the network after the last epoch, with the state of its optimizer."""
        return self._folder / "newest.keras"

    @property
    def best(self) -> Path:
        """File of the network with the lowest validation loss."""
        return self._folder / "best.keras"

    @property
    def best_epoch(self) -> int:
        """Number of the epoch with the lowest validation loss, counted from 0."""
        # argmin would take a loss that is no number for the lowest
        losses = np.nan_to_num([epoch["val_loss"] for epoch in self.history], nan=np.inf, posinf=np.inf)
        return int(losses.argmin())

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        waited = len(self.history) - 1 - self.best_epoch if self.history else 0
        return len(self.history) >= self._plan.epochs or waited >= self._plan.patience

    def on_epoch_end(self, epoch, logs=None):
        """Write what was reached; the history last, so that it never tells of a network that is not there."""
        self.history.append({name: float(value) for name, value in logs.items()})
        if self.best_epoch == len(self.history) - 1:
            _keep(self.model, self.best)
        _keep(self.model, self.newest)
        written = {"plan": asdict(self._plan), "epochs": self.history}
        unfinished = self._folder / "history.part"
        unfinished.write_text(json.dumps(written, indent=1))
        unfinished.replace(self._folder / "history.json")
        if self.finished:
            self.model.stop_training = True

    def _kept_history(self) -> list[dict]:
        file = self._folder / "history.json"
        if not file.is_file():
            return []
        kept = json.loads(file.read_text())
        if kept["plan"] != asdict(self._plan):
            raise ValueError(
                f"{self._folder} holds a training with another plan ({kept['plan']}): "
                "give another folder, or the same plan to go on"
            )
        return kept["epochs"]


def _keep(model, file: Path) -> None:
    unfinished = file.with_name(f"part.{file.name}")
    model.save(unfinished)
    os.replace(unfinished, file)
