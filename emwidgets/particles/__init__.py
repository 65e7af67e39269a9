"""Nanoparticles in STEM: simulated, turned, deformed, and what one picture can tell of the deformation.

The way of a simulated particle: ``shapes`` (convex solids with corners cut off) → ``orientation`` (how it lies and
turns) → ``projection`` (its exact thickness along the beam) → ``imaging`` (what the microscope records) → ``simulate``
does so for a signal. ``tasks`` says what can be asked, ``symmetry`` which answers are the same, ``dataset`` makes
labelled images.

The way of an image: ``networks`` (prepared images, architectures, training data; ``weights`` beside it holds the
shipped ones) and ``fit`` (an exact model of the particle fitted to the picture) → ``answers`` asks them → ``classify``
does so for a signal → ``classification`` is the result. ``features`` measures what can be measured without any of them,
``train`` makes the networks, ``playground`` and ``widget`` are `simulate` and `classify` with sliders.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
