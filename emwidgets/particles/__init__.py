"""Nanoparticles in STEM: simulated, turned, deformed, and what one picture can tell of the deformation.

The way of a simulated particle: ``shapes`` (convex solids, which ``solids`` describes and ``cuts`` takes corners off)
→ ``orientation`` (how it lies and turns) → ``projection`` (its exact thickness along the beam) →
``scan`` and ``imaging`` (what the microscope records) → ``simulate`` does so for a signal. ``tasks`` says what can be
asked, ``symmetry`` which answers are the same, ``dataset`` makes labelled images. ``arguments`` checks what users give.

The rooms: ``networks`` (prepared images, architectures, training data; ``weights`` beside it holds the shipped ones) ·
``fit`` (an exact model of the particle fitted to the picture) · ``measures`` (a ruler and a scale; ``features`` and
``baseline`` are made of them) · ``playground`` (what the widget shows).

The way of an image: ``square`` and ``incomplete`` look at its pixels → ``seen`` keeps what is found out about it →
``answers`` asks a method, unless no picture could tell (``identifiable``) → ``asking`` does so for many → ``verdict``
says label and doubt → ``classify`` is all of it for a signal → ``classification`` the result, ``figures`` its pictures.
``train`` and ``train_views`` make the networks, ``widget`` is `simulate` and `classify` with sliders.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
