"""Ring or spot by rules that anyone can check: three ways to ask how far around a ring goes.

``pattern`` (a frame with all that more than one rule asks of it): ``relief`` (without its background) with what is
``hidden`` or outside an ``aperture`` → ``centre`` → ``polar`` and ``slopes``. ``hough`` · ``ransac`` · ``fourier`` make
numbers of it, ``verdict`` an answer of these; ``weigh`` fits how much each counts. ``evidence`` is what a user calls.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import fourier, hough, ransac
from .pattern import Pattern
from .verdict import Evidence

#: Rules by name: each has `judge`, `evidence_numbers` and `WEIGHED`.
MODULES = {"hough": hough, "ransac": ransac, "fourier": fourier}


def _rule(module) -> Callable[[np.ndarray], Evidence]:
    def rule(frame: np.ndarray) -> Evidence:
        return module.judge(Pattern(frame))

    rule.__doc__ = module.judge.__doc__
    return rule


#: Rules by name: each takes a (rows, columns) frame and gives its `Evidence`.
RULES: dict[str, Callable[[np.ndarray], Evidence]] = {name: _rule(module) for name, module in MODULES.items()}


def judge_all(frame: np.ndarray) -> dict[str, Evidence]:
    """What all rules say of one frame, with the work that they share done once.

    Parameters
    ----------
    frame : (rows, columns) array

    Returns
    -------
    dict
        Evidence by the name of the rule.

    Raises
    ------
    ValueError
        If the frame is constant, has no finite pixel, or is no frame.
    """
    pattern = Pattern(frame)
    return {name: module.judge(pattern) for name, module in MODULES.items()}
