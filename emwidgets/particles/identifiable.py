"""What no picture can tell, whoever reads it: the hand of a particle that is seen along one direction.

A parallel projection is the same for an object and its mirror image in the image plane. Views of unknown pose never
tell them apart, however many there are: every view of the one particle is a view of its mirror image in another pose.
Views between which the tilt is known do, as the mirrored pose would need the opposite tilt, unless all of them look
along one line.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

#: Views whose directions differ by less, in degrees, are taken as one: it is what a holder's reading is worth.
SAME_DIRECTION = 1.0

ONE_VIEW = "not identifiable from one view"
NO_TILTS = "not identifiable from views of unknown tilt"
ONE_DIRECTION = "not identifiable: all views are along one direction"


def why_not(task: str, views: int, tilts: Rotation | None = None) -> str:
    """Why a question cannot be answered from such views; "" where it can.

    Parameters
    ----------
    task : str
    views : int
        Images of the particle.
    tilts : Rotation, optional
        Of each of them, as `emwidgets.particles.tilts` makes them; unknown where left out.

    Examples
    --------
    >>> from emwidgets.particles import tilts
    >>> why_not("handedness", 1)
    'not identifiable from one view'
    >>> why_not("handedness", 2, tilts([-20, 20]))
    ''
    """
    if task != "handedness":
        return ""
    if views < 2:
        return ONE_VIEW
    if tilts is None:
        return NO_TILTS
    # the beam as each view's particle sees it
    beams = tilts.inv().apply([0.0, 0.0, 1.0])
    away = np.linalg.norm(np.cross(beams[0], beams), axis=1).max()
    return "" if away > np.sin(np.deg2rad(SAME_DIRECTION)) else ONE_DIRECTION
