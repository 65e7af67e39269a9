"""The whole public face of emwidgets; the names are imported on first use."""

from . import diffraction, domains, examples, frontend, models, particles, refocusing, signals
from .diffraction.widget import PatternClassifier
from .domains.widget import DomainExplorer
from .frontend.page import page
from .particles.widget import ParticlePlayground
from .refocusing.widget import RefocusComparer

__version__: str

__all__ = [
    "DomainExplorer",
    "ParticlePlayground",
    "PatternClassifier",
    "RefocusComparer",
    "diffraction",
    "domains",
    "examples",
    "frontend",
    "models",
    "page",
    "particles",
    "refocusing",
    "signals",
]
