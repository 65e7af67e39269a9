"""A network that answers with maps for images of any size, in ONNX Runtime."""

from __future__ import annotations

import os
import threading

import numpy as np

from emwidgets.models.card import Card, NetworkError, card, way_out
from emwidgets.models.network import opened

_lock = threading.Lock()
_loaded: dict[tuple, MapNetwork] = {}


class MapNetwork:
    """A fully convolutional network that answers.

    Made by `load_maps`. It can be used from many threads at once, and sent to another process, which loads its own.

    Attributes
    ----------
    card : Card
        Rows and columns of an image must be multiples of its input's size.
    """

    def __init__(self, card: Card, threads: int):
        self.card, self._threads = card, threads
        self._session = opened(card, threads)
        taken = {one.name: one.shape[-1] for one in self._session.get_inputs()}
        self.outputs = tuple(one.name for one in self._session.get_outputs())
        if taken != {"image": card.input.channels} or any(len(one.shape) != 4 for one in self._session.get_outputs()):
            raise NetworkError(
                f"'{card.file('onnx')}' takes {taken} channels and gives {self.outputs}: expected 'image' with "
                f"{card.input.channels} channels, and maps; {way_out(card.file('onnx'))}"
            )

    def run(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """What the network says of images.

        Parameters
        ----------
        images : (n, rows, columns, channels) float array
            Prepared as for training.

        Returns
        -------
        dict
            Maps (n, …, …, channels) float32 by name.

        Raises
        ------
        ValueError
            If the images have another number of channels, or rows or columns that are no multiple of the card's.
        """
        images = np.ascontiguousarray(images, np.float32)
        multiple, channels = self.card.input
        fits = images.ndim == 4 and images.shape[3] == channels
        if not fits or images.shape[1] % multiple or images.shape[2] % multiple or not images.size:
            raise ValueError(
                f"images have the shape {images.shape}: '{self.card.key}' takes (n, rows, columns, {channels}), rows "
                f"and columns multiples of {multiple}"
            )
        return dict(zip(self.outputs, self._session.run(list(self.outputs), {"image": images}), strict=True))

    def __repr__(self):
        return f"<MapNetwork {self.card.key}, version {self.card.version}, {self.card.parameters} parameters>"

    def __reduce__(self):
        return load_maps, (self.card.folder / f"{self.card.name}.json", self._threads)


def load_maps(network: str | os.PathLike, threads: int = 0) -> MapNetwork:
    """A network that answers with maps, ready to do so.

    Parameters
    ----------
    network : str or path
        As in `emwidgets.models.load`.
    threads : int
        That share one image out among them; 0 takes one for each processor core.

    Returns
    -------
    MapNetwork

    Raises
    ------
    NetworkError
        If there is no such network, or a file of it is missing, damaged or not what the card says.
    """
    wanted = card(network)
    threads = threads or os.cpu_count() or 1
    identity = (wanted.folder.resolve(), wanted.key, wanted.digests.get("onnx", ""), wanted.input, threads)
    with _lock:
        if identity not in _loaded:
            _loaded[identity] = MapNetwork(wanted, threads)
        return _loaded[identity]
