"""Public names of the diffraction analysis; they are imported on first use."""

from . import annotation, beam, detector, record, stops, structures
from .families import random_instrument
from .instrument import Instrument, Optics
from .orientation import Fibre, Mosaic, Uniform, zone_axis
from .reflections import reflections
from .simulate import simulate, simulate_amorphous

__all__ = [
    "Fibre",
    "Instrument",
    "Mosaic",
    "Optics",
    "Uniform",
    "annotation",
    "beam",
    "detector",
    "random_instrument",
    "record",
    "reflections",
    "simulate",
    "simulate_amorphous",
    "stops",
    "structures",
    "zone_axis",
]
