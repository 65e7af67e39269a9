"""How all networks are taught: the optimizer and its rate, and epochs that are gone on with where they ended."""

from __future__ import annotations

import keras

from .keeper import Keeper


def optimizer(plan, batches: int) -> keras.optimizers.Optimizer:
    """AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101), its rate risen to in one epoch and falling along a cosine.

    Parameters
    ----------
    plan : dataclass
        With `epochs`, the highest `rate` and the weight `decay`, which spares biases and normalisations.
    batches : int
        In an epoch.
    """
    steps = plan.epochs * batches
    warm = min(batches, steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        plan.rate / 20, max(steps - warm, 1), warmup_target=plan.rate, warmup_steps=warm
    )
    made = keras.optimizers.AdamW(rate, weight_decay=plan.decay, clipnorm=5.0)
    made.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return made


def teach(model: keras.Model, keeper: Keeper, batches, judged, plan, verbose: int) -> None:
    """Go through the epochs that are left of a plan.

    Parameters
    ----------
    model : keras.Model
        Compiled; as it was after the last epoch that `keeper` has.
    keeper : Keeper
    batches : keras.utils.PyDataset
        That shuffles by itself, so that a training that is taken up again sees the same order.
    judged : tuple
        Validation data, as `keras.Model.fit` takes them.
    plan : dataclass
        With `epochs`.
    verbose : int
        As in `keras.Model.fit`.
    """
    model.fit(
        batches,
        epochs=plan.epochs,
        initial_epoch=len(keeper.history),
        shuffle=False,
        validation_data=judged,
        validation_batch_size=256,
        callbacks=[keeper, keras.callbacks.TerminateOnNaN()],
        verbose=verbose,
    )
