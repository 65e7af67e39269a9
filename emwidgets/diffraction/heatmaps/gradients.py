"""Feature map of any layer of any Keras network, and the gradient of its outputs to it, on whichever backend runs.

Keras computes on TensorFlow, JAX or torch, and has no gradient of its own; each backend has another one. All of them
can differentiate a function of a tensor. So the layer is tapped while the network runs: what it puts out is written
down, and a `probe` of zeros is added to it. The gradient to the probe is the gradient to the feature map, also in
networks inside networks and in subclassed ones, of which Keras knows no graph that could be cut.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

#: A tapped layer belongs to the one who tapped it: dask's threads share a network.
_TAPPED = threading.RLock()


class Gradients:
    """What a network answers, what a layer gives, and how the answer depends on that.

    Parameters
    ----------
    model : keras.Model
        With one output (n, classes).
    layer : keras.layers.Layer
        Of the model, at any depth.
    choose : callable
        From the outputs, (n, classes), to weights of that shape, both tensors of the backend: the sum of the weighted
        outputs is the score that is differentiated.

    Raises
    ------
    ValueError
        If the backend has no gradients.
    """

    def __init__(self, model, layer, choose: Callable):
        from keras import backend

        name = backend.backend()
        if name not in _BACKENDS:
            raise ValueError(
                f"the Keras backend {name!r} has no gradients: choose {', '.join(_BACKENDS)} in the environment "
                "variable KERAS_BACKEND before Python starts"
            )
        self._model, self._layer, self._choose = model, layer, choose
        self._tap = _Tap(layer.name)
        self._differentiate = _BACKENDS[name](self._score, model)

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Outputs, features and gradients for some images.

        Parameters
        ----------
        images : (n, rows, columns, channels) float32 array

        Returns
        -------
        outputs : (n, classes) float32 array
            Before a closing softmax.
        features : float32 array
            What the layer gives, in its own shape.
        gradients : float32 array of that shape
            Of the score.

        Raises
        ------
        ValueError
            If the layer is not used exactly once.
        """
        from keras import ops

        images = ops.convert_to_tensor(images, "float32")
        with _TAPPED:
            if not self._model.built:  # building calls the layers, too
                self._model(images[:1], training=False)
            with _before_softmax(self._model), _tapped(self._layer, self._tap):
                found = self._differentiate(images)
        return tuple(ops.convert_to_numpy(ops.cast(one, "float32")) for one in found)

    def _score(self, probe, images, answer):
        """Score of the images, and outputs and features beside it; nothing is added to the features without a probe."""
        from keras import ops

        self._tap.begin(probe)
        outputs = ops.cast(answer(images), "float32")
        score = ops.sum(outputs * ops.stop_gradient(self._choose(outputs)))
        return score, (outputs, self._tap.the_one())


def _tensorflow(score, model):
    import tensorflow as tf

    answer = functools.partial(model, training=False)

    def differentiate(images):
        probe = tf.zeros_like(score(None, images, answer)[1][1])
        with tf.GradientTape() as tape:
            tape.watch(probe)
            of_all, (outputs, features) = score(probe, images, answer)
        return outputs, features, tape.gradient(of_all, probe, unconnected_gradients="zero")

    return differentiate


def _torch(score, model):
    import torch

    answer = functools.partial(model, training=False)

    def differentiate(images):
        with torch.no_grad():
            probe = torch.zeros_like(score(None, images, answer)[1][1])
        with torch.enable_grad():
            of_all, (outputs, features) = score(probe.requires_grad_(), images, answer)
            gradients = torch.autograd.grad(of_all, probe, allow_unused=True)[0] if of_all.requires_grad else None
        return outputs, features, torch.zeros_like(probe) if gradients is None else gradients

    return differentiate


def _jax(score, model):
    """Compiled once for each shape of images: operation by operation, JAX would take a minute over a network."""
    import jax

    def differentiable(probe, images, variables):
        return score(probe, images, lambda images: model.stateless_call(*variables, images, training=False)[0])

    @functools.cache
    def shape_of_features(shape):
        images = jax.ShapeDtypeStruct(shape, "float32")
        return jax.eval_shape(functools.partial(differentiable, None), images, variables())[1][1]

    def variables():
        return tuple([one.value for one in many] for many in (model.trainable_variables, model.non_trainable_variables))

    compiled = jax.jit(jax.grad(differentiable, has_aux=True))

    def differentiate(images):
        shape = shape_of_features(images.shape)
        gradients, (outputs, features) = compiled(jax.numpy.zeros(shape.shape, shape.dtype), images, variables())
        return outputs, features, gradients

    return differentiate


_BACKENDS: dict[str, Callable] = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}


class _Tap:
    """What passes through a layer."""

    def __init__(self, name: str):
        self.name = name
        self.begin(None)

    def begin(self, probe) -> None:
        """Write down from here on, and add the probe."""
        self.probe, self.seen = probe, []

    def __call__(self, output):
        self.seen.append(output)
        return output if self.probe is None else output + self.probe

    def the_one(self):
        """What the layer gave in its one call."""
        if len(self.seen) != 1:
            raise ValueError(
                f"layer {self.name!r} takes part {len(self.seen)} times in one answer of the network: expected a layer "
                "that is used once"
            )
        return self.seen[0]


@contextmanager
def _tapped(layer, tap: _Tap) -> Iterator[None]:
    """The layer's output passes through a tap as long as this lasts."""
    original = layer.call
    with _replaced(layer, "call", lambda *inputs, **options: tap(original(*inputs, **options))):
        yield


@contextmanager
def _before_softmax(model) -> Iterator[None]:
    """The network without the softmax at its end, as long as this lasts.

    The gradient of a probability vanishes where the network is sure. Grad-CAM is defined by that of the score before.
    """
    from keras import activations, layers

    last = _last_layer(model)
    if isinstance(last, layers.Softmax):
        with _replaced(last, "call", lambda inputs, *_, **__: inputs):
            yield
    elif getattr(last, "activation", None) is activations.softmax:
        with _replaced(last, "activation", activations.linear):
            yield
    else:
        yield


def _last_layer(model):
    """The layer that gives the output, at any depth; of a subclassed network, the one that it has made last."""
    while getattr(model, "layers", None):
        made_by = getattr(model.outputs[0], "_keras_history", None) if getattr(model, "outputs", None) else None
        model = made_by.operation if made_by else model.layers[-1]
    return model


@contextmanager
def _replaced(thing, name: str, value) -> Iterator[None]:
    """An attribute of an object is another one as long as this lasts."""
    own = name in vars(thing)
    before = getattr(thing, name)
    setattr(thing, name, value)
    try:
        yield
    finally:
        if own:
            setattr(thing, name, before)
        else:
            delattr(thing, name)
