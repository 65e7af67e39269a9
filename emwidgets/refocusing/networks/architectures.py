"""Networks that refocus: the published SRN and MRN, and the variants of them that two processor cores are enough for.

Na, Kim, Kang, Kim & Lee 2021, doi:10.1016/j.actamat.2021.116987; the coarse-to-fine scheme is that of Nah, Kim & Lee
2017, doi:10.1109/CVPR.2017.35.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from emwidgets.models.layers import Choose

from .bank import channels_of
from .smooth import FRACTIONS

#: Scales of a network that has three, coarse to fine: names of what they restored.
SCALES = ("quarter", "half", "restored")


def srn(filters: int = 64, kernel: int = 3, blocks: int = 16, channels: int = 1) -> keras.Model:
    """The published network of one scale.

    Convolution and ReLU, residual blocks, convolution, to which the first ReLU's output is added, final convolution.

    Parameters
    ----------
    filters, kernel : int
        Of every convolution but the last, which has one filter; rows and columns of their kernels.
    blocks : int
        Residual ones: convolution, ReLU, convolution, and what came in.
    channels : int
        Of the image.

    Returns
    -------
    keras.Model
        From (n, rows, columns, channels), of any size, to (n, rows, columns, 1).
    """
    image = keras.Input((None, None, channels), name="image")
    return keras.Model(image, _restored(_body(image, filters, kernel, blocks, ""), kernel, "restored"), name="srn")


def mrn(filters: int = 64, kernel: int = 3, blocks: int = 16, channels: int = 1) -> keras.Model:
    """The published network of three scales: at a quarter, half and full size, each given what the one before found.

    Parameters
    ----------
    filters, kernel, blocks, channels
        As of `srn`, for each scale.

    Returns
    -------
    keras.Model
        From (n, rows, columns, channels), rows and columns multiples of 4, to what each scale restored: "quarter",
        "half" and "restored" (n, rows, columns, 1). Images of 256² are learnt from at 64², 128² and 256².
    """
    image = keras.Input((None, None, channels), name="image")
    outputs, coarser = {}, None
    for scale, factor in zip(SCALES, (4, 2, 1), strict=True):
        given = layers.AveragePooling2D(factor, name=f"{scale}_image")(image) if factor > 1 else image
        if coarser is not None:
            larger = layers.Conv2DTranspose(1, 4, strides=2, padding="same", name=f"{scale}_enlarged")(coarser)
            given = layers.Concatenate(name=f"{scale}_joined")([given, larger])
        coarser = _restored(_body(given, filters, kernel, blocks, f"{scale}_"), kernel, scale)
        outputs[scale] = coarser
    return keras.Model(image, outputs, name="mrn")


def light_srn(levels: int, filters: int = 40, blocks: int = 8) -> keras.Model:
    """The network of one scale for two cores: half the pixels along each edge, and restorations to choose from.

    Parameters
    ----------
    levels : int
        Widths in the bank.
    filters, blocks : int

    Returns
    -------
    keras.Model
        From a bank (n, rows, columns, channels_of(levels)), rows and columns multiples of 2, to "restored"
        (n, rows, columns, 1).
    """
    bank = keras.Input((None, None, channels_of(levels)), name="bank")
    stem = layers.Conv2D(filters, 6, strides=2, padding="same", name="stem")(bank)
    found = _body(layers.Activation("relu", name="stem_relu")(stem), filters, 3, blocks, "")
    answer = _answer(found, levels, "answer", enlarged=True)
    return keras.Model(bank, {"restored": Choose(name="restored", dtype="float32")(bank, answer)}, name="srn")


def light_mrn(
    levels: int,
    filters: tuple[int, int, int] = (64, 56, 40),
    blocks: tuple[int, int, int] = (5, 4, 6),
    smooth: int = len(FRACTIONS),
) -> keras.Model:
    """The network of three scales for two cores.

    As `mrn`, but each scale has half the pixels along each edge or less, gets what the coarser one found instead of
    what it restored, and answers which of the restorations in the bank is right and what it lacks. The coarsest sees
    means over squares of eight pixels: from them it tells the width of the blur, the physics of the problem. The
    others begin with the restorations of these widths.

    Parameters
    ----------
    levels : int
        Widths in the bank.
    filters, blocks : tuple of int
        Of each scale, coarse to fine.
    smooth : int
        Smooth restorations in the bank.

    Returns
    -------
    keras.Model
        From a bank (n, rows, columns, channels_of(levels, smooth)), rows and columns multiples of 8, to "widths"
        (n, rows / 8, columns / 8, 1 + levels + 1): how likely the image is sharp there, or blurred by each width, as
        logits, and what a restoration lacks; to "half" (n, rows / 4, columns / 4, 1) and "restored" (n, rows, columns,
        1), what these scales made of it; and to "answer" (n, rows, columns, 1 + levels + smooth + 1), which is what
        `Choose` was given for the last.
    """
    bank = keras.Input((None, None, channels_of(levels, smooth)), name="bank")
    quarter = _body(layers.AveragePooling2D(8, name="quarter_bank")(bank), filters[0], 3, blocks[0], "quarter_")
    widths = _answer(quarter, levels, "widths", enlarged=False)
    likely = _enlarging(levels + smooth, 8, "likely")(widths)
    begun = Choose(name="begun", dtype="float32")(bank, likely)
    stem = layers.Conv2D(filters[2], 6, strides=2, padding="same", name="stem")(layers.Concatenate()([bank, begun]))
    fine = layers.Activation("relu", name="stem_relu")(stem)
    smaller = layers.AveragePooling2D(2)(fine)
    half = _body(_joined(smaller, quarter, filters[1], "half"), filters[1], 3, blocks[1], "half_")
    more = _answer(half, levels + smooth, "half_more", enlarged=False)
    answer = layers.Add(name="half_answer", dtype="float32")(
        [_enlarging(levels + smooth, 2, "half_likely")(widths), more]
    )
    shrunk = layers.AveragePooling2D(4, name="half_bank", dtype="float32")(bank)
    halves = Choose(name="half", dtype="float32")(shrunk, answer)
    whole = _body(_joined(fine, half, filters[2], "whole"), filters[2], 3, blocks[2], "whole_")
    answer = layers.Add(name="answer", dtype="float32")(
        [likely, _answer(whole, levels + smooth, "more", enlarged=True)]
    )
    restored = Choose(name="restored", dtype="float32")(bank, answer)
    model = keras.Model(bank, {"widths": widths, "half": halves, "restored": restored, "answer": answer}, name="mrn")
    for name in ("likely", "half_likely"):
        model.get_layer(name).set_weights([_interpolating(model.get_layer(name), levels)])
    return model


def answering(model: keras.Model, name: str) -> keras.Model:
    """The part of a light network that is shipped: the restored image and the widths, in full precision.

    Parameters
    ----------
    model : keras.Model
        As `light_srn` or `light_mrn` makes it, trained.
    name : str
        Of the network that is returned.

    Returns
    -------
    keras.Model
        From the bank to "restored" and, of an MRN, "widths".
    """
    exact = keras.models.clone_model(model, clone_function=_exact)
    exact.set_weights(model.get_weights())
    outputs = {name: exact.get_layer(name).output for name in ("restored", "widths") if name in model.output}
    return keras.Model(exact.input, outputs, name=name)


def _exact(layer):
    """The same layer in full precision: training may have been in half of it."""
    return type(layer).from_config({**layer.get_config(), "dtype": "float32"})


def _body(given, filters: int, kernel: int, blocks: int, prefix: str):
    """All of a network of one scale but its final convolution."""
    first = layers.Conv2D(filters, kernel, padding="same", name=f"{prefix}first")(given)
    first = passed = layers.Activation("relu", name=f"{prefix}first_relu")(first)
    for number in range(1, blocks + 1):
        name = f"{prefix}block{number}"
        inner = layers.Conv2D(filters, kernel, padding="same", name=f"{name}a")(passed)
        inner = layers.Activation("relu", name=f"{name}_relu")(inner)
        small = keras.initializers.VarianceScaling(0.1)  # so that what passes does not grow from block to block
        inner = layers.Conv2D(filters, kernel, padding="same", kernel_initializer=small, name=f"{name}b")(inner)
        passed = layers.Add(name=name)([passed, inner])
    last = layers.Conv2D(filters, kernel, padding="same", name=f"{prefix}last")(passed)
    return layers.Add(name=f"{prefix}skip")([last, first])


def _joined(given, coarser, filters: int, scale: str):
    """What a scale is given, with what the coarser one found."""
    larger = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", name=f"{scale}_enlarged")(coarser)
    return layers.Concatenate(name=f"{scale}_joined")([given, larger])


def _enlarging(levels: int, factor: int, name: str):
    """A layer that enlarges an answer; keras' own interpolation cannot in TensorFlow, where the size is not known."""
    options = {"padding": "same", "use_bias": False, "dtype": "float32", "name": name}
    return layers.Conv2DTranspose(levels + 2, 2 * factor, strides=factor, **options)


def _interpolating(layer, levels: int) -> np.ndarray:
    """Weights with which a layer enlarges bilinearly; it has nothing to say of the smooth restorations yet."""
    factor = layer.strides[0]
    along = 1 - np.abs((np.arange(2 * factor) + 0.5) / factor - 1)
    passed = np.zeros((layer.filters, levels + 2))
    passed[: levels + 1, : levels + 1] = np.eye(levels + 1)
    passed[-1, -1] = 1
    return along[:, None, None, None] * along[:, None, None] * passed


def _restored(found, kernel: int, name: str):
    return layers.Conv2D(1, kernel, padding="same", name=name)(found)


def _answer(found, levels: int, name: str, enlarged: bool):
    """At first all restorations are as likely, hardly any pixel is sharp, and nothing lacks."""
    at_first = {"padding": "same", "kernel_initializer": "zeros", "dtype": "float32", "name": name}
    if enlarged:
        return layers.Conv2DTranspose(levels + 2, 6, strides=2, **at_first)(found)
    return layers.Conv2D(levels + 2, 3, **at_first)(found)
