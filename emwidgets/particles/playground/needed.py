"""What it would take to be sure of an answer, in a sentence for students."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers import NOISY
from ..identifiable import ONE_VIEW
from ..verdict import UNREADABLE

#: Electrons in the brightest pixel, a turn in degrees and a probe in units of the smallest width of the particle beyond
#: which the image itself is to blame for doubt; accuracies against each are in the documentation.
FEW, TURNED, WIDE = 60.0, 10.0, 0.15

NOTHING = "Nothing more."
VIEWS = "More views of this particle: from this side other particles look much like it."


@dataclass(frozen=True)
class Conditions:
    """How an image was recorded, as far as that can blur an answer.

    Attributes
    ----------
    brightest : float
        Electrons expected in the brightest pixel.
    turn : float
        Angle by which the particle turned meanwhile, degrees.
    probe : float
        Width of the probe in units of the smallest width of the particle.
    """

    brightest: float
    turn: float
    probe: float


def needed(why: str, conditions: Conditions | None) -> str:
    """What would make an answer sure.

    Parameters
    ----------
    why : str
        The doubt as `verdict` gives it; "" for none.
    conditions : Conditions, optional
        Of a simulated image; nobody knows them of a user's.
    """
    if not why:
        return NOTHING
    if why == ONE_VIEW:
        return "Two or more views at known tilts: one projection is the same for a particle and its mirror image."
    if why == UNREADABLE:
        return "An image in which one particle stands out from what is around it."
    if "border" in why or "missing" in why:
        return "An image that holds the whole particle."
    if why == NOISY:
        return "More dose, or a thinner and smoother film: beside the particle there is as much to be seen as of a cut."
    blamed = _blamed(conditions) if conditions else ""
    if why.startswith(("unlike", "no cuboid", "not one")):
        return blamed or "A particle of the kinds that are asked about: this one is unlike all of them."
    return blamed or VIEWS


def _blamed(conditions: Conditions) -> str:
    """What in the image itself is to blame; "" for nothing."""
    if conditions.brightest < FEW:
        return f"More dose: the brightest pixel counts {conditions.brightest:.3g} electrons; 200 are the standard."
    if conditions.turn > TURNED:
        return f"A particle that keeps still: this one turns by {conditions.turn:.3g}° while it is scanned."
    if conditions.probe > WIDE:
        return f"A smaller probe: it is as wide as {conditions.probe:.0%} of the particle."
    return ""
