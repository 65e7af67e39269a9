"""Out-of-focus SEM images: blurred on purpose, refocused where they need it, and measured.

The way of a test case: ``spread`` (how a point is imaged) → ``blurring`` (an image through it, noise after it) →
``masks`` and ``regions`` (where) → ``blur`` (what was asked for) → ``defocus`` does so for a signal.

The way of a restoration: ``tiles`` (an image of any size in pieces) → ``restore`` (one image, by a network;
``holding``: nothing is amplified beyond the noise) → ``frames`` (what a network has to be spared, ``info_bar``,
``recorded``, is taken out before and put back after) → ``refocus`` (a signal) → ``refocused`` the result, ``figures``
its pictures. The room ``networks`` holds what a network is given, what it is made of and how it is taught; ``weights``
the shipped ones; ``train`` makes them.

Beside them ``classical`` (the methods to beat; ``mirrored`` and ``tuning`` for them, ``estimated`` the spread that they
need), ``metrics`` and ``registration`` (how near to the truth), ``sharpness``, ``width`` and ``radial`` (what can be
said without a truth). ``widget`` is `refocus` with sliders, ``comparer`` what it shows.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
