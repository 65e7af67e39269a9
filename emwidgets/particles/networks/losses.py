"""What the network is taught by, beside cross-entropy: a loss for poses and one for maps, on `keras.ops` alone."""

from __future__ import annotations

import keras
from keras import ops

from .pose import ORDERS


@keras.saving.register_keras_serializable("emwidgets")
def pose_loss(y_true, y_pred):
    """Mean absolute difference, with the three half edges in the order in which they differ least; (n,)."""
    true = ops.reshape(y_true[:, :12], (-1, 3, 4))
    said = ops.reshape(y_pred[:, :12], (-1, 3, 4))
    differ = ops.mean(ops.abs(said[:, :, None] - true[:, None]), axis=-1)
    sums = [differ[:, 0, a] + differ[:, 1, b] + differ[:, 2, c] for a, b, c in ORDERS]
    axes = ops.min(ops.stack(sums, axis=-1), axis=-1)
    return axes + ops.mean(ops.abs(y_true[:, 12:] - y_pred[:, 12:]), axis=-1)


@keras.saving.register_keras_serializable("emwidgets")
def map_loss(y_true, y_pred):
    """Mean squared difference of maps; (n,)."""
    return ops.mean(ops.square(y_true - y_pred), axis=(1, 2, 3))
