"""Public names of the refocusing analysis; they are imported on first use."""

from .classical import richardson_lucy, total_variation, unsharp, wiener
from .defocus import defocus, defocus_map
from .metrics import score
from .refocus import refocus
from .refocused import Refocused
from .spread import PointSpread

__all__ = [
    "PointSpread",
    "Refocused",
    "defocus",
    "defocus_map",
    "refocus",
    "richardson_lucy",
    "score",
    "total_variation",
    "unsharp",
    "wiener",
]
