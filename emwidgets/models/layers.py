"""Layers of our own that shipped networks hold, beside those of Keras."""

from __future__ import annotations

import keras
from keras import ops


@keras.saving.register_keras_serializable("emwidgets")
class Choose(keras.layers.Layer):
    """An image, or one of its restorations, at each pixel.

    Takes the bank (n, rows, columns, channels) and an answer (n, rows, columns, 1 + levels + 1): how likely the
    pixel is sharp, how likely each width is, as logits, and what a restoration lacks. Gives (n, rows, columns, 1): the
    mean of image and restorations by these probabilities, with what lacks added as far as the pixel is not sharp. So
    what is sharp is left alone to the last digit.
    """

    def call(self, bank, answer):
        """Of a bank and an answer, the image."""
        levels = answer.shape[-1] - 2
        chances = ops.softmax(answer[..., : levels + 1], axis=-1)
        mean = ops.sum(chances * bank[..., : levels + 1], axis=-1, keepdims=True)
        return mean + (1 - chances[..., :1]) * answer[..., levels + 1 :]

    def compute_output_shape(self, bank_shape, answer_shape):
        """As the bank, of one channel."""
        return (*bank_shape[:-1], 1)
