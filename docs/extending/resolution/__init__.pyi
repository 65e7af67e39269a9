"""Public names of the analysis; they are imported on first use."""

from .measure import Resolution, measure
from .widget import ResolutionMeter

__all__ = ["Resolution", "ResolutionMeter", "measure"]
