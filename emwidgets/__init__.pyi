"""The whole public face of emwidgets; the names are imported on first use."""

from . import diffraction, domains, examples, frontend, signals
from .domains.widget import DomainExplorer
from .frontend.page import page

__version__: str

__all__ = ["DomainExplorer", "diffraction", "domains", "examples", "frontend", "page", "signals"]
