"""The network that reads a particle from one image: a residual backbone, heads for the questions, heads for the form.

Cut corners are places, so the network is taught places: beside the answers it gives a map of cut and of whole corners
(only while it learns), and the pose of the uncut cuboid, from which `emwidgets.particles.fit` starts.
"""

from __future__ import annotations

import keras
from keras import layers

from .framing import SIZE
from .outputs import ANSWERS, POSE

#: Rows and columns of the map of corners; its channels are whole and cut ones.
MAP = SIZE // 4


def deformation(width: int = 24, depth: int = 2) -> keras.Model:
    """Residual network (He et al. 2016, doi:10.1109/CVPR.2016.90) with heads for answers, corners and pose.

    Parameters
    ----------
    width : int
        Channels of the first stage; the next two have twice and four times as many.
    depth : int
        Residual blocks in each of the last two stages beside the one that halves the grid.

    Returns
    -------
    keras.Model
        From (n, SIZE, SIZE, 1) to a dictionary: logits "count", "kind" and "arrangement", "pose" (n, 15) and "corners"
        (n, MAP, MAP, 2).

    Raises
    ------
    ValueError
        If a number is too small.
    """
    image, middle, x = _backbone(width, depth)
    outputs = _answers(x, ANSWERS) | {"pose": _pose(x, width)}
    outputs["corners"] = layers.Conv2D(2, 1, name="corners", dtype="float32")(_convolution(middle, width, 3))
    return keras.Model(image, outputs, name="deformation")


def backbone(width: int = 24, depth: int = 2) -> keras.Model:
    """The same backbone with heads for the kind of particle and its pose and size alone: it never hears of cuts.

    Parameters and errors as in `deformation`.
    """
    image, _, x = _backbone(width, depth)
    return keras.Model(image, _answers(x, ("kind",)) | {"pose": _pose(x, width)}, name="backbone")


def transfer(pretrained: keras.Model) -> keras.Model:
    """A trained `backbone`, frozen, with a new last layer for each answer: the outputs "count", "kind", "arrangement".

    The last layer reads means and maxima of the last two stages: what a network for kinds and poses has no use for is
    not in its last means. The pose stays as it was learnt.
    """
    pretrained.trainable = False
    maps = [pretrained.get_layer(name).output for name in ("middle", "features")]
    kinds = (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
    # of all sizes as they are, a last layer would learn from the largest alone
    pooled = layers.Concatenate(name="new_pool")([kind()(each) for each in maps for kind in kinds])
    pooled = layers.BatchNormalization(momentum=0.97, name="new_scale")(pooled)
    heads = {name: layers.Dense(len(classes), name=f"new_{name}") for name, classes in ANSWERS.items()}
    outputs = {name: head(pooled) for name, head in heads.items()} | {"pose": pretrained.get_layer("pose").output}
    return keras.Model(pretrained.input, outputs, name="transfer")


def imagenet(size: int = 96, weights: str | None = "imagenet") -> keras.Model:
    """Inception-v3 (Szegedy et al. 2016, doi:10.1109/CVPR.2016.308) as Keras has it, frozen, with a new last layer.

    Parameters
    ----------
    size : int
        Rows and columns that images are enlarged to; 75 at least.
    weights : "imagenet" or None
        Those of ImageNet are downloaded by Keras (84 MB); None leaves them at random, which is of use in tests alone.

    Returns
    -------
    keras.Model
        As `transfer`, without a pose.

    Raises
    ------
    RuntimeError
        If the weights cannot be downloaded.
    """
    try:
        inception = keras.applications.InceptionV3(include_top=False, weights=weights, input_shape=(size, size, 3))
    except Exception as problem:  # urllib, Keras and the backends raise different ones
        raise RuntimeError(
            f"the ImageNet weights of Inception-v3 cannot be had ({problem}): go where the net reaches "
            "storage.googleapis.com, or use the backbone that comes with emwidgets"
        ) from problem
    inception.trainable = False
    image = keras.Input((SIZE, SIZE, 1), name="image")
    x = layers.Resizing(size, size)(layers.Rescaling(4.0, offset=-1.0)(image))
    pooled = layers.GlobalAveragePooling2D()(inception(layers.Concatenate()([x, x, x]), training=False))
    outputs = {name: layers.Dense(len(each), name=f"new_{name}")(pooled) for name, each in ANSWERS.items()}
    return keras.Model(image, outputs, name="imagenet")


def answering(model: keras.Model) -> keras.Model:
    """The part of a trained network that answers: "logits" (n, len(OUTPUTS)), without the map of corners."""
    logits = layers.Concatenate(name="logits")([model.output[name] for name in (*ANSWERS, "pose")])
    return keras.Model(model.input, logits, name=model.name)


def head_of(model: keras.Model, name: str) -> layers.Dense:
    """The layer that gives an answer: its own, or the new one of `transfer`."""
    names = {layer.name for layer in model.layers}
    return model.get_layer(f"new_{name}" if f"new_{name}" in names else name)


def _answers(x, names) -> dict:
    pooled = layers.GlobalAveragePooling2D(name="pool")(x)
    return {name: layers.Dense(len(ANSWERS[name]), name=name, dtype="float32")(pooled) for name in names}


def _pose(x, width):
    placed = layers.Flatten(name="places")(_convolution(x, width, 1))
    hidden = layers.Activation("relu")(layers.Dense(6 * width)(placed))
    return layers.Dense(len(POSE), name="pose", dtype="float32")(hidden)


def _backbone(width, depth):
    """Input, the map with a quarter of the rows and columns, the last feature map with an eighth of them."""
    for name, value, least in (("width", width, 4), ("depth", depth, 1)):
        if value < least:
            raise ValueError(f"{name} is {value}: expected at least {least}")
    image = keras.Input((SIZE, SIZE, 1), name="image")
    x = layers.Rescaling(4.0, offset=-1.0)(image)
    x = _convolution(x, width, 5, strides=2)
    x = _residual(x, width)
    x = _residual(x, 2 * width, strides=2)
    for number in range(depth):
        x = _residual(x, 2 * width, name="middle" if number == depth - 1 else None)
    middle = x
    x = _residual(x, 4 * width, strides=2)
    for number in range(depth):
        x = _residual(x, 4 * width, name="features" if number == depth - 1 else None)
    return image, middle, x


def _residual(x, channels, strides=1, name=None):
    y = _convolution(x, channels, 3, strides=strides)
    y = _convolution(y, channels, 3, activation=False)
    if strides > 1:
        x = _convolution(layers.AveragePooling2D(strides)(x), channels, 1, activation=False)
    return layers.Activation("relu", name=name)(layers.Add()([x, y]))


def _convolution(x, channels, kernel, strides=1, activation=True):
    x = layers.Conv2D(channels, kernel, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.97)(x)
    return layers.Activation("relu")(x) if activation else x
