"""Blur it first: the user's image made out of focus by `defocus`, so that what is restored can be held to the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

#: How a point can be imaged, and where the image can be out of focus.
SHAPES = ("gaussian", "disc", "astigmatic")
WHERE = ("everywhere", "tilt", "step", "random")
#: Ratio of the widths of an astigmatic point spread, and where its long axis lies, degrees from x towards y.
ASTIGMATISM, ANGLE = 2.0, 30.0


@dataclass(frozen=True)
class Blur:
    """How an image is blurred: the arguments of `defocus`, as the controls say them.

    Attributes
    ----------
    sigma : float
        Px; the largest where it differs from place to place.
    shape : str
        One of `SHAPES`.
    where : str
        One of `WHERE`.
    noise : float
        Of the range of the image.
    seed : int
    """

    sigma: float
    shape: str
    where: str
    noise: float
    seed: int

    @classmethod
    def of(cls, controls: Mapping[str, Any]) -> Blur | None:
        """What the controls say; None where the image is taken as it is."""
        if not controls["blur"]:
            return None
        return cls(**{name: controls[f"blur_{name}"] for name in ("sigma", "shape", "where", "noise", "seed")})

    @property
    def arguments(self) -> dict[str, Any]:
        """Of `defocus`, beside the signal; those that have its default are left out."""
        everywhere = self.where == "everywhere"
        given: dict[str, Any] = {"sigma": self.sigma if everywhere else (0.0, self.sigma)}
        if not everywhere:
            given["region"] = self.where
        given["unit"] = "px"
        if self.shape == "disc":
            given["shape"] = "disc"
        if self.shape == "astigmatic":
            given |= {"astigmatism": ASTIGMATISM, "angle": ANGLE}
        if self.noise:
            given["noise"] = self.noise
        if self.seed:
            given["seed"] = self.seed
        return given

    def code(self, argument: str) -> str:
        """Python call that blurs `argument`."""
        arguments = self.arguments
        first = repr(arguments.pop("sigma"))
        named = [f"{name}={value!r}" for name, value in arguments.items()]
        return f"emw.refocusing.defocus({', '.join([argument, first, *named])})"

    def make(self, signal: Signal2D) -> Signal2D:
        """The image out of focus."""
        from ..defocus import defocus

        return defocus(signal, **self.arguments)

    def widths(self, signal: Signal2D) -> np.ndarray:
        """How wide each pixel of it is blurred: (rows, columns) float32, px."""
        from ..defocus import defocus_map

        where = {name: self.arguments[name] for name in ("sigma", "region", "unit", "seed") if name in self.arguments}
        return np.asarray(defocus_map(signal, **where).data, np.float32)
