"""Public names of the domain analysis; they are imported on first use."""

from .clustering import dbscan_image
from .segment import Segmentation, segment
from .simulate import simulate
from .widget import DomainExplorer

__all__ = ["DomainExplorer", "Segmentation", "dbscan_image", "segment", "simulate"]
