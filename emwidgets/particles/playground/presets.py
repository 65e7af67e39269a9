"""Lessons to start from: values of all controls of a simulated image, each with what there is to be learnt."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

#: The standard conditions of the tasks, with a cuboid that shows three faces; the defaults of the controls.
STANDARD: dict[str, Any] = {
    "solid": "cuboid",
    "a": 13.0,
    "b": 11.0,
    "c": 15.0,
    "corners": [],
    "depth": 0.35,
    "orientation": [0.259999942, 0.319999928, 0.119999973, 0.903105798],
    "turn": 0.0,
    "spin_axis": "y",
    "drift": 0.0,
    "line_jitter": 0.0,
    "probe": 0.6,
    "dose": 30_000.0,
    "atomic_number": 79,
    "film": 0.15,
    "film_roughness": 0.05,
    "offset": 0.0,
    "gain": 1.0,
    "size": 128,
    "pixel_size": 0.25,
    "seed": 0,
    "task": "count",
}

#: The corner of the cuboid that the lessons cut: (+, +, +).
CORNER = 7


def presets() -> list[dict]:
    """Name, title, explanation and values of each lesson; the values name every control of a simulated image."""
    left, right = _twins()
    hidden = _quaternion(_beam_along([STANDARD[edge] for edge in "abc"]))
    return [
        _lesson(
            "standard conditions",
            "The conditions under which the networks are compared: 128 × 128 px of 0.25 nm, a probe of 0.6 nm, a "
            "carbon film of 15 %, some 200 electrons in the brightest pixel.",
        ),
        _lesson(
            "perfect cube",
            "A cube without a scratch. Turn it: from most sides the picture is a hexagon, along an edge a square, and "
            "its total signal never changes.",
            a=12.0,
            b=12.0,
            c=12.0,
        ),
        _lesson(
            "one cut corner",
            "The cut corner lies on the outline, where the particle is thin: the missing piece is seen at a glance.",
            corners=[CORNER],
            orientation=_quaternion(_beam_across([STANDARD[edge] for edge in "abc"])),
        ),
        _lesson(
            "hidden corner",
            "The same particle, seen along the diagonal through the cut. The outline is whole, and the missing piece "
            "is spread where the particle is thickest: from no other side is its signal as weak. Turn it to find it.",
            corners=[CORNER],
            orientation=hidden,
        ),
        _lesson(
            "mirror twins, left",
            "One of two mirror images, which no rotation turns into each other. Compare its picture with that of the "
            "right twin: they differ by noise alone, so one view cannot tell the hand.",
            title="Mirror twins: left",
            **left,
        ),
        _lesson(
            "mirror twins, right",
            "The other of the mirror twins, mirrored in the image plane: every beam goes through as much of it as "
            "through the left one. Turn both the same way, and their pictures part: known tilts give the hand away.",
            title="Mirror twins: right",
            **right,
        ),
        _lesson(
            "low dose",
            "So few electrons that their number is chance: the outline can still be read, hardly the faces.",
            corners=[CORNER],
            dose=400.0,
        ),
        _lesson(
            "spinning",
            "The particle turns by 90° while it is scanned line by line. Its top and its bottom are pictures of "
            "different orientations: straight edges bend.",
            corners=[CORNER],
            turn=90.0,
        ),
        _lesson(
            "thick film",
            "A carbon film as bright as the particle, and rough: its noise hides thin places, such as a cut corner.",
            corners=[CORNER],
            film=1.0,
            film_roughness=0.15,
        ),
    ]


def _lesson(name: str, explains: str, title: str = "", **values) -> dict:
    return {
        "name": name,
        "title": title or name.capitalize(),
        "explains": explains,
        "values": {**STANDARD, **values},
    }


def _twins() -> tuple[dict, dict]:
    """Two particles whose pictures are alike: the corners of one are mirrored in its x, its pose in the image plane.

    With D the mirror x → -x of the particle and M the mirror z → -z of the microscope, the twin D r in the pose M R D
    is at M R r: where the other one is, with all depths reversed.
    """
    pose = Rotation.from_quat(STANDARD["orientation"])
    mirror, depth = np.diag([-1.0, 1.0, 1.0]), np.diag([1.0, 1.0, -1.0])
    twin = Rotation.from_matrix(depth @ pose.as_matrix() @ mirror)
    common = {"task": "handedness"}
    left = {"corners": [CORNER], "orientation": _quaternion(pose), "seed": 1}
    right = {"corners": [CORNER ^ 1], "orientation": _quaternion(twin), "seed": 2}
    return left | common, right | common


def _beam_along(edges) -> Rotation:
    """The diagonal through the corner lies along the beam."""
    return Rotation.align_vectors([[0.0, 0.0, 1.0]], [np.asarray(edges, float)])[0]


def _beam_across(edges) -> Rotation:
    """The diagonal through the corner lies in the image, pointing up to the right, so that nothing is behind it."""
    a, b, _ = edges
    return Rotation.align_vectors([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]], [np.asarray(edges, float), [b, -a, 0.0]])[0]


def _quaternion(pose: Rotation) -> list[float]:
    return np.round(pose.as_quat(), 9).tolist()
