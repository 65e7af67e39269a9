"""The kinds of particle in the playground: made from its controls, written as code, and as the browser draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .. import shapes
from ..shapes import Ellipsoid, Shape

#: The deepest cut of a corner as a fraction of its edges: beyond, cuts of neighbours overlap.
DEEPEST = 0.5


@dataclass(frozen=True)
class Kind:
    """A kind of particle that can be chosen.

    Attributes
    ----------
    function : str
        Name in `emwidgets.particles`.
    arguments : callable
        From the lengths a, b and c to the arguments of that function, nm.
    lengths : dict of str to str
        Those of a, b and c that mean something, and what they are called.
    cut_already : bool
        Whether the function cuts corners itself, so that further ones are those of the solid it gives.
    """

    function: str
    arguments: Callable[[float, float, float], tuple[float, ...]]
    lengths: Mapping[str, str]
    cut_already: bool = False

    @cached_property
    def corners(self) -> int:
        """How many corners can be cut."""
        made = _uncut(self, 10.0, 10.0, 10.0)
        return 0 if isinstance(made, Ellipsoid) else len(made.corners)


#: By name, as the control `solid` has them. Spheres and ellipsoids are made by their radii, but moved by their widths.
KINDS: dict[str, Kind] = {
    "cuboid": Kind("cuboid", lambda a, b, c: (a, b, c), {"a": "Edge a", "b": "Edge b", "c": "Edge c"}),
    "triangular pyramid": Kind("triangular_pyramid", lambda a, b, c: (a, b), {"a": "Edge", "b": "Height"}),
    "octahedron": Kind("octahedron", lambda a, b, c: (a,), {"a": "Edge"}),
    "truncated octahedron": Kind("truncated_octahedron", lambda a, b, c: (a,), {"a": "Uncut edge"}, cut_already=True),
    "sphere": Kind("sphere", lambda a, b, c: (a / 2,), {"a": "Diameter"}),
    "ellipsoid": Kind(
        "ellipsoid", lambda a, b, c: (a / 2, b / 2, c / 2), {"a": "Axis a", "b": "Axis b", "c": "Axis c"}
    ),
}


def uncut(controls: Mapping[str, Any]) -> Shape:
    """The particle with all the corners that can be cut."""
    return _uncut(KINDS[controls["solid"]], *(controls[name] for name in "abc"))


def shape_of(controls: Mapping[str, Any]) -> Shape:
    """The particle that the controls describe.

    Raises
    ------
    ValueError
        If a corner is not there, is named twice, or the solid has none at all.
    """
    check_corners(controls["solid"], controls["corners"])
    if not controls["corners"]:
        return _made(KINDS[controls["solid"]], *(controls[name] for name in "abc"))
    return uncut(controls).deform(controls["corners"], controls["depth"])


def code_of(controls: Mapping[str, Any]) -> str:
    """Python expression that makes the particle of the controls."""
    kind = KINDS[controls["solid"]]
    arguments = kind.arguments(*(controls[name] for name in "abc"))
    made = f"emw.particles.{kind.function}({', '.join(map(repr, arguments))})"
    if not controls["corners"]:
        return made
    if kind.cut_already:
        made = f"emw.particles.polyhedron({made}.vertices)"
    return f"{made}.deform({list(controls['corners'])}, depth={controls['depth']!r})"


def check_corners(solid: str, corners: Sequence[int]) -> None:
    """Say which corners there are, where one of these is none.

    Raises
    ------
    ValueError
        If a corner is not there or is named twice.
    """
    count = KINDS[solid].corners
    if corners and not count:
        raise ValueError(f"corners are {list(corners)}: the solid '{solid}' has none to cut; leave them empty")
    beyond = [corner for corner in corners if not 0 <= corner < count]
    if beyond:
        raise ValueError(f"corners has {beyond[0]}: the solid '{solid}' has corners 0 to {count - 1}")
    if len(set(corners)) < len(corners):
        raise ValueError(f"corners are {list(corners)}: name each corner once")


def solid_payload(shape: Shape, controls: Mapping[str, Any]) -> dict:
    """A particle as the browser turns and projects it: faces, wire frame, corners to be clicked; lengths in nm."""
    common = {"cut": list(controls["corners"]), "radius": shape.radius, "volume": shape.volume}
    if isinstance(shape, Ellipsoid):
        empty = {name: [] for name in ("normals", "offsets", "vertices", "edges", "corners")}
        return {"kind": "ellipsoid", **empty, "semi_axes": shape.semi_axes.tolist(), **common}
    return {
        "kind": "polyhedron",
        "normals": shape.normals.tolist(),
        "offsets": shape.offsets.tolist(),
        "vertices": shape.vertices.tolist(),
        "edges": shape.wires.tolist(),
        "corners": uncut(controls).corners.tolist(),
        "semi_axes": [],
        **common,
    }


def _made(kind: Kind, a: float, b: float, c: float) -> Shape:
    return getattr(shapes, kind.function)(*kind.arguments(a, b, c))


def _uncut(kind: Kind, a: float, b: float, c: float) -> Shape:
    made = _made(kind, a, b, c)
    return shapes.polyhedron(made.vertices) if kind.cut_already else made
