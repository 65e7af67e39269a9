"""Draws that the random instruments and specimens are made of."""

from __future__ import annotations

import numpy as np


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number whose logarithm is uniform: as often from 1 to 10 as from 10 to 100."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def either(rng: np.random.Generator, probability: float, one, other):
    """One thing with a probability, else the other."""
    return one if rng.random() < probability else other


def sometimes(rng: np.random.Generator, probability: float, thing) -> list:
    """A list of the one thing, or an empty list."""
    return [thing] if rng.random() < probability else []


def direction(rng: np.random.Generator) -> np.ndarray:
    """A unit vector, all directions alike."""
    vector = rng.normal(size=3)
    return vector / np.linalg.norm(vector)
