"""From a crystal to a pattern.

``structures`` (a catalogue of real ones) → ``reflections`` (spacings and electron structure factors) → ``orientation``
(zone axes and textures) → ``kinematic`` and ``powder`` (which spots, how bright; few grains and many) → ``specimen``
and ``truth`` (ring, spot, or in between) → ``drawing`` (a picture of them). What instruments do to it is a list:
``beam`` · ``stops`` · ``detector`` · ``record`` · ``annotation``, put together by ``instrument`` and drawn at random by
``families``. ``simulate`` goes the whole way for a user, ``dataset`` for a network; ``foreign`` makes what is neither
ring nor spot.
"""

import lazy_loader

_OF_INSTRUMENTS = {"annotation", "beam", "detector", "record", "stops"}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules={*_OF_INSTRUMENTS, "structures"})
