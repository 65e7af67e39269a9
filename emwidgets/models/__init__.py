"""The networks that come with emwidgets, and your own: their cards, and loading without running anybody's code.

==============  =====================================================================================
`catalogue`     the cards of all shipped networks
`card`          one card: classes, calibration, training, measured quality, digests of the files
`load`          the network in ONNX Runtime, ready to answer; needs neither Keras nor TensorFlow
`load_maps`     one that answers with maps, for images of any size
`keras_model`   the same network in Keras, to train it on or to look into any of its layers
==============  =====================================================================================

For those who train: ``teaching`` and ``keeper`` (a training that can be broken off), ``calibrate`` (temperature and
calibration error), ``onnx_graph`` (a Keras network as an ONNX graph), ``shipping`` (the three files).

A network is three files side by side: ``densenet.json`` (the card), ``densenet.onnx`` and ``densenet.keras``. The card
holds the sha256 of the other two; a file that is not the one its card describes is never loaded.
"""

from emwidgets.models.card import Card, Head, Input, NetworkError, card, catalogue
from emwidgets.models.maps import MapNetwork, load_maps
from emwidgets.models.network import Network, load
from emwidgets.models.trainable import keras_model

__all__ = [
    "Card",
    "Head",
    "Input",
    "MapNetwork",
    "Network",
    "NetworkError",
    "card",
    "catalogue",
    "keras_model",
    "load",
    "load_maps",
]
