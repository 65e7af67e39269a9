"""The whole public face of emwidgets; the names are imported on first use."""

from . import diffraction, domains, examples, frontend, models, signals
from .diffraction.widget import PatternClassifier
from .domains.widget import DomainExplorer
from .frontend.page import page

__version__: str

__all__ = [
    "DomainExplorer",
    "PatternClassifier",
    "diffraction",
    "domains",
    "examples",
    "frontend",
    "models",
    "page",
    "signals",
]
