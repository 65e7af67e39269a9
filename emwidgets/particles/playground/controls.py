"""The controls of the playground as traits: a particle, how it lies, how its image is recorded, what is asked."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import Any

import numpy as np
import traitlets
from scipy.spatial.transform import Rotation
from traitlets import Enum, Float, Int, List

from emwidgets.frontend.widget import control

from ..tasks import TASKS
from .kinds import DEEPEST, KINDS, check_corners
from .making import SIZES
from .presets import STANDARD
from .scene import AXES

#: Quaternions keep so many decimals: code is to be read, and 10⁻⁹ of a turn moves nothing.
DECIMALS = 9


def _number(name: str, label: str, unit: str, help: str, low: float, high: float, **shown) -> Float:
    """A control with a slider from low to high; `least` and `most` are what it can be in Python."""
    least, most = shown.pop("least", low), shown.pop("most", high)
    stage, step = shown.pop("stage", 1), shown.pop("step", 0.0)
    trait = Float(STANDARD[name], min=least, max=most, help=help)
    return control(trait, label=label, stage=stage, unit=unit, min=low, max=high, step=step, **shown)


def _length(name: str) -> Float:
    help = "Length of the uncut particle"
    return _number(name, f"Edge {name}", "nm", help, 2, 40, stage=0, step=0.1, least=0.5, most=500)


class Controls(traitlets.HasTraits):
    """Traits of the `ParticlePlayground`; the names of those that simulate are `scene.CONTROLS`."""

    solid = control(Enum(tuple(KINDS), STANDARD["solid"], help="What kind of particle"), label="Solid", stage=0)
    a, b, c = _length("a"), _length("b"), _length("c")
    corners = control(List(Int(), help="Numbers of the corners that are cut"), label="Cut corners", stage=0)
    depth = _number("depth", "Depth of cuts", "", "Of each edge that is cut off", 0.05, DEEPEST, stage=0, step=0.01)
    orientation = control(
        List(Float(), STANDARD["orientation"], help="Quaternion (x, y, z, w) from the particle to the microscope"),
        label="Orientation",
        stage=0,
    )
    turn = _number("turn", "Turn during scan", "°", "How far it turns while it is scanned", 0, 180, step=1, most=3600)
    spin_axis = control(
        Enum(tuple(AXES), STANDARD["spin_axis"], help="About which axis of the microscope it turns"),
        label="Axis of turn",
        stage=1,
    )
    drift = _number(
        "drift", "Drift", "nm", "How far it moves along x while it is scanned", 0, 5, step=0.05, least=-100, most=100
    )
    line_jitter = _number(
        "line_jitter", "Line jitter", "nm", "Standard deviation of the start of a line", 0, 1, step=0.01, most=10
    )
    probe = _number("probe", "Probe", "nm", "Full width at half maximum of the probe", 0, 3, step=0.05, most=20)
    dose = _number(
        "dose", "Dose", "e⁻/nm²", "Electrons that fall on a nm²", 100, 1e6, scale="log", least=1e-3, most=1e10
    )
    atomic_number = control(
        Int(
            STANDARD["atomic_number"], min=1, max=118, help="Of the particle's element: Z^1.7 scatters to the detector"
        ),
        label="Atomic number",
        stage=1,
        min=6,
        max=92,
        step=1,
    )
    film = _number(
        "film", "Carbon film", "", "Its signal, of the mean signal of the particle", 0, 1, step=0.01, most=100
    )
    film_roughness = _number(
        "film_roughness",
        "Film roughness",
        "",
        "Standard deviation of its thickness, of its mean",
        0,
        0.3,
        step=0.01,
        most=2,
    )
    offset = _number(
        "offset", "Detector offset", "counts", "Value without electrons", 0, 1000, stage=2, step=1, least=-1e6, most=1e6
    )
    gain = _number(
        "gain", "Detector gain", "", "Value for an electron", 0.1, 10, stage=2, scale="log", least=1e-6, most=1e6
    )
    size = control(Enum(SIZES, STANDARD["size"], help="Rows and columns"), label="Image size", stage=1)
    pixel_size = _number(
        "pixel_size", "Pixel size", "nm", "Distance between pixels", 0.05, 1, step=0.01, least=1e-3, most=100
    )
    seed = control(
        Int(STANDARD["seed"], min=0, max=2**32 - 1, help="The same seed gives the same noise"), label="Noise", stage=2
    )
    task = control(Enum(tuple(TASKS), STANDARD["task"], help="What is asked"), label="Question", stage=3)
    frame = control(Int(0, min=0, help="Image of the stack"), label="Image", stage=0)

    _one_by_one = False  # whether traits are checked each on its own, as those of a state are before they are all set

    @traitlets.validate(*(name for name, value in STANDARD.items() if isinstance(value, float)))
    def _finite(self, proposal):
        if not math.isfinite(proposal["value"]):
            raise traitlets.TraitError(f"{proposal['trait'].name} is {proposal['value']}: expected a finite number")
        return proposal["value"]

    @traitlets.validate("orientation")
    def _unit_quaternion(self, proposal):
        value = np.array(proposal["value"], float)
        length = float(np.linalg.norm(value))
        if value.shape != (4,) or not 1e-9 < length < math.inf:
            raise traitlets.TraitError(
                f"orientation is {proposal['value']}: expected a quaternion (x, y, z, w), four finite numbers that are "
                "not all 0"
            )
        if abs(length - 1) > 10.0**-DECIMALS * 10:  # else it is one that has been here before
            value = value / length
        return [round(each, DECIMALS) + 0.0 for each in value.tolist()]

    @traitlets.validate("corners")
    def _corners_exist(self, proposal):
        if not self._one_by_one:
            try:
                check_corners(self.solid, proposal["value"])
            except ValueError as error:
                raise traitlets.TraitError(str(error)) from error
        return sorted(proposal["value"])

    @traitlets.observe("solid")
    def _without_corners_that_are_gone(self, change):
        left = []
        for corner in self.corners:
            try:
                check_corners(change.new, [corner])
            except ValueError:
                continue
            left.append(corner)
        self.corners = left

    @contextmanager
    def _each_on_its_own(self):
        """Context in which a trait is not checked against the others, which are going to change, too."""
        self._one_by_one = True
        try:
            yield
        finally:
            self._one_by_one = False


def plain_controls(given: dict[str, Any]) -> dict[str, Any]:
    """Values for the traits from what a user has: NumPy's numbers and arrays, a Rotation."""
    if isinstance(given.get("orientation"), Rotation):
        given = given | {"orientation": given["orientation"].as_quat()}
    return {
        name: list(value) if isinstance(value, tuple) else value.tolist() if hasattr(value, "tolist") else value
        for name, value in given.items()
    }
