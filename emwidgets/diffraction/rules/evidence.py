"""What a rule goes by, as a table in the units of the pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..ellipses import ellipses
from . import RULES
from .verdict import Evidence

if TYPE_CHECKING:
    import pandas as pd

    from emwidgets.signals import Calibration

_COLUMNS = ("frame", "kind", "x", "y", "radius", "semi_major", "semi_minor", "angle", "strength", "probability")


def evidence(signal, rule: str = "fourier") -> pd.DataFrame:
    """Centre, rings and reflections that a rule finds in diffraction patterns.

    Parameters
    ----------
    signal : Signal2D
        A pattern, or a stack or scan of them, lazy or not, in any unit; of a lazy signal one pattern at a time is read.
    rule : {"fourier", "hough", "ransac"}
        Straight lines after polar resampling and Fourier transform; circles by Hough transform; ellipses by RANSAC.

    Returns
    -------
    DataFrame
        One row for the centre of each pattern, each ring that the rule confirmed and each single reflection: frame
        (flat index), kind ("centre", "circle", "spot"), x y (in the unit of the axes), radius (geometric mean of the
        semi-axes), semi_major semi_minor, angle (of the major axis, in degrees from x towards y), strength (0 to 1),
        probability (that the pattern is a ring pattern, to this rule). What a kind has not is NaN. Patterns of a stack
        that cannot be read have no rows and are named in ``attrs["problems"]``; ``attrs["unit"]`` has the unit.

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images.
    ValueError
        If there is no such rule, or no pattern can be read.

    Examples
    --------
    >>> from emwidgets import diffraction
    >>> pattern = diffraction.simulate("gold", 5000, shape=(256, 256), pixel_size=0.08)
    >>> found = diffraction.evidence(pattern, "fourier")
    >>> found.kind[0], bool(found.probability[0] > 0.5)
    ('centre', True)
    """
    import pandas as pd

    from emwidgets.signals import frame

    from ..patterns import patterns_of

    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}: expected one of {', '.join(RULES)}")
    where = patterns_of(signal)
    rows, problems = [], {}
    for number in range(len(where)):
        try:
            found = _judged(frame(signal, number), rule, where.name_of(number))
        except ValueError as error:
            problems[number] = str(error)
            continue
        rows += [(number, *row, found.probability) for row in _rows(found, where)]
    if not rows:
        raise ValueError(next(iter(problems.values())))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table.attrs.update(unit=where.unit, problems=problems)
    return table


def _judged(pixels, rule, name) -> Evidence:
    try:
        return RULES[rule](pixels)
    except (ValueError, ArithmeticError) as error:  # too odd for the rule, as in `answers`
        raise ValueError(f"{name}: {rule} found nothing to go by ({error})") from error


def _rows(found: Evidence, where: Calibration):
    x, y = where.to_physical(*found.centre)
    nan = np.nan
    yield ("centre", x, y, nan, nan, nan, nan, nan)
    for x, y, major, minor, angle, strength in ellipses(found.circles, where):
        yield ("circle", x, y, np.sqrt(major * minor), major, minor, angle, strength)
    for row, column, strength in found.spots:
        x, y = where.to_physical(row, column)
        yield ("spot", x, y, nan, nan, nan, nan, strength)
