"""The three networks, small enough for a teacher's laptop: a plain CNN, GoogLeNet and DenseNet.

All take one channel, lose three quarters of the rows and columns in the same stem, and end in the same way: a last
feature map named "features", its mean over the map, one dense layer. Because nothing but a mean and a sum stands
between the map and the answer, the share of every place in the answer is exact (class-activation map, Zhou et al.
2016, doi:10.1109/CVPR.2016.319).
"""

from __future__ import annotations

from collections.abc import Callable

import keras
from keras import layers

from .normalise import SIZE

#: Classes in the order of the outputs: the labels of the data set, and what is no pattern of a crystal.
CLASSES = ("ring", "spot", "neither")


def cnn(width: int = 16, depth: int = 3, size: int = SIZE, classes: int = len(CLASSES)) -> keras.Model:
    """Plain convolutional network: `depth` 3 × 3 convolutions on the last grid.

    Parameters
    ----------
    width : int
        Channels of the stem; the others grow from it.
    depth : int
        Convolutions after the last pooling, two or more.
    size : int
        Rows and columns of a pattern; the feature map has an eighth of them.
    classes : int

    Returns
    -------
    keras.Model
        From (n, size, size, 1) to logits (n, classes).

    Raises
    ------
    ValueError
        If `size` is no multiple of 8, or another number too small.
    """
    _check(width, depth, size, classes, least_depth=2)
    image, x = _stem(width, size)
    x = _convolution(x, 2 * width, 3)
    x = layers.MaxPooling2D(2)(x)
    for number in range(depth - 1):
        x = _convolution(x, (3 + number) * width, 3)
    x = _convolution(x, (3 + depth - 1) * width, 3, name="features")
    return _headed(image, x, classes, "cnn")


def googlenet(width: int = 16, depth: int = 4, size: int = SIZE, classes: int = len(CLASSES)) -> keras.Model:
    """Inception modules (Szegedy 2015, doi:10.1109/CVPR.2015.7298594): one before the last pooling, `depth` after.

    Parameters and errors as in `cnn`; `depth` is one or more.
    """
    _check(width, depth, size, classes, least_depth=1)
    image, x = _stem(width, size)
    x = _inception(x, 2 * width)
    x = layers.MaxPooling2D(2)(x)
    for number in range(depth - 1):
        x = _inception(x, (3 + number // 2) * width)
    x = _inception(x, (3 + depth // 2) * width, name="features")
    return _headed(image, x, classes, "googlenet")


def densenet(width: int = 16, depth: int = 6, size: int = SIZE, classes: int = len(CLASSES)) -> keras.Model:
    """Dense blocks (Huang et al. 2017, doi:10.1109/CVPR.2017.243): each layer sees all that came before it.

    Parameters and errors as in `cnn`; `depth` is the number of layers in the last block, one or more.
    """
    _check(width, depth, size, classes, least_depth=1)
    image, x = _stem(width, size)
    x = _dense_block(x, max(depth // 2, 1), width // 2)
    x = _convolution(x, 2 * width, 1)
    x = layers.AveragePooling2D(2)(x)
    x = _dense_block(x, depth, width)
    x = _normalisation()(x)
    x = layers.Activation("relu", name="features")(x)
    return _headed(image, x, classes, "densenet")


#: Makers of the networks by name.
NETWORKS: dict[str, Callable[..., keras.Model]] = {"cnn": cnn, "googlenet": googlenet, "densenet": densenet}


def _stem(width, size):
    image = keras.Input((size, size, 1), name="image")
    # values in [0, 1] with the background in the middle; reflections may be one pixel wide, so the maximum pools them
    x = layers.Rescaling(4.0, offset=-2.0)(image)
    x = _convolution(x, width, 5, strides=2)
    return image, layers.MaxPooling2D(2)(x)


def _convolution(x, channels, kernel, strides=1, name=None):
    x = layers.Conv2D(channels, kernel, strides=strides, padding="same", use_bias=False)(x)
    x = _normalisation()(x)
    return layers.Activation("relu", name=name)(x)


def _normalisation():
    return layers.BatchNormalization(momentum=0.97)  # an epoch is short: the usual 0.99 lags behind


def _inception(x, channels, name=None):
    quarter = channels // 4
    near = _convolution(_convolution(x, quarter, 1), 2 * quarter, 3)
    far = _convolution(_convolution(x, quarter, 1), quarter, 5)
    pooled = _convolution(layers.MaxPooling2D(3, strides=1, padding="same")(x), quarter, 1)
    return layers.Concatenate(name=name)([_convolution(x, channels - 3 * quarter, 1), near, far, pooled])


def _dense_block(x, depth, growth):
    for _ in range(depth):
        new = layers.Activation("relu")(_normalisation()(x))
        new = _convolution(new, 2 * growth, 1)
        new = layers.Conv2D(growth, 3, padding="same", use_bias=False)(new)
        x = layers.Concatenate()([x, new])
    return x


def _headed(image, features, classes, name):
    mean = layers.GlobalAveragePooling2D(name="pool")(features)
    return keras.Model(image, layers.Dense(classes, name="logits", dtype="float32")(mean), name=name)


def _check(width, depth, size, classes, *, least_depth) -> None:
    for name, value, least in (("width", width, 4), ("depth", depth, least_depth), ("classes", classes, 2)):
        if value < least:
            raise ValueError(f"{name} is {value}: expected at least {least}")
    if size < 32 or size % 8:
        raise ValueError(f"size is {size}: expected a multiple of 8, at least 32")
