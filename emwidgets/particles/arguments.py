"""Arguments told by their names: whole numbers, numbers, and ranges of them."""

from __future__ import annotations

import math
import operator
from numbers import Real

import numpy as np


def whole(name: str, value, least: int, expected: str = "") -> int:
    """A whole number that is not less than `least`.

    Raises
    ------
    ValueError
        If it is anything else: True, 2.5 and "2" are mistakes. `expected` is the end of the message.
    """
    try:
        found = least - 1 if isinstance(value, (bool, np.bool_)) else operator.index(value)
    except TypeError:
        found = least - 1
    if found < least:
        raise ValueError(f"{name} is {value!r}: expected {expected or f'a whole number, at least {least}'}")
    return found


def is_number(value) -> bool:
    """Whether it is one finite real number, and not True or False."""
    if not isinstance(value, Real) or isinstance(value, (bool, np.bool_)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can be
        return False


def pair(name: str, value, expected: str) -> tuple[float, float]:
    """Two finite numbers.

    Raises
    ------
    ValueError
        If it is anything else; `expected` is the end of the message.
    """
    found = tuple(value) if np.iterable(value) and not isinstance(value, (str, bytes)) else ()
    if len(found) != 2 or not all(map(is_number, found)):
        raise ValueError(f"{name} {value!r}: expected {expected}")
    return found


def numeric(value) -> np.ndarray:
    """As an array of float64; an array without any elements where that cannot be."""
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        return np.empty(0)
