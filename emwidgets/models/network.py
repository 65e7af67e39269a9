"""A network in ONNX Runtime: loaded once per process, answering from many threads."""

from __future__ import annotations

import os
import re
import threading

import numpy as np

from emwidgets.models.card import Card, NetworkError, card, way_out
from emwidgets.models.verified import verified
from emwidgets.signals.batches import in_threads

BATCH = 16  # images; more does not make them faster, and costs memory in every thread

# ONNX says with this key that weights are in another file. It is text in a protocol buffer, behind its length (8), of
# which there is more than one way to write it.
_ELSEWHERE = re.compile(rb"(\x08|\x88\x80*\x00)location")
_NO_FOLDER = os.path.join(os.sep, "no", "such", "folder")
_lock = threading.Lock()
_loaded: dict[tuple, Network] = {}


class Network:
    """A network that answers.

    Made by `load`. It can be used from many threads at once, and sent to another process, which loads its own.

    Attributes
    ----------
    card : Card
    """

    def __init__(self, card: Card):
        self.card = card
        self._session = opened(card)
        _check(self._session, card)

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the network says of images.

        Parameters
        ----------
        images : (n, size, size) or (n, size, size, channels) float array
            Prepared as for training; by `emwidgets.diffraction.networks.normalise.prepared` for patterns.

        Returns
        -------
        logits : (n, classes) float32 array
        features : (n, rows, columns, channels) float32 array
            The last feature map, from which class-activation maps are made.

        Raises
        ------
        ValueError
            If the images have another shape.
        """
        images = self._as_input(images)
        if len(images) <= BATCH:
            return tuple(self._answer(images))
        starts = range(0, len(images), BATCH)
        parts = list(in_threads(lambda start: self._answer(images[start : start + BATCH]), starts))
        logits, features = zip(*parts, strict=True)
        return np.concatenate(logits), np.concatenate(features)

    def __repr__(self):
        return f"<Network {self.card.key}, version {self.card.version}, {self.card.parameters} parameters>"

    def __reduce__(self):
        return load, (self.card.folder / f"{self.card.name}.json",)

    def _answer(self, batch):
        return self._session.run(["logits", "features"], {"image": batch})

    def _as_input(self, images):
        images = np.asarray(images)
        size, channels = self.card.input
        if images.ndim == 3 and channels == 1:
            images = images[..., None]
        if images.ndim != 4 or images.shape[1:] != (size, size, channels):
            raise ValueError(
                f"images have the shape {images.shape}: '{self.card.key}' takes (n, {size}, {size}, {channels})"
            )
        return np.ascontiguousarray(images, np.float32)


def load(network: str | os.PathLike) -> Network:
    """A network, ready to answer.

    The file's digest is compared with its card before anything is made of it. There is one session per process for a
    card in its folder, as long as it says the same: the second call costs nothing.

    Parameters
    ----------
    network : str or path
        A shipped one, as "diffraction/densenet"; or the path of the card (.json) of your own, or of its folder.

    Returns
    -------
    Network

    Raises
    ------
    NetworkError
        If there is no such network, or a file of it is missing, damaged or not what the card says.
    """
    wanted = card(network)
    identity = _identity(wanted)
    with _lock:
        if identity not in _loaded:
            _loaded[identity] = Network(wanted)
        return _loaded[identity]


def _identity(card: Card) -> tuple:
    """Where a network is, and all of its card that an answer depends on: another card of this name must not serve."""
    head = None if card.head is None else tuple(part.tobytes() for part in card.head)
    says = (card.digests.get("onnx", ""), card.input, card.classes, card.temperature, head)
    return card.folder.resolve(), card.key, *says


def opened(card: Card, threads: int = 1):
    """The session of a network whose file is the one that its card describes.

    Parameters
    ----------
    card : Card
    threads : int
        That share one answer out among them.

    Raises
    ------
    NetworkError
        If the file is missing, damaged, or keeps weights elsewhere.
    """
    import onnxruntime

    path = card.file("onnx")
    contents = verified(card, "onnx")
    if _ELSEWHERE.search(contents):
        raise NetworkError(f"'{path}' keeps weights in another file: expected all of them in this one; export it again")
    options = onnxruntime.SessionOptions()
    # batches are answered side by side, one thread each: faster than sharing out each of them, and dask does so, too
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 4  # what goes wrong is raised
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NO_FOLDER)
    try:
        session = onnxruntime.InferenceSession(contents, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime has a dozen classes for this, with no common one
        raise NetworkError(f"'{path}' is no network that ONNX Runtime can load ({error}); {way_out(path)}") from error
    return session


def _check(session, card: Card) -> None:
    """Refuse a graph that is not what its card says."""
    path = card.file("onnx")
    size, channels = card.input
    taken = {one.name: one.shape[1:] for one in session.get_inputs()}
    given = {one.name: one.shape for one in session.get_outputs()}
    if taken != {"image": [size, size, channels]} or not {"logits", "features"} <= given.keys():
        raise NetworkError(
            f"'{path}' takes {taken} and gives {sorted(given)}: expected 'image' (n, {size}, {size}, {channels}), and "
            f"'logits' and 'features'; {way_out(path)}"
        )
    if given["logits"][1:] != [len(card.classes)]:
        raise NetworkError(f"'{path}' gives logits {given['logits']}: its card has {len(card.classes)} classes")
    if card.head is not None and given["features"][-1] != len(card.head.weights):
        raise NetworkError(
            f"'{path}' gives features {given['features']}: its card has a head for {len(card.head.weights)} channels"
        )
