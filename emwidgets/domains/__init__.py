"""Crystalline domains in atomic-resolution (HRTEM) images.

From an image to its domains: ``spectrum`` (windowed power spectrum) → ``peaks`` (candidates and their features) →
``mixture`` (crystalline or noise) → ``filtering`` (inverse Fourier transform) → ``clustering`` (DBSCAN) →
``segment`` (the whole way in one call, and its result). `DomainExplorer` is `segment` with sliders.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
