"""Public names of the diffraction analysis; they are imported on first use."""

from . import annotation, beam, detector, record, stops, structures
from .classification import Classification
from .classify import classify
from .contrast import equalize
from .evidence import evidence
from .explain import explain
from .families import random_instrument
from .finetune import finetune
from .finetuned import Finetuned
from .instrument import Instrument, Optics
from .orientation import Fibre, Mosaic, Uniform, zone_axis
from .reflections import reflections
from .simulate import simulate, simulate_amorphous

__all__ = [
    "Classification",
    "Fibre",
    "Finetuned",
    "Instrument",
    "Mosaic",
    "Optics",
    "Uniform",
    "annotation",
    "beam",
    "classify",
    "detector",
    "equalize",
    "evidence",
    "explain",
    "finetune",
    "random_instrument",
    "record",
    "reflections",
    "simulate",
    "simulate_amorphous",
    "stops",
    "structures",
    "zone_axis",
]
