"""Small networks that the tests of loading make: ONNX written by hand, so that no library of it is needed."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest

SIZE = 8
WEIGHTS = np.array([[3.0, -1.0, 0.5]], np.float32)


def varint(number):
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def field(number, value):
    """A field of a protocol buffer: a number, or text or a message behind its length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, array, location=None):
    """TensorProto of float32; with its numbers in another file where `location` says so."""
    start = b"".join(field(1, size) for size in array.shape) + field(2, 1) + field(8, name)
    if location is None:
        return start + field(9, array.tobytes())
    return start + field(13, field(1, "location") + field(2, location)) + field(14, 1)


def node(kind, inputs, output, **attributes):
    message = b"".join(field(1, one) for one in inputs) + field(2, output) + field(4, kind)
    for name, value in attributes.items():
        numbers = field(3, value) + field(20, 2) if isinstance(value, int) else b"".join(field(8, v) for v in value)
        message += field(5, field(1, name) + numbers + (b"" if isinstance(value, int) else field(20, 7)))
    return message


def values(name, shape):
    dims = b"".join(field(1, field(2, one) if isinstance(one, str) else field(1, one)) for one in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dims)))


def onnx_file(size=SIZE, weights=WEIGHTS, location=None, inside="image"):
    """Logits are the mean of the image times the weights; the feature map is the image itself."""
    graph = (
        field(1, node("ReduceMean", [inside], "mean", axes=[1, 2], keepdims=0))
        + field(1, node("MatMul", ["mean", "weights"], "logits"))
        + field(1, node("Identity", [inside], "features"))
        + field(2, "graph")
        + field(5, tensor("weights", weights, location))
        + field(11, values(inside, ["n", size, size, 1]))
        + field(12, values("logits", ["n", weights.shape[1]]))
        + field(12, values("features", ["n", size, size, 1]))
    )
    return field(1, 8) + field(8, field(1, "") + field(2, 13)) + field(7, graph)


def keras_file(*layers, **extra):
    """A Keras file of these layers, by module and class, as far as can be seen without Keras."""
    config = {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {"layers": [{"module": module, "class_name": name, "config": {}} for module, name in layers]},
    }
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in ({"config.json": json.dumps(config), "metadata.json": "{}"} | extra).items():
            archive.writestr(name, text)
    return contents.getvalue()


@pytest.fixture(scope="session")
def onnx():
    return onnx_file


@pytest.fixture(scope="session")
def keras_zip():
    return keras_file


@pytest.fixture
def own(tmp_path):
    """Maker of a network of one's own in a folder; returns the path of its card."""

    def make(name="mine", onnx=None, keras=None, **changed):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        files = {"onnx": onnx_file() if onnx is None else onnx, "keras": keras_file() if keras is None else keras}
        for kind, contents in files.items():
            (folder / f"{name}.{kind}").write_bytes(contents)
        card = {
            "name": name,
            "analysis": "diffraction",
            "version": 1,
            "digests": {kind: f"sha256:{hashlib.sha256(one).hexdigest()}" for kind, one in files.items()},
            "input": {"size": SIZE, "channels": 1},
            "classes": ["ring", "spot", "neither"],
            "temperature": 2.0,
            "head": {"weights": WEIGHTS.tolist(), "bias": [0.0, 0.0, 0.0]},
            "layer": "features",
            "parameters": 3,
            "licence": "CC0-1.0",
        }
        card = {key: value for key, value in (card | changed).items() if value is not None}
        path = folder / f"{name}.json"
        path.write_text(json.dumps(card))
        return path

    return make
