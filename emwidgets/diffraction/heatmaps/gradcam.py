"""Grad-CAM: what in a pattern speaks for ring or for spot, to any layer of any Keras network.

The feature maps of a layer are added up, each weighted with the mean gradient of the class' score to it; what is
positive is the map [1]_. At the last feature map of a network that ends in global average pooling and one dense layer
this is the exact class-activation map, which `activation` gives without gradients.

References
----------
.. [1] R. R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh, D. Batra, "Grad-CAM: visual explanations from deep
   networks via gradient-based localization", ICCV 2017, doi:10.1109/ICCV.2017.74
"""

from __future__ import annotations

import numpy as np

from .activation import class_asked, positive_part
from .gradients import Gradients

#: What the outputs of a network stand for; one with two has no "neither".
CLASSES = ("ring", "spot", "neither")
_MOST_NAMES = 24


class GradCam:
    """Grad-CAM of a Keras network, on the grid of a layer.

    Parameters
    ----------
    model : keras.Model
        From (n, size, size, 1) to (n, 2) or (n, 3): ring, spot and, where there is a third, neither. Functional,
        sequential or subclassed. Logits, or probabilities of a closing softmax: the score is what goes into it.
    target : {"ring", "spot", "neither"}, optional
        The class that is asked about; left out, whichever of ring and spot is the more probable for each image.
    layer : str, optional
        Name of a layer with a two-dimensional feature map; of one in a network inside the network
        ``"network/layer"``. Left out, the last of them.

    Raises
    ------
    ValueError
        If there is no such layer or class, or the network takes or gives something else.
    """

    def __init__(self, model, target: str | None = None, layer: str | None = None):
        self.size = image_size(model)
        self._made_of = model, target, layer
        self._model, self._target = model, target
        self._layer = feature_layer(model, layer)
        if getattr(model, "outputs", None):  # a subclassed network says nothing of what it gives
            known_classes(tuple(model.outputs[0].shape), target)
        self._gradients = Gradients(model, self._layer, self._choose)

    def __reduce__(self):
        return GradCam, self._made_of  # to another process, which compiles its own

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Maps of images.

        Parameters
        ----------
        images : (n, size, size) float32 array
            As `normalise.prepared` gives them.

        Returns
        -------
        (n, rows, columns) float32 array
            In [0, 1]; all zero where nothing speaks for the class.

        Raises
        ------
        ValueError
            If the images have another shape, or what the network or the layer gives is of another form.
        """
        if images.ndim != 3 or (self.size and images.shape[1:] != (self.size, self.size)):
            wanted = f"{self.size}, {self.size}" if self.size else "rows, columns"
            raise ValueError(f"images has the shape {images.shape}: expected (n, {wanted})")
        _, features, gradients = self._gradients(np.asarray(images, np.float32)[..., None])
        if features.ndim != 4:
            name = self._layer.name
            raise ValueError(f"layer {name!r} gives {features.shape}: expected feature maps; {_offer(self._model)}")
        if _channels_first(self._layer):
            features, gradients = (np.moveaxis(one, 1, -1) for one in (features, gradients))
        return positive_part(np.einsum("nyxk,nk->nyx", features, gradients.mean(axis=(1, 2))))

    def _choose(self, outputs):
        """One for the class that is asked about, in each row, and nought for the others."""
        from keras import ops

        known = known_classes(tuple(outputs.shape), self._target)
        if self._target is None:
            return ops.one_hot(ops.argmax(outputs[:, :2], axis=1), len(known))
        return ops.one_hot(ops.full((outputs.shape[0],), known.index(self._target), "int32"), len(known))


def known_classes(shape: tuple, target: str | None) -> tuple[str, ...]:
    """Classes that a network with outputs of this shape tells apart.

    Raises
    ------
    ValueError
        If it does not tell ring and spot apart, or the target is none of them.
    """
    if len(shape) != 2 or shape[1] not in (2, 3):
        raise ValueError(
            f"the network gives {shape[1:]} numbers a pattern: this analysis needs two (ring, spot) or three "
            "(and neither); end it in keras.layers.Dense(2)"
        )
    known = CLASSES[: shape[1]]
    class_asked(np.zeros((0, len(known))), known, target)
    return known


def image_size(model) -> int | None:
    """Rows and columns of the images that a Keras network takes; None where it takes any, or does not say.

    Raises
    ------
    ValueError
        If it takes something else than one square image of one channel.
    """
    inputs = getattr(model, "inputs", None)
    if not inputs:  # a subclassed network
        return None
    shape = tuple(inputs[0].shape)
    if len(inputs) != 1 or len(shape) != 4 or shape[3] not in (1, None) or shape[1] != shape[2]:
        taken = ", ".join(str(tuple(one.shape)[1:]) for one in inputs)
        raise ValueError(
            f"the network {model.name!r} takes {taken}: expected one square image of one channel, (rows, rows, 1), as "
            "normalise.prepared makes it; repeat the channel inside the network where it needs three"
        )
    return shape[1]


def layers_of(model) -> dict[str, object]:
    """Layers of a network that have feature maps, or may have them, by name; "network/layer" inside a network."""
    found = {}
    for layer in model.layers:
        if _may_have_maps(layer):
            found[layer.name] = layer
        if getattr(layer, "layers", None):
            found.update({f"{layer.name}/{name}": inner for name, inner in layers_of(layer).items()})
    return found


def feature_layer(model, name: str | None):
    """The layer of this name, or the last with a feature map; see `GradCam`."""
    known = layers_of(model)
    if name is not None:
        if name not in known:
            raise ValueError(f"layer is {name!r}, which the network {model.name!r} has not; {_offer(model)}")
        return known[name]
    sure = [layer for layer in model.layers if layer.name in known and _shape(layer)]
    if not sure:
        raise ValueError(
            f"the network {model.name!r} does not say which layer is its last feature map: {_offer(model)}"
        )
    return sure[-1]


def _offer(model) -> str:
    names = [repr(name) for name in layers_of(model)]
    if not names:
        return "it has no layer with a feature map"
    left_out = f", and {len(names) - _MOST_NAMES} before them" if len(names) > _MOST_NAMES else ""
    return f"choose layer= from {', '.join(names[-_MOST_NAMES:])}{left_out}"


def _shape(layer) -> tuple | None:
    """Shape of what a layer gives, None where that is not known before it runs."""
    try:
        output = layer.output
    except (AttributeError, ValueError):  # used nowhere, several times, or in no graph
        return None
    return tuple(output.shape) if hasattr(output, "shape") else None


def _may_have_maps(layer) -> bool:
    shape = _shape(layer)
    if shape is None:
        return not type(layer).__name__.startswith("Input")
    grid = shape[2:] if _channels_first(layer) else shape[1:3]
    return len(shape) == 4 and not type(layer).__name__.startswith("Input") and any(n != 1 for n in grid)


def _channels_first(layer) -> bool:
    from keras import config

    return (getattr(layer, "data_format", None) or config.image_data_format()) == "channels_first"
