"""A trained network as an ONNX graph: the same sums, in the order that ONNX Runtime is fastest at.

Keras' own exporter traces a backend: its graph keeps every change between channels last and first, and every batch
normalisation, has ten times the nodes and answers half as fast. The layers that our networks are made of are few, so
each is written down here; normalisations that follow a convolution go into its weights.
"""

from __future__ import annotations

import keras
import numpy as np
import onnx
from keras import layers
from onnx import TensorProto, helper, numpy_helper

#: What the graph is called by: pattern in, logits and last feature map out.
IMAGE, LOGITS, FEATURES = "image", "logits", "features"
_OPSET, _IR = 17, 9  # read by every ONNX Runtime since 1.15


def onnx_model(model: keras.Model, features: str = FEATURES) -> onnx.ModelProto:
    """Graph of a network with two outputs.

    Parameters
    ----------
    model : keras.Model
        Functional, of the layers that are written down here, each with one output.
    features : str
        Name of the layer that gives the last feature map.

    Returns
    -------
    onnx.ModelProto
        From "image" (n, size, size, 1) to "logits" (n, classes) and "features" (n, rows, columns, channels), float32.

    Raises
    ------
    NotImplementedError
        If a layer is of another kind or has an option that is not written down here.
    """
    graph = _Graph(model)
    size, channels = model.input_shape[1], model.input_shape[3]
    last = model.get_layer(features).output
    given = {FEATURES: last.shape[1:], LOGITS: model.output_shape[1:]}
    graph.give(last, FEATURES)
    graph.give(model.output, LOGITS)
    return graph.finished([size, size, channels], {name: given[name] for name in (LOGITS, FEATURES)})


def onnx_map_model(model: keras.Model) -> onnx.ModelProto:
    """Graph of a network that answers with maps, for images of any size.

    Parameters
    ----------
    model : keras.Model
        Functional and fully convolutional, of the layers that are written down here, its outputs maps by name. Rows
        and columns of an image must be multiples of all its strides together.

    Returns
    -------
    onnx.ModelProto
        From "image" (n, rows, columns, channels) to its outputs (n, …, …, channels), float32.

    Raises
    ------
    NotImplementedError
        As `onnx_model`.
    """
    graph = _Graph(model)
    for name, tensor in model.output.items():
        graph.give(tensor, name)
    shapes = {name: [f"{name} rows", f"{name} columns", tensor.shape[3]] for name, tensor in model.output.items()}
    return graph.finished(["rows", "columns", model.input_shape[3]], shapes)


class _Graph:
    """Nodes and weights as they are collected, layer by layer."""

    def __init__(self, model: keras.Model):
        self._model = model
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._value: dict[str, str] = {}  # name of a layer's output in Keras: name of it in the graph
        self._folded: set[str] = set()  # normalisations that stand in the weights of the convolution before them
        self._readers: dict[str, list] = {}  # layers that read the output of that name
        for layer in model.layers:
            for each in _inputs(layer):
                self._readers.setdefault(each.name, []).append(layer)

        for layer in model.layers:
            self._add(layer)

    def give(self, tensor, name: str) -> None:
        """Make what a layer gives an output of the graph: maps with the channels last, as Keras has them."""
        if len(tensor.shape) == 4:
            self._node("Transpose", [self._value[tensor.name]], name, perm=[0, 2, 3, 1])
        else:
            self._node("Identity", [self._value[tensor.name]], name)

    def finished(self, taken, given: dict) -> onnx.ModelProto:
        """The graph, from an image of this shape to outputs of those."""
        graph = helper.make_graph(
            self._nodes,
            self._model.name,
            [helper.make_tensor_value_info(IMAGE, TensorProto.FLOAT, ["n", *taken])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape]) for name, shape in given.items()],
            self._weights,
        )
        opset = [helper.make_opsetid("", _OPSET)]
        made = helper.make_model(graph, opset_imports=opset, ir_version=_IR, producer_name="emwidgets")
        onnx.checker.check_model(made, full_check=True)
        return made

    def _add(self, layer) -> None:
        kind = type(layer).__name__
        write = getattr(self, "_sum" if kind == "Add" else f"_{kind.lower()}", None)
        if write is None:
            raise NotImplementedError(f"layer '{layer.name}' is a {kind}: no ONNX node for it is known here")
        self._value[layer.output.name] = write(layer, [self._value.get(each.name) for each in _inputs(layer)])

    def _inputlayer(self, layer, _):
        return self._node("Transpose", [IMAGE], perm=[0, 3, 1, 2])

    def _rescaling(self, layer, inputs):
        scaled = self._node("Mul", [*inputs, self._weight(np.float32(layer.scale))])
        return self._node("Add", [scaled, self._weight(np.float32(layer.offset))])

    def _conv2d(self, layer, inputs):
        kernel = keras.ops.convert_to_numpy(layer.kernel).transpose(3, 2, 0, 1)
        bias = keras.ops.convert_to_numpy(layer.bias) if layer.use_bias else np.zeros(len(kernel), np.float32)
        readers = self._readers.get(layer.output.name, [])
        if len(readers) == 1 and isinstance(readers[0], layers.BatchNormalization):
            scale, offset = _normalisation(readers[0])
            kernel, bias = kernel * scale[:, None, None, None], bias * scale + offset
            self._folded.add(readers[0].name)
        strides = list(layer.strides)
        pads = _same(layer.input.shape[1:3], layer.kernel_size, strides) if layer.padding == "same" else [0] * 4
        plain = tuple(layer.dilation_rate) == (1, 1) and layer.groups == 1
        if not plain or layer.activation is not keras.activations.linear:
            raise NotImplementedError(f"layer '{layer.name}': no dilation, groups or activation is known here")
        weights = [self._weight(kernel), self._weight(bias)]
        return self._node("Conv", [*inputs, *weights], kernel_shape=list(layer.kernel_size), strides=strides, pads=pads)

    def _conv2dtranspose(self, layer, inputs):
        if layer.padding != "same" or layer.activation is not keras.activations.linear:
            raise NotImplementedError(f"layer '{layer.name}': only padding 'same' and no activation are known here")
        kernel = keras.ops.convert_to_numpy(layer.kernel).transpose(3, 2, 0, 1)
        weights = [self._weight(kernel)]
        if layer.use_bias:
            weights.append(self._weight(keras.ops.convert_to_numpy(layer.bias)))
        spare = [k - s for k, s in zip(layer.kernel_size, layer.strides, strict=True)]
        pads = [*(each // 2 for each in spare), *(each - each // 2 for each in spare)]
        size, strides = list(layer.kernel_size), list(layer.strides)
        return self._node("ConvTranspose", [*inputs, *weights], kernel_shape=size, strides=strides, pads=pads)

    def _batchnormalization(self, layer, inputs):
        if layer.name in self._folded:
            return inputs[0]
        scale, offset = _normalisation(layer)
        if len(layer.input.shape) == 4:  # of a map; of numbers they fit as they are
            scale, offset = scale[:, None, None], offset[:, None, None]
        return self._node("Add", [self._node("Mul", [*inputs, self._weight(scale)]), self._weight(offset)])

    def _activation(self, layer, inputs):
        if layer.activation is not keras.activations.relu:
            raise NotImplementedError(f"layer '{layer.name}' is no ReLU: no ONNX node for it is known here")
        return self._node("Relu", inputs)

    def _maxpooling2d(self, layer, inputs):
        return self._pooling("MaxPool", layer, inputs)

    def _averagepooling2d(self, layer, inputs):
        return self._pooling("AveragePool", layer, inputs)

    def _pooling(self, kind, layer, inputs):
        size, strides = list(layer.pool_size), list(layer.strides)
        pads = _same(layer.input.shape[1:3], size, strides) if layer.padding == "same" else [0] * 4
        return self._node(kind, inputs, kernel_shape=size, strides=strides, pads=pads)

    def _choose(self, layer, inputs):
        bank, answer = inputs
        levels = layer.input[1].shape[-1] - 2
        chances = self._node("Softmax", [self._channels(answer, 0, levels + 1)], axis=1)
        chosen = self._node("Mul", [chances, self._channels(bank, 0, levels + 1)])
        mean = self._node("ReduceSum", [chosen, self._weight([1], np.int64)])
        unsharp = self._node("Sub", [self._weight(1.0), self._channels(chances, 0, 1)])
        more = self._node("Mul", [unsharp, self._channels(answer, levels + 1, levels + 2)])
        return self._node("Add", [mean, more])

    def _channels(self, value, first, last):
        """Some of the channels of a map."""
        return self._node("Slice", [value, *(self._weight([one], np.int64) for one in (first, last, 1))])

    def _sum(self, layer, inputs):
        return self._node("Sum", inputs)

    def _flatten(self, layer, inputs):
        if len(layer.input.shape) == 4:  # Keras flattens with the channels last
            inputs = [self._node("Transpose", inputs, perm=[0, 2, 3, 1])]
        return self._node("Flatten", inputs)

    def _concatenate(self, layer, inputs):
        return self._node("Concat", inputs, axis=1)

    def _globalaveragepooling2d(self, layer, inputs):
        return self._node("Flatten", [self._node("GlobalAveragePool", inputs)])

    def _globalmaxpooling2d(self, layer, inputs):
        return self._node("Flatten", [self._node("GlobalMaxPool", inputs)])

    def _dense(self, layer, inputs):
        if layer.activation is not keras.activations.linear:
            raise NotImplementedError(
                f"layer '{layer.name}': no activation is known here; put it in a layer of its own"
            )
        kernel, bias = (keras.ops.convert_to_numpy(part) for part in (layer.kernel, layer.bias))
        return self._node("Gemm", [*inputs, self._weight(kernel), self._weight(bias)])

    def _node(self, kind, inputs, output=None, **attributes):
        output = output or f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def _weight(self, values, kind=np.float32):
        name = f"weight_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.asarray(values, kind, order="C"), name))
        return name


def _inputs(layer) -> list:
    return layer.input if isinstance(layer.input, list) else [layer.input]


def _normalisation(layer) -> tuple[np.ndarray, np.ndarray]:
    """Scale and offset by which a batch normalisation answers, with the statistics it has learnt."""
    gamma, beta, mean, variance = (
        keras.ops.convert_to_numpy(part).astype(np.float64)
        for part in (layer.gamma, layer.beta, layer.moving_mean, layer.moving_variance)
    )
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return scale.astype(np.float32), (beta - mean * scale).astype(np.float32)


def _same(shape, size, strides) -> list[int]:
    """Rows and columns put before and after, as Keras' padding "same" does; of any size, a multiple of the strides."""
    shape = [s if n is None else n for n, s in zip(shape, strides, strict=True)]
    lacking = [max((-(-n // s) - 1) * s + k - n, 0) for n, k, s in zip(shape, size, strides, strict=True)]
    return [*(each // 2 for each in lacking), *(each - each // 2 for each in lacking)]
