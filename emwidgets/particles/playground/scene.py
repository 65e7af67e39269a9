"""What is simulated: a particle, how it lies and turns, how its image is recorded; from controls, and as code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial.transform import Rotation

from emwidgets.frontend.wire import plain

from ..imaging import Imaging, Recorded, record
from ..orientation import Spin, rotation
from ..shapes import Shape
from .kinds import code_of, shape_of

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

#: Axes of the microscope about which a particle can turn while it is scanned.
AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}

#: Controls that a simulated image depends on.
CONTROLS = (
    *("solid", "a", "b", "c", "corners", "depth", "orientation", "turn", "spin_axis", "drift", "line_jitter"),
    *("probe", "dose", "atomic_number", "film", "film_roughness", "offset", "gain", "size", "pixel_size", "seed"),
)


@dataclass(frozen=True, eq=False)
class Scene:
    """All that a simulated image comes from.

    Attributes
    ----------
    solid : str
        What kind of particle.
    shape : Shape
    orientation : (x, y, z, w)
    spin : Spin or None
    imaging : Imaging
    seed : int
    written : str
        The shape as code.
    """

    solid: str
    shape: Shape
    orientation: tuple[float, float, float, float]
    spin: Spin | None
    imaging: Imaging
    seed: int
    written: str

    @classmethod
    def of(cls, controls: Mapping[str, Any]) -> Scene:
        """From values of the `CONTROLS`.

        Raises
        ------
        ValueError
            If there is no such particle, or an image of it cannot be recorded so.
        """
        turn = controls["turn"]
        return cls(
            solid=controls["solid"],
            shape=shape_of(controls),
            orientation=tuple(controls["orientation"]),
            spin=Spin(turn, AXES[controls["spin_axis"]]) if turn else None,
            imaging=imaging_of(controls),
            seed=controls["seed"],
            written=code_of(controls),
        )

    @property
    def pose(self) -> Rotation:
        """From the particle to the microscope, in the middle of the image."""
        return rotation(self.orientation)

    @property
    def title(self) -> str:
        """What is simulated, in a few words."""
        cut = list(getattr(self.shape, "cuts", {}))
        corners = f" with corner{'s' * (len(cut) > 1)} {', '.join(map(str, cut))} cut" if cut else ""
        return f"Simulated {self.solid}{corners}"

    def record(self) -> Recorded:
        """The image as arrays; the same as in `simulate`."""
        return record(self.shape, self.pose, self.imaging, np.random.default_rng(self.seed), self.spin)

    def simulate(self) -> Signal2D:
        """The image as a signal."""
        from ..simulate import simulate

        return simulate(self.shape, self.orientation, self.spin, self.imaging, seed=self.seed)

    def code(self) -> str:
        """Python call that gives the image."""
        arguments = [self.written, f"orientation={self.orientation!r}"]
        if self.spin:
            arguments.append(f"spin={call_of('Spin', self.spin)}")
        arguments.append(f"imaging={call_of('Imaging', self.imaging)}")
        return f"emw.particles.simulate({', '.join([*arguments, f'seed={self.seed}'])})"

    def parameters(self) -> dict:
        """As they stand in the provenance."""
        parameters = {
            "shape": self.written.replace("emw.particles.", ""),
            "orientation": list(self.orientation),
            "spin": asdict(self.spin) if self.spin else None,
            "imaging": asdict(self.imaging),
            "seed": self.seed,
        }
        return plain(parameters)


def imaging_of(controls: Mapping[str, Any]) -> Imaging:
    """How an image is recorded with these values of the controls.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    same = ("pixel_size", "probe", "dose", "atomic_number", "film", "film_roughness", "offset", "gain", "line_jitter")
    return Imaging(
        shape=(controls["size"], controls["size"]),
        drift=(controls["drift"], 0.0),
        **{name: controls[name] for name in same},
    )


def call_of(name: str, value) -> str:
    """A dataclass as code, without what is its default."""
    given = [
        f"{field.name}={getattr(value, field.name)!r}"
        for field in fields(value)
        if field.default is MISSING or getattr(value, field.name) != field.default
    ]
    return f"emw.particles.{name}({', '.join(given)})"
