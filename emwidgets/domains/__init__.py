"""Crystalline domains in atomic-resolution (HRTEM) images.

From an image to its domains: ``spectrum`` (windowed power spectrum) → ``local_spectra`` (what stands out where) →
``peaks`` (reflections and their features) → ``mixture`` (crystalline or noise) → ``families`` (of one spacing and
direction) → ``filtering`` (inverse Fourier transform) → ``regions`` (where a reflection is present) → ``clustering``
(DBSCAN) → ``measure`` (sizes, spacings, grains). ``stages`` goes the whole way for one image and remembers each step,
``segment`` for any signal in one call; `DomainExplorer` is `segment` with sliders.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
