"""Ring or spot? Electron diffraction patterns: simulated, told apart, explained.

The rooms: ``simulation`` (from a crystal structure to a picture of its pattern, and data sets of them) · ``rules``
(Hough, RANSAC, Fourier: circles and spots found in a pattern) · ``networks`` (their architectures, training data,
temperature and ONNX graphs; ``weights`` beside it holds the shipped ones) · ``heatmaps`` (what in a pattern speaks for
an answer) · ``viewer`` (what the widget shows).

The way of a pattern: ``contrast`` brings it to a reference if you like → ``answers`` asks rules and networks →
``voting`` makes one answer of theirs, with its doubt → ``classify`` does so for a signal → ``classification`` is the
result, ``figures`` its pictures. ``explain`` gives the heat map, ``train`` makes the networks, ``finetune`` teaches one
your corrections, ``widget`` is `classify` with sliders.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
