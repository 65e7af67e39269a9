"""How fine is the detail that a series of frames of one place really holds?

``ring_correlation`` (of two images, by fineness) → ``measure`` (of any signal in one call, and its result);
`ResolutionMeter` is `measure` with sliders.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
