"""Public names of the particle analysis; they are imported on first use."""

from .classification import Classification
from .classify import classify
from .dataset import Conditions, batches, dataset, samples
from .features import features
from .imaging import Imaging
from .orientation import Spin, random_rotation, tilts
from .shapes import (
    cuboid,
    ellipsoid,
    octahedron,
    polyhedron,
    sphere,
    triangular_pyramid,
    truncated_octahedron,
)
from .simulate import simulate
from .symmetry import arrangement, canonical, corner_classes, handedness, is_chiral, mirrored
from .tasks import TASKS, Sizes

__all__ = [
    "TASKS",
    "Classification",
    "Conditions",
    "Imaging",
    "Sizes",
    "Spin",
    "arrangement",
    "batches",
    "canonical",
    "classify",
    "corner_classes",
    "cuboid",
    "dataset",
    "ellipsoid",
    "features",
    "handedness",
    "is_chiral",
    "mirrored",
    "octahedron",
    "polyhedron",
    "random_rotation",
    "samples",
    "simulate",
    "sphere",
    "tilts",
    "triangular_pyramid",
    "truncated_octahedron",
]
