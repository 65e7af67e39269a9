"""Electron-microscopy analyses as live Jupyter widgets over HyperSpy signals.

The public face is listed in ``__init__.pyi``. Each name is imported on first use, so ``import emwidgets`` loads nothing
heavy, not even NumPy.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
