"""What in a pattern says ring or spot, for every pattern of a signal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emwidgets.signals import Calibration, provenance, to_signal
from emwidgets.signals.batches import batch_size, flat_frames, in_threads
from emwidgets.signals.pixels import real_pixels

from .answers import NETWORKS, RULES
from .heatmaps.activation import class_activation, class_asked, on_frame, positive_part
from .networks.normalise import SIZE, prepared, unusable
from .patterns import patterns_of

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D


def explain(signal, network="densenet", target: str | None = None, *, layer: str | None = None) -> Signal2D:
    """Map of what in each diffraction pattern speaks for ring or for spot to a network.

    Without `layer` the map of one of emwidgets' own networks is its exact class-activation map [1]_: how much every
    place of the last feature map adds to the class. It needs no Keras. With `layer`, or for a Keras network of your
    own, it is Grad-CAM [2]_, on whichever backend Keras runs. At the last feature map of our networks both are the
    same.

    Parameters
    ----------
    signal : Signal2D
        A pattern, or a stack or scan of them, lazy or not; in any unit.
    network : str, network or keras.Model
        "cnn", "googlenet" or "densenet"; a network from `emwidgets.models.load` or `finetune`; or a Keras network of
        your own, from (n, rows, rows, 1) to two numbers (ring, spot) or three (and neither). It is given the patterns
        as `emwidgets.diffraction.networks.normalise.prepared` makes them.
    target : {"ring", "spot", "neither"}, optional
        The class that is asked about. Left out, whichever of ring and spot the network finds more probable in each
        pattern.
    layer : str, optional
        Name of a layer with feature maps: an early one shows finer detail and less of what it means. Of a network
        inside the network, ``"network/layer"``.

    Returns
    -------
    Signal2D
        In [0, 1], on the axes of the patterns, drawn smoothly from the grid of the layer; 1 where most speaks for the
        class, 0 where nothing does or something speaks against it. Lazy if `signal` is. Patterns that cannot be read
        are NaN; those of a signal in memory are named in ``metadata.emwidgets.problems``.

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images, or `network` no network.
    ValueError
        If there is no such network, class or layer, the network is made for something else, or no pattern can be read.
    emwidgets.models.NetworkError
        If the network's file is damaged.
    ModuleNotFoundError
        If Keras is asked for and not installed; the message says how to.

    References
    ----------
    .. [1] B. Zhou et al., CVPR 2016, doi:10.1109/CVPR.2016.319
    .. [2] R. R. Selvaraju et al., ICCV 2017, doi:10.1109/ICCV.2017.74

    Examples
    --------
    >>> from emwidgets import diffraction
    >>> pattern = diffraction.simulate("gold", orientation=(0, 0, 1), shape=(256, 256), pixel_size=0.12)
    >>> heat = diffraction.explain(pattern, "cnn", "spot")
    >>> heat.data.shape, heat.axes_manager.signal_axes[0].units
    ((256, 256), '1/nm')
    """
    where = patterns_of(signal)
    mapper = _mapper(network, target, layer)
    maps, problems = _lazily(signal, where, mapper) if where.lazy else _in_memory(signal, where, mapper)
    made = provenance(
        signal,
        "emwidgets.diffraction.explain",
        {"network": mapper.name, "target": target, "layer": layer},
        models=mapper.digests,
        digest=not where.lazy,
    )
    title = f"What speaks for {target or 'the predicted class'} in {where.title or 'a pattern'}"
    found = to_signal(maps, where, title=title, quantity="Activation", offset=where.offset, provenance=made)
    if problems:
        found.metadata.set_item("emwidgets.problems", problems)
    return found


class _Mapper(NamedTuple):
    """How maps are made: from prepared images of this size to maps on a grid of the network's own."""

    maps_of: Callable[[np.ndarray], np.ndarray]
    size: int
    name: str
    digests: dict[str, str]


def _mapper(network, target, layer) -> _Mapper:
    from emwidgets import models

    if isinstance(network, str):
        if network not in NETWORKS:
            hint = f"; what the rules go by is in diffraction.evidence(signal, {network!r})" if network in RULES else ""
            raise ValueError(f"network is {network!r}: expected {', '.join(NETWORKS)}, or a network of your own{hint}")
        network = models.load(f"diffraction/{network}")
    if _is_keras(network):
        return _by_gradients(network, target, layer, {})
    if not (hasattr(network, "card") and callable(getattr(network, "run", None))):
        raise TypeError(
            f"network is {type(network).__name__}: expected {', '.join(NETWORKS)}, a keras.Model, or a network from "
            "emwidgets.models.load(path) or diffraction.finetune"
        )
    card = network.card
    if "ring" not in card.classes or "spot" not in card.classes or card.head is None:
        raise ValueError(
            f"the network '{card.key}' tells {', '.join(card.classes) or 'no classes'} apart: expected one for ring "
            "and spot that ends in global average pooling and one dense layer (head)"
        )
    class_asked(
        np.zeros((0, len(card.classes))), card.classes, target
    )  # what is wrong is said before a pattern is read
    digests = {card.key: card.digests.get("onnx", "")}
    if layer is None:
        return _Mapper(lambda images: exact_maps(network, images, target), card.input.size, card.key, digests)
    if card.classes[:2] != ("ring", "spot"):
        raise ValueError(f"the network '{card.key}' has the classes {card.classes}: expected ring and spot first")
    own = getattr(network, "keras_model", None)
    model = own() if own else models.keras_model(card.folder / f"{card.name}.json")
    return _by_gradients(model, target, layer, digests)


def exact_maps(network, images: np.ndarray, target: str | None = None) -> np.ndarray:
    """Class-activation maps in [0, 1], on the grid of the last feature map.

    Parameters
    ----------
    network : models.Network, or the like
        With `card` and `run`.
    images : (n, size, size) float32 array
        As `normalise.prepared` gives them.
    target : str, optional
        A class of the card; left out, the likelier of ring and spot.
    """
    logits, features = network.run(images)
    asked = class_asked(logits, network.card.classes, target)
    return positive_part(class_activation(features, network.card.head.weights, asked))


def _by_gradients(model, target, layer, digests) -> _Mapper:
    from .heatmaps.gradcam import GradCam

    grad_cam = GradCam(model, target, layer)
    return _Mapper(grad_cam, grad_cam.size or SIZE, model.name, digests)


def _is_keras(network) -> bool:
    """Without importing Keras: who has a network of it has imported it."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(network, keras.Model)


def _in_memory(signal, where: Calibration, mapper: _Mapper):
    frames = flat_frames(signal, where)
    size = batch_size(where)
    maps, problems = np.empty((len(where), *where.frame_shape), np.float32), []
    starts = range(0, len(where), size)
    parts = in_threads(lambda start: _of_batch(frames[start : start + size], mapper), starts)
    for start, (part, troubles) in zip(starts, parts, strict=True):
        maps[start : start + size] = part
        problems += [f"{where.name_of(start + number)} {trouble}" for number, trouble in troubles.items()]
    if len(problems) == len(where):
        others = f", and so are all {len(where)}" if len(where) > 1 else ""
        raise ValueError(f"{problems[0]}{others}: there is no pattern to explain")
    return maps, problems


def _lazily(signal, where: Calibration, mapper: _Mapper):
    frames = flat_frames(signal, where)
    size = batch_size(where)

    def of_block(block):
        parts = [_of_batch(block[start : start + size], mapper)[0] for start in range(0, len(block), size)]
        return np.concatenate(parts)

    return frames.map_blocks(of_block, dtype=np.float32, meta=np.empty((0, 0, 0), np.float32)), []


def _of_batch(frames, mapper: _Mapper) -> tuple[np.ndarray, dict[int, str]]:
    """Maps of some frames, and why there are none of others, by their place in the batch."""
    real = [real_pixels(frame) for frame in frames]
    troubles = {number: trouble for number, frame in enumerate(real) if (trouble := unusable(frame))}
    maps = np.full((len(real), *real[0].shape), np.nan, np.float32)
    good = [number for number in range(len(real)) if number not in troubles]
    if good:
        images = prepared(np.stack([real[number] for number in good]), mapper.size)
        maps[good] = on_frame(mapper.maps_of(images), real[0].shape)
    return maps, troubles
