"""What a trained network is shipped as, with a card that tells how it was made."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import keras

from emwidgets.models import shipping
from emwidgets.models.keeper import Keeper

from .architectures import answering
from .bank import MULTIPLE, channels_of
from .lessons import NARROW, SETTINGS, WIDE

#: Names of the networks that are shipped, by what they are and how they were taught.
NAMES = {
    ("mrn", "discriminative"): "mrn",
    ("mrn", "blind"): "mrn-blind",
    ("srn", "non-blind"): "srn",
    ("widths", "discriminative"): "widths",
}


def ship(model: keras.Model, plan, keeper: Keeper, folder: str | Path) -> dict:
    """Write the answering part of a trained light network as .keras, .onnx and card.

    Parameters
    ----------
    model : keras.Model
        As `light_srn` or `light_mrn` makes it, trained.
    plan : Plan
        How.
    keeper : Keeper
        Of the training.
    folder : path

    Returns
    -------
    dict
        The card.
    """
    network = answering(model, NAMES.get((plan.network, plan.setting), f"{plan.network}-{plan.setting}"))
    setting, best = SETTINGS[plan.setting], keeper.history[keeper.best_epoch]
    training = {
        "setting": plan.setting,
        "sigma": setting.sigma or [NARROW, WIDE],
        "levels": list(setting.levels),
        "smooth": model.input_shape[-1] - channels_of(len(setting.levels)),
        # files by their names alone: where they lay is nobody's business
        "plan": {**asdict(plan), "widths": Path(plan.widths).name, "start": Path(plan.start).name},
        "epochs": len(keeper.history),
        "best epoch": keeper.best_epoch + 1,
        "validation": {name: round(value, 5) for name, value in best.items() if name.startswith("val_")},
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
    }
    return shipping.ship(network, "refocusing", (), folder, multiple=MULTIPLE, training=training)
