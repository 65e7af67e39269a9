"""How all networks are taught: the optimizer and its rate, and epochs that are gone on with where they ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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


def teach(folder: str | Path, plan, prepare: Callable, verbose: int) -> keras.Model:
    """Go through the epochs that are left of a plan.

    Parameters
    ----------
    folder : path
        Where the newest and the best network and the history are kept; made if it is not there.
    plan : dataclass
        With `epochs`, `patience` and the `seed`.
    prepare : callable
        Called with the network as it was after the last epoch and the number of epochs done, (None, 0) at first, unless
        nothing is left to do. Returns the network, compiled; the lessons, a `keras.utils.PyDataset` that shuffles by
        itself, so that a training that is taken up again sees the same order; and validation data, as
        `keras.Model.fit` takes them.
    verbose : int
        As in `keras.Model.fit`.

    Returns
    -------
    keras.Model
        The network with the lowest validation loss.

    Raises
    ------
    ValueError
        If the folder holds a training with another plan.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(folder, plan)
    if not keeper.finished:
        keras.utils.set_random_seed(plan.seed)
        done = len(keeper.history)
        model, batches, judged = prepare(keras.saving.load_model(keeper.newest) if done else None, done)
        _go_through(model, keeper, batches, judged, plan, verbose)
    return keras.saving.load_model(keeper.best, compile=False)


def _go_through(model, keeper, batches, judged, plan, verbose) -> None:
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
