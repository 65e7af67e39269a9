"""Public names of the diffraction analysis; they are imported on first use."""

from .classification import Classification
from .classify import classify
from .contrast import equalize
from .explain import explain
from .finetune import finetune
from .finetuned import Finetuned
from .rules.evidence import evidence
from .simulation import annotation, beam, detector, record, stops, structures
from .simulation.families import random_instrument
from .simulation.instrument import Instrument, Optics
from .simulation.orientation import Fibre, Mosaic, Uniform, zone_axis
from .simulation.reflections import reflections
from .simulation.simulate import simulate, simulate_amorphous

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
